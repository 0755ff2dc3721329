"""What a scan of the office must find: the table to compare a database with. Pure.

Only what some protocol tells is expected: a computer known from its MAC alone has no
serial to be found, though the truth knows one. `seen_by` says how a device shows
itself, for whoever has to explain a difference.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from collectors.office.cabling import Scene, split
from collectors.office.layout import Iface
from collectors.office.model import Office
from collectors.office.products import Model

NETWORK_TYPES = frozenset({"switch", "router", "firewall"})
GENERAL = {
    **{"access-point": "wireless", "ups": "power", "pbx": "phone"},
    **{"television": "media", "speaker": "media"},
}
"""Types of the truth that are sub-types of a more general one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedDevice:
    """A device to be found.

    Attributes:
        key: Its key in the truth file.
        name: What it calls itself; `""` if nobody tells.
        type: Its general type, or None if only an address block hints at it.
        subtype: What it is more exactly, where there is a word for it, or None.
        vendor: Its vendor, or None.
        model: Its model, or None.
        serial: Chassis serial, or None; the master's for a stack.
        members: Serials of all stack members.
        os: Operating system, or None.
        version: Version of it, or of the firmware, or None.
        address: Where it answers or was seen.
        mac: MAC of the interface it is plugged in with; the base MAC of a switch.
        seen_by: Of `snmp`, `ssh`, `sip`, `lldp`, `probe`, `fdb`.
    """

    key: str
    name: str
    type: str | None
    subtype: str | None
    vendor: str | None
    model: str | None
    serial: str | None
    members: tuple[str, ...]
    os: str | None
    version: str | None
    address: str | None
    mac: str
    seen_by: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedEndpoint:
    """Where an end device is plugged in.

    Attributes:
        device: Its key in the truth file.
        switch: sysName of the switch.
        port: ifName of the physical port there.
        behind: Key of the phone or access point between, or None.
    """

    device: str
    mac: str
    ip: str | None
    vlan: int
    switch: str
    port: str
    behind: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedLink:
    """A cable between two network devices: sysName and ifName of both ends."""

    a: str
    a_port: str
    b: str
    b_port: str


@dataclass(frozen=True, slots=True)
class Expected:
    """Everything a scan must find, and the serials it must miss."""

    devices: tuple[ExpectedDevice, ...]
    endpoints: tuple[ExpectedEndpoint, ...]
    links: tuple[ExpectedLink, ...]
    missing: tuple[str, ...]


def expected(office: Office) -> Expected:
    """Return what a complete scan of an office must find."""
    scene = Scene(office)
    return Expected(
        devices=tuple(_device(scene, key) for key in office.devices),
        endpoints=tuple(_endpoints(scene)),
        links=tuple(_links(scene)),
        missing=tuple(m.serial for m in office.missing),
    )


def seen_by(scene: Scene, key: str) -> tuple[str, ...]:
    """Return the ways a device shows itself, the richest first."""
    device, model = scene.device(key), scene.model(key)
    ways = {
        "snmp": bool(device.snmp) and bool(model.sections),
        "ssh": bool(device.ssh) and model.shell is not None,
        "sip": model.sip is not None,
        "lldp": model.lldp is not None and bool(device.at),
        "probe": model.announces is not None and bool(device.address),
        "fdb": not scene.is_switch(key),
    }
    return tuple(way for way, shows in ways.items() if shows)


def _device(scene: Scene, key: str) -> ExpectedDevice:
    device, model = scene.device(key), scene.model(key)
    ways = seen_by(scene, key)
    announced = _announced(model)
    asked = bool({"snmp", "ssh", "sip", "lldp"} & set(ways))
    itself = asked or bool(announced)
    is_computer = model.type in ("computer", "pbx")
    hardware = not is_computer or "ssh" in ways or _tells_inventory(scene, key)
    whole = asked and hardware
    described = whole or "{model}" in announced
    exact = bool({"snmp", "ssh", "sip"} & set(ways)) or "build" in announced
    return ExpectedDevice(
        key=key,
        name=scene.name(key) if itself else "",
        type=GENERAL.get(model.type, model.type) if itself else None,
        subtype=model.type if itself and model.type in GENERAL else None,
        vendor=model.vendor if described else None,
        model=_model(model) if described else None,
        serial=device.serial if whole or "{serial}" in announced else None,
        members=tuple(m.serial for m in device.members),
        os=(model.os or None) if exact else None,
        version=(model.version or None) if exact else None,
        address=str(device.address) if device.address else None,
        mac=device.mac if scene.is_switch(key) else scene.nic(key).mac or device.mac,
        seen_by=ways,
    )


def _announced(model: Model) -> str:
    """Return what a model says to anybody, as text; empty where that tells no type."""
    if model.announces is None or model.type == "unknown":
        return ""
    return model.announces.model_dump_json(exclude_none=True)


def _model(product: Model) -> str | None:
    """Return the name people know; Lenovo tells it as the version of its number."""
    return product.family if product.vendor == "Lenovo" else product.model


def _tells_inventory(scene: Scene, key: str) -> bool:
    """Whether the device's LLDP carries MED inventory: model and serial."""
    lldp = scene.model(key).lldp
    return lldp is not None and lldp.med is not None and bool(scene.device(key).at)


def _endpoints(scene: Scene) -> Iterator[ExpectedEndpoint]:
    for key, device in scene.office.devices.items():
        place = scene.place(key)
        if place is None or scene.model(key).type in NETWORK_TYPES:
            continue
        yield ExpectedEndpoint(
            device=key,
            mac=scene.nic(key).mac or device.mac,
            ip=str(device.address) if device.address else None,
            vlan=device.vlan,
            switch=scene.name(place[0]),
            port=place[1],
            behind=device.behind or device.wifi,
        )


def _links(scene: Scene) -> Iterator[ExpectedLink]:
    for link in scene.office.links:
        (a, a_port), (b, b_port) = split(link.a), split(link.b)
        yield _link(scene, a, a_port, b, b_port)
    for key, device in scene.office.devices.items():
        if device.at and scene.model(key).type in NETWORK_TYPES:
            switch, port = split(device.at)
            nic: Iface = scene.nic(key)
            yield _link(scene, switch, port, key, nic.short)


def _link(scene: Scene, a: str, a_port: str, b: str, b_port: str) -> ExpectedLink:
    return ExpectedLink(a=scene.name(a), a_port=a_port, b=scene.name(b), b_port=b_port)
