"""A posting that is killed has booked its period wholly or not at all."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from inventory.storage.audit import verify
from tests.inventory.accounting.projected_books import COST, LIFE, filled

ROOT = Path(__file__).resolve().parents[3]
LAST = "2026-12"


def start(url: str, book: int) -> subprocess.Popen[str]:
    module = "tests.inventory.accounting.posting_process"
    return subprocess.Popen(
        [sys.executable, "-m", module, url, str(book), LAST],
        cwd=ROOT,
        env=dict(os.environ),
        stdout=subprocess.PIPE,
        text=True,
    )


def posted(engine: Engine) -> dict[str, tuple[int, int, int, int]]:
    """Return rows, entries, lines and depreciation of each posted period."""
    query = text(
        "SELECT p.period, p.assets, p.depreciation_minor,"
        " (SELECT count(*) FROM posted_row r WHERE r.posting_id = p.id),"
        " (SELECT count(*) FROM journal_entry e WHERE e.posting_id = p.id),"
        " (SELECT sum(l.amount_minor) FROM journal_line l JOIN journal_entry e"
        "   ON e.id = l.entry_id WHERE e.posting_id = p.id AND l.account = '6500')"
        " FROM posting p ORDER BY p.id"
    )
    with engine.connect() as connection:
        rows = connection.execute(query).all()
    found = {}
    for period, assets, depreciation, lines, entries, expense in rows:
        assert period not in found, f"{period} is posted twice"
        assert lines == assets
        assert int(expense) == depreciation
        found[str(period)] = (lines, entries, int(expense), assets)
    return found


def kill_and_complete(engine: Engine, url: str, assets: int, kills: int) -> None:
    book, rng = filled(engine, assets), random.Random(kills)
    killed = 0
    for _ in range(kills):
        with start(url, book) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(rng.uniform(0.0, 0.25))
            process.kill()
            killed += process.wait() == -9
        for row in posted(engine).values():
            assert row[0] == assets
        assert verify(engine) == []
    assert killed
    for _ in range(2):  # The second run finds nothing to do.
        with start(url, book) as process:
            output, _ = process.communicate(timeout=200)
        assert output.split()[-1] == "done"
    found = posted(engine)
    assert list(found) == [f"2026-{month:02d}" for month in range(1, 13)]
    assert sum(row[2] for row in found.values()) == assets * COST * 12 // LIFE
    assert verify(engine) == []


def test_a_killed_posting_is_whole_or_absent_and_completed_once_by_the_next_run(
    engine: Engine, database_url: str
) -> None:
    if engine.dialect.name == "postgresql":
        pytest.skip("kills on the second database are in the slow run")
    kill_and_complete(engine, database_url, assets=120, kills=2)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_ten_kills_of_postings_at_random_moments(
    engine: Engine, database_url: str
) -> None:
    kill_and_complete(engine, database_url, assets=1500, kills=10)
