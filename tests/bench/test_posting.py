"""100,000 assets: a period posted, five years streamed; a million projected.

The yardstick of posting is a plain INSERT of as many rows into the same tables.
"""

from __future__ import annotations

import gc
import json
import resource
import time
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
import yaml
from sqlalchemy import Engine, insert, select

from inventory.accounting.catalogue.asset_classes import read_rules
from inventory.accounting.posting.post import post_period
from inventory.accounting.tables import JournalEntry, JournalLine, PostedRow, Posting
from inventory.fixed_assets.register_books import cost_shares_of
from inventory.queries.money.books import book_of
from inventory.queries.money.schedules import ScheduleFilter, schedule_stream
from inventory.reports import report_named
from inventory.reports.sources import Sources
from inventory.storage.rows import table_of
from inventory.storage.work import UnitOfWork
from tests.inventory.accounting.projected_books import filled

RULES = Path(__file__).parents[2] / "config" / "accounting" / "rules.yaml"
Clock = Callable[[], datetime]


def peak() -> int:
    """Return the highest use of memory so far, MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def told(capsys: pytest.CaptureFixture[str], text: str) -> None:
    with capsys.disabled():
        print(f"\n{text}")


@pytest.mark.bench
@pytest.mark.timeout(1800)
def test_a_period_of_a_hundred_thousand_assets_is_posted(
    engine: Engine, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    book = filled(engine, 100_000)
    gc.collect()
    gc.freeze()  # as commands and servers do
    began, used = time.perf_counter(), time.process_time()
    with UnitOfWork(engine, actor="bench", clock=clock) as work:
        report = post_period(work, book, "2026-01", cost_shares_of(work.connection))
        work.commit()
    took, cpu = time.perf_counter() - began, time.process_time() - used
    assert report.assets == 100_000
    plain, rows = plain_insert(engine)
    told(
        capsys,
        f"{engine.dialect.name}: posted in {took:.1f} s (CPU {cpu:.1f} s), peak "
        f"{peak()} MiB; plain insert of the {rows} rows {plain:.1f} s; "
        f"ratio {took / plain:.1f}",
    )


def plain_insert(engine: Engine) -> tuple[float, int]:
    """Insert all rows of the posting again under another one; return time and rows."""
    posting, row = table_of(Posting), table_of(PostedRow)
    entry, line = table_of(JournalEntry), table_of(JournalLine)
    with engine.connect() as connection:
        head = dict(connection.execute(select(posting)).mappings().one())
        tables = {
            table: [dict(one) for one in connection.execute(select(table)).mappings()]
            for table in (row, entry, line)
        }
    entries = len(tables[entry])
    for table, given in tables.items():
        for one in given:
            if table is line:
                one["entry_id"] += entries
            else:
                one["id"] += len(given)
                one["posting_id"] = 2
    began = time.perf_counter()
    with engine.begin() as connection:
        connection.execute(insert(posting), {**head, "id": 2, "period": "x"})
        for table, given in tables.items():
            connection.execute(insert(table), given)
    return time.perf_counter() - began, sum(map(len, tables.values()))


def resident() -> int:
    """Return the memory of the process' own in use now, KiB.

    Not the pages of the database file, which SQLite maps and the kernel takes back.
    """
    told = Path("/proc/self/status").read_text("ascii").splitlines()
    (line,) = (one for one in told if one.startswith("RssAnon:"))
    return int(line.split()[1])


@pytest.mark.bench
@pytest.mark.timeout(1800)
def test_five_years_of_schedules_are_streamed_in_steady_memory(
    engine: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    book = filled(engine, 100_000)
    began, used = time.perf_counter(), time.process_time()
    size, count, levels = 0, 0, []
    with engine.connect() as connection:
        row = book_of(connection, str(book))
        days = (date(2026, 1, 1), date(2030, 12, 31))
        for item in schedule_stream(connection, row, ScheduleFilter(), days):
            size += len(json.dumps(item))
            count += 1
            if count % 1000 == 0:
                levels.append(resident())
    assert count == 100_000
    took, cpu = time.perf_counter() - began, time.process_time() - used
    more = (max(levels) - max(levels[:10])) / 1024
    told(
        capsys,
        f"{engine.dialect.name}: 100,000 schedules, {size // 2**20} MiB of JSON in "
        f"{took:.1f} s (CPU {cpu:.1f} s); {levels[9] // 1024} MiB resident after "
        f"10,000, at most {more:.1f} MiB more later",
    )
    assert more < 30


@pytest.mark.bench
@pytest.mark.timeout(1800)
def test_a_million_assets_are_projected_over_sixty_months(
    engine: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    book = filled(engine, 1_000_000)
    rules = read_rules(yaml.safe_load(RULES.read_text("utf-8")))
    report = report_named("projection")
    with engine.connect() as connection:
        began, used = time.perf_counter(), time.process_time()
        sources = Sources(connection, date(2026, 1, 1), rules)
        values = report.read({"book": str(book), "from": "2026-01", "periods": "60"})
        rows = list(report.rows(sources, values))
        took, cpu = time.perf_counter() - began, time.process_time() - used
    assert sum(row["existing"] for row in rows) == 1_000_000 * 120_000
    told(
        capsys,
        f"{engine.dialect.name}: 1,000,000 assets x 60 months projected in {took:.1f} s"
        f" (CPU {cpu:.1f} s), peak {peak()} MiB",
    )
