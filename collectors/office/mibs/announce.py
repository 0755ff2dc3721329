"""What a device says of itself on a cable: LLDP, LLDP-MED and CDP contents. Pure.

One place for both ends: the neighbour tables of switches are filled from it, and a
device's own local tables.
"""

from __future__ import annotations

from dataclasses import dataclass

from collectors.office.cabling import Scene
from collectors.office.layout import Iface
from collectors.office.mibs.system import fill
from collectors.office.products import Lldp

CAPABILITY_BITS = {
    "repeater": 1,
    "bridge": 2,
    "wlan-ap": 3,
    "router": 4,
    "telephone": 5,
    "station": 7,
}
"""Bits of LldpSystemCapabilitiesMap, from the left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """The TLVs of one LLDP frame, as LLDP-MIB stores them."""

    chassis_subtype: int
    chassis: bytes
    port_subtype: int
    port: bytes
    port_descr: str
    sys_name: str
    sys_descr: str
    capabilities: tuple[str, ...]
    management: str | None


def mac_octets(mac: str | None) -> bytes:
    """Return a MAC as octets; empty for None."""
    return bytes.fromhex((mac or "").replace(":", ""))


def chassis_id(scene: Scene, key: str, lldp: Lldp) -> tuple[int, bytes]:
    """Return chassis id subtype and value."""
    device = scene.device(key)
    if lldp.chassis == "ip" and device.address:
        return 5, b"\x01" + device.address.packed
    return 4, mac_octets(device.mac)


def port_id(iface: Iface, lldp: Lldp) -> tuple[int, bytes]:
    """Return port id subtype and value."""
    if lldp.port == "mac":
        return 3, mac_octets(iface.mac)
    if lldp.port == "name":
        return 5, iface.short.encode()
    if lldp.port == "local-index":
        return 7, str(iface.index).encode()
    return 7, iface.short.encode()


def announcement(scene: Scene, key: str, iface: Iface) -> Announcement | None:
    """Return what a device announces on an interface; None if it is silent."""
    lldp = scene.model(key).lldp
    if lldp is None:
        return None
    device = scene.device(key)
    chassis_subtype, chassis = chassis_id(scene, key, lldp)
    port_subtype, port = port_id(iface, lldp)
    return Announcement(
        chassis_subtype=chassis_subtype,
        chassis=chassis,
        port_subtype=port_subtype,
        port=port,
        port_descr=lldp.descr.format(name=iface.name, short=iface.short),
        sys_name=scene.name(key),
        sys_descr=fill(scene.model(key).descr, scene, key),
        capabilities=lldp.capabilities,
        management=str(device.address) if device.address else None,
    )
