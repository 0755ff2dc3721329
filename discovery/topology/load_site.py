"""Reads what topology needs of one site from the database.

May import `inventory.network.tables`, SQLAlchemy and the pure modules of `discovery`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

import inventory.network.tables  # noqa: F401  (fills the metadata)
from collectors.facts import ArpEntry
from discovery.matching.identifiers import serial_key
from discovery.matching.match import WINDOW
from discovery.observations import codec
from discovery.observations.damage import entries_or_none
from discovery.observations.part_rows import UNMANAGED
from discovery.observations.table_reads import Reads, complete_at, is_complete
from discovery.topology.model import (
    PROXY_LIMIT,
    Announcement,
    End,
    Learned,
    LinkFound,
    Network,
    Node,
    Port,
    Station,
    Table,
)
from discovery.topology.wifi_clients import read_stations
from inventory.network.scan_tables import StoredObservation
from inventory.network.tables import Device, DeviceAddress, Identifier, Interface
from inventory.network.topology_tables import DeviceNeighbour, Link
from inventory.storage.rows import table_of

_device = table_of(Device)
_identifier = table_of(Identifier)
_interface = table_of(Interface)
_address = table_of(DeviceAddress)
_link = table_of(Link)
_neighbour = table_of(DeviceNeighbour)
_observation = table_of(StoredObservation)

FEW = 400
"""Devices that are asked for by number; of more, all rows are read."""

LEARNED = frozenset(("learned", "static", "other"))
"""FDB states of other people's addresses; `self` and `mgmt` are the bridge's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteNetwork:
    """The network of a site and what goes with it.

    Attributes:
        addresses: MAC -> its IP addresses, by the newest table for each address.
        heard: Announcement (node, port, key) -> row id of the neighbour.
        read_at: Device -> when it was last read.
        heard_at: Device -> when its neighbours were last read completely.
        learned_at: Device -> when its forwarding table was last read completely.
        primary: Device -> the address it is reached at.
        known: Every MAC that any device holds, shared ones too.
        told_only: Devices known from what others tell alone.
        answers: What it was made of, to read the site again.
    """

    network: Network
    addresses: Mapping[str, tuple[str, ...]]
    heard: Mapping[tuple[int, str, str], int]
    read_at: Mapping[int, datetime]
    heard_at: Mapping[int, datetime]
    learned_at: Mapping[int, datetime]
    primary: Mapping[int, str]
    known: Mapping[str, frozenset[int]]
    told_only: frozenset[int] = field(default_factory=frozenset)
    answers: Answers | None = None

    def told_at(self, link: LinkFound) -> datetime | None:
        """Return when the tables that tell of a link were read: at the ends that do."""
        ends = {"a": link.a.node, "b": link.b.node}
        if link.evidence == ("fdb",):
            read = [self.learned_at.get(node) for node in ends.values()]
        else:
            told = {ends[text.rpartition(" ")[2]] for text in link.evidence}
            read = [self.heard_at.get(n) or self.read_at.get(n) for n in told]
        return max((at for at in read if at is not None), default=None)


@dataclass(frozen=True, slots=True)
class Answers:
    """What devices answered: no device that others tell of changes anything of it.

    Attributes:
        devices: Who answered.
        ports: Of all devices.
        cards: Device -> the MACs of its ports.
        announcements, heard, tables: As of `Network` and `SiteNetwork`.
    """

    devices: frozenset[int]
    ports: list[Port]
    cards: Mapping[int, Set[str]]
    announcements: list[Announcement]
    heard: Mapping[tuple[int, str, str], int]
    tables: Mapping[int, Table]


def _answers(
    connection: Connection, site: str, rows: Sequence[Row[Any]], since: datetime
) -> Answers:
    ids = {row.id for row in rows}
    ports, cards = ports_of(connection, ids)
    announcements, heard = _announcements(connection, ids, ports)
    tables = _forwarding(connection, site, ids, since)
    return Answers(_answering(rows), ports, cards, announcements, heard, tables)


def _answering(rows: Sequence[Row[Any]]) -> frozenset[int]:
    return frozenset(row.id for row in rows if row.managed)


