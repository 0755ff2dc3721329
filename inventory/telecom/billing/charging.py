"""What a month of a recurring charge costs, and when it falls due. Pure.

A charge of several months is shared over them without a rest. A month in which it
begins or ends is charged by its days, as carriers do.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from inventory.kernel.money import round_half_up, split
from inventory.kernel.spans import Span

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ChargeTerms:
    """What is to be paid, and for how long.

    Attributes:
        amount: Net, of `every_months`, in minor units.
        every_months: 1 monthly, 12 yearly.
        span: First day, and first day no more.
    """

    amount: int
    every_months: int
    span: Span


def month_of(day: date) -> date:
    """Return the first day of a month."""
    return day.replace(day=1)


def next_month(day: date) -> date:
    """Return the first day of the month after."""
    return month_of(month_of(day) + timedelta(days=31))


def months_between(first: date, end: date) -> Iterator[date]:
    """Yield the months that have some day from a day up to, not including, another."""
    month = month_of(first)
    while month < end:
        yield month
        month = next_month(month)


def amount_of(charge: ChargeTerms, month: date) -> int:
    """Return what a month of a charge costs, in minor units; 0 where it does not run.

    Args:
        charge: The charge.
        month: First day of the month.
    """
    within = charge.span.meet(Span(month, next_month(month)))
    if within is None or within.end is None:
        return 0
    start = month_of(charge.span.start)
    place = (month.year - start.year) * 12 + month.month - start.month
    share = charge.amount
    if charge.every_months > 1:
        parts = split(charge.amount, [1] * charge.every_months)
        share = parts[place % charge.every_months]
    days = calendar.monthrange(month.year, month.month)[1]
    run = (within.end - within.start).days
    return share if run == days else round_half_up(Fraction(share * run, days))


def amount_between(charge: ChargeTerms, first: date, last: date) -> int:
    """Return what the months from one day to another cost, both ends included."""
    months = months_between(first, last + _DAY)
    return sum(amount_of(charge, month) for month in months)


def billed_between(charge: ChargeTerms, first: date, last: date) -> int:
    """Return what an invoice over some days bills, both ends included.

    A monthly charge is billed month by month; one of several months in advance, as a
    whole, in the month in which they begin.
    """
    if charge.every_months == 1:
        return amount_between(charge, first, last)
    start, total = month_of(charge.span.start), 0
    for month in months_between(first, last + _DAY):
        place = (month.year - start.year) * 12 + month.month - start.month
        if place < 0 or place % charge.every_months:
            continue
        for _ in range(charge.every_months):
            total += amount_of(charge, month)
            month = next_month(month)
    return total


def charged_on(span: Span, month: date, day_of_month: int) -> date:
    """Return the day on which a month of a charge falls due.

    Args:
        span: When the charge runs.
        month: First day of the month; the charge runs on some day of it.
        day_of_month: The day, 1 to 28; moved into the days on which it runs.
    """
    day = max(month.replace(day=day_of_month), span.start)
    return day if span.end is None else min(day, span.end - _DAY)
