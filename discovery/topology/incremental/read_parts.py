"""Reads the part of a site that a few addresses need.

All forwarding tables are looked through for the addresses, but only those that list
one are taken apart. May import `inventory.network.tables`, SQLAlchemy and the pure
modules of `discovery`.
"""

from __future__ import annotations

import re
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, select

import inventory.network.tables  # noqa: F401  (fills the metadata)
from collectors.facts import ArpEntry
from discovery.observations import codec
from discovery.observations.damage import entries_or_none
from discovery.observations.part_rows import UNMANAGED
from discovery.observations.store import chunks
from discovery.observations.table_reads import Reads, is_complete
from discovery.topology.incremental.before_visit import ports_down
from discovery.topology.load_site import (
    bindings_of,
    learned_rows,
    port_of_row,
    ports_of,
)
from discovery.topology.model import End, LinkFound, Port, Table
from inventory.network.scan_tables import StoredObservation
from inventory.network.tables import Device, Identifier, Interface
from inventory.network.topology_tables import DeviceNeighbour, Link, Sighting
from inventory.storage.rows import table_of

_device = table_of(Device)
_identifier = table_of(Identifier)
_interface = table_of(Interface)
_neighbour = table_of(DeviceNeighbour)
_observation = table_of(StoredObservation)
_link = table_of(Link)
_sighting = table_of(Sighting)

_TEXT = re.compile(rb'"([^"]*)"')
_FEW = 16


@dataclass(frozen=True, slots=True)
class Packed:
    """A stored table, not taken apart yet."""

    device: int
    stored: bytes
    read_at: datetime
    complete: bool = True
    first_read_at: datetime | None = None

    def lists(self, texts: Set[bytes]) -> bool:
        """Whether one of some MACs or addresses is in it."""
        try:
            plain = zlib.decompress(self.stored)
        except zlib.error:
            return False
        if len(texts) <= _FEW:
            return any(b'"' + text + b'"' in plain for text in texts)
        return not texts.isdisjoint(_TEXT.findall(plain))


@dataclass(frozen=True, slots=True)
class KnownLink:
    """A link as it is stored, and when it was last found."""

    link: LinkFound
    last_seen: datetime


