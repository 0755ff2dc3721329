"""Scans queued as jobs: side by side, the short ones first, ended from anywhere."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import insert, select

from api.compose.wiring import App
from api.compose.working import build_working
from api.jobs.scan_kinds import TRAP, enqueue_scan, queued_scans
from discovery.scan.requests import ScanRequest
from discovery.work.memory import MemoryEngine
from discovery.work.port import Queue
from inventory.jobs.tables import Job
from inventory.network.scan_tables import Scan
from inventory.storage.engine import writing
from inventory.storage.rows import table_of
from tests.api.conftest import calling
from tests.api.fakes import with_network
from tests.discovery.work.jobs import ask, ended, until

SCANS = "/api/v1/scans"
NETWORK, DEVICE = (
    ScanRequest(targets=("192.0.2.0/28",)),
    ScanRequest(targets=("192.0.2.7",)),
)


@contextmanager
def at_work(app: App, *queues: Queue) -> Iterator[App]:
    """Work on the jobs of an App, as `purser serve` does, with an engine in memory."""
    works = build_working(app, queues, alone=False, engine=MemoryEngine())
    works.start()
    app.jobs.working = works
    try:
        with queued_scans(app):
            yield app
    finally:
        app.jobs.working = None
        works.stop()
        app.close()


def state(app: App, scan_id: int) -> str:
    table = table_of(Scan)
    with app.engine.connect() as connection:
        found = connection.execute(select(table.c.state).where(table.c.id == scan_id))
        return str(found.scalar_one())


def jobs(app: App) -> dict[int, dict[str, object]]:
    """Return the jobs of scans, by the scan."""
    table = table_of(Job)
    with app.engine.connect() as connection:
        rows = connection.execute(select(table)).mappings()
        return {row["arguments"]["scan_id"]: dict(row) for row in rows}


async def test_a_trap_does_not_wait_behind_networks(app: App) -> None:
    hold = threading.Event()
    held = with_network(app, ("192.0.2.7",), hold=hold)
    quick = with_network(app, ("192.0.2.7",))
    with at_work(held, Queue.SCANS), at_work(quick, Queue.QUICK):
        scans = held.scans()
        networks = [scans.start(NETWORK, requested_by="user:1") for _ in range(4)]
        trap = scans.start(DEVICE, requested_by=TRAP)
        until(lambda: state(app, trap) == "finished")
        # Three networks are asked side by side, the fourth waits; none is done.
        until(
            lambda: (
                sorted(state(app, each) for each in networks)
                == (["queued", "running", "running", "running"])
            )
        )
        found = jobs(app)
        assert found[trap]["priority"] < found[networks[0]]["priority"]  # type: ignore[operator]
        # Another process ends one of those that run, and the one that waits.
        async with calling(quick, "it") as it:
            for scan_id in networks[2:]:
                answer = await it.post(f"{SCANS}/{scan_id}:cancel", json={})
                assert answer.json()["cancelled"] is True
        hold.set()
        assert [state(app, each) for each in networks[2:]] == ["cancelled"] * 2
        rows = jobs(app)
        ends = {n: ended(app.engine, rows[n]["id"]) for n in networks}  # type: ignore[arg-type]
    assert [state(app, each) for each in networks[:2]] == ["finished"] * 2
    assert [ends[each]["state"] for each in networks] == ["done"] * 2 + [
        "cancelled"
    ] * 2
    assert ends[networks[0]]["result"]["answered"] == 1


async def test_cancelling_the_job_ends_its_scan(app: App) -> None:
    hold = threading.Event()
    held = with_network(app, (), hold=hold)
    with at_work(held, Queue.SCANS):
        scan_id = held.scans().start(NETWORK, requested_by="user:1")
        until(lambda: state(app, scan_id) == "running")
        job_id = jobs(app)[scan_id]["id"]
        async with calling(app, "it") as it:
            await it.post(f"/api/v1/jobs/{job_id}:cancel", json={})
        until(lambda: state(app, scan_id) == "cancelled")
        assert ended(app.engine, job_id)["state"] == "cancelled"  # type: ignore[arg-type]


def test_a_scan_whose_process_ended_goes_on_with_its_job(app: App) -> None:
    hold = threading.Event()
    held = with_network(app, ("192.0.2.7",), hold=hold)
    with at_work(held, Queue.SCANS):
        scan_id = held.scans().start(NETWORK, requested_by="user:1")
        until(lambda: state(app, scan_id) == "running")
    assert state(app, scan_id) == "interrupted"
    assert jobs(app)[scan_id]["state"] == "waiting"
    with at_work(with_network(app, ("192.0.2.7",)), Queue.SCANS):
        until(lambda: state(app, scan_id) == "finished")


def test_a_scan_is_queued_once(app: App) -> None:
    for _ in range(2):
        enqueue_scan(app, 7, NETWORK, "user:1")
    assert len(jobs(app)) == 1


def test_what_an_older_release_asked_for_is_scanned(app: App) -> None:
    """It knew other options, and some of today's fields not yet."""
    stored = {"targets": ["192.0.2.7"], "options": {"chunk": 8, "of_old": True}}
    row: dict[str, object] = {
        "state": "queued",
        "request": stored,
        "requested_by": "user:1",
    }
    row |= {"site": "", "attempt": 0, "position": 0, "counts": {}}
    with writing(app.engine) as connection:
        added = insert(table_of(Scan)).values(row | {"created_at": app.clock()})
        connection.execute(added)
    with app.engine.connect() as connection:
        scan_id = connection.execute(select(table_of(Scan).c.id)).scalar_one()
    arguments = {"scan_id": scan_id, "of_old": True}
    known = ask(app.engine, "scan", queue="scans", arguments=arguments)
    gone = ask(app.engine, "of-old", queue="scans")
    with at_work(with_network(app, ("192.0.2.7",)), Queue.SCANS):
        assert ended(app.engine, known)["state"] == "done"
        failed = ended(app.engine, gone)
    assert state(app, scan_id) == "finished"
    assert (failed["state"], "Nothing is known" in failed["error"]) == ("failed", True)
