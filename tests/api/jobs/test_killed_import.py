"""`purser serve` killed in the midst of an import: the next one does it, once."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine, func, select

from inventory.assets.register.tables import Asset
from inventory.jobs.tables import Job
from inventory.people import accounts
from inventory.storage.audit import verify
from inventory.storage.rows import table_of
from inventory.storage.work import UnitOfWork
from tests.api.engine.conftest import ROOT
from tests.api.jobs.test_long_requests import LATER, WRITE, sent, table

ROWS = 3000
Serve = Callable[..., "subprocess.Popen[str]"]


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def serve(database_url: str, tmp_path: Path) -> Iterator[Serve]:
    settings = tmp_path / "purser.toml"
    settings.write_text(
        f'data_dir = "{tmp_path}"\ndatabase_url = "{database_url}"\n'
        "[jobs]\ndefaults = false\n"
    )
    started: list[subprocess.Popen[str]] = []

    def start(held: Path | None = None) -> subprocess.Popen[str]:
        command = ("serve", "--port", "0", "--json")
        started.append(begin(settings, *command, held=held))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()


COMMAND = "from api.cli import main; main()"
HELD = """
import pathlib, time
from sqlalchemy import text
from inventory.storage.work import UnitOfWork
commit = UnitOfWork.commit

def held(work):
    if work.connection.execute(text("SELECT count(*) FROM asset")).scalar_one():
        pathlib.Path({held!r}).touch()
        time.sleep(600)
    commit(work)

UnitOfWork.commit = held
"""
"""Stops a process in the transaction that brings assets, just before its end."""


def begin(
    settings: Path, *words: str, held: Path | None = None
) -> subprocess.Popen[str]:
    """Begin a command in a process of its own; its log is beside the settings."""
    code = COMMAND if held is None else HELD.format(held=str(held)) + COMMAND
    with (settings.parent / "log").open("a") as log:
        return subprocess.Popen(
            [
                *(sys.executable, "-c", code),
                *("--config", str(settings), *words),
            ],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )


def url_of(process: subprocess.Popen[str]) -> str:
    """Return where a process serves, once it does."""
    assert process.stdout is not None
    text = ""
    while "}" not in text:
        line = process.stdout.readline()
        assert line, "it ended"
        text += line
    return str(json.loads(text)["url"])


def job_of(engine: Engine) -> dict[str, Any]:
    jobs = table_of(Job)
    query = select(jobs).where(jobs.c.queue == "long")
    with engine.connect() as connection:
        return dict(connection.execute(query).mappings().one())


def assets(engine: Engine) -> int:
    with engine.connect() as connection:
        query = select(func.count()).select_from(table_of(Asset))
        return connection.execute(query).scalar_one()


def test_an_import_goes_on_after_kill_9(
    engine: Engine, serve: Serve, tmp_path: Path
) -> None:
    held = tmp_path / "held"
    with UnitOfWork(engine, actor="test", clock=now) as work:
        _, token = accounts.add_token(work, "test", ["it"])
        work.commit()
    process = serve(held)
    asked = httpx.post(
        f"{url_of(process)}api/v1/imports",
        files=sent(table(ROWS)),
        data=WRITE,
        headers=LATER | {"Authorization": f"Bearer {token}"},
        timeout=60,
    )
    assert asked.status_code == 202, asked.text
    wait_for(held.exists)
    before = job_of(engine)
    process.kill()
    process.wait()
    assert before["state"] == "running"
    assert assets(engine) == 0
    began = time.monotonic()
    following = serve()
    url_of(following)
    wait_for(lambda: job_of(engine)["state"] == "done")
    print(f"done {time.monotonic() - began:.1f} s after the start")
    assert job_of(engine)["attempt"] == before["attempt"] + 1
    assert assets(engine) == ROWS
    assert verify(engine) == []


def wait_for(ready: Callable[[], bool], seconds: float = 120) -> None:
    until = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < until, "it did not come to that"
        time.sleep(0.05)
