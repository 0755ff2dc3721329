"""Contracts, licences, consumables, and what ends soon. May import every context."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, func, select

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
from inventory.storage.dated import still_open
from inventory.storage.paging import Page, fetch_page
from inventory.storage.rows import AnySelect, Row, col, id_of, table_of

_ASSET = table_of(assets.Asset)
_CONTRACT = table_of(Contract)
_LICENCE = table_of(Licence)
_SEAT = table_of(LicenceSeat)
_USE = table_of(LicenceUse)
_THING = table_of(Consumable)
_MOVE = table_of(ConsumableMove)
_SUPPLIER = table_of(Supplier)
_PERSON = table_of(people.Person)
_PLACE = table_of(people.Location)
_NAME = func.trim(col(people.Person.given_name) + " " + col(people.Person.family_name))


def ending_soon(connection: Connection, today: date, days: int) -> list[Row]:
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
        id_of(assets.Asset),
        col(assets.Asset.tag).label("name"),
        col(assets.Asset.model).label("text"),
        col(assets.Asset.warranty_until).label("on"),
    ).where(
        col(assets.Asset.warranty_until).between(first, last),
        col(assets.Asset.state) != "disposed",
    )
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
        .where(
            col(ContractCover.contract_id) == id_of(Contract),
            still_open(ContractCover),
        )
        .scalar_subquery()
    )
    query = select(
        _CONTRACT, col(Supplier.name).label("supplier"), covered.label("assets")
    ).outerjoin(_SUPPLIER, id_of(Supplier) == col(Contract.supplier_id))
    return fetch_page(
        connection,
        query,
        keys={"number": col(Contract.number)},
        sort="number",
        row_id=id_of(Contract),
        after=after,
        limit=limit,
    )


def contract_detail(connection: Connection, contract_id: int) -> Row | None:
    """Return a contract with the assets it is about; None if there is none."""
    query = (
        select(_CONTRACT, col(Supplier.name).label("supplier"))
        .outerjoin(_SUPPLIER, id_of(Supplier) == col(Contract.supplier_id))
        .where(id_of(Contract) == contract_id)
    )
    found = connection.execute(query).mappings().one_or_none()
    if found is None:
        return None
    covered = (
        select(
            id_of(ContractCover),
            col(ContractCover.asset_id),
            col(assets.Asset.tag),
            col(assets.Asset.kind),
            col(assets.Asset.model),
            col(ContractCover.valid_from),
            col(ContractCover.valid_to),
        )
        .join(_ASSET, id_of(assets.Asset) == col(ContractCover.asset_id))
        .where(col(ContractCover.contract_id) == contract_id)
        .order_by(id_of(ContractCover))
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
        keys={"key": col(Licence.key)},
        sort="key",
        row_id=id_of(Licence),
        after=after,
        limit=limit,
    )


def licence_detail(connection: Connection, licence_id: int) -> Row | None:
    """Return a licence with who used its seats; None if there is none."""
    query = select(_LICENCE, _seats().label("seats"), _used().label("used")).where(
        id_of(Licence) == licence_id
    )
    found = connection.execute(query).mappings().one_or_none()
    if found is None:
        return None
    uses = (
        select(
            id_of(LicenceUse),
            col(LicenceSeat.number).label("seat"),
            col(LicenceUse.person_id),
            _NAME.label("person"),
            col(LicenceUse.asset_id),
            col(assets.Asset.tag),
            col(LicenceUse.valid_from),
            col(LicenceUse.valid_to),
        )
        .join(_SEAT, id_of(LicenceSeat) == col(LicenceUse.seat_id))
        .outerjoin(_PERSON, id_of(people.Person) == col(LicenceUse.person_id))
        .outerjoin(_ASSET, id_of(assets.Asset) == col(LicenceUse.asset_id))
        .where(col(LicenceSeat.licence_id) == licence_id)
        .order_by(
            col(LicenceUse.valid_to).is_not(None),
            col(LicenceSeat.number),
            id_of(LicenceUse),
        )
    )
    return dict(found) | {"uses": _rows(connection, uses)}


def list_consumables(connection: Connection) -> list[Row]:
    """Return consumables by key with what each room has, and what lacks."""
    rooms: dict[int, list[Row]] = {}
    query = (
        select(
            col(ConsumableStock.consumable_id),
            col(people.Location.code).label("location"),
            col(ConsumableStock.quantity),
        )
        .join(_PLACE, id_of(people.Location) == col(ConsumableStock.location_id))
        .where(col(ConsumableStock.quantity) > 0)
        .order_by(col(people.Location.code))
    )
    for row in _rows(connection, query):
        rooms.setdefault(row.pop("consumable_id"), []).append(row)
    consumables = []
    for row in _rows(connection, select(_THING).order_by(col(Consumable.key))):
        here = rooms.get(row["id"], [])
        quantity = sum(room["quantity"] for room in here)
        lacking = max(row["minimum"] - quantity, 0)
        consumables.append(
            row | {"quantity": quantity, "lacking": lacking, "rooms": here}
        )
    return consumables


def consumable_moves(connection: Connection, consumable_id: int) -> list[Row]:
    """Return the ledger of a consumable, the newest first (at most 1,000)."""
    query = (
        select(
            _MOVE,
            col(people.Location.code).label("location"),
            _NAME.label("person"),
            col(assets.Asset.tag),
        )
        .join(_PLACE, id_of(people.Location) == col(ConsumableMove.location_id))
        .outerjoin(_PERSON, id_of(people.Person) == col(ConsumableMove.person_id))
        .outerjoin(_ASSET, id_of(assets.Asset) == col(ConsumableMove.asset_id))
        .where(col(ConsumableMove.consumable_id) == consumable_id)
        .order_by(id_of(ConsumableMove).desc())
        .limit(1000)
    )
    return _rows(connection, query)


def _seats() -> Any:  # noqa: ANN401
    return (
        select(func.count())
        .where(
            col(LicenceSeat.licence_id) == id_of(Licence),
            col(LicenceSeat.ended_on).is_(None),
        )
        .scalar_subquery()
    )


def _used() -> Any:  # noqa: ANN401
    return (
        select(func.count())
        .select_from(_USE.join(_SEAT, id_of(LicenceSeat) == col(LicenceUse.seat_id)))
        .where(
            col(LicenceSeat.licence_id) == id_of(Licence),
            still_open(LicenceUse),
        )
        .scalar_subquery()
    )


def _rows(connection: Connection, query: AnySelect) -> list[Row]:
    return [dict(row) for row in connection.execute(query).mappings()]
