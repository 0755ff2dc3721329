"""Processes killed at random, a database stopped twice: no job is lost.

What is done twice is counted and told, not forbidden: a job goes on from its own rows.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, insert, select

from inventory.jobs.tables import Job
from inventory.kernel.errors import StorageError
from inventory.storage.engine import make_engine, writing
from inventory.storage.rows import table_of
from inventory.storage.upgrade import upgrade
from tests import postgres as servers
from tests.api.engine.conftest import ROOT
from tests.discovery.work.jobs import clock

JOBS = int(os.environ.get("KILLED_JOBS", "1000"))
WORKERS, KILLS, STOPS = 4, 20, 2
GRACE = "3"
PATIENCE = max(540.0, JOBS * 0.3)
_job = table_of(Job)


def start(url: str, marks: Path, log: Path) -> subprocess.Popen[bytes]:
    """Start a process that works; what it says goes to a file."""
    with log.open("ab") as said:
        return subprocess.Popen(
            [
                *(sys.executable, "-m", "tests.api.engine.process"),
                *(url, url, str(marks), GRACE),
            ],
            cwd=ROOT,
            stdout=said,
            stderr=said,
        )


def ask(engine: Engine) -> None:
    row = {
        "kind": "mark",
        "queue": "house",
        "priority": 100,
        "arguments": {"seconds": 0.05},
        "created_at": clock(),
    }
    empty = {"state": "waiting", "handing": 0, "attempt": 0, "stop_requested": False}
    empty |= {"done": 0, "total": 0, "subject": "", "requested_by": "test"}
    with writing(engine) as connection:
        connection.execute(insert(_job), [row | empty for _ in range(JOBS)])


def done(engine: Engine) -> int:
    query = select(func.count()).where(_job.c.state == "done")
    try:
        with engine.connect() as connection:
            return connection.execute(query).scalar_one()
    except StorageError:
        return -1


@pytest.mark.slow
@pytest.mark.timeout(2400)
@pytest.mark.parametrize("over", ["socket", "tcp"])
def test_nothing_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, over: str
) -> None:
    port = servers._free_port()
    monkeypatch.setattr(servers, "_free_port", lambda: port)
    # Not below `tmp_path`: the server is another user, who may not look in there.
    folder = Path(tempfile.mkdtemp(prefix="purser-kills-"))
    folder.chmod(0o755)
    dice, marks = random.Random(7), tmp_path / "marks"
    marks.touch()
    processes: list[subprocess.Popen[bytes]] = []
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        running = stack.enter_context(ExitStack())
        server = running.enter_context(servers.postgres(folder))
        server.run("CREATE DATABASE jobs")
        url = server.url("jobs") if over == "socket" else server.tcp_url("jobs")
        engine = make_engine(url)
        upgrade(engine)
        ask(engine)
        begun = time.monotonic()
        processes = [start(url, marks, tmp_path / "log") for _ in range(WORKERS)]
        stops = kills = 0
        while done(engine) < JOBS:
            assert time.monotonic() - begun < PATIENCE, f"{done(engine)} are done"
            time.sleep(dice.uniform(0.5, 2.0))
            share = done(engine) / JOBS
            if kills < KILLS and share >= 0:
                number = dice.randrange(WORKERS)
                processes[number].kill()
                processes[number].wait()
                processes[number] = start(url, marks, tmp_path / "log")
                kills += 1
            if stops < STOPS and share > (stops + 1) / (STOPS + 1):
                running.close()
                time.sleep(2)
                running = stack.enter_context(ExitStack())
                running.enter_context(servers.postgres(folder))
                stops += 1
        seconds = time.monotonic() - begun
        for process in processes:
            process.kill()
            process.wait()
        engine.dispose()
    lines = [line.split() for line in marks.read_text().splitlines()]
    times = Counter(job for word, job, *_ in lines if word == "ended")
    twice = sum(1 for count in times.values() if count > 1)
    print(
        f"{over}: {JOBS} jobs, {kills} kills, {stops} stops in {seconds:.0f} s:"
        f" {JOBS - len(times)} lost, {twice} carried out twice"
    )
    assert len(times) == JOBS
    assert stops == STOPS