def load_site(
    connection: Connection,
    site: str,
    *,
    since: datetime,
    before: SiteNetwork | None = None,
) -> SiteNetwork:
    """Read the network of a site.

    Args:
        connection: Where.
        site: Which.
        since: Forwarding and address tables older than this are left out. A table
            that was not read again since is still the last word about its ports.
        before: The site as it was read a moment ago, if nobody was visited since.
    """
    rows = _devices(connection, site)
    answers = before.answers if before else None
    if not answers or answers.devices != _answering(rows):
        answers = _answers(connection, site, rows, since)
    ids = {row.id for row in rows}
    macs = {device: set(answers.cards.get(device, ())) for device in ids}
    known: dict[str, set[int]] = defaultdict(set)
    values = _identifier_values(connection, ids, site)
    for device_id in ids:
        macs[device_id] |= values[device_id, "mac"]
        for mac in macs[device_id]:
            known[mac].add(device_id)
    addresses = _own_addresses(connection, ids, site)
    nodes = {
        row.id: _node(row, macs[row.id], values, addresses[row.id]) for row in rows
    }
    visits = _visits(connection, site)
    stations, collectors = read_stations(connection, site, nodes, known)
    return SiteNetwork(
        network=Network(
            nodes=nodes,
            ports=answers.ports,
            announcements=answers.announcements,
            tables=answers.tables,
            stations=stations,
            remembered=_inferred(connection, site),
        ),
        addresses=without_proxies(
            _bindings(connection, site, since, stations), nodes, known
        ),
        heard=answers.heard,
        read_at={row.id: row.last_seen for row in rows if row.managed},
        heard_at=newest_complete(visits, "neighbours"),
        learned_at=newest_complete(visits, "fdb"),
        primary={r.id: r.address for r in rows if r.address and r.site == site},
        known={mac: frozenset(found) for mac, found in known.items()},
        told_only=frozenset(d for d, names in collectors.items() if names <= UNMANAGED),
        answers=answers,
    )


def _devices(connection: Connection, site: str) -> Sequence[Row[Any]]:
    """Return the devices that were seen at a site, whatever site they are now at."""
    here = select(_observation.c.device_id).where(_observation.c.site == site)
    query = select(_device).where(
        (_device.c.site == site) | _device.c.id.in_(here),
        _device.c.merged_at.is_(None),
    )
    return connection.execute(query).all()


def _node(
    row: Row[Any],
    macs: set[str],
    values: Mapping[tuple[int, str], set[str]],
    addresses: set[str],
) -> Node:
    return Node(
        id=row.id,
        kind=row.type or "",
        name=row.name,
        macs=frozenset(macs),
        names=frozenset(values[row.id, "name"]),
        addresses=frozenset(addresses | values[row.id, "ip"]),
        serials=frozenset(values[row.id, "serial"]),
        managed=row.managed,
    )


def ports_of(
    connection: Connection, ids: set[int]
) -> tuple[list[Port], dict[int, set[str]]]:
    """Return the ports of some devices, and device -> the MACs of its ports."""
    macs: dict[int, set[str]] = defaultdict(set)
    ports = []
    c = _interface.c
    columns = (c.id, c.device_id, c.name, c.if_index, c.descr, c.alias, c.mac)
    more = (c.lag_if_index, c.lower_if_index, c.voice_vlan, c.lldp_id, c.lldp_id_type)
    query = select(*columns, *more).where(c.removed_at.is_(None)).order_by(c.id)
    if len(ids) <= FEW:
        query = query.where(c.device_id.in_(ids))
    for row in connection.execute(query):
        if row.device_id not in ids:
            continue
        if row.mac:
            macs[row.device_id].add(row.mac)
        ports.append(port_of_row(row))
    return ports, macs


def port_of_row(row: Any) -> Port:  # noqa: ANN401
    """Return an interface as topology looks at it."""
    return Port(
        id=row.id,
        node=row.device_id,
        name=row.name,
        if_index=row.if_index,
        descr=row.descr,
        alias=row.alias,
        mac=row.mac,
        lag=row.lag_if_index,
        lower=row.lower_if_index,
        voice_vlan=row.voice_vlan,
        lldp_id=row.lldp_id,
        lldp_id_type=row.lldp_id_type,
    )


