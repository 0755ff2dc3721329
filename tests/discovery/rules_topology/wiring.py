"""A network of a few devices, wired by hand, and answers as short texts."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from discovery.topology.compute import Topology, compute_topology
from discovery.topology.model import (
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
from tests.discovery.fakes import T0

PC, PC_2, PC_3, PHONE = (f"3c:d9:2b:00:00:0{n}" for n in range(1, 5))
VM = "52:54:00:12:34:56"


@dataclass
class Wiring:
    """Nodes are numbered from 1; port 3 of node 2 is row 203, Gi1/0/3, ifIndex 3."""

    nodes: dict[int, Node] = field(default_factory=dict)
    ports: dict[int, Port] = field(default_factory=dict)
    heard: list[Announcement] = field(default_factory=list)
    learned: dict[int, list[Learned]] = field(default_factory=dict)
    read_at: dict[int, datetime] = field(default_factory=dict)
    stations: list[Station] = field(default_factory=list)
    cut_off: set[int] = field(default_factory=set)
    remembered: list[LinkFound] = field(default_factory=list)

    def switch(
        self,
        name: str,
        *,
        read: bool = True,
        at: datetime = T0,
        lag: dict[int, int] | None = None,
        kind: str = "switch",
        ports: int = 9,
    ) -> int:
        """Add a switch; `lag` maps members to the port that stands for them."""
        node = self.device(name, kind, f"00:1b:54:{len(self.nodes) + 1:02x}:00:00")
        for n in range(1, ports + 1):
            self.ports[node * 100 + n] = Port(
                id=node * 100 + n,
                node=node,
                name=f"Gi1/0/{n}",
                if_index=n,
                lag=(lag or {}).get(n),
            )
        if read:
            self.learned[node] = []
            self.read_at[node] = at
        return node

    def device(self, name: str, kind: str, *macs: str, **fields: object) -> int:
        """Add anything else, with the MACs that are its own."""
        node = len(self.nodes) + 1
        made = Node(
            id=node,
            kind=kind,
            name=name,
            macs=frozenset(macs),
            names=frozenset((name,)),
        )
        self.nodes[node] = replace(made, **fields)  # type: ignore[arg-type]
        return node

    def mac(self, node: int) -> str:
        return min(self.nodes[node].macs)

    def change_port(self, node: int, port: int, **fields: object) -> None:
        old = self.ports[node * 100 + port]
        self.ports[old.id] = replace(old, **fields)  # type: ignore[arg-type]

    def learns(self, node: int, port: int, *macs: str, vlan: int | None = 1) -> None:
        self.learned[node] += [Learned(mac, port, vlan) for mac in macs]

    def hears(
        self, node: int, port: int | None, protocol: str = "lldp", **said: object
    ) -> Announcement:
        """Note an announcement; who it was stands in `said`."""
        row = None if port is None else node * 100 + port
        heard = Announcement(
            node=node,
            key=f"{protocol} {len(self.heard)}",
            port=row,
            port_name=self.ports[row].name if row else "unknown",
            protocol=protocol,
        )
        self.heard.append(replace(heard, **said))  # type: ignore[arg-type]
        return self.heard[-1]

    def hears_node(
        self, node: int, port: int | None, other: int, far: int | None, **said: object
    ) -> None:
        """Note that a switch heard another one with its chassis MAC."""
        about: dict[str, object] = {
            "chassis_id": self.mac(other),
            "chassis_id_type": "mac",
            "port_id": None if far is None else self.ports[other * 100 + far].name,
            "port_id_type": "ifname",
            "capabilities": frozenset(("bridge",)),
        }
        self.hears(node, port, **{**about, **said})  # type: ignore[arg-type]

    def cable(self, a: int, a_port: int, b: int, b_port: int) -> None:
        """Connect two switches that announce themselves to each other."""
        self.hears_node(a, a_port, b, b_port)
        self.hears_node(b, b_port, a, a_port)

    def network(self) -> Network:
        tables = {
            node: Table(tuple(rows), self.read_at[node], node not in self.cut_off)
            for node, rows in self.learned.items()
        }
        return Network(
            nodes=self.nodes,
            ports=list(self.ports.values()),
            announcements=self.heard,
            tables=tables,
            stations=self.stations,
            remembered=self.remembered,
        )

    def drawn(self) -> Topology:
        return compute_topology(self.network())

    def where(self, mac: str) -> str:
        """Say where a MAC is: `acc 3`, `acc 3 behind tel (phone)`, or why not known."""
        place = self.drawn().places.get(mac)
        if place is None:
            return "nowhere"
        if place.node is None:
            return f"unknown: {place.reason}"
        text = self._end(End(place.node, place.port))
        if place.also is not None:
            text += f" and {self._end(place.also)}"
        if place.behind is not None:
            text += f" behind {self.nodes[place.behind].name}"
        if place.via:
            text += f" ({place.via})"
        return text + (f": {place.reason}" if place.reason else "")

    def vlan(self, mac: str) -> int | None:
        return self.drawn().places[mac].vlan

    def links(self) -> list[str]:
        """Return the links as `core 1 - acc 8, direct: lldp a, lldp b`."""
        return [
            f"{self._end(k.a)} - {self._end(k.b)}, {k.kind}: {', '.join(k.evidence)}"
            for k in self.drawn().links
        ]

    def _end(self, end: End) -> str:
        port = "?" if end.port is None else str(end.port % 100)
        return f"{self.nodes[end.node].name} {port}"
