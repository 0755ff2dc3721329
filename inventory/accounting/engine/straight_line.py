"""The common case in closed form: straight line by months, without changes. Pure.

Nothing happened to most assets since they were capitalised, or they were only taken
over from another system with the depreciation that the terms give. Their rows follow
from whole-number arithmetic, one by one, at a fraction of what the walk through a life
costs; the tests prove them equal to the walk's, field by field.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, TypeVar

from inventory.accounting.model.events import Event, Opening
from inventory.accounting.model.rows import Row, Schedule
from inventory.accounting.model.terms import (
    Basis,
    Conventions,
    DepreciationTerms,
    Residue,
    Rounding,
    Start,
)
from inventory.kernel.periods import Calendar

if TYPE_CHECKING:  # numpy need not load for single assets
    import numpy as np
    import numpy.typing as npt

_STARTS = (Start.MONTH, Start.NEXT_MONTH, Start.MID_MONTH)
T = TypeVar("T", int, "npt.NDArray[np.int64]")
_ZERO, _MONTH = Fraction(0), Fraction(1, 12)


def month_number(day: date) -> int:
    """Return months since year 0, a calendar month as a number."""
    return day.year * 12 + day.month - 1


def first_month(in_service: date, start: Start) -> int:
    """Return the number of the first month that is charged."""
    month = month_number(in_service)
    if start is Start.NEXT_MONTH or (start is Start.MID_MONTH and in_service.day > 15):
        return month + 1
    return month


def charged_of(base: T, served: T, life: T) -> T:
    """Return the charge of the first months of a life, rounded half up.

    Args:
        base: Cost less residual value, minor units; numbers or arrays of them.
        served: Months charged, from 0 to the life.
        life: Useful life in months.
    """
    return (2 * base * served + life) // (2 * life)


def covers(terms: DepreciationTerms) -> bool:
    """Whether terms without events are covered here (in a calendar of months)."""
    life = terms.life_months
    return (
        terms.method == "straight-line"
        and not terms.params
        and terms.share is None
        and life is not None
        and int(life) == life
        and _plain(terms.conventions)
    )


def _plain(conventions: Conventions) -> bool:
    return (
        conventions.basis is Basis.MONTHS
        and conventions.start in _STARTS
        and conventions.residue is Residue.CUMULATIVE
        and conventions.rounding is Rounding.HALF_UP
        and conventions.rounding_unit == 1
    )


@dataclass(frozen=True, slots=True)
class Line:
    """A straight-line asset in a calendar of months, by indexes of its periods.

    Attributes:
        calendar: The calendar.
        cost: Gross cost, minor units.
        base: Cost less residual value.
        life: Useful life in months.
        first: Index of its first row.
        begin: Index of the first month charged.
        last: Index of its last row.
        exact: Exact charge of a month.
        taken: Whether the first row opens with balances taken over.
    """

    calendar: Calendar
    cost: int
    base: int
    life: int
    first: int
    begin: int
    last: int
    exact: Fraction
    taken: bool = False

    def charged(self, index: int) -> int:
        """Return the depreciation charged before a period begins."""
        served = min(max(index - self.begin, 0), self.life)
        return charged_of(self.base, served, self.life)

    def closing(self, index: int) -> int:
        """Return the book value at the end of a period, from the first row on."""
        return self.cost - self.charged(index + 1)

    def row(self, index: int, *, posted: bool = False) -> Row | None:
        """Return the row of a period; None where the asset has none.

        Args:
            index: Index of the period.
            posted: Whether it is booked now.
        """
        if not self.first <= index <= self.last:
            return None
        period = self.calendar.periods[index]
        before, after = self.charged(index), self.charged(index + 1)
        served = index >= self.begin
        charged = served and index < self.begin + self.life
        first = index == self.first
        new = first and not self.taken
        return Row(
            period=period.id,
            year=period.year,
            start=period.start,
            end=period.end,
            opening=0 if new else self.cost - before,
            additions=self.cost if new else 0,
            depreciation=after - before,
            cost=self.cost,
            accumulated=after,
            residual_value=self.cost - self.base,
            closing=self.cost - after,
            service=_MONTH if served else _ZERO,
            days=period.days if served else 0,
            rate=Fraction(12, self.life) if served else None,
            residue=after - before - self.exact if charged else _ZERO,
            method="straight-line",
            taken_over=first and self.taken,
            posted=posted,
        )

    def rows(self) -> Iterator[Row]:
        """Yield all rows."""
        for index in range(self.first, self.last + 1):
            row = self.row(index)
            if row is not None:
                yield row

    def schedule(self) -> Schedule:
        """Return the schedule."""
        return Schedule(rows=tuple(self.rows()))


def line_of(
    terms: DepreciationTerms, calendar: Calendar, events: Sequence[Event] = ()
) -> Line | None:
    """Return the straight line of terms; None if they or the events are not covered.

    Args:
        terms: The terms.
        calendar: Fiscal periods.
        events: Events in force.

    Raises:
        CalendarError: The calendar does not reach the in-service day.
    """
    if not (calendar.monthly and covers(terms)):
        return None
    line = _line(terms, calendar)
    if line is None or not events:
        return line
    opening = events[0]
    if len(events) > 1 or not isinstance(opening, Opening):
        return None
    return _taken_over(line, opening)


def _line(terms: DepreciationTerms, calendar: Calendar) -> Line | None:
    first = calendar.index_at(terms.in_service)
    day = terms.depreciate_from or terms.in_service
    begin = first_month(day, terms.conventions.start) - month_number(calendar.start)
    last_place = len(calendar.periods) - 1
    if begin > last_place:
        return None
    life, base = int(terms.life_months or 1), terms.cost - terms.residual_value
    months = min(life, last_place - begin + 1)
    charged = charged_of(base, months, life)
    last = first
    if charged:
        # The last charges of a few cents may all be nothing.
        last = begin - (life - 2 * life * charged) // (2 * base) - 1
    exact = Fraction(base, life)
    return Line(calendar, terms.cost, base, life, first, begin, max(first, last), exact)


def _taken_over(line: Line, opening: Opening) -> Line | None:
    """Return a line that begins with balances taken over, if they are its own."""
    if opening.impairment or opening.surplus or opening.units or opening.transfer:
        return None
    if opening.posting is not None or opening.effective.day != 1:
        return None
    index = line.calendar.index_at(opening.effective)
    if index < line.first or opening.accumulated != line.charged(index):
        return None
    return replace(line, first=index, last=max(index, line.last), taken=True)
