"""Counting days: actual, without leap days, and months of thirty days (30E/360)."""

from __future__ import annotations

from datetime import date

import pytest

from inventory.accounting.engine.daycount import actual, thirty_360, without_leap_days

on = date.fromisoformat


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        # Published examples of 30E/360 (ISDA 2006, 4.16(g)).
        ("2007-01-15", "2007-01-30", 15),
        ("2007-01-15", "2007-02-15", 30),
        ("2007-01-15", "2007-07-15", 180),
        ("2007-09-30", "2008-03-31", 180),
        ("2007-09-30", "2007-10-31", 30),
        ("2007-09-30", "2008-09-30", 360),
        ("2007-01-15", "2007-01-31", 15),
        ("2007-01-31", "2007-02-28", 28),
        ("2007-02-28", "2007-03-31", 32),
        ("2006-08-31", "2007-02-28", 178),
        ("2007-02-28", "2007-08-31", 182),
        ("2007-02-14", "2007-02-28", 14),
        ("2007-02-26", "2008-02-29", 363),
        ("2008-02-29", "2009-02-28", 359),
        ("2008-02-29", "2008-03-31", 31),
        ("2008-02-28", "2008-02-29", 1),
    ],
)
def test_every_month_has_thirty_days(start: str, end: str, days: int) -> None:
    assert thirty_360(on(start), on(end)) == days


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        ("2020-02-28", "2020-03-01", 2),
        ("2021-02-28", "2021-03-01", 1),
        ("2020-01-01", "2021-01-01", 366),
        ("2020-05-05", "2020-05-05", 0),
    ],
)
def test_actual_days_count_the_leap_day(start: str, end: str, days: int) -> None:
    assert actual(on(start), on(end)) == days


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        ("2020-02-28", "2020-03-01", 1),
        ("2020-02-28", "2020-02-29", 0),
        ("2020-02-29", "2020-03-01", 1),
        ("2020-01-01", "2021-01-01", 365),
        ("2019-03-01", "2020-03-01", 365),
        ("2020-02-29", "2024-02-29", 4 * 365),
        ("2020-01-31", "2020-12-31", 334),
    ],
)
def test_without_leap_days_every_year_has_365(start: str, end: str, days: int) -> None:
    assert without_leap_days(on(start), on(end)) == days
