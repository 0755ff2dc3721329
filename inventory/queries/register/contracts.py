"""Contracts, licences, consumables, and what ends soon. May import every context."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, Select, func, select

from inventory.assets.contracts.tables import (
    Consumable,
    ConsumableMove,
    ConsumableStock,
    Contract,
    ContractCover,
    Licence,
    LicenceSeat,
    LicenceUse,
)
from inventory.assets.register import tables as assets
from inventory.assets.stock.tables import Supplier
from inventory.people import tables as people
from inventory.storage.paging import Page, fetch_page
from inventory.storage.rows import Row, table_of

_ASSET = table_of(assets.Asset)
_CONTRACT = table_of(Contract)
_COVER = table_of(ContractCover)
_LICENCE = table_of(Licence)
_SEAT = table_of(LicenceSeat)
_USE = table_of(LicenceUse)
_THING = table_of(Consumable)
_STOCK = table_of(ConsumableStock)
_MOVE = table_of(ConsumableMove)
_SUPPLIER = table_of(Supplier)
_PERSON = table_of(people.Person)
_PLACE = table_of(people.Location)
_NAME = func.trim(_PERSON.c.given_name + " " + _PERSON.c.family_name)


def ending(connection: Connection, today: date, days: int) -> list[Row]:
    """Return what ends, or has to be given notice of, within some days.

    Warranties of assets, contracts and licences; what has ended already in the last 30
    days, too, since nobody may have looked.

    Returns:
        Rows with `what`, `id`, `name`, `text`, `on` and `why`, by day.
    """
    first, last = today - timedelta(days=30), today + timedelta(days=days)
    rows: list[Row] = []
    for what, table, name, words in (
        ("contract", _CONTRACT, "number", "name"),
        ("licence", _LICENCE, "key", "product"),
    ):
        for column in ("ends_on", "notice_on"):
            query = select(
                table.c.id, table.c[name].label("name"), table.c[words].label("text")
            ).add_columns(table.c[column].label("on"))
            query = query.where(table.c[column].between(first, last))
            why = "ends" if column == "ends_on" else "last day to give notice"
            rows += [r | {"what": what, "why": why} for r in _rows(connection, query)]
    query = select(
        _ASSET.c.id,
        _ASSET.c.tag.label("name"),
        _ASSET.c.model.label("text"),
        _ASSET.c.warranty_until.label("on"),
    ).where(_ASSET.c.warranty_until.between(first, last), _ASSET.c.state != "disposed")
    rows += [
        r | {"what": "asset", "why": "warranty ends"} for r in _rows(connection, query)
    ]
    return sorted(rows, key=lambda row: (row["on"], row["what"], row["name"]))


def list_contracts(
    connection: Connection, *, after: str | None = None, limit: int = 50
) -> Page:
    """Return a page of contracts by number, with how many assets each is about.

    Raises:
        Invalid: Cursor or limit is not one.
    """
    covered = (
        select(func.count())
        .where(_COVER.c.contract_id == _CONTRACT.c.id, _COVER.c.valid_to.is_(None))
        .scalar_subquery()
    )
    query = select(
        _CONTRACT, _SUPPLIER.c.name.label("supplier"), covered.label("assets")
    ).outerjoin(_SUPPLIER, _SUPPLIER.c.id == _CONTRACT.c.supplier_id)
    return fetch_page(
        connection,
        query,
        keys={"number": _CONTRACT.c.number},
        sort="number",
        row_id=_CONTRACT.c.id,
        after=after,
        limit=limit,
    )


def contract_detail(connection: Connection, contract_id: int) -> Row | None:
    """Return a contract with the assets it is about; None if there is none."""
    query = (
        select(_CONTRACT, _SUPPLIER.c.name.label("supplier"))
        .outerjoin(_SUPPLIER, _SUPPLIER.c.id == _CONTRACT.c.supplier_id)
        .where(_CONTRACT.c.id == contract_id)
    )
    found = connection.execute(query).mappings().one_or_none()
    if found is None:
        return None
    covered = (
        select(
            _COVER.c.id,
            _COVER.c.asset_id,
            _ASSET.c.tag,
            _ASSET.c.kind,
            _ASSET.c.model,
            _COVER.c.valid_from,
            _COVER.c.valid_to,
        )
        .join(_ASSET, _ASSET.c.id == _COVER.c.asset_id)
        .where(_COVER.c.contract_id == contract_id)
        .order_by(_COVER.c.id)
    )
    return dict(found) | {"assets": _rows(connection, covered)}


def list_licences(
    connection: Connection, *, after: str | None = None, limit: int = 50
) -> Page:
    """Return a page of licences by key, with seats, and how many are used.

    Raises:
        Invalid: Cursor or limit is not one.
    """
    query = select(_LICENCE, _seats().label("seats"), _used().label("used"))
    return fetch_page(
        connection,
        query,
        keys={"key": _LICENCE.c.key},
        sort="key",
        row_id=_LICENCE.c.id,
        after=after,
        limit=limit,
    )


def licence_detail(connection: Connection, licence_id: int) -> Row | None:
    """Return a licence with who used its seats; None if there is none."""
    query = select(_LICENCE, _seats().label("seats"), _used().label("used")).where(
        _LICENCE.c.id == licence_id
    )
    found = connection.execute(query).mappings().one_or_none()
    if found is None:
        return None
    uses = (
        select(
            _USE.c.id,
            _SEAT.c.number.label("seat"),
            _USE.c.person_id,
            _NAME.label("person"),
            _USE.c.asset_id,
            _ASSET.c.tag,
            _USE.c.valid_from,
            _USE.c.valid_to,
        )
        .join(_SEAT, _SEAT.c.id == _USE.c.seat_id)
        .outerjoin(_PERSON, _PERSON.c.id == _USE.c.person_id)
        .outerjoin(_ASSET, _ASSET.c.id == _USE.c.asset_id)
        .where(_SEAT.c.licence_id == licence_id)
        .order_by(_USE.c.valid_to.is_not(None), _SEAT.c.number, _USE.c.id)
    )
    return dict(found) | {"uses": _rows(connection, uses)}


def list_consumables(connection: Connection) -> list[Row]:
    """Return consumables by key with what each room has, and what lacks."""
    rooms: dict[int, list[Row]] = {}
    query = (
        select(
            _STOCK.c.consumable_id,
            _PLACE.c.code.label("location"),
            _STOCK.c.quantity,
        )
        .join(_PLACE, _PLACE.c.id == _STOCK.c.location_id)
        .where(_STOCK.c.quantity > 0)
        .order_by(_PLACE.c.code)
    )
    for row in _rows(connection, query):
        rooms.setdefault(row.pop("consumable_id"), []).append(row)
    said = []
    for row in _rows(connection, select(_THING).order_by(_THING.c.key)):
        here = rooms.get(row["id"], [])
        there = sum(room["quantity"] for room in here)
        lacking = max(row["minimum"] - there, 0)
        said.append(row | {"quantity": there, "lacking": lacking, "rooms": here})
    return said


def consumable_moves(connection: Connection, consumable_id: int) -> list[Row]:
    """Return the ledger of a consumable, the newest first (at most 1,000)."""
    query = (
        select(
            _MOVE,
            _PLACE.c.code.label("location"),
            _NAME.label("person"),
            _ASSET.c.tag,
        )
        .join(_PLACE, _PLACE.c.id == _MOVE.c.location_id)
        .outerjoin(_PERSON, _PERSON.c.id == _MOVE.c.person_id)
        .outerjoin(_ASSET, _ASSET.c.id == _MOVE.c.asset_id)
        .where(_MOVE.c.consumable_id == consumable_id)
        .order_by(_MOVE.c.id.desc())
        .limit(1000)
    )
    return _rows(connection, query)


def _seats() -> Any:  # noqa: ANN401
    return (
        select(func.count())
        .where(_SEAT.c.licence_id == _LICENCE.c.id, _SEAT.c.ended_on.is_(None))
        .scalar_subquery()
    )


def _used() -> Any:  # noqa: ANN401
    return (
        select(func.count())
        .select_from(_USE.join(_SEAT, _SEAT.c.id == _USE.c.seat_id))
        .where(_SEAT.c.licence_id == _LICENCE.c.id, _USE.c.valid_to.is_(None))
        .scalar_subquery()
    )


def _rows(connection: Connection, query: Select[Any]) -> list[Row]:
    return [dict(row) for row in connection.execute(query).mappings()]
