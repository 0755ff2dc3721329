"""MACRS percentages and tests (IRS Publication 946). Pure.

Two modes that a taxpayer may choose between: the printed tables of Appendix A, which
are data and used as printed, and the formula of the Form 4562 instructions, which is
computed here. Both give yearly percentages of the unadjusted basis; the method
`macrs` turns them into amounts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from inventory.accounting.model.terms import TermsError
from inventory.kernel.money import round_half_up
from inventory.kernel.months import months_between
from inventory.kernel.periods import Calendar

HUNDRED = Fraction(100)

HALF_YEAR = Fraction(1, 2)


def mid_quarter(quarter: int) -> Fraction:
    """Return the first-year fraction of the mid-quarter convention (quarter 1-4)."""
    return Fraction(9 - 2 * quarter, 8)


def mid_month(month: int) -> Fraction:
    """Return the first-year fraction of the mid-month convention.

    Args:
        month: Month of the tax year in which the property is placed in service (1-12).
    """
    return Fraction(25 - 2 * month, 24)


def percentages(
    life: Fraction,
    first: Fraction,
    *,
    factor: Fraction | None = None,
    digits: int | None = 2,
) -> list[Fraction]:
    """Return the yearly percentages of the unadjusted basis.

    Each year takes the declining rate, or the straight-line rate over the years left
    when that is larger (but no rate above the whole balance); the first year only its
    fraction. Pub. 946, "Figuring the deduction without tables".

    Args:
        life: Recovery period in years.
        first: Fraction of the first year, by the convention.
        factor: 2 for 200 %, 3/2 for 150 % declining balance; None for straight line.
        digits: Decimal places of a percent to which each year is rounded, half up, the
            rounded balance being carried on, as the tables were made; None for exact.
    """
    balance, elapsed = HUNDRED, Fraction(0)
    result: list[Fraction] = []
    while balance > 0:
        share = first if not result else Fraction(1)
        left = life - elapsed
        straight = 1 / left if left > 1 else Fraction(1)
        rate = straight if factor is None else max(factor / life, straight)
        amount = balance * rate * share
        if left <= share:
            amount = balance
        if digits is not None:
            amount = Fraction(round_half_up(amount * 10**digits), 10**digits)
        amount = min(amount, balance)
        result.append(amount)
        balance -= amount
        elapsed += share
    return result


@dataclass(frozen=True, slots=True)
class PlacedInService:
    """Property placed in service in a tax year, for the mid-quarter test.

    Attributes:
        basis: Depreciable basis after section 179, before bonus; minor units.
        in_service: The day.
        real: Real property is not counted.
        disposed: Day it left; property placed and disposed of in one year is not
            counted.
    """

    basis: int
    in_service: date
    real: bool = False
    disposed: date | None = None


@dataclass(frozen=True, slots=True)
class QuarterTest:
    """Result of the mid-quarter test of a tax year.

    Attributes:
        total: Basis placed in service in the year.
        last: Part of it in the last three months.
        applies: Whether it is more than 40 %, so that the mid-quarter convention
            holds for all personal property of the year.
    """

    total: int
    last: int
    applies: bool

    @property
    def share(self) -> Fraction:
        """Part placed in service in the last three months."""
        return Fraction(self.last, self.total) if self.total else Fraction(0)


def quarter_test(
    property_: Sequence[PlacedInService], calendar: Calendar, year: str
) -> QuarterTest:
    """Test whether the mid-quarter convention applies (section 168(d)(3)).

    Args:
        property_: What was placed in service; other years are left out.
        calendar: The tax years.
        year: The tax year to test.
    """
    start, end = calendar.year_span(year)
    counted = [
        item
        for item in property_
        if start <= item.in_service < end
        and not item.real
        and not (item.disposed and start <= item.disposed < end)
    ]
    total = sum(item.basis for item in counted)
    # In a year of three months or less everything is placed in its last quarter.
    last = sum(
        item.basis for item in counted if months_between(item.in_service, end) <= 3
    )
    return QuarterTest(total, last, last * 100 > total * 40)


@dataclass(frozen=True, slots=True)
class FirstYear:
    """How the cost of a property splits before MACRS.

    Attributes:
        section_179: Expensed under section 179.
        bonus: Special depreciation allowance.
        basis: What MACRS percentages apply to.
    """

    section_179: int
    bonus: int
    basis: int


def first_year(
    cost: int,
    *,
    business_use: Fraction = Fraction(1),
    section_179: int = 0,
    bonus_rate: Fraction = Fraction(0),
    reduction: int = 0,
) -> FirstYear:
    """Split a cost in the order of the law: business share, 179, bonus, the rest.

    Args:
        cost: Minor units.
        business_use: Share of business use.
        section_179: Expensed under section 179.
        bonus_rate: Special allowance on what is left.
        reduction: Credits that reduce the basis.

    Raises:
        TermsError: More section 179 than there is business basis.
    """
    business = round_half_up(cost * business_use) - reduction
    if not 0 <= section_179 <= business:
        raise TermsError(
            f"section 179 deduction {section_179} exceeds the business basis {business}"
        )
    rest = business - section_179
    bonus = round_half_up(rest * bonus_rate)
    return FirstYear(section_179, bonus, rest - bonus)


@dataclass(frozen=True, slots=True)
class Limit179:
    """The section 179 limits of a tax year (dated data).

    Attributes:
        maximum: Dollar limit.
        threshold: Above this much qualifying property the limit falls by one for one.
    """

    maximum: int
    threshold: int

    def allowed(
        self, elected: int, placed_in_service: int, income: int
    ) -> tuple[int, int]:
        """Return the deduction and what is carried forward.

        Args:
            elected: Cost elected, minor units.
            placed_in_service: All section 179 property placed in service in the year.
            income: Taxable business income, which caps the deduction.
        """
        limit = max(0, self.maximum - max(0, placed_in_service - self.threshold))
        within = min(elected, limit)
        taken = min(within, max(0, income))
        return taken, within - taken


@dataclass(frozen=True, slots=True)
class Recapture:
    """How the gain on depreciable personal property is taxed (section 1245).

    Attributes:
        ordinary: Gain up to the depreciation taken: ordinary income.
        capital: The rest of the gain (section 1231); negative is a loss.
    """

    ordinary: int
    capital: int


def recapture(gain: int, depreciation: int) -> Recapture:
    """Split a gain by the depreciation taken, section 179 and bonus included."""
    ordinary = max(0, min(gain, depreciation))
    return Recapture(ordinary, gain - ordinary)
