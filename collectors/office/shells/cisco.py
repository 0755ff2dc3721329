"""Show commands of a Cisco IOS-XE switch, from the same truth as its SNMP agent. Pure.

Formats are those the usual parsers of these commands expect; the texts are our own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Network

from collectors.office.cabling import Cable, Scene
from collectors.office.layout import AGGREGATE, Iface
from collectors.office.mibs.announce import Announcement, announcement
from collectors.office.mibs.cdp import device_id
from collectors.office.mibs.entity import supply_serial
from collectors.office.model import Device
from collectors.office.products import Model

_LETTERS = {
    "bridge": "B",
    "router": "R",
    "wlan-ap": "W",
    "telephone": "T",
    "station": "S",
}
_RULE = "-" * 48


def dotted(mac: str) -> str:
    """Return a MAC as Cisco writes it: `aabb.ccdd.eeff`."""
    bare = mac.replace(":", "")
    return f"{bare[:4]}.{bare[4:8]}.{bare[8:]}"


@dataclass(frozen=True)
class CiscoSwitch:
    """The commands of one switch.

    Attributes:
        scene: The office.
        key: The switch.
        uptime: Seconds since it started.
    """

    scene: Scene
    key: str
    uptime: int

    @property
    def commands(self) -> dict[str, Callable[[], str]]:
        """Full command to what prints its output."""
        return {
            "show version": self.version,
            "show inventory": self.inventory,
            "show interfaces": self.interfaces,
            "show interfaces status": self.status,
            "show ip interface brief": self.addresses,
            "show mac address-table": self.mac_table,
            "show ip arp": self.arp,
            "show arp": self.arp,
            "show vlan": self.vlans,
            "show vlan brief": self.vlans,
            "show lldp neighbors detail": self.lldp,
            "show cdp neighbors detail": self.cdp,
        }

    @property
    def device(self) -> Device:
        """Its record."""
        return self.scene.device(self.key)

    @property
    def model(self) -> Model:
        """Its product."""
        return self.scene.model(self.key)

    @property
    def ports(self) -> tuple[Iface, ...]:
        """Its interfaces."""
        return self.scene.interfaces(self.key)

    def version(self) -> str:
        """What it runs and what it is."""
        model, version = self.model, self.model.version
        days, rest = divmod(self.uptime, 86400)
        age = f"{days // 7} weeks, {days % 7} days, {rest // 3600} hours"
        descr = self.scene.office.fill(model.descr, self.key).splitlines()
        return "\n".join(
            (
                f"Cisco IOS XE Software, Version {version}",
                *descr,
                "ROM: IOS-XE ROMMON",
                f"{self.device.name} uptime is {age}, {rest % 3600 // 60} minutes",
                "System returned to ROM by Reload Command",
                'System image file is "flash:packages.conf"',
                "Last reload reason: Reload Command",
                f"cisco {model.model} (X86) processor with 1331521K/6147K bytes of "
                "memory.",
                f"Processor board ID {self.device.serial}",
                f"Base Ethernet MAC Address          : {self.device.mac}",
                f"Model Number                       : {model.model}",
                f"System Serial Number               : {self.device.serial}",
                "Configuration register is 0x102",
            )
        )

    def inventory(self) -> str:
        """Its parts with serial numbers."""
        model, serial = self.model, self.device.serial or ""
        chassis = model.chassis
        descr = chassis.descr if chassis else model.model
        parts = [("Chassis", descr, model.model, serial)]
        for number, product in enumerate(chassis.supplies if chassis else (), 1):
            description = f"Power Supply Module {number}"
            parts.append(
                (description, description, product, supply_serial(serial, number))
            )
        return "\n".join(
            f'NAME: "{name}", DESCR: "{descr}"\n'
            f"PID: {product:<18}, VID: V02  , SN: {number}\n"
            for name, descr, product, number in parts
        )

    def interfaces(self) -> str:
        """Every interface with its address and counters."""
        return "\n".join(self._interface(iface) for iface in self.ports)

    def _interface(self, iface: Iface) -> str:
        state = "up" if iface.up else "down"
        word = "connected" if iface.up else "notconnect"
        protocol = state if iface.vlan is not None else f"{state} ({word})"
        kind = "Ethernet SVI" if iface.vlan is not None else "Ten Gigabit Ethernet"
        mac = dotted(iface.mac or self.device.mac)
        lines = [
            f"{iface.name} is {state}, line protocol is {protocol}",
            f"  Hardware is {kind}, address is {mac} (bia {mac})",
        ]
        if iface.use.label:
            lines.append(f"  Description: {iface.use.label}")
        if iface.vlan is not None:
            prefix = self._networks()[iface.vlan].prefixlen
            ip = self.device.svis[iface.vlan]
            lines.append(f"  Internet address is {ip}/{prefix}")
        lines += [
            f"  MTU 1500 bytes, BW {iface.speed * 1000} Kbit/sec, DLY 10 usec,",
            "     reliability 255/255, txload 1/255, rxload 1/255",
            "  Encapsulation ARPA, loopback not set",
        ]
        return "\n".join(lines)

    def _networks(self) -> dict[int, IPv4Network]:
        return {v.id: v.network for v in self.scene.office.vlans}

    def status(self) -> str:
        """One line a port: description, state, VLAN, speed."""
        lines = [
            "Port      Name               Status       Vlan       Duplex  Speed Type"
        ]
        for iface in self.ports:
            if iface.vlan is not None:
                continue
            state = "connected" if iface.up else "notconnect"
            vlan = (
                "trunk" if iface.use.kind == "trunk" else str(iface.use.untagged or 1)
            )
            speed = f"{'10G' if iface.speed == 10000 else iface.speed}"
            kind = "" if iface.type == AGGREGATE else "SFP-10GBase-SR"
            lines.append(
                f"{iface.short:<9} {iface.use.label[:18]:<18} {state:<12} {vlan:<10} "
                f"{'full':>6} {speed:>6} {kind}"
            )
        return "\n".join(lines)

    def addresses(self) -> str:
        """Addresses of its interfaces."""
        lines = [
            "Interface              IP-Address      OK? Method Status"
            "                Protocol"
        ]
        for iface in self.ports:
            ip = "unassigned"
            if iface.vlan is not None:
                ip = str(self.device.svis[iface.vlan])
            state = "up" if iface.up else "down"
            lines.append(f"{iface.name:<22} {ip:<15} YES NVRAM  {state:<21} {state}")
        return "\n".join(lines)

    def mac_table(self) -> str:
        """What it has learned on which port."""
        lines = [
            "          Mac Address Table",
            "-------------------------------------------",
            "",
            "Vlan    Mac Address       Type        Ports",
            "----    -----------       --------    -----",
        ]
        rows = [(s.vlan, s.mac, i.short) for s, i in self.scene.learned(self.key)]
        lines += [f"{v:>4}    {dotted(m)}    DYNAMIC     {p}" for v, m, p in rows]
        lines.append(f"Total Mac Addresses for this criterion: {len(rows)}")
        return "\n".join(lines)

    def arp(self) -> str:
        """Its ARP entries, its own addresses without an age."""
        lines = [
            "Protocol  Address          Age (min)  Hardware Addr   Type   Interface"
        ]
        for iface in self.ports:
            if iface.vlan is not None and iface.mac:
                ip = self.device.svis[iface.vlan]
                lines.append(self._arp(str(ip), "-", iface.mac, iface.name))
        for leg, station in self.scene.arp(self.key):
            lines.append(self._arp(station.ip or "", "7", station.mac, leg.name))
        return "\n".join(lines)

    @staticmethod
    def _arp(ip: str, age: str, mac: str, name: str) -> str:
        return f"Internet  {ip:<15} {age:>9}   {dotted(mac)}  ARPA   {name}"

    def vlans(self) -> str:
        """VLANs with their access ports."""
        lines = [
            "",
            "VLAN Name                             Status    Ports",
            f"---- {'-' * 32} --------- {'-' * 31}",
        ]
        known = [(1, "default"), *((v.id, v.name) for v in self.scene.office.vlans)]
        for number, name in known:
            ports = [
                i.short
                for i in self.ports
                if i.bridge is not None
                and i.use.kind != "trunk"
                and (i.use.untagged or 1) == number
            ]
            rows = [ports[at : at + 4] for at in range(0, len(ports), 4)] or [[]]
            lines.append(f"{number:<4} {name:<32} {'active':<9} {', '.join(rows[0])}")
            lines += [f"{'':<48}{', '.join(row)}" for row in rows[1:]]
        return "\n".join(line.rstrip() for line in lines)

    def lldp(self) -> str:
        """LLDP neighbours in full."""
        entries = [
            self._lldp(cable, neighbour)
            for cable in self.scene.cables(self.key)
            if (neighbour := announcement(self.scene, cable.remote, cable.remote_iface))
        ]
        return "\n\n".join([*entries, f"Total entries displayed: {len(entries)}"])

    @staticmethod
    def _lldp(cable: Cable, neighbour: Announcement) -> str:
        chassis = neighbour.chassis.hex(":")
        if neighbour.chassis_subtype == 4:
            chassis = dotted(chassis)
        port = neighbour.port.decode("utf-8", "replace")
        if neighbour.port_subtype == 3:
            port = dotted(neighbour.port.hex(":"))
        letters = ",".join(_LETTERS[c] for c in neighbour.capabilities)
        return (
            f"{_RULE}\nLocal Intf: {cable.local.short}\nChassis id: {chassis}\n"
            f"Port id: {port}\nPort Description: {neighbour.port_descr}\n"
            f"System Name: {neighbour.sys_name}\n\nSystem Description: \n"
            f"{neighbour.sys_descr or '-'}\n\nTime remaining: 107 seconds\n"
            f"System Capabilities: {letters}\nEnabled Capabilities: {letters}\n"
            f"Management Addresses:\n    IP: {neighbour.management or '0.0.0.0'}\n"  # noqa: S104
            "Auto Negotiation - supported, enabled\nVlan ID: - not advertised\n"
        )

    def cdp(self) -> str:
        """CDP neighbours in full."""
        entries = [
            self._cdp(cable)
            for cable in self.scene.cables(self.key)
            if self.scene.model(cable.remote).cdp
        ]
        return "\n".join([*entries, f"\nTotal cdp entries displayed : {len(entries)}"])

    def _cdp(self, cable: Cable) -> str:
        model = self.scene.model(cable.remote)
        address = self.scene.device(cable.remote).address
        phone = model.type == "phone"
        ability = "Host Phone Two-port Mac Relay" if phone else "Switch IGMP"
        port = "Port 1" if phone else cable.remote_iface.name
        descr = self.scene.office.fill(model.descr, cable.remote)
        remote_id = device_id(self.scene, cable.remote)
        return (
            f"-------------------------\nDevice ID: {remote_id}\n"
            f"Entry address(es): \n  IP address: {address}\n"
            f"Platform: {model.cdp},  Capabilities: {ability} \n"
            f"Interface: {cable.local.name},  Port ID (outgoing port): {port}\n"
            f"Holdtime : 138 sec\n\nVersion :\n{descr}\n\n"
            "advertisement version: 2\nDuplex: full\nManagement address(es): \n"
            f"  IP address: {address}\n"
        )
