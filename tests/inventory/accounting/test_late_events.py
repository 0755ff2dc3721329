"""Late and cancelled events: the journal follows the register in every period."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest

from inventory.accounting.books.roll_forward import roll_forward
from inventory.accounting.engine.schedule import schedule
from inventory.accounting.model.events import (
    AddCost,
    Cancel,
    CorrectCost,
    DisposalKind,
    Dispose,
    Event,
    HoldForSale,
    Impair,
    Reclassify,
    ResumeUse,
    Revalue,
    ReverseImpairment,
)
from inventory.accounting.model.journal import Accounts
from inventory.accounting.model.rows import Row, Schedule
from inventory.accounting.model.terms import Conventions, DepreciationTerms
from inventory.accounting.posting.cost_split import CostShare
from inventory.accounting.posting.entries import Context, entries_of
from inventory.kernel.periods import fiscal_calendar
from tests.inventory.accounting.test_journal import ACCOUNTS

CALENDAR = fiscal_calendar(2020, 2026)
BEARINGS = [CostShare("4100", 1_000_000, date(2019, 1, 1))]
HELD = replace(ACCOUNTS, held_for_sale="1800")
OTHER = replace(HELD, asset="1600", accumulated="1690", impairment="1695")


class Ledger:
    """Books one asset period by period, as posting does."""

    def __init__(self, terms: DepreciationTerms) -> None:
        self.terms = terms
        self.events: list[Event] = []
        self.rows: list[Row] = []
        self.balances: Counter[str] = Counter()
        self.made = Schedule(rows=())

    def accounts(self, row: Row) -> Accounts:
        """Return the accounts a row's balances stand in."""
        return (OTHER if row.asset_class else HELD).for_row(row.held)

    def post(self, place: int) -> Row | None:
        """Book a period of the calendar."""
        key = CALENDAR.periods[place].id
        booked = [period.id for period in CALENDAR.periods[:place]]
        self.made = schedule(self.terms, self.events, CALENDAR, self.rows, booked)
        row = next((r for r in self.made.rows if r.period == key), None)
        if row is None:
            return None
        before = self.rows[-1] if self.rows else None
        context = Context(
            reference="r",
            currency="EUR",
            accounts=self.accounts(row),
            cost_shares=BEARINGS,
            before=self.accounts(before) if before else None,
        )
        for entry in entries_of(row, context, self.made.moved):
            for line in entry.lines:
                self.balances[line.account] += line.amount
        self.rows.append(replace(row, posted=True))
        return row

    def assert_ties(self, row: Row) -> None:
        """Assert that the balance sheet accounts are what the row says."""
        accounts = self.accounts(row)
        wanted: Counter[str] = Counter()
        wanted[accounts.asset] += row.cost
        wanted[accounts.accumulated] -= row.accumulated
        wanted[accounts.impairment] -= row.impairment
        wanted[accounts.surplus] -= row.surplus
        sheet = {a.asset for a in (HELD, OTHER)} | {"1590", "1690", "1595", "1695"}
        for account in sheet | {"1800", "3200"}:
            assert self.balances[account] == wanted[account], account


