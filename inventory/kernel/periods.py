"""Fiscal calendars: years cut into periods; a period is an id, not a month. Pure.

Intervals are half-open: `start` is the first day, `end` the first day after. Each
period knows which share of a twelve-month year it stands for, so that even and
weekly divisions, short years and 13-period years need no code elsewhere. May be
imported by everybody in `inventory`; imports `months`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import accumulate, pairwise

from inventory.kernel.months import add_months, month_start, months_between

_MONTH = Fraction(1, 12)


class CalendarError(ValueError):
    """Periods overlap, leave a gap, or do not reach the date that was asked for."""


@dataclass(frozen=True, slots=True)
class Period:
    """One accounting period.

    Attributes:
        id: Stable name, e.g. `2026-03`, `FY2026-P07`.
        year: Name of the fiscal year it belongs to.
        start: First day.
        end: First day after the period.
        share: Share of a twelve-month year this period stands for.
    """

    id: str
    year: str
    start: date
    end: date
    share: Fraction

    @property
    def last(self) -> date:
        """The last day of the period."""
        return self.end - timedelta(days=1)

    @property
    def days(self) -> int:
        """Number of calendar days."""
        return (self.end - self.start).days


@dataclass(frozen=True, slots=True)
class Calendar:
    """Periods without gap or overlap, in order.

    Raises:
        CalendarError: The periods do not follow each other, or share an id.
    """

    periods: tuple[Period, ...]
    _starts: tuple[date, ...] = field(init=False, repr=False, compare=False)
    _by_year: dict[str, tuple[Period, ...]] = field(
        init=False, repr=False, compare=False
    )
    _shares: tuple[Fraction, ...] = field(init=False, repr=False, compare=False)
    monthly: bool = field(init=False, repr=False, compare=False)
    """Whether every period is a calendar month, a twelfth of a year."""

    def __post_init__(self) -> None:
        if not self.periods:
            raise CalendarError("a calendar needs at least one period")
        for one, two in zip(self.periods, self.periods[1:], strict=False):
            if one.end != two.start:
                raise CalendarError(
                    f"period {two.id} starts {two.start}, but {one.id} ends "
                    f"{one.last}; periods must follow each other day by day"
                )
        if len({period.id for period in self.periods}) < len(self.periods):
            raise CalendarError("two periods of a calendar have the same id")
        years: dict[str, list[Period]] = {}
        for period in self.periods:
            years.setdefault(period.year, []).append(period)
        object.__setattr__(self, "_starts", tuple(p.start for p in self.periods))
        shares = accumulate((p.share for p in self.periods), initial=Fraction(0))
        object.__setattr__(self, "_shares", tuple(shares))
        months = all(
            p.start.day == p.end.day == 1 and p.share == _MONTH and p.days < 32
            for p in self.periods
        )
        object.__setattr__(self, "monthly", months)
        object.__setattr__(
            self, "_by_year", {year: tuple(some) for year, some in years.items()}
        )

    @property
    def start(self) -> date:
        """First day of the first period."""
        return self.periods[0].start

    @property
    def end(self) -> date:
        """First day after the last period."""
        return self.periods[-1].end

    @property
    def years(self) -> tuple[str, ...]:
        """Names of the fiscal years, in order."""
        return tuple(self._by_year)

    def index_at(self, day: date) -> int:
        """Return the position of the period that contains `day`.

        Raises:
            CalendarError: The calendar does not reach that day.
        """
        if not self.start <= day < self.end:
            raise CalendarError(
                f"{day} is outside the calendar ({self.start} to "
                f"{self.periods[-1].last}); add fiscal years to it"
            )
        return bisect_right(self._starts, day) - 1

    def at(self, day: date) -> Period:
        """Return the period that contains `day`; raises as `index_at`."""
        return self.periods[self.index_at(day)]

    def shares_until(self, day: date) -> Fraction:
        """Return the period shares before `day`, parts of a period by its days."""
        if day == self.end:
            return self._shares[-1]
        place = self.index_at(day)
        period = self.periods[place]
        inside = Fraction((day - period.start).days, period.days)
        return self._shares[place] + period.share * inside

    def years_until(self, day: date) -> Fraction:
        """Return the period shares before `day`, parts of a year by its days."""
        if day == self.end:
            return self._shares[-1]
        year = self._by_year[self.at(day).year]
        first, last = self.index_at(year[0].start), self.index_at(year[-1].start)
        before, after = self._shares[first], self._shares[last + 1]
        inside = Fraction(
            (day - year[0].start).days, (year[-1].end - year[0].start).days
        )
        return before + (after - before) * inside

    def in_year(self, year: str) -> tuple[Period, ...]:
        """Return the periods of a fiscal year."""
        return self._by_year[year]

    def year_span(self, year: str) -> tuple[date, date]:
        """Return first day and first day after a fiscal year."""
        periods = self._by_year[year]
        return periods[0].start, periods[-1].end


def fiscal_calendar(
    first_year: int,
    last_year: int,
    *,
    year_end_month: int = 12,
    months_per_period: int = 1,
) -> Calendar:
    """Return a calendar of fiscal years that end with a month.

    A fiscal year is named after the calendar year in which it ends. Its periods are
    whole calendar months, quarters, half-years or years.

    Args:
        first_year: Name of the first fiscal year.
        last_year: Name of the last fiscal year.
        year_end_month: 12 for calendar years, 3 for April to March.
        months_per_period: 1, 3, 6 or 12.

    Raises:
        CalendarError: `months_per_period` does not divide a year.
    """
    if months_per_period not in (1, 2, 3, 4, 6, 12):
        raise CalendarError(
            f"{months_per_period} months a period do not divide a year; use 1, 3, 6, 12"
        )
    start = add_months(date(first_year - 1, year_end_month, 1), 1)
    spans = []
    for year in range(first_year, last_year + 1):
        spans.append((str(year), start, add_months(start, 12)))
        start = add_months(start, 12)
    return calendar_of(spans, months_per_period=months_per_period)


def calendar_of(
    years: Iterable[tuple[str, date, date]], *, months_per_period: int = 1
) -> Calendar:
    """Return a calendar of any fiscal years, short and long ones included.

    Args:
        years: (name, first day, first day after) of each year.
        months_per_period: Months in a period; a year's first and last period may be
            shorter.
    """
    periods: dict[str, Period] = {}
    for name, start, end in years:
        some = _month_periods(name, start, end, months_per_period)
        for number, period in enumerate(some, 1):
            # A changed year end cuts a month in two; the second half is numbered.
            key = f"{name}-P{number:02d}" if period.id in periods else period.id
            periods[key] = replace(period, id=key)
    return Calendar(tuple(periods.values()))


def _month_periods(name: str, start: date, end: date, months: int) -> list[Period]:
    # Years that end with a month have calendar months; others count from their start.
    anchor = month_start(start) if end.day == 1 else start
    cuts, count = [start], months
    while (following := add_months(anchor, count)) < end:
        cuts.append(following)
        count += months
    cuts.append(end)
    spans = list(pairwise(cuts))
    return [
        Period(_period_id(name, a, months, n), name, a, b, _share(a, b, months))
        for n, (a, b) in enumerate(spans, 1)
    ]


def _share(start: date, end: date, months: int) -> Fraction:
    if add_months(start, months) == end:
        return Fraction(months, 12)
    return months_between(start, end) / 12


def _period_id(year: str, start: date, months: int, number: int) -> str:
    if months == 1:
        return f"{start.year:04d}-{start.month:02d}"
    return year if months == 12 and number == 1 else f"{year}-P{number:02d}"


def week_calendar(
    years: Sequence[tuple[str, date, date]],
    *,
    pattern: Sequence[int] = (4, 4, 5),
    by_days: bool = False,
) -> Calendar:
    """Return a 4-4-5, 4-5-4, 5-4-4 or 13-period calendar.

    Args:
        years: (name, first day, first day after); 52 or 53 weeks each. The 53rd week
            goes to the last period.
        pattern: Weeks per period, repeated to the end of the year; (4,) gives 13
            periods.
        by_days: Share a year by the days of each period; otherwise evenly.

    Raises:
        CalendarError: A year is not 52 or 53 whole weeks.
    """
    periods: list[Period] = []
    for name, start, end in years:
        days = (end - start).days
        if days not in (364, 371):
            raise CalendarError(
                f"year {name} has {days} days; a week calendar needs 364 or 371"
            )
        weeks = list(pattern) * (52 // sum(pattern))
        weeks[-1] += days // 7 - sum(weeks)
        for number, length in enumerate(weeks, 1):
            after = start + timedelta(weeks=length)
            share = Fraction(length * 7, days) if by_days else Fraction(1, len(weeks))
            periods.append(Period(f"{name}-P{number:02d}", name, start, after, share))
            start = after
    return Calendar(tuple(periods))


def quarter_of(calendar: Calendar, day: date) -> int:
    """Return the quarter (0-3) of the fiscal year that contains `day`.

    A short year has short quarters; a year that does not begin and end with a month
    is cut by days.
    """
    start, end = calendar.year_span(calendar.at(day).year)
    if start.day == end.day == 1:
        return int(months_between(start, day) * 4 / months_between(start, end))
    return (day - start).days * 4 // (end - start).days
