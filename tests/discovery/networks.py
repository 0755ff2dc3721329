"""Generated networks with known truth: trees of switches with everything on them.

What makes topology hard is in them: links that nobody announces, switches that answer
nobody, aggregates, phones with computers behind, access points, virtual machines,
unmanaged switches, virtual router addresses, rows that aged out, tables not read.
"""

from __future__ import annotations

import random
from datetime import datetime

from discovery.topology.model import (
    Announcement,
    Learned,
    Network,
    Node,
    Port,
    Station,
    Table,
)
from tests.discovery.fakes import T0, mac
from tests.discovery.network_truth import Made, Switch, Truth

HSRP = "00:00:0c:07:ac:01"


class Maker:
    """Makes one network from a seed.

    Args:
        seed: Of all choices.
        noise: Share of forwarding rows that aged out, away from the edge.
        unread: Share of switches whose tables are not read.
        silent: Share of switches that announce nothing.
        moved: Share of endpoints that moved a moment ago; a third of the tables still
            has the way to where they were.
    """

    def __init__(
        self,
        seed: int,
        *,
        noise: float = 0.0,
        unread: float = 0.0,
        silent: float = 0.0,
        moved: float = 0.0,
    ) -> None:
        self.rng = random.Random(seed)
        self.noise, self.unread, self.silent = noise, unread, silent
        self.moved = moved
        self.nodes: dict[int, Node] = {}
        self.ports: dict[int, Port] = {}
        self.said: list[Announcement] = []
        self.rows: dict[int, list[Learned]] = {}
        self.stations: list[Station] = []
        self.truth: dict[str, Truth] = {}
        self.switches: dict[int, Switch] = {}
        self._macs = iter(range(100_000, 10**6))
        self._ids = iter(range(1, 10**6))

    def make(self, switches: int, endpoints: int) -> Made:
        for number in range(switches):
            self._switch(number)
        cables = self._cable()
        places = [self._edge_port() for _ in range(endpoints)]
        for where, port in places:
            self._endpoint(where, port)
        for switch in self.switches.values():
            self._learn_everywhere(mac(switch.number * 500), switch.number, None)
        self._learn_everywhere(HSRP, 0, None)
        tables = {
            number: Table(tuple(rows), self._time())
            for number, rows in self.rows.items()
            if self.switches[number].read
        }
        network = Network(
            nodes=self.nodes,
            ports=list(self.ports.values()),
            announcements=self.said,
            tables=tables,
            stations=self.stations,
        )
        return Made(network, self.truth, cables)

    def _time(self) -> datetime:
        return T0

    def _switch(self, number: int) -> None:
        parent = self.rng.randrange(number) if number else None
        read = number == 0 or self.rng.random() >= self.unread
        self.switches[number] = Switch(
            number, parent, read, self.rng.random() >= self.silent
        )
        self.rows[number] = []
        self.nodes[number] = Node(
            id=number,
            kind="switch",
            name=f"sw{number}",
            names=frozenset((f"sw{number}",)),
            macs=frozenset((mac(number * 500),)),
            managed=read,
        )

    def _port(self, switch: int, *, lag: int | None = None) -> int:
        row_id = next(self._ids)
        index = self.switches[switch].next_port
        self.switches[switch].next_port += 1
        self.ports[row_id] = Port(
            id=row_id,
            node=switch,
            name=f"p{index}",
            if_index=index,
            mac=mac(switch * 500 + index),
            lag=lag,
        )
        return row_id

    def _cable(self) -> dict[frozenset[int], tuple[frozenset[int], bool]]:
        """Connect each switch with its parent, some by two cables bundled."""
        found = {}
        for switch in self.switches.values():
            if switch.parent is None:
                continue
            bundled = self.rng.random() < 0.3
            up = self._bundle(switch.number, bundled)
            down = self._bundle(switch.parent, bundled)
            switch.uplink = up
            self.switches[switch.parent].downlinks[switch.number] = down
            heard = False
            for ours, theirs in zip(up[1:] or up, down[1:] or down, strict=True):
                heard |= self._announce(switch.parent, theirs, switch.number, ours)
                heard |= self._announce(switch.number, ours, switch.parent, theirs)
            pair = frozenset((switch.number, switch.parent))
            found[pair] = (frozenset((up[0], down[0])), heard)
        return found

    def _bundle(self, switch: int, bundled: bool) -> list[int]:
        """Return one port, or an aggregate followed by its two members."""
        first = self._port(switch)
        if not bundled:
            return [first]
        index = self.ports[first].if_index
        return [first, *(self._port(switch, lag=index) for _ in range(2))]

    def _announce(self, at: int, port: int, who: int, their_port: int) -> bool:
        if not (self.switches[at].read and self.switches[who].announces):
            return False
        self.said.append(
            Announcement(
                node=at,
                key=f"{who}/{their_port}",
                port=port,
                port_name=self.ports[port].name,
                protocol="lldp",
                chassis_id=mac(who * 500),
                chassis_id_type="mac",
                port_id=self.ports[their_port].name,
                port_id_type="ifname",
                sys_name=f"sw{who}",
                capabilities=frozenset(("bridge",)),
            )
        )
        return True

    def _edge_port(self) -> tuple[int, int]:
        switch = self.rng.randrange(len(self.switches))
        return switch, self._port(switch)

    def _endpoint(self, switch: int, port: int) -> None:
        what = self.rng.choice(
            ("computer", "computer", "phone", "phone+", "radio", "host", "hub")
        )
        if what == "computer":
            self._device(switch, port, "computer")
        elif what == "phone":
            self._device(switch, port, "phone", announces=True)
        elif what == "phone+":
            phone = self._device(switch, port, "phone", announces=True)
            self._device(switch, port, "computer", behind=phone)
        elif what == "radio":
            radio = self._device(switch, port, "wireless", announces=True)
            for _ in range(3):
                client = self._device(switch, port, "computer", behind=radio)
                if self.rng.random() < 0.5:
                    (address,) = self.nodes[client].macs
                    self.stations.append(Station(address, radio, None, "office"))
        elif what == "host":
            host = self._device(switch, port, "computer")
            for _ in range(2):
                guest = f"52:54:00:00:{next(self._macs) % 65536:04x}"
                guest = f"{guest[:14]}:{guest[14:]}"
                self._place(guest, switch, port, behind=host)
        else:
            for _ in range(3):
                self._device(switch, port, "computer")

    def _device(
        self,
        switch: int,
        port: int,
        kind: str,
        *,
        behind: int | None = None,
        announces: bool = False,
    ) -> int:
        address, node = mac(next(self._macs)), next(self._ids) + 10**6
        self.nodes[node] = Node(
            id=node, kind=kind, name=f"{kind}{node}", macs=frozenset((address,))
        )
        self._place(address, switch, port, behind=behind)
        if announces and self.switches[switch].read and self.rng.random() < 0.9:
            self.said.append(
                Announcement(
                    node=switch,
                    key=address,
                    port=port,
                    port_name=self.ports[port].name,
                    protocol="lldp",
                    chassis_id=address,
                    chassis_id_type="mac",
                    port_id=address,
                    port_id_type="mac",
                    capabilities=frozenset(
                        ("telephone",) if kind == "phone" else ("wlan-ap",)
                    ),
                )
            )
        return node

    def _place(
        self, address: str, switch: int, port: int, *, behind: int | None
    ) -> None:
        path = self._learn_everywhere(address, switch, port)
        moved = self.rng.random() < self.moved
        if moved:
            self._leave_behind(address, switch)
        self.truth[address] = Truth(
            node=switch,
            port=port,
            listed=self.switches[switch].read,
            behind=behind,
            path=path,
            moved=moved,
        )

    def _leave_behind(self, address: str, home: int) -> None:
        """Let a third of the other tables say where an endpoint was before."""
        old = self.rng.choice(sorted(self.switches))
        before = self._port(old)
        for number in self.switches:
            if number == home or self.rng.random() > 1 / 3:
                continue
            at = before if number == old else self._next_hop(number, old)
            if at is None:
                continue
            kept = [row for row in self.rows[number] if row.mac != address]
            index = self.ports[at].if_index or 0
            self.rows[number] = [*kept, Learned(address, index, 10)]

    def _learn_everywhere(
        self, address: str, home: int, port: int | None
    ) -> tuple[int, ...]:
        """Write the MAC into every table; return the downward ports toward it."""
        toward: list[int] = []
        for number in self.switches:
            at = port if number == home else self._next_hop(number, home)
            if at is None:
                continue
            if self.switches[number].read and number != home:
                toward.append(at)
            if number == home or self.rng.random() >= self.noise:
                index = self.ports[at].if_index or 0
                self.rows[number].append(Learned(address, index, 10))
        return tuple(toward)

    def _next_hop(self, number: int, home: int) -> int | None:
        """Return the port of a switch toward another one."""
        at: int | None = home
        while at is not None:
            parent = self.switches[at].parent
            if parent == number:
                return self.switches[number].downlinks[at][0]
            at = parent
        up = self.switches[number].uplink
        return up[0] if up else None
