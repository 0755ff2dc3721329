"""Parts of a scan as jobs: on PostgreSQL all processes that work visit them."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import select

from api.compose.wiring import App
from api.jobs.long_requests import LIVES
from discovery.scan.requests import ScanRequest
from discovery.work.port import JobRun, Priority, Queue, Result
from inventory.jobs import slices, workers
from inventory.jobs.rows import NewJob, add_job
from inventory.jobs.tables import OPEN, Job
from inventory.storage.rows import col, id_of

if TYPE_CHECKING:
    from discovery.scan.context import ScanContext

PART = "visit"
ENOUGH = 2
"""Processes, this one included, from which on a scan is shared."""


def share(app: App, context: ScanContext, request: ScanRequest) -> ScanContext:
    """Let all processes that work visit parts of a scan, if there are several.

    A site that only its collectors reach stays theirs.
    """
    from discovery.remote.among import AmongWorkers

    if context.visit_elsewhere is not None or app.engine.dialect.name == "sqlite":
        return context
    if workers.takers(app.engine, Queue.VISITS, app.clock() - LIVES) < ENOUGH:
        return context

    def ask(scan_id: int, slice_id: int) -> int:
        new = NewJob(
            kind=PART,
            queue=Queue.VISITS,
            priority=Priority.ROUTINE,
            subject=f"{request.site} {scan_id}".strip(),
            arguments={"slice": slice_id},
            dedup=f"visit:{slice_id}",
        )
        with app.work(f"scan:{scan_id}") as work:
            job_id, _ = add_job(work, new, f"scan:{scan_id}")
            work.commit()
        app.jobs.wake()
        return job_id

    def is_over(job_id: int) -> bool:
        query = select(col(Job.state)).where(id_of(Job) == job_id)
        with app.engine.connect() as connection:
            return connection.execute(query).scalar() not in OPEN

    among = AmongWorkers(app.engine, app.clock, request.site, ask, is_over)
    return replace(context, visit_elsewhere=among.visit, here_too=True)


def visit(app: App, job: JobRun) -> Result:
    """Visit a part of a scan; what is found is applied by who runs the scan."""
    from discovery.access.memory import account_history
    from discovery.remote.among import visit_part

    slice_id = int(job.arguments["slice"])
    asked = slices.asked_of(app.engine, slice_id)
    if asked is None:
        return {"hosts": 0}
    request = ScanRequest.from_json(asked[1]["request"])
    total = len(asked[1]["addresses"])
    history = account_history(app.engine)

    async def tell(count: int) -> None:
        await asyncio.to_thread(job.tell, count, max(total, count))

    async def run() -> int:
        task, loop = asyncio.current_task(), asyncio.get_running_loop()
        assert task is not None

        def end() -> None:
            # The loop may be over by then.
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(task.cancel)

        job.on_end(end)
        async with app.scans().opened(request) as context:
            return await visit_part(slice_id, context, history, tell)

    try:
        count = asyncio.run(run())
    except asyncio.CancelledError:
        job.check()
        raise
    return {"hosts": count}
