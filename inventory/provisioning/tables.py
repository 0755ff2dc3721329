"""Rows of HR events. Plain; rules are in the pure modules beside it.

Events are never changed but for their verdict. Days are as HR gives them: the first
day of an employment, the last day of it.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint as Check
from sqlalchemy import Index
from sqlalchemy import UniqueConstraint as Unique
from sqlmodel import Field, SQLModel

import inventory.storage.tables  # noqa: F401  (gives constraints their names)
from inventory.storage.types import Json, Sentence, UtcDateTime


class HrSource(SQLModel, table=True):
    """A system that sends events.

    Attributes:
        stopped_at: Since when its events are kept without effect; None if it runs.
        released_at: Leavers received up to then were confirmed by a person.
    """

    __tablename__ = "hr_source"

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    stopped_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    stop_reason: str = ""
    released_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class ProvisioningRules(SQLModel, table=True):
    """A version of the rules of a kind; the last one of each is in force.

    Attributes:
        kind: kits, calendars, lines, notices or sources.
        text: YAML, as it was written; None: what the file of the site says.
        digest: SHA-256 of the text; empty without one.
        remark: Why it was changed.
        actor: Who changed it.
    """

    __tablename__ = "provisioning_rules"

    id: int | None = Field(default=None, primary_key=True)
    kind: str = Field(index=True)
    text: str | None = None
    digest: str = Field(default="", max_length=64)
    remark: str = ""
    actor: str
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class StaffListDay(SQLModel, table=True):
    """A day as of which a list of staff of a source was taken in.

    Attributes:
        absent: Who worked here and was not in it; digests of employee ids, for that
            somebody is missing from a list says too much about him.
    """

    __tablename__ = "staff_list_day"
    __table_args__ = (Unique("source", "day", name="uq_staff_list_day"),)

    id: int | None = Field(default=None, primary_key=True)
    source: str
    day: date
    absent: list[str] = Field(sa_type=Json)
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class HrIdentity(SQLModel, table=True):
    """A person as a source knows him or her; never found by name.

    Attributes:
        employee_id: The source's own id, with its leading zeros.
    """

    __tablename__ = "hr_identity"
    __table_args__ = (Unique("source", "employee_id", name="uq_hr_identity_employee"),)

    id: int | None = Field(default=None, primary_key=True)
    source: str
    employee_id: str
    person_id: int = Field(foreign_key="person.id", index=True)
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class EmploymentTimeline(SQLModel, table=True):
    """An employment that events speak of.

    Attributes:
        known: The employment as the register had it before the first event; None
            if an event began it.
        root: Key of the event that began it; empty if it was known before.
    """

    __tablename__ = "employment_timeline"

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    employment_id: int = Field(foreign_key="employment.id", unique=True)
    known: dict[str, Any] | None = Field(default=None, sa_type=Json)
    root: str = Field(default="", index=True)
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class HrEvent(SQLModel, table=True):
    """What a source said, and what became of it.

    Attributes:
        event_id: Given by the source, or derived from what it says.
        number: The personnel number it names; the employee id, if it names none.
        person_id: None while nobody of that id was announced.
        asserted_at: When the source said it: that orders events, not their arrival.
        data: As it was sent, in our own names.
        replaces: Id of an event of the same source that this one stands for.
        forced: A person decided that it holds, though it contradicts.
        verdict: applied, joined, superseded, parked, held, conflict or withdrawn.
        verdict_reason: The verdict in words.
    """

    __tablename__ = "hr_event"
    __table_args__ = (
        Unique("source", "event_id", name="uq_hr_event_transport"),
        Index("ix_hr_event_business", "person_id", "kind", "effective_on"),
        Index("ix_hr_event_replaces", "replaces", "source"),
    )

    id: int | None = Field(default=None, primary_key=True)
    source: str
    event_id: str
    kind: str
    employee_id: str
    number: str = Field(default="", index=True)
    person_id: int | None = Field(default=None, foreign_key="person.id")
    effective_on: date
    asserted_at: datetime = Field(sa_type=UtcDateTime)
    data: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    digest: str = Field(max_length=64)
    replaces: str | None = None
    forced: bool = False
    verdict: str = "parked"
    verdict_reason: str = Field(default="", sa_type=Sentence)
    case_id: int | None = Field(
        default=None, foreign_key="provisioning_case.id", index=True
    )
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class Task(SQLModel, table=True):
    """What a person has to look at or to decide.

    Attributes:
        key: What it is about; an open task is not opened twice.
        kind: confirm-leaver, conflict, mass-leavers, contract-end, sighting, ...
        subject: What it is about, for a person.
        event_id: The event of HR it is about.
        source: Who raised it: `scim:entra`, `hr:sap`, `scan:12`.
        owner: The role that has to act.
    """

    __tablename__ = "task"
    __table_args__ = (
        Check("(closed_at IS NULL) = (outcome IS NULL)", name="closed"),
        Index("ix_task_open", "closed_at", "due_on"),
    )

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(index=True)
    kind: str
    subject: str = Field(default="", sa_type=Sentence)
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    case_id: int | None = Field(default=None, foreign_key="provisioning_case.id")
    line_id: int | None = Field(default=None, foreign_key="case_line.id")
    event_id: int | None = Field(default=None, foreign_key="hr_event.id")
    source: str
    detail: str = Field(default="", sa_type=Sentence)
    owner: str = "hr"
    due_on: date | None = None
    recorded_at: datetime = Field(sa_type=UtcDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    closed_by: str | None = None
    outcome: str | None = Field(default=None, sa_type=Sentence)


class KitVersion(SQLModel, table=True):
    """Kits as they were when a case was opened: a case keeps the rules it began with.

    Attributes:
        digest: SHA-256 of the document.
        document: Items and kits, as in the data file.
    """

    __tablename__ = "kit_version"

    id: int | None = Field(default=None, primary_key=True)
    digest: str = Field(max_length=64, unique=True)
    document: dict[str, Any] = Field(sa_type=Json)
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class IdempotencyKey(SQLModel, table=True):
    """A request that must have one effect only, and the answer it got.

    Attributes:
        scope: Caller and route: keys of others are none of his business.
        digest: SHA-256 of the body; the same key with another body is a mistake.
        until: While it is being answered: when that is given up. Afterwards: when
            the answer may be forgotten.
    """

    __tablename__ = "idempotency_key"
    __table_args__ = (Unique("scope", "key", name="uq_idempotency_key_key"),)

    id: int | None = Field(default=None, primary_key=True)
    scope: str
    key: str
    digest: str = Field(max_length=64)
    status: int | None = None
    answer: dict[str, Any] | None = Field(default=None, sa_type=Json)
    until: datetime = Field(sa_type=UtcDateTime)
    recorded_at: datetime = Field(sa_type=UtcDateTime)
