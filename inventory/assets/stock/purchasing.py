"""Orders, and what comes with them: assets with cost, currency and invoice.

Imports `storage` and the services beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from inventory.assets.register.manufacturers import ensure_manufacturer
from inventory.assets.register.registration import (
    NewAsset,
    check_kind,
    manufacturer_key,
)
from inventory.assets.register.service import register_asset
from inventory.assets.register.tables import Manufacturer
from inventory.assets.stock.tables import (
    PurchaseLine,
    PurchaseOrder,
    PurchaseReceipt,
    Supplier,
)
from inventory.kernel.errors import Conflict, Invalid, NotAllowed
from inventory.kernel.events import OrderCancelled, OrderPlaced
from inventory.kernel.money import Money
from inventory.kernel.texts import N_
from inventory.storage.rows import Row, add, change, col, explained, find, get, id_of
from inventory.storage.work import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOrderLine:
    """A line of an order: so many of one thing at one price each."""

    kind: str
    quantity: int
    price: Money
    name: str = ""
    manufacturer: str | None = None
    model: str | None = None
    asset_class: str | None = None

    def __post_init__(self) -> None:
        check_kind(self.kind)
        if self.quantity <= 0:
            raise Invalid(N_("Order one at least."), where="quantity")
        if self.price.minor < 0:
            raise Invalid(N_("The price is below zero."), where="price")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReceipt:
    """What came.

    Attributes:
        serials: One for each thing; None where there is none to read.
        on: The day.
        invoice_number: Theirs.
        location_id: Stock room it went to.
        prefix: Series the tags come from.
    """

    serials: Sequence[str | None]
    on: date
    invoice_number: str | None = None
    location_id: int | None = None
    prefix: str = "IT-"


def ensure_supplier(work: UnitOfWork, name: str) -> int:
    """Return the id of a supplier; add it if it is new.

    Raises:
        Invalid: The name has neither letters nor digits.
    """
    key = manufacturer_key(name)
    if not key:
        raise Invalid(
            N_("{name!r} is not a name of a supplier."), where="supplier", name=name
        )
    known = find(work.connection, Supplier, key=key)
    if known is not None:
        return int(known["id"])
    return add(work, Supplier, {"name": name.strip(), "key": key})


def rename_supplier(work: UnitOfWork, supplier_id: int, name: str) -> bool:
    """Correct the name of a supplier; return whether anything changed.

    Raises:
        NotFound: There is no such supplier.
        Invalid: The name has neither letters nor digits.
        Conflict: Another supplier has the name.
    """
    key = manufacturer_key(name)
    if not key:
        raise Invalid(
            N_("{name!r} is not a name of a supplier."), where="name", name=name
        )
    taken = Conflict(f"There is a supplier {name.strip()!r} already.", where="name")
    with explained({"supplier.key": taken, "uq_supplier_key": taken}):
        return change(work, Supplier, supplier_id, {"name": name.strip(), "key": key})


def place_order(
    work: UnitOfWork,
    number: str,
    supplier: str,
    lines: Sequence[NewOrderLine],
    on: date,
    *,
    legal_entity_id: int | None = None,
) -> int:
    """Record an order; return its id.

    Raises:
        Invalid: It has no line, or its lines are in several currencies.
        Conflict: The number is taken.
    """
    currencies = {line.price.currency for line in lines}
    if len(currencies) != 1:
        raise Invalid(N_("An order has lines, all in one currency."), where="lines")
    taken = Conflict(
        N_("There is an order {number!r} already."), where="number", number=number
    )
    with explained({"purchase_order": taken}):
        order_id = add(
            work,
            PurchaseOrder,
            {
                "number": number,
                "supplier_id": ensure_supplier(work, supplier),
                "legal_entity_id": legal_entity_id,
                "currency": currencies.pop(),
                "ordered_on": on,
            },
        )
    for position, line in enumerate(lines, 1):
        _add_line(work, order_id, position, line)
    work.emit(OrderPlaced(order_id=order_id))
    return order_id


def order_one_more(
    work: UnitOfWork,
    number: str,
    supplier: str,
    line: NewOrderLine,
    on: date,
    *,
    legal_entity_id: int | None = None,
) -> int:
    """Order so many more of something; return the id of the line of the order.

    An open order of that number grows by them, in the line of the same thing at the
    same price if it has one; else it is a new order.

    Raises:
        NotAllowed: The order is closed.
        Conflict: It goes to another supplier, or is in another currency.
    """
    order = find(work.connection, PurchaseOrder, number=number)
    if order is None:
        order_id = place_order(
            work, number, supplier, [line], on, legal_entity_id=legal_entity_id
        )
        placed = find(work.connection, PurchaseLine, order_id=order_id, line=1)
        return int(placed["id"]) if placed else 0
    order = get(work.connection, PurchaseOrder, order["id"], lock=True)
    _check_open(order)
    if (order["supplier_id"], order["currency"]) != (
        ensure_supplier(work, supplier),
        line.price.currency,
    ):
        raise Conflict(
            N_("The order {number} goes to another supplier or in another currency."),
            where="number",
            number=number,
        )
    return _grown_line(work, order["id"], line)


def _grown_line(work: UnitOfWork, order_id: int, line: NewOrderLine) -> int:
    maker = line.manufacturer
    same = find(
        work.connection,
        PurchaseLine,
        order_id=order_id,
        kind=line.kind,
        name=line.name,
        model=line.model,
        manufacturer_id=ensure_manufacturer(work, maker) if maker else None,
        price_minor=line.price.minor,
    )
    if same is not None:
        quantity = {"quantity": same["quantity"] + line.quantity}
        change(work, PurchaseLine, same["id"], quantity, action="order-more")
        return int(same["id"])
    query = select(func.max(col(PurchaseLine.line))).where(
        col(PurchaseLine.order_id) == order_id
    )
    last = work.connection.execute(query).scalar() or 0
    return _add_line(work, order_id, last + 1, line)


def _check_open(order: Row) -> None:
    if order["closed_on"] is not None:
        raise NotAllowed(
            N_("The order is {close_reason}."),
            where="order",
            close_reason=order["close_reason"],
        )


def _add_line(
    work: UnitOfWork, order_id: int, position: int, line: NewOrderLine
) -> int:
    maker = line.manufacturer
    return add(
        work,
        PurchaseLine,
        {
            "order_id": order_id,
            "line": position,
            "kind": line.kind,
            "name": line.name,
            "manufacturer_id": ensure_manufacturer(work, maker) if maker else None,
            "model": line.model,
            "asset_class": line.asset_class,
            "quantity": line.quantity,
            "price_minor": line.price.minor,
        },
    )


def receive_line(
    work: UnitOfWork, order_id: int, position: int, receipt: NewReceipt
) -> list[int]:
    """Take what came with a line into stock; return the ids of the new assets.

    The order is closed when nothing more is awaited.

    Raises:
        NotFound: There is no such order.
        NotAllowed: It is closed, or more came than was ordered.
        Invalid: There is no such line.
        Conflict: A serial is registered already.
    """
    order = get(work.connection, PurchaseOrder, order_id, lock=True)
    _check_open(order)
    line = find(work.connection, PurchaseLine, order_id=order_id, line=position)
    if line is None:
        raise Invalid(
            N_("The order has no line {position}."), where="line", position=position
        )
    awaited = line["quantity"] - line["received"]
    if len(receipt.serials) > awaited:
        raise NotAllowed(
            N_("{serials} came, {awaited} are awaited."),
            where="serials",
            remedy=N_(
                "Record what is too much as an order of its own, or send it back."
            ),
            serials=len(receipt.serials),
            awaited=awaited,
        )
    asset_ids = [
        _register_received(work, order, line, receipt, serial)
        for serial in receipt.serials
    ]
    received = {"received": line["received"] + len(asset_ids)}
    change(work, PurchaseLine, line["id"], received, action="receive")
    _close_if_complete(work, order_id, receipt.on)
    return asset_ids


def _register_received(
    work: UnitOfWork, order: Row, line: Row, receipt: NewReceipt, serial: str | None
) -> int:
    """Register one thing that came; return its id."""
    supplier = get(work.connection, Supplier, order["supplier_id"])
    maker = line["manufacturer_id"]
    new = NewAsset(
        kind=line["kind"],
        name=line["name"],
        manufacturer=get(work.connection, Manufacturer, maker)["name"]
        if maker
        else None,
        model=line["model"],
        serial=serial,
        asset_class=line["asset_class"],
        since=receipt.on,
        legal_entity_id=order["legal_entity_id"],
        location_id=receipt.location_id,
        supplier=supplier["name"],
        order_number=order["number"],
        invoice_number=receipt.invoice_number,
        purchased_on=receipt.on,
        cost=Money(line["price_minor"], order["currency"]),
    )
    asset_id = register_asset(work, new, prefix=receipt.prefix)
    receipt_row = {
        "line_id": line["id"],
        "asset_id": asset_id,
        "received_on": receipt.on,
    }
    add(work, PurchaseReceipt, receipt_row)
    return asset_id


def cancel_order(work: UnitOfWork, order_id: int, on: date) -> bool:
    """Close an order of which nothing more is awaited; return whether it was open."""
    order = get(work.connection, PurchaseOrder, order_id, lock=True)
    if order["closed_on"] is not None:
        return False
    values = {"closed_on": on, "close_reason": "cancelled"}
    work.emit(OrderCancelled(order_id=order_id))
    return change(work, PurchaseOrder, order_id, values, action="cancel")


def _close_if_complete(work: UnitOfWork, order_id: int, on: date) -> None:
    query = select(id_of(PurchaseLine)).where(
        col(PurchaseLine.order_id) == order_id,
        col(PurchaseLine.received) < col(PurchaseLine.quantity),
    )
    if work.connection.execute(query.limit(1)).scalar() is None:
        values = {"closed_on": on, "close_reason": "received"}
        change(work, PurchaseOrder, order_id, values, action="close")
