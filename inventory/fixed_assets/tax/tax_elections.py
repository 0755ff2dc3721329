"""Elections of United States tax law for an asset, and the limits of the year on them.

What is elected becomes parameters of the method `macrs`; rates and limits are dated
data. May import the contexts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import Connection, select

from inventory.accounting.model.terms import (
    DepreciationTerms,
    Param,
    Start,
    TermsError,
)
from inventory.accounting.model.terms_codec import terms_from_json
from inventory.accounting.tables import AssetBook
from inventory.accounting.tax.limits import Limits
from inventory.kernel.errors import Invalid
from inventory.kernel.money import amount_text, minor_digits
from inventory.kernel.periods import Calendar
from inventory.kernel.texts import N_
from inventory.storage.rows import Row, col, id_of

ELECTED = "section-179"
"""Parameter of the method `macrs`: cost that is expensed at once, minor units."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Elections:
    """What a taxpayer elects for a property.

    Attributes:
        section_179: Cost expensed at once, minor units.
        bonus: Take the special allowance of the day (section 168(k)).
        acquired_on: Day of the binding contract, where another rate depends on it.
        passenger_car: The yearly limits of section 280F hold.
    """

    section_179: int = 0
    bonus: bool = False
    acquired_on: date | None = None
    passenger_car: bool = False

    def on(self, terms: DepreciationTerms, limits: Limits) -> DepreciationTerms:
        """Return terms with what is elected.

        Raises:
            TermsError: They are not of the method `macrs`, or no rate is known.
        """
        if self == Elections():
            return terms
        if terms.method != "macrs":
            raise TermsError(
                f"section 179, bonus and car limits belong to the method macrs, not to "
                f"{terms.method}"
            )
        params: dict[str, Param] = dict(terms.params)
        if self.section_179:
            params[ELECTED] = self.section_179
        rate = Fraction(0)
        if self.bonus:
            rate = limits.bonus_rate(terms.in_service, self.acquired_on)
            params["bonus-rate"] = rate
        if self.passenger_car:
            caps = limits.automobile_caps(terms.in_service, bonus=bool(rate))
            params["caps"] = caps
        return replace(terms, params=params)


@dataclass(frozen=True, slots=True)
class YearOf179:
    """The section 179 deductions of a tax year; minor units.

    Attributes:
        placed: Cost of the property placed in service in the year.
        elected: What is elected of it.
        maximum: The dollar limit.
        threshold: Above this much property the limit falls, one for one.
    """

    placed: int
    elected: int
    maximum: int
    threshold: int

    @property
    def limit(self) -> int:
        """What may be deducted, the taxable income of the year apart."""
        return max(0, self.maximum - max(0, self.placed - self.threshold))

    @property
    def over(self) -> int:
        """What is elected above the limit."""
        return max(0, self.elected - self.limit)


def year_of_179(
    connection: Connection,
    book_id: int,
    calendar: Calendar,
    limits: Limits,
    year: str,
    without: int = 0,
) -> YearOf179:
    """Return the section 179 deductions of a tax year of a book.

    Args:
        connection: Where the assets are.
        book_id: The book.
        calendar: Its calendar.
        limits: Dated limits.
        year: The tax year.
        without: Id of a row of an asset in the book that is not counted.
    """
    start, end = calendar.year_span(year)
    query = select(col(AssetBook.terms)).where(
        col(AssetBook.book_id) == book_id,
        col(AssetBook.in_service) >= start,
        col(AssetBook.in_service) < end,
        id_of(AssetBook) != without,
    )
    placed = elected = 0
    for data in connection.execute(query).scalars():
        if _qualifies(data):
            placed += terms_from_json(data).cost
            elected += _elected(terms_from_json(data))
    limit = limits.limit_179(start)
    return YearOf179(placed, elected, limit.maximum, limit.threshold)


def _qualifies(data: Mapping[str, Any]) -> bool:
    """Whether it is personal property under MACRS; real property does not qualify."""
    if data.get("method") != "macrs":
        return False
    return terms_from_json(data).conventions.start is not Start.HALF_MONTH


def _elected(terms: DepreciationTerms) -> int:
    found = terms.params.get(ELECTED, 0)
    return int(found) if isinstance(found, int | Fraction) else 0


def check_section_179(
    connection: Connection,
    limits: Limits,
    book: Row,
    calendar: Calendar,
    terms: DepreciationTerms,
    without: int = 0,
) -> None:
    """Refuse an election above the limit of the tax year.

    Args:
        connection: Where the assets are.
        limits: Dated limits.
        book: The book.
        calendar: Its calendar.
        terms: Terms of the asset that is to come in.
        without: Id of the asset's row, where it is in the book already.

    Raises:
        Invalid: More is elected than the year allows; says the limit.
    """
    if not _elected(terms):
        return
    year = calendar.at(terms.in_service).year
    known = year_of_179(connection, book["id"], calendar, limits, year, without)
    after = replace(
        known,
        placed=known.placed + terms.cost,
        elected=known.elected + _elected(terms),
    )
    if after.over:
        digits = minor_digits(book["currency"])
        raise Invalid(
            N_("Section 179 allows {limit} in {year}; {elected} would be elected."),
            where="section_179",
            remedy=N_("Elect {left} at most."),
            limit=amount_text(after.limit, digits),
            year=year,
            elected=amount_text(after.elected, digits),
            left=amount_text(max(0, after.limit - known.elected), digits),
        )
