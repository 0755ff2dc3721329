"""When each periodic job last came to its end, and why it did not.

One row a job, so that another process (`purser doctor`, the metrics) can tell whether
what is done by itself is done. Imports `tables`, `engine` and `rows` only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Text, insert, select, update
from sqlmodel import Field, SQLModel

import inventory.storage.tables  # noqa: F401  (gives constraints their names)
from inventory.storage.engine import writing
from inventory.storage.rows import col, table_of
from inventory.storage.types import UtcDateTime


class JobRun(SQLModel, table=True):
    """The last runs of a periodic job.

    Attributes:
        succeeded_at: When it last came to its end.
        failed_at: When it last failed.
        problem: How it failed then, for a person.
    """

    __tablename__ = "job_run"

    name: str = Field(primary_key=True)
    succeeded_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    failed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    problem: str | None = Field(default=None, sa_type=Text)


_run = table_of(JobRun)


@dataclass(frozen=True, slots=True)
class LastRuns:
    """The last runs of a job, as in `JobRun`."""

    name: str
    succeeded_at: datetime | None
    failed_at: datetime | None
    problem: str | None


def note_success(engine: Engine, name: str, at: datetime) -> None:
    """Note that a job came to its end."""
    _note(engine, name, {"succeeded_at": at})


def note_failure(engine: Engine, name: str, at: datetime, problem: str) -> None:
    """Note that a job failed; when it last succeeded stays known."""
    _note(engine, name, {"failed_at": at, "problem": problem})


def last_runs(connection: Connection) -> list[LastRuns]:
    """Return the last runs of all jobs that ever ran, by name."""
    rows = connection.execute(select(_run).order_by(col(JobRun.name)))
    return [
        LastRuns(row.name, row.succeeded_at, row.failed_at, row.problem) for row in rows
    ]


def _note(engine: Engine, name: str, values: dict[str, Any]) -> None:
    with writing(engine) as connection:
        changed = connection.execute(
            update(_run).where(col(JobRun.name) == name).values(values)
        )
        if not changed.rowcount:
            connection.execute(insert(_run).values(values | {"name": name}))
