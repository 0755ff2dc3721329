"""A Linux computer as its files and commands describe it. Pure.

Texts are in the formats of the kernel and of the usual tools; the values come from the
truth. One source for single commands and for whole inventory scripts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from collectors.office.cabling import Scene
from collectors.office.layout import Iface
from collectors.office.model import Device
from collectors.office.products import Machine, Model
from collectors.office.shells.keys import host_key

_SECTOR = 512
_RELEASES = {
    "Debian GNU/Linux": ("debian", "bookworm", "6.1.0-21-amd64"),
    "Ubuntu": ("ubuntu", "noble", "6.8.0-35-generic"),
}
_MAINTAINER = "Distribution developers <packages@example.org>"


@dataclass(frozen=True)
class LinuxMachine:
    """Everything a Linux computer of the office says of itself.

    Attributes:
        scene: The office.
        key: The computer.
        uptime: Seconds since it started.
    """

    scene: Scene
    key: str
    uptime: int

    @property
    def device(self) -> Device:
        """Its record."""
        return self.scene.device(self.key)

    @property
    def model(self) -> Model:
        """Its product."""
        return self.scene.model(self.key)

    @property
    def inside(self) -> Machine:
        """Its processor, memory and disk."""
        return self.model.machine or Machine(cpu="", cores=1, memory=0, disk=0)

    @property
    def hostname(self) -> str:
        """Its name."""
        return self.scene.name(self.key)

    @cached_property
    def release(self) -> tuple[str, str, str]:
        """Distribution id, code name and kernel release."""
        return _RELEASES.get(self.model.os, ("linux", "", "6.1.0"))

    def os_release(self) -> str:
        """/etc/os-release."""
        name, version = self.model.os, self.model.version
        if self.release[0] == "debian":
            version = version.partition(".")[0]
        return (
            f'PRETTY_NAME="{name} {version} ({self.release[1]})"\n'
            f'NAME="{name}"\nVERSION_ID="{version}"\n'
            f'VERSION="{version} ({self.release[1]})"\n'
            f"VERSION_CODENAME={self.release[1]}\nID={self.release[0]}"
        )

    def dmi(self) -> dict[str, str]:
        """/sys/class/dmi/id: file name to value; a rule made the serials readable."""
        vendor, bios, date = self.inside.bios
        machine_type = self.model.vendor == "Lenovo"
        return {
            "sys_vendor": vendor,
            "product_name": self.model.model,
            "product_version": self.model.family if machine_type else "",
            "product_family": self.model.family,
            "product_serial": self.device.serial or "",
            "product_uuid": self.device.uuid or "",
            "board_vendor": vendor,
            "board_name": self.inside.board,
            "chassis_type": str(self.inside.chassis),
            "chassis_vendor": vendor,
            "chassis_serial": self.device.serial or "",
            "chassis_asset_tag": self.device.asset or "",
            "bios_vendor": vendor,
            "bios_version": bios,
            "bios_date": date,
        }

    def cpuinfo(self) -> str:
        """/proc/cpuinfo, the fields that tell a processor from another."""
        return "\n".join(
            f"processor\t: {number}\nvendor_id\t: GenuineIntel\n"
            f"model name\t: {self.inside.cpu}\nphysical id\t: 0\n"
            f"siblings\t: {self.inside.cores}\ncore id\t\t: {number}\n"
            f"cpu cores\t: {self.inside.cores}\n"
            for number in range(self.inside.cores)
        )

    def meminfo(self) -> str:
        """/proc/meminfo; the kernel keeps a little for itself."""
        total = self.inside.memory // 1024 * 98 // 100
        return f"MemTotal:       {total} kB\nMemFree:        {total // 3} kB"

    @property
    def disk(self) -> str:
        """Name of the disk: NVMe drives have one, arrays of servers another."""
        return "sda" if "LOGICAL" in self.inside.disk_model.upper() else "nvme0n1"

    def block(self) -> str:
        """/sys/block as `disk.name=value` lines."""
        values = {
            "size": self.inside.disk // _SECTOR,
            "removable": 0,
            "ro": 0,
            "dev": "259:0",
            "rotational": 0,
            "model": self.inside.disk_model,
            "serial": f"S6{self.device.serial}0D",
            "path": f"/sys/devices/pci0000:00/0000:00:1d.0/nvme/nvme0/{self.disk}",
        }
        return "\n".join(f"{self.disk}.{name}={v}" for name, v in values.items())

    def df(self) -> str:
        """The output of `df -P -k -T`."""
        size = self.inside.disk // 1024 * 95 // 100
        used = size // 3
        return (
            "Filesystem     Type 1024-blocks     Used Available Capacity Mounted on\n"
            f"/dev/{self.disk}p2 ext4 {size} {used} {size - used} 34% /"
        )

    @property
    def cards(self) -> tuple[Iface, ...]:
        """Its interfaces."""
        return self.scene.interfaces(self.key)

    def ip_address(self) -> str:
        """The output of `ip address show`."""
        return "\n".join(self._card(iface) for iface in self.cards)

    def _card(self, iface: Iface) -> str:
        if iface.mac is None:
            return (
                f"{iface.index}: {iface.short}: <LOOPBACK,UP,LOWER_UP> mtu 65536 "
                "qdisc noqueue state UNKNOWN group default qlen 1000\n"
                "    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00\n"
                "    inet 127.0.0.1/8 scope host lo"
            )
        flags = "UP,LOWER_UP" if iface.up else "NO-CARRIER,UP"
        head = (
            f"{iface.index}: {iface.short}: <BROADCAST,MULTICAST,{flags}> mtu 1500 "
            f"qdisc fq_codel state {'UP' if iface.up else 'DOWN'} group default\n"
            f"    link/ether {iface.mac} brd ff:ff:ff:ff:ff:ff"
        )
        if iface != self.scene.nic(self.key) or self.device.address is None:
            return head
        return f"{head}\n    inet {self.device.address}/24 scope global {iface.short}"

    def net(self) -> str:
        """/sys/class/net as `card.name=value` lines."""
        lines = []
        for iface in self.cards:
            loopback = iface.mac is None
            values = {
                "ifindex": iface.index,
                "address": iface.mac or "00:00:00:00:00:00",
                "mtu": 65536 if loopback else 1500,
                "operstate": "up" if iface.up else "down",
                "type": 772 if loopback else 1,
            }
            if not loopback:
                values |= {"device": f"/sys/devices/pci0000:00/{iface.index:04d}"}
                values |= {"wireless": 1} if iface.type == 71 else {}
                if iface.up and iface.type == 6:
                    values |= {"speed": iface.speed, "duplex": "full"}
            lines += [f"{iface.short}.{name}={v}" for name, v in values.items()]
        return "\n".join(lines)

    def neighbours(self) -> str:
        """The output of `ip neigh show`: the gateway."""
        nic = self.scene.nic(self.key).short
        return "\n".join(
            f"{station.ip} dev {nic} lladdr {station.mac} REACHABLE"
            for station in self.scene.stations
            if station.vlan == self.device.vlan
            and station.ip
            and self.scene.device(station.device).svis.get(station.vlan)
        )

    def last(self) -> str:
        """The output of `last -w`."""
        user = self.device.login
        line = f"{user} tty2   tty2   Mon Nov 23 08:41   still logged in"
        return f"{line}\n\nwtmp begins Mon Jan  8 09:12:44 2024" if user else ""

    def packages(self) -> str:
        """Package, version, maintainer and status, tab-separated, as dpkg-query."""
        return "\n".join(
            f"{name}\t{version}\t{_MAINTAINER}\tinstall ok installed"
            for name, version in self.inside.software.items()
        )

    def public_key(self) -> str:
        """/etc/ssh/ssh_host_ed25519_key.pub."""
        key = host_key(self.device.serial or self.key)
        text: str = key.export_public_key("openssh").decode().strip()
        return f"{text} root@{self.hostname}"

    def identity(self) -> Mapping[str, str]:
        """Who is logged in, and the kernel."""
        return {
            "uid": "998",
            "kernel": "Linux",
            "release": self.release[2],
            "version": "#1 SMP PREEMPT_DYNAMIC",
            "machine": "x86_64",
            "hostname": self.hostname,
        }

    def is_portable(self) -> bool:
        """Whether it has a battery."""
        return self.inside.chassis == 10
