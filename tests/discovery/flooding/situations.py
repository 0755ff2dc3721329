"""Twelve kinds of networks, each made from a seed."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from datetime import timedelta

from tests.discovery.fakes import mac
from tests.discovery.flooding.bridged_lan import (
    EVERYBODY,
    Bridge,
    BridgedLan,
    Plug,
    Segment,
    Station,
)
from tests.discovery.flooding.reading import Reading, chance

VLANS = (10, 20, 30)


class Office:
    """Builds a network and lets its stations talk."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.lan = BridgedLan()
        self.reading = Reading(self.lan)
        self._number = 0

    def switch(self, **priority: int) -> Bridge:
        self._number += 1
        return self.lan.bridge(mac(self._number * 256), **priority)

    def cable(self, a: Bridge, b: Bridge, *, members: int = 0) -> list[Plug]:
        _, plugs = self.lan.segment(a, b)
        for plug in plugs if members else ():
            self.reading.bundles[plug] = members
        return plugs

    def hosts(self, bridge: Bridge, count: int) -> None:
        for _ in range(count):
            segment, _ = self.lan.segment(bridge)
            self.host(segment)

    def host(self, segment: Segment, vlan: int | None = None) -> Station:
        self._number += 1
        chosen = self.rng.choice(VLANS) if vlan is None else vlan
        made = Station(mac(self._number * 256), chosen, segment)
        self.reading.stations.append(made)
        return made

    def gateways(self, core: Bridge) -> dict[int, Station]:
        """One router with a card in each VLAN, at a port of the core."""
        return {v: self.host(self.lan.segment(core)[0], v) for v in (1, *VLANS)}

    def talk(self, gateways: dict[int, Station], *, quiet: float = 0.0) -> None:
        """Everybody asks for its gateway and then speaks with it, some long ago.

        Args:
            gateways: Of each VLAN.
            quiet: Share of stations that asked so long ago that it is forgotten; of
                those, half still speak with the gateway.
        """
        every = list(self.reading.stations)
        self.rng.shuffle(every)
        old = [s for s in every if self.rng.random() < quiet]
        for station in old:
            self._ask(station, gateways[station.vlan])
        self.lan.now += 290.0
        speaking = [s for s in old if self.rng.random() < 0.5]
        for station in speaking:
            to = gateways[station.vlan]
            self.lan.send(station.mac, to.mac, station.vlan, station.segment)
        self.lan.now += 100.0
        for station in every:
            if station not in old:
                self._ask(station, gateways[station.vlan])
        for bridge in self.lan.bridges.values():
            if bridge.number not in self.reading.dumb:
                self.lan.send_from_bridge(bridge, EVERYBODY, 1)
        self.lan.now += 20.0

    def _ask(self, station: Station, gateway: Station) -> None:
        self.lan.send(station.mac, EVERYBODY, station.vlan, station.segment)
        self.lan.send(gateway.mac, station.mac, station.vlan, gateway.segment)

    def tree(self, switches: int, *, members: int = 0) -> list[Bridge]:
        made = [self.switch(v1=4096)]
        for _ in range(switches - 1):
            above = self.rng.choice(made)
            made.append(self.switch())
            self.cable(above, made[-1], members=members)
        return made


def _tree(office: Office, *, members: int = 0, quiet: float = 0.2) -> list[Bridge]:
    switches = office.tree(7, members=members)
    gateways = office.gateways(switches[0])
    for switch in switches:
        office.hosts(switch, 5)
    office.talk(gateways, quiet=quiet)
    return switches


def announced_tree(office: Office) -> None:
    _tree(office)


def silent_tree(office: Office) -> None:
    switches = _tree(office, quiet=0.1)
    office.reading.quiet = {s.number for s in switches}


def _ring(office: Office) -> None:
    switches = [office.switch(v1=4096), *(office.switch() for _ in range(5))]
    for here, there in zip(switches, [*switches[1:], switches[0]], strict=True):
        office.cable(here, there)
    office.lan.instance = dict.fromkeys((1, *VLANS), 1)
    gateways = office.gateways(switches[0])
    for switch in switches:
        office.hosts(switch, 5)
    office.talk(gateways, quiet=0.2)


def _cores(office: Office, roots: dict[int, int]) -> None:
    """Two cores, access switches with a cable to either, roots by VLAN or instance."""
    cores = [
        office.switch(**{f"v{v}": 4096 if r == n else 8192 for v, r in roots.items()})
        for n in (0, 1)
    ]
    office.cable(*cores, members=2)
    gateways = office.gateways(cores[0])
    for _ in range(5):
        access = office.switch()
        for core in cores:
            office.cable(core, access)
        office.hosts(access, 6)
    office.talk(gateways, quiet=0.2)


