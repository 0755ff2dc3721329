"""A scan whose parts are visited by all processes beside the database."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import structlog

from discovery.access.account_history import AccountHistory
from discovery.remote import wire
from discovery.remote.elsewhere import Elsewhere, SliceSpec
from discovery.remote.visiting import visit
from discovery.scan.context import ScanContext
from discovery.scan.hosts import Host
from discovery.sentences import triple
from inventory.jobs import slices
from inventory.jobs.slices import Brought
from inventory.storage.work import Clock

PACE = 2.0
"""Seconds between looks whether a part is still wanted."""
MOST_TRIES = 3
log = structlog.get_logger("purser.scan")


class AmongWorkers(Elsewhere):
    """Visits addresses by whoever works on the jobs of this database.

    Args:
        engine: The database.
        clock: The present moment.
        site: The site.
        ask: Makes a job that visits a slice: (scan, slice) -> job.
        is_over: Whether a job has ended.
    """

    visitor = "worker"

    def __init__(
        self,
        engine: Any,  # noqa: ANN401 - of SQLAlchemy
        clock: Clock,
        site: str,
        ask: Callable[[int, int], int],
        is_over: Callable[[int], bool],
    ) -> None:
        super().__init__(engine, clock, site)
        self._ask = ask
        self._is_over = is_over
        self._jobs: dict[int, list[int]] = {}

    def offered(self, scan_id: int, slice_id: int) -> None:
        """Make the job that visits a slice."""
        if slices.asked_of(self._engine, slice_id) is not None:
            self._jobs[slice_id] = [self._ask(scan_id, slice_id)]

    def look_after(self, scan_id: int, slice_id: int, _state: str) -> None:
        """Ask once more where the job of a slice ended without having visited it."""
        jobs = self._jobs.get(slice_id)
        if jobs is None or not self._is_over(jobs[-1]):
            return
        if slices.asked_of(self._engine, slice_id) is None:
            return
        if len(jobs) < MOST_TRIES:
            jobs.append(self._ask(scan_id, slice_id))
            return
        log.error("part of a scan is left to who scans", scan_id=scan_id, jobs=jobs)
        # Not visited: who takes the scan up after us asks for it anew.
        slices.take_back(self._engine, slice_id)
        self.given_up.add(slice_id)


async def visit_part(
    slice_id: int,
    context: ScanContext,
    history: AccountHistory,
    tell: Callable[[int], Awaitable[None]],
) -> int:
    """Visit a slice here and keep what is found; return how many hosts.

    Args:
        slice_id: The slice.
        context: What to ask with.
        history: What accounts have opened so far.
        tell: Takes how many hosts are kept; may end it by raising.
    """
    engine, count = context.engine, 0
    asked = await asyncio.to_thread(slices.asked_of, engine, slice_id)
    if asked is None:
        return 0
    site, plain, have = asked

    async def keep(host: Host) -> None:
        nonlocal count
        uid = f"{slice_id}/{host.address}/{host.seen_at.isoformat()}"
        body = wire.pack(host)
        brought = Brought(uid, slice_id, host.address, host.seen_at, body)
        await asyncio.to_thread(slices.store, engine, site, [brought])
        count += 1
        await tell(count)

    spec = wire.from_plain(SliceSpec, plain)
    doing = asyncio.create_task(visit(spec, context, history, keep, have))
    try:
        while not (await asyncio.wait([doing], timeout=PACE))[0]:
            await tell(count)
            if await asyncio.to_thread(slices.asked_of, engine, slice_id) is None:
                return count
        found = await doing
    finally:
        doing.cancel()
    told = [triple(problem) for problem in found]
    await asyncio.to_thread(slices.finish, engine, site, slice_id, told)
    return count
