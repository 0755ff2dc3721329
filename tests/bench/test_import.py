"""40,000 assets from a CSV file: dry run, first import, second import.

The yardstick is a plain INSERT of the same number of rows into the same table.
"""

from __future__ import annotations

import resource
import time

import pytest
from sqlalchemy import Engine, insert

from inventory.assets.register import tables
from inventory.bulk.row_effects import RowEffect
from inventory.storage.rows import table_of
from tests.inventory.bulk.files import Clock, imported, table
from tests.inventory.world import BOUGHT, build

ROWS = 40_000


def rows(model: str) -> bytes:
    return table(
        *(
            {
                "tag": f"T-{n:06d}",
                "kind": "laptop",
                "manufacturer": ("Lenovo", "Dell", "HP")[n % 3],
                "model": model,
                "serial": f"S{n:07d}",
                "purchased_on": "2025-01-10",
                "cost": "1249.00",
                "currency": "EUR",
                "macs": f"02:00:00:{n >> 16:02x}:{n >> 8 & 255:02x}:{n & 255:02x}",
                "person": "p-1" if n % 2 else "",
            }
            for n in range(ROWS)
        )
    )


@pytest.mark.bench
@pytest.mark.timeout(600)
def test_forty_thousand_rows_are_imported_in_well_under_a_minute(
    engine: Engine, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    build(engine, clock)
    data = rows("T14")
    times = {}
    for name, content, dry_run, wanted in (
        ("dry run", data, True, RowEffect.CREATE),
        ("first", data, False, RowEffect.CREATE),
        ("again", data, False, RowEffect.SAME),
        ("changed", rows("T14 G2"), False, RowEffect.CHANGE),
    ):
        start = time.perf_counter()
        report = imported(engine, clock, content, dry_run=dry_run)
        times[name] = time.perf_counter() - start
        assert report.counts == {wanted: ROWS}
    start = time.perf_counter()
    plain(engine, clock)
    times["plain insert"] = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    with capsys.disabled():
        shown = ", ".join(f"{name} {took:.1f} s" for name, took in times.items())
        print(f"\n{engine.dialect.name}: {shown}; peak {peak:.0f} MiB")
    # A machine that does others' work too is slow with both.
    assert times["first"] < 45 or times["first"] < 40 * times["plain insert"]


def plain(engine: Engine, clock: Clock) -> None:
    asset = table_of(tables.Asset)
    made = [
        {
            "tag": f"P-{n:06d}",
            "kind": "laptop",
            "name": "",
            "model": "T14",
            "serial": f"P{n}",
            "serial_key": f"P{n}",
            "state": "in_stock",
            "purchased_on": BOUGHT,
            "fields": {},
            "note": "",
            "search": f"p-{n:06d}",
            "recorded_at": clock(),
        }
        for n in range(ROWS)
    ]
    with engine.begin() as connection:
        connection.execute(insert(asset), made)