def _identifier_values(
    connection: Connection, ids: set[int], site: str
) -> dict[tuple[int, str], set[str]]:
    """Return (device, kind) -> values; names and addresses as they are at the site."""
    found: dict[tuple[int, str], set[str]] = defaultdict(set)
    c = _identifier.c
    query = select(c.device_id, c.kind, c.value, c.scope).where(
        c.ended_at.is_(None), c.kind.in_(("mac", "serial", "name", "ip"))
    )
    for row in connection.execute(query):
        local = row.kind in {"mac", "serial"} or row.scope.partition("/")[0] == site
        if row.device_id in ids and local:
            found[row.device_id, row.kind].add(row.value)
    return found


def _visits(connection: Connection, site: str) -> list[tuple[int, Reads]]:
    """Return the readings at a site: device and how each table was read."""
    c = _observation.c
    query = select(c.device_id, c.table_reads).where(
        c.site == site, c.device_id.is_not(None), c.collector.not_in(UNMANAGED)
    )
    return [(device, reads) for device, reads in connection.execute(query)]


def newest_complete(
    visits: Sequence[tuple[int, Reads]], table: str
) -> dict[int, datetime]:
    """Return device -> when a table of it was last read completely."""
    found: dict[int, datetime] = {}
    for device, reads in visits:
        at = complete_at(reads, table)
        if at is not None:
            found[device] = max(at, found.get(device, at))
    return found


