"""First years that are short, suspensions, and clocks at the end of a calendar."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from inventory.accounting.engine.schedule import schedule
from inventory.accounting.engine.service_time import ServiceClock
from inventory.accounting.engine.slots import pauses_of
from inventory.accounting.model.events import Suspend
from inventory.accounting.model.terms import (
    Conventions,
    DepreciationTerms,
    EventTiming,
    Param,
    Start,
    Tail,
)
from inventory.kernel.periods import Calendar, calendar_of, fiscal_calendar

on = date.fromisoformat


def short(first: str, after: str) -> Calendar:
    """A short year, then calendar years, each one period."""
    begin = on(after).year
    years = [
        (f"{y}", on(f"{y}-01-01"), on(f"{y + 1}-01-01")) for y in range(begin, 2040)
    ]
    return calendar_of([("S", on(first), on(after)), *years], months_per_period=12)


def terms(
    day: str,
    start: Start,
    method: str = "straight-line",
    depreciate_from: date | None = None,
    **params: Param,
) -> DepreciationTerms:
    """5,000.00 over five years."""
    return DepreciationTerms(
        cost=5000_00,
        in_service=on(day),
        depreciate_from=depreciate_from,
        life_months=60,
        method=method,
        params=params,
        conventions=Conventions(start=start),
    )


@pytest.mark.parametrize(
    ("start", "day", "charge"),
    [
        # July to December: half of six months, and eighths of them by quarter.
        (Start.HALF_YEAR, "2020-09-15", 250.00),
        (Start.MID_QUARTER, "2020-07-10", 437.50),
        (Start.MID_QUARTER, "2020-12-10", 62.50),
        (Start.YEAR, "2020-12-10", 500.00),
    ],
)
def test_a_book_counts_its_share_of_the_short_year(
    start: Start, day: str, charge: float
) -> None:
    rows = schedule(terms(day, start), [], short("2020-07-01", "2021-01-01")).rows
    assert rows[0].depreciation / 100 == charge
    assert sum(row.depreciation for row in rows) == 5000_00


def test_a_tax_year_counts_from_the_quarter_in_which_depreciation_begins() -> None:
    """Publication 946: ten months from March, 20 October is in the last quarter.

    Its midpoint counts as 15 November: a month and a half at 40 %.
    """
    late = terms(
        "2021-03-10",
        Start.MID_QUARTER,
        "macrs",
        depreciate_from=on("2021-10-20"),
        factor=2,
    )
    rows = schedule(late, [], short("2021-03-01", "2022-01-01")).rows
    assert rows[0].depreciation / 100 == 5000 * 0.4 * 1.5 / 12


@pytest.mark.parametrize("tail", Tail)
def test_a_clock_can_be_read_at_the_end_of_its_calendar(tail: Tail) -> None:
    calendar = fiscal_calendar(2020, 2021)
    conventions = Conventions(start=Start.MONTH, tail=tail)
    asset = DepreciationTerms(
        cost=5000_00,
        in_service=on("2020-07-01"),
        life_months=60,
        conventions=conventions,
    )
    clock = ServiceClock.of(asset, calendar)
    assert clock.at(on("2022-01-01")) == Fraction(3, 2)
    assert clock.at(on("2020-07-01")) == 0


def suspend(first: str, until: str) -> Suspend:
    return Suspend(id=first, effective=on(first), until=on(until))


def test_suspensions_that_overlap_are_one_and_others_stay_apart() -> None:
    events = [
        suspend("2020-05-01", "2020-09-01"),
        suspend("2020-01-01", "2020-02-01"),
        suspend("2020-04-01", "2020-06-01"),
        suspend("2020-09-01", "2020-10-01"),
        suspend("2020-12-01", "2021-01-01"),
    ]
    found = pauses_of(events, fiscal_calendar(2020, 2021), EventTiming.PERIOD)
    assert found == (
        (on("2020-01-01"), on("2020-02-01")),
        (on("2020-04-01"), on("2020-10-01")),
        (on("2020-12-01"), on("2021-01-01")),
    )
