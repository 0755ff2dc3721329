"""Jobs over HTTP and by command: ask, watch, cancel, try again, who sees what."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import Engine

from api.compose.wiring import App, compose
from api.compose.working import ELSEWHERE, build_working, queues_named, working
from api.http.callers import Role
from discovery.work.memory import MemoryEngine
from discovery.work.port import Queue
from inventory.jobs.rows import hand_over
from inventory.kernel.errors import Invalid
from tests.api import test_cli
from tests.api.conftest import calling
from tests.api.test_cli import Terminal
from tests.api.test_frame import assert_problem
from tests.discovery.work.jobs import ask, ended

purser, ready = test_cli.purser, test_cli.ready
JOBS = "/api/v1/jobs"


async def test_what_is_done_by_itself_can_be_asked_for(app: App) -> None:
    async with calling(app, "it") as it:
        made = await it.post(JOBS, json={"kind": "follow-day"})
        assert made.status_code == 201, made.text
        job_id = made.json()["id"]
        assert made.json()["state"] == "waiting"
        again = await it.post(JOBS, json={"kind": "follow-day"})
        assert again.json()["id"] == job_id
        numbers = (await it.get("/metrics")).text
        assert 'purser_queue_depth{queue="jobs-house"} 1.0' in numbers
        works = build_working(app, list(Queue), alone=False, engine=MemoryEngine())
        works.start()
        try:
            ended(app.engine, job_id)
            answer = await it.get("/api/v1/workers")
            assert answer.status_code == 200, answer.text
            workers = answer.json()["items"]
            assert [each["name"] for each in workers] == [works.name]
            assert workers[0]["queues"] == ["quick", "scans", "visits", "house", "long"]
        finally:
            works.stop()
        found = (await it.get(f"{JOBS}/{job_id}")).json()
        assert found["state"] == "done"
        assert found["result"] == {"persons": 0, "reminders": 0, "contracts": 0}
        assert (await it.get("/api/v1/workers")).json()["items"] == []
        assert_problem(await it.post(JOBS, json={"kind": "scam"}), 422, "invalid")
        assert_problem(
            await it.post(f"{JOBS}/{job_id}:cancel", json={}), 409, "not-allowed"
        )


async def test_others_than_it_have_their_own_jobs_only(app: App) -> None:
    theirs = ask(app.engine, "import", subject="salaries.csv")
    async with calling(app, Role.HR) as hr, calling(app, Role.AUDITOR) as auditor:
        assert (await hr.get(JOBS)).json()["items"] == []
        assert_problem(await hr.get(f"{JOBS}/{theirs}"), 404, "not-found")
        assert_problem(
            await hr.post(f"{JOBS}/{theirs}:cancel", json={}), 404, "not-found"
        )
        assert len((await auditor.get(JOBS)).json()["items"]) == 1
        assert_problem(
            await auditor.post(f"{JOBS}/{theirs}:cancel", json={}), 404, "not-found"
        )


async def test_a_job_is_cancelled_and_tried_again(app: App, ready: Terminal) -> None:
    job_id = ask(app.engine, "follow-day")
    async with calling(app, "it") as it:
        stopped = await it.post(f"{JOBS}/{job_id}:cancel", json={})
        assert stopped.json()["state"] == "cancelled"
        assert hand_over(app.engine, app.clock()) == []
        again = await it.post(f"{JOBS}/{job_id}:retry", json={})
        assert again.json()["state"] == "waiting"
    assert len(hand_over(app.engine, app.clock())) == 1
    listed = ready("job", "list", "--json")
    assert [each["id"] for each in json.loads(listed.out)["items"]] == [job_id]
    assert ready("job", "cancel", str(job_id)).code == 0
    assert json.loads(ready("job", "show", str(job_id), "--json").out)["state"] == (
        "cancelled"
    )


def test_one_process_works_on_a_file(
    app: App, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second says so and serves without; with PostgreSQL both work."""
    monkeypatch.setattr("api.compose.working.durable_engine", lambda _: MemoryEngine())
    second = compose(app.settings, app.engine, app.clock, app.seal)
    with working(app, [Queue.HOUSE]) as first:
        assert first is not None
        with working(second, [Queue.HOUSE]) as also:
            alone = app.engine.dialect.name == "sqlite"
            assert (also is None) is alone
            assert second.jobs.refused == (ELSEWHERE if alone else "")
    with working(second, [Queue.HOUSE]) as after:
        assert after is not None


def test_queues_are_named(engine: Engine) -> None:
    assert queues_named("quick, scans") == [Queue.QUICK, Queue.SCANS]
    assert queues_named("all") == list(Queue)
    assert queues_named("none") == []
    with pytest.raises(Invalid, match="no queue 'fast'"):
        queues_named("fast")
