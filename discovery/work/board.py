"""Where jobs are asked for, in any process; wakes who works in this one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from discovery.work.port import Kind, Priority, Queue
from discovery.work.working import Working
from inventory.jobs.rows import NewJob, add_job
from inventory.storage.work import UnitOfWork


class JobBoard:
    """The jobs of an installation.

    Attributes:
        working: Who works on jobs in this process; None if nobody does.
        refused: Why nobody does, though it was meant to; empty otherwise.
    """

    def __init__(self) -> None:
        self.working: Working | None = None
        self.refused = ""

    def add(
        self,
        work: UnitOfWork,
        kind: Kind,
        *,
        requested_by: str,
        subject: str = "",
        arguments: Mapping[str, Any] | None = None,
        priority: int = Priority.PERSON,
        dedup: str | None = None,
        queue: Queue | None = None,
    ) -> int:
        """Add a job within a unit of work and return its id.

        While one with the same `dedup` waits, that one is returned instead. Without
        `queue` it is that of the kind.
        """
        new = NewJob(
            kind=kind.name,
            queue=str(queue or kind.queue),
            priority=priority,
            subject=subject,
            arguments=arguments or {},
            dedup=dedup,
        )
        job_id, _ = add_job(work, new, requested_by)
        return job_id

    def wake(self) -> None:
        """Say that jobs were added and committed; without, it takes a little longer."""
        if self.working is not None:
            self.working.wake()
