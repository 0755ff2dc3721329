"""Scans whose parts are visited by several processes on PostgreSQL."""

from __future__ import annotations

import ipaddress
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, select

from api.compose.wiring import App
from api.compose.working import build_working
from discovery.scan.requests import ScanRequest
from discovery.work.memory import MemoryEngine
from discovery.work.port import Queue
from inventory.jobs import slices, workers
from inventory.jobs.collector_tables import SiteSlice
from inventory.jobs.slices import Brought
from inventory.jobs.tables import Job
from inventory.network.scan_tables import Scan, ScanHost
from inventory.storage.rows import table_of
from tests.api.conftest import calling
from tests.api.fakes import with_network
from tests.discovery.work.jobs import ended, until

NETWORK = "198.51.100.0/22"
HOSTS = [
    str(address)
    for number, address in enumerate(ipaddress.ip_network(NETWORK, strict=False))
    if number % 20 == 1
]
pytestmark = pytest.mark.parametrize("database_url", ["postgres"], indirect=True)


def rows(app: App, model: Any) -> list[dict[str, Any]]:  # noqa: ANN401
    with app.engine.connect() as connection:
        return [dict(r) for r in connection.execute(select(table_of(model))).mappings()]


@contextmanager
def at_work(app: App, names: dict[str, list[Queue]]) -> Iterator[list[App]]:
    """Work in several processes, as it were: each with a network of its own."""
    # Each closes the database of all: nobody may be at work by then.
    with ExitStack() as closing, ExitStack() as stopping:
        apps = []
        for name, queues in names.items():
            one = with_network(app, HOSTS)
            closing.callback(one.close)
            works = build_working(one, queues, alone=False, engine=MemoryEngine())
            works.name = name
            works.start()
            stopping.callback(works.stop)
            apps.append(one)
        yield apps


def ask(app: App) -> int:
    """Ask for a scan as a job; return the job."""
    from api.jobs.scan_kinds import enqueue_scan
    from discovery.scan import scan_rows

    request = ScanRequest(targets=(NETWORK,))
    scan_id = scan_rows.create_scan(app.engine, app.clock, request, "test")
    enqueue_scan(app, scan_id, request, "test")
    return int(next(j["id"] for j in rows(app, Job) if j["kind"] == "scan"))


def test_two_processes_visit_parts_of_one_scan(app: App) -> None:
    # Which of several takes a part is their race; here one scans and another visits.
    with at_work(app, {"first": [Queue.SCANS], "second": [Queue.VISITS]}):
        workers.sign_of_life(app.engine, "third", [Queue.VISITS], "", app.clock())
        job_id = ask(app)
        done = ended(app.engine, job_id)
    assert (done["state"], done["executor"]) == ("done", "first"), done["error"]
    parts = [job for job in rows(app, Job) if job["kind"] == "visit"]
    assert len(parts) == 8
    assert {job["state"] for job in parts} == {"done"}
    assert {job["executor"] for job in parts} == {"second"}
    assert {one["state"] for one in rows(app, SiteSlice)} == {"done"}
    hosts = [host["address"] for host in rows(app, ScanHost)]
    assert sorted(hosts) == sorted(HOSTS), "each once"


async def test_a_shared_scan_is_cancelled_from_anywhere(app: App) -> None:
    with at_work(app, {"first": [Queue.SCANS], "second": [Queue.HOUSE]}) as apps:
        # Nobody takes the parts, though two said they would.
        for name in ("third", "fourth"):
            workers.sign_of_life(app.engine, name, [Queue.VISITS], "", app.clock())
        job_id = ask(app)
        until(lambda: len([j for j in rows(app, Job) if j["kind"] == "visit"]) == 8)
        scan_id = rows(app, Scan)[0]["id"]
        async with calling(apps[1], "it") as it:
            answer = await it.post(f"/api/v1/scans/{scan_id}:cancel", json={})
            assert answer.json()["cancelled"] is True
        assert ended(app.engine, job_id)["state"] == "cancelled"
        until(lambda: {one["state"] for one in rows(app, SiteSlice)} == {"withdrawn"})


def test_a_part_whose_job_dies_is_asked_for_again(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    from api.jobs import scan_parts

    failed: list[int] = []
    real = scan_parts.visit

    def once_not(app: App, job: Any) -> Any:  # noqa: ANN401
        if len(failed) < 3:
            failed.append(job.id)
            raise RuntimeError("a fault of ours")
        return real(app, job)

    monkeypatch.setattr("api.jobs.scan_kinds.visit", once_not)
    every = [Queue.SCANS, Queue.VISITS]
    with at_work(app, {"first": every, "second": [Queue.VISITS]}):
        done = ended(app.engine, ask(app))
    assert done["state"] == "done"
    states = Counter(j["state"] for j in rows(app, Job) if j["kind"] == "visit")
    assert states == {"done": 8, "failed": 3}
    assert sorted(h["address"] for h in rows(app, ScanHost)) == sorted(HOSTS)


def test_a_part_that_fails_again_and_again_is_visited_by_who_scans(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some of its hosts were brought before: none is lost, and none is there twice."""
    kept: list[Brought] = []
    store = slices.store

    def breaks(engine: Engine, site: str, brought: Sequence[Brought]) -> object:
        if not kept or brought[0].slice_id == kept[0].slice_id:
            if len(kept) == 2:
                raise RuntimeError("a fault of ours")
            kept.extend(brought)
        return store(engine, site, brought)

    monkeypatch.setattr(slices, "store", breaks)
    with at_work(app, {"first": [Queue.SCANS], "second": [Queue.VISITS]}):
        workers.sign_of_life(app.engine, "third", [Queue.VISITS], "", app.clock())
        done = ended(app.engine, ask(app))
    assert done["state"] == "done"
    states = Counter(j["state"] for j in rows(app, Job) if j["kind"] == "visit")
    assert states == {"done": 7, "failed": 3}
    # Whoever takes up a scan that is killed by now offers that part once more.
    parts = Counter(part["state"] for part in rows(app, SiteSlice))
    assert parts == {"done": 7, "withdrawn": 1}
    assert sorted(h["address"] for h in rows(app, ScanHost)) == sorted(HOSTS)
    assert {h["outcome"] for h in rows(app, ScanHost)} == {"new"}
