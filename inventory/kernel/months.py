"""Counting in calendar months. Pure; imports nothing of ours."""

from __future__ import annotations

from datetime import date
from fractions import Fraction


def add_months(day: date, months: int) -> date:
    """Return the same day some months later, or the last day of a shorter month."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def month_start(day: date) -> date:
    """Return the first day of the month of `day`."""
    return day.replace(day=1)


def months_between(start: date, end: date) -> Fraction:
    """Return the months from `start` to `end`, parts of a month by its days."""
    whole = (end.year - start.year) * 12 + end.month - start.month
    if start.day == end.day == 1:
        return Fraction(whole)
    return (
        whole
        + Fraction(end.day - 1, _days_in_month(end))
        - Fraction(start.day - 1, _days_in_month(start))
    )


def _days_in_month(day: date) -> int:
    first = month_start(day)
    return (add_months(first, 1) - first).days