def _own_addresses(
    connection: Connection, ids: set[int], site: str
) -> dict[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    query = select(_address.c.device_id, _address.c.ip).where(
        _address.c.removed_at.is_(None), _address.c.site == site
    )
    for row in connection.execute(query):
        if row.device_id in ids and not row.ip.startswith("127.0.0."):
            found[row.device_id].add(row.ip)
    return found


def _announcements(
    connection: Connection, ids: set[int], ports: list[Port]
) -> tuple[list[Announcement], dict[tuple[int, str, str], int]]:
    named = {(port.node, port.name): port.id for port in ports}
    query = (
        select(_neighbour)
        .where(_neighbour.c.removed_at.is_(None))
        .order_by(_neighbour.c.device_id, _neighbour.c.port, _neighbour.c.key)
    )
    found, heard = [], {}
    for row in connection.execute(query):
        if row.device_id not in ids:
            continue
        heard[row.device_id, row.port, row.key] = row.id
        med = row.med or {}
        serial = med.get("serial")
        found.append(
            Announcement(
                node=row.device_id,
                key=row.key,
                port=named.get((row.device_id, row.port)),
                port_name=row.port,
                protocol=row.protocol,
                chassis_id=row.chassis_id,
                chassis_id_type=row.chassis_id_type,
                port_id=row.port_id,
                port_id_type=row.port_id_type,
                port_descr=row.port_descr,
                sys_name=row.sys_name,
                capabilities=frozenset(row.capabilities),
                addresses=tuple(row.addresses),
                serial=serial_key(serial) if serial else None,
                voice_vlan=voice_vlan_of(med),
            )
        )
    return found, heard


def voice_vlan_of(med: Mapping[str, Any]) -> int | None:
    """Return the VLAN of the voice policy (application type 1, ANSI/TIA-1057)."""
    found = [vlan for kind, vlan in med.get("policies", ()) if kind == 1 and vlan]
    return found[0] if found else None


def _inferred(connection: Connection, site: str) -> list[LinkFound]:
    """Return the stored links that forwarding tables alone tell of."""
    query = select(_link).where(_link.c.site == site, _link.c.closed_at.is_(None))
    return [
        LinkFound(
            a=End(row.a_device_id, row.a_interface_id),
            b=End(row.b_device_id, row.b_interface_id),
            kind=row.kind,
            evidence=("fdb",),
        )
        for row in connection.execute(query.order_by(_link.c.id))
        if row.evidence == ["fdb"]
    ]


def _forwarding(
    connection: Connection, site: str, ids: set[int], since: datetime
) -> dict[int, Table]:
    c = _observation.c
    query = (
        select(c.device_id, c.fdb, c.fdb_at, c.table_reads, c.first_seen)
        .where(c.site == site, c.fdb_at >= since, c.device_id.is_not(None))
        .order_by(c.fdb_at)
    )
    down = _ports_down(connection)
    found = {}
    # A MAC is in the table of every switch on the way to it: one string is enough.
    same: dict[str, str] = {}
    for row in connection.execute(query):
        if row.device_id in ids:
            learned = tuple(learned_rows(row.fdb, row.device_id, down, same))
            complete = is_complete(row.table_reads, "fdb")
            found[row.device_id] = Table(learned, row.fdb_at, complete, row.first_seen)
    return found


def learned_rows(
    stored: bytes,
    device: int,
    down: Set[tuple[int, int]],
    same: dict[str, str] | None = None,
) -> Iterator[Learned]:
    """Yield what a stored forwarding table says of other people's addresses.

    Args:
        stored: The table.
        device: Whose it is.
        down: (device, ifIndex) of ports without a link: port security keeps its rows
            where the cable is out.
        same: Strings of MACs seen so far, so that each is kept once.
    """
    kept = {} if same is None else same
    for mac, if_index, vlan, status in entries_or_none(codec.learned, stored):
        idle = status == "static" and (device, if_index) in down
        if status in LEARNED and if_index is not None and not idle:
            yield Learned(kept.setdefault(mac, mac), if_index, vlan)


def _ports_down(connection: Connection) -> set[tuple[int, int]]:
    c = _interface.c
    query = select(c.device_id, c.if_index).where(
        c.removed_at.is_(None), c.oper_up.is_(False), c.if_index.is_not(None)
    )
    return {(row.device_id, row.if_index) for row in connection.execute(query)}


def _bindings(
    connection: Connection, site: str, since: datetime, stations: list[Station]
) -> dict[str, tuple[str, ...]]:
    """Return MAC -> addresses that were confirmed with its newest one.

    The newest table decides whose an address is.
    """
    c = _observation.c
    query = (
        select(c.arp, c.arp_at)
        .where(c.site == site, c.arp_at >= since)
        .order_by(c.arp_at, c.id)
    )
    tables = (
        (entries_or_none(codec.decode_arp, stored), at)
        for stored, at in connection.execute(query)
    )
    return bindings_of(tables, stations, since)


def bindings_of(
    tables: Iterable[tuple[Iterable[ArpEntry], datetime]],
    stations: Iterable[Station],
    since: datetime,
) -> dict[str, tuple[str, ...]]:
    """Return MAC -> its addresses, from address tables in the order of their age."""
    holder: dict[str, tuple[str, datetime]] = {}
    for entries, at in tables:
        for entry in entries:
            holder[entry.ip] = (entry.mac, at)
    newest = max((at for _, at in holder.values()), default=since)
    for station in stations:
        if station.ip:
            holder[station.ip] = (station.mac, newest)
    found: dict[str, list[tuple[str, datetime]]] = defaultdict(list)
    for ip, (mac, at) in sorted(holder.items()):
        found[mac].append((ip, at))
    return {mac: _newest(bound) for mac, bound in found.items()}


def without_proxies(
    bound: Mapping[str, tuple[str, ...]],
    nodes: Mapping[int, Node],
    known: Mapping[str, Set[int]],
) -> dict[str, tuple[str, ...]]:
    """Leave a MAC that answers for many addresses those that are its device's own."""
    found = {}
    for mac, ips in bound.items():
        if len(ips) > PROXY_LIMIT:
            holders = known.get(mac, set())
            own = {ip for node in holders for ip in nodes[node].addresses}
            ips = tuple(ip for ip in ips if ip in own)
        found[mac] = ips
    return found


def _newest(bound: Sequence[tuple[str, datetime]]) -> tuple[str, ...]:
    last = max(at for _, at in bound)
    return tuple(ip for ip, at in bound if last - at <= WINDOW)
