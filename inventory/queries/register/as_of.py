"""Custody, place, cost centre and state of assets on any day or over a range of days.

Everything is dated, so a question about the past is a query: what an asset was, and
what a person, a team, a room, another asset or a cost centre had. Ranges are half-open
days: `to` is the first day no more. May import every context.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from inventory.assets.custody.rules import HolderKind
from inventory.assets.custody.service import HOLDER_COLUMNS
from inventory.assets.register import tables as assets
from inventory.kernel.spans import Span
from inventory.people import tables as people
from inventory.queries.money.cost_allocation import allocations
from inventory.queries.money.cost_centres import candidates_of
from inventory.queries.people.asset_places import maybe_in, places_of
from inventory.queries.register.assets import bearing_row
from inventory.queries.register.holders import custody_history
from inventory.storage.dated import overlapping
from inventory.storage.rows import Row, chunks, col, get, id_of, table_of

_ASSET = table_of(assets.Asset)
_CUSTODY = table_of(assets.Custody)
_NAMED = ("id", "tag", "kind", "model", "serial")


def asset_between(connection: Connection, asset_id: int, window: Span) -> Row:
    """Return what an asset was over a window: each part is cut to it.

    Returns:
        `asset`, `states`, `custody`, `places` and `bearing`, each a list of rows with
        `from` and `to` in order; days without custody have no row.

    Raises:
        NotFound: There is no such asset.
    """
    row = get(connection, assets.Asset, asset_id)
    held = custody_history(
        connection,
        (col(assets.Custody.asset_id) == asset_id)
        & overlapping(assets.Custody, window),
    )
    allocation_spans = allocations(connection, [asset_id], window)[asset_id]
    where = places_of(connection, [asset_id], window)[asset_id]
    codes = _places(connection, {one.value.place for one in where})
    return {
        "asset": {name: row[name] for name in _NAMED},
        "states": _states(connection, asset_id, window),
        "custody": _cut(held, window),
        "places": [
            _span(one.span)
            | {"location_id": one.value.place, "because": one.value.because}
            | codes.get(one.value.place, {"location": None, "location_name": None})
            for one in where
        ],
        "bearing": [
            _span(one.span) | bearing_row(connection, one) for one in allocation_spans
        ],
    }


def held_between(
    connection: Connection, kind: HolderKind, holder_id: int, window: Span
) -> list[Row]:
    """Return what somebody or something held on some day of a window, cut to it."""
    rows = custody_history(
        connection,
        (_CUSTODY.c[HOLDER_COLUMNS[kind]] == holder_id)
        & overlapping(assets.Custody, window),
    )
    return _cut(rows, window)


def in_place_between(
    connection: Connection, location_ids: Iterable[int], window: Span
) -> list[Row]:
    """Return the assets that were in some places on some day of a window.

    Each row has `from`, `to`, the place, and `because`: held by the place itself
    (`holder`), by a person who works there (`person`), as a part of something
    (`part`), or because it belongs there and nobody had it (`home`).
    """
    places = set(location_ids)
    ids = maybe_in(connection, places, window)
    named = _assets(connection, ids)
    codes = _places(connection, places)
    rows = [
        named[asset_id]
        | _span(one.span)
        | {"location_id": one.value.place, "because": one.value.because}
        | codes[one.value.place]
        for asset_id, parts in places_of(connection, ids, window).items()
        for one in parts
        if one.value.place in places
    ]
    return sorted(rows, key=lambda row: (row["tag"], row["from"]))


def charged_between(connection: Connection, centre_id: int, window: Span) -> list[Row]:
    """Return what a cost centre bore on some day of a window, with its share."""
    ids = candidates_of(connection, centre_id, window)
    named = _assets(connection, ids)
    rows = [
        named[asset_id] | _span(one.span) | {"ppm": share.ppm, "because": one.source}
        for asset_id, parts in allocations(connection, ids, window).items()
        for one in parts
        for share in one.shares
        if share.cost_centre_id == centre_id
    ]
    return sorted(rows, key=lambda row: (row["tag"], row["from"]))


def _states(connection: Connection, asset_id: int, window: Span) -> list[Row]:
    query = (
        select(
            col(assets.AssetState.state),
            col(assets.AssetState.since),
            col(assets.AssetState.reason),
        )
        .where(col(assets.AssetState.asset_id) == asset_id)
        .order_by(col(assets.AssetState.since), id_of(assets.AssetState))
    )
    rows = list(connection.execute(query).mappings())
    periods = []
    for number, row in enumerate(rows):
        end = rows[number + 1]["since"] if number + 1 < len(rows) else None
        met = Span(row["since"], end).meet(window)
        if met:
            periods.append(
                _span(met) | {"state": row["state"], "reason": row["reason"]}
            )
    return periods


def _cut(rows: Iterable[Row], window: Span) -> list[Row]:
    """Return rows of custody with `from` and `to` within a window."""
    cut = []
    for row in rows:
        met = Span(row["valid_from"], row["valid_to"]).meet(window)
        if met:
            cut.append(row | _span(met))
    return cut


def _span(span: Span) -> dict[str, date | None]:
    return {"from": span.start, "to": span.end}


def _assets(connection: Connection, ids: Iterable[int]) -> dict[int, Row]:
    found: dict[int, Row] = {}
    for part in chunks(ids):
        query = select(*(_ASSET.c[name] for name in _NAMED))
        for row in connection.execute(
            query.where(id_of(assets.Asset).in_(part))
        ).mappings():
            found[row["id"]] = {"asset_id": row["id"], **dict(row)}
    return found


def _places(connection: Connection, ids: Iterable[int | None]) -> dict[int | None, Any]:
    known = [one for one in ids if one is not None]
    query = select(
        id_of(people.Location), col(people.Location.code), col(people.Location.name)
    )
    return {
        row.id: {"location": row.code, "location_name": row.name}
        for part in chunks(known)
        for row in connection.execute(query.where(id_of(people.Location).in_(part)))
    }
