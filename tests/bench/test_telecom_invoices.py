"""24 invoices of 20,000 lines each, loaded and matched: seconds, memory.

The yardstick is a plain INSERT of as many invoice lines into a table of that shape.
"""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import Engine, insert, select

from inventory.storage.rows import col, table_of
from inventory.telecom.billing.carrier_files import Said
from inventory.telecom.estate.charge_tables import RecurringCharge
from inventory.telecom.estate.invoice_tables import CarrierInvoiceLine
from inventory.telecom.estate.tables import SimCard, TelecomLine
from inventory.telecom_expense.invoices import load_file, open_file
from tests.inventory.telecom_expense.company import LAYOUT, TYPES, World

LINES = int(os.environ.get("BENCH_LINES", "20000"))
MONTHS = int(os.environ.get("BENCH_MONTHS", "24"))
PRICE = 1999
SINCE = date(2026, 1, 1)
HEADING = "invoice,account,date,first_day,last_day,currency,number,text,net,vat_rate"


def fill(world: World) -> None:
    """Add lines with a SIM and a charge each, as plain rows."""
    now = world.clock()
    ids = range(1, LINES + 1)
    common: dict[str, Any] = {"account_id": world.account, "recorded_at": now}
    lines = [
        common
        | {"id": n, "name": f"M{n:05}", "kind": "mobile", "state": "active"}
        | {"e164": f"+4917{n:08}", "active_from": SINCE, "note": ""}
        for n in ids
    ]
    sims = [
        common
        | {"iccid": f"89490200{n:011}", "line_id": n, "main": True}
        | {"state": "active", "warning": ""}
        for n in ids
    ]
    charges = [
        common
        | {"line_id": n, "charge_type": "line-rental", "item": "Monthly charge"}
        | {"amount_minor": PRICE, "currency": "EUR", "every_months": 1}
        | {"vat_permille": 190, "valid_from": SINCE, "sharing": "line"}
        for n in ids
    ]
    with world.engine.begin() as connection:
        for model, rows in (
            (TelecomLine, lines),
            (SimCard, sims),
            (RecurringCharge, charges),
        ):
            connection.execute(insert(table_of(model)), rows)


def months() -> list[tuple[date, date]]:
    """Return the first and the last day of each month."""
    starts = [date(2026 + n // 12, n % 12 + 1, 1) for n in range(MONTHS + 1)]
    return [(first, after - timedelta(days=1)) for first, after in pairwise(starts)]


def invoice(number: int, first: date, last: date) -> bytes:
    """Return an invoice with one wrong price in a thousand lines."""
    head = f"R-{number},501,{last},{first},{last},EUR"
    rows = [
        f"{head},+4917{n:08},Monthly charge,{'24.99' if n % 1000 == 0 else '19.99'},19"
        for n in range(1, LINES + 1)
    ]
    return "\n".join([HEADING, *rows]).encode()


def plain_insert(engine: Engine) -> float:
    """Return the CPU seconds of inserting the lines of the last invoice once more."""
    table = table_of(CarrierInvoiceLine)
    with engine.begin() as connection:
        last = select(col(CarrierInvoiceLine.invoice_id))
        number = connection.execute(
            last.order_by(col(CarrierInvoiceLine.id).desc()).limit(1)
        ).scalar_one()
        found = connection.execute(select(table).where(table.c.invoice_id == number))
        rows = [dict(row) for row in found.mappings()]
        for row in rows:
            row |= {"id": None, "position": row["position"] + LINES}
            row.pop("id")
        began = time.perf_counter()
        connection.execute(insert(table), rows)
        took = time.perf_counter() - began
        connection.rollback()
    return took


@pytest.mark.bench
@pytest.mark.timeout(1800)
def test_two_years_of_twenty_thousand_lines_are_matched(
    engine: Engine,
    clock: Callable[[], datetime],
    capsys: pytest.CaptureFixture[str],
) -> None:
    world = World(engine, clock, years=1 + MONTHS // 12)
    fill(world)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    walls, cpus = [], []
    for number, (first, last) in enumerate(months(), 1):
        data = invoice(number, first, last)
        began, used = time.perf_counter(), time.process_time()
        file = open_file(data, LAYOUT, Said(), "EUR")
        with world.work() as work:
            loaded = load_file(work, world.account, file, TYPES)
        walls.append(time.perf_counter() - began)
        cpus.append(time.process_time() - used)
        assert (loaded.lines, loaded.findings) == (LINES, LINES // 1000)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    plain = plain_insert(engine)
    with capsys.disabled():
        print(
            f"\n{engine.dialect.name}: {MONTHS} invoices of {LINES:,} lines: "
            f"{sum(walls):.1f} s (CPU {sum(cpus):.1f} s), first {walls[0]:.1f} s, "
            f"last {walls[-1]:.1f} s; {sum(walls) / MONTHS / plain:.1f} x a plain "
            f"insert ({plain:.2f} s); peak {peak} MiB, {peak - before} MiB more"
        )
