"""What answers about telephony look like; tests hold answers to it."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import Field

from api.models.base import Model, Moment, Number, Text


class ExtensionPhone(Model):
    """A phone of an extension, with the device it is and where that is now."""

    phone_id: int
    device_id: Number = Field(description="The device on the network, where known.")
    device_name: Text
    mac: Text
    vendor: Text
    model: Text
    serial: Text
    address: Text
    system_name: Text = Field(description="Its name in the telephone system.")
    user_agent: Text
    version: Text
    registered: bool | None = Field(description="Reachable when last asked.")
    last_seen: datetime
    valid_from: date
    valid_to: date | None = Field(description="The first day no more.")
    switch_id: Number
    switch: Text
    port: Text
    asset_id: Number


class Extension(Model):
    """An extension of a list, as of a day."""

    id: int
    number: str
    partition: str
    system: str
    name: Text
    email: Text
    login: Text
    cost_centre: Text = Field(description="Account code in the telephone system.")
    mailbox: Text
    enabled: bool | None
    first_seen: datetime
    last_seen: datetime
    removed_at: Moment = Field(description="Since when it is not listed any more.")
    person_id: Number
    person: Text
    person_evidence: Text = Field(
        description="email, login, key, number, name or hand."
    )
    person_since: date | None
    person_note: Text = Field(description="Why no person was recognised.")
    phones: list[ExtensionPhone]
    numbers: list[str]
    groups: list[str]


class ExtensionOwner(Model):
    """Whose an extension is or was, from - to."""

    person_id: int
    person: str
    evidence: str
    source: str
    valid_from: date
    valid_to: date | None


class ExtensionDetail(Extension):
    """An extension with its phones and persons over time."""

    persons: list[ExtensionOwner]
    phone_history: list[ExtensionPhone]
