"""Writes where things are: links, sightings, who a neighbour was.

Places are intervals. What is found again only moves `last_seen`; what is found
elsewhere closes one interval and opens another; what is not found stays open until it
expires, for a silent device has not moved. Works inside a unit of work. May import
`inventory.network.tables` and `inventory.storage`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import bindparam, insert, select, update

import inventory.network.tables  # noqa: F401  (fills the metadata)
from inventory.kernel.events import SightingOpened
from inventory.network.topology_tables import DeviceNeighbour, Link, Sighting
from inventory.storage.rows import col, id_of, table_of
from inventory.storage.work import UnitOfWork

_sighting = table_of(Sighting)
_link = table_of(Link)
_neighbour = table_of(DeviceNeighbour)

_PLACE = ("device_id", "interface_id", "behind_id", "vlan", "ssid", "via", "reason")
_TOLD = ("site", "mac", "ip", "device_id", "interface_id", "endpoint_id")
_SHARED = frozenset(("unmanaged", "neighbour", "switches"))
"""What is between a port and several MACs; it may turn out to be another switch."""


_ENDS = ("a_device_id", "a_interface_id", "b_device_id", "b_interface_id")


class Ways(Protocol):
    """Which port of one device leads to another device."""

    def lead(self, here: int, port: int, there: int, their_port: int) -> bool:
        """Whether a port leads to a device, which has its own port elsewhere."""

    def may_lead(self, here: int, port: int, there: int) -> bool:
        """Whether a port leads to a device for all that is known."""

    def is_read(self, node: int, since: datetime) -> bool:
        """Whether all that a device has learned was read since a moment."""

    def is_new_behind(
        self, here: int, port: int, there: int, their_port: int, since: datetime
    ) -> bool:
        """Whether a device that was not read by a moment is likely behind a port."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SightingRow:
    """Where a MAC is now; columns as in `tables.Sighting`.

    Attributes:
        ips: Its addresses; empty where none is known.
        seen_at: When the table that says so was read.
        also: Device and port of its other cable, if it has one to two switches.
    """

    mac: str
    ips: tuple[str, ...]
    device_id: int | None
    interface_id: int | None
    behind_id: int | None
    vlan: int | None
    ssid: str | None
    via: str
    reason: str | None
    endpoint_id: int | None
    seen_at: datetime
    also: tuple[int, int | None] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRow:
    """A link as it is now; columns as in `tables.Link`."""

    a_device_id: int
    a_interface_id: int | None
    b_device_id: int
    b_interface_id: int | None
    kind: str
    evidence: tuple[str, ...]
    members: tuple[tuple[str, str], ...]
    seen_at: datetime


def write_sightings(
    work: UnitOfWork,
    site: str,
    found: Iterable[SightingRow],
    *,
    ways: Ways | None = None,
    nowhere: Set[str] = frozenset(),
    among: Sequence[str] | None = None,
) -> tuple[int, int]:
    """Write sightings; return how many were opened and how many closed.

    Args:
        work: The transaction.
        site: Whose network this is.
        found: Where MACs are.
        ways: Which port of one device leads to another device; none if None.
        nowhere: MACs that are plugged in nowhere, such as those of switches.
        among: All the MACs that are found, if they are few; None for any.
    """
    open_rows: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    query = select(_sighting).where(
        col(Sighting.site) == site, col(Sighting.closed_at).is_(None)
    )
    if among is not None:
        query = query.where(col(Sighting.mac).in_(among))
    for row in work.connection.execute(query).mappings():
        open_rows[row["mac"]].append(dict(row))
    batch = _Batch()
    for sighting in found:
        _one(batch, site, sighting, open_rows.get(sighting.mac, ()), ways)
    for mac in nowhere & open_rows.keys():
        batch.closed += [
            {"row": row["id"], "at": row["last_seen"]} for row in open_rows[mac]
        ]
    batch.write(work)
    for opened in batch.opened:
        work.emit(SightingOpened(**{name: opened[name] for name in _TOLD}))
    return len(batch.opened), len(batch.closed)


