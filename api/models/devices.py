"""What answers about devices look like; tests hold answers to it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from api.models.base import Model, Moment, Next, Number, Text


class DeviceBase(Model):
    """What every answer about a device holds."""

    id: int
    site: str
    name: str
    type: Text
    subtype: Text
    vendor: Text
    family: Text
    model: Text
    serial: Text
    os: Text
    version: Text
    asset_tag: Text = Field(description="As stored in the device itself.")
    location: Text
    last_user: Text
    address: Text = Field(description="Where it is reached.")
    mac: Text
    managed: bool = Field(description="It answered itself, and was not only seen.")
    first_seen: datetime
    last_seen: datetime
    merged_into: Number = Field(description="The device this one turned out to be.")


class Device(DeviceBase):
    """A device of a list."""

    state: Text = Field(
        description="matched, unregistered, missing, misplaced or conflict."
    )
    state_reason: Text
    asset_id: Number


class DevicePage(Model):
    """A page of devices."""

    items: list[Device]
    next: Text = Next


class DeviceField(Model):
    """One value of one field, with who says so."""

    id: int
    device_id: int
    field: str
    origin: str = Field(
        description="person, fused, suggested, or the collector that says so."
    )
    value: Text
    source: str
    confidence: float = Field(description="0 to 1.")
    reasons: list[str]
    observed_at: datetime
    chosen: bool = Field(description="It is the value shown on the device.")


class Identifier(Model):
    """Something that tells the device from others."""

    id: int
    device_id: int
    kind: str
    value: str
    scope: str
    strength: int
    source: str
    first_seen: datetime
    ended_at: Moment


class Interface(Model):
    """A network interface; speed in bits per second."""

    id: int
    device_id: int
    name: str
    if_index: Number
    descr: Text
    alias: Text
    type: Number = Field(description="IANAifType.")
    mtu: Number
    speed: Number
    mac: Text
    admin_up: bool | None
    oper_up: bool | None
    duplex: Text
    lag_if_index: Number
    lower_if_index: Number = Field(description="The interface this one lies on.")
    physical: bool | None
    pvid: Number
    voice_vlan: Number
    position: str = Field(description="Sorts them by unit, slot and port.")
    tagged_vlans: Text = Field(description="VLANs with a tag, as `,10,20,`.")
    lldp_id: Text = Field(description="What the port calls itself in LLDP.")
    lldp_id_type: Text = Field(description="How that is meant, such as `local`.")
    poe_enabled: bool | None
    poe_delivering: bool | None
    poe_class: Number
    poe_milliwatts: Number
    first_seen: datetime
    changed_at: Moment = Field(description="When it went up or down last.")
    removed_at: Moment


class Address(Model):
    """An IP address of the device."""

    id: int
    device_id: int
    ip: str
    vrf: str
    prefix_length: Number
    if_index: Number
    removed_at: Moment


class Component(Model):
    """A physical part; size in bytes."""

    id: int
    device_id: int
    part: str
    parent: Text
    kind: str
    position: Number
    name: Text
    descr: Text
    manufacturer: Text
    model: Text
    serial: Text
    hardware_rev: Text
    firmware_rev: Text
    software_rev: Text
    asset_tag: Text
    size: Number
    removed_at: Moment


class Neighbour(Model):
    """What the other end of a cable announced."""

    id: int
    device_id: int
    port: str
    key: str
    if_index: Number
    protocol: str
    chassis_id: Text
    chassis_id_type: str
    port_id: Text
    port_id_type: str
    port_descr: Text
    sys_name: Text
    sys_descr: Text
    platform: Text
    capabilities: list[str]
    addresses: list[str]
    med: dict[str, Any] | None
    remote_device_id: Number
    remote_interface_id: Number
    reason: Text
    acknowledged_at: Moment
    acknowledged_by: Text
    note: Text
    removed_at: Moment


class Reconciliation(Model):
    """How the device and the register agree."""

    id: int
    state: str
    asset_id: Number
    device_id: Number
    reason: str
    detail: str
    since: datetime
    acknowledged_at: Moment
    acknowledged_by: Text
    note: Text
    closed_at: Moment
    by_hand: bool


class Observation(Model):
    """Which collector read the device, where and when."""

    id: int
    address: str
    collector: str
    port: int
    credential: Text = Field(description="Name of the credential, never the secret.")
    first_seen: datetime
    last_seen: datetime


class Link(Model):
    """A cable or a bundle between two devices."""

    id: int
    site: str
    a_device_id: int
    a_interface_id: Number
    b_device_id: int
    b_interface_id: Number
    kind: str
    evidence: list[str]
    members: list[list[str]]
    first_seen: datetime
    last_seen: datetime
    closed_at: Moment
    a_name: str
    a_type: Text
    a_port: Text
    b_name: str
    b_type: Text
    b_port: Text


class Sighting(Model):
    """Where a MAC is: switch, port, VLAN, and what lies between."""

    id: int
    site: str
    mac: str
    ip: str
    device_id: Number = Field(description="The switch or access point.")
    interface_id: Number
    vlan: Number
    ssid: Text
    via: str
    behind_id: Number = Field(description="The phone or host that lies between.")
    reason: Text
    endpoint_id: Number
    first_seen: datetime
    last_seen: datetime
    closed_at: Moment
    device_name: Text
    port: Text
    port_alias: Text
    endpoint_name: Text
    endpoint_type: Text


class DeviceDetail(DeviceBase):
    """A device with everything known of it; of a merged one only the first part."""

    fields: list[DeviceField]
    identifiers: list[Identifier]
    interfaces: list[Interface]
    addresses: list[Address]
    components: list[Component]
    neighbours: list[Neighbour]
    reconciliation: list[Reconciliation]
    observations: list[Observation]
    links: list[Link]
    plugged_in: list[Sighting]


ReconciliationState = Literal[
    "matched", "unregistered", "missing", "misplaced", "conflict"
]
