"""Counting days between two dates, end excluded. Pure.

Leap days are where books disagree: the rule is chosen per book, never assumed.
"""

from __future__ import annotations

from datetime import date


def actual(start: date, end: date) -> int:
    """Calendar days."""
    return (end - start).days


def without_leap_days(start: date, end: date) -> int:
    """Calendar days of which no 29 February is counted: each year has 365."""
    return _ordinal_365(end) - _ordinal_365(start)


def _ordinal_365(day: date) -> int:
    if (day.month, day.day) == (2, 29):
        day = day.replace(day=28)
    return day.year * 365 + day.replace(year=2001).timetuple().tm_yday


def thirty_360(start: date, end: date) -> int:
    """Days of months of 30 days each (30E/360, ISDA 2006 section 4.16(g))."""
    return (
        (end.year - start.year) * 360
        + (end.month - start.month) * 30
        + min(end.day, 30)
        - min(start.day, 30)
    )