class _Batch:
    """Collects row changes to write them a few statements at a time."""

    def __init__(self) -> None:
        self.opened: list[dict[str, Any]] = []
        self.closed: list[dict[str, Any]] = []
        self.moved: list[dict[str, Any]] = []
        self.changed: list[tuple[int, dict[str, Any]]] = []

    def write(self, work: UnitOfWork) -> None:
        if self.moved:
            work.connection.execute(
                update(_sighting)
                .where(id_of(Sighting) == bindparam("row"))
                .values(last_seen=bindparam("at")),
                self.moved,
            )
        for row_id, values in self.changed:
            work.connection.execute(
                update(_sighting).where(id_of(Sighting) == row_id).values(values)
            )
        if self.closed:
            work.connection.execute(
                update(_sighting)
                .where(id_of(Sighting) == bindparam("row"))
                .values(closed_at=bindparam("at")),
                self.closed,
            )
        if self.opened:
            work.connection.execute(insert(_sighting), self.opened)


def _one(
    batch: _Batch,
    site: str,
    sighting: SightingRow,
    open_rows: Sequence[Mapping[str, Any]],
    ways: Ways | None,
) -> None:
    """Compare one MAC with its open intervals.

    A place that became unknown does not end a known one, nor does one farther away;
    details such as who is in between, and the port further on, are corrected in
    place; another port is a move.
    """
    known = [row for row in open_rows if row["interface_id"] is not None]
    if sighting.interface_id is None and known:
        return
    sighting = _with_vlan(sighting, known)
    targets = _targets(sighting)
    others = [row for row in open_rows if _port(row) not in targets]
    if any(_is_nearer(row, sighting, ways) for row in others):
        return
    refined = [row for row in others if _is_farther(row, sighting, ways)]
    for number, place in enumerate(targets.values()):
        here = [row for row in open_rows if _port(row) == _port(place)]
        here += refined if number == 0 else []
        _at_port(batch, site, sighting, place, here)
    for row in others:
        if row not in refined:
            batch.closed.append({"row": row["id"], "at": sighting.seen_at})


def _with_vlan(
    sighting: SightingRow, known: Sequence[Mapping[str, Any]]
) -> SightingRow:
    """Give a place that tells no VLAN the one it was seen in; that is no move."""
    if sighting.vlan is not None or sighting.interface_id is None:
        return sighting
    place = (sighting.device_id, sighting.interface_id)
    told = {
        r["vlan"] for r in known if (r["device_id"], r["interface_id"]) == place
    } - {None}
    return replace(sighting, vlan=told.pop()) if len(told) == 1 else sighting


_PORT = ("device_id", "interface_id", "vlan")


def _port(row: Mapping[str, Any]) -> tuple[Any, ...]:
    """The same port is the same place; from nowhere to nowhere is no move either."""
    return tuple(row[name] for name in _PORT)


def _targets(sighting: SightingRow) -> dict[tuple[Any, ...], dict[str, Any]]:
    """Return the ports a MAC is at: one, or the two of an aggregate to two switches."""
    place = {name: getattr(sighting, name) for name in _PLACE}
    places = [place]
    if sighting.also is not None:
        device, port = sighting.also
        places.append(place | {"device_id": device, "interface_id": port})
    return {_port(each): each for each in places}


def _is_nearer(
    row: Mapping[str, Any], sighting: SightingRow, ways: Ways | None
) -> bool:
    """Whether what is stored is newer, or is reached through what was found.

    Where nothing tells whether it is, several behind one port are not believed
    against a place whose switch was not read since.
    """
    if row["last_seen"] > sighting.seen_at:
        return True
    here, port, there = sighting.device_id, sighting.interface_id, row["device_id"]
    if here is None or port is None or there in (None, here):
        return False
    if row["interface_id"] is None:
        return False
    if sighting.behind_id == there:
        return True
    if ways is None:
        return False
    if ways.lead(here, port, there, row["interface_id"]):
        return True
    is_open = sighting.via in _SHARED and ways.may_lead(here, port, there)
    return is_open and not ways.is_read(there, row["last_seen"])


