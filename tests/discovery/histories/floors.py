"""Switches and who is plugged in, over a month; frames are flooded and learned.

Stations move, sleep and come back, some without a word; what a scan reads is what the
switches have learned by then and not forgotten.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from collectors.facts import ArpEntry, Clue, Neighbour, Observation
from tests.discovery.fakes import T0, lldp, switch
from tests.discovery.flooding.bridged_lan import (
    AGEING,
    EVERYBODY,
    Bridge,
    Plug,
    Segment,
    Station,
)
from tests.discovery.flooding.situations import Office

Spot = tuple[str, str]
"""Name of a switch and of its port."""

PORTS, HOSTS, SWITCHES = 8, 14, 5
STEP = 256
"""Between the MACs of two boxes, as `Office` deals them out."""


@dataclass(slots=True)
class Stay:
    """How long a station was plugged in at one place.

    Attributes:
        spots: The ports it was at; a cable of its own has one.
        ways: What may be told where only switches further away were read.
        heard: When it first said something there.
        until: When it was pulled out.
    """

    spots: frozenset[Spot]
    ways: frozenset[Spot]
    since: datetime
    heard: datetime | None = None
    until: datetime | None = None


@dataclass(slots=True)
class Host:
    """A station with an address, and where it was."""

    station: Station
    ip: str
    awake: bool = True
    stays: list[Stay] = field(default_factory=list)

    @property
    def mac(self) -> str:
        return self.station.mac


class Floor:
    """A tree of switches; the first one is the gateway of everybody."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.office = Office(self.random)
        self.lan = self.office.lan
        self.switches = self.office.tree(SWITCHES)
        self.gateways = self.office.gateways(self.switches[0])
        silent = self.random.choice((0.0, 0.2, 0.6, 1.0))
        self.quiet = {b.number for b in self.switches if self.random.random() < silent}
        self.edges: list[Segment] = []
        for bridge in self.switches:
            self.edges += [self.lan.segment(bridge)[0] for _ in range(PORTS)]
        self.hosts: list[Host] = []
        self.log: list[str] = []
        for _ in range(HOSTS):
            self.arrive()

    @property
    def now(self) -> datetime:
        return T0 + timedelta(seconds=self.lan.now)

    def arrive(self) -> None:
        """Plug in somebody new."""
        station = self.office.host(self.random.choice(self.edges))
        self.hosts.append(Host(station, f"10.0.1.{len(self.hosts) + 1}"))
        self._stays(self.hosts[-1])

    def move(self) -> tuple[Host, Bridge, Bridge]:
        """Plug somebody in elsewhere; return who, and both switches."""
        host = self.random.choice(self.hosts)
        before = host.station.segment
        free = [each for each in self.edges if each is not before]
        host.station.segment = self.random.choice(free)
        host.stays[-1].until = self.now
        self._stays(host)
        return host, self._bridge(before), self._bridge(host.station.segment)

    def doze(self) -> None:
        """Let somebody fall silent, or wake up."""
        host = self.random.choice(self.hosts)
        host.awake = not host.awake

    def talk(self, share: float = 1.0) -> None:
        """Let those that are awake ask for their gateway, and the switches speak."""
        for host in self.random.sample(self.hosts, len(self.hosts)):
            if host.awake and self.random.random() < share:
                self.says(host)
        for bridge in self.switches:
            self.lan.send_from_bridge(bridge, EVERYBODY, 1)

    def says(self, host: Host) -> None:
        at, gateway = host.station, self.gateways[host.station.vlan]
        self.lan.send(at.mac, EVERYBODY, at.vlan, at.segment)
        self.lan.send(gateway.mac, at.mac, at.vlan, gateway.segment)
        if host.stays[-1].heard is None:
            host.stays[-1].heard = self.now

    def told(self, bridge: Bridge, *, cut: float = 1.0) -> Observation:
        """Return what a switch says now.

        Args:
            bridge: Which.
            cut: Share of its forwarding table after which the reading broke off.
        """
        rows = [(m, port, vlan) for vlan, m, port in self.lan.table(bridge)]
        self.random.shuffle(rows)
        kept = rows[: int(len(rows) * cut)] if cut < 1 else rows
        number = bridge.number * STEP
        seen = switch(
            self.address(bridge),
            number,
            len(bridge.ports),
            fdb=kept,
            neighbours=tuple(self._neighbours(bridge)),
        )
        return replace(
            seen,
            clues=(Clue("type", "switch", "made"),),
            arp=self._addresses(bridge),
            reads=seen.reads - {"fdb"} if cut < 1 else seen.reads,
        )

    def address(self, bridge: Bridge) -> str:
        return f"10.0.0.{bridge.number}"

    def spot(self, plug: Plug) -> Spot:
        return f"sw{plug.bridge * STEP}", f"Gi1/0/{plug.port}"

    def spot_of(self, bridge: Bridge, port: int) -> Spot:
        return self.spot(Plug(bridge.number, port))

    def cables(self) -> set[frozenset[str]]:
        """Return the pairs of switches with a cable."""
        return {
            frozenset(self.spot(plug)[0] for plug in segment.plugs)
            for segment in self.lan.segments
            if len(segment.plugs) > 1
        }

    def _bridge(self, segment: Segment) -> Bridge:
        return self.lan.bridges[segment.plugs[0].bridge]

    def _stays(self, host: Host) -> None:
        segment = host.station.segment
        here = frozenset(map(self.spot, segment.plugs))
        ways = frozenset(self._ways(segment))
        host.stays.append(Stay(here, ways, self.now))
        self.log.append(f"{self.now} {host.mac} at {sorted(here)}")

    def _ways(self, segment: Segment) -> Iterator[Spot]:
        """Yield the ports of other switches that lead to a segment.

        Where the next switch does not list a station, it is told to be behind that
        one, at none of its ports.
        """
        passed, waiting = {segment.number}, [segment]
        while waiting:
            for plug in waiting.pop().plugs:
                for beyond in self.lan.bridges[plug.bridge].ports.values():
                    if beyond.number in passed:
                        continue
                    passed.add(beyond.number)
                    waiting.append(beyond)
                    for far in (p for p in beyond.plugs if p.bridge != plug.bridge):
                        yield self.spot(far)
                        yield self.spot(plug)[0], ""

    def _addresses(self, bridge: Bridge) -> tuple[ArpEntry, ...]:
        """The gateway knows who talked to it of late."""
        if bridge is not self.switches[0]:
            return ()
        recent = {
            mac
            for (_, mac), (_, at) in bridge.learned.items()
            if self.lan.now - at < AGEING
        }
        known = [host for host in self.hosts if host.mac in recent]
        return tuple(ArpEntry(ip=host.ip, mac=host.mac) for host in known)

    def _neighbours(self, bridge: Bridge) -> Iterator[Neighbour]:
        for port, segment in bridge.ports.items():
            for plug in segment.plugs:
                if plug.bridge != bridge.number and plug.bridge not in self.quiet:
                    other = self.lan.bridges[plug.bridge]
                    name, far = self.spot(plug)
                    yield lldp(port, other.mac, far, name=name)