def some_event(draw: random.Random, name: str, day: date, cost: int) -> Event:
    """Draw an event that keeps at least a part of the asset."""
    amount = draw.randrange(1, cost)
    kinds: list[Event] = [
        AddCost(id=name, effective=day, amount=amount // 5),
        Impair(id=name, effective=day, recoverable=amount),
        ReverseImpairment(id=name, effective=day, recoverable=amount),
        Revalue(id=name, effective=day, fair_value=amount),
        Dispose(
            id=name,
            effective=day,
            share=Fraction(1, 3),
            proceeds=amount // 3,
            kind=draw.choice([DisposalKind.SALE, DisposalKind.TRANSFER]),
        ),
        HoldForSale(id=name, effective=day, fair_value_less_costs=amount),
        ResumeUse(id=name, effective=day, recoverable=amount),
        Reclassify(id=name, effective=day, asset_class="phones"),
    ]
    return draw.choice(kinds)


def run_one(draw: random.Random) -> int:
    """Book one random asset over its life; return how many periods tied."""
    cost = draw.randint(10_000, 5_000_000)
    terms = DepreciationTerms(
        cost=cost,
        residual_value=draw.choice([0, cost // 10]),
        in_service=date(2020, 1, 1) + timedelta(draw.randrange(90)),
        life_months=draw.randint(12, 60),
        conventions=Conventions(realise_surplus=draw.random() < 0.5),
    )
    ledger, tied = Ledger(terms), 0
    for place in range(60):
        period = CALENDAR.periods[place]
        if draw.random() < 0.15 and place > 4:
            # Up to four periods late: those before are booked.
            day = period.start - timedelta(draw.randrange(120))
            day = max(day, terms.in_service)
            ledger.events.append(some_event(draw, f"e{place}", day, cost))
        if draw.random() < 0.05 and ledger.events:
            gone = {e.of for e in ledger.events if isinstance(e, Cancel)}
            left = [
                e
                for e in ledger.events
                if e.id not in gone and not isinstance(e, Cancel)
            ]
            if left:
                of = draw.choice(left).id
                ledger.events.append(
                    Cancel(id=f"c{place}", effective=period.start, of=of)
                )
        row = ledger.post(place)
        if row is not None:
            ledger.assert_ties(row)
            tied += 1
        moved = roll_forward([("computers", ledger.made)], period.start, period.end)
        assert all(one.foots() for one in moved.values()), (period.id, moved)
    return tied


def test_random_assets_with_late_events_tie_in_every_period() -> None:
    draw = random.Random(20260317)
    assert sum(run_one(draw) for _ in range(5)) > 100


@pytest.mark.slow
def test_many_random_assets_with_late_events_tie_in_every_period() -> None:
    draw = random.Random(7)
    assert sum(run_one(draw) for _ in range(300)) > 10_000


def simple(**more: object) -> Ledger:
    """Return the ledger of an asset of 1200.00 over twelve months."""
    terms = DepreciationTerms(cost=120000, in_service=date(2020, 1, 1), life_months=12)
    return Ledger(replace(terms, **more))  # type: ignore[arg-type]


def test_a_sold_asset_that_comes_back_is_reinstated_and_catches_up() -> None:
    ledger = simple()
    ledger.events.append(Dispose(id="sale", effective=date(2020, 3, 31), proceeds=1000))
    for place in range(3):
        ledger.post(place)
    assert ledger.balances["1500"] == 0
    assert ledger.balances["6530"] > 0
    ledger.events.append(Cancel(id="back", effective=date(2020, 6, 10), of="sale"))
    row = ledger.post(5)
    assert row is not None
    ledger.assert_ties(row)
    assert (row.caught_up, row.closing) == (30000, 60000)
    assert ledger.balances["6530"] == ledger.balances["1100"] == 0


def test_a_corrected_cost_is_as_if_the_error_had_never_been_made() -> None:
    ledger = simple()
    for place in range(3):
        ledger.post(place)
    ledger.events.append(CorrectCost(id="fix", effective=date(2020, 4, 1), cost=132000))
    row = ledger.post(3)
    assert row is not None
    ledger.assert_ties(row)
    right = schedule(replace(ledger.terms, cost=132000), [], CALENDAR)
    assert (row.cost, row.accumulated) == (132000, right.rows[3].accumulated)
    assert row.caught_up == 3000


def test_an_event_booked_later_leaves_earlier_periods_as_they_were() -> None:
    ledger = simple()
    plain = schedule(ledger.terms, [], CALENDAR)
    late = AddCost(
        id="part", effective=date(2020, 1, 1), posting=date(2020, 5, 20), amount=12000
    )
    made = schedule(ledger.terms, [late], CALENDAR)
    assert made.rows[:4] == plain.rows[:4]
    assert (made.rows[4].additions, made.rows[4].depreciation) == (12000, 11000 + 4000)
    assert made.rows[5].depreciation == 11000
    assert made.rows[-1].closing == 0
