"""In which building and room devices are seen, as far as the register knows switches.

A switch that is an asset stands where the register says. What is plugged into it is in
that building; in which room says the name of its port, where people wrote the code of
a room there. May import the tables of `inventory`.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, Select, select

from inventory.assets.register.tables import Asset
from inventory.network.identity_tables import Reconciliation
from inventory.network.tables import Interface
from inventory.network.topology_tables import Sighting
from inventory.people.tables import Location
from inventory.storage.rows import table_of


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Codes of the locations something is in; None where that is not known."""

    site: str | None = None
    building: str | None = None
    room: str | None = None


NOWHERE = Whereabouts()
_ROOMS = frozenset(("room", "rack", "stock"))
_Query = TypeVar("_Query", bound=Select[Any])


def among(query: _Query, column: ColumnElement[Any], only: Set[int] | None) -> _Query:
    """Return a query for a few rows only, or for all if none are named."""
    return query if only is None else query.where(column.in_(only))


def read_locations(connection: Connection) -> dict[int, Whereabouts]:
    """Return location -> the site, building and room it is or lies in."""
    c = table_of(Location).c
    query = select(c.id, c.code, c.kind, c.parent_id)
    rows = {row.id: row for row in connection.execute(query)}
    found = {}
    for start in rows:
        codes: dict[str, str] = {}
        at, steps = rows.get(start), 0
        while at is not None and steps < 20:
            codes.setdefault("room" if at.kind in _ROOMS else at.kind, at.code)
            at, steps = rows.get(at.parent_id), steps + 1
        found[start] = Whereabouts(
            codes.get("site"), codes.get("building"), codes.get("room")
        )
    return found


def seen_places(
    connection: Connection,
    locations: Mapping[int, Whereabouts],
    kept_at: Mapping[int, int],
    only: Set[int] | None = None,
) -> dict[int, Whereabouts]:
    """Return device -> where it is seen.

    Args:
        connection: Where.
        locations: From `read_locations`.
        kept_at: Asset -> location, of those that are handed out to a place.
        only: The devices that are meant, if they are few.
    """
    rooms = {w.room.lower(): w for w in locations.values() if w.room}
    s, port = table_of(Sighting).c, table_of(Interface).c
    query = (
        select(s.endpoint_id, s.device_id, port.alias)
        .join(table_of(Interface), port.id == s.interface_id)
        .where(s.closed_at.is_(None), s.endpoint_id.is_not(None))
        .order_by(s.last_seen, s.id)
    )
    rows = connection.execute(among(query, s.endpoint_id, only)).all()
    near_to = None if only is None else {row.device_id for row in rows} - {None}
    switches = _switches(connection, locations, kept_at, near_to)
    found = {}
    for device, switch, alias in rows:
        near = switches.get(switch, NOWHERE)
        named = rooms.get((alias or "").strip().lower(), NOWHERE)
        if near.building is None or named.building in (None, near.building):
            building = near.building or named.building
            found[device] = Whereabouts(near.site, building, named.room)
    return found


def _switches(
    connection: Connection,
    locations: Mapping[int, Whereabouts],
    kept_at: Mapping[int, int],
    only: Set[int] | None,
) -> dict[int, Whereabouts]:
    """Return device -> where the register says it is, for those that are assets."""
    m, a = table_of(Reconciliation).c, table_of(Asset).c
    query = (
        select(m.device_id, m.asset_id, a.location_id)
        .join(table_of(Asset), a.id == m.asset_id)
        .where(m.closed_at.is_(None), m.state == "matched", m.device_id.is_not(None))
    )
    found = {}
    for device, asset, place in connection.execute(among(query, m.device_id, only)):
        where = locations.get(kept_at.get(asset) or place or 0)
        if where is not None:
            found[device] = where
    return found