class SiteParts:
    """Parts of one site, as they are stored; forwarding tables and links are kept.

    Args:
        connection: Where.
        site: Which.
        since: Tables older than this are left out.
    """

    def __init__(self, connection: Connection, site: str, since: datetime) -> None:
        self.connection = connection
        self._site = site
        c = _observation.c
        query = (
            select(c.device_id, c.fdb, c.fdb_at, c.table_reads, c.first_seen)
            .join(_device, _device.c.id == c.device_id)
            .where(c.site == site, c.fdb_at >= since, _device.c.merged_at.is_(None))
            .order_by(c.fdb_at)
        )
        self.tables = {
            row.device_id: Packed(
                row.device_id,
                row.fdb,
                row.fdb_at,
                is_complete(row.table_reads, "fdb"),
                row.first_seen,
            )
            for row in connection.execute(query)
        }
        addresses = (
            select(c.device_id, c.arp, c.arp_at)
            .where(c.site == site, c.arp_at >= since)
            .order_by(c.arp_at, c.id)
        )
        self._arp = [Packed(*row) for row in connection.execute(addresses)]
        self._since = since
        self._apart: dict[int, Table] = {}
        self._ports: dict[int, list[Port]] = {}
        self._owners: dict[str, set[int]] = {}
        self._devices: dict[int, Row[Any]] = {}

    def go_on(self, connection: Connection, macs: Iterable[str]) -> None:
        """Read the rest by another connection, after some MACs got devices."""
        self.connection = connection
        for mac in macs:
            self._owners.pop(mac, None)

    def listing(self, macs: Set[str]) -> set[int]:
        """Return the devices whose forwarding table has one of some MACs."""
        texts = {mac.encode() for mac in macs}
        return {d for d, packed in self.tables.items() if packed.lists(texts)}

    def table(self, device: int) -> Table:
        """Return the forwarding table of a device."""
        known = self._apart.get(device)
        if known is not None:
            return known
        packed = self.tables[device]
        down = {(device, index) for index in ports_down(self.connection, device)}
        rows = tuple(learned_rows(packed.stored, device, down))
        table = Table(rows, packed.read_at, packed.complete, packed.first_read_at)
        self._apart[device] = table
        return table

    def links(self) -> list[KnownLink]:
        """Return the links of the site that are not over."""
        query = select(_link).where(
            _link.c.site == self._site, _link.c.closed_at.is_(None)
        )
        return [
            KnownLink(
                LinkFound(
                    a=End(row.a_device_id, row.a_interface_id),
                    b=End(row.b_device_id, row.b_interface_id),
                    kind=row.kind,
                    evidence=tuple(row.evidence),
                ),
                row.last_seen,
            )
            for row in self.connection.execute(query)
        ]

    def visits(self, devices: Set[int]) -> list[tuple[int, Reads]]:
        """Return how each table of some devices was read at the site."""
        c = _observation.c
        query = select(c.device_id, c.table_reads).where(
            c.site == self._site, c.collector.not_in(UNMANAGED)
        )
        return [(d, reads) for d, reads in self._rows(query, c.device_id, devices)]

    def devices(self, ids: Set[int]) -> list[Row[Any]]:
        """Return what is stored of some devices."""
        c = _device.c
        query = select(
            c.id, c.type, c.name, c.managed, c.last_seen, c.site, c.address, c.merged_at
        )
        unknown = ids - self._devices.keys()
        self._devices |= {row.id: row for row in self._rows(query, c.id, unknown)}
        return [self._devices[each] for each in ids if each in self._devices]

    def is_shown(self, row: Row[Any]) -> bool:
        """Whether a device is reached at its address at the site."""
        return bool(row.address) and row.site == self._site

    def told_only(self, devices: Set[int]) -> frozenset[int]:
        """Return those of some devices that are known from what others tell alone."""
        c = _observation.c
        query = select(c.device_id, c.collector)
        readers: dict[int, set[str]] = defaultdict(set)
        for device, collector in self._rows(query, c.device_id, devices):
            readers[device].add(collector)
        return frozenset(d for d, names in readers.items() if names <= UNMANAGED)

    def ports(self, devices: Set[int], others: Set[int]) -> list[Port]:
        """Return the ports of some devices, and some ports of others."""
        unknown = devices - self._ports.keys()
        if unknown:
            self._ports |= {device: [] for device in unknown}
            for port in ports_of(self.connection, set(unknown))[0]:
                self._ports[port.node].append(port)
        found = {p.id: p for device in devices for p in self._ports[device]}
        query = select(_interface)
        for row in self._rows(query, _interface.c.id, others - found.keys()):
            found[row.id] = port_of_row(row)
        return list(found.values())

    def owners(self, macs: Set[str]) -> dict[str, set[int]]:
        """Return MAC -> the devices of the site that hold it."""
        unknown = macs - self._owners.keys()
        if unknown:
            found = self._holders(unknown)
            here = self._here({d for devices in found.values() for d in devices})
            self._owners |= {mac: found[mac] & here for mac in unknown}
        return {mac: self._owners[mac] for mac in macs if self._owners[mac]}

    def _holders(self, macs: Set[str]) -> dict[str, set[int]]:
        found: dict[str, set[int]] = defaultdict(set)
        i, p = _identifier.c, _interface.c
        known = select(i.value, i.device_id).where(
            i.kind == "mac", i.ended_at.is_(None)
        )
        for mac, device in self._rows(known, i.value, macs):
            found[mac].add(device)
        cards = select(p.mac, p.device_id).where(p.removed_at.is_(None))
        for mac, device in self._rows(cards, p.mac, macs):
            found[mac].add(device)
        return found

    def _here(self, devices: Set[int]) -> set[int]:
        """Return those of some devices that live and were seen at the site."""
        rows = [row for row in self.devices(devices) if row.merged_at is None]
        here = {row.id for row in rows if row.site == self._site}
        c = _observation.c
        query = select(c.device_id).where(c.site == self._site)
        others = {row.id for row in rows} - here
        return here | {row.device_id for row in self._rows(query, c.device_id, others)}

    def macs(self, devices: Set[int]) -> dict[int, set[str]]:
        """Return device -> every MAC that is its own."""
        found: dict[int, set[str]] = defaultdict(set)
        i, p = _identifier.c, _interface.c
        known = select(i.device_id, i.value).where(
            i.kind == "mac", i.ended_at.is_(None)
        )
        cards = select(p.device_id, p.mac).where(
            p.removed_at.is_(None), p.mac.is_not(None)
        )
        for device, mac in self._rows(known, i.device_id, devices):
            found[device].add(mac)
        for device, mac in self._rows(cards, p.device_id, devices):
            found[device].add(mac)
        return found

    def heard(self, devices: Set[int], remotes: Set[int]) -> list[Row[Any]]:
        """Return what some devices heard, and where some others were heard."""
        n, p = _neighbour.c, _interface.c
        at = (p.device_id == n.device_id) & (p.name == n.port)
        query = (
            select(
                n.id,
                n.device_id,
                n.port,
                n.key,
                n.capabilities,
                n.med,
                n.remote_device_id,
                n.remote_interface_id,
                p.id.label("port_row"),
            )
            .outerjoin(_interface, at & p.removed_at.is_(None))
            .where(n.removed_at.is_(None))
        )
        rows = [
            *self._rows(query, n.device_id, devices),
            *self._rows(query, n.remote_device_id, remotes),
        ]
        return list({row.id: row for row in rows}.values())

    def is_announced(self, texts: Iterable[str]) -> bool:
        """Whether somebody announces itself by one of some MACs or addresses."""
        c, wanted = _neighbour.c, tuple(texts)
        query = select(c.chassis_id, c.port_id, c.sys_name, c.addresses)
        for row in self.connection.execute(query.where(c.removed_at.is_(None))):
            said = " ".join((*(t for t in row[:3] if t), *row.addresses))
            if any(text in said for text in wanted):
                return True
        return False

    def sightings(self, macs: Set[str]) -> list[Row[Any]]:
        """Return where some MACs are, as it is stored."""
        c = _sighting.c
        query = select(c.mac, c.ip, c.device_id, c.interface_id, c.via).where(
            c.site == self._site, c.closed_at.is_(None)
        )
        return list(self._rows(query, c.mac, macs))

    def bindings(self, macs: Set[str]) -> dict[str, tuple[str, ...]]:
        """Return MAC -> its addresses, by the newest table for each address."""
        named = self._taken({mac.encode() for mac in macs})
        ips = {e.ip.encode() for e, _ in named if e.mac in macs}
        asked = [each for each in self._arp if ips and each.lists(ips)]
        tables = ((self._entries(each), each.read_at) for each in asked)
        found = bindings_of(tables, (), self._since)
        return {mac: ips for mac, ips in found.items() if mac in macs}

    def _taken(self, texts: Set[bytes]) -> list[tuple[ArpEntry, datetime]]:
        return [
            (entry, each.read_at)
            for each in self._arp
            if each.lists(texts)
            for entry in self._entries(each)
        ]

    def _entries(self, packed: Packed) -> tuple[ArpEntry, ...]:
        return entries_or_none(codec.decode_arp, packed.stored)

    def _rows(
        self,
        query: Select[Any],
        column: Any,  # noqa: ANN401
        values: Set[Any],
    ) -> Iterator[Any]:
        for chunk in chunks(sorted(values)):
            yield from self.connection.execute(query.where(column.in_(chunk)))
