"""Balances that were taken over or went elsewhere are fixed, to the cent."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest

from inventory.accounting.engine.schedule import schedule
from inventory.accounting.model.events import (
    AddCost,
    DisposalKind,
    Dispose,
    Impair,
    Opening,
)
from inventory.accounting.model.rows import Row
from inventory.accounting.model.terms import (
    Conventions,
    DepreciationTerms,
    EventTiming,
    Residue,
)
from inventory.kernel.periods import fiscal_calendar

YEARS = fiscal_calendar(2024, 2030)
TERMS = DepreciationTerms(
    cost=1000_00, in_service=date(2024, 1, 1), life_months=36, method="straight-line"
)


def left(day: date) -> Dispose:
    posting = day + timedelta(days=1)
    kind = DisposalKind.TRANSFER
    return Dispose(id="left", effective=day, posting=posting, kind=kind)


@pytest.mark.parametrize("residue", list(Residue))
def test_what_leaves_at_book_value_leaves_as_the_row_before_closed(
    residue: Residue,
) -> None:
    terms = replace(TERMS, conventions=Conventions(residue=residue))
    for month in range(1, 13):
        day = YEARS.periods[month].last
        stood = schedule(terms, [], YEARS).rows[month]
        (row,) = (
            row
            for row in schedule(terms, [left(day)], YEARS).rows
            if row.transferred_cost
        )
        assert row.start == day + timedelta(days=1)
        assert row.transferred_accumulated == -stood.accumulated


def test_what_is_fully_depreciated_leaves_on_its_day_too() -> None:
    """Its schedule has no rows in the meantime: the day shows in its own period."""
    impaired = Impair(id="impaired", effective=date(2024, 2, 11), recoverable=0)
    day = date(2024, 6, 30)
    rows = schedule(TERMS, [impaired, left(day)], YEARS).rows
    assert [row.start for row in rows if row.transferred_cost] == [date(2024, 7, 1)]


def test_balances_taken_over_open_the_journal_once() -> None:
    terms = replace(TERMS, method="declining-balance", params={"rate": Fraction(1, 2)})
    taken = Opening(id="opening", effective=date(2024, 6, 1), accumulated=300_00)
    booked: list[Row] = []
    for _ in range(3):
        rows = schedule(terms, [taken], YEARS, booked).rows
        booked.append(replace(rows[len(booked)], posted=True))
    assert [row.taken_over for row in booked] == [True, False, False]


def test_what_happened_in_the_last_period_leaves_with_the_asset() -> None:
    """An event that counts from the next period is not lost when there is none."""
    conventions = Conventions(event_timing=EventTiming.NEXT_PERIOD)
    terms = replace(TERMS, conventions=conventions)
    added = AddCost(id="added", effective=date(2024, 6, 11), amount=120_00)
    (row,) = (
        row
        for row in schedule(terms, [added, left(date(2024, 6, 30))], YEARS).rows
        if row.transferred_cost
    )
    assert row.transferred_cost == -1120_00
