"""Bridges, cables and stations; frames that are flooded and learned."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.discovery.flooding.spanning_tree import Tree, spanning_tree

AGEING = 300.0
"""Seconds after which a bridge forgets (IEEE 802.1D, 7.9.2)."""
EVERYBODY = "ff:ff:ff:ff:ff:ff"


@dataclass(frozen=True, slots=True, order=True)
class Plug:
    """A port of a bridge; all members of an aggregate are one (IEEE 802.1AX)."""

    bridge: int
    port: int


@dataclass(slots=True)
class Segment:
    """What hangs together without a bridge between: a cable, or a hub with its cables.

    Attributes:
        plugs: Ports of bridges on it.
        vlans: Those carried; the first one without a tag. None for all of them.
    """

    number: int
    plugs: list[Plug] = field(default_factory=list)
    vlans: frozenset[int] | None = None


@dataclass(slots=True)
class Bridge:
    """A VLAN bridge with a forwarding database for each VLAN.

    Attributes:
        priority: Of the bridge identifier, for each VLAN or instance; 32768 else.
        learned: (VLAN, MAC) -> port and time.
    """

    number: int
    mac: str
    priority: dict[int, int] = field(default_factory=dict)
    ports: dict[int, Segment] = field(default_factory=dict)
    learned: dict[tuple[int, str], tuple[int, float]] = field(default_factory=dict)


@dataclass(slots=True)
class Station:
    """A host on a segment, in one VLAN."""

    mac: str
    vlan: int
    segment: Segment


class BridgedLan:
    """A network; time is in seconds and moves when one says so."""

    def __init__(self) -> None:
        self.bridges: dict[int, Bridge] = {}
        self.segments: list[Segment] = []
        self.now = 0.0
        self.instance: dict[int, int] = {}
        """VLAN -> instance of MSTP; a VLAN that is not in it has its own tree."""
        self._trees: dict[int, Tree] = {}

    def bridge(self, mac: str, **priority: int) -> Bridge:
        made = Bridge(len(self.bridges) + 1, mac)
        made.priority = {int(k[1:]): v for k, v in priority.items()}
        self.bridges[made.number] = made
        return made

    def segment(
        self, *bridges: Bridge, vlans: Iterable[int] | None = None
    ) -> tuple[Segment, list[Plug]]:
        """Connect bridges; with one of them it is an edge port."""
        made = Segment(len(self.segments))
        made.vlans = None if vlans is None else frozenset(vlans)
        self.segments.append(made)
        for bridge in bridges:
            made.plugs.append(Plug(bridge.number, len(bridge.ports) + 1))
            bridge.ports[len(bridge.ports) + 1] = made
        self._trees.clear()
        return made, list(made.plugs)

    def tree(self, vlan: int) -> Tree:
        """Return the spanning tree that a VLAN uses."""
        key = self.instance.get(vlan, vlan)
        if key not in self._trees:
            members = {v for v, i in self.instance.items() if i == key} or {vlan}
            carried = [
                s
                for s in self.segments
                if len(s.plugs) > 1 and (s.vlans is None or s.vlans & members)
            ]
            identifiers = {
                b.number: (b.priority.get(key, 32768), b.mac)
                for b in self.bridges.values()
            }
            cables = [[(p.bridge, p.port) for p in s.plugs] for s in carried]
            self._trees[key] = spanning_tree(identifiers, cables)
        return self._trees[key]

    def send(self, source: str, to: str, vlan: int, at: Segment) -> None:
        """Send a frame on a segment; the bridges do the rest."""
        blocked = self.tree(vlan).blocked
        waiting: deque[tuple[Segment, Plug | None]] = deque([(at, None)])
        passed: set[int] = set()
        while waiting:
            segment, sender = waiting.popleft()
            if segment.number in passed or not _carries(segment, vlan):
                continue
            passed.add(segment.number)
            for plug in segment.plugs:
                if plug != sender and (plug.bridge, plug.port) not in blocked:
                    waiting += self._receive(source, to, vlan, plug, blocked)

    def _receive(
        self,
        source: str,
        to: str,
        vlan: int,
        plug: Plug,
        blocked: frozenset[tuple[int, int]],
    ) -> list[tuple[Segment, Plug | None]]:
        bridge = self.bridges[plug.bridge]
        bridge.learned[vlan, source] = (plug.port, self.now)
        if to == bridge.mac:
            return []
        known = bridge.learned.get((vlan, to))
        if known is not None and self.now - known[1] <= AGEING:
            out = [] if known[0] == plug.port else [known[0]]
        else:
            out = [port for port in bridge.ports if port != plug.port]
        return [
            (bridge.ports[port], Plug(bridge.number, port))
            for port in out
            if (bridge.number, port) not in blocked
        ]

    def send_from_bridge(self, bridge: Bridge, to: str, vlan: int) -> None:
        """Send a frame of the bridge's own, from its management interface."""
        blocked = self.tree(vlan).blocked
        known = bridge.learned.get((vlan, to))
        ports = [known[0]] if known else list(bridge.ports)
        for port in ports:
            if (bridge.number, port) in blocked:
                continue
            segment = bridge.ports[port]
            for plug in segment.plugs:
                if plug.bridge != bridge.number and _carries(segment, vlan):
                    if (plug.bridge, plug.port) not in blocked:
                        self._pass_on(bridge.mac, to, vlan, plug, blocked)

    def _pass_on(
        self,
        source: str,
        to: str,
        vlan: int,
        plug: Plug,
        blocked: frozenset[tuple[int, int]],
    ) -> None:
        waiting = deque(self._receive(source, to, vlan, plug, blocked))
        while waiting:
            segment, sender = waiting.popleft()
            for other in segment.plugs if _carries(segment, vlan) else ():
                if other != sender and (other.bridge, other.port) not in blocked:
                    waiting += self._receive(source, to, vlan, other, blocked)

    def table(self, bridge: Bridge) -> list[tuple[int, str, int]]:
        """Return (VLAN, MAC, port) of what a bridge has not forgotten."""
        return sorted(
            (vlan, mac, port)
            for (vlan, mac), (port, at) in bridge.learned.items()
            if self.now - at <= AGEING
        )


def _carries(segment: Segment, vlan: int) -> bool:
    return segment.vlans is None or vlan in segment.vlans
