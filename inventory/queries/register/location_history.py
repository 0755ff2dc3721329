"""Where assets belonged on days in the past, from the audit trail.

The register keeps where an asset belongs now; each change of it is an audit row, with
what was before. Going back from now over the changes after a day gives the answer for
that day. May import `assets` and `storage`.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import Connection, select

from inventory.assets.register import tables as assets
from inventory.kernel.spans import Dated, Span
from inventory.storage.rows import chunks, col, filled, id_of
from inventory.storage.tables import AuditEntry

_FIELD = "location_id"

HomeLocations = Mapping[int, list[Dated[int | None]]]


def home_locations(
    connection: Connection, asset_ids: Collection[int], window: Span
) -> HomeLocations:
    """Return where assets belonged, day by day, over a window without gaps.

    A day counts for the place an asset belonged to at its end (UTC). Before an asset
    was there at all, nothing is returned for it.
    """
    changes = _changes(connection, asset_ids, window.start)
    found: dict[int, list[Dated[int | None]]] = {}
    for part in chunks(asset_ids):
        query = select(id_of(assets.Asset), col(assets.Asset.location_id)).where(
            id_of(assets.Asset).in_(part)
        )
        for asset_id, place in connection.execute(query):
            found[asset_id] = _places_before_changes(place, changes[asset_id], window)
    begun = _first_days(connection, asset_ids)
    return {
        asset_id: [
            Dated(met, one.value)
            for one in places
            if asset_id in begun and (met := one.span.meet(Span(begun[asset_id])))
        ]
        for asset_id, places in found.items()
    }


def assets_once_at(
    connection: Connection, places: Collection[int], since: date
) -> set[int]:
    """Return the assets that belonged to one of some places on a day or later."""
    found: set[int] = set()
    for part in chunks(places):
        query = select(id_of(assets.Asset)).where(
            col(assets.Asset.location_id).in_(part)
        )
        found.update(connection.execute(query).scalars())
    first = _first_entry(connection, since)
    moved = select(col(AuditEntry.entity_id), filled(AuditEntry.before)).where(
        col(AuditEntry.seq) >= first,
        col(AuditEntry.entity) == "asset",
        col(AuditEntry.before).contains(f'"{_FIELD}"'),
    )
    for entity_id, before in connection.execute(moved):
        if json.loads(before).get(_FIELD) in places:
            found.add(int(entity_id))
    return found


def _places_before_changes(
    now: int | None, changes: list[tuple[date, int | None]], window: Span
) -> list[Dated[int | None]]:
    """Return the places of a window, given the changes: (day, what was before)."""
    places: list[Dated[int | None]] = []
    end, place = window.end, now
    for day, before in sorted(changes, key=lambda one: one[0], reverse=True):
        if end is None or day < end:
            places.append(Dated(Span(day, end), place))
            end = day
        place = before
    places.append(Dated(Span(window.start, end), place))
    return places[::-1]


def _changes(
    connection: Connection, asset_ids: Collection[int], since: date
) -> dict[int, list[tuple[date, int | None]]]:
    """Return (day, place before) of each change after a day; one for a day."""
    first = datetime.combine(since + timedelta(days=1), time.min, UTC)
    found: dict[int, dict[date, int | None]] = defaultdict(dict)
    for part in chunks(map(str, asset_ids)):
        query = (
            select(
                col(AuditEntry.entity_id),
                col(AuditEntry.at),
                col(AuditEntry.before),
                col(AuditEntry.after),
            )
            .where(
                col(AuditEntry.entity) == "asset",
                col(AuditEntry.entity_id).in_(part),
                col(AuditEntry.at) >= first,
                col(AuditEntry.action) != "create",
            )
            .order_by(col(AuditEntry.seq))
        )
        for entity_id, at, before, after in connection.execute(query):
            old, new = json.loads(before or "{}"), json.loads(after or "{}")
            if _FIELD in old or _FIELD in new:
                day = at.astimezone(UTC).date()
                found[int(entity_id)].setdefault(day, old.get(_FIELD))
    return defaultdict(
        list, {number: list(days.items()) for number, days in found.items()}
    )


def _first_days(connection: Connection, asset_ids: Collection[int]) -> dict[int, date]:
    found: dict[int, date] = {}
    for part in chunks(asset_ids):
        query = select(
            col(assets.AssetState.asset_id), col(assets.AssetState.since)
        ).where(col(assets.AssetState.asset_id).in_(part))
        for asset_id, since in connection.execute(query):
            found[asset_id] = min(since, found.get(asset_id, since))
    return found


def _first_entry(connection: Connection, since: date) -> int:
    """Return the number of the first audit row of a day: they are in order of time."""
    moment = datetime.combine(since, time.min, UTC)
    last = connection.execute(
        select(col(AuditEntry.seq)).order_by(col(AuditEntry.seq).desc()).limit(1)
    ).scalar()
    low, high = 1, (last or 0) + 1
    while low < high:
        middle = (low + high) // 2
        at = connection.execute(
            select(col(AuditEntry.at)).where(col(AuditEntry.seq) == middle)
        ).scalar()
        if at is not None and at < moment:
            low = middle + 1
        else:
            high = middle
    return low
