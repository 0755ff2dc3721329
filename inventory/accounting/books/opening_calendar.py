"""The calendar of a book that is opened: any year end, weeks, a short first year. Pure.

Imports the calendars of `kernel`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction

from inventory.kernel.errors import Invalid
from inventory.kernel.months import add_months, month_start
from inventory.kernel.periods import Calendar, Period, calendar_of, week_calendar
from inventory.kernel.texts import N_

MONTHS = {"months": 1, "quarters": 3, "half-years": 6, "years": 12}
"""Length of the periods of a fiscal year, in months."""

WEEKS = {"4-4-5": (4, 4, 5), "4-5-4": (4, 5, 4), "5-4-4": (5, 4, 4), "13": (4,)}
"""Weeks of the periods of a fiscal year, repeated; `13` has thirteen of four weeks."""

_DAY = timedelta(days=1)
_SATURDAY = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarPlan:
    """What the calendar of a book is made of.

    Attributes:
        begins_on: First day that the book posts.
        year_end: Last day of the fiscal year as month and day, `12-31`; a year of
            weeks ends with the last Saturday up to it.
        periods: A word of `MONTHS` or `WEEKS`.
        founded_on: First day of the company, whose first year may be short; None for
            one that has been there longer than the calendar reaches back.
        years_before: Fiscal years before that of `begins_on`, for what was bought then.
        years_after: Fiscal years after it.
    """

    begins_on: date
    year_end: str = "12-31"
    periods: str = "months"
    founded_on: date | None = None
    years_before: int = 20
    years_after: int = 45

    def calendar(self) -> Calendar:
        """Return the calendar.

        Raises:
            Invalid: The year end is no day, or the company begins after its book.
        """
        if self.founded_on is not None and self.founded_on > self.begins_on:
            raise Invalid(
                N_("The company begins on {founded}, after its book ({begins})."),
                where="founded_on",
                founded=self.founded_on,
                begins=self.begins_on,
            )
        spans = list(self._spans())
        if self.periods in WEEKS:
            return self._of_weeks(spans)
        return calendar_of(spans, months_per_period=MONTHS[self.periods])

    def _spans(self) -> Iterator[tuple[str, date, date]]:
        """Yield name, first day and first day after of each fiscal year."""
        year = self.begins_on.year
        while self._end(year) <= self.begins_on:
            year += 1
        while self._end(year - 1) > self.begins_on:
            year -= 1
        for one in range(year - self.years_before, year + self.years_after + 1):
            start, end = self._end(one - 1), self._end(one)
            if self.founded_on is not None:
                if end <= self.founded_on:
                    continue
                if self.periods in MONTHS:
                    start = max(start, self.founded_on)
            yield str(one), start, end

    def _end(self, year: int) -> date:
        """Return the first day after the fiscal year that ends in a calendar year."""
        try:
            month, day = (int(part) for part in self.year_end.split("-"))
            first_after = add_months(date(year, month, 1), 1)
            if (month, day) == (2, 29):
                day = 28
            last = date(year, month, day)
        except ValueError:
            raise Invalid(
                N_("{year_end} is not a month and a day (MM-DD)."),
                where="year_end",
                year_end=self.year_end,
            ) from None
        if (month, day) == (2, 28):
            last = first_after - _DAY
        if self.periods in WEEKS:
            last -= timedelta(days=(last.weekday() - _SATURDAY) % 7)
        return last + _DAY

    def _of_weeks(self, spans: list[tuple[str, date, date]]) -> Calendar:
        whole = week_calendar(spans, pattern=WEEKS[self.periods])
        founded = self.founded_on
        if founded is None:
            return whole
        kept = [period for period in whole.periods if period.end > founded]
        kept[0] = _cut(kept[0], max(founded, kept[0].start))
        return Calendar(tuple(kept))


def _cut(period: Period, start: date) -> Period:
    """Return a period that begins later; its share of the year shrinks by its days."""
    left = Fraction((period.end - start).days, period.days)
    return replace(period, start=start, share=period.share * left)


def year_begins(day: date, year_end: str) -> date:
    """Return the first day of the fiscal year of a day, of years of whole months."""
    plan = CalendarPlan(begins_on=day, year_end=year_end, years_before=0, years_after=0)
    (_, start, _) = next(plan._spans())
    return start if start.day != 1 else month_start(start)
