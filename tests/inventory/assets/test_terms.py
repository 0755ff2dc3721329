"""Contracts, licences with seats, consumables with a ledger."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from inventory.assets.contracts.consumables import (
    buy_consumable,
    count_consumable,
    ensure_consumable,
    issue_consumable,
    transfer_consumable,
)
from inventory.assets.contracts.service import (
    assign_seat,
    cover_asset,
    ensure_contract,
    ensure_licence,
    free_seat,
    uncover_asset,
)
from inventory.kernel.errors import Invalid, NotAllowed, NotFound
from inventory.kernel.money import Money
from inventory.people.organisation import ensure
from inventory.queries.register.contracts import (
    consumable_moves,
    contract_detail,
    ending_soon,
    licence_detail,
    list_consumables,
    list_contracts,
    list_licences,
)
from inventory.storage.audit import verify
from inventory.storage.engine import writing
from tests.inventory.world import BOUGHT, Clock, World, build, work_on

TODAY = date(2026, 3, 17)


@pytest.fixture
def world(engine: Engine, clock: Clock) -> World:
    """A small company."""
    return build(engine, clock)


def test_a_licence_is_never_over_assigned(
    engine: Engine, clock: Clock, world: World
) -> None:
    with work_on(engine, clock) as work:
        licence = ensure_licence(work, "CAD", 2, product="Drawing", starts_on=BOUGHT)
        assert assign_seat(work, licence, TODAY, person_id=world.sari) == 1
        assert assign_seat(work, licence, TODAY, person_id=world.sari) == 1
        assert assign_seat(work, licence, TODAY, asset_id=world.laptop) == 2
        with pytest.raises(NotAllowed, match="No seat"):
            assign_seat(work, licence, TODAY, person_id=world.budi)
        with pytest.raises(NotAllowed, match="2 seats are used"):
            ensure_licence(work, "CAD", 1)
        detail = licence_detail(work.connection, licence)
        assert detail is not None
        free_seat(work, detail["uses"][0]["id"], TODAY)
        assert assign_seat(work, licence, TODAY, person_id=world.budi) == 1
        ensure_licence(work, "CAD", 3)
        (row,) = list_licences(work.connection).rows
        assert (row["seats"], row["used"]) == (3, 2)
        work.commit()
    assert verify(engine) == []


@pytest.mark.parametrize("end", ["NULL", "'2026-04-01'"])
def test_the_database_refuses_two_users_of_one_seat(
    engine: Engine, clock: Clock, world: World, end: str
) -> None:
    with work_on(engine, clock) as work:
        licence = ensure_licence(work, "CAD", 1, product="Drawing", starts_on=BOUGHT)
        assign_seat(work, licence, BOUGHT, person_id=world.sari)
        work.commit()
    plain = (
        "INSERT INTO licence_use (seat_id, person_id, valid_from, valid_to,"
        f" recorded_at) VALUES (1, {world.budi}, '2026-03-01', {end}, '2026-03-01')"
    )
    with pytest.raises(DBAPIError, match="licence_use"), writing(engine) as connection:
        connection.execute(text(plain))


def test_a_seat_that_may_not_be_reassigned_stays_used(
    engine: Engine, clock: Clock, world: World
) -> None:
    with work_on(engine, clock) as work:
        licence = ensure_licence(
            work, "OEM", 1, product="OS", starts_on=BOUGHT, reassignable=False
        )
        assign_seat(work, licence, BOUGHT, asset_id=world.laptop)
        detail = licence_detail(work.connection, licence)
        assert detail is not None
        free_seat(work, detail["uses"][0]["id"], TODAY)
        with pytest.raises(NotAllowed, match="No seat"):
            assign_seat(work, licence, TODAY, asset_id=world.monitor)


def test_an_ended_licence_and_strange_users_are_refused(
    engine: Engine, clock: Clock, world: World
) -> None:
    with work_on(engine, clock) as work:
        ends = {"starts_on": BOUGHT, "ends_on": TODAY - timedelta(days=1)}
        licence = ensure_licence(work, "X", 1, product="X", **ends)
        with pytest.raises(NotAllowed, match="ended on"):
            assign_seat(work, licence, TODAY, person_id=world.sari)
        ensure_licence(work, "X", ends_on=TODAY)
        with pytest.raises(Invalid, match="person or an asset"):
            assign_seat(work, licence, TODAY)
        with pytest.raises(Invalid, match="before the start"):
            ensure_licence(work, "X", ends_on=BOUGHT - timedelta(days=9))
        with pytest.raises(NotFound):
            assign_seat(work, licence, TODAY, person_id=99)


def test_contracts_cover_assets_and_what_ends_is_told(
    engine: Engine, clock: Clock, world: World
) -> None:
    with work_on(engine, clock) as work:
        contract = ensure_contract(
            work,
            "M-1",
            name="Care pack",
            kind="maintenance",
            starts_on=BOUGHT,
            ends_on=TODAY + timedelta(days=60),
            notice_on=TODAY + timedelta(days=20),
        )
        assert cover_asset(work, contract, world.laptop, TODAY)
        assert not cover_asset(work, contract, world.laptop, TODAY)
        (row,) = list_contracts(work.connection).rows
        assert row["assets"] == 1
        soon = ending_soon(work.connection, TODAY, 30)
        assert [(row["name"], row["why"]) for row in soon] == [
            ("M-1", "last day to give notice")
        ]
        assert len(ending_soon(work.connection, TODAY, 60)) == 2
        assert uncover_asset(work, contract, world.laptop, TODAY)
        detail = contract_detail(work.connection, contract)
        assert detail is not None
        assert detail["assets"][0]["valid_to"] == TODAY
        with pytest.raises(Invalid, match="after the end"):
            ensure_contract(work, "M-1", notice_on=TODAY + timedelta(days=90))


def test_consumables_are_counted_by_room_and_never_below_zero(
    engine: Engine, clock: Clock, world: World
) -> None:
    with work_on(engine, clock) as work:
        toner = ensure_consumable(work, "TN-1", "Toner", minimum=5)
        stock = ensure(work, "location", "ST", name="Stock")
        assert (
            buy_consumable(work, toner, stock, 4, BOUGHT, cost=Money(20_000, "EUR"))
            == 4
        )
        assert issue_consumable(work, toner, stock, 1, TODAY, person_id=world.sari) == 3
        with pytest.raises(NotAllowed, match="has 3, not 4"):
            issue_consumable(work, toner, stock, 4, TODAY)
        transfer_consumable(work, toner, stock, world.room, 2, TODAY)
        assert count_consumable(work, toner, world.room, 1, TODAY) == -1
        (row,) = list_consumables(work.connection)
        assert (row["quantity"], row["lacking"]) == (2, 3)
        moves = consumable_moves(work.connection, toner)
        assert sum(move["quantity"] for move in moves) == 2
        assert [move["kind"] for move in moves] == [
            "counted",
            "moved",
            "moved",
            "used",
            "bought",
        ]
        work.commit()
    for wrong in (
        "UPDATE consumable_stock SET quantity = -1",
        "DELETE FROM consumable_move",
        "UPDATE consumable_move SET quantity = 9",
    ):
        with pytest.raises(DBAPIError), writing(engine) as connection:
            connection.execute(text(wrong))
