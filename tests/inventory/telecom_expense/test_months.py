"""Random months: accrued = allocated = posted; disputes and credits reconcile."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, func, select

from inventory.accounting.tables import JournalEntry, JournalLine
from inventory.kernel.spans import Span
from inventory.storage.rows import col, id_of, table_of
from inventory.telecom.billing.charging import (
    ChargeTerms,
    amount_between,
    amount_of,
    charged_on,
    months_between,
    next_month,
)
from inventory.telecom.estate import charges, lines
from inventory.telecom.estate.charge_tables import AccrualShare, ChargeAccrual
from inventory.telecom_expense import disputes
from inventory.telecom_expense.accrue import accrue
from inventory.telecom_expense.approve import approve
from tests.inventory.telecom_expense.company import STATES, World

LINES = 8


@given(
    amount=st.integers(-(10**9), 10**9),
    every=st.integers(1, 24),
    start=st.dates(date(2020, 1, 1), date(2024, 1, 1)),
    cycles=st.integers(1, 4),
)
def test_whole_cycles_cost_what_was_agreed(
    amount: int, every: int, start: date, cycles: int
) -> None:
    first = start.replace(day=1)
    end = first
    for _ in range(every * cycles):
        end = next_month(end)
    terms = ChargeTerms(amount, every, Span(first, end))
    months = list(months_between(first, end))
    assert sum(amount_of(terms, month) for month in months) == amount * cycles
    assert amount_between(terms, first, end.replace(year=end.year + 1)) == (
        amount * cycles
    )
    assert all(charged_on(terms.span, month, 28) in terms.span for month in months)


class _Months:
    """Plays months with random charges, holders, invoices and disputes."""

    def __init__(self, world: World, seed: int) -> None:
        self.world, self.random = world, Random(seed)
        self.charges: dict[int, tuple[int, int]] = {}
        self.accrued = self.billed = self.gross = self.expected = 0

    def begin(self) -> None:
        """Lines with a charge each, of whoever."""
        world, start = self.world, date(2026, 1, 1)
        for number in range(LINES):
            line = world.line(f"L{number}", start, e164=f"+49171234500{number}")
            every = self.random.choice((1, 1, 3, 12))
            amount = self.random.randint(1, 9999)
            made = world.charge(line, amount, start, every_months=every)
            self.charges[made] = (line, every)
        weights = {world.centre(c): self.random.randint(1, 9) for c in ("4100", "4300")}
        world.charge(None, 100_01, start, item="Pool", shares=weights)
        world.charge(None, 33_33, start, item="Trunk", sharing="people")

    def change(self, month: date) -> None:
        """Somebody else has a line, a price changes, a charge is added."""
        world, random = self.world, self.random
        day = month.replace(day=random.randint(1, 28))
        line = random.choice(list(world.lines.values()))
        if random.random() < 0.7:
            world.assign(line, "person", world.person(random.randint(1, 7)), day)
        elif random.random() < 0.5:
            with world.work() as work:
                lines.unassign(work, line, "person", day)
        charge = random.choice(list(self.charges))
        if random.random() < 0.3 and day > date(2026, 1, 1):
            with world.work() as work:
                new = charges.reprice(work, charge, random.randint(1, 9999), day)
            self.charges[new] = self.charges.pop(charge)

    def accrue(self, month: date) -> None:
        """Accrue a month: what was accrued was allocated and posted, to the cent."""
        world = self.world
        with world.work() as work:
            report = accrue(work, world.rules, world.book, f"{month:%Y-%m}")
        self.accrued += report.amount
        with world.engine.connect() as connection:
            accruals = self._sum(
                connection, ChargeAccrual.amount_minor, report.posting_id
            )
            shares = self._shares(connection, report.posting_id)
            posted = self._posted(connection, report.posting_id)
        assert accruals == shares == posted == report.amount
        assert world.balance("1605") == -self.accrued + self.billed

    def bill(self, month: date) -> None:
        """Load the invoice of a month with random errors, and settle it."""
        world, random = self.world, self.random
        rows = [f"501,Trunk and pool {month:%m},133.34"]
        rows += [
            f"+49171234500{number},Monthly charge,{random.randint(1, 9999) / 100:.2f}"
            for number in range(LINES)
            if random.random() < 0.9
        ]
        head = "invoice,date,first_day,number,text,net"
        body = [f"R{month:%y%m},{month:%Y-%m}-28,{month},{row}" for row in rows]
        loaded = world.load("\n".join([head, *body]))
        disputed = []
        with world.work() as work:
            for row in world.findings(loaded.invoice_id):
                against = row["difference_minor"] > 0 and random.random() < 0.6
                disputes.decide(work, row["id"], dispute=against)
                if against:
                    disputed.append(row)
            done = approve(work, world.rules, loaded.invoice_id, world.book)
        self.billed += done.accrued
        net = done.accrued + done.disputed + done.expense
        self.gross += net
        assert done.disputed == sum(row["difference_minor"] for row in disputed)
        assert world.balance("1630") == done.disputed
        for row in disputed:
            self._settle(row["id"], row["difference_minor"], month)
        assert world.balance("1630") == 0
        assert world.balance("1610") == -self.gross

    def _settle(self, finding: int, amount: int, month: date) -> None:
        """The provider gives back some, in one or two credits, and refuses the rest."""
        credit = self.random.randint(0, amount)
        world, day = self.world, month.replace(day=28)
        with world.work() as work:
            if 0 < credit < amount:
                disputes.settle(work, world.rules, finding, credit, day, final=False)
                disputes.settle(work, world.rules, finding, 0, day, final=True)
            else:
                disputes.settle(work, world.rules, finding, credit, day, final=True)
        self.gross -= credit

    def _sum(self, connection: Connection, column: int, posting: int) -> int:
        query = select(func.sum(col(column))).where(
            col(ChargeAccrual.posting_id) == posting
        )
        return int(connection.execute(query).scalar_one())

    def _shares(self, connection: Connection, posting: int) -> int:
        query = (
            select(func.sum(col(AccrualShare.amount_minor)))
            .join(
                table_of(ChargeAccrual),
                id_of(ChargeAccrual) == col(AccrualShare.accrual_id),
            )
            .where(col(ChargeAccrual.posting_id) == posting)
        )
        return int(connection.execute(query).scalar_one())

    def _posted(self, connection: Connection, posting: int) -> int:
        query = (
            select(func.sum(col(JournalLine.amount_minor)))
            .join(
                table_of(JournalEntry), id_of(JournalEntry) == col(JournalLine.entry_id)
            )
            .where(
                col(JournalEntry.posting_id) == posting,
                col(JournalLine.account) == "4920",
            )
        )
        return int(connection.execute(query).scalar_one())


def play(engine: Engine, clock: Callable[[], datetime], months: int) -> None:
    """Play months from January 2026 on."""
    game = _Months(World(engine, clock, years=months // 12 + 1), months)
    game.begin()
    month = date(2026, 1, 1)
    for _ in range(months):
        game.change(month)
        game.accrue(month)
        game.bill(month)
        month = next_month(month)
    assert STATES.paid()
    assert game.world.balance("4920") == -sum(
        game.world.balance(account) for account in ("1605", "1610", "1630", "1576")
    )


def test_six_months_reconcile(engine: Engine, clock: Callable[[], datetime]) -> None:
    play(engine, clock, 6)


@pytest.mark.slow
def test_two_hundred_months_reconcile(
    engine: Engine, clock: Callable[[], datetime]
) -> None:
    play(engine, clock, 200)
