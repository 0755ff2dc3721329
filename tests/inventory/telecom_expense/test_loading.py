"""Invoices loaded again, replaced, approved and taken back; who pays on the day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import pytest
from sqlalchemy import Engine

from inventory.accounting.posting.reverse import reverse
from inventory.kernel.errors import Conflict, NotAllowed
from inventory.telecom.estate import lines
from inventory.telecom_expense import disputes
from inventory.telecom_expense.accrue import accrue
from inventory.telecom_expense.approve import approve, withdraw
from inventory.telecom_expense.payers import Due, Payers
from tests.inventory.telecom_expense.company import STATES, World

HEAD = "invoice,date,first_day,last_day,number,text,net"
JANUARY = date(2026, 1, 1)


def file(net: str, number: str = "R-1") -> str:
    """An invoice of January over the one line."""
    row = f"{number},2026-01-31,2026-01-01,2026-01-31,+491712345678,Monthly charge"
    return f"{HEAD}\n{row},{net}"


def test_an_invoice_is_replaced_until_it_is_approved(
    engine: Engine, clock: Callable[[], datetime]
) -> None:
    world = World(engine, clock)
    line = world.line("M1", JANUARY, e164="+491712345678")
    world.charge(line, 1000, JANUARY)
    with world.work() as work:
        first = accrue(work, world.rules, world.book, "2026-01")
    assert world.load(file("12.00")).findings == 1
    assert world.load(file("12.00")).already
    replaced = world.load(file("11.00"))
    (finding,) = world.findings(replaced.invoice_id)
    assert (finding["kind"], finding["difference_minor"]) == ("price-differs", 100)
    with world.work() as work:
        disputes.decide(work, finding["id"], dispute=True, remark="contract says 10")
    with world.work() as work:
        done = approve(work, world.rules, replaced.invoice_id, world.book)
    assert (done.accrued, done.disputed, done.expense) == (1000, 100, 0)
    assert world.balance("1605") == 0
    with world.work() as work, pytest.raises(Conflict, match="another one"):
        world.load(file("10.00"))
    with world.work() as work, pytest.raises(NotAllowed, match="invoice"):
        reverse(work, done.posting_id, "by mistake")
    with world.work() as work:
        withdraw(work, replaced.invoice_id, "wrong book")
    assert [world.balance(code) for code in ("1605", "1610", "1630")] == [-1000, 0, 0]
    with world.work() as work:
        reverse(work, first.posting_id, "by mistake")
    assert world.balance("4920") == 0
    with world.work() as work:
        again = accrue(work, world.rules, world.book, "2026-01")
    assert (again.charges, again.amount) == (1, 1000)
    assert world.load(file("10.00", "R-2")).findings == 1
    (twice,) = world.findings(world.load(file("10.00", "R-2")).invoice_id)
    assert (twice["kind"], twice["about"]) == (
        "billed-twice",
        "M1: Monthly charge: R-1",
    )


def test_who_pays_is_found_on_the_very_day(
    engine: Engine, clock: Callable[[], datetime]
) -> None:
    world = World(engine, clock)
    line = world.line("M1", JANUARY)
    charge = world.charge(line, 1000, JANUARY)
    world.assign(line, "person", world.person(1), JANUARY)
    world.assign(line, "person", world.person(2), date(2026, 2, 10))
    world.assign(line, "cost-centre", world.centre("4900"), date(2026, 4, 1))
    with world.work() as work:
        lines.unassign(work, line, "person", date(2026, 3, 20))
        lines.unassign(work, line, "cost-centre", date(2026, 5, 1))
    assert STATES.first == "ordered"

    def paid(day: date, account: int | None = None) -> tuple[str, int | None]:
        due = Due(charge, line, "line", day, 1, account)
        with world.engine.connect() as connection:
            found = Payers(connection, [due]).of(due)
        return found.basis, found.weights[0][0]

    assert paid(date(2026, 2, 9)) == ("person", world.centre("4200"))
    assert paid(date(2026, 2, 10)) == ("person", world.centre("4300"))
    assert paid(date(2026, 3, 20)) == ("nobody", None)
    assert paid(date(2026, 4, 1)) == ("cost-centre", world.centre("4900"))
    assert paid(date(2026, 5, 1), 1) == ("account", 1)


def test_a_year_is_billed_at_once_and_accrued_month_by_month(
    engine: Engine, clock: Callable[[], datetime]
) -> None:
    world = World(engine, clock)
    line = world.line("M1", JANUARY, e164="+491712345678")
    world.charge(line, 6000, JANUARY, every_months=12)
    loaded = world.load(file("60.00"))
    assert loaded.findings == 0
    with world.work() as work:
        approve(work, world.rules, loaded.invoice_id, world.book)
    assert (world.balance("1605"), world.balance("4920")) == (6000, 0)
    for month in range(1, 13):
        with world.work() as work:
            accrue(work, world.rules, world.book, f"2026-{month:02}")
    assert (world.balance("1605"), world.balance("4920")) == (0, 6000)
