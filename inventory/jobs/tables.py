"""Rows of jobs and of the processes that work on them. Plain."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint as Check
from sqlalchemy import Index, Text, text
from sqlmodel import Field, SQLModel

import inventory.storage.tables  # noqa: F401  (gives constraints their names)
from inventory.storage.tables import list_indexes
from inventory.storage.types import Json, UtcDateTime

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
    result: dict[str, Any] | None = Field(default=None, sa_type=Json)
    error: str | None = Field(default=None, sa_type=Text)
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
