"""Cellular modems in devices, and the SIMs that were seen in them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from inventory.storage.types import UtcDateTime


class DeviceModem(SQLModel, table=True):
    """A modem as the device around it describes it.

    Attributes:
        part: Collector and index of the modem.
        imei: 15 digits with their check digit (3GPP TS 23.003).
        iccid: Of the SIM in it, 18 to 20 digits (ITU-T E.118).
        imsi: Of the SIM, 14 or 15 digits (ITU-T E.212).
        msisdn: Telephone number as the SIM has it, with +.
        network: Name of the network it is in.
    """

    __tablename__ = "device_modem"
    __table_args__ = (UniqueConstraint("device_id", "part", name="uq_device_modem"),)

    id: int | None = Field(default=None, primary_key=True)
    device_id: int = Field(foreign_key="device.id")
    part: str
    imei: str | None = Field(default=None, index=True)
    iccid: str | None = Field(default=None, index=True)
    imsi: str | None = None
    msisdn: str | None = None
    manufacturer: str | None = None
    model: str | None = None
    firmware: str | None = None
    network: str | None = None
    source: str = ""
    first_seen: datetime = Field(sa_type=UtcDateTime)
    removed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
