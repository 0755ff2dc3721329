"""The records of products: what all devices of a model have in common. Pure.

Patterns (`{serial}`, `{n}`, ...) are filled by `str.format` where they are used.
Unknown keys are refused, so that a misspelt one cannot be overlooked.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from collectors.office.announce.records import Announces

Capability = Literal["bridge", "router", "wlan-ap", "telephone", "station"]


class Record(BaseModel):
    """A frozen record that refuses unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class PortGroup(Record):
    """Equal ports of a model, numbered in a row.

    Attributes:
        name: Pattern of ifDescr; `{m}` is the stack member, `{n}` the number.
        short: Pattern of ifName.
        count: How many.
        first: The first number.
        index: ifIndex of the first port of member 1.
        step: Distance of two ifIndex values.
        speed: Mb/s.
        type: IANAifType.
        bridge: dot1dBasePort of the first port of member 1; None if not bridged.
        mac: Offset of the first port's MAC from the member's MAC; None: no MAC.
        poe: The port can feed a device.
        unit: Suffix of a logical unit above each port, as Junos has; its ifIndex
            is the next one, and the bridge port belongs to it.
        up: Operational without a cable, as loopback interfaces are.
    """

    name: str
    short: str
    count: int = 1
    first: int = 1
    index: int = 1
    step: int = 1
    speed: int = 1000
    type: int = 6
    bridge: int | None = None
    mac: int | None = 0
    poe: bool = False
    unit: str | None = None
    up: bool = False


class Virtual(Record):
    """How a model names interfaces that are no ports: VLAN interfaces, aggregates.

    Attributes:
        name: Pattern of ifDescr with `{n}`.
        short: Pattern of ifName.
        index: ifIndex of number 0.
        bridge: dot1dBasePort of number 0, for aggregates.
        type: IANAifType: 53 for VLAN interfaces, 161 for aggregates.
        mac: Offset of number 0 from the device's MAC; None: the device's own MAC.
    """

    name: str
    short: str
    index: int
    type: int
    bridge: int | None = None
    mac: int | None = None


class Lldp(Record):
    """What a model announces by LLDP (IEEE 802.1AB, ANSI/TIA-1057).

    Attributes:
        chassis: Chassis id is the MAC (subtype 4) or the address (subtype 5).
        port: Port id is the MAC (3), ifName (5), or local: the ifName or ifIndex (7).
        descr: Pattern of the port description; `{name}` and `{short}` of the port.
        med: LLDP-MED device class; None: no MED.
        manufacturer: As the MED inventory spells it.
    """

    chassis: Literal["mac", "ip"] = "mac"
    port: Literal["mac", "name", "local-name", "local-index"] = "mac"
    descr: str = "{name}"
    capabilities: tuple[Capability, ...] = ()
    med: int | None = None
    manufacturer: str = ""


class Chassis(Record):
    """The ENTITY-MIB view of a model.

    Attributes:
        descr: Pattern of entPhysicalDescr of the chassis.
        vendor_type: entPhysicalVendorType of the chassis.
        product: entPhysicalModelName; default: the model.
        software: Pattern of entPhysicalSoftwareRev; default: the version.
        supplies: Models of the power supplies of one chassis.
        fans: Number of fans of one chassis.
        ports: Whether ports are listed as parts.
    """

    descr: str
    vendor_type: str = "0.0"
    product: str = ""
    software: str = "{version}"
    supplies: tuple[str, ...] = ()
    fans: int = 0
    ports: bool = False


class Machine(Record):
    """The inside of a computer.

    Attributes:
        cpu: Processor as the operating system names it.
        cores: Number of processors the operating system sees.
        memory: Bytes.
        disk: Bytes.
        disk_model: Model of the disk.
        bios: BIOS vendor, version and date.
        chassis: SMBIOS chassis type number (3 desktop, 10 notebook, 23 rack mount).
        board: SMBIOS baseboard name.
        software: Package name to version.
    """

    cpu: str
    cores: int
    memory: int
    disk: int
    disk_model: str = "NVMe disk"
    bios: tuple[str, str, str] = ("", "", "")
    chassis: int = 3
    board: str = ""
    software: Mapping[str, str] = Field(default_factory=dict)


class Model(Record):
    """A product: everything its devices have in common.

    Attributes:
        type: `switch`, `router`, `firewall`, `access-point`, `printer`, `ups`,
            `computer`, `phone`, `pbx`, `unknown`.
        version: Of the operating system or the firmware.
        naming: Pattern of the names of its devices, for those the truth leaves unnamed.
        object_id: sysObjectID; None: the model has no SNMP agent.
        descr: Pattern of sysDescr.
        services: sysServices.
        sections: The MIB sections its agent answers (`mibs.SECTIONS`).
        objects: Vendor objects: instance OID -> [kind, value pattern].
        index_step: Distance of ifIndex and bridge port between stack members.
        message_size: Largest answer of the agent in bytes.
        sip: Pattern of the SIP User-Agent.
        sip_status: Status of the answer to OPTIONS.
        announces: What it says to anybody, without a credential.
        shell: What SSH leads to: `linux` or `cisco`; None: no SSH.
        banner: SSH software version without `SSH-2.0-`.
        cdp: CDP platform; None: does not speak CDP.
    """

    type: str
    vendor: str
    family: str = ""
    model: str
    os: str = ""
    version: str = ""
    naming: str = ""
    object_id: str | None = None
    descr: str = ""
    services: int = 72
    sections: tuple[str, ...] = ()
    objects: Mapping[str, tuple[str, str | int]] = Field(default_factory=dict)
    groups: tuple[PortGroup, ...] = ()
    svi: Virtual | None = None
    lag: Virtual | None = None
    index_step: int = 64
    message_size: int = 1472
    lldp: Lldp | None = None
    cdp: str | None = None
    chassis: Chassis | None = None
    machine: Machine | None = None
    sip: str | None = None
    sip_status: int = 200
    announces: Announces | None = None
    shell: Literal["linux", "cisco"] | None = None
    banner: str = ""
