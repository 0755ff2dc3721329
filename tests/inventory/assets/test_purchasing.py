from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from inventory.assets.register.tables import Asset
from inventory.assets.stock.purchasing import (
    NewOrderLine,
    NewReceipt,
    cancel_order,
    place_order,
    receive_line,
)
from inventory.assets.stock.tables import PurchaseOrder
from inventory.kernel.errors import Conflict, Invalid, NotAllowed
from inventory.kernel.money import Money
from inventory.storage.audit import verify
from inventory.storage.engine import writing
from inventory.storage.rows import get
from tests.inventory.world import Clock, build, work_on

DAY = date(2026, 3, 10)
LAPTOPS = NewOrderLine(
    kind="laptop",
    quantity=2,
    price=Money(124_900, "EUR"),
    manufacturer="Lenovo",
    model="T14",
    asset_class="computer",
)
CAME = NewReceipt(serials=["A1", None], on=DAY, invoice_number="R-7")


def test_what_comes_with_an_order_is_in_stock_with_its_cost(
    engine: Engine, clock: Clock
) -> None:
    world = build(engine, clock)
    with work_on(engine, clock) as work:
        bought = place_order(
            work, "PO-1", "Shop B.V.", [LAPTOPS], DAY, legal_entity_id=world.entity
        )
        came = replace(CAME, location_id=world.room)
        [first] = receive_line(work, bought, 1, replace(came, serials=["A1"]))
        assert get(work.connection, PurchaseOrder, bought)["closed_on"] is None
        with pytest.raises(NotAllowed, match="2 came, 1 are awaited"):
            receive_line(work, bought, 1, came)
        receive_line(work, bought, 1, replace(came, serials=[None]))
        closed = get(work.connection, PurchaseOrder, bought)
        asset = get(work.connection, Asset, first)
        work.commit()
    assert (closed["closed_on"], closed["close_reason"]) == (DAY, "received")
    told = {
        "state": "in_stock",
        "serial": "A1",
        "cost_minor": 124_900,
        "currency": "EUR",
        "invoice_number": "R-7",
        "order_number": "PO-1",
        "supplier": "Shop B.V.",
        "legal_entity_id": world.entity,
        "location_id": world.room,
        "purchased_on": DAY,
    }
    assert told.items() <= asset.items()
    assert verify(engine) == []


def test_a_closed_order_receives_nothing(engine: Engine, clock: Clock) -> None:
    with work_on(engine, clock) as work:
        bought = place_order(work, "PO-1", "Shop", [LAPTOPS], DAY)
        with pytest.raises(Invalid, match="no line 2"):
            receive_line(work, bought, 2, CAME)
        assert cancel_order(work, bought, DAY)
        assert not cancel_order(work, bought, DAY)
        with pytest.raises(NotAllowed, match="cancelled"):
            receive_line(work, bought, 1, CAME)
        work.commit()


def test_an_order_has_its_own_number_and_one_currency(
    engine: Engine, clock: Clock
) -> None:
    with work_on(engine, clock) as work:
        place_order(work, "PO-1", "Shop", [LAPTOPS], DAY)
        work.commit()
    with work_on(engine, clock) as work, pytest.raises(Conflict, match="PO-1"):
        place_order(work, "PO-1", "shop", [LAPTOPS], DAY)
    dollars = replace(LAPTOPS, price=Money(1, "USD"))
    with work_on(engine, clock) as work, pytest.raises(Invalid, match="one currency"):
        place_order(work, "PO-2", "Shop", [LAPTOPS, dollars], DAY)


def test_the_database_refuses_more_than_was_ordered(
    engine: Engine, clock: Clock
) -> None:
    with work_on(engine, clock) as work:
        place_order(work, "PO-1", "Shop", [LAPTOPS], DAY)
        work.commit()
    with pytest.raises(IntegrityError), writing(engine) as connection:
        connection.execute(text("UPDATE purchase_line SET received = 3"))
