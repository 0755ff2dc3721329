"""Rows that a template made of a command's output, taken up as facts. Pure.

`Console` gathers one device: each command's rows go in, ports that two commands name in
two ways become one, and facts come out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from collectors import macs
from collectors.facts import (
    Address,
    ArpEntry,
    FdbEntry,
    Interface,
    Neighbour,
    Poe,
    Vlan,
)
from collectors.ssh.consoles import interface_names
from collectors.ssh.consoles.cells import (
    Cells,
    Row,
    address_of,
    as_number,
    speed_of,
    vlan_of,
)
from collectors.ssh.consoles.chassis import Box
from collectors.ssh.consoles.neighbours import (
    add_neighbour,
    neighbour_of,
    placed,
    same_neighbour,
)
from collectors.ssh.consoles.platforms import CliKnowledge, Platform, Read, State
from collectors.ssh.consoles.port_use import Trunk, power_of, trunk_of, with_trunks
from collectors.ssh.consoles.vocabulary import duplex_of

MAX_ROWS = 200_000


@dataclass(slots=True)
class Console:
    """The facts of one network device while its commands are read."""

    platform: Platform
    knowledge: CliKnowledge
    ports: dict[str, Interface] = field(default_factory=dict)
    addresses: dict[tuple[str, int], Address] = field(default_factory=dict)
    neighbours: dict[tuple[str, str], list[Neighbour]] = field(default_factory=dict)
    unplaced: list[Neighbour] = field(default_factory=list)
    fdb: dict[tuple[str, int | None, int | None], FdbEntry] = field(
        default_factory=dict
    )
    arp: dict[tuple[str, str, str], ArpEntry] = field(default_factory=dict)
    vlans: dict[int, Vlan] = field(default_factory=dict)
    poe: dict[int, Poe] = field(default_factory=dict)
    trunks: dict[int, Trunk] = field(default_factory=dict)
    box: Box = field(default_factory=Box)

    def take(self, read: Read, rows: Sequence[Row]) -> None:
        """Take up the rows of one command."""
        takers = {
            "identity": self.box.take_identity,
            "modules": self.box.take_module,
            "interfaces": self._interface,
            "neighbours": self._neighbour,
            "fdb": self._fdb,
            "arp": self._arp,
            "vlans": self._vlan,
            "poe": self._poe,
            "switchports": self._switchport,
        }
        for row in rows[:MAX_ROWS]:
            for fact in read.facts:
                usual = self.knowledge.columns.get(fact, {})
                special = read.columns.get(fact, {})
                cells = Cells(row, usual, special, self.knowledge.blanks)
                takers[fact](read, cells)

    def _port(self, name: str | None) -> Interface | None:
        """Return the port of a name, known from now on if it was not."""
        if not name:
            return None
        key = interface_names.key(name)
        if key not in self.ports:
            kind, physical = interface_names.kind(name)
            shown = (
                interface_names.cisco_short(name)
                if self.platform.names == "cisco"
                else name
            )
            self.ports[key] = Interface(
                if_index=len(self.ports) + 1,
                name=shown,
                descr=name,
                type=kind,
                physical=physical,
            )
        return self.ports[key]

    def _index(self, name: str | None) -> int | None:
        port = self._port(name)
        return port.if_index if port else None

    def _interface(self, read: Read, cells: Cells) -> None:
        for name in cells.many("name"):
            self._one_interface(name, read, cells)

    def _one_interface(self, name: str, read: Read, cells: Cells) -> None:
        port = self._port(name)
        if port is None:
            return
        admin, oper = self._state(read, cells)
        mtu = as_number(cells.first("mtu"))
        alias = cells.first("alias")
        values: dict[str, object] = {
            "mac": macs.from_text(cells.first("mac") or ""),
            "alias": alias if alias != name else None,
            "admin_up": admin,
            "oper_up": oper,
            "mtu": mtu,
            "speed": speed_of(cells.first("speed")),
            "duplex": duplex_of(cells.first("duplex")),
            "pvid": vlan_of(cells.first("pvid")),
        }
        fresh = {
            k: v
            for k, v in values.items()
            if v is not None and getattr(port, k) is None
        }
        self.ports[interface_names.key(name)] = replace(port, **fresh)  # type: ignore[arg-type]
        self._addresses(port.if_index, cells)

    def _state(self, read: Read, cells: Cells) -> State:
        """Return whether a port is administratively and operationally up.

        A port that works has been switched on, one that is switched off does not work.
        """
        admin: bool | None = None
        oper: bool | None = None
        for column in ("admin", "status", "oper"):
            word = cells.first(column)
            meaning = self._meaning(read, word) if word else None
            if meaning is None:
                continue
            told, works = meaning
            if column == "admin":
                told, works = (works if told is None else told), None
            admin = told if admin is None else admin
            oper = works if oper is None else oper
        return (True, True) if oper and admin is None else (admin, oper)

    def _meaning(self, read: Read, word: str) -> State | None:
        text = re.sub(r"\s+", " ", word.strip().lower())
        bare = re.match(r"[*^#]?[a-z][a-z-]*", text)
        for states in (read.states, self.knowledge.states):
            for form in (
                text,
                text.split(" ")[0].strip("(),"),
                bare[0] if bare else "",
            ):
                if form in states:
                    return states[form]
        return None

    def _addresses(self, index: int, cells: Cells) -> None:
        lengths = cells.many("prefix_length")
        for position, text in enumerate(cells.many("ip")):
            mask = lengths[min(position, len(lengths) - 1)] if lengths else None
            found = address_of(text, mask)
            if found is not None:
                ip, length = found
                row = Address(ip=ip, prefix_length=length, if_index=index)
                self.addresses.setdefault((ip, index), row)

    def _neighbour(self, read: Read, cells: Cells) -> None:
        local = cells.first("local_port")
        row = neighbour_of(cells, read.protocol)
        if row is None:
            return
        if not local:
            self.unplaced.append(row)
            return
        number = sum(map(len, self.neighbours.values())) + 1
        row = replace(
            row,
            local_if_index=self._index(local),
            local_port=local,
            remote_index=number,
        )
        key = (read.protocol, interface_names.key(local))
        add_neighbour(self.neighbours.setdefault(key, []), row)

    def place_neighbours(self) -> None:
        """Join the rows that tell no port of ours with those that are the same.

        Some releases leave the local port out of the details, not of the summary.
        """
        for row in self.unplaced:
            same = [
                (rows, position)
                for (protocol, _), rows in self.neighbours.items()
                for position, other in enumerate(rows)
                if protocol == row.protocol and same_neighbour(other, row)
            ]
            if len(same) == 1:
                rows, position = same[0]
                rows[position] = placed(row, rows[position])
        self.unplaced.clear()

    def _fdb(self, read: Read, cells: Cells) -> None:
        mac = macs.from_text(cells.first("mac") or "")
        if mac is None:
            return
        status = (cells.first("type") or "").lower()
        port = next(iter(cells.many("port")), None)
        own = not port or interface_names.key(port) in _NO_PORT or "self" in status
        index = None if own else self._index(port)
        vlan = vlan_of(cells.first("vlan"))
        kind = "self" if own else "static" if "static" in status else "learned"
        entry = FdbEntry(mac=mac, if_index=index, vlan=vlan, status=kind)
        self.fdb.setdefault((mac, vlan, index), entry)

    def _arp(self, read: Read, cells: Cells) -> None:
        mac = macs.from_text(cells.first("mac") or "")
        found = address_of(cells.first("ip") or "", None)
        if mac is None or found is None:
            return
        entry = ArpEntry(
            ip=found[0],
            mac=mac,
            if_index=self._index(cells.first("interface")),
            vrf=cells.first("vrf") or "",
        )
        self.arp.setdefault((entry.ip, mac, entry.vrf), entry)

    def _vlan(self, read: Read, cells: Cells) -> None:
        for text in cells.many("id"):
            number = vlan_of(text)
            if number is None:
                continue
            name = cells.first("name")
            known = self.vlans.get(number)
            if known is None or (known.name is None and name):
                self.vlans[number] = Vlan(vlan=number, name=name)

    def _poe(self, read: Read, cells: Cells) -> None:
        port = self._port(cells.first("name"))
        if port is not None:
            self.poe[port.if_index] = power_of(port, cells)

    def _switchport(self, read: Read, cells: Cells) -> None:
        port = self._port(cells.first("name"))
        trunk = trunk_of(cells)
        if port is None or trunk is None:
            return
        self.trunks[port.if_index] = trunk
        known = self.ports[interface_names.key(port.name)]
        self.ports[interface_names.key(port.name)] = replace(
            known,
            pvid=trunk.untagged if known.pvid is None else known.pvid,
            voice_vlan=known.voice_vlan or trunk.voice,
        )

    def carried(self) -> tuple[Vlan, ...]:
        """Return the VLANs with the ports that carry them."""
        return with_trunks(self.vlans, self.trunks)


_NO_PORT = frozenset(
    ("cpu", "router", "switch", "self", "sup-eth1(r)", "stp", "drop", "vplspeer", "-")
)
"""What stands in a port column where the address is the device's own."""
