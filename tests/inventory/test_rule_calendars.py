"""Fiscal calendars and months: what a period is called, and which share it has."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from inventory.kernel.months import add_months, month_start, months_between
from inventory.kernel.periods import (
    Calendar,
    CalendarError,
    Period,
    calendar_of,
    fiscal_calendar,
    week_calendar,
)

F = Fraction
on = date.fromisoformat


@pytest.mark.parametrize(
    ("day", "months", "wanted"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2026-01-31", 3, "2026-04-30"),
        ("2026-01-30", 1, "2026-02-28"),
        ("2026-01-29", 1, "2026-02-28"),
        ("2026-03-31", 12, "2027-03-31"),
        ("2026-12-15", 1, "2027-01-15"),
        ("2026-01-15", -1, "2025-12-15"),
        ("2026-05-15", 0, "2026-05-15"),
    ],
)
def test_a_month_later_is_the_same_day_or_the_last_of_a_shorter_month(
    day: str, months: int, wanted: str
) -> None:
    assert add_months(on(day), months) == on(wanted)


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        ("2026-01-01", "2026-12-01", F(11)),
        ("2025-11-01", "2026-02-01", F(3)),
        ("2026-01-15", "2026-02-15", F(1) + F(14, 28) - F(14, 31)),
        ("2026-01-01", "2026-01-16", F(15, 31)),
        ("2026-04-16", "2026-05-01", F(15, 30)),
        ("2024-02-15", "2024-03-01", F(15, 29)),
        ("2026-03-01", "2026-03-01", F(0)),
    ],
)
def test_parts_of_a_month_count_by_the_days_of_that_month(
    start: str, end: str, months: Fraction
) -> None:
    assert months_between(on(start), on(end)) == months


def test_a_month_starts_on_its_first_day() -> None:
    assert month_start(on("2026-02-28")) == on("2026-02-01")


def test_a_fiscal_year_is_named_after_the_year_in_which_it_ends() -> None:
    calendar = fiscal_calendar(2026, 2027, year_end_month=3)
    assert calendar.year_span("2026") == (on("2025-04-01"), on("2026-04-01"))
    assert calendar.years == ("2026", "2027")
    assert (calendar.start, calendar.end) == (on("2025-04-01"), on("2027-04-01"))
    assert [p.id for p in calendar.in_year("2026")][:2] == ["2025-04", "2025-05"]


def test_a_calendar_year_has_twelve_months_of_a_twelfth_each() -> None:
    calendar = fiscal_calendar(2026, 2026)
    assert calendar.start == on("2026-01-01")
    assert {p.share for p in calendar.periods} == {F(1, 12)}
    assert len(calendar.periods) == 12
    assert calendar.monthly
    february = calendar.periods[1]
    assert (february.id, february.days, february.last) == (
        "2026-02",
        28,
        on("2026-02-28"),
    )


@pytest.mark.parametrize(
    ("months", "ids", "share"),
    [
        (3, ["2026-P01", "2026-P02", "2026-P03", "2026-P04"], F(1, 4)),
        (6, ["2026-P01", "2026-P02"], F(1, 2)),
        (12, ["2026"], F(1)),
    ],
)
def test_quarters_half_years_and_years_are_numbered(
    months: int, ids: list[str], share: Fraction
) -> None:
    calendar = fiscal_calendar(2026, 2026, months_per_period=months)
    assert [p.id for p in calendar.periods] == ids
    assert {p.share for p in calendar.periods} == {share}
    assert not calendar.monthly


@pytest.mark.parametrize("months", [0, 5, 7, 8, 9, 24])
def test_periods_that_do_not_divide_a_year_are_refused(months: int) -> None:
    with pytest.raises(CalendarError, match="do not divide a year"):
        fiscal_calendar(2026, 2026, months_per_period=months)


def test_a_short_year_counts_for_its_months() -> None:
    """A change of the year end from December to March."""
    calendar = calendar_of(
        [
            ("2025", on("2025-01-01"), on("2026-01-01")),
            ("2026S", on("2026-01-01"), on("2026-04-01")),
            ("2027", on("2026-04-01"), on("2027-04-01")),
        ]
    )
    assert sum(p.share for p in calendar.in_year("2026S")) == F(1, 4)
    assert len(calendar.in_year("2026S")) == 3


def test_a_year_that_ends_inside_a_month_cuts_it_by_days() -> None:
    calendar = calendar_of(
        [
            ("A", on("2026-01-01"), on("2026-03-16")),
            ("B", on("2026-03-16"), on("2026-06-01")),
        ]
    )
    assert [(p.id, p.days) for p in calendar.periods] == [
        ("2026-01", 31),
        ("2026-02", 28),
        ("2026-03", 15),
        ("B-P01", 16),
        ("2026-04", 30),
        ("2026-05", 31),
    ]
    assert calendar.periods[2].share == F(15, 31) / 12
    assert calendar.periods[3].share == F(16, 31) / 12
    assert not calendar.monthly


def test_years_that_run_from_a_day_inside_a_month_have_months_from_that_day() -> None:
    calendar = calendar_of([("2026", on("2025-04-06"), on("2026-04-06"))])
    assert len(calendar.periods) == 12
    assert calendar.periods[0].end == on("2025-05-06")
    assert {p.share for p in calendar.periods} == {F(1, 12)}
    assert not calendar.monthly


WEEKS = [("2026", on("2025-12-29"), on("2026-12-28"))]
LONG = [("2026", on("2025-12-29"), on("2027-01-04"))]


@pytest.mark.parametrize(
    ("pattern", "weeks"),
    [
        ((4, 4, 5), [4, 4, 5] * 4),
        ((4, 5, 4), [4, 5, 4] * 4),
        ((5, 4, 4), [5, 4, 4] * 4),
        ((4,), [4] * 13),
    ],
)
def test_weeks_are_dealt_out_by_the_pattern(
    pattern: tuple[int, ...], weeks: list[int]
) -> None:
    calendar = week_calendar(WEEKS, pattern=pattern)
    assert [p.days // 7 for p in calendar.periods] == weeks
    assert {p.share for p in calendar.periods} == {F(1, len(weeks))}
    assert calendar.end == on("2026-12-28")


def test_the_53rd_week_goes_to_the_last_period() -> None:
    calendar = week_calendar(LONG)
    assert [p.days // 7 for p in calendar.periods] == [4, 4, 5] * 3 + [4, 4, 6]


def test_by_days_a_long_period_has_a_larger_share_of_the_same_year() -> None:
    calendar = week_calendar(LONG, by_days=True)
    assert calendar.periods[0].share == F(4, 53)
    assert calendar.periods[-1].share == F(6, 53)
    assert sum(p.share for p in calendar.periods) == 1


def test_week_periods_are_numbered_and_follow_each_other() -> None:
    calendar = week_calendar(WEEKS)
    assert [p.id for p in calendar.periods][:2] == ["2026-P01", "2026-P02"]
    assert calendar.periods[1].start == on("2026-01-26")


@pytest.mark.parametrize("end", ["2026-12-27", "2027-01-11", "2026-12-29"])
def test_a_year_that_is_not_52_or_53_weeks_is_refused(end: str) -> None:
    with pytest.raises(CalendarError, match="364 or 371"):
        week_calendar([("2026", on("2025-12-29"), on(end))])


def period(name: str, start: str, end: str) -> Period:
    return Period(name, "2026", on(start), on(end), F(1, 12))


def test_a_gap_or_an_overlap_between_periods_is_refused() -> None:
    january = period("1", "2026-01-01", "2026-02-01")
    for start in ("2026-02-02", "2026-01-31"):
        with pytest.raises(CalendarError, match="follow each other day by day"):
            Calendar((january, period("2", start, "2026-03-01")))


def test_two_periods_of_one_name_and_no_period_at_all_are_refused() -> None:
    january = period("1", "2026-01-01", "2026-02-01")
    with pytest.raises(CalendarError, match="same id"):
        Calendar((january, period("1", "2026-02-01", "2026-03-01")))
    with pytest.raises(CalendarError, match="at least one"):
        Calendar(())


def test_months_that_do_not_count_a_twelfth_each_are_not_monthly() -> None:
    """A year of thirteen equal charges may be cut at the ends of months."""
    months = fiscal_calendar(2026, 2026).periods
    uneven = Calendar(tuple(replace(p, share=F(1, 13)) for p in months))
    assert Calendar(months).monthly
    assert not uneven.monthly


MONTHS = fiscal_calendar(2026, 2027)


@pytest.mark.parametrize(
    ("day", "index"),
    [("2026-01-01", 0), ("2026-01-31", 0), ("2026-02-01", 1), ("2027-12-31", 23)],
)
def test_a_period_has_its_first_and_its_last_day(day: str, index: int) -> None:
    assert MONTHS.index_at(on(day)) == index
    assert MONTHS.at(on(day)) is MONTHS.periods[index]


@pytest.mark.parametrize("day", ["2025-12-31", "2028-01-01"])
def test_a_day_outside_the_calendar_is_refused(day: str) -> None:
    with pytest.raises(CalendarError, match="2026-01-01 to 2027-12-31"):
        MONTHS.index_at(on(day))


@pytest.mark.parametrize(
    ("day", "share"),
    [
        ("2026-01-01", F(0)),
        ("2026-01-11", F(10, 31) / 12),
        ("2026-02-01", F(1, 12)),
        ("2027-01-01", F(1)),
        ("2028-01-01", F(2)),
    ],
)
def test_shares_run_evenly_inside_a_period(day: str, share: Fraction) -> None:
    assert MONTHS.shares_until(on(day)) == share


@pytest.mark.parametrize(
    ("day", "share"),
    [
        ("2026-01-01", F(0)),
        ("2026-07-01", F(181, 365)),
        ("2027-07-01", 1 + F(181, 365)),
        ("2028-01-01", F(2)),
    ],
)
def test_years_run_evenly_by_days(day: str, share: Fraction) -> None:
    assert MONTHS.years_until(on(day)) == share


def test_a_short_year_runs_by_its_own_days_to_its_own_share() -> None:
    calendar = calendar_of(
        [
            ("A", on("2026-01-01"), on("2026-04-01")),
            ("B", on("2026-04-01"), on("2027-04-01")),
        ]
    )
    assert calendar.years_until(on("2026-02-15")) == F(1, 4) * F(45, 90)
    assert calendar.years_until(on("2026-10-01")) == F(1, 4) + F(183, 365)
