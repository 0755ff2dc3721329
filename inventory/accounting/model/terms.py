"""The terms of one asset in one book: amounts, life, method and conventions. Pure.

Every decision that books disagree about is a field with a name; there is no default
that is right for two books, so the defaults here are those of an ordinary monthly book
and each asset class of a book states its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction

from inventory.kernel.money import round_half_up

LONGEST_LIFE = 2400
"""Months of a useful life that are believed."""

Param = int | str | bool | Fraction | tuple[Fraction, ...]


class TermsError(ValueError):
    """Terms that no schedule can be made of; says which rule they break."""


class Start(StrEnum):
    """When depreciation begins, given the in-service day."""

    DAY = "day"
    """On the day (`count_first_day` says whether that day counts)."""
    MONTH = "month"
    """On the first day of the month: the whole month counts."""
    NEXT_MONTH = "next-month"
    """On the first day of the following month."""
    MID_MONTH = "mid-month"
    """In service up to the 15th: the whole month; later: the following month."""
    HALF_MONTH = "half-month"
    """Half a month in the first month (MACRS mid-month convention)."""
    PERIOD = "period"
    """On the first day of the period."""
    NEXT_PERIOD = "next-period"
    """On the first day of the following period."""
    HALF_YEAR = "half-year"
    """Half the fiscal year's amount, spread over the periods left in it."""
    HALF_YEAR_START = "half-year-start"
    """First half of the fiscal year: the whole year's amount; second half: half."""
    HALF_YEAR_NEXT = "half-year-next"
    """First half: the whole year's amount; second half: from the following year."""
    DAYS_180 = "days-180"
    """In use for 180 days of the fiscal year or more: the whole year's amount; else
    half of it (Indian section 32, second proviso)."""
    MID_QUARTER = "mid-quarter"
    """From the middle of the quarter of the fiscal year, spread likewise."""
    YEAR = "year"
    """The whole fiscal year's amount, spread over the periods left in it."""
    NEXT_YEAR = "next-year"
    """On the first day of the following fiscal year."""
    TABLE = "table"
    """On the day that the book's table gives (`start_table`)."""


class Basis(StrEnum):
    """How service time is measured."""

    MONTHS = "months"
    """Calendar months; parts of a month by its days."""
    PERIODS = "periods"
    """Shares of the calendar's periods; parts of a period by its days."""
    DAYS_OF_YEAR = "days-of-year"
    """Days over the days of that fiscal year: full years are equal."""
    DAYS_OF_LIFE = "days-of-life"
    """Days over all days of the useful life: each day is equal."""
    DAYS_365 = "days-365"
    """Days over 365, leap days counted."""
    DAYS_NO_LEAP = "days-no-leap"
    """Days over 365, 29 February never counted."""
    DAYS_360 = "days-360"
    """Months of 30 days over 360."""


class Disposal(StrEnum):
    """Up to when the year of disposal depreciates."""

    DAY = "day"
    """Up to the day (`count_disposal_day` says whether that day counts)."""
    MONTH = "month"
    """To the end of the month."""
    NO_MONTH = "no-month"
    """To the end of the month before."""
    MID_MONTH = "mid-month"
    """Up to the 15th: to the end of the month before; later: the whole month."""
    HALF_MONTH = "half-month"
    """Half the month."""
    HALF_YEAR = "half-year"
    """Half the fiscal year."""
    MID_QUARTER = "mid-quarter"
    """To the middle of the quarter of the fiscal year."""
    YEAR = "year"
    """To the end of the fiscal year."""
    NO_YEAR = "no-year"
    """To the end of the fiscal year before."""
    STAYS = "stays"
    """Not at all: what leaves stays in the pool (EStG section 6(2a) sentence 3)."""


class Residue(StrEnum):
    """Where the cents go that equal rows cannot carry."""

    CUMULATIVE = "cumulative"
    """Each row is the difference of two rounded running totals."""
    LAST = "last"
    """The last row of the asset takes what is left."""
    FISCAL_YEAR = "fiscal-year"
    """The last row of each fiscal year does, so that years are exact."""


class Rounding(StrEnum):
    """How amounts become whole units."""

    HALF_UP = "half-up"
    """To the nearest, halves away from zero."""
    HALF_EVEN = "half-even"
    """To the nearest, halves to the even one."""
    DOWN = "down"
    """Towards zero (usual for yen)."""
    UP = "up"
    """Away from zero."""


class Tail(StrEnum):
    """Where a useful life that ends inside a period is charged to its end."""

    STUB = "stub"
    """In a short last period of its own."""
    LAST_PERIOD = "last-period"
    """In the last whole period."""
    FISCAL_YEAR = "fiscal-year"
    """Over the whole fiscal year in which it ends, to the end of that year."""


class EventTiming(StrEnum):
    """From when an event inside a period changes the schedule."""

    DAY = "day"
    """From its day: the period is cut in two."""
    PERIOD = "period"
    """From the start of the period that contains it."""
    NEXT_PERIOD = "next-period"
    """From the start of the following period, unless it falls on a period's start."""


