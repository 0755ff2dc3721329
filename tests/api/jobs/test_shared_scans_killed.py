"""A shared scan whose process is killed, sleeps or loses its database in the midst."""

from __future__ import annotations

import multiprocessing
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import Connection, Engine, event, update

from api.compose.keys import Seal
from api.compose.wiring import App, compose
from config.settings import Settings
from discovery.remote import among, elsewhere
from discovery.work import working
from discovery.work.port import Queue
from inventory.jobs import slices, workers
from inventory.jobs.collector_tables import SiteSlice
from inventory.jobs.slices import Brought
from inventory.jobs.tables import Job
from inventory.kernel.errors import DatabaseUnreachable
from inventory.network.scan_tables import Scan, ScanHost
from inventory.storage.audit import verify
from inventory.storage.engine import make_engine, writing
from inventory.storage.rows import table_of
from tests.api.jobs.test_shared_scans import HOSTS, ask, at_work, rows
from tests.discovery.work.jobs import ended, until

pytestmark = pytest.mark.parametrize("database_url", ["postgres"], indirect=True)


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def app(engine: Engine, tmp_path: Path) -> Iterator[App]:
    settings = Settings(data_dir=tmp_path)
    app = compose(settings, engine, now, Seal(Fernet.generate_key(), 12))
    yield app
    app.close()


def hurry() -> None:
    """Look more often than processes do that have hours."""
    elsewhere.PACE = among.PACE = working.PACE = 0.02


def dies(url: str, folder: str, kill_at: int) -> None:
    """Begin the scan and die before a commit, counted since a part was given up.

    The first two hosts of that part were brought; the database is lost once, too.
    """
    hurry()
    engine = make_engine(url)
    settings = Settings(data_dir=Path(folder))
    app = compose(settings, engine, now, Seal(Fernet.generate_key(), 12))
    kept: list[Brought] = []
    store, take_back = slices.store, slices.take_back
    commits = -1

    def breaks(engine: Engine, site: str, brought: Sequence[Brought]) -> object:
        if not kept or brought[0].slice_id == kept[0].slice_id:
            if len(kept) == 2:
                raise RuntimeError("a fault of ours")
            kept.extend(brought)
        return store(engine, site, brought)

    def gives_up(engine: Engine, slice_id: int) -> None:
        nonlocal commits
        commits = 0
        take_back(engine, slice_id)

    def count(connection: Connection) -> None:
        nonlocal commits
        if commits < 0:
            return
        if commits == kill_at:
            os._exit(9)
        commits += 1
        if commits == 4:
            # What the server does with whom it loses.
            connection.connection.rollback()
            raise DatabaseUnreachable

    slices.store, slices.take_back = breaks, gives_up  # type: ignore[assignment]
    event.listen(engine, "commit", count)
    workers.sign_of_life(engine, "third", [Queue.VISITS], "", now())
    with at_work(app, {"first": [Queue.SCANS], "second": [Queue.VISITS]}):
        ended(engine, ask(app))


def long_ago(engine: Engine) -> None:
    """Let the jobs of who died be as old as lost ones are."""
    job = table_of(Job)
    with writing(engine) as connection:
        past = now() - 2 * working.LOST_AFTER
        connection.execute(
            update(job).where(job.c.handed_at.is_not(None)).values(handed_at=past)
        )


@pytest.mark.parametrize("kill_at", [0, 1, 2, 3, 4, 6, 9, 13])
def test_who_takes_up_a_killed_scan_leaves_out_nobody_and_stores_nobody_twice(
    app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kill_at: int
) -> None:
    url = app.engine.url.render_as_string(hide_password=False)
    app.engine.dispose()
    begins = multiprocessing.get_context("fork").Process(
        target=dies, args=(url, str(tmp_path), kill_at)
    )
    begins.start()
    begins.join(120)
    assert begins.exitcode == 9
    for module in (elsewhere, among, working):
        monkeypatch.setattr(module, "PACE", 0.02)
    monkeypatch.setattr(working, "LOST_EVERY", 0.2)
    long_ago(app.engine)
    (job,) = (job for job in rows(app, Job) if job["kind"] == "scan")
    with at_work(app, {"fourth": [Queue.SCANS], "fifth": [Queue.VISITS]}):
        done = ended(app.engine, job["id"])
    assert done["state"] == "done", done["error"]
    assert [scan["state"] for scan in rows(app, Scan)] == ["finished"]
    hosts = rows(app, ScanHost)
    assert sorted(host["address"] for host in hosts) == sorted(HOSTS)
    assert Counter(host["outcome"] for host in hosts) == {"new": len(HOSTS)}
    assert verify(app.engine) == []


def test_parts_that_somebody_withdraws_who_had_the_scan_before_are_offered_anew(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It slept, the scan was taken up elsewhere, and now it cleans up after itself."""
    monkeypatch.setattr(elsewhere, "PACE", 0.02)
    for name in ("third", "fourth"):
        workers.sign_of_life(app.engine, name, [Queue.VISITS], "", now())
    with at_work(app, {"first": [Queue.SCANS]}):
        job_id = ask(app)
        until(lambda: len([j for j in rows(app, Job) if j["kind"] == "visit"]) == 8)
        for part in rows(app, SiteSlice):
            slices.take_back(app.engine, part["id"])
        until(lambda: {one["state"] for one in rows(app, SiteSlice)} == {"offered"})
        with at_work(app, {"second": [Queue.VISITS]}):
            done: dict[str, Any] = ended(app.engine, job_id)
    assert done["state"] == "done", done["error"]
    assert sorted(host["address"] for host in rows(app, ScanHost)) == sorted(HOSTS)
