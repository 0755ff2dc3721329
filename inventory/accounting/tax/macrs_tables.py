"""The printed MACRS percentage tables (IRS Publication 946, Appendix A). Pure.

They are data and used as printed, rounding anomalies included; a taxpayer who begins
with them stays with them, and may not use them with a short tax year. Where Appendix A
has no table of ours (straight line over other lives), the formula makes one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from inventory.accounting.model.terms import DepreciationTerms, Start, TermsError
from inventory.accounting.tax.macrs import (
    HALF_YEAR,
    mid_month,
    mid_quarter,
    percentages,
)
from inventory.kernel.months import months_between
from inventory.kernel.periods import Calendar, quarter_of

Key = tuple[Fraction, Fraction | None, Start, int]
"""Recovery period, declining factor (None for straight line), convention, and the
quarter or month in which the property is placed in service (0 for half-year)."""

_STARTS = (Start.HALF_YEAR, Start.MID_QUARTER, Start.HALF_MONTH)


@dataclass(frozen=True, slots=True)
class Table:
    """One column of a table.

    Attributes:
        name: e.g. `A-1`; `formula` where it is not printed.
        rates: Shares of the unadjusted basis, one a tax year.
    """

    name: str
    rates: tuple[Fraction, ...]


@dataclass(frozen=True, slots=True)
class Tables:
    """All tables."""

    columns: Mapping[Key, Table]

    def find(
        self, life: Fraction, factor: Fraction | None, start: Start, at: int = 0
    ) -> Table:
        """Return the yearly shares for a property.

        Args:
            life: Recovery period in years.
            factor: 2 or 3/2; None for straight line.
            start: Half-year, mid-quarter, or half-month for real property.
            at: Quarter (1-4) or month (1-12) placed in service.

        Raises:
            TermsError: The tables know no such convention, quarter or month.
        """
        printed = self.columns.get((life, factor, start, at))
        if printed is not None:
            return printed
        match start:
            case Start.HALF_YEAR if at == 0:
                first = HALF_YEAR
            case Start.MID_QUARTER if 1 <= at <= 4:
                first = mid_quarter(at)
            case Start.HALF_MONTH if 1 <= at <= 12:
                first = mid_month(at)
            case _:
                raise TermsError(
                    f"MACRS tables know half-year, mid-quarter and half-month, not "
                    f"{start} at {at}"
                )
        digits = 3 if start is Start.HALF_MONTH or life == 20 else 2
        table = percentages(life, first, factor=factor, digits=digits)
        return Table("formula", tuple(percent / 100 for percent in table))

    def of_terms(self, terms: DepreciationTerms, calendar: Calendar) -> Table:
        """Return the yearly shares for an asset in a tax calendar.

        Raises:
            TermsError: The recovery period is missing, or the tax year is short.
        """
        if terms.life is None:
            raise TermsError("MACRS tables need the recovery period as useful life")
        start, day = terms.conventions.start, terms.in_service
        year = calendar.at(day).year
        first, after = calendar.year_span(year)
        if months_between(first, after) != 12:
            raise TermsError(
                f"tax year {year} is short: the tables may not be used (Pub. 946, "
                "chapter 4), use the mode `formula`"
            )
        at = 0
        if start is Start.MID_QUARTER:
            at = quarter_of(calendar, day) + 1
        elif start is Start.HALF_MONTH:
            at = int(months_between(first, day.replace(day=1))) + 1
        return self.find(terms.life, _factor(terms), start, at)


def _factor(terms: DepreciationTerms) -> Fraction | None:
    value = terms.params.get("factor")
    return None if value is None else Fraction(str(value))


def read_tables(rows: Iterable[Mapping[str, str]]) -> Tables:
    """Read tables.

    Args:
        rows: `table`, `life`, `factor` (empty for straight line), `start`, `at`
            (quarter or month) and `percent` (separated by spaces, one a year).

    Raises:
        TermsError: A row is wrong, or its percentages do not sum to 100.
    """
    columns: dict[Key, Table] = {}
    for number, row in enumerate(rows, 1):
        try:
            start = Start(row["start"])
            factor = Fraction(row["factor"]) if row["factor"] else None
            key = (Fraction(row["life"]), factor, start, int(row["at"] or 0))
            percents = [Fraction(text) for text in row["percent"].split()]
        except (KeyError, ValueError) as error:
            raise TermsError(f"MACRS tables, row {number}: {error}") from error
        if sum(percents) != 100:
            raise TermsError(f"MACRS tables, row {number}: not 100 percent")
        if key in columns or start not in _STARTS:
            raise TermsError(f"MACRS tables, row {number}: {key} is there already")
        columns[key] = Table(row["table"], tuple(p / 100 for p in percents))
    return Tables(columns)
