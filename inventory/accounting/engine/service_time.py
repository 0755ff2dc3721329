"""Service time: how many years an asset has been in service at the end of a day.

All conventions about first periods, day counts and leap years meet here, in one
monotone function of the date; the methods know years only. Pure.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from inventory.accounting.engine import daycount
from inventory.accounting.model.terms import (
    Basis,
    DepreciationTerms,
    Disposal,
    Start,
    Tail,
    TermsError,
)
from inventory.accounting.tax import short_years
from inventory.kernel.months import add_months, month_start, months_between
from inventory.kernel.periods import Calendar, quarter_of

_ZERO, _HALF = Fraction(0), Fraction(1, 2)
_FISCAL_STARTS = (
    Start.HALF_YEAR,
    Start.HALF_YEAR_START,
    Start.HALF_YEAR_NEXT,
    Start.DAYS_180,
    Start.MID_QUARTER,
    Start.YEAR,
)
_USED_FOR_A_YEAR = 180


def _begin(terms: DepreciationTerms, calendar: Calendar) -> date:
    """Return the first day that counts, before half-month and fiscal-year shares."""
    day, start = terms.depreciate_from or terms.in_service, terms.conventions.start
    match start:
        case Start.DAY:
            if terms.conventions.count_first_day:
                return day
            return day + timedelta(days=1)
        case Start.MONTH | Start.HALF_MONTH:
            return month_start(day)
        case Start.NEXT_MONTH:
            return add_months(month_start(day), 1)
        case Start.MID_MONTH:
            return add_months(month_start(day), 0 if day.day <= 15 else 1)
        case Start.NEXT_PERIOD:
            return calendar.at(day).end
        case Start.NEXT_YEAR:
            return calendar.year_span(calendar.at(day).year)[1]
        case Start.HALF_YEAR_NEXT if quarter_of(calendar, day) >= 2:
            return calendar.year_span(calendar.at(day).year)[1]
        case Start.TABLE:
            return _by_table(terms.conventions.start_table, day)
        case _:
            return calendar.at(day).start


def _by_table(table: tuple[tuple[date, date], ...], day: date) -> date:
    place = bisect_right([first for first, _ in table], day) - 1
    if place < 0:
        raise TermsError(
            f"the start_table begins with {table[0][0]}, after {day}; add earlier rows"
        )
    return table[place][1]


@dataclass(frozen=True, slots=True)
class ServiceClock:
    """Reads service time for one asset in one calendar.

    Attributes:
        begin: First day that counts.
        shown: First day of the period in which the asset is put into service: what
            counts before it is charged with that period.
    """

    terms: DepreciationTerms
    calendar: Calendar
    begin: date
    shown: date

    @classmethod
    def of(cls, terms: DepreciationTerms, calendar: Calendar) -> ServiceClock:
        """Return the clock of these terms.

        Raises:
            CalendarError: The calendar does not reach the in-service day.
        """
        shown = calendar.at(terms.in_service).start
        return cls(terms, calendar, _begin(terms, calendar), shown)

    def at(self, day: date) -> Fraction:
        """Return the years in service before `day` begins; zero before the start."""
        served = self._served(day)
        life = self.terms.life
        if self.terms.conventions.tail is Tail.STUB or life is None or not served:
            return served
        return self._at_tail(day, served, life)

    def _at_tail(self, day: date, served: Fraction, life: Fraction) -> Fraction:
        """Move the end of the life to the end of a period or of a fiscal year."""
        if day >= self.calendar.end:
            return served
        period = self.calendar.at(day)
        if self.terms.conventions.tail is Tail.LAST_PERIOD:
            begun, end = self._served(period.start), self._served(period.end)
            return max(served, life) if 0 < begun < life < end else served
        first, after = self.calendar.year_span(period.year)
        begun, end = self._served(first), self._served(after)
        if not begun < life < end:
            return served
        return begun + (life - begun) * (served - begun) / (end - begun)

    def _served(self, day: date) -> Fraction:
        if day <= self.begin or day <= self.shown:
            return _ZERO
        if self.terms.conventions.start in _FISCAL_STARTS:
            return self._fiscal(day)
        if self.terms.conventions.start is Start.HALF_MONTH:
            return self._half_month(day)
        return self._measure(self.begin, day)

    def _half_month(self, day: date) -> Fraction:
        following = add_months(self.begin, 1)
        if day < following:
            return self._measure(self.begin, day) / 2
        return self._measure(self.begin, day) - Fraction(1, 24)

    def _measure(self, start: date, end: date) -> Fraction:
        calendar = self.calendar
        match self.terms.conventions.basis:
            case Basis.MONTHS:
                return months_between(start, end) / 12
            case Basis.PERIODS:
                return self.calendar.shares_until(end) - self.calendar.shares_until(
                    start
                )
            case Basis.DAYS_OF_YEAR:
                return calendar.years_until(end) - calendar.years_until(start)
            case Basis.DAYS_OF_LIFE:
                return self._life_days(start, end)
            case Basis.DAYS_365:
                return Fraction(daycount.actual(start, end), 365)
            case Basis.DAYS_NO_LEAP:
                return Fraction(daycount.without_leap_days(start, end), 365)
            case Basis.DAYS_360:
                return Fraction(daycount.thirty_360(start, end), 360)

    def _life_days(self, start: date, end: date) -> Fraction:
        months = self.terms.life_months
        if months is None or Fraction(months).denominator != 1:
            raise TermsError("days of life need a useful life in whole months")
        days = daycount.actual(start, add_months(start, int(months)))
        return Fraction(daycount.actual(start, end), days) * Fraction(months) / 12

    def year_length(self, year: str) -> Fraction:
        """Return the length of a fiscal year in years of twelve months."""
        return sum((p.share for p in self.calendar.in_year(year)), _ZERO)

    def _fiscal(self, day: date) -> Fraction:
        """Measure conventions that fix the first fiscal year's share as a whole."""
        year = self.calendar.at(self.begin).year
        after = self.calendar.year_span(year)[1]
        first = self._first_year(year)
        begun, end = self.calendar.shares_until(day), self.calendar.shares_until(after)
        if day < after:
            begin = self.calendar.shares_until(self.begin)
            return first * (begun - begin) / (end - begin)
        return first + begun - end

    def _first_year(self, year: str) -> Fraction:
        """Return the years of service that the first fiscal year counts."""
        start = self.terms.conventions.start
        if self._counts_short(year) and start in (Start.HALF_YEAR, Start.MID_QUARTER):
            day = self.terms.depreciate_from or self.terms.in_service
            return short_years.first_service(start, *self.calendar.year_span(year), day)
        return self.first_year_share() * self.year_length(year)

    def _counts_short(self, year: str) -> bool:
        """Whether a short tax year is to be counted as MACRS does."""
        return self.terms.method == "macrs" and self.year_length(year) < 1

    def first_year_share(self) -> Fraction:
        """Return the share of the first fiscal year that counts as service."""
        day = self.terms.depreciate_from or self.terms.in_service
        match self.terms.conventions.start:
            case Start.HALF_YEAR:
                return _HALF
            case Start.HALF_YEAR_START:
                return _HALF if quarter_of(self.calendar, day) >= 2 else Fraction(1)
            case Start.DAYS_180:
                _, after = self.calendar.year_span(self.calendar.at(day).year)
                used = (after - day).days
                return Fraction(1) if used >= _USED_FOR_A_YEAR else _HALF
            case Start.MID_QUARTER:
                return Fraction(7 - 2 * quarter_of(self.calendar, day), 8)
            case _:
                return Fraction(1)

    def at_disposal(self, day: date) -> Fraction:
        """Return the years of service of an asset that is disposed of on `day`."""
        conventions = self.terms.conventions
        first = month_start(day)
        match conventions.disposal:
            case Disposal.DAY:
                extra = 1 if conventions.count_disposal_day else 0
                return self.at(day + timedelta(days=extra))
            case Disposal.MONTH:
                return self.at(add_months(first, 1))
            case Disposal.NO_MONTH:
                return self.at(first)
            case Disposal.MID_MONTH:
                return self.at(first if day.day <= 15 else add_months(first, 1))
            case Disposal.HALF_MONTH:
                return (self.at(first) + self.at(add_months(first, 1))) / 2
            case _:
                return self._year_of_disposal(day)

    def _year_of_disposal(self, day: date) -> Fraction:
        year = self.calendar.at(day).year
        first, after = self.calendar.year_span(year)
        opening, closing = self.at(first), self.at(after)
        rule = self.terms.conventions.disposal
        if rule is Disposal.YEAR:
            return closing
        if rule is Disposal.NO_YEAR:
            return opening
        if opening == 0:
            # In and out within one year: no deduction (Pub. 946, "Figuring the
            # deduction", disposition in the year placed in service).
            return _ZERO
        if self._counts_short(year):
            return opening + short_years.last_service(rule, first, after, day)
        share = _HALF
        if rule is Disposal.MID_QUARTER:
            share = Fraction(1 + 2 * quarter_of(self.calendar, day), 8)
        return opening + share * self.year_length(year)
