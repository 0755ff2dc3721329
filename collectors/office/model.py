"""The records of a simulated office: what the truth file says, checked. Pure.

`Office` is what `truth.load_office` makes; nothing here knows a protocol.
"""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv4Address, IPv4Network
from typing import Annotated

from pydantic import BeforeValidator, Field

from collectors.macs import from_text
from collectors.office.products import Model, Record


def _mac(value: object) -> str:
    mac = from_text(value) if isinstance(value, str) else None
    if mac is None:
        raise ValueError(f"{value!r} is not a MAC address; quote it in YAML")
    return mac


Mac = Annotated[str, BeforeValidator(_mac)]


class Vlan(Record):
    """A VLAN and the IP network on it."""

    id: int = Field(ge=1, le=4094)
    name: str
    network: IPv4Network


class Member(Record):
    """One chassis of a stack."""

    serial: str
    mac: Mac


class Device(Record):
    """One device of the office.

    Attributes:
        model: Key of its model.
        address: Where it answers; None: seen only by its MAC.
        vlan: VLAN of its address.
        at: `switch port` it is plugged into.
        nic: ifName of its interface in that cable; default: its first port.
        behind: Key of the phone whose PC port it is plugged into.
        wifi: Key of the access point it is associated with.
        svis: VLAN id -> its own address in that VLAN, for layer-3 switches.
        virtual_macs: VLAN id -> first-hop redundancy MAC it answers for.
        snmp: Names of the SNMP credentials its agent accepts.
        ssh: Names of the SSH credentials it accepts.
        uptime: Seconds it had been up when the office started.
        login: Account last used on it, for Linux computers.
        holder: Who has it, for the reader; the company file decides.
    """

    model: str
    name: str = ""
    serial: str | None = None
    uuid: str | None = None
    mac: Mac
    address: IPv4Address | None = None
    vlan: int = 10
    at: str | None = None
    nic: str | None = None
    behind: str | None = None
    wifi: str | None = None
    members: tuple[Member, ...] = ()
    svis: Mapping[int, IPv4Address] = Field(default_factory=dict)
    virtual_macs: Mapping[int, Mac] = Field(default_factory=dict)
    snmp: tuple[str, ...] = ()
    ssh: tuple[str, ...] = ()
    extension: str = ""
    asset: str | None = None
    location: str = ""
    uptime: int = 2_000_000
    login: str = ""
    holder: str = ""


class Link(Record):
    """A cable between two switches; `lag` is the aggregate's number on both ends."""

    a: str
    b: str
    lag: int | None = None


class Line(Record):
    """An extension of the telephone system.

    Attributes:
        name: As the display shows it: a person or a room.
        email: Where its mailbox reports to; empty: no mailbox.
        cost_centre: Account code its calls are charged to.
    """

    number: str
    name: str
    email: str = ""
    cost_centre: str = ""


class Group(Record):
    """A queue that rings several extensions."""

    number: str
    strategy: str = "ringall"
    members: tuple[str, ...] = ()


class Missing(Record):
    """A registered asset that answers nobody, with what its label says."""

    serial: str
    asset: str
    model: str = ""


class Office(Record):
    """The whole office as the truth file has it."""

    site: str
    contact: str = ""
    voice_vlan: int
    data_vlan: int
    wifi_vlan: int
    management_vlan: int
    vlans: tuple[Vlan, ...]
    models: Mapping[str, Model]
    devices: Mapping[str, Device]
    links: tuple[Link, ...] = ()
    lines: tuple[Line, ...] = ()
    groups: tuple[Group, ...] = ()
    missing: tuple[Missing, ...] = ()

    def model_of(self, key: str) -> Model:
        """Return the model of a device."""
        return self.models[self.devices[key].model]

    def name_of(self, key: str) -> str:
        """Return what a device calls itself: its name, else its model's pattern."""
        device, model = self.devices[key], self.model_of(key)
        return device.name or self._fill(model.naming, key, "")

    def fill(self, pattern: str, key: str) -> str:
        """Fill a pattern of the model with the device's own values."""
        return self._fill(pattern, key, self.name_of(key))

    def _fill(self, pattern: str, key: str, name: str) -> str:
        device, model = self.devices[key], self.model_of(key)
        bare = device.mac.replace(":", "")
        return pattern.format(
            name=name,
            serial=device.serial or "",
            version=model.version,
            model=model.model,
            address=device.address or "",
            mac=device.mac,
            mac_bare=bare,
            mac_bare_upper=bare.upper(),
            mac_arcs=".".join(str(octet) for octet in bytes.fromhex(bare)),
        )
