"""The short way to conclusions: what a few devices told says nothing new.

Nearly always a device that is read again has the same neighbours and ports, and its
forwarding table differs in a few rows that concern nobody's place. Then only times
move, and the rest of the site need not be looked at. As soon as one address could be
somewhere else than is stored, the conclusions are drawn from the whole.

May import `inventory.network.tables`, SQLAlchemy and the pure modules of `discovery`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, select

import inventory.network.tables  # noqa: F401  (fills the metadata)
from discovery.observations.store import chunks
from discovery.observations.table_reads import is_complete
from discovery.topology.load_site import learned_rows, ports_of
from discovery.topology.model import Ports, is_nobody
from inventory.network.identity_tables import Reconciliation
from inventory.network.scan_tables import StoredObservation
from inventory.network.tables import Identifier
from inventory.network.topology_tables import DeviceNeighbour, Link, Sighting
from inventory.storage.rows import table_of

_observation = table_of(StoredObservation)
_sighting = table_of(Sighting)
_identifier = table_of(Identifier)
_link = table_of(Link)
_neighbour = table_of(DeviceNeighbour)
_match = table_of(Reconciliation)

Ways = Mapping[str, frozenset[tuple[int, int | None]]]
"""MAC -> ports, as they are shown, and VLANs in which it was learned there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """A device that was visited again, and its tables as they were until then.

    Attributes:
        fdb, arp: As stored, None for none.
        fdb_at: When the forwarding table was read.
        at: When it was visited again.
    """

    device_id: int
    fdb: bytes | None
    arp: bytes | None
    fdb_at: datetime | None
    at: datetime


@dataclass(slots=True)
class Confirmed:
    """What moves its time with a device.

    Attributes:
        sightings, links: Ids of their rows.
        seen: Devices that its forwarding table shows at its ports.
        heard: Devices that announce themselves to it.
    """

    at: datetime
    sightings: set[int] = field(default_factory=set)
    links: set[int] = field(default_factory=set)
    seen: set[int] = field(default_factory=set)
    heard: set[int] = field(default_factory=set)


def confirmed(
    connection: Connection, site: str, visited: Iterable[Before]
) -> list[Confirmed] | None:
    """Return what some visits confirm; None if something could have changed.

    Args:
        connection: Where.
        site: Whose network.
        visited: Devices that told the same of themselves and of their neighbours.
    """
    found = []
    for before in visited:
        one = _Device(connection, site, before).confirmed()
        if one is None or _is_missed(
            connection, one.seen | one.heard | {before.device_id}
        ):
            return None
        found.append(one)
    return found


def _is_missed(connection: Connection, devices: set[int]) -> bool:
    """Whether the register waits for one of the devices to be seen again."""
    query = select(_match.c.id).where(
        _match.c.device_id.in_(devices),
        _match.c.state == "missing",
        _match.c.closed_at.is_(None),
    )
    return connection.execute(query.limit(1)).first() is not None


