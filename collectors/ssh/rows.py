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
    Component,
    FdbEntry,
    Hardware,
    Interface,
    Neighbour,
    OperatingSystem,
    System,
    Vlan,
)
from collectors.ssh import ifnames
from collectors.ssh.cells import Cells, Row, address_of, as_number, speed_of, vlan_of
from collectors.ssh.knowledge import CliKnowledge, Platform, Read, State
from collectors.ssh.words import (
    capabilities_of,
    duplex_of,
    fuller,
    part_kind,
    same_neighbour,
)

MAX_ROWS = 200_000


@dataclass(slots=True)
class Console:
    """The facts of one network device while its commands are read."""

    platform: Platform
    knowledge: CliKnowledge
    ports: dict[str, Interface] = field(default_factory=dict)
    addresses: dict[tuple[str, int], Address] = field(default_factory=dict)
    components: dict[tuple[str | None, ...], Component] = field(default_factory=dict)
    neighbours: dict[tuple[str, str], list[Neighbour]] = field(default_factory=dict)
    fdb: dict[tuple[str, int | None, int | None], FdbEntry] = field(
        default_factory=dict
    )
    arp: dict[tuple[str, str], ArpEntry] = field(default_factory=dict)
    vlans: dict[int, Vlan] = field(default_factory=dict)
    identity: dict[str, str] = field(default_factory=dict)

    def take(self, read: Read, rows: Sequence[Row]) -> None:
        """Take up the rows of one command."""
        takers = {
            "identity": self._identity,
            "modules": self._module,
            "interfaces": self._interface,
            "neighbours": self._neighbour,
            "fdb": self._fdb,
            "arp": self._arp,
            "vlans": self._vlan,
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
        key = ifnames.key(name)
        if key not in self.ports:
            kind, physical = ifnames.kind(name)
            shown = (
                ifnames.cisco_short(name) if self.platform.names == "cisco" else name
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

    def _identity(self, read: Read, cells: Cells) -> None:
        for name in ("hostname", "version", "base_mac", "image", "hardware_rev"):
            if value := cells.first(name):
                self.identity.setdefault(name, value)
        models, serials = cells.many("model"), cells.many("serial")
        parts = cells.many("part_number")
        for position in range(max(len(models), len(serials))):
            model = models[position] if position < len(models) else None
            serial = serials[position] if position < len(serials) else None
            if model:
                self.identity.setdefault("model", model)
            if serial:
                self.identity.setdefault("serial", serial)
            if parts:
                self.identity.setdefault("part_number", parts[0])
            if len(serials) > 1 and serial:
                self._component(
                    Component(
                        index=0,
                        kind="chassis",
                        name=f"member {position + 1}",
                        position=position + 1,
                        model=model,
                        serial=serial,
                    )
                )

    def _module(self, read: Read, cells: Cells) -> None:
        serials, models = cells.many("serial"), cells.many("model")
        for position, serial in enumerate(serials):
            model = models[min(position, len(models) - 1)] if models else None
            self._component(
                Component(
                    index=0,
                    kind=part_kind(cells.first("name"), cells.first("descr")),
                    name=cells.first("name"),
                    descr=cells.first("descr"),
                    model=model,
                    serial=serial,
                    hardware_rev=cells.first("hardware_rev"),
                    software_rev=cells.first("software_rev"),
                )
            )

    def _component(self, part: Component) -> None:
        known = (part.serial, None) if part.serial else (part.name, part.descr)
        self.components.setdefault(known, part)

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
        said: dict[str, object] = {
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
            k: v for k, v in said.items() if v is not None and getattr(port, k) is None
        }
        self.ports[ifnames.key(name)] = replace(port, **fresh)  # type: ignore[arg-type]
        self._addresses(port.if_index, cells)

    def _state(self, read: Read, cells: Cells) -> State:
        """Return whether a port is administratively and operationally up."""
        admin: bool | None = None
        oper: bool | None = None
        for column, part in (("status", None), ("admin", 0), ("oper", 1)):
            word = cells.first(column)
            meaning = self._meaning(read, word) if word else None
            if meaning is None:
                continue
            if part in (None, 0) and admin is None:
                admin = meaning[0]
            if part in (None, 1) and oper is None:
                oper = meaning[1]
        return admin, oper

    def _meaning(self, read: Read, word: str) -> State | None:
        text = re.sub(r"\s+", " ", word.strip().lower())
        for states in (read.states, self.knowledge.states):
            for form in (text, text.split(" ")[0].strip("(),")):
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
        name, chassis = cells.first("name"), cells.first("chassis_id")
        port = cells.first("port")
        if not local or not (name or chassis or port):
            return
        index = self._index(local)
        mac = macs.from_text(chassis or "")
        managed = [a[0] for t in cells.many("mgmt") if (a := address_of(t, None))]
        row = Neighbour(
            protocol=read.protocol,
            local_if_index=index,
            local_port=local,
            remote_index=sum(map(len, self.neighbours.values())) + 1,
            chassis_id=mac or chassis,
            chassis_id_type="mac" if mac else "other",
            port_id=port,
            port_id_type="mac" if macs.from_text(port or "") else "ifname",
            port_descr=cells.first("port_descr"),
            sys_name=name,
            sys_descr=cells.first("descr"),
            capabilities=capabilities_of(cells.first("capabilities")),
            management_addresses=tuple(dict.fromkeys(managed)),
            platform=cells.first("platform"),
            version=cells.first("version"),
        )
        key = (read.protocol, ifnames.key(local))
        known = self.neighbours.setdefault(key, [])
        for position, other in enumerate(known):
            if same_neighbour(other, row):
                known[position] = fuller(other, row)
                return
        known.append(row)

    def _fdb(self, read: Read, cells: Cells) -> None:
        mac = macs.from_text(cells.first("mac") or "")
        if mac is None:
            return
        status = (cells.first("type") or "").lower()
        port = next(iter(cells.many("port")), None)
        own = not port or ifnames.key(port) in _NO_PORT or "self" in status
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
        self.arp.setdefault((entry.ip, mac), entry)

    def _vlan(self, read: Read, cells: Cells) -> None:
        for text in cells.many("id"):
            number = vlan_of(text)
            if number is None:
                continue
            name = cells.first("name")
            known = self.vlans.get(number)
            if known is None or (known.name is None and name):
                self.vlans[number] = Vlan(vlan=number, name=name)

    def port_name(self, index: int | None) -> str | None:
        """Return the name of a port by its number."""
        return next((p.name for p in self.ports.values() if p.if_index == index), None)

    def system(self) -> System | None:
        """Return name and base MAC."""
        base = macs.from_text(self.identity.get("base_mac", ""))
        name = self.identity.get("hostname")
        return System(name=name, base_mac=base) if name or base else None

    def hardware(self) -> Hardware | None:
        """Return what the box says of itself."""
        told = self.identity
        if not (told.get("model") or told.get("serial")):
            return None
        return Hardware(
            manufacturer=self.platform.vendor,
            model=told.get("model"),
            part_number=told.get("part_number"),
            serial=told.get("serial"),
            hardware_rev=told.get("hardware_rev"),
            source=f"{self.platform.name} cli",
        )

    def operating_system(self) -> OperatingSystem | None:
        """Return the operating system with its version."""
        version, name = self.identity.get("version"), self.identity.get("hostname")
        if not (version or name):
            return None
        return OperatingSystem(
            name=self.platform.system, version=version, hostname=name
        )


_NO_PORT = frozenset(
    ("cpu", "router", "switch", "self", "sup-eth1(r)", "stp", "drop", "vplspeer", "-")
)
"""What stands in a port column where the address is the device's own."""
