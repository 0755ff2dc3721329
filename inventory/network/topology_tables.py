"""Rows that say where things are: neighbours, links, sightings.

Import them from `inventory.network.tables`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, Text
from sqlalchemy import UniqueConstraint as Unique
from sqlmodel import Field, SQLModel

import inventory.storage.tables  # noqa: F401  (gives constraints their names)
from inventory.storage.tables import list_indexes
from inventory.storage.types import Json, Sentence, UtcDateTime


class DeviceNeighbour(SQLModel, table=True):
    """What the other end of a cable announced, and whether we know it.

    Attributes:
        port: Our interface by name.
        key: Tells several neighbours on one port apart, stable across reboots.
        remote_device_id: The device it was recognised as.
        reason: Why it was not visited; a `collectors.facts.Reason` or `outside`.
    """

    __tablename__ = "neighbour"
    __table_args__ = (Unique("device_id", "port", "key", name="uq_neighbour"),)

    id: int | None = Field(default=None, primary_key=True)
    device_id: int = Field(foreign_key="device.id")
    port: str
    key: str
    if_index: int | None = None
    protocol: str
    chassis_id: str | None = None
    chassis_id_type: str = "other"
    port_id: str | None = None
    port_id_type: str = "other"
    port_descr: str | None = None
    sys_name: str | None = None
    sys_descr: str | None = Field(default=None, sa_type=Text)
    platform: str | None = None
    capabilities: list[str] = Field(default_factory=list, sa_type=Json)
    addresses: list[str] = Field(default_factory=list, sa_type=Json)
    med: dict[str, Any] | None = Field(default=None, sa_type=Json)
    remote_device_id: int | None = Field(
        default=None, foreign_key="device.id", index=True
    )
    remote_interface_id: int | None = Field(default=None, foreign_key="interface.id")
    reason: str | None = None
    acknowledged_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    acknowledged_by: str | None = None
    note: str | None = None
    removed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Link(SQLModel, table=True):
    """A cable, or a bundle of cables, between two devices.

    The end with the smaller device id (then interface id) is `a`.

    Attributes:
        kind: `direct`, `aggregate`, `shared` (an unmanaged switch lies between)
            or `inferred` (from forwarding tables alone).
        evidence: Protocols and directions, e.g. `lldp a`, `cdp b`, `fdb`.
        members: Pairs of port names of an aggregate.
    """

    __tablename__ = "link"
    __table_args__ = (
        Index("ix_link_a", "a_device_id", "closed_at"),
        Index("ix_link_b", "b_device_id", "closed_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    site: str = Field(default="", index=True)
    a_device_id: int = Field(foreign_key="device.id")
    a_interface_id: int | None = Field(default=None, foreign_key="interface.id")
    b_device_id: int = Field(foreign_key="device.id")
    b_interface_id: int | None = Field(default=None, foreign_key="interface.id")
    kind: str = "direct"
    evidence: list[str] = Field(default_factory=list, sa_type=Json)
    members: list[list[str]] = Field(default_factory=list, sa_type=Json)
    first_seen: datetime = Field(sa_type=UtcDateTime)
    last_seen: datetime = Field(sa_type=UtcDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Sighting(SQLModel, table=True):
    """Where a MAC was, under which address: an interval, never overwritten by a move.

    Attributes:
        ip: Empty where no address is known.
        device_id: The switch or access point it is plugged into; None if unknown.
        interface_id: The port; None if only the device is known.
        behind_id: The phone, access point or host between, if that is a device.
        via: What lies between: empty, `phone`, `unmanaged`, `host`, `neighbour`,
            `switches` (several that are known), `wireless`.
        reason: Why the place is not known, for a person.
        endpoint_id: The device the MAC belongs to.
        closed_at: When it was first seen elsewhere, or expired; None while current.
    """

    __tablename__ = "sighting"
    __table_args__ = (
        Index("ix_sighting_mac", "site", "mac", "closed_at"),
        Index("ix_sighting_seen", "mac", "last_seen"),
        Index("ix_sighting_port", "device_id", "interface_id", "closed_at"),
        *list_indexes("sighting", "first_seen", "last_seen"),
    )

    id: int | None = Field(default=None, primary_key=True)
    site: str = ""
    mac: str
    ip: str = Field(default="", index=True)
    device_id: int | None = Field(default=None, foreign_key="device.id")
    interface_id: int | None = Field(default=None, foreign_key="interface.id")
    behind_id: int | None = Field(default=None, foreign_key="device.id")
    vlan: int | None = None
    ssid: str | None = None
    via: str = ""
    reason: str | None = Field(default=None, sa_type=Sentence)
    endpoint_id: int | None = Field(default=None, foreign_key="device.id", index=True)
    first_seen: datetime = Field(sa_type=UtcDateTime)
    last_seen: datetime = Field(sa_type=UtcDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