class _Device:
    def __init__(self, connection: Connection, site: str, before: Before) -> None:
        self._connection = connection
        self._site = site
        self._before = before
        self._id = before.device_id

    def confirmed(self) -> Confirmed | None:
        found = Confirmed(self._before.at)
        rows = self._tables()
        if len(rows) > 1:
            return None
        if rows and not self._places(rows[0], found):
            return None
        if not rows and self._before.fdb is not None:
            return None
        for link in self._links():
            mine = "a" if link["a_device_id"] == self._id else "b"
            told = [text for text in link["evidence"] if text.endswith(f" {mine}")]
            if told or link["evidence"] == ["fdb"]:
                found.links.add(link["id"])
        found.heard = self._heard()
        return found

    def _tables(self) -> Sequence[RowMapping]:
        c = _observation.c
        query = select(c.fdb, c.arp, c.fdb_at, c.table_reads).where(
            c.site == self._site,
            c.device_id == self._id,
            c.fdb.is_not(None) | c.arp.is_not(None),
        )
        return self._connection.execute(query).mappings().all()

    def _places(self, row: RowMapping, found: Confirmed) -> bool:
        """Add the places that the forwarding table confirms; False for doubt."""
        before = self._before
        if row["arp"] != before.arp or (row["fdb"] is None) != (before.fdb is None):
            return False
        if row["fdb"] is None:
            return True
        if not is_complete(row["table_reads"], "fdb"):
            return False
        ports = Ports(ports_of(self._connection, {self._id})[0])
        old, new = self._ways(before.fdb, ports), self._ways(row["fdb"], ports)
        owners = self._owners({*old, *new})
        bridges = self._bridges({d for each in owners.values() for d in each})
        theirs = {mac for mac, devices in owners.items() if devices & bridges}
        if any(old.get(mac) != new.get(mac) for mac in theirs):
            return False
        uplinks = {port for mac in theirs for port, _ in new.get(mac, ())}
        uplinks |= {
            link[f"{end}_interface_id"]
            for link in self._links()
            for end in "ab"
            if link[f"{end}_device_id"] == self._id
        }
        stored = self._stored({*old, *new} - theirs)
        for mac in sorted({*old, *new} - theirs):
            rows = stored.get(mac, ())
            same = self._judge(old.get(mac), new.get(mac), rows, uplinks)
            if same is None:
                return False
            found.sightings |= same
            found.seen |= owners.get(mac, set()) if same else set()
        return True

    def _judge(
        self,
        old: frozenset[tuple[int, int | None]] | None,
        new: frozenset[tuple[int, int | None]] | None,
        rows: Sequence[RowMapping],
        uplinks: set[int],
    ) -> set[int] | None:
        """Return the places of a MAC that are confirmed; None if it may have moved."""
        last = self._before.fdb_at
        here = [row for row in rows if row["device_id"] == self._id]
        placed = any(row["interface_id"] is not None for row in rows)
        undisputed = all(last is None or row["last_seen"] >= last for row in here)
        if new is None:
            # Gone from this table: whoever was plainly here is not found elsewhere.
            return set() if (undisputed if here else placed) else None
        ports = {port for port, _ in new}
        at_port = {r["id"] for r in here if r["interface_id"] in ports}
        if here:
            steady = len(ports) == 1 and len(at_port) == len(here)
            is_known = steady and (undisputed or old is None)
            return at_port if is_known else None
        if not ports <= uplinks:
            return None
        return set() if placed or old == new else None

    def _ways(self, stored: bytes | None, ports: Ports) -> Ways:
        found: dict[str, set[tuple[int, int | None]]] = defaultdict(set)
        for row in learned_rows(stored, self._id, set()) if stored else ():
            port = ports.at(self._id, row.if_index)
            if port is not None and not is_nobody(row.mac):
                found[row.mac].add((port.id, row.vlan))
        return {mac: frozenset(ways) for mac, ways in found.items()}

    def _owners(self, macs: set[str]) -> dict[str, set[int]]:
        """Return MAC -> devices that have it."""
        c = _identifier.c
        found: dict[str, set[int]] = defaultdict(set)
        for chunk in chunks(sorted(macs)):
            query = select(c.value, c.device_id).where(
                c.kind == "mac", c.value.in_(chunk), c.ended_at.is_(None)
            )
            for mac, device in self._connection.execute(query):
                found[mac].add(device)
        return found

    def _bridges(self, devices: set[int]) -> set[int]:
        """Return those of some devices whose forwarding table is known."""
        c = _observation.c
        found: set[int] = set()
        for chunk in chunks(sorted(devices)):
            query = select(c.device_id).where(
                c.device_id.in_(chunk), c.site == self._site, c.fdb.is_not(None)
            )
            found.update(self._connection.scalars(query))
        return found

    def _stored(self, macs: set[str]) -> dict[str, list[RowMapping]]:
        c = _sighting.c
        found: dict[str, list[RowMapping]] = defaultdict(list)
        columns = (c.id, c.mac, c.device_id, c.interface_id, c.last_seen)
        for chunk in chunks(sorted(macs)):
            query = select(*columns).where(
                c.site == self._site, c.mac.in_(chunk), c.closed_at.is_(None)
            )
            for row in self._connection.execute(query).mappings():
                found[row["mac"]].append(row)
        return found

    def _links(self) -> list[dict[str, Any]]:
        either: ColumnElement[bool] = (_link.c.a_device_id == self._id) | (
            _link.c.b_device_id == self._id
        )
        query = select(_link).where(
            either, _link.c.site == self._site, _link.c.closed_at.is_(None)
        )
        return [dict(row) for row in self._connection.execute(query).mappings()]

    def _heard(self) -> set[int]:
        """Return the devices that announce themselves to this one."""
        c = _neighbour.c
        query = select(c.remote_device_id).where(
            c.device_id == self._id,
            c.removed_at.is_(None),
            c.remote_device_id.is_not(None),
        )
        return {device for device in self._connection.scalars(query)}
