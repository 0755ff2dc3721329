"""Several processes write at once, and one is killed while it writes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from sqlalchemy import Engine, text

from inventory.storage.audit import verify

ROOT = Path(__file__).resolve().parents[3]
PROCESSES = 4
WRITES = 50


@contextmanager
def writer(url: str, name: str, count: int) -> Iterator[subprocess.Popen[str]]:
    """Run a writing process, and end it at the latest with the test."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.inventory.storage.writer", url, name, str(count)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def numbers(engine: Engine) -> dict[str, int]:
    statements = {
        "locations": "SELECT count(*) FROM location",
        "names": "SELECT count(DISTINCT name) FROM location",
        "rows": "SELECT count(*) FROM audit_entry",
        "head": "SELECT count FROM audit_head",
        "series": "SELECT last FROM tag_series",
    }
    with engine.connect() as connection:
        return {
            name: connection.execute(text(statement)).scalar() or 0
            for name, statement in statements.items()
        }


def test_parallel_processes_lose_nothing_and_keep_one_chain(
    engine: Engine, database_url: str
) -> None:
    with ExitStack() as stack:
        running = [
            stack.enter_context(writer(database_url, f"p{number}", WRITES))
            for number in range(PROCESSES)
        ]
        for process in running:
            said, _ = process.communicate(timeout=120)
            assert process.returncode == 0
            assert said.split() == [str(number) for number in range(WRITES)]
    total = PROCESSES * WRITES
    assert numbers(engine) == {
        "locations": total,
        "names": total,
        "rows": 2 * total,
        "head": 2 * total,
        "series": total,
    }
    assert verify(engine) == []


def test_killed_process_leaves_nothing_half_written(
    engine: Engine, database_url: str
) -> None:
    for killed, patience in enumerate((1, 4, 9)):
        with writer(database_url, f"k{killed}", 10_000) as process:
            assert process.stdout is not None
            for _ in range(patience):
                process.stdout.readline()
            process.kill()
            process.stdout.read()
        seen = numbers(engine)
        assert seen["locations"] >= patience
        assert seen["rows"] == seen["head"] == 2 * seen["locations"]
        assert seen["names"] == seen["series"] == seen["locations"]
        assert verify(engine) == []
    with writer(database_url, "after", 3) as process:
        process.communicate(timeout=60)
        assert process.returncode == 0
    assert verify(engine) == []
