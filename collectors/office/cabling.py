"""Who sees whom: MAC tables, neighbours and ARP, derived from the cables. Pure.

Nothing of this is in the truth file: it follows from who is plugged where, so the
agents cannot contradict each other or the truth. Every station is assumed to have
spoken in its VLAN, so each switch has learned it on the port towards it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from collectors.office.layout import Iface, Use, interfaces
from collectors.office.model import Device, Office
from collectors.office.products import Model


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """A MAC that speaks in a VLAN.

    Attributes:
        switch: Key of the switch it is on.
        port: ifName there; None when the switch itself speaks.
    """

    mac: str
    vlan: int
    ip: str | None
    device: str
    switch: str
    port: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cable:
    """One end of a cable: our interface, and the device and interface beyond it."""

    local: Iface
    remote: str
    remote_iface: Iface


def split(place: str) -> tuple[str, str]:
    """Return device key and ifName of a place written `device port`."""
    device, _, port = place.partition(" ")
    return device, port


class Scene:
    """The office with everything that follows from its cables."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self._interfaces: dict[str, tuple[Iface, ...]] = {}

    def device(self, key: str) -> Device:
        """Return a device of the truth."""
        return self.office.devices[key]

    def model(self, key: str) -> Model:
        """Return the model of a device."""
        return self.office.model_of(key)

    def name(self, key: str) -> str:
        """Return what a device calls itself (sysName)."""
        return self.office.name_of(key)

    def place(self, key: str) -> tuple[str, str] | None:
        """Return switch and ifName where a device is reached; None for switches.

        The way may lead through a phone or an access point.
        """
        device = self.device(key)
        while device.behind or device.wifi:
            device = self.device(device.behind or device.wifi or "")
        return split(device.at) if device.at else None

    @cached_property
    def uses(self) -> dict[str, dict[str, Use]]:
        """What is plugged into which port: device -> ifName -> use."""
        uses: dict[str, dict[str, Use]] = {key: {} for key in self.office.devices}
        for link in self.office.links:
            for here, there in ((link.a, link.b), (link.b, link.a)):
                near, port = split(here)
                uses[near][port] = self._trunk(split(there)[0], link.lag)
        for key, device in self.office.devices.items():
            if device.at:
                switch, port = split(device.at)
                uses[switch][port] = self._access(key, device)
            if device.at or device.behind or device.wifi:
                uses[key][self._nic_name(key)] = Use(kind="uplink")
        for key in self.phones_with_computer:
            pc_ports = [g for g in self.model(key).groups if g.short == "PC"]
            uses[key].update({g.short: Use(kind="access") for g in pc_ports})
        return uses

    @cached_property
    def phones_with_computer(self) -> frozenset[str]:
        """Keys of the phones that have a computer on their PC port."""
        return frozenset(d.behind for d in self.office.devices.values() if d.behind)

    def _trunk(self, other: str, lag: int | None) -> Use:
        vlans = tuple(v.id for v in self.office.vlans)
        name = self.name(other)
        return Use(kind="trunk", untagged=1, tagged=vlans, lag=lag, label=f"to {name}")

    def _access(self, key: str, device: Device) -> Use:
        kind = self.model(key).type
        if kind == "phone":
            voice = (self.office.voice_vlan,)
            return Use(kind="phone", untagged=self.office.data_vlan, tagged=voice)
        if kind == "access-point":
            wifi = (self.office.wifi_vlan,)
            return Use(
                kind=kind, untagged=device.vlan, tagged=wifi, label=self.name(key)
            )
        return Use(kind="access", untagged=device.vlan, label=device.location)

    def _nic_name(self, key: str) -> str:
        device = self.device(key)
        group = self.model(key).groups[0]
        return device.nic or group.short.format(m=1, n=group.first)

    def interfaces(self, key: str) -> tuple[Iface, ...]:
        """Return all interfaces of a device in ifIndex order."""
        if key not in self._interfaces:
            self._interfaces[key] = interfaces(self.office, key, self.uses[key])
        return self._interfaces[key]

    def interface(self, key: str, short: str) -> Iface:
        """Return the interface with this ifName.

        Raises:
            KeyError: The device has no such interface.
        """
        for iface in self.interfaces(key):
            if iface.short == short:
                return iface
        raise KeyError(f"{key} has no port {short!r}")

    def nic(self, key: str) -> Iface:
        """Return the interface by which a device is plugged in."""
        return self.interface(key, self._nic_name(key))

    def is_switch(self, key: str) -> bool:
        """Whether the device forwards frames between its ports."""
        return any(g.bridge is not None for g in self.model(key).groups)

    @cached_property
    def switches(self) -> tuple[str, ...]:
        """Keys of the devices that forward frames."""
        return tuple(k for k in self.office.devices if self.is_switch(k))

    @cached_property
    def stations(self) -> tuple[Station, ...]:
        """Every MAC that speaks, once per VLAN."""
        return tuple(s for key in self.office.devices for s in self._speaks(key))

    def _speaks(self, key: str) -> Iterator[Station]:
        device = self.device(key)
        switch, port = self.place(key) or (key, None)
        for iface in self.interfaces(key):
            if iface.vlan is not None and iface.mac:
                ip = str(device.svis[iface.vlan])
                yield self._station(key, iface.mac, iface.vlan, ip, switch, port)
        for vlan, mac in device.virtual_macs.items():
            yield self._station(key, mac, vlan, None, switch, port)
        if self.is_switch(key):
            return
        address = str(device.address) if device.address else None
        own = self.nic(key).mac or device.mac
        yield self._station(key, own, device.vlan, address, switch, port)
        if self.model(key).type == "phone":
            data = self.office.data_vlan
            yield self._station(key, own, data, None, switch, port)

    @staticmethod
    def _station(
        key: str, mac: str, vlan: int, ip: str | None, switch: str, port: str | None
    ) -> Station:
        return Station(mac=mac, vlan=vlan, ip=ip, device=key, switch=switch, port=port)

    def towards(self, switch: str, target: str) -> Iface | None:
        """Return the trunk or aggregate of `switch` that leads to another switch.

        None if there is no way.
        """
        queue = deque((c.remote, c.local) for c in self._trunks(switch))
        seen = {switch}
        while queue:
            here, first = queue.popleft()
            if here == target:
                return self._bridged(switch, first)
            if here not in seen:
                seen.add(here)
                queue.extend((c.remote, first) for c in self._trunks(here))
        return None

    def _bridged(self, key: str, port: Iface) -> Iface:
        """Return the interface that carries a port's bridge port."""
        for iface in self.interfaces(key):
            if port.index in iface.lower:
                return iface
        return port

    def _trunks(self, key: str) -> Iterator[Cable]:
        for link in self.office.links:
            for here, there in ((link.a, link.b), (link.b, link.a)):
                device, port = split(here)
                if device == key:
                    other, far = split(there)
                    yield Cable(
                        local=self.interface(key, port),
                        remote=other,
                        remote_iface=self.interface(other, far),
                    )

    def learned(self, switch: str) -> Iterator[tuple[Station, Iface]]:
        """Yield what a switch has learned: the station and the bridged interface."""
        ways = {other: self.towards(switch, other) for other in self.switches}
        for station in self.stations:
            if station.switch == switch:
                if station.port is not None:
                    port = self.interface(switch, station.port)
                    yield station, self._bridged(switch, port)
                continue
            way = ways.get(station.switch)
            if way is not None:
                yield station, way

    def cables(self, key: str) -> Iterator[Cable]:
        """Yield all cables of a device: trunks, what is plugged into it, its own."""
        yield from self._trunks(key)
        for other, device in self.office.devices.items():
            if device.at and split(device.at)[0] == key:
                local = self.interface(key, split(device.at)[1])
                yield Cable(local=local, remote=other, remote_iface=self.nic(other))
        own = self.device(key).at
        if own:
            switch, port = split(own)
            far = self.interface(switch, port)
            yield Cable(local=self.nic(key), remote=switch, remote_iface=far)

    def arp(self, key: str) -> Iterator[tuple[Iface, Station]]:
        """Yield the ARP entries of a layer-3 device on its VLAN interfaces."""
        legs = {i.vlan: i for i in self.interfaces(key) if i.vlan is not None}
        if not legs and self.device(key).address:
            legs = {self.device(key).vlan: self.nic(key)}
        for station in self.stations:
            if station.ip and station.device != key and station.vlan in legs:
                yield legs[station.vlan], station
