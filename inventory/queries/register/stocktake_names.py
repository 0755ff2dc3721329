"""Results of stock-takes with the names of what they are about."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import Connection, func, select

from inventory.assets.register import tables as assets
from inventory.assets.stocktake.rules import Result
from inventory.people import tables as people
from inventory.storage.rows import Row, chunks, table_of

_ASSET = table_of(assets.Asset)
_CUSTODY = table_of(assets.Custody)
_PLACE = table_of(people.Location)
_PERSON = table_of(people.Person)


def told(connection: Connection, said: Iterable[Result]) -> list[Row]:
    """Return results with the names of what they are about."""
    said = list(said)
    named = _named_assets(connection, {r.asset_id for r in said if r.asset_id})
    places = named_places(connection)
    rows = []
    for one in said:
        asset = named.get(one.asset_id or 0, {})
        rows.append(
            {
                "outcome": str(one.outcome),
                "asset_id": one.asset_id,
                "tag": asset.get("tag") or one.text,
                "kind": asset.get("kind"),
                "model": asset.get("model"),
                "serial": asset.get("serial"),
                "person": asset.get("person"),
                "expected": one.expected,
                "seen_at": places.get(one.location_id or 0),
                "how": one.how,
                "denied": one.denied,
            }
        )
    return rows


def named_places(connection: Connection) -> dict[int, str]:
    """Return the codes of all places by id."""
    query = select(_PLACE.c.id, _PLACE.c.code)
    return {row.id: row.code for row in connection.execute(query)}


def _named_assets(connection: Connection, ids: Collection[int]) -> dict[int, Any]:
    name = func.trim(_PERSON.c.given_name + " " + _PERSON.c.family_name)
    query = (
        select(
            _ASSET.c.id,
            _ASSET.c.tag,
            _ASSET.c.kind,
            _ASSET.c.model,
            _ASSET.c.serial,
            name.label("person"),
        )
        .outerjoin(
            _CUSTODY,
            (_CUSTODY.c.asset_id == _ASSET.c.id) & _CUSTODY.c.valid_to.is_(None),
        )
        .outerjoin(_PERSON, _PERSON.c.id == _CUSTODY.c.person_id)
    )
    return {
        row["id"]: row
        for part in chunks(ids)
        for row in connection.execute(query.where(_ASSET.c.id.in_(part))).mappings()
    }
