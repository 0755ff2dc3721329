"""Results of stock-takes with the names of what they are about."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import Connection, func, select

from inventory.assets.register import tables as assets
from inventory.assets.stocktake.rules import CountResult
from inventory.people import tables as people
from inventory.storage.dated import still_open
from inventory.storage.rows import Row, chunks, col, id_of, table_of

_CUSTODY = table_of(assets.Custody)
_PERSON = table_of(people.Person)


def results_with_names(
    connection: Connection, results: Iterable[CountResult]
) -> list[Row]:
    """Return results with the names of what they are about."""
    results = list(results)
    named = _named_assets(connection, {r.asset_id for r in results if r.asset_id})
    places = named_places(connection)
    rows = []
    for one in results:
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
    query = select(id_of(people.Location), col(people.Location.code))
    return {row.id: row.code for row in connection.execute(query)}


def _named_assets(connection: Connection, ids: Collection[int]) -> dict[int, Any]:
    name = func.trim(
        col(people.Person.given_name) + " " + col(people.Person.family_name)
    )
    query = (
        select(
            id_of(assets.Asset),
            col(assets.Asset.tag),
            col(assets.Asset.kind),
            col(assets.Asset.model),
            col(assets.Asset.serial),
            name.label("person"),
        )
        .outerjoin(
            _CUSTODY,
            (col(assets.Custody.asset_id) == id_of(assets.Asset))
            & still_open(assets.Custody),
        )
        .outerjoin(_PERSON, id_of(people.Person) == col(assets.Custody.person_id))
    )
    return {
        row["id"]: row
        for part in chunks(ids)
        for row in connection.execute(
            query.where(id_of(assets.Asset).in_(part))
        ).mappings()
    }
