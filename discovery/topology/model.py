"""Who is connected to whom, and where every endpoint is plugged in. Pure.

Three steps: announcements become links (`topology_links`), forwarding tables tell
which ports lead to other bridges (`topology_bridges`), and what is left of the
forwarding tables after those ports are taken out is where the endpoints are
(`topology_places`). An answer that the tables do not determine is *unknown with a
reason*, never a guess. This module holds the records they share.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from collectors import macs

SWITCHING = frozenset(("switch", "router", "firewall"))
PHONES = frozenset(("phone",))
RADIOS = frozenset(("wireless", "access-point"))
COMPUTERS = frozenset(("computer", "server"))

PROXY_LIMIT = 16
"""Addresses one MAC may answer for before it is taken for a router's proxy ARP."""

_OWN_TEXTS = ("name", "descr", "mac")
"""What a device itself calls its ports by, the most telling first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Port:
    """An interface of a node.

    Attributes:
        id: Row id; tells ports apart everywhere.
        lag: ifIndex of the aggregate it is a member of.
        lower: ifIndex of the port it is a logical unit of.
        lldp_id: What it calls itself in LLDP, and `lldp_id_type` how that is meant.
    """

    id: int
    node: int
    name: str
    if_index: int | None = None
    descr: str | None = None
    alias: str | None = None
    mac: str | None = None
    lag: int | None = None
    lower: int | None = None
    voice_vlan: int | None = None
    lldp_id: str | None = None
    lldp_id_type: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """What a node heard on one of its ports.

    Attributes:
        key: Tells announcements on one port apart.
        port: Row id of the local port, None if it could not be mapped.
        port_name: Name of the local port.
        voice_vlan: The VLAN it uses for voice, by LLDP-MED.
    """

    node: int
    key: str
    port: int | None
    port_name: str
    protocol: str
    chassis_id: str | None = None
    chassis_id_type: str = "other"
    port_id: str | None = None
    port_id_type: str = "other"
    port_descr: str | None = None
    sys_name: str | None = None
    capabilities: frozenset[str] = frozenset()
    addresses: tuple[str, ...] = ()
    serial: str | None = None
    voice_vlan: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A device, as far as topology is concerned.

    Attributes:
        kind: Its type, e.g. `switch`, `phone`.
        macs: Every MAC that is its own.
        shared: MACs it holds together with other devices.
    """

    id: int
    kind: str = ""
    name: str = ""
    macs: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()
    serials: frozenset[str] = frozenset()
    managed: bool = True


@dataclass(frozen=True, slots=True)
class Learned:
    """A MAC learned on a port of a bridge."""

    mac: str
    if_index: int
    vlan: int | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """The forwarding table of one bridge and when it was read.

    Attributes:
        complete: Nothing is missing: what is not in it was not learned.
        first_read_at: When the bridge was read for the first time, if that is known.
    """

    rows: tuple[Learned, ...]
    read_at: datetime
    complete: bool = True
    first_read_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Station:
    """A Wi-Fi client: who serves it, and under which network name."""

    mac: str
    node: int
    ip: str | None = None
    ssid: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """All that is known of one site.

    Attributes:
        remembered: Links inferred before. They still tell where the ports of a bridge
            lead whose table was cut off, and may lack the rows of other bridges.
    """

    nodes: Mapping[int, Node]
    ports: Sequence[Port]
    announcements: Sequence[Announcement] = ()
    tables: Mapping[int, Table] = field(default_factory=dict)
    stations: Sequence[Station] = ()
    remembered: Sequence[LinkFound] = ()


