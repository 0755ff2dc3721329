"""Rows of jobs and of the processes that work on them. Plain."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint as Check
from sqlalchemy import Index, text
from sqlalchemy import UniqueConstraint as Unique
from sqlmodel import Field, SQLModel

import inventory.storage.tables  # noqa: F401  (gives constraints their names)
from inventory.storage.tables import list_indexes
from inventory.storage.types import Json, Sentence, Sentences, UtcDateTime

STATES = ("waiting", "running", "done", "failed", "cancelled")
OPEN = ("waiting", "running")
"""States in which more is to come."""


class Job(SQLModel, table=True):
    """One piece of work.

    Attributes:
        kind: What is done, such as `scan`; names the function that does it.
        subject: With what, for a person: a site, a period, the name of a file.
        queue: Those of one queue wait for each other.
        priority: The smaller, the sooner.
        state: One of `STATES`.
        arguments: What the function is given; never a secret.
        result: What it returned.
        error: Why it failed, for a person.
        dedup: While one with this key waits, another one is not added.
        handing: How many times it was handed to an engine; part of the engine's key.
        handed_at: When it was; None while it is to be handed over.
        attempt: How many times it was begun since then.
        executor: The process that works, or worked, on it.
        keeper: The process that carries it out without an engine; None for any.
        stop_requested: Somebody wants it to end early.
        done, total: How far it is, in units of its kind; 0 of 0 if unknown.
    """

    __tablename__ = "job"
    __table_args__ = (
        Check(
            "state IN ('waiting','running','done','failed','cancelled')", name="state"
        ),
        Index(
            "uq_job_waiting_dedup",
            "dedup",
            unique=True,
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
        Index("ix_job_open", "state", "queue", "priority"),
        *list_indexes("job", "kind", "created_at", "finished_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    subject: str = ""
    queue: str
    priority: int
    state: str = "waiting"
    arguments: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    result: dict[str, Any] | None = Field(default=None, sa_type=Sentences)
    error: str | None = Field(default=None, sa_type=Sentence)
    dedup: str | None = None
    handing: int = 0
    handed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    attempt: int = 0
    executor: str | None = None
    keeper: str | None = None
    stop_requested: bool = False
    done: int = 0
    total: int = 0
    requested_by: str = ""
    created_at: datetime = Field(sa_type=UtcDateTime)
    started_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class JobWorker(SQLModel, table=True):
    """A process that works on jobs, and its last sign of life.

    Attributes:
        name: Host, process and start of it.
        queues: Which jobs it takes.
        release: Of Purser.
    """

    __tablename__ = "job_worker"

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    queues: list[str] = Field(default_factory=list, sa_type=Json)
    release: str = ""
    started_at: datetime = Field(sa_type=UtcDateTime)
    seen_at: datetime = Field(sa_type=UtcDateTime)


class RecurringJob(SQLModel, table=True):
    """Something that is done again and again.

    Attributes:
        name: As it is shown.
        kind: Of the jobs it makes.
        site: Where; empty: in no certain one, or in all.
        targets: Networks or addresses; empty: those of the site.
        rule: When; see `timetable`. `time_zone` and `closed` likewise.
        longest_minutes: A job that takes longer is a finding.
        origin: `default`, `file` or `hand`: who keeps it as it is.
        anchor_at: From where `every` counts.
        next_at: When it is due; None while it is switched off.
        last_at: When it was due last; `last_job_id` what was made of it.
    """

    __tablename__ = "recurring_job"

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    kind: str
    site: str = ""
    targets: list[str] = Field(default_factory=list, sa_type=Json)
    rule: str
    time_zone: str = "UTC"
    closed: list[str] = Field(default_factory=list, sa_type=Json)
    longest_minutes: int
    enabled: bool = True
    origin: str = "hand"
    anchor_at: datetime = Field(sa_type=UtcDateTime)
    next_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    last_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_job_id: int | None = None


class JobFinding(SQLModel, table=True):
    """Something about what is done by itself that a person should look at.

    Attributes:
        kind: `missed`, `overlong`, `failed` or `due`.
        recurring_id: What it is about.
        about: Tells findings of one kind apart: a job, a period.
        detail: A sentence for a person.
        closed_at: When it was looked at, or passed by itself.
    """

    __tablename__ = "job_finding"
    __table_args__ = (
        Unique("recurring_id", "kind", "about", name="uq_job_finding"),
        *list_indexes("job_finding", "found_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    recurring_id: int = Field(foreign_key="recurring_job.id")
    about: str
    detail: str = Field(sa_type=Sentence)
    found_at: datetime = Field(sa_type=UtcDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    closed_by: str | None = None
