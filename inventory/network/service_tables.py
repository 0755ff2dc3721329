"""What listens on devices and answered in its protocol, with the certificate shown."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from inventory.storage.types import UtcDateTime


class DeviceService(SQLModel, table=True):
    """A service of a device: what answered on a port, and in which protocol.

    Attributes:
        transport: `tcp` or `udp`.
        port: As registered for the protocol.
        protocol: e.g. `http`, `ssh`, `smb`, `smb1`, `telnet`, `tls`.
        product: What it calls itself.
        subject: Distinguished name of its certificate (RFC 4514).
        issuer: Who signed the certificate.
        not_after: Until when the certificate is valid.
        key: SHA-256 of the certificate's public key.
        self_signed: Subject and issuer of the certificate are the same.
    """

    __tablename__ = "device_service"
    __table_args__ = (
        UniqueConstraint(
            "device_id", "transport", "port", "protocol", name="uq_device_service"
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    device_id: int = Field(foreign_key="device.id")
    transport: str
    port: int
    protocol: str
    product: str | None = None
    subject: str | None = None
    issuer: str | None = None
    not_before: datetime | None = Field(default=None, sa_type=UtcDateTime)
    not_after: datetime | None = Field(default=None, sa_type=UtcDateTime)
    key: str | None = Field(default=None, index=True)
    self_signed: bool | None = None
    first_seen: datetime = Field(sa_type=UtcDateTime)
    removed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
