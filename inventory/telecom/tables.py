"""Rows of telephony. Plain; rules are in `dating` and `numbers`.

Periods are half-open days: `valid_from` is the first day, `valid_to` the first day
no more; None is open. Rows are ended, never deleted. What the database itself
enforces, on both engines: an extension has one person at a time, a number leads to one
extension at a time, and neither a phone on an extension nor a member of a group is
there twice at the same time.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint as Check
from sqlalchemy import Index, Text, text
from sqlalchemy import UniqueConstraint as Unique
from sqlmodel import Field, SQLModel

import inventory.storage.tables  # noqa: F401  (gives constraints their names)
from inventory.storage.types import UtcDateTime

_PERIOD = "valid_to IS NULL OR valid_to >= valid_from"


def _open(table: str, *columns: str) -> Index:
    """Return the index that allows one open row for each value of `columns`."""
    return Index(
        f"uq_{table}_open",
        *columns,
        unique=True,
        sqlite_where=text("valid_to IS NULL"),
        postgresql_where=text("valid_to IS NULL"),
    )


class PhoneSystem(SQLModel, table=True):
    """A telephone system that is read, by its name in the settings.

    Attributes:
        kind: `asterisk`, `freeswitch`, `kamailio`, `cucm`, `3cx`, `teams`, `csv`.
        site: Whose addresses its phones carry.
        last_seen: When it was last read, with whatever success.
        problems: What did not work then, as sentences.
    """

    __tablename__ = "phone_system"

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    kind: str
    site: str = ""
    address: str = ""
    product: str | None = None
    version: str | None = None
    last_seen: datetime | None = Field(default=None, sa_type=UtcDateTime)
    problems: str = Field(default="", sa_type=Text)
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class Extension(SQLModel, table=True):
    """A number inside a telephone system.

    Attributes:
        number: Text; leading zeros are kept. Never read as a public number.
        login: Id or login of the user in the telephone system.
        person_note: Why no person was recognised, for a person.
        search: Lower-case text that the list of extensions searches.
        removed_at: Since when the system lists it no more.
    """

    __tablename__ = "extension"
    __table_args__ = (
        Unique("system_id", "partition", "number", name="uq_extension"),
        Index("ix_extension_number", "number", "id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    system_id: int = Field(foreign_key="phone_system.id")
    number: str
    partition: str = ""
    name: str | None = None
    login: str | None = None
    email: str | None = None
    cost_centre: str | None = None
    mailbox: str | None = None
    enabled: bool | None = None
    person_note: str | None = None
    search: str = Field(default="", sa_type=Text)
    first_seen: datetime = Field(sa_type=UtcDateTime)
    last_seen: datetime = Field(sa_type=UtcDateTime)
    removed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Telephone(SQLModel, table=True):
    """A phone as telephone systems know it; `device_id` is the one on the network.

    Attributes:
        device_name: Name in the telephone system, e.g. `SEP001122334455`.
        instance: SIP instance URN.
        ip: Address of its last registration.
    """

    __tablename__ = "telephone"

    id: int | None = Field(default=None, primary_key=True)
    site: str = ""
    mac: str | None = Field(default=None, unique=True)
    device_id: int | None = Field(default=None, foreign_key="device.id", index=True)
    device_name: str | None = Field(default=None, index=True)
    instance: str | None = Field(default=None, index=True)
    ip: str | None = Field(default=None, index=True)
    user_agent: str | None = None
    vendor: str | None = None
    model: str | None = None
    serial: str | None = None
    firmware: str | None = None
    first_seen: datetime = Field(sa_type=UtcDateTime)
    last_seen: datetime = Field(sa_type=UtcDateTime)


class ExtensionPhone(SQLModel, table=True):
    """A phone has an extension, from - to; a pair never twice at the same time.

    Attributes:
        registered: Reachable when last asked; None: not said.
        last_seen: When the telephone system last listed the pair.
        source: `pbx:<name>` or who wrote it.
    """

    __tablename__ = "extension_phone"
    __table_args__ = (
        Index("ix_extension_phone_extension", "extension_id", "valid_from"),
        Index("ix_extension_phone_phone", "phone_id", "valid_from"),
        _open("extension_phone", "extension_id", "phone_id"),
        Check(_PERIOD, name="period"),
    )

    id: int | None = Field(default=None, primary_key=True)
    extension_id: int = Field(foreign_key="extension.id")
    phone_id: int = Field(foreign_key="telephone.id")
    registered: bool | None = None
    last_seen: datetime = Field(sa_type=UtcDateTime)
    source: str
    valid_from: date
    valid_to: date | None = None
    recorded_at: datetime = Field(sa_type=UtcDateTime)
    ended_recorded_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ExtensionPerson(SQLModel, table=True):
    """An extension is somebody's, from - to; one person at a time.

    Attributes:
        evidence: `email`, `login`, `key`, `number`, `name`, or `hand`.
        source: `pbx:<name>`, or who wrote it: what a person wrote, no system ends.
    """

    __tablename__ = "extension_person"
    __table_args__ = (
        Index("ix_extension_person_extension", "extension_id", "valid_from"),
        Index("ix_extension_person_person", "person_id", "valid_from"),
        _open("extension_person", "extension_id"),
        Check(_PERIOD, name="period"),
    )

    id: int | None = Field(default=None, primary_key=True)
    extension_id: int = Field(foreign_key="extension.id")
    person_id: int = Field(foreign_key="person.id")
    evidence: str
    source: str
    valid_from: date
    valid_to: date | None = None
    recorded_at: datetime = Field(sa_type=UtcDateTime)
    ended_recorded_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class PhoneNumber(SQLModel, table=True):
    """A number of the public network.

    Attributes:
        e164: With a leading +, unique.
        kind: As the system calls it, e.g. `callingPlan`, `did`.
        state: `free`, `assigned` or `gone`.
        status: As the system calls it.
    """

    __tablename__ = "phone_number"

    id: int | None = Field(default=None, primary_key=True)
    e164: str = Field(unique=True)
    system_id: int | None = Field(default=None, foreign_key="phone_system.id")
    kind: str | None = None
    state: str = "free"
    status: str | None = None
    city: str | None = None
    first_seen: datetime = Field(sa_type=UtcDateTime)
    last_seen: datetime = Field(sa_type=UtcDateTime)


class NumberExtension(SQLModel, table=True):
    """Calls to a number go to an extension, from - to; one at a time."""

    __tablename__ = "number_extension"
    __table_args__ = (
        Index("ix_number_extension_number", "number_id", "valid_from"),
        Index("ix_number_extension_extension", "extension_id", "valid_from"),
        _open("number_extension", "number_id"),
        Check(_PERIOD, name="period"),
    )

    id: int | None = Field(default=None, primary_key=True)
    number_id: int = Field(foreign_key="phone_number.id")
    extension_id: int = Field(foreign_key="extension.id")
    source: str
    valid_from: date
    valid_to: date | None = None
    recorded_at: datetime = Field(sa_type=UtcDateTime)
    ended_recorded_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Mailbox(SQLModel, table=True):
    """A voice mailbox of a telephone system."""

    __tablename__ = "mailbox"
    __table_args__ = (Unique("system_id", "context", "number", name="uq_mailbox"),)

    id: int | None = Field(default=None, primary_key=True)
    system_id: int = Field(foreign_key="phone_system.id")
    number: str
    context: str = ""
    name: str | None = None
    email: str | None = None
    first_seen: datetime = Field(sa_type=UtcDateTime)
    removed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class HuntGroup(SQLModel, table=True):
    """A group that rings several extensions: hunt group, ring group, queue."""

    __tablename__ = "hunt_group"
    __table_args__ = (Unique("system_id", "name", name="uq_hunt_group"),)

    id: int | None = Field(default=None, primary_key=True)
    system_id: int = Field(foreign_key="phone_system.id")
    name: str
    number: str | None = None
    strategy: str | None = None
    first_seen: datetime = Field(sa_type=UtcDateTime)
    removed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class GroupMember(SQLModel, table=True):
    """An extension rings with a group, from - to; never twice at the same time."""

    __tablename__ = "hunt_group_member"
    __table_args__ = (
        Index("ix_hunt_group_member_group", "group_id", "valid_from"),
        Index("ix_hunt_group_member_extension", "extension_id", "valid_from"),
        _open("hunt_group_member", "group_id", "extension_id"),
        Check(_PERIOD, name="period"),
    )

    id: int | None = Field(default=None, primary_key=True)
    group_id: int = Field(foreign_key="hunt_group.id")
    extension_id: int = Field(foreign_key="extension.id")
    valid_from: date
    valid_to: date | None = None
    recorded_at: datetime = Field(sa_type=UtcDateTime)
    ended_recorded_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
