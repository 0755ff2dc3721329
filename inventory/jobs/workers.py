"""Which processes work on jobs, and which of them are dead. Imports `tables`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Engine, delete, insert, select, update

from inventory.jobs.tables import OPEN, Job, JobWorker
from inventory.storage.engine import writing
from inventory.storage.rows import col, table_of

_worker, _job = table_of(JobWorker), table_of(Job)


def sign_of_life(
    engine: Engine, name: str, queues: Sequence[str], release: str, at: datetime
) -> None:
    """Write that a process lives."""
    with writing(engine) as connection:
        changed = connection.execute(
            update(_worker).where(col(JobWorker.name) == name).values(seen_at=at)
        )
        if not changed.rowcount:
            connection.execute(
                insert(_worker).values(
                    name=name,
                    queues=list(queues),
                    release=release,
                    started_at=at,
                    seen_at=at,
                )
            )


def sign_off(engine: Engine, name: str) -> None:
    """Write that a process ends."""
    with writing(engine) as connection:
        connection.execute(delete(_worker).where(col(JobWorker.name) == name))


def signs_of_life(engine: Engine) -> dict[str, object]:
    """Return the last sign of life of each process that works."""
    with engine.connect() as connection:
        found = connection.execute(select(_worker.c.name, _worker.c.seen_at))
        return {row.name: row.seen_at for row in found}


def takers(engine: Engine, queue: str, since: datetime) -> int:
    """Return how many processes that take jobs of a queue lived after a moment."""
    query = select(_worker.c.queues).where(col(JobWorker.seen_at) >= since)
    with engine.connect() as connection:
        return sum(queue in queues for queues in connection.scalars(query))


def deserted(engine: Engine) -> list[str]:
    """Return who is noted as working on a job and never gave a sign of life."""
    query = (
        select(col(Job.executor))
        .where(
            col(Job.state) == OPEN[1],
            col(Job.keeper).is_(None),
            col(Job.executor).is_not(None),
            col(Job.executor).not_in(select(col(JobWorker.name))),
        )
        .distinct()
    )
    with engine.connect() as connection:
        return [str(name) for name in connection.scalars(query)]