@dataclass(frozen=True, slots=True, order=True)
class End:
    """One end of a link; the port is unknown where nobody says it."""

    node: int
    port: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkFound:
    """A connection of two nodes; `a` is the smaller end."""

    a: End
    b: End
    kind: str = "direct"
    evidence: tuple[str, ...] = ()
    members: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a MAC is.

    Attributes:
        node: The switch or access point; None if unknown.
        port: The port; None if only the device is known.
        behind: The device between the port and the MAC.
        via: `phone`, `unmanaged`, `host`, `neighbour`, `switches` (several that are
            known), `wireless` or empty.
        reason: Why the place is not known.
        read_at: When the table that says so was read.
        also: Its other port, where two switches together are one end of an aggregate
            (MLAG, vPC).
    """

    mac: str
    node: int | None = None
    port: int | None = None
    vlan: int | None = None
    behind: int | None = None
    via: str = ""
    ssid: str | None = None
    reason: str | None = None
    read_at: datetime | None = None
    also: End | None = None


class Ports:
    """Finds ports by what others call them, and the port an endpoint is shown at."""

    def __init__(self, ports: Iterable[Port]) -> None:
        self.by_id = {port.id: port for port in ports}
        self._by_index = {
            (p.node, p.if_index): p
            for p in self.by_id.values()
            if p.if_index is not None
        }
        self._bundles = {(p.node, p.lag) for p in self.by_id.values() if p.lag}
        self._called: dict[tuple[str, int, str], list[Port]] = defaultdict(list)
        self._announced: dict[tuple[int, str, str], list[Port]] = defaultdict(list)
        self._announcing: set[tuple[int, str]] = set()
        for port in self.by_id.values():
            if port.lldp_id and port.lldp_id_type:
                key = (port.node, port.lldp_id_type, port.lldp_id.strip().lower())
                self._announced[key].append(port)
                self._announcing.add((port.node, port.lldp_id_type))
            for kind in (*_OWN_TEXTS, "alias"):
                text = getattr(port, kind)
                if text:
                    self._called[kind, port.node, text.strip().lower()].append(port)

    def at(self, node: int, if_index: int | None) -> Port | None:
        """Return the port shown for an ifIndex: units and members folded."""
        if if_index is None:
            return None
        port = self._by_index.get((node, if_index))
        return None if port is None else self.shown(port)

    def shown(self, port: Port) -> Port:
        """Return the port below a logical unit, and the aggregate of a member."""
        if port.lower is not None:
            port = self._by_index.get((port.node, port.lower), port)
        if port.lag is not None:
            port = self._by_index.get((port.node, port.lag), port)
        return port

    def is_aggregate(self, port_id: int) -> bool:
        """Whether a port stands for several members."""
        port = self.by_id[port_id]
        return (port.node, port.if_index) in self._bundles

    def announced(self, node: int, kind: str, text: str | None) -> Port | None:
        """Return the one port of a node that announces itself so, not folded."""
        if not text:
            return None
        found = self._announced.get((node, kind, text.strip().lower()), [])
        return found[0] if len(found) == 1 else None

    def announces(self, node: int, kind: str) -> bool:
        """Whether a node is known to announce ports by ids of a type."""
        return (node, kind) in self._announcing

    def named(self, node: int, *texts: str | None, alias: bool = True) -> Port | None:
        """Return the one port of a node that any of the texts names, not folded.

        What the device calls a port counts before what people wrote into its alias,
        and digits are an ifIndex, never an alias: many note the far side's number.

        Args:
            node: Whose port.
            texts: The most telling first.
            alias: What people wrote counts at all.
        """
        for text in texts:
            if text:
                found = self._one_called(node, text.strip().lower(), alias)
                if found is not None:
                    return found
        return None

    def _one_called(self, node: int, text: str, alias: bool) -> Port | None:
        for kind in _OWN_TEXTS:
            found = self._called.get((kind, node, text), [])
            if len(found) == 1:
                return found[0]
        if text.isdecimal():
            return self._by_index.get((node, int(text)))
        found = self._called.get(("alias", node, text), []) if alias else []
        return found[0] if len(found) == 1 else self._on_bridge(node, text)

    def _on_bridge(self, node: int, text: str) -> Port | None:
        """Return the port that is told with the bridge it is in: `bridge1/ether2`."""
        bridge, slash, port = text.partition("/")
        is_bridge = len(self._called.get(("name", node, bridge), ())) == 1
        if not slash or port.isdecimal() or not is_bridge:
            return None
        found = self._called.get(("name", node, port), [])
        return found[0] if len(found) == 1 else None


def own_index(nodes: Iterable[Node]) -> dict[str, int]:
    """Return MAC -> node, for MACs that exactly one node holds."""
    found: dict[str, int] = {}
    shared: set[str] = set()
    for node in nodes:
        for mac in node.macs:
            if found.setdefault(mac, node.id) != node.id:
                shared.add(mac)
    return {mac: node for mac, node in found.items() if mac not in shared}


def is_bridge(mac: str, network: Network, owner: Mapping[str, int]) -> bool:
    """Whether a MAC is that of a bridge, which links show, and no endpoint."""
    node = owner.get(mac)
    if node is None or node not in network.tables:
        return False
    return network.nodes[node].kind in SWITCHING


def is_nobody(mac: str) -> bool:
    """Whether a MAC is plugged in nowhere: group addresses, virtual routers."""
    return (
        mac == "00:00:00:00:00:00"
        or macs.is_multicast(mac)
        or macs.is_virtual_router(mac)
    )
