"""Jobs that scan: one that was asked for, and those that recur at a site."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from api.compose.scanning import make_request, pbx_systems
from api.compose.wiring import App
from api.jobs.scan_parts import PART, share, visit
from discovery.access.memory import managed_addresses
from discovery.scan.requests import Depth, options_for
from discovery.work.port import JobRun, JobStopped, Kind, Priority, Queue, Result
from inventory.kernel.errors import InventoryError
from inventory.kernel.texts import N_

if TYPE_CHECKING:
    from discovery.scan.jobs import ScanJobs
    from discovery.scan.requests import Progress, ScanRequest

SCAN = "scan"
FEW = 4
"""Targets that are single devices: such a scan does not wait behind networks."""
PACE = 0.5
TRAP = "trap"


def scan_kinds(app: App) -> tuple[Kind, ...]:
    """Return the kinds of jobs that ask the network."""
    return (
        Kind(SCAN, partial(_run_queued, app), Queue.SCANS, "A scan somebody wants."),
        Kind(PART, partial(visit, app), Queue.VISITS, "Visit a part of a scan."),
        _at_site(
            app, "sweep", "Find what is new in the networks of a site.", Depth.NEW
        ),
        _at_site(app, "collect", "Scan the networks of a site.", Depth.ALL),
        _at_site(
            app,
            "whereabouts",
            "Read where endpoints are from the switches and routers of a site.",
            Depth.WHEREABOUTS,
        ),
        _at_site(
            app,
            "crawl",
            "Follow the neighbours of the devices of a site.",
            Depth.ALL,
            crawl=True,
        ),
        Kind(
            "read-pbx",
            partial(_read_pbx, app),
            Queue.QUICK,
            "Read the telephone systems.",
            by_hand=True,
        ),
    )


@contextmanager
def queued_scans(app: App) -> Iterator[None]:
    """Queue scans as jobs while the block runs, where somebody works on jobs."""
    works = app.jobs.working is not None or app.jobs.refused
    if works or app.engine.dialect.name == "postgresql":
        app.scans().enqueue = partial(enqueue_scan, app)
    try:
        yield
    finally:
        app.scans().enqueue = None


def enqueue_scan(
    app: App, scan_id: int, request: ScanRequest, requested_by: str
) -> None:
    """Queue a scan as a job; that of a single device does not wait behind networks."""
    few = len(request.targets) <= FEW and not any("/" in t for t in request.targets)
    priority = Priority.DEVICE if few else Priority.PERSON
    if requested_by == TRAP:
        priority = Priority.TRAP
    kind = next(each for each in scan_kinds(app) if each.name == SCAN)
    with app.work(requested_by or "scan") as work:
        app.jobs.add(
            work,
            kind,
            queue=Queue.QUICK if few or requested_by == TRAP else Queue.SCANS,
            requested_by=requested_by,
            subject=f"{request.site} {scan_id}".strip(),
            arguments={"scan_id": scan_id},
            priority=priority,
            dedup=f"scan:{scan_id}",
        )
        work.commit()
    app.jobs.wake()


def _sharing(app: App) -> ScanJobs:
    scans = app.scans()
    scans.share = partial(share, app)
    return scans


def _run_queued(app: App, job: JobRun) -> Result:
    scan_id = int(job.arguments["scan_id"])
    scans = _sharing(app)
    scans.run_here(scan_id)
    return _follow(scans, scan_id, job)


def _follow(scans: ScanJobs, scan_id: int, job: JobRun) -> Result:
    """Tell how far a scan is until it ends, and end it with its job."""
    job.on_end(partial(_end_scan, scans, scan_id, job))
    while True:
        now = scans.status(scan_id)
        if now.running:
            job.tell(_measure(now), max(now.total + now.answered, 1))
            scans.recover()
            time.sleep(PACE)
        elif now.state != "interrupted" or not scans.run_here(scan_id):
            break
    job.check()
    if now.state == "cancelled":
        raise JobStopped
    if now.state != "finished":
        raise InventoryError(
            N_("Scan {number} ended as {state}: {why}."),
            where=f"scan {scan_id}",
            remedy=N_("`purser scans resume` goes on with it."),
            number=scan_id,
            state=now.state,
            why=now.error or N_("it can be resumed"),
        )
    return {"scan_id": scan_id, **now.counts()}


def _measure(now: Progress) -> int:
    return now.swept + now.done


def _end_scan(scans: ScanJobs, scan_id: int, job: JobRun) -> None:
    """End the scan of a job that somebody cancelled; others go on elsewhere."""
    if job.why == "stop":
        scans.cancel(scan_id)


def _at_site(
    app: App, name: str, about: str, depth: Depth, *, crawl: bool = False
) -> Kind:
    """Return a scan that recurs: of the networks of a site, or of its devices."""

    def run(job: JobRun) -> Result:
        site, targets = job.arguments["site"], list(job.arguments["targets"])
        if not targets and (crawl or depth is Depth.WHEREABOUTS):
            targets = managed_addresses(app.engine, site)
            if not targets:
                return {"devices": 0}
        more: dict[str, Any] = {"crawl": True} if crawl else {}
        request = make_request(
            app.settings, targets, engine=app.engine, site=site or None, **more
        )
        request = replace(request, options=options_for(depth, request.options))
        scans = _sharing(app)
        scan_id = scans.start_here(request, requested_by=f"job:{job.id}")
        return _follow(scans, scan_id, job)

    return Kind(name, run, Queue.SCANS, about, of_site=True)


def _read_pbx(app: App, job: JobRun) -> Result:
    from api.compose.rulebooks import known
    from discovery.identity.identification import RuleIdentification
    from discovery.scan.read_pbx import read_all, write_reading, write_registered

    boards = pbx_systems(app.settings, app.engine, app.clock)
    if not boards.sources:
        return {"systems": 0}
    identify = RuleIdentification(known(app.settings).devices())
    found: dict[str, Any] = {"systems": 0, "problems": 0}
    for source, reading in asyncio.run(read_all(boards)):
        job.check()
        with app.work(f"job:{job.id}") as work:
            write_registered(work, reading, identify)
            write_reading(work, source, reading)
        found["systems"] += 1
        found["problems"] += len(reading.problems)
    return found
