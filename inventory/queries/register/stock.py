"""Stock as lists: rooms, reservations, orders, handovers. May import every context."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Select, func, select

from inventory.assets.custody.acceptance_tables import Acceptance
from inventory.assets.register import tables as assets
from inventory.assets.stock.tables import (
    PurchaseLine,
    PurchaseOrder,
    PurchaseReceipt,
    Reservation,
    StockMinimum,
    Supplier,
)
from inventory.people import tables as people
from inventory.queries.register.holders import custody_history
from inventory.storage.paging import Page, fetch_page
from inventory.storage.rows import Row, table_of

_ASSET = table_of(assets.Asset)
_CUSTODY = table_of(assets.Custody)
_MAKER = table_of(assets.Manufacturer)
_PLACE = table_of(people.Location)
_PERSON = table_of(people.Person)
_MINIMUM = table_of(StockMinimum)
_RESERVATION = table_of(Reservation)
_ORDER = table_of(PurchaseOrder)
_LINE = table_of(PurchaseLine)
_RECEIPT = table_of(PurchaseReceipt)
_SUPPLIER = table_of(Supplier)
_ACCEPTANCE = table_of(Acceptance)

_HERE = ("in_stock", "reserved", "prepared")


def stock_rooms(connection: Connection) -> list[Row]:
    """Return what lies in stock: by room, kind and model, with numbers by state."""
    query = (
        select(
            _ASSET.c.location_id,
            _PLACE.c.code.label("location"),
            _PLACE.c.name.label("location_name"),
            _ASSET.c.kind,
            _ASSET.c.model,
            _ASSET.c.state,
            func.count().label("count"),
        )
        .select_from(_ASSET.outerjoin(_PLACE, _PLACE.c.id == _ASSET.c.location_id))
        .where(_ASSET.c.state.in_(_HERE))
        .group_by(
            _ASSET.c.location_id,
            _PLACE.c.code,
            _PLACE.c.name,
            _ASSET.c.kind,
            _ASSET.c.model,
            _ASSET.c.state,
        )
        .order_by(_PLACE.c.code, _ASSET.c.kind, _ASSET.c.model)
    )
    rooms: dict[tuple[Any, ...], Row] = {}
    for row in connection.execute(query).mappings():
        key = (row["location_id"], row["kind"], row["model"])
        room = rooms.setdefault(
            key,
            {
                name: row[name]
                for name in ("location_id", "location", "location_name", "kind")
            }
            | {"model": row["model"]}
            | dict.fromkeys(_HERE, 0),
        )
        room[row["state"]] += row["count"]
    return list(rooms.values())


def minima(connection: Connection) -> list[Row]:
    """Return all minima of stock rooms with what is in stock, by room."""
    there = (
        select(func.count())
        .where(
            _ASSET.c.state == "in_stock",
            _ASSET.c.location_id == _MINIMUM.c.location_id,
            _ASSET.c.kind == _MINIMUM.c.kind,
            (_MINIMUM.c.model == "") | (_ASSET.c.model == _MINIMUM.c.model),
        )
        .scalar_subquery()
    )
    query = (
        select(
            _MINIMUM.c.id,
            _PLACE.c.code.label("location"),
            _MINIMUM.c.kind,
            _MINIMUM.c.model,
            _MINIMUM.c.minimum,
            there.label("in_stock"),
        )
        .join(_PLACE, _PLACE.c.id == _MINIMUM.c.location_id)
        .order_by(_PLACE.c.code, _MINIMUM.c.kind, _MINIMUM.c.model)
    )
    rows = _rows(connection, query)
    return [row | {"lacking": max(row["minimum"] - row["in_stock"], 0)} for row in rows]


def open_reservations(connection: Connection) -> list[Row]:
    """Return reservations that hold, the oldest first."""
    name = func.trim(_PERSON.c.given_name + " " + _PERSON.c.family_name)
    query = (
        select(
            _RESERVATION.c.id,
            _RESERVATION.c.request,
            _RESERVATION.c.purpose,
            _RESERVATION.c.reserved_on,
            _RESERVATION.c.expires_on,
            _RESERVATION.c.asset_id,
            _ASSET.c.tag,
            _ASSET.c.kind,
            _ASSET.c.model,
            _RESERVATION.c.person_id,
            name.label("person"),
        )
        .join(_ASSET, _ASSET.c.id == _RESERVATION.c.asset_id)
        .outerjoin(_PERSON, _PERSON.c.id == _RESERVATION.c.person_id)
        .where(_RESERVATION.c.ended_at.is_(None))
        .order_by(_RESERVATION.c.id)
    )
    return _rows(connection, query)


def suppliers(connection: Connection) -> list[Row]:
    """Return suppliers by name with the number of their orders."""
    orders = (
        select(func.count())
        .where(_ORDER.c.supplier_id == _SUPPLIER.c.id)
        .scalar_subquery()
    )
    query = select(_SUPPLIER.c.id, _SUPPLIER.c.name, orders.label("orders"))
    return _rows(connection, query.order_by(_SUPPLIER.c.name))


def list_orders(
    connection: Connection, *, after: str | None = None, limit: int = 50
) -> Page:
    """Return a page of orders, the newest first.

    Raises:
        Invalid: Cursor or limit is not one.
    """
    lines = select(
        func.coalesce(func.sum(_LINE.c.quantity), 0).label("ordered"),
    ).where(_LINE.c.order_id == _ORDER.c.id)
    came = select(func.coalesce(func.sum(_LINE.c.received), 0)).where(
        _LINE.c.order_id == _ORDER.c.id
    )
    query = select(
        *_order_columns(),
        lines.scalar_subquery().label("ordered"),
        came.scalar_subquery().label("received"),
    ).join(_SUPPLIER, _SUPPLIER.c.id == _ORDER.c.supplier_id)
    return fetch_page(
        connection,
        query,
        keys={"id": _ORDER.c.id},
        sort="-id",
        row_id=_ORDER.c.id,
        after=after,
        limit=limit,
    )


def order_detail(connection: Connection, order_id: int) -> Row | None:
    """Return an order with `lines` and `assets` that came; None if there is none."""
    query = (
        select(*_order_columns(), _ORDER.c.note)
        .join(_SUPPLIER, _SUPPLIER.c.id == _ORDER.c.supplier_id)
        .where(_ORDER.c.id == order_id)
    )
    found = connection.execute(query).mappings().one_or_none()
    if found is None:
        return None
    lines = (
        select(_LINE, _MAKER.c.name.label("manufacturer"))
        .outerjoin(_MAKER, _MAKER.c.id == _LINE.c.manufacturer_id)
        .where(_LINE.c.order_id == order_id)
        .order_by(_LINE.c.line)
    )
    came = (
        select(
            _ASSET.c.id,
            _ASSET.c.tag,
            _ASSET.c.kind,
            _ASSET.c.model,
            _ASSET.c.serial,
            _LINE.c.line,
            _RECEIPT.c.received_on,
        )
        .join(_RECEIPT, _RECEIPT.c.asset_id == _ASSET.c.id)
        .join(_LINE, _LINE.c.id == _RECEIPT.c.line_id)
        .where(_LINE.c.order_id == order_id)
        .order_by(_RECEIPT.c.id)
    )
    return dict(found) | {
        "lines": _rows(connection, lines),
        "assets": _rows(connection, came),
    }


def list_acceptances(
    connection: Connection,
    *,
    state: str | None = None,
    act: str | None = None,
    after: str | None = None,
    limit: int = 50,
) -> Page:
    """Return a page of what people were asked to confirm, the newest first.

    Raises:
        Invalid: Cursor or limit is not one.
    """
    name = func.trim(_PERSON.c.given_name + " " + _PERSON.c.family_name)
    shown = "id act person_id state signature remark expires_at answered_at".split()
    query = select(
        *(_ACCEPTANCE.c[one] for one in (*shown, "recorded_at", "items")),
        name.label("person"),
    ).join(_PERSON, _PERSON.c.id == _ACCEPTANCE.c.person_id)
    if state is not None:
        query = query.where(_ACCEPTANCE.c.state == state)
    if act is not None:
        query = query.where(_ACCEPTANCE.c.act == act)
    return fetch_page(
        connection,
        query,
        keys={"id": _ACCEPTANCE.c.id},
        sort="-id",
        row_id=_ACCEPTANCE.c.id,
        after=after,
        limit=limit,
    )


def handover(connection: Connection, act: str) -> list[Row]:
    """Return what was handed over in one act; empty if there is no such act."""
    return custody_history(connection, _CUSTODY.c.act == act)


def _order_columns() -> list[Any]:
    return [
        _ORDER.c.id,
        _ORDER.c.number,
        _SUPPLIER.c.name.label("supplier"),
        _ORDER.c.currency,
        _ORDER.c.ordered_on,
        _ORDER.c.closed_on,
        _ORDER.c.closed_why,
    ]


def _rows(connection: Connection, query: Select[Any]) -> list[Row]:
    return [dict(row) for row in connection.execute(query).mappings()]
