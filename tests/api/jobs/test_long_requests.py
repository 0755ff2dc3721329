"""Requests that are carried out as jobs: over HTTP, by page and by command."""

from __future__ import annotations

import csv
import io
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update

from api.compose.wiring import App
from api.compose.working import build_working
from api.http.callers import Role
from api.jobs import long_kinds
from discovery.work.memory import MemoryEngine
from discovery.work.port import JobInterrupted, Queue
from inventory.assets.register.tables import Asset
from inventory.jobs.file_tables import JobFile, JobFilePart
from inventory.jobs.rows import prune_jobs
from inventory.jobs.tables import Job
from inventory.people.account_tables import ApiToken
from inventory.storage.rows import table_of
from tests.api import test_cli
from tests.api.conftest import calling
from tests.api.test_cli import Terminal
from tests.api.test_frame import assert_problem
from tests.discovery.work.jobs import ended, until

purser, ready = test_cli.purser, test_cli.ready
API = "/api/v1"
LATER = {"Prefer": "respond-async"}
WRITE = {"dry_run": "false"}


@contextmanager
def at_work(app: App) -> Iterator[None]:
    """Work on long requests of an App, with an engine in memory."""
    # Commands look whether somebody lives by the clock of the machine.
    today = replace(app, clock=lambda: datetime.now(UTC))
    works = build_working(today, [Queue.LONG], alone=False, engine=MemoryEngine())
    works.start()
    app.jobs.working = works
    try:
        yield
    finally:
        app.jobs.working = None
        works.stop()


def table(count: int, *, wrong: bool = False) -> bytes:
    """Return so many assets as CSV; the last one of an impossible kind."""
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(("tag", "kind", "serial"))
    for number in range(count):
        kind = "cake" if wrong and number == count - 1 else "laptop"
        rows.writerow((f"IT-{number:05}", kind, f"S{number}"))
    return text.getvalue().encode()


def sent(data: bytes) -> dict[str, Any]:
    return {"file": ("assets.csv", data, "text/csv")}


def number_of(app: App, model: Any) -> int:  # noqa: ANN401
    with app.engine.connect() as connection:
        query = select(func.count()).select_from(table_of(model))
        return connection.execute(query).scalar_one()


async def test_who_lost_access_in_between_changes_nothing(app: App) -> None:
    async with calling(app, "it") as it:
        works = build_working(app, [Queue.LONG], alone=False, engine=MemoryEngine())
        app.jobs.working = works
        asked = await it.post(
            f"{API}/imports", files=sent(table(3)), data=WRITE, headers=LATER
        )
        assert asked.status_code == 202, asked.text
    tokens = table_of(ApiToken)
    with app.engine.begin() as connection:
        connection.execute(update(tokens).values(revoked_at=app.clock()))
    app.jobs.working = None
    with at_work(app):
        done = ended(app.engine, asked.json()["job"])
    assert done["state"] == "failed"
    assert "no access any more" in done["error"]
    assert number_of(app, Asset) == 0


async def test_an_import_is_a_job_with_the_same_answer(app: App) -> None:
    async with calling(app, "it") as it, calling(app, "it") as other:
        at_once = (await it.post(f"{API}/imports", files=sent(table(30)))).json()
        with at_work(app):
            tried = await it.post(
                f"{API}/imports", files=sent(table(30)), headers=LATER
            )
            assert tried.status_code == 202, tried.text
            assert tried.headers["preference-applied"] == "respond-async"
            told = tried.json()
            assert tried.headers["location"] == told["href"]
            done = ended(app.engine, told["job"])
            assert (done["state"], done["result"]["written"]) == ("done", False)
            result = await it.get(told["result"])
            assert result.headers["content-type"] == "application/json"
            assert result.json() == at_once
            assert number_of(app, Asset) == 0

            headers = LATER | {"Idempotency-Key": '"one"'}
            made = [
                await it.post(
                    f"{API}/imports", files=sent(table(30)), data=WRITE, headers=headers
                )
                for _ in range(2)
            ]
            assert made[0].json() == made[1].json()
            assert made[1].headers["location"] == made[0].headers["location"]
            done = ended(app.engine, made[0].json()["job"])
        assert done["result"]["counts"] == {"create": 30}
        assert (done["done"], done["total"]) == (30, 30)
        assert number_of(app, Asset) == 30
        rows = (await it.get(made[0].json()["result"])).json()["effects"]
        assert [row["effect"] for row in rows] == ["create"] * 30
        shown = (await it.get(made[0].json()["href"])).json()
        assert (shown["file"], shown["state"]) == ("import.json", "done")
        # What it made is for who asked, whoever may see the job.
        assert_problem(await other.get(told["result"]), 404, "not-found")
        assert (await other.get(told["href"])).json()["file"] is None


