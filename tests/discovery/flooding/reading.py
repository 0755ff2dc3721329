"""What a scan reads of such a network, and where everything truly is."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from discovery.topology.compute import Topology
from discovery.topology.model import (
    Announcement,
    Learned,
    Network,
    Node,
    Port,
    Table,
)
from tests.discovery.fakes import T0
from tests.discovery.flooding.bridged_lan import Bridge, BridgedLan, Plug, Station


@dataclass(slots=True)
class Reading:
    """A network and how it is read.

    Attributes:
        quiet: Bridges that send no LLDP.
        unread: Bridges that answer nobody.
        dumb: Bridges without management: not even devices.
        bundles: Ports that are aggregates, with the number of members.
        units: Bridges whose forwarding table names logical units of its ports.
        cut: Bridge -> rows after which its table broke off.
        stale: Bridge -> table that was read earlier, and how long before.
        pairs: Bridge that is two boxes to the others (MLAG) -> which ports are on
            which box: 0, 1, or 2 for both.
        mute: Stations that were moved, and all that was read is as it was before.
    """

    lan: BridgedLan
    stations: list[Station] = field(default_factory=list)
    quiet: set[int] = field(default_factory=set)
    unread: set[int] = field(default_factory=set)
    dumb: set[int] = field(default_factory=set)
    bundles: dict[Plug, int] = field(default_factory=dict)
    units: set[int] = field(default_factory=set)
    cut: dict[int, int] = field(default_factory=dict)
    stale: dict[int, tuple[list[tuple[int, str, int]], timedelta]] = field(
        default_factory=dict
    )
    pairs: dict[int, dict[int, int]] = field(default_factory=dict)
    mute: set[str] = field(default_factory=set)

    def network(self) -> Network:
        """Return what a scan knows afterwards."""
        managed = [b for b in self.lan.bridges.values() if b.number not in self.dumb]
        boxes = [(b, side) for b in managed for side in self.sides(b.number)]
        ports = [p for b, side in boxes for p in self._ports(b, side)]
        by_name = {(p.node, p.name): p for p in ports}
        tables = {
            self.node(b.number, side): self._table(b, side)
            for b, side in boxes
            if b.number not in self.unread
        }
        return Network(
            nodes={self.node(b.number, s): self._node(b, s) for b, s in boxes},
            ports=ports,
            announcements=self._announcements(by_name),
            tables=tables,
        )

    def sides(self, bridge: int) -> tuple[int, ...]:
        return (0, 1) if bridge in self.pairs else (0,)

    @staticmethod
    def node(bridge: int, side: int = 0) -> int:
        return bridge * 10 + side

    @staticmethod
    def _mac(bridge: Bridge, side: int) -> str:
        return bridge.mac[:-2] + f"{int(bridge.mac[-2:], 16) + side:02x}"

    def _node(self, bridge: Bridge, side: int) -> Node:
        number = self.node(bridge.number, side)
        return Node(
            id=number,
            kind="switch",
            name=f"sw{number}",
            names=frozenset((f"sw{number}",)),
            macs=frozenset((self._mac(bridge, side),)),
            managed=bridge.number not in self.unread,
        )

    def port_id(self, plug: Plug, side: int = 0) -> int:
        """Return the row of a port as it is shown."""
        return self.node(plug.bridge, side) * 1000 + plug.port

    def _ports(self, bridge: Bridge, side: int) -> list[Port]:
        node, found = self.node(bridge.number, side), []
        for number in bridge.ports:
            plug = Plug(bridge.number, number)
            row = self.port_id(plug, side)
            found.append(Port(id=row, node=node, name=f"p{number}", if_index=number))
            for member in range(self.bundles.get(plug, 0)):
                index = 200 + number * 10 + member
                name = f"m{number}.{member}"
                member_row = node * 1000 + index
                found.append(
                    Port(
                        id=member_row, node=node, name=name, if_index=index, lag=number
                    )
                )
            if bridge.number in self.units:
                unit, name = 500 + number, f"p{number}.0"
                unit_row = node * 1000 + unit
                found.append(
                    Port(id=unit_row, node=node, name=name, if_index=unit, lower=number)
                )
        if bridge.number in self.pairs:
            row = node * 1000 + 199
            found.append(Port(id=row, node=node, name="peer", if_index=199))
        return found

    def _table(self, bridge: Bridge, side: int) -> Table:
        rows, before = self.stale.get(bridge.number, (None, timedelta(0)))
        rows = self.lan.table(bridge) if rows is None else rows
        cut = self.cut.get(bridge.number)
        if cut is not None:
            # The rows of bridges come anywhere in the order of addresses.
            rows = sorted(rows, key=lambda row: row[1][::-1])
        learned = [
            Learned(mac, self._index(bridge, side, port), vlan)
            for vlan, mac, port in (rows if cut is None else rows[:cut])
        ]
        if bridge.number in self.pairs:
            learned.append(Learned(self._mac(bridge, 1 - side), 199, 1))
        return Table(tuple(learned), T0 - before, cut is None)

    def _index(self, bridge: Bridge, side: int, port: int) -> int:
        """A box of a pair has over the peer link what is only on the other one."""
        sides = self.pairs.get(bridge.number)
        if sides is not None and sides[port] not in (2, side):
            return 199
        return 500 + port if bridge.number in self.units else port

    def _announcements(
        self, named: Mapping[tuple[int, str], Port]
    ) -> list[Announcement]:
        found = []
        for segment in self.lan.segments:
            managed = [p for p in segment.plugs if p.bridge not in self.dumb]
            for here in managed:
                for there in managed:
                    if here.bridge != there.bridge:
                        found += self._heard(here, there, named)
        for bridge in self.pairs:
            for side in (0, 1):
                found.append(
                    self._one(bridge, side, "peer", bridge, 1 - side, "peer", named)
                )
        return found

    def _heard(
        self, here: Plug, there: Plug, named: Mapping[tuple[int, str], Port]
    ) -> list[Announcement]:
        """LLDP goes over each member, and no further than the next bridge."""
        if here.bridge in self.unread or there.bridge in self.quiet:
            return []
        members = self.bundles.get(here, 0)
        found = []
        for member in range(members or 1):
            ours = f"m{here.port}.{member}" if members else f"p{here.port}"
            theirs = f"m{there.port}.{member}" if members else f"p{there.port}"
            side, far = self._box(here, member), self._box(there, member)
            found.append(
                self._one(here.bridge, side, ours, there.bridge, far, theirs, named)
            )
        return found

    def _box(self, plug: Plug, member: int) -> int:
        """Return on which box of a pair a member of an aggregate ends."""
        where = self.pairs.get(plug.bridge, {}).get(plug.port, 0)
        return member % 2 if where == 2 else where

    def _one(
        self,
        bridge: int,
        side: int,
        port: str,
        other: int,
        far: int,
        their_port: str,
        named: Mapping[tuple[int, str], Port],
    ) -> Announcement:
        node = self.node(bridge, side)
        sender = self.lan.bridges[other]
        return Announcement(
            node=node,
            key=f"{other}.{far} {their_port}",
            port=named[node, port].id,
            port_name=port,
            protocol="lldp",
            chassis_id=self._mac(sender, far),
            chassis_id_type="mac",
            port_id=their_port,
            port_id_type="ifname",
            sys_name=f"sw{self.node(other, far)}",
            capabilities=frozenset(("bridge",)),
        )

    def truth(self, station: Station) -> set[int]:
        """Return the ports a station may be shown at: two of an aggregate to two."""
        found = set()
        for plug in station.segment.plugs:
            if plug.bridge not in self.dumb:
                side = self.pairs.get(plug.bridge, {}).get(plug.port, 0)
                for each in (0, 1) if side == 2 else (side,):
                    found.add(self.port_id(plug, each))
        return found

    def leads_to(self, station: Station) -> set[int]:
        """Return the ports behind which it truly is, in its VLAN."""
        seen = BridgedLan.__new__(BridgedLan)
        seen.__dict__.update(self.lan.__dict__)
        seen.bridges = {
            n: Bridge(n, b.mac, b.priority, b.ports)
            for n, b in self.lan.bridges.items()
        }
        seen.send(station.mac, "ff:ff:ff:ff:ff:ff", station.vlan, station.segment)
        return {
            self.port_id(Plug(number, port))
            for number, bridge in seen.bridges.items()
            for port, _ in bridge.learned.values()
        }


def judge(reading: Reading, network: Network, drawn: Topology) -> Counter[str]:
    """Count stations: right, coarse (behind what was not read), unknown, wrong.

    Apart from these are those that no table can tell of: `unseen` are in none that was
    read, `mute` were moved without a trace in any, `hidden` are on a switch that was
    not read.
    """
    found: Counter[str] = Counter()
    listed = {row.mac for table in network.tables.values() for row in table.rows}
    for station in reading.stations:
        place = drawn.places.get(station.mac)
        port = None if place is None else place.port
        hidden = all(
            p.bridge in reading.unread | reading.dumb for p in station.segment.plugs
        )
        if station.mac not in listed or station.mac in reading.mute:
            found["unseen" if station.mac not in listed else "mute"] += 1
        elif port is None:
            found["hidden" if hidden else "unknown"] += 1
        elif port in reading.truth(station):
            found["right"] += 1
        elif hidden and port in reading.leads_to(station):
            found["coarse"] += 1
        else:
            found["wrong"] += 1
    return found


def cables(reading: Reading) -> set[frozenset[int]]:
    """Return the pairs of boxes without a bridge between that could be asked."""
    clear = reading.dumb | (reading.unread & reading.quiet)
    beside: dict[int, set[int]] = {n: set() for n in reading.lan.bridges}
    for segment in reading.lan.segments:
        for plug in segment.plugs:
            beside[plug.bridge] |= {p.bridge for p in segment.plugs} - {plug.bridge}
    found = {frozenset((reading.node(n, 0), reading.node(n, 1))) for n in reading.pairs}
    for bridge in beside:
        reached, waiting = set(), list(beside[bridge])
        while waiting:
            other = waiting.pop()
            if other not in reached and other != bridge:
                reached.add(other)
                waiting += beside[other] if other in clear else ()
        found |= {
            frozenset((reading.node(bridge, s), reading.node(other, t)))
            for other in reached
            for s in reading.sides(bridge)
            for t in reading.sides(other)
        }
    return found


def chance(seed: int, situation: str) -> random.Random:
    return random.Random(f"{situation} {seed}")
