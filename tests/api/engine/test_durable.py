"""What has to hold for every release of DBOS that is to be taken in.

It does what Purser counts on: work outlives its process, is found by others, is never
run from what was read back, and waits for no release of the engine.
"""

from __future__ import annotations

import ast
import json
import sqlite3
from pathlib import Path

import psycopg
import pytest
from dbos._utils import GlobalParams
from sqlalchemy import Engine

from api.engine import connections, durable
from discovery.work.port import Queue
from inventory.jobs.rows import Ticket
from tests.api.engine.conftest import ROOT, Start
from tests.discovery.work.jobs import ask, ended, row, until


def test_what_a_killed_process_held_is_done_by_another_one(
    engine: Engine, start: Start, marks: Path
) -> None:
    first = start()
    held = ask(engine, "mark", arguments={"seconds": 60})
    until(lambda: row(engine, held)["state"] == "running")
    first.kill()
    first.wait()
    waits = ask(engine, "mark")
    second = start()
    assert ended(engine, waits)["result"] == {"attempt": 1}
    done = ended(engine, held)
    assert (done["state"], done["result"]) == ("done", {"attempt": 2})
    assert str(second.pid) in done["executor"]
    begun = [line for line in marks.read_text().splitlines() if "begun" in line]
    assert begun.count(f"begun {held} 1 {first.pid}") == 1
    assert begun.count(f"begun {held} 2 {second.pid}") == 1
    # Signing off leaves nothing to be taken over.
    second.terminate()
    assert second.wait(120) == 0


def test_what_is_kept_is_json_of_a_pinned_version(
    sqlite_template: Path, tmp_path: Path
) -> None:
    ran: list[str] = []
    path = tmp_path / "kept.sqlite"
    engine = durable.DurableEngine(connections.for_file(path))
    engine.start("here", {Queue.QUICK: 1}, ran.append)
    try:
        house = Ticket(key="job:7:1", queue="house", priority=9)
        quick = Ticket(key="job:8:1", queue="quick", priority=9)
        engine.submit([house, quick, quick])
        until(lambda: ran == ["job:8:1"])
        until(lambda: engine.known() == {"job:7:1": None})
        engine.submit([quick])
        engine.prune()
    finally:
        engine.stop()
    assert ran == ["job:8:1"], "the same key again has an effect"
    with sqlite3.connect(path) as kept:
        tables = [
            name
            for (name,) in kept.execute(
                "SELECT name FROM sqlite_master WHERE type='table'"
            )
        ]
        versions = kept.execute(
            "SELECT DISTINCT application_version FROM workflow_status"
        ).fetchall()
        assert versions == [(durable.VERSION,)]
        texts = [
            value
            for table in tables
            for line in kept.execute(f"SELECT * FROM {table}")
            for value in line
            if isinstance(value, str) and "job:7:1" in value and value != "job:7:1"
        ]
    kept.close()
    assert texts, "the argument is not kept where it was looked for"
    for text in texts:
        assert json.loads(text)["args"] == ["job:7:1"]


def test_what_waits_is_done_by_another_release(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Queued before an upgrade of Purser and of its engine, done after it."""
    path, ran = tmp_path / "kept.sqlite", list[str]()
    before = durable.DurableEngine(connections.for_file(path))
    before.start("old", {Queue.QUICK: 1}, ran.append)
    try:
        before.submit([Ticket(key="job:7:1", queue="house", priority=9)])
        until(lambda: "job:7:1" in before.known())
    finally:
        before.stop()
    monkeypatch.setattr(GlobalParams, "dbos_version", "99.0")
    monkeypatch.setattr("dbos._dbos.DBOSRegistry.compute_app_version", lambda *_: "new")
    after = durable.DurableEngine(connections.for_file(path))
    after.start("new", {Queue.HOUSE: 1}, ran.append)
    try:
        until(lambda: ran == ["job:7:1"])
    finally:
        after.stop()


def test_an_upgrade_strands_no_work_of_the_release_before(
    engine: Engine, start: Start, marks: Path
) -> None:
    """Some jobs run and more wait when the old release is killed for the new one."""
    before = start("0")
    held = [ask(engine, "mark", arguments={"seconds": 60}) for _ in range(4)]
    until(lambda: {row(engine, one)["state"] for one in held} == {"running"})
    waits = [ask(engine, "mark") for _ in range(3)]
    until(lambda: all(row(engine, one)["handed_at"] for one in waits))
    before.kill()
    before.wait()
    assert {row(engine, one)["state"] for one in waits} == {"waiting"}
    after = start(durable.VERSION)
    for one in (*held, *waits):
        done = ended(engine, one)
        assert done["state"] == "done", done["error"]
        assert str(after.pid) in done["executor"]
    lines = marks.read_text().splitlines()
    ends = [line.split()[1] for line in lines if line.startswith("ended")]
    assert sorted(map(int, ends)) == sorted((*held, *waits)), "each once"


def test_a_release_that_ends_in_peace_leaves_its_work_to_the_next(
    engine: Engine, start: Start
) -> None:
    before = start("0")
    held = ask(engine, "mark", arguments={"seconds": 60})
    until(lambda: row(engine, held)["state"] == "running")
    before.terminate()
    assert before.wait(120) == 0
    after = start(durable.VERSION)
    assert str(after.pid) in ended(engine, held)["executor"]


@pytest.mark.parametrize(
    ("error", "gone"),
    [
        (psycopg.OperationalError("the connection is bad"), True),
        (psycopg.OperationalError("the connection is closed"), True),
        (psycopg.OperationalError("deadlock"), False),
        (psycopg.errors.QueryCanceled("the connection is bad"), False),
        (RuntimeError("the connection is bad"), False),
    ],
)
def test_a_server_behind_a_socket_that_went_away_is_noticed(
    error: Exception, gone: bool
) -> None:
    assert connections.is_gone(error) is gone


def test_work_is_only_ever_queued() -> None:
    """Started at once, it would run in the loop of the web server and stop it."""
    called = {
        node.attr
        for path in (ROOT / "api/engine").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute)
    }
    assert "enqueue_workflow_with_options" in called
    assert not {name for name in called if name.startswith("start_workflow")}
