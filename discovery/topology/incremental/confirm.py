"""What a few devices told again: what stays, and which addresses are in doubt.

Nearly always a device that is read again has the same neighbours and ports, and its
forwarding table differs in a few rows. What these rows do not concern only moves its
times; the addresses that could be somewhere else than is stored are named.

May import `inventory.network.tables`, SQLAlchemy and the pure modules of `discovery`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, select

import inventory.network.tables  # noqa: F401  (fills the metadata)
from discovery.observations import codec
from discovery.observations.damage import entries_or_none
from discovery.observations.store import chunks
from discovery.observations.table_reads import is_complete
from discovery.topology.incremental.before_visit import Before, ports_down
from discovery.topology.incremental.few_places import Doubts
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


@dataclass(slots=True)
class Confirmed:
    """What moves its time with a device.

    Attributes:
        sightings, links: Ids of their rows.
        seen: Devices that its forwarding table shows at its ports.
        heard: Devices that announce themselves to it.
        missed: Those of them that the register waits for.
        doubts: What may be elsewhere than is stored.
    """

    at: datetime
    sightings: set[int] = field(default_factory=set)
    links: set[int] = field(default_factory=set)
    seen: set[int] = field(default_factory=set)
    heard: set[int] = field(default_factory=set)
    missed: set[int] = field(default_factory=set)
    doubts: Doubts = field(default_factory=Doubts)


def confirmed(
    connection: Connection, site: str, visited: Iterable[Before]
) -> list[Confirmed] | None:
    """Return what some visits confirm; None if more than places could have changed.

    Args:
        connection: Where.
        site: Whose network.
        visited: Devices that told the same of themselves and of their neighbours.
    """
    found = []
    for before in visited:
        one = _Device(connection, site, before).confirmed()
        if one is None:
            return None
        seen = one.seen | one.heard | {before.device_id}
        one.missed = _missed(connection, seen)
        found.append(one)
    return found


def _missed(connection: Connection, devices: set[int]) -> set[int]:
    """Return those of some devices that the register waits for to be seen again."""
    found: set[int] = set()
    for chunk in chunks(sorted(devices)):
        query = select(_match.c.device_id).where(
            _match.c.device_id.in_(chunk),
            _match.c.state == "missing",
            _match.c.closed_at.is_(None),
        )
        found.update(connection.scalars(query))
    return found


class _Device:
    def __init__(self, connection: Connection, site: str, before: Before) -> None:
        self._connection = connection
        self._site = site
        self._before = before
        self._id = before.device_id
        self._newest: dict[int, datetime] = {}

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
        """Add the places that the tables confirm, and the doubts; False for neither."""
        before = self._before
        self._addresses(row["arp"], found.doubts)
        if (row["fdb"] is None) != (before.fdb is None):
            return False
        if row["fdb"] is None:
            return True
        if not all(is_complete(r, "fdb") for r in (row["table_reads"], before.reads)):
            return False
        ports = Ports(ports_of(self._connection, {self._id})[0])
        now = ports_down(self._connection, self._id)
        old = self._ways(before.fdb, ports, before.down)
        new = self._ways(row["fdb"], ports, now)
        owners = self._owners({*old, *new})
        bridges = self._bridges({d for each in owners.values() for d in each})
        theirs = {mac for mac, devices in owners.items() if devices & bridges}
        for mac in theirs:
            changed = old.get(mac, frozenset()) ^ new.get(mac, frozenset())
            found.doubts.ways.update(
                (self._id, bridge, port)
                for bridge in owners[mac] & bridges
                for port, _ in changed
                if bridge != self._id
            )
        self._judge_all(old, new, theirs, owners, found)
        return True

    def _judge_all(
        self,
        old: Ways,
        new: Ways,
        theirs: set[str],
        owners: Mapping[str, set[int]],
        found: Confirmed,
    ) -> None:
        """Sort what is no bridge's into what stays and what is in doubt."""
        uplinks = {port for mac in theirs for port, _ in new.get(mac, ())}
        uplinks |= {
            link[f"{end}_interface_id"]
            for link in self._links()
            for end in "ab"
            if link[f"{end}_device_id"] == self._id
        }
        stored = self._stored({*old, *new} - theirs)
        self._newest = self._read_at(
            {r["device_id"] for rs in stored.values() for r in rs}
        )
        company = _company(old, new)
        for mac in sorted({*old, *new} - theirs):
            rows = stored.get(mac, ())
            before, now = old.get(mac), new.get(mac)
            same = self._judge(before, now, rows, uplinks)
            beside = before != now and any(
                company[row["interface_id"]] > 1
                for row in rows
                if row["device_id"] == self._id
            )
            if same is None or beside:
                found.doubts.macs.add(mac)
                continue
            found.sightings |= same
            found.seen |= owners.get(mac, set()) if same else set()
        # Who announces itself is there, though no frame of it was learned.
        found.doubts.macs.update(self._announced_here() - new.keys() - theirs)

    def _addresses(self, stored: bytes | None, doubts: Doubts) -> None:
        """Add the MACs whose IP addresses may be others now."""
        if stored == self._before.arp and stored is None:
            return
        old, new = (_bound(each) for each in (self._before.arp, stored))
        macs = {mac for mac in {*old, *new} if old.get(mac) != new.get(mac)}
        changed = {
            ip for mac in macs for ip in old.get(mac, set()) ^ new.get(mac, set())
        }
        c = _sighting.c
        at_site = select(c.mac, c.ip).where(
            c.site == self._site, c.closed_at.is_(None), c.ip != ""
        )
        for chunk in chunks(sorted(changed)):
            found = self._connection.execute(at_site.where(c.ip.in_(chunk)))
            macs.update(mac for mac, _ in found)
        # An address of another table may be too old by now beside these.
        for chunk in chunks(sorted(new)):
            for mac, ip in self._connection.execute(at_site.where(c.mac.in_(chunk))):
                if ip not in new[mac]:
                    macs.add(mac)
        doubts.macs.update(macs)

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
        placed = any(self._is_believed(row) for row in rows)
        undisputed = all(last is None or row["last_seen"] >= last for row in here)
        if new is None:
            # Gone from this table: whoever was plainly here is not found elsewhere.
            return set() if (undisputed if here else placed) else None
        ports = {port for port, _ in new}
        at_port = {r["id"] for r in here if r["interface_id"] in ports}
        if here:
            steady = len(ports) == 1 and len(at_port) == len(here)
            return at_port if steady and undisputed and old == new else None
        if not ports <= uplinks:
            return None
        if not placed and old == new:
            # Between switches: that it is somewhere is told again.
            return {row["id"] for row in rows}
        return set() if placed else None

    def _is_believed(self, row: RowMapping) -> bool:
        """Whether a port is known, and the table of its switch still lists the MAC."""
        read_at = self._newest.get(row["device_id"])
        is_listed = read_at is None or row["last_seen"] >= read_at
        return row["interface_id"] is not None and is_listed

    def _ways(self, stored: bytes | None, ports: Ports, down: Set[int]) -> Ways:
        found: dict[str, set[tuple[int, int | None]]] = defaultdict(set)
        idle = {(self._id, index) for index in down}
        for row in learned_rows(stored, self._id, idle) if stored else ():
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

    def _read_at(self, devices: set[int | None]) -> dict[int, datetime]:
        """Return when the forwarding tables of some other devices were read."""
        c = _observation.c
        found: dict[int, datetime] = {}
        for chunk in chunks(sorted(devices - {None, self._id}, key=str)):
            query = select(c.device_id, c.fdb_at).where(
                c.device_id.in_(chunk), c.site == self._site, c.fdb_at.is_not(None)
            )
            for device, at in self._connection.execute(query):
                found[device] = max(at, found.get(device, at))
        return found

    def _stored(self, macs: set[str]) -> dict[str, list[RowMapping]]:
        c = _sighting.c
        found: dict[str, list[RowMapping]] = defaultdict(list)
        columns = (c.id, c.mac, c.device_id, c.interface_id, c.vlan, c.last_seen)
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

    def _announced_here(self) -> set[str]:
        """Return the MACs that are placed here, of whoever announces itself here."""
        c, heard = _sighting.c, self._heard()
        query = select(c.mac).where(
            c.device_id == self._id, c.site == self._site, c.closed_at.is_(None)
        )
        found: set[str] = set()
        for chunk in chunks(sorted(heard)):
            found.update(
                self._connection.scalars(query.where(c.endpoint_id.in_(chunk)))
            )
        return found

    def _heard(self) -> set[int]:
        """Return the devices that announce themselves to this one."""
        c = _neighbour.c
        query = select(c.remote_device_id).where(
            c.device_id == self._id,
            c.removed_at.is_(None),
            c.remote_device_id.is_not(None),
        )
        return {device for device in self._connection.scalars(query)}


def _company(*tables: Ways) -> Counter[int | None]:
    """Return port -> how many MACs any of some tables has there."""
    pairs = {
        (port, mac) for ways in tables for mac, at in ways.items() for port, _ in at
    }
    return Counter(port for port, _ in pairs)


def _bound(stored: bytes | None) -> dict[str, set[str]]:
    """Return MAC -> IP addresses of a stored address table."""
    found: dict[str, set[str]] = defaultdict(set)
    for entry in entries_or_none(codec.decode_arp, stored) if stored else ():
        found[entry.mac].add(entry.ip)
    return found
