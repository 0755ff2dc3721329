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
from inventory.kernel.money import Money
from inventory.people import tables as people
from inventory.queries.register.assets import AssetFilter, filtered
from inventory.storage.rows import table_of

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
        for name in (
            "tag kind name model serial asset_class state supplier order_number "
            "invoice_number purchased_on currency warranty_until note"
        ).split()
    },
    "manufacturer": _MAKER.c.name,
    "legal_entity": _ENTITY.c.code,
    "location": _LOCATION.c.code,
    "person": _PERSON.c.key,
    "place": _PLACE.c.code,
    "held_from": _CUSTODY.c.valid_from,
    "expected_return": _CUSTODY.c.expected_return,
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
        _ASSET.outerjoin(_MAKER, _MAKER.c.id == _ASSET.c.manufacturer_id)
        .outerjoin(_ENTITY, _ENTITY.c.id == _ASSET.c.legal_entity_id)
        .outerjoin(_LOCATION, _LOCATION.c.id == _ASSET.c.location_id)
        .outerjoin(
            _CUSTODY,
            (_CUSTODY.c.asset_id == _ASSET.c.id) & _CUSTODY.c.valid_to.is_(None),
        )
        .outerjoin(_PERSON, _PERSON.c.id == _CUSTODY.c.person_id)
        .outerjoin(_PLACE, _PLACE.c.id == _CUSTODY.c.location_id)
    )
    query = select(
        _ASSET.c.id,
        _ASSET.c.cost_minor,
        *(column.label(name) for name, column in _COLUMNS.items()),
    ).select_from(source)
    query = filtered(query, filters or AssetFilter()).order_by(_ASSET.c.tag)
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
