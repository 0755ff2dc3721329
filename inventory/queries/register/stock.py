"""Stock as lists: rooms, reservations, orders, handovers. May import every context."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, func, select

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
from inventory.storage.rows import AnySelect, Row, col, id_of, table_of

_ASSET = table_of(assets.Asset)
_MAKER = table_of(assets.Manufacturer)
_PLACE = table_of(people.Location)
_PERSON = table_of(people.Person)
_LINE = table_of(PurchaseLine)
_RECEIPT = table_of(PurchaseReceipt)
_SUPPLIER = table_of(Supplier)
_ACCEPTANCE = table_of(Acceptance)

STOCK_STATES = ("in_stock", "reserved", "prepared")


def stock_rooms(connection: Connection) -> list[Row]:
    """Return what lies in stock: by room, kind and model, with numbers by state."""
    here = id_of(people.Location) == col(assets.Asset.location_id)
    query = (
        select(
            col(assets.Asset.location_id),
            col(people.Location.code).label("location"),
            col(people.Location.name).label("location_name"),
            col(assets.Asset.kind),
            col(assets.Asset.model),
            col(assets.Asset.state),
            func.count().label("count"),
        )
        .select_from(_ASSET.outerjoin(_PLACE, here))
        .where(col(assets.Asset.state).in_(STOCK_STATES))
        .group_by(
            col(assets.Asset.location_id),
            col(people.Location.code),
            col(people.Location.name),
            col(assets.Asset.kind),
            col(assets.Asset.model),
            col(assets.Asset.state),
        )
        .order_by(
            col(people.Location.code), col(assets.Asset.kind), col(assets.Asset.model)
        )
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
            | dict.fromkeys(STOCK_STATES, 0),
        )
        room[row["state"]] += row["count"]
    return list(rooms.values())


def list_minima(connection: Connection) -> list[Row]:
    """Return all minima of stock rooms with what is in stock, by room."""
    in_stock = (
        select(func.count())
        .where(
            col(assets.Asset.state) == "in_stock",
            col(assets.Asset.location_id) == col(StockMinimum.location_id),
            col(assets.Asset.kind) == col(StockMinimum.kind),
            (col(StockMinimum.model) == "")
            | (col(assets.Asset.model) == col(StockMinimum.model)),
        )
        .scalar_subquery()
    )
    query = (
        select(
            id_of(StockMinimum),
            col(people.Location.code).label("location"),
            col(StockMinimum.kind),
            col(StockMinimum.model),
            col(StockMinimum.minimum),
            in_stock.label("in_stock"),
        )
        .join(_PLACE, id_of(people.Location) == col(StockMinimum.location_id))
        .order_by(
            col(people.Location.code), col(StockMinimum.kind), col(StockMinimum.model)
        )
    )
    rows = _rows(connection, query)
    return [row | {"lacking": max(row["minimum"] - row["in_stock"], 0)} for row in rows]


def open_reservations(connection: Connection) -> list[Row]:
    """Return reservations that hold, the oldest first."""
    name = func.trim(
        col(people.Person.given_name) + " " + col(people.Person.family_name)
    )
    query = (
        select(
            id_of(Reservation),
            col(Reservation.request),
            col(Reservation.purpose),
            col(Reservation.reserved_on),
            col(Reservation.expires_on),
            col(Reservation.asset_id),
            col(assets.Asset.tag),
            col(assets.Asset.kind),
            col(assets.Asset.model),
            col(Reservation.person_id),
            name.label("person"),
        )
        .join(_ASSET, id_of(assets.Asset) == col(Reservation.asset_id))
        .outerjoin(_PERSON, id_of(people.Person) == col(Reservation.person_id))
        .where(col(Reservation.ended_at).is_(None))
        .order_by(id_of(Reservation))
    )
    return _rows(connection, query)


def list_suppliers(connection: Connection) -> list[Row]:
    """Return suppliers by name with the number of their orders."""
    orders = (
        select(func.count())
        .where(col(PurchaseOrder.supplier_id) == id_of(Supplier))
        .scalar_subquery()
    )
    query = select(id_of(Supplier), col(Supplier.name), orders.label("orders"))
    return _rows(connection, query.order_by(col(Supplier.name)))


def list_orders(
    connection: Connection, *, after: str | None = None, limit: int = 50
) -> Page:
    """Return a page of orders, the newest first.

    Raises:
        Invalid: Cursor or limit is not one.
    """
    lines = select(
        func.coalesce(func.sum(col(PurchaseLine.quantity)), 0).label("ordered"),
    ).where(col(PurchaseLine.order_id) == id_of(PurchaseOrder))
    received = select(func.coalesce(func.sum(col(PurchaseLine.received)), 0)).where(
        col(PurchaseLine.order_id) == id_of(PurchaseOrder)
    )
    query = select(
        *_order_columns(),
        lines.scalar_subquery().label("ordered"),
        received.scalar_subquery().label("received"),
    ).join(_SUPPLIER, id_of(Supplier) == col(PurchaseOrder.supplier_id))
    return fetch_page(
        connection,
        query,
        keys={"id": id_of(PurchaseOrder)},
        sort="-id",
        row_id=id_of(PurchaseOrder),
        after=after,
        limit=limit,
    )


def order_detail(connection: Connection, order_id: int) -> Row | None:
    """Return an order with `lines` and `assets` that came; None if there is none."""
    query = (
        select(*_order_columns(), col(PurchaseOrder.note))
        .join(_SUPPLIER, id_of(Supplier) == col(PurchaseOrder.supplier_id))
        .where(id_of(PurchaseOrder) == order_id)
    )
    found = connection.execute(query).mappings().one_or_none()
    if found is None:
        return None
    lines = (
        select(_LINE, col(assets.Manufacturer.name).label("manufacturer"))
        .outerjoin(
            _MAKER, id_of(assets.Manufacturer) == col(PurchaseLine.manufacturer_id)
        )
        .where(col(PurchaseLine.order_id) == order_id)
        .order_by(col(PurchaseLine.line))
    )
    received = (
        select(
            id_of(assets.Asset),
            col(assets.Asset.tag),
            col(assets.Asset.kind),
            col(assets.Asset.model),
            col(assets.Asset.serial),
            col(PurchaseLine.line),
            col(PurchaseReceipt.received_on),
        )
        .join(_RECEIPT, col(PurchaseReceipt.asset_id) == id_of(assets.Asset))
        .join(_LINE, id_of(PurchaseLine) == col(PurchaseReceipt.line_id))
        .where(col(PurchaseLine.order_id) == order_id)
        .order_by(id_of(PurchaseReceipt))
    )
    return dict(found) | {
        "lines": _rows(connection, lines),
        "assets": _rows(connection, received),
    }


def list_acceptances(
    connection: Connection,
    *,
    state: str | None = None,
    handover_id: str | None = None,
    after: str | None = None,
    limit: int = 50,
) -> Page:
    """Return a page of what people were asked to confirm, the newest first.

    Raises:
        Invalid: Cursor or limit is not one.
    """
    name = func.trim(
        col(people.Person.given_name) + " " + col(people.Person.family_name)
    )
    shown = (
        "id handover_id person_id state signature remark expires_at answered_at".split()
    )
    query = select(
        *(_ACCEPTANCE.c[one] for one in (*shown, "recorded_at", "items")),
        name.label("person"),
    ).join(_PERSON, id_of(people.Person) == col(Acceptance.person_id))
    if state is not None:
        query = query.where(col(Acceptance.state) == state)
    if handover_id is not None:
        query = query.where(col(Acceptance.handover_id) == handover_id)
    return fetch_page(
        connection,
        query,
        keys={"id": id_of(Acceptance)},
        sort="-id",
        row_id=id_of(Acceptance),
        after=after,
        limit=limit,
    )


def assets_of_handover(connection: Connection, handover_id: str) -> list[Row]:
    """Return what was handed over in one act; empty if there is no such act."""
    return custody_history(connection, col(assets.Custody.handover_id) == handover_id)


def _order_columns() -> list[Any]:
    return [
        id_of(PurchaseOrder),
        col(PurchaseOrder.number),
        col(Supplier.name).label("supplier"),
        col(PurchaseOrder.currency),
        col(PurchaseOrder.ordered_on),
        col(PurchaseOrder.closed_on),
        col(PurchaseOrder.close_reason),
    ]


def _rows(connection: Connection, query: AnySelect) -> list[Row]:
    return [dict(row) for row in connection.execute(query).mappings()]
