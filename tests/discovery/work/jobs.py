"""A process that works in memory, and what it is asked to do."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, select

from discovery.work.memory import MemoryEngine
from discovery.work.port import JobRun, Kind, Queue, Result
from discovery.work.working import Working
from inventory.jobs.rows import NewJob, add_job
from inventory.jobs.tables import Job
from inventory.storage.rows import table_of
from inventory.storage.work import UnitOfWork

PATIENCE = 120.0


def clock() -> datetime:
    return datetime.now(UTC)


def ask(engine: Engine, kind: str = "note", **more: Any) -> int:  # noqa: ANN401
    wanted: dict[str, Any] = {"queue": "house", "priority": 100} | more
    with UnitOfWork(engine, actor="test", clock=clock) as work:
        job_id, _ = add_job(work, NewJob(kind=kind, **wanted), "test")
        work.commit()
    return job_id


def row(engine: Engine, job_id: int) -> dict[str, Any]:
    job = table_of(Job)
    with engine.connect() as connection:
        found = connection.execute(select(job).where(job.c.id == job_id))
        return dict(found.mappings().one())


def until(true: Callable[[], object], patience: float = PATIENCE) -> None:
    end = time.monotonic() + patience
    while not true():
        assert time.monotonic() < end, "it did not come true"
        time.sleep(0.02)


def ended(engine: Engine, job_id: int) -> dict[str, Any]:
    """Wait for a job and return its row."""
    until(lambda: row(engine, job_id)["finished_at"] is not None)
    return row(engine, job_id)


@contextmanager
def working(
    engine: Engine,
    name: str = "here",
    at_once: int = 1,
    **kinds: Callable[[JobRun], Result],
) -> Iterator[Working]:
    """Work on jobs of the queue `house` in memory."""
    known = {each: Kind(each, run, Queue.HOUSE) for each, run in kinds.items()}
    works = Working(
        engine, clock, MemoryEngine(), known, name=name, queues={Queue.HOUSE: at_once}
    )
    works.start()
    try:
        yield works
    finally:
        works.stop()
