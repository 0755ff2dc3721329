"""Where assets are, day by day: with their holder, or where they belong.

A place that holds an asset is where it is; what a person holds is where that person
works; a part is where its whole is; what nobody holds is where it belongs. Of what a
team holds no place is known. May import `assets` and `people`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, select

from inventory.assets.custody.rules import HolderKind
from inventory.assets.custody.service import HOLDER_COLUMNS, MAX_NESTING
from inventory.assets.register import tables as assets
from inventory.kernel.spans import Dated, Span, layer
from inventory.people import tables as people
from inventory.people.employments import overlapping
from inventory.queries.register.location_history import (
    HomeLocations,
    assets_once_at,
    home_locations,
)
from inventory.storage.rows import Row, chunks, col, id_of, table_of

_CUSTODY = table_of(assets.Custody)
_PLACEMENT = table_of(people.Placement)


@dataclass(frozen=True, slots=True)
class Where:
    """A place, and why it is this one: holder, person, part, home or team."""

    place: int | None
    because: str


def places_of(
    connection: Connection, asset_ids: Collection[int], window: Span
) -> dict[int, list[Dated[Where]]]:
    """Return where assets were over a window; days before they came are left out."""
    custody = _custody(connection, asset_ids, window)
    known = home_locations(connection, custody.keys(), window)
    people_at = _work_places(
        connection,
        {
            row["person_id"]
            for rows in custody.values()
            for row in rows
            if row["person_id"] is not None
        },
        window,
    )
    return {
        asset_id: _of(asset_id, custody, known, people_at, window, 0)
        for asset_id in asset_ids
    }


def maybe_in(connection: Connection, places: Collection[int], window: Span) -> set[int]:
    """Return the assets that may have been in some places on some day of a window."""
    found = assets_once_at(connection, places, window.start)
    there: set[int] = set()
    for part in chunks(places):
        query = (
            select(col(people.Employment.person_id))
            .join(
                _PLACEMENT,
                col(people.Placement.employment_id) == id_of(people.Employment),
            )
            .where(
                col(people.Placement.location_id).in_(part),
                overlapping(_PLACEMENT, window),
            )
        )
        there.update(connection.execute(query).scalars())
    found |= _held_by(connection, "location_id", places, window)
    found |= _held_by(connection, "person_id", there, window)
    level = found
    for _ in range(MAX_NESTING):
        level = _held_by(connection, "holder_asset_id", level, window) - found
        if not level:
            break
        found |= level
    return found


def _of(
    asset_id: int,
    custody: dict[int, list[Row]],
    known: HomeLocations,
    people_at: dict[int, list[Dated[int | None]]],
    window: Span,
    depth: int,
) -> list[Dated[Where]]:
    held: list[Dated[Where]] = []
    for row in custody.get(asset_id, []):
        span = Span(row["valid_from"], row["valid_to"])
        if row["location_id"] is not None:
            held.append(Dated(span, Where(row["location_id"], "holder")))
        elif row["person_id"] is not None:
            held += _cut(people_at.get(row["person_id"], []), span, "person")
            held.append(Dated(span, Where(None, "person")))
        elif row["team_id"] is not None:
            held.append(Dated(span, Where(None, "team")))
        elif depth < MAX_NESTING:
            whole = row["holder_asset_id"]
            inside = _of(whole, custody, known, people_at, window, depth + 1)
            held += _cut([Dated(o.span, o.value.place) for o in inside], span, "part")
    home = [
        Dated(one.span, Where(one.value, "home")) for one in known.get(asset_id, [])
    ]
    return [
        Dated(part.span, part.value)
        for part in layer([held, home], window)
        if part.value is not None
    ]


def _cut(
    said: Iterable[Dated[int | None]], span: Span, because: str
) -> list[Dated[Where]]:
    met = ((one.span.meet(span), one.value) for one in said)
    return [Dated(part, Where(place, because)) for part, place in met if part]


def _custody(
    connection: Connection, asset_ids: Collection[int], window: Span
) -> dict[int, list[Row]]:
    """Return custody of assets, and of those that hold them; a key for each."""
    found: dict[int, list[Row]] = {}
    wanted = set(asset_ids)
    for _ in range(MAX_NESTING):
        if not wanted:
            break
        found.update((asset_id, []) for asset_id in wanted)
        for part in chunks(wanted):
            query = select(_CUSTODY).where(
                col(assets.Custody.asset_id).in_(part), overlapping(_CUSTODY, window)
            )
            for row in connection.execute(query).mappings():
                found[row["asset_id"]].append(dict(row))
        holders = {
            row[HOLDER_COLUMNS[HolderKind.ASSET]]
            for rows in found.values()
            for row in rows
        }
        wanted = {one for one in holders if one is not None} - found.keys()
    return found


def _held_by(
    connection: Connection, column: str, ids: Collection[int], window: Span
) -> set[int]:
    found: set[int] = set()
    for part in chunks(ids):
        query = select(col(assets.Custody.asset_id)).where(
            _CUSTODY.c[column].in_(part), overlapping(_CUSTODY, window)
        )
        found.update(connection.execute(query).scalars())
    return found


def _work_places(
    connection: Connection, persons: Collection[int], window: Span
) -> dict[int, list[Dated[int | None]]]:
    # Of several employments the one recorded first counts.
    found: dict[int, list[Dated[int | None]]] = defaultdict(list)
    for part in chunks(persons):
        query = (
            select(
                col(people.Employment.person_id),
                col(people.Placement.location_id),
                col(people.Placement.valid_from),
                col(people.Placement.valid_to),
            )
            .join(
                _PLACEMENT,
                col(people.Placement.employment_id) == id_of(people.Employment),
            )
            .where(
                col(people.Employment.person_id).in_(part),
                overlapping(_PLACEMENT, window),
            )
            .order_by(id_of(people.Employment), col(people.Placement.valid_from))
        )
        for person, place, start, end in connection.execute(query):
            if place is not None:
                found[person].append(Dated(Span(start, end), place))
    return found
