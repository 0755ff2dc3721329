"""Service time: how many years an asset has been in service at the end of a day.

All conventions about first periods, day counts and leap years meet here, in one
monotone function of the date; the methods know years only. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from inventory.accounting import daycount
from inventory.accounting.terms import Basis, Disposal, Start, Terms, TermsError
from inventory.periods import (
    Calendar,
    add_months,
    month_start,
    months_between,
)

_ZERO = Fraction(0)
_FISCAL_STARTS = (Start.HALF_YEAR, Start.MID_QUARTER, Start.YEAR)


def quarter_of(calendar: Calendar, day: date) -> int:
    """Return the quarter (0-3) of the fiscal year that contains `day`."""
    start, _ = calendar.year_span(calendar.at(day).year)
    return min(3, int(months_between(month_start(start), day)) // 3)


def _begin(terms: Terms, calendar: Calendar) -> date:
    """Return the first day that counts, before half-month and fiscal-year shares."""
    day, start = terms.in_service, terms.conventions.start
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
        case _:
            return calendar.at(day).start


@dataclass(frozen=True, slots=True)
class ServiceClock:
    """Reads service time for one asset in one calendar.

    Attributes:
        begin: First day that counts.
    """

    terms: Terms
    calendar: Calendar
    begin: date

    @classmethod
    def of(cls, terms: Terms, calendar: Calendar) -> ServiceClock:
        """Return the clock of these terms.

        Raises:
            CalendarError: The calendar does not reach the in-service day.
        """
        return cls(terms, calendar, _begin(terms, calendar))

    def at(self, day: date) -> Fraction:
        """Return the years in service before `day` begins; zero before the start."""
        if day <= self.begin:
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
        first = self.first_year_share() * self.year_length(year)
        upto, end = self.calendar.shares_until(day), self.calendar.shares_until(after)
        if day < after:
            begin = self.calendar.shares_until(self.begin)
            return first * (upto - begin) / (end - begin)
        return first + upto - end

    def first_year_share(self) -> Fraction:
        """Return the share of the first fiscal year that counts as service."""
        match self.terms.conventions.start:
            case Start.HALF_YEAR:
                return Fraction(1, 2)
            case Start.MID_QUARTER:
                quarter = quarter_of(self.calendar, self.terms.in_service)
                return Fraction(7 - 2 * quarter, 8)
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
            case Disposal.HALF_MONTH:
                return (self.at(first) + self.at(add_months(first, 1))) / 2
            case _:
                return self._year_of_disposal(day)

    def _year_of_disposal(self, day: date) -> Fraction:
        year = self.calendar.at(day).year
        first, after = self.calendar.year_span(year)
        opening, closing = self.at(first), self.at(after)
        match self.terms.conventions.disposal:
            case Disposal.YEAR:
                return closing
            case Disposal.NO_YEAR:
                return opening
            case Disposal.HALF_YEAR:
                share = Fraction(1, 2)
            case _:
                share = Fraction(1 + 2 * quarter_of(self.calendar, day), 8)
        if opening == 0:
            # In and out within one year: no deduction (Pub. 946, "Figuring the
            # deduction", disposition in the year placed in service).
            return _ZERO
        return opening + share * self.year_length(year)
