"""Rows of the network inventory.

Plain tables without rules: `discovery` decides, `inventory.network.write_device`
writes. Three principles shape them:

* **Things end, they are not deleted**: rows carry `removed_at`, `closed_at`,
  `ended_at` or `merged_into`, so that money, custody and audit may refer to them.
* **A second look at the same network writes times only**: `last_seen` lives on
  `device`, `observation`, `sighting` and `link`; parts of a device have none.
* **Every value can be walked back**: `device_field` names source and reasons, and
  `observation` keeps the latest facts of each collector as they were read.

This module holds the device and its parts, and gives the names of the tables of
the package. May be imported by `inventory`, `discovery` and `api`.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index, Text
from sqlalchemy import UniqueConstraint as Unique
from sqlmodel import Field, SQLModel

import inventory.storage.tables  # noqa: F401  (gives constraints their names)
from inventory.network.findings.tables import DhcpServer, NetworkFinding
from inventory.network.identity_tables import (
    IdentityConflict,
    IdentityDecision,
    Reconciliation,
)
from inventory.network.modem_tables import DeviceModem
from inventory.network.scan_tables import Scan, ScanHost, StoredObservation
from inventory.network.service_tables import DeviceService
from inventory.network.topology_tables import DeviceNeighbour, Link, Sighting
from inventory.storage.tables import list_indexes
from inventory.storage.types import Sentences, UtcDateTime

__all__ = [
    "Device",
    "DeviceAddress",
    "DeviceComponent",
    "DeviceField",
    "DeviceModem",
    "DeviceNeighbour",
    "DeviceService",
    "DhcpServer",
    "Identifier",
    "IdentityConflict",
    "IdentityDecision",
    "Interface",
    "Link",
    "NetworkFinding",
    "Reconciliation",
    "Scan",
    "ScanHost",
    "Sighting",
    "StoredObservation",
]


class Device(SQLModel, table=True):
    """An identity on the network.

    The descriptive columns are the winning values of `device_field`, repeated here
    for lists and search; they are never written without the field row.

    Attributes:
        managed: It answered itself at least once; otherwise it is known only
            because others saw it (a MAC in a switch, a phone announced by LLDP).
        address: The address it is reached at.
        search: Lower-case text that the device list searches.
        merged_into: The device this one turned out to be.
        merged_at: Since when it is no device of its own any more; living devices
            have none.
    """

    __tablename__ = "device"
    __table_args__ = (
        Index("ix_device_name", "name", "id"),
        Index("ix_device_site_type", "site", "type"),
    )

    id: int | None = Field(default=None, primary_key=True)
    site: str = Field(default="", index=True)
    name: str = ""
    type: str | None = None
    subtype: str | None = None
    vendor: str | None = None
    family: str | None = None
    model: str | None = None
    serial: str | None = Field(default=None, index=True)
    os: str | None = None
    version: str | None = None
    asset_tag: str | None = None
    location: str | None = None
    last_user: str | None = None
    address: str | None = Field(default=None, index=True)
    mac: str | None = Field(default=None, index=True)
    managed: bool = False
    search: str = Field(default="", sa_type=Text)
    first_seen: datetime = Field(sa_type=UtcDateTime)
    last_seen: datetime = Field(sa_type=UtcDateTime, index=True)
    merged_into: int | None = Field(default=None, foreign_key="device.id", index=True)
    merged_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class DeviceField(SQLModel, table=True):
    """One value of one field, with who says so.

    Attributes:
        origin: `person` for a correction by hand, `fused` for what all evidence
            together says, `suggested` where that is right too seldom to be told for a
            fact, `rejected` for a suggestion that a person said is wrong, else the
            collector whose evidence alone says otherwise.
        source: Where the deciding value was read.
        confidence: 0 to 1.
        reasons: Sentences for a person.
        observed_at: Since when this origin has said this value.
        chosen: It is the value shown on the device.
    """

    __tablename__ = "device_field"
    __table_args__ = (
        Unique("device_id", "field", "origin", name="uq_device_field"),
        *list_indexes("device_field", "field", "origin", "observed_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    device_id: int = Field(foreign_key="device.id")
    field: str
    origin: str
    value: str | None = Field(default=None, sa_type=Text)
    source: str = ""
    confidence: float = 1.0
    reasons: list[str] = Field(default_factory=list, sa_type=Sentences)
    observed_at: datetime = Field(sa_type=UtcDateTime)
    chosen: bool = True


class Identifier(SQLModel, table=True):
    """Something that tells a device from others.

    Attributes:
        kind: `serial`, `uuid`, `imei`, `mac`, `engine-id`, `host-key`,
            `sip-instance`, `chassis-id`, `name`, `ip`, `card`.
        scope: Where the value is unique: a vendor for serials, a site for
            addresses and names, empty for the whole world.
        strength: 0 to 100; from 60 it may join observations by itself.
    """

    __tablename__ = "identifier"
    __table_args__ = (
        Unique("device_id", "kind", "value", "scope", name="uq_identifier"),
        Index("ix_identifier_value", "kind", "value"),
    )

    id: int | None = Field(default=None, primary_key=True)
    device_id: int = Field(foreign_key="device.id")
    kind: str
    value: str
    scope: str = ""
    strength: int
    source: str = ""
    first_seen: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Interface(SQLModel, table=True):
    """A network interface, known by its name: ifIndex may be renumbered.

    Attributes:
        lag_if_index: The aggregate it is a member of.
        lower_if_index: The port below a logical unit.
        position: Sorts the interfaces of a device by unit, slot and port.
        tagged_vlans: VLANs it carries with a tag, as `,10,20,`; empty for none, None
            where the VLANs were not read.
        lldp_id: What the port calls itself in its announcements (lldpLocPortId).
        lldp_id_type: How that is meant: `ifname`, `local`, `mac`, ...
        poe_class: Class of the powered device (IEEE 802.3), 0 to 8.
        poe_milliwatts: What the powered device took when it was read last.
        first_seen: Since when we know of it.
        changed_at: When it went up or down last, as the device says or as we saw.
    """

    __tablename__ = "interface"
    __table_args__ = (
        Unique("device_id", "name", name="uq_interface"),
        *list_indexes("interface", "name", "alias", "if_index", "speed", "pvid"),
    )

    id: int | None = Field(default=None, primary_key=True)
    device_id: int = Field(foreign_key="device.id")
    name: str
    if_index: int | None = None
    descr: str | None = None
    alias: str | None = None
    type: int | None = None
    mtu: int | None = Field(default=None, sa_type=BigInteger)
    speed: int | None = Field(default=None, sa_type=BigInteger)
    mac: str | None = Field(default=None, index=True)
    admin_up: bool | None = None
    oper_up: bool | None = None
    duplex: str | None = None
    lag_if_index: int | None = None
    lower_if_index: int | None = None
    physical: bool | None = None
    pvid: int | None = None
    voice_vlan: int | None = None
    position: str = ""
    tagged_vlans: str | None = Field(default=None, sa_type=Text)
    lldp_id: str | None = None
    lldp_id_type: str | None = None
    poe_enabled: bool | None = None
    poe_delivering: bool | None = None
    poe_class: int | None = None
    poe_milliwatts: int | None = None
    first_seen: datetime = Field(sa_type=UtcDateTime)
    changed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    removed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class DeviceAddress(SQLModel, table=True):
    """An IP address the device says it holds, or is reached at.

    Attributes:
        site: Whose network the address is of: two sites may use the same ones.
    """

    __tablename__ = "device_address"
    __table_args__ = (
        Unique("device_id", "site", "ip", "vrf", name="uq_device_address"),
    )

    id: int | None = Field(default=None, primary_key=True)
    device_id: int = Field(foreign_key="device.id")
    site: str = ""
    ip: str = Field(index=True)
    vrf: str = ""
    prefix_length: int | None = None
    if_index: int | None = None
    removed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class DeviceComponent(SQLModel, table=True):
    """A physical part: chassis, module, power supply, disk, memory, monitor.

    Attributes:
        part: Collector and the index it gave; `parent` refers to it.
    """

    __tablename__ = "component"
    __table_args__ = (Unique("device_id", "part", name="uq_component"),)

    id: int | None = Field(default=None, primary_key=True)
    device_id: int = Field(foreign_key="device.id")
    part: str
    parent: str | None = None
    kind: str = "other"
    position: int | None = None
    name: str | None = None
    descr: str | None = None
    manufacturer: str | None = None
    model: str | None = None
    serial: str | None = Field(default=None, index=True)
    hardware_rev: str | None = None
    firmware_rev: str | None = None
    software_rev: str | None = None
    asset_tag: str | None = None
    size: int | None = Field(default=None, sa_type=BigInteger)
    removed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