class Deviation(StrEnum):
    """What to do when posted amounts differ from what the terms give."""

    CATCH_UP = "catch-up"
    """The first open row takes the difference."""
    SPREAD = "spread"
    """The remaining life takes it evenly; what it cannot take is caught up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conventions:
    """The conventions of a book for a class of assets.

    Attributes:
        start: When depreciation begins.
        basis: How service time is measured.
        disposal: Up to when the period of disposal depreciates.
        count_first_day: Whether the in-service day itself counts (`Start.DAY`).
        count_disposal_day: Whether the day of disposal counts (`Disposal.DAY`).
        residue: Where rounding differences go.
        rounding: How amounts become whole units.
        rounding_unit: Rows are multiples of this many minor units; the last row is
            never rounded.
        tail: Where the end of a life that ends inside a period is charged.
        event_timing: From when an event inside a period counts.
        deviation: What happens to differences from posted rows.
        may_suspend: Whether the book lets depreciation stand still while an asset is
            idle; IFRS does not (IAS 16.55).
        realise_surplus: Whether the revaluation surplus goes to retained earnings as
            the asset is used, not only when it leaves (IAS 16.41).
        start_table: With `Start.TABLE`: (first in-service day, day on which
            depreciation begins), in order.
        start_before: Start rule before a tax year got another convention, whose name
            the rule of the disposal shares; rows booked before `changed_from` were
            made with it.
        changed_from: First day of the first period that was open then.
    """

    start: Start = Start.MONTH
    basis: Basis = Basis.MONTHS
    disposal: Disposal = Disposal.NO_MONTH
    count_first_day: bool = True
    count_disposal_day: bool = False
    residue: Residue = Residue.CUMULATIVE
    rounding: Rounding = Rounding.HALF_UP
    rounding_unit: int = 1
    tail: Tail = Tail.STUB
    event_timing: EventTiming = EventTiming.PERIOD
    deviation: Deviation = Deviation.CATCH_UP
    may_suspend: bool = False
    realise_surplus: bool = False
    start_table: tuple[tuple[date, date], ...] = ()
    start_before: Start | None = None
    changed_from: date | None = None

    def __post_init__(self) -> None:
        if self.rounding_unit < 1:
            raise TermsError("rounding unit must be at least 1 minor unit")
        if (self.start is Start.TABLE) != bool(self.start_table):
            raise TermsError(
                "the start rule `table` needs a start_table, other rules take none"
            )
        days = [day for day, _ in self.start_table]
        if days != sorted(set(days)):
            raise TermsError("the days of a start_table must rise from row to row")


@dataclass(frozen=True, slots=True, kw_only=True)
class DepreciationTerms:
    """What a schedule is made of.

    Attributes:
        cost: Capitalised cost in minor units.
        residual_value: Residual value in minor units.
        in_service: Day the asset is available for use (IAS 16.55).
        depreciate_from: Day that the start rule looks at instead, where a law lets
            depreciation begin at another time (first income, end of construction).
        life_months: Useful life; None for methods without one.
        method: Name of a registered method.
        params: The method's parameters; see its module.
        conventions: The conventions in force.
        share: The asset is the part of a whole between these two points, and every
            amount here and in its opening balances is the whole's; see `split`.

    Raises:
        TermsError: Negative amounts, a residual value above cost, life not above zero
            or beyond belief.
    """

    cost: int
    in_service: date
    residual_value: int = 0
    depreciate_from: date | None = None
    life_months: int | Fraction | None = None
    method: str = "straight-line"
    params: Mapping[str, Param] = field(default_factory=dict)
    conventions: Conventions = field(default_factory=Conventions)
    share: tuple[Fraction, Fraction] | None = None

    def __post_init__(self) -> None:
        if self.cost < 0:
            raise TermsError(f"cost {self.cost} is negative; enter it as positive")
        if self.residual_value < 0:
            raise TermsError(f"residual value {self.residual_value} is negative")
        if self.residual_value > self.cost:
            raise TermsError(
                f"residual value {self.residual_value} is above cost {self.cost}; an "
                "asset depreciates down to its residual value (IAS 16.53)"
            )
        if self.life_months is not None and self.life_months <= 0:
            raise TermsError(
                f"useful life of {self.life_months} months; it must be above 0 "
                "(use the method `immediate` to expense at once)"
            )
        if self.life_months is not None and self.life_months > LONGEST_LIFE:
            raise TermsError(
                f"useful life of {self.life_months} months; more than {LONGEST_LIFE} "
                "(200 years) must be a slip: what does not wear out, such as land, is "
                "not depreciated (IAS 16.58)"
            )
        if self.share and not 0 <= self.share[0] < self.share[1] <= 1:
            raise TermsError(f"share {self.share} does not lie between 0 and 1")
        if self.depreciate_from and self.depreciate_from < self.in_service:
            raise TermsError(
                f"depreciation from {self.depreciate_from} lies before the asset is in "
                f"service ({self.in_service}); correct one of the days"
            )

    @staticmethod
    def residual(cost: int, percent: Fraction) -> int:
        """Return a residual value given in percent of cost, rounded half up."""
        return round_half_up(cost * percent / 100)

    @property
    def life(self) -> Fraction | None:
        """Useful life in years."""
        return None if self.life_months is None else Fraction(self.life_months) / 12