def _is_farther(
    row: Mapping[str, Any], sighting: SightingRow, ways: Ways | None
) -> bool:
    """Whether a row names no port, or one that leads to what was found.

    Where nothing tells whether it does, several behind one port were there for want
    of the next switch, unless theirs was read since and knows them no more. So was who
    is alone there and at a switch that was never read by then, if other addresses that
    both know fit that it is behind the port: nothing tells of a move.
    """
    if row["interface_id"] is None:
        return True
    here, port, there = row["device_id"], row["interface_id"], sighting.device_id
    if there in (None, here) or sighting.interface_id is None:
        return False
    if row["behind_id"] == there:
        return True
    if ways is None:
        return False
    if ways.lead(here, port, there, sighting.interface_id):
        return True
    own, since = sighting.interface_id, row["last_seen"]
    is_open = ways.is_new_behind(here, port, there, own, since) or (
        row["via"] in _SHARED and ways.may_lead(here, port, there)
    )
    return is_open and not ways.is_read(here, row["last_seen"])


def _at_port(
    batch: _Batch,
    site: str,
    sighting: SightingRow,
    place: Mapping[str, Any],
    rows: Sequence[Mapping[str, Any]],
) -> None:
    """Write the addresses of a MAC at one port over the rows that are there."""
    missing = set(sighting.ips or ("",))
    rest = []
    for row in rows:
        if row["ip"] in missing:
            missing.discard(row["ip"])
            _confirm(batch, row, sighting, place)
        elif row["ip"] and not sighting.ips:
            missing.discard("")
            _confirm(batch, row, sighting, place)
        else:
            rest.append(row)
    for row in rest:
        if missing and not row["ip"]:
            # Its address was not known yet.
            _confirm(batch, row, sighting, {**place, "ip": min(missing)})
            missing.remove(min(missing))
        else:
            batch.closed.append({"row": row["id"], "at": sighting.seen_at})
    for ip in sorted(missing):
        batch.opened.append(
            {
                **place,
                "site": site,
                "mac": sighting.mac,
                "ip": ip,
                "endpoint_id": sighting.endpoint_id,
                "first_seen": sighting.seen_at,
                "last_seen": sighting.seen_at,
            }
        )


def _confirm(
    batch: _Batch,
    row: Mapping[str, Any],
    sighting: SightingRow,
    place: Mapping[str, Any],
) -> None:
    columns = {**place, "endpoint_id": sighting.endpoint_id}
    changes = {name: value for name, value in columns.items() if row[name] != value}
    if changes:
        batch.changed.append((row["id"], changes))
    if row["last_seen"] < sighting.seen_at:
        batch.moved.append({"row": row["id"], "at": sighting.seen_at})


def write_links(
    work: UnitOfWork,
    site: str,
    found: Iterable[LinkRow],
    *,
    heard_at: Mapping[int, datetime],
    learned_at: Mapping[int, datetime],
) -> tuple[int, int]:
    """Write links; return how many were opened and how many closed.

    A link that is not found is closed only if the tables that would tell of it were
    read completely at each of its ends, as far as they can be read at all, after it
    was last seen.

    Args:
        work: The transaction.
        site: Whose links these are; all of them must be given.
        found: The links of the site now.
        heard_at: Device -> when its neighbours were last read completely.
        learned_at: Device -> when its forwarding table was.
    """
    query = select(_link).where(col(Link.site) == site, col(Link.closed_at).is_(None))
    stored = {
        tuple(row[name] for name in _ENDS): dict(row)
        for row in work.connection.execute(query).mappings()
    }
    links = {tuple(getattr(link, name) for name in _ENDS): link for link in found}
    opened = []
    for ends, link in links.items():
        row = stored.pop(ends, None) or _less_known(stored, ends, links)
        columns: dict[str, Any] = {
            "kind": link.kind,
            "evidence": list(link.evidence),
            "members": [list(pair) for pair in link.members],
            **dict(zip(_ENDS, ends, strict=True)),
        }
        if row is None:
            times = {"first_seen": link.seen_at, "last_seen": link.seen_at}
            opened.append({"site": site} | columns | times)
            continue
        changes = {name: v for name, v in columns.items() if row[name] != v}
        if row["last_seen"] < link.seen_at:
            changes["last_seen"] = link.seen_at
        if changes:
            work.connection.execute(
                update(_link).where(id_of(Link) == row["id"]).values(changes)
            )
    if opened:
        work.connection.execute(insert(_link), opened)
    return len(opened), _close(work, stored.values(), heard_at, learned_at)


