"""The roll-forward foots and ties to the journal in every period."""

from __future__ import annotations

import random
from datetime import date, timedelta
from fractions import Fraction

import pytest

from inventory.accounting.books.roll_forward import Movement, roll_forward
from inventory.accounting.engine.schedule import schedule
from inventory.accounting.model.events import (
    AddCost,
    ChangeEstimate,
    Dispose,
    Event,
    Impair,
    Revalue,
    ReverseImpairment,
)
from inventory.accounting.model.rows import Schedule
from inventory.accounting.model.terms import (
    Conventions,
    DepreciationTerms,
    Disposal,
    Start,
)
from inventory.accounting.posting.cost_split import CostShare
from inventory.accounting.posting.entries import Context, entries_of
from inventory.kernel.periods import fiscal_calendar
from tests.inventory.accounting.test_journal import ACCOUNTS

CALENDAR = fiscal_calendar(2020, 2029)
BEARINGS = [CostShare("4100", 1_000_000, date(2019, 1, 1))]


def random_asset(draw: random.Random) -> tuple[DepreciationTerms, list[Event]]:
    """Draw an asset with up to four events within ten years."""
    cost = draw.randint(10_000, 5_000_000)
    terms = DepreciationTerms(
        cost=cost,
        residual_value=draw.choice([0, cost // 10]),
        in_service=date(2020, 1, 1) + timedelta(draw.randrange(1500)),
        life_months=draw.randint(12, 84),
        method=draw.choice(["straight-line", "sum-of-digits"]),
        conventions=Conventions(
            start=draw.choice([Start.MONTH, Start.NEXT_MONTH, Start.HALF_MONTH]),
            disposal=draw.choice(list(Disposal)[:4]),
        ),
    )
    day, events = terms.in_service, []
    for number in range(draw.randrange(5)):
        day += timedelta(draw.randint(20, 400))
        events.append(random_event(draw, f"e{number}", day, cost))
        if isinstance(events[-1], Dispose) and events[-1].share == 1:
            break
    return terms, events


def random_event(draw: random.Random, name: str, day: date, cost: int) -> Event:
    """Draw one event."""
    amount = draw.randrange(cost)
    kind = draw.randrange(7)
    if kind == 0:
        return AddCost(id=name, effective=day, amount=amount // 5)
    if kind == 1:
        return Impair(id=name, effective=day, recoverable=amount)
    if kind == 2:
        return ReverseImpairment(id=name, effective=day, recoverable=amount)
    if kind == 3:
        proportional = draw.random() < 0.5
        return Revalue(
            id=name, effective=day, fair_value=amount, proportional=proportional
        )
    if kind == 4:
        return ChangeEstimate(
            id=name, effective=day, remaining_months=draw.randint(1, 60)
        )
    share = Fraction(1) if kind == 5 else Fraction(1, draw.randint(2, 5))
    return Dispose(id=name, effective=day, proceeds=amount, share=share)


def assert_ties(books: list[tuple[str, Schedule]]) -> int:
    """Assert that each class of each period foots and ties; return how many did.

    A class is not listed before its first asset.
    """
    ledger: dict[tuple[str, str], int] = {}
    checked = 0
    for period in CALENDAR.periods:
        for name, made in books:
            row = made.at(period.start)
            if row is None:
                continue
            context = Context(
                reference="r", currency="EUR", accounts=ACCOUNTS, cost_shares=BEARINGS
            )
            for entry in entries_of(row, context, made.moved):
                for line in entry.lines:
                    key = (name, line.account)
                    ledger[key] = ledger.get(key, 0) + line.amount
        for name, moved in roll_forward(books, period.start, period.end).items():
            assert moved.foots(), (name, period.id, moved)
            assert moved.cost_closing == ledger.get((name, "1500"), 0)
            written = ledger.get((name, "1590"), 0) + ledger.get((name, "1595"), 0)
            assert moved.accumulated_closing == -written
            checked += 1
    return checked


def run(count: int) -> int:
    """Check many random assets of three classes."""
    draw = random.Random(20260317)
    books = []
    for _ in range(count):
        terms, events = random_asset(draw)
        name = draw.choice(["computers", "phones", "network"])
        books.append((name, schedule(terms, events, CALENDAR)))
    return assert_ties(books)


def test_random_assets_foot_and_tie_in_every_period() -> None:
    assert 340 < run(60) <= 3 * 120


@pytest.mark.slow
def test_a_thousand_random_assets_foot_and_tie_in_every_period() -> None:
    assert 350 < run(1000) <= 3 * 120


def test_a_movement_that_does_not_foot_is_seen() -> None:
    assert Movement(cost_opening=1, cost_closing=1).foots()
    assert not Movement(cost_opening=1, cost_closing=2).foots()
