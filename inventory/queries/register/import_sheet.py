"""Assets as a table with the headings that an import understands. Imports `storage`.

One row an asset, with who has it now. Written out and read again with the profile
`purser`, it changes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, select

from inventory.assets.identifiers.tables import AssetIdentifier
from inventory.assets.register import tables as assets
from inventory.assets.register.details import DETAILS
from inventory.kernel.money import Money
from inventory.people import tables as people
from inventory.queries.register.assets import AssetFilter, filtered
from inventory.storage.dated import still_open
from inventory.storage.rows import col, id_of, table_of

_ASSET = table_of(assets.Asset)
_MAKER = table_of(assets.Manufacturer)
_CUSTODY = table_of(assets.Custody)
_IDENTIFIER = table_of(AssetIdentifier)
_PERSON = table_of(people.Person)
_LOCATION = table_of(people.Location)
_PLACE = _LOCATION.alias("place")
_ENTITY = table_of(people.LegalEntity)

_COLUMNS = {
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
HEADER = (*_COLUMNS, "cost", "macs", "imei", "uuid")
"""Headings, in the order of the cells."""

_LISTS = {"macs": "mac", "imei": "imei", "uuid": "uuid"}


def asset_sheet(
    connection: Connection, filters: AssetFilter | None = None
) -> Iterator[list[Any]]:
    """Yield the cells of each asset that `filters` leaves, by tag.

    `held_from` is given only where the holder is a person or a place.
    """
    noted = _noted(connection)
    source = (
        _ASSET.outerjoin(
            _MAKER, id_of(assets.Manufacturer) == col(assets.Asset.manufacturer_id)
        )
        .outerjoin(
            _ENTITY, id_of(people.LegalEntity) == col(assets.Asset.legal_entity_id)
        )
        .outerjoin(_LOCATION, id_of(people.Location) == col(assets.Asset.location_id))
        .outerjoin(
            _CUSTODY,
            (col(assets.Custody.asset_id) == id_of(assets.Asset))
            & still_open(assets.Custody),
        )
        .outerjoin(_PERSON, id_of(people.Person) == col(assets.Custody.person_id))
        .outerjoin(_PLACE, _PLACE.c.id == col(assets.Custody.location_id))
    )
    query = select(
        id_of(assets.Asset),
        col(assets.Asset.cost_minor),
        *(column.label(name) for name, column in _COLUMNS.items()),
    ).select_from(source)
    query = filtered(query, filters or AssetFilter()).order_by(col(assets.Asset.tag))
    for row in connection.execute(query).mappings():
        cells = dict(row)
        if cells["person"] is None and cells["place"] is None:
            cells["held_from"] = cells["expected_return"] = None
        if cells["cost_minor"] is not None:
            cells["cost"] = Money(cells["cost_minor"], cells["currency"]).amount
        cells |= {n: "; ".join(noted[row["id"], kind]) for n, kind in _LISTS.items()}
        yield [cells.get(name) for name in HEADER]


def _noted(connection: Connection) -> dict[tuple[int, str], list[str]]:
    found: dict[tuple[int, str], list[str]] = defaultdict(list)
    c = _IDENTIFIER.c
    query = select(c.asset_id, c.kind, c.value).where(c.ended_at.is_(None))
    for asset_id, kind, value in connection.execute(query.order_by(c.value)):
        found[asset_id, kind].append(value)
    return found