Ends = tuple[Any, ...]


def _less_known(
    stored: dict[Ends, dict[str, Any]], ends: Ends, links: Mapping[Ends, LinkRow]
) -> dict[str, Any] | None:
    """Take out the row of a cable of which a port was not known until now."""
    for known in stored:
        fits = all(k in (None, e) for k, e in zip(known, ends, strict=True))
        if fits and known not in links:
            return stored.pop(known)
    return None


def _close(
    work: UnitOfWork,
    rows: Iterable[Mapping[str, Any]],
    heard_at: Mapping[int, datetime],
    learned_at: Mapping[int, datetime],
) -> int:
    closed = 0
    for row in rows:
        times = learned_at if row["evidence"] == ["fdb"] else heard_at
        ends = (row["a_device_id"], row["b_device_id"])
        read = [times[end] for end in ends if end in times]
        if read and min(read) <= row["last_seen"]:
            continue
        at = max(read, default=row["last_seen"])
        work.connection.execute(
            update(_link).where(id_of(Link) == row["id"]).values(closed_at=at)
        )
        closed += 1
    return closed


@dataclass(frozen=True, slots=True)
class NeighbourFound:
    """Who a neighbour row was; None where that is not known."""

    row_id: int
    device_id: int | None
    interface_id: int | None
    reason: str | None


def write_neighbours(work: UnitOfWork, found: Iterable[NeighbourFound]) -> int:
    """Write who neighbours were, where that changed; return how many rows."""
    columns = (
        id_of(DeviceNeighbour),
        col(DeviceNeighbour.remote_device_id),
        col(DeviceNeighbour.remote_interface_id),
        col(DeviceNeighbour.reason),
    )
    query = select(*columns).where(col(DeviceNeighbour.removed_at).is_(None))
    stored = {row.id: row for row in work.connection.execute(query)}
    changed = []
    for each in found:
        wanted: dict[str, Any] = {
            "remote_device_id": each.device_id,
            "remote_interface_id": each.interface_id,
            "reason": each.reason,
        }
        row = stored.get(each.row_id)
        if row is not None and any(getattr(row, n) != v for n, v in wanted.items()):
            changed.append({"row": each.row_id} | wanted)
    if changed:
        work.connection.execute(
            update(_neighbour).where(id_of(DeviceNeighbour) == bindparam("row")),
            changed,
        )
    return len(changed)


def expire_sightings(
    work: UnitOfWork, site: str, *, before: datetime
) -> list[int | None]:
    """Close intervals not confirmed since a moment, at their last sighting.

    Returns:
        The device of each, None where it is nobody's.
    """
    result = work.connection.execute(
        update(_sighting)
        .where(
            col(Sighting.site) == site,
            col(Sighting.closed_at).is_(None),
            col(Sighting.last_seen) < before,
        )
        .values(closed_at=col(Sighting.last_seen))
        .returning(col(Sighting.endpoint_id))
    )
    return list(result.scalars())


def confirm_rows(
    work: UnitOfWork, sightings: Iterable[int], links: Iterable[int], at: datetime
) -> None:
    """Note that places and links were found again; their ids tell which."""
    for table, ids in ((_sighting, sightings), (_link, links)):
        rows = [{"row": row, "at": at} for row in sorted(ids)]
        if rows:
            work.connection.execute(
                update(table)
                .where(table.c.id == bindparam("row"), table.c.last_seen < at)
                .values(last_seen=bindparam("at")),
                rows,
            )
