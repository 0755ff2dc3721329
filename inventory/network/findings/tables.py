"""Findings as a person works on them, and who gives addresses away where."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

import inventory.storage.tables  # noqa: F401  (gives constraints their names)
from inventory.storage.types import Json, UtcDateTime


class NetworkFinding(SQLModel, table=True):
    """Something to look at; with another fact it is another row.

    Attributes:
        kind: As in `inventory.network.findings.rules`.
        device_id: None for what is about a segment.
        place: Port and transport, address, or segment.
        fact: What is acknowledged with it.
        detail: The fact for a person.
        since: When it began.
        until: When a certificate ends or ended.
        found_at: When it was found.
        acknowledged_at: Somebody looked at it and said why it may stay.
        follows_id: The acknowledged one that this took the place of.
        closed_at: When it was so no more, or another fact took its place.
    """

    __tablename__ = "network_finding"
    __table_args__ = (
        Index("ix_network_finding_open", "closed_at", "kind"),
        Index("ix_network_finding_device", "device_id", "closed_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    site: str = ""
    device_id: int | None = Field(default=None, foreign_key="device.id")
    place: str = ""
    fact: str = Field(default="", sa_type=Text)
    detail: str = Field(default="", sa_type=Text)
    since: datetime = Field(sa_type=UtcDateTime)
    until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    found_at: datetime = Field(sa_type=UtcDateTime)
    acknowledged_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    acknowledged_by: str | None = None
    note: str | None = None
    follows_id: int | None = Field(default=None, foreign_key="network_finding.id")
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class DhcpServer(SQLModel, table=True):
    """Who was heard to give addresses away on a segment (RFC 2131).

    Attributes:
        segment: The interface of ours, or of a collector, that hears it.
        address: What it calls itself (option 54), else where its answer came from.
        mac: Of the frame its answer came in; None where only clients named it.
        router: The way out it hands out (option 3).
        name_servers: Option 6.
        domain: Option 15.
        lease_seconds: Option 51.
    """

    __tablename__ = "dhcp_server"
    __table_args__ = (
        UniqueConstraint("site", "segment", "address", name="uq_dhcp_server"),
    )

    id: int | None = Field(default=None, primary_key=True)
    site: str = ""
    segment: str
    address: str
    mac: str | None = None
    router: str | None = None
    name_servers: list[str] = Field(default_factory=list, sa_type=Json)
    domain: str | None = None
    lease_seconds: int | None = None
    first_seen: datetime = Field(sa_type=UtcDateTime)
    last_seen: datetime = Field(sa_type=UtcDateTime)