async def test_what_is_refused_tells_the_same_problem(app: App) -> None:
    async with calling(app, "it") as it:
        data = {"profile": "nobody's"} | WRITE
        at_once = await it.post(f"{API}/imports", files=sent(table(3)), data=data)
        with at_work(app):
            made = await it.post(
                f"{API}/imports", files=sent(table(3)), data=data, headers=LATER
            )
            done = ended(app.engine, made.json()["job"])
        assert done["state"] == "failed"
        result = await it.get(made.json()["result"])
        assert result.headers["content-type"] == "application/problem+json"
        assert result.json()["detail"] == at_once.json()["detail"]
        assert result.json()["detail"] in done["error"]


async def test_without_anybody_who_works_it_is_answered_at_once(app: App) -> None:
    async with calling(app, "it") as it:
        answer = await it.post(f"{API}/imports", files=sent(table(3)), headers=LATER)
        assert answer.status_code == 200
        assert number_of(app, Job) == 0


async def test_large_tables_are_jobs_unless_the_caller_waits(app: App) -> None:
    large = table(12_000)
    async with calling(app, "it") as it:
        with at_work(app):
            answer = await it.post(f"{API}/imports", files=sent(large))
            assert answer.status_code == 202
            assert await it.post(f"{API}/jobs/{answer.json()['job']}:cancel", json={})
            waits = await it.post(
                f"{API}/imports",
                files=sent(large[:1000].rpartition(b"\n")[0]),
                headers={"Prefer": "wait=100"},
            )
            assert waits.status_code == 200