def pvst(office: Office) -> None:
    _cores(office, {1: 0, 10: 0, 20: 1, 30: 1})


def mstp(office: Office) -> None:
    office.lan.instance = {1: 1, 10: 1, 20: 2, 30: 2}
    _cores(office, {1: 0, 2: 1})


def aggregates_and_units(office: Office) -> None:
    switches = _tree(office, members=2)
    office.reading.units = {s.number for s in switches if office.rng.random() < 0.5}


def aggregates_to_two_switches(office: Office) -> None:
    """Two cores are one bridge to the others; servers and switches have both."""
    core = office.switch(v1=4096)
    sides: dict[int, int] = {}
    office.reading.pairs[core.number] = sides
    gateways = office.gateways(core)
    for port in core.ports:
        sides[port] = office.rng.choice((0, 1))
    for _ in range(4):
        access = office.switch()
        ours, _ = office.cable(core, access, members=2)
        sides[ours.port] = 2
        office.hosts(access, 5)
    for _ in range(4):
        segment, (plug,) = office.lan.segment(core)
        office.reading.bundles[plug] = 2
        sides[plug.port] = 2
        office.host(segment)
    office.talk(gateways, quiet=0.1)


def transparent_box_between(office: Office) -> None:
    switches = office.tree(5)
    box = office.switch()
    behind = office.switch()
    office.cable(switches[-1], box)
    office.cable(box, behind)
    office.reading.unread = {box.number}
    office.reading.quiet = {box.number} if office.rng.random() < 0.5 else set()
    gateways = office.gateways(switches[0])
    for switch in (*switches, behind):
        office.hosts(switch, 5)
    office.talk(gateways, quiet=0.2)


def dumb_switches(office: Office) -> None:
    """One between two managed ones, with hosts on it, and some at the edge."""
    switches = office.tree(4)
    dumb, behind = office.switch(), office.switch()
    office.lan.segment(switches[-1], dumb)
    office.lan.segment(dumb, behind)
    edge = office.switch()
    office.lan.segment(switches[1], edge)
    office.reading.dumb = {dumb.number, edge.number}
    gateways = office.gateways(switches[0])
    for switch in (*switches, behind, dumb, edge):
        office.hosts(switch, 4)
    office.talk(gateways, quiet=0.1)


def moves(office: Office) -> None:
    """Some stations were moved a moment ago, and some tables are of before."""
    switches = _tree(office, quiet=0.1)
    before = {s.number: office.lan.table(s) for s in switches}
    late = {s.number for s in office.rng.sample(switches, 2)}
    office.lan.now += 60.0
    ways = {s.number: dict(s.learned) for s in switches}
    for station in office.reading.stations:
        if office.rng.random() < 0.1:
            station.segment, _ = office.lan.segment(office.rng.choice(switches))
            if office.rng.random() < 0.5:
                office.lan.send(station.mac, EVERYBODY, station.vlan, station.segment)
            told = any(
                _way(s.learned, station) != _way(ways[s.number], station)
                for s in switches
                if s.number not in late
            )
            if not told:
                office.reading.mute.add(station.mac)
    for number in late:
        office.reading.stale[number] = (before[number], timedelta(minutes=2))


def _way(
    learned: Mapping[tuple[int, str], tuple[int, float]], station: Station
) -> int | None:
    """Return where a switch has, or last had, a station."""
    found = learned.get((station.vlan, station.mac))
    return None if found is None else found[0]


def cut_off_tables(office: Office) -> None:
    switches = _tree(office)
    for switch in office.rng.sample(switches, 3):
        rows = office.lan.table(switch)
        office.reading.cut[switch.number] = office.rng.randrange(
            len(rows) // 4, len(rows)
        )
    share = office.rng.choice((0.0, 0.5, 1.0))
    office.reading.quiet = {s.number for s in switches if office.rng.random() < share}


def failed_readings(office: Office) -> None:
    switches = _tree(office)
    some = office.rng.sample(switches[1:], 2)
    office.reading.unread = {s.number for s in some}
    office.reading.quiet = {s.number for s in switches if office.rng.random() < 0.3}


SITUATIONS: dict[str, Callable[[Office], None]] = {
    "tree": announced_tree,
    "silent tree": silent_tree,
    "ring": _ring,
    "tree for each VLAN": pvst,
    "tree for each instance": mstp,
    "aggregates and units": aggregates_and_units,
    "aggregates to two switches": aggregates_to_two_switches,
    "transparent box": transparent_box_between,
    "dumb switches": dumb_switches,
    "moves": moves,
    "cut off": cut_off_tables,
    "failed": failed_readings,
}


def make(situation: str, seed: int) -> Reading:
    """Return a network of a kind, as it is read after its stations have talked."""
    office = Office(chance(seed, situation))
    SITUATIONS[situation](office)
    return office.reading
