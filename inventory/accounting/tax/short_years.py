"""MACRS in a short tax year, first or last (IRS Publication 946, chapter 4). Pure.

The conventions put property into service at the midpoint of the short year, or of its
quarter. A year that begins or ends with a month counts its months, a part of a month
as a whole one; quarters are whole months where four of them fit, and else go by days,
the midpoint falling on the nearest first day or midpoint of a month before.
"""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

from inventory.accounting.model.terms import Disposal, Start
from inventory.kernel.months import months_between

_HALF = Fraction(1, 2)
_MIDDLE = 15


def _number(day: date) -> int:
    return day.year * 12 + day.month - 1


def _begin(first: date) -> int:
    """Return the month with which a year begins, a part of it being the whole."""
    return _number(first)


def _end(after: date) -> Fraction:
    """Return the month before which a year ends."""
    return Fraction(_number(after) + (after.day > 1))


def _snapped(day: date) -> Fraction:
    return _number(day) + (_HALF if day.day >= _MIDDLE else Fraction(0))


def _quarter(first: date, after: date, day: date) -> Fraction:
    """Return the midpoint of the quarter of a short year that contains `day`."""
    months = months_between(first, after)
    if first.day == after.day == 1 and months % 4 == 0:
        length = int(months) // 4
        begin = _begin(first)
        return begin + (_number(day) - begin) // length * length + Fraction(length, 2)
    days = Fraction((after - first).days, 4)
    begin_days = (day - first).days // days * days
    return _snapped(first + timedelta(days=int(begin_days + days / 2)))


def midpoint(first: date, after: date, day: date, *, quarter: bool) -> Fraction:
    """Return when property counts as placed in service, or as disposed of.

    Args:
        first: First day of the tax year.
        after: First day after it.
        day: The day in fact.
        quarter: Mid-quarter convention; else half-year.

    Returns:
        Months since year 0, with halves.
    """
    if quarter:
        return _quarter(first, after, day)
    if first.day == 1 or after.day == 1:
        return (_begin(first) + _end(after)) / 2
    return _snapped(first + timedelta(days=(after - first).days // 2))


def first_service(start: Start, first: date, after: date, day: date) -> Fraction:
    """Return the years of service that the year placed in service counts."""
    begun = midpoint(first, after, day, quarter=start is Start.MID_QUARTER)
    return (_end(after) - begun) / 12


def last_service(disposal: Disposal, first: date, after: date, day: date) -> Fraction:
    """Return the years of service that the year of disposal counts."""
    ended = midpoint(first, after, day, quarter=disposal is Disposal.MID_QUARTER)
    return (ended - _begin(first)) / 12