async def test_a_job_that_ends_in_the_middle_has_written_nothing(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its process ends when all is written but the commit; the next one does it."""
    put, ends = long_kinds._put, threading.Event()

    def once_not(*given: Any) -> None:  # noqa: ANN401
        if not ends.is_set():
            ends.set()
            raise JobInterrupted
        put(*given)

    monkeypatch.setattr(long_kinds, "_put", once_not)
    async with calling(app, "it") as it:
        with at_work(app):
            made = await it.post(
                f"{API}/imports", files=sent(table(20)), data=WRITE, headers=LATER
            )
            done = ended(app.engine, made.json()["job"])
    assert (done["state"], done["handing"]) == ("done", 2)
    assert number_of(app, Asset) == 20


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_a_process_that_slept_writes_nothing_twice(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It slept before its commit; the one that took the job over writes, alone."""
    slept, wakes = threading.Event(), threading.Event()
    put = long_kinds._put

    def slow(*given: Any) -> None:  # noqa: ANN401
        if not slept.is_set():
            slept.set()
            assert wakes.wait(60)
        put(*given)

    monkeypatch.setattr(long_kinds, "_put", slow)
    async with calling(app, "it") as it:
        await it.post(f"{API}/imports", files=sent(table(4)), data=WRITE)
        take = await it.post(f"{API}/stock-takes", json={"name": "All"})
        path = f"{API}/stock-takes/{take.json()['id']}:close"
        with at_work(app):
            made = await it.post(path, json={}, headers=LATER)
            until(slept.is_set)
            job = table_of(Job)
            with app.engine.begin() as connection:
                taken = update(job).values(attempt=job.c.attempt + 1)
                connection.execute(taken)
            wakes.set()
            until(lambda: not app.jobs.working._running)  # type: ignore[union-attr]
        shown = (await it.get(path.removesuffix(":close"))).json()
        assert shown["state"] == "open"
        assert (await it.get(made.json()["href"])).json()["state"] == "running"


async def test_an_export_is_a_job(app: App) -> None:
    async with calling(app, "it") as it:
        await it.post(f"{API}/imports", files=sent(table(25)), data=WRITE)
        asked = f"{API}/assets?tag__contains=1&fields=tag,serial&sort=-tag&format="
        for form in ("csv", "jsonl", "xlsx"):
            at_once = await it.get(asked + form)
            with at_work(app):
                made = await it.get(asked + form, headers=LATER)
                assert made.status_code == 202, made.text
                done = ended(app.engine, made.json()["job"])
            assert done["state"] == "done", done["error"]
            result = await it.get(made.json()["result"])
            assert result.headers["content-type"] == at_once.headers["content-type"]
            if form != "xlsx":
                assert result.content == at_once.content
            assert f'filename="assets.{form}"' in result.headers["content-disposition"]


async def test_the_same_export_is_made_once_at_a_time(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.resources.http.lists.LONG_ROWS", 3)
    async with calling(app, "it") as it, calling(app, "it") as other:
        await it.post(f"{API}/imports", files=sent(table(5)), data=WRITE)
        with at_work(app):
            app.jobs.working.stop()  # type: ignore[union-attr]
            asked = f"{API}/assets?format=csv"
            jobs = [(await it.get(asked)).json()["job"] for _ in range(2)]
            assert jobs[0] == jobs[1]
            assert (await other.get(asked)).json()["job"] != jobs[0]
            assert (await it.get(asked + "&sort=-tag")).json()["job"] != jobs[0]
            few = await it.get(f"{asked}&serial=S1")
            assert few.status_code == 200


async def test_labels_and_acts_are_jobs(app: App) -> None:
    async with calling(app, "it") as it:
        await it.post(f"{API}/imports", files=sent(table(5)), data=WRITE)
        take = (await it.post(f"{API}/stock-takes", json={"name": "All"})).json()
        path = f"{API}/stock-takes/{take['id']}:close"
        with at_work(app):
            made = await it.post(
                f"{API}/labels", json={"tags": ["IT-00001"]}, headers=LATER
            )
            assert made.status_code == 202, made.text
            ended(app.engine, made.json()["job"])
            assert (await it.get(made.json()["result"])).content[:5] == b"%PDF-"
            # What is wrong with a request is said at once.
            missing = await it.post(
                f"{API}/stock-takes/99:close", json={}, headers=LATER
            )
            assert_problem(missing, 404, "not-found")
            closed = await it.post(path, json={}, headers=LATER)
            assert closed.status_code == 202, closed.text
            done = ended(app.engine, closed.json()["job"])
        assert done["state"] == "done", done["error"]
        told = (await it.get(closed.json()["result"])).json()
        assert told == {"id": take["id"], "corrections": 5}
        assert (await it.get(f"{API}/stock-takes/{take['id']}")).json()["state"] == (
            "closed"
        )
        async with calling(app, Role.HR) as hr:
            refused = await hr.post(path, json={}, headers=LATER)
            assert refused.status_code == 403


def test_commands_leave_work_and_follow_it(
    app: App, ready: Terminal, tmp_path: Path
) -> None:
    file = tmp_path / "assets.csv"
    file.write_bytes(table(40))
    alone = ready("import", str(file), "--write", "--background")
    assert alone.code == 1
    assert "Nobody works on jobs" in alone.err
    with at_work(app):
        left = ready("import", str(file), "--write", "--background", "--json")
        (job_id,) = json.loads(left.out)["jobs"]
        followed = ready("job", "follow", str(job_id), "--json")
        assert (followed.code, json.loads(followed.out)["state"]) == (0, "done")
        target = tmp_path / "told.json"
        ready("job", "result", str(job_id), "--output", str(target))
        assert json.loads(target.read_text())["counts"] == {"create": 40}
        file.write_bytes(table(41, wrong=True))
        left = ready("import", str(file), "--write", "--background", "--json")
        (job_id,) = json.loads(left.out)["jobs"]
        ready("job", "follow", str(job_id))
        ready("job", "result", str(job_id), "--output", str(target))
        problems = [
            row for row in json.loads(target.read_text())["effects"] if row["problems"]
        ]
        assert [row["row"] for row in problems] == [42]
    assert number_of(app, Asset) == 40


def test_files_go_with_their_jobs(app: App, ready: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "assets.csv"
    file.write_bytes(table(10))
    with at_work(app):
        left = ready("import", str(file), "--background", "--json")
        (job_id,) = json.loads(left.out)["jobs"]
        ended(app.engine, job_id)
    assert number_of(app, JobFilePart) == 2
    assert prune_jobs(app.engine, app.clock().replace(year=2999)) == 1
    assert number_of(app, JobFile) == number_of(app, JobFilePart) == 0
