"""Assets as a table with the headings that an import understands. Imports `storage`.

One row an asset, with who has it now. Written out and read again with the profile
`purser`, it changes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, select

from inventory.assets.identifiers.tables import AssetIdentifier
from inventory.assets.register import tables as assets
from inventory.assets.register.details import DETAILS
from inventory.kernel.money import Money
from inventory.people import tables as people
from inventory.storage.dated import still_open
from inventory.storage.rows import Row, chunks, col, id_of, table_of

_ASSET = table_of(assets.Asset)
_MAKER = table_of(assets.Manufacturer)
_CUSTODY = table_of(assets.Custody)
_IDENTIFIER = table_of(AssetIdentifier)
_PERSON = table_of(people.Person)
_LOCATION = table_of(people.Location)
_PLACE = _LOCATION.alias("place")
_ENTITY = table_of(people.LegalEntity)

COLUMNS: dict[str, ColumnElement[Any]] = {
    "id": id_of(assets.Asset),
    "cost_minor": col(assets.Asset.cost_minor),
    **{
        name: _ASSET.c[name]
        for name in ("tag", "kind", "name", "serial", "state", "currency", *DETAILS)
    },
    "manufacturer": col(assets.Manufacturer.name),
    "legal_entity": col(people.LegalEntity.code),
    "location": col(people.Location.code),
    "person": col(people.Person.key),
    "place": _PLACE.c.code,
    "held_from": col(assets.Custody.valid_from),
    "expected_return": col(assets.Custody.expected_return),
}
"""What is read of each asset."""

HEADER = (*tuple(COLUMNS)[2:], "cost", "macs", "imei", "uuid")
"""Headings, in the order of the cells."""

_LISTS = {"macs": "mac", "imei": "imei", "uuid": "uuid"}


SOURCE = (
    _ASSET.outerjoin(
        _MAKER, id_of(assets.Manufacturer) == col(assets.Asset.manufacturer_id)
    )
    .outerjoin(_ENTITY, id_of(people.LegalEntity) == col(assets.Asset.legal_entity_id))
    .outerjoin(_LOCATION, id_of(people.Location) == col(assets.Asset.location_id))
    .outerjoin(
        _CUSTODY,
        (col(assets.Custody.asset_id) == id_of(assets.Asset))
        & still_open(assets.Custody),
    )
    .outerjoin(_PERSON, id_of(people.Person) == col(assets.Custody.person_id))
    .outerjoin(_PLACE, _PLACE.c.id == col(assets.Custody.location_id))
)
"""What `COLUMNS` are columns of: assets with who has them now."""


def complete(connection: Connection, rows: Iterable[Mapping[str, Any]]) -> list[Row]:
    """Return rows of `COLUMNS` as rows of `HEADER`.

    `held_from` is given only where the holder is a person or a place.
    """
    found = [dict(row) for row in rows]
    noted = _noted(connection, [row["id"] for row in found])
    for row in found:
        if row["person"] is None and row["place"] is None:
            row["held_from"] = row["expected_return"] = None
        cost = row["cost_minor"]
        row["cost"] = None if cost is None else str(Money(cost, row["currency"]).amount)
        row |= {n: "; ".join(noted[row["id"], kind]) for n, kind in _LISTS.items()}
    return [{name: row[name] for name in HEADER} for row in found]


def asset_sheet(connection: Connection) -> Iterator[list[Any]]:
    """Yield the cells of each asset, by tag, in the order of `HEADER`."""
    query = select(*(column.label(name) for name, column in COLUMNS.items()))
    query = query.select_from(SOURCE).order_by(col(assets.Asset.tag))
    found = (dict(row) for row in connection.execute(query).mappings())
    rows = complete(connection, found)
    return ([row[name] for name in HEADER] for row in rows)


def _noted(
    connection: Connection, asset_ids: Collection[int]
) -> dict[tuple[int, str], list[str]]:
    found: dict[tuple[int, str], list[str]] = defaultdict(list)
    c = _IDENTIFIER.c
    query = select(c.asset_id, c.kind, c.value).where(c.ended_at.is_(None))
    for part in chunks(asset_ids):
        some = query.where(c.asset_id.in_(part)).order_by(c.value)
        for asset_id, kind, value in connection.execute(some):
            found[asset_id, kind].append(value)
    return found
