"""Limits and rates that change by law: dated rows, looked up by day. Pure.

United States: section 179, the special allowance (bonus), passenger automobiles.
Pools: writing-down rates, and what a year that straddles a change gets.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any

from inventory.accounting.model.terms import TermsError
from inventory.accounting.tax.macrs import Limit179
from inventory.kernel.money import parse_money, round_half_up
from inventory.kernel.months import months_between

_CENTS = "USD"


@dataclass(frozen=True, slots=True)
class Dated:
    """Values that hold from a day on."""

    start: date
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PoolLaw:
    """What the law says of a pool in a fiscal year.

    Attributes:
        rate: Yearly rate.
        reduced_share: Share of the rate that additions get in their first year.
        small: A balance up to this may be written off whole; minor units.
        scaled: Rate and `small` are scaled by the length of the year.
        disposals_last: What left comes off after the rate is charged.
    """

    rate: Fraction
    reduced_share: Fraction
    small: int
    scaled: bool
    disposals_last: bool


@dataclass(frozen=True, slots=True)
class FirstYear:
    """A first-year allowance of what is bought on a day.

    Attributes:
        rate: Share of the cost that is allowed in the year, such as 1/2; above 1 for a
            super-deduction.
        charged: Share of the proceeds of a disposal that is taxed at once; the rest
            comes off the pool.
    """

    rate: Fraction
    charged: Fraction

    @property
    def pooled(self) -> Fraction:
        """Share of the cost that comes into the pool in the next year."""
        return max(Fraction(0), 1 - self.rate)


@dataclass(frozen=True, slots=True)
class Limits:
    """All dated limits.

    Attributes:
        section_179: Dollar limits.
        bonus: Rates of the special allowance.
        automobiles: Yearly limits of passenger automobiles.
        pools: Rates of pools by name.
        investment_allowance: Most of a year that is allowed at once (CAA 2001
            section 51A).
        first_year: First-year allowances by name (CAA 2001 section 52).
    """

    section_179: Sequence[Dated] = ()
    bonus: Sequence[Dated] = ()
    automobiles: Sequence[Dated] = ()
    pools: Mapping[str, Sequence[Dated]] = field(default_factory=dict)
    investment_allowance: Sequence[Dated] = ()
    first_year: Mapping[str, Sequence[Dated]] = field(default_factory=dict)

    def limit_179(self, day: date) -> Limit179:
        """Return the section 179 limits of the year of a day; US cents.

        Raises:
            TermsError: No row reaches so far back.
        """
        row = _at(self.section_179, day, "section 179 limits")
        return Limit179(_cents(row["maximum"]), _cents(row["threshold"]))

    def vehicle_179(self, day: date) -> int:
        """Return the section 179 limit of a heavy vehicle; US cents."""
        return _cents(_at(self.section_179, day, "section 179 limits")["vehicle"])

    def bonus_rate(
        self, placed_in_service: date, acquired: date | None = None
    ) -> Fraction:
        """Return the rate of the special allowance (section 168(k)).

        Args:
            placed_in_service: Day placed in service.
            acquired: Day acquired; that of `placed_in_service` if None.
        """
        row = _at(self.bonus, placed_in_service, "rates of the special allowance")
        since = row.get("acquired")
        if since is not None and (acquired or placed_in_service) >= since:
            return Fraction(str(row["acquired_rate"]))
        return Fraction(str(row["rate"]))

    def automobile_caps(
        self, placed_in_service: date, *, bonus: bool
    ) -> tuple[Fraction, ...]:
        """Return the yearly limits of a passenger automobile (section 280F); US cents.

        They are the parameter `caps` of the method `macrs`.
        """
        row = _at(self.automobiles, placed_in_service, "limits of automobiles")
        amounts = [row["bonus" if bonus else "first"], *row["later"]]
        return tuple(Fraction(_cents(amount)) for amount in amounts)

    def pool_law(self, name: str, start: date, end: date) -> PoolLaw:
        """Return what the law says of a pool in a fiscal year.

        Args:
            name: The pool.
            start: First day of the fiscal year.
            end: First day after it.

        Raises:
            TermsError: There is no such pool, or no row reaches so far back.
        """
        rate = self.pool_rate(name, start, end)
        row = _at(self.pools[name], end - timedelta(days=1), f"rates of {name}")
        return PoolLaw(
            rate,
            Fraction(str(row.get("reduced", 1))),
            _cents(row.get("small", "0")),
            bool(row.get("scaled", True)),
            bool(row.get("disposals_last", False)),
        )

    def first_year_allowance(self, name: str, day: date) -> FirstYear:
        """Return what a first-year allowance gives for what is bought on a day.

        Raises:
            TermsError: There is no such allowance, or none yet, or no more.
        """
        rows = self.first_year.get(name)
        if rows is None:
            known = ", ".join(self.first_year)
            raise TermsError(f"no first-year allowance {name}; there are {known}")
        row = _at(rows, day, f"rates of {name}")
        rate, charged = row.get("rate"), row.get("charged", 0)
        return FirstYear(Fraction(str(rate)), Fraction(str(charged)))

    def most_at_once(self, start: date, end: date) -> int:
        """Return the annual investment allowance of a fiscal year; minor units.

        A year that straddles a change gets each limit for its months.
        """
        rows = self.investment_allowance
        days = [row.start for row in rows if start < row.start < end]
        most = Fraction(0)
        for first, after in pairwise([start, *days, end]):
            limit = _cents(_at(rows, first, "investment allowances")["maximum"])
            most += limit * months_between(first, after) / 12
        return round_half_up(most)

    def pool_rate(self, name: str, start: date, end: date) -> Fraction:
        """Return the yearly rate of a pool for a fiscal year.

        A year that straddles a change gets both rates by its days (FA 2012 section
        10(6) and its successors).

        Args:
            name: The pool.
            start: First day of the fiscal year.
            end: First day after it.
        """
        rows = self.pools.get(name)
        if rows is None:
            raise TermsError(f"no pool {name}; there are {', '.join(self.pools)}")
        changes = [row.start for row in rows if start < row.start < end]
        edges = [start, *changes, end]
        weighted = Fraction(0)
        for first, after in pairwise(edges):
            rate = Fraction(str(_at(rows, first, f"rates of {name}")["rate"]))
            weighted += rate * (after - first).days
        return weighted / (end - start).days


def _at(rows: Sequence[Dated], day: date, what: str) -> Mapping[str, Any]:
    found = None
    for row in rows:
        if row.start <= day:
            found = row
    if found is None:
        raise TermsError(f"no {what} are known for {day}; add a row to the limits")
    return found.values


def _cents(text: object) -> int:
    return parse_money(str(text), _CENTS).minor


def _dated(name: str, rows: object) -> tuple[Dated, ...]:
    if not isinstance(rows, list):
        raise TermsError(f"limits: {name} must be a list of dated rows")
    read = []
    for number, row in enumerate(rows, 1):
        start = row.get("from") if isinstance(row, Mapping) else None
        if not isinstance(start, date):
            raise TermsError(f"limits: {name}, row {number}: `from` must be a day")
        read.append(Dated(start, row))
    return tuple(sorted(read, key=lambda row: row.start))


def read_limits(document: Mapping[str, Any]) -> Limits:
    """Read limits.

    Args:
        document: `section_179`, `bonus`, `automobiles`: lists of rows with `from`;
            `investment_allowance`: such a list; `pools` and `first_year_allowances`:
            name -> such a list.

    Raises:
        TermsError: A list or a row is wrong; names it.
    """
    return Limits(
        _dated("section_179", document.get("section_179", [])),
        _dated("bonus", document.get("bonus", [])),
        _dated("automobiles", document.get("automobiles", [])),
        _named(document, "pools"),
        _dated("investment_allowance", document.get("investment_allowance", [])),
        _named(document, "first_year_allowances"),
    )


def _named(document: Mapping[str, Any], part: str) -> dict[str, Sequence[Dated]]:
    rows = document.get(part, {})
    return {name: _dated(f"{part}.{name}", rows[name]) for name in rows}
