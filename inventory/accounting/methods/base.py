"""What a depreciation method sees and returns. Pure.

A method is a function `plan(segment) -> Planned`: one exact amount (a fraction of
minor units) for each slot, in order, and the yearly rate behind it. It knows years of
service, never dates' conventions; rounding, posted rows and disposals are the
schedule's business.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import groupby

from inventory.accounting.model.terms import Param, TermsError
from inventory.kernel.money import round_half_up

ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class Slot:
    """A span of time that is planned as one: a period, or a part of one.

    Attributes:
        period: Position of the period in the calendar.
        year: Fiscal year name.
        start: First day.
        end: First day after.
        opens: Years of service at `start`.
        closes: Years of service at `end`.
        units: Units of production within the slot.
        nth_period: Number of periods with service before its period.
        nth_year: Number of fiscal years with service before its year.
        period_years: Years of service of the whole period.
    """

    period: int
    year: str
    start: date
    end: date
    opens: Fraction
    closes: Fraction
    units: Fraction = ZERO
    nth_period: int = 0
    nth_year: int = 0
    period_years: Fraction = ZERO

    @property
    def years(self) -> Fraction:
        """Years of service within the slot."""
        return self.closes - self.opens


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of an asset's life under unchanged terms.

    Attributes:
        opening: Book value at its start, minor units.
        cost: Gross cost in force.
        residual_value: Residual value in force.
        life: Years of service at the end of the useful life; None if open.
        since: Years of service at the segment's start.
        units_before: Units of production used before.
        params: The method's parameters.
        slots: All slots from the segment's start to the end of the calendar.
        whole: Rounds an amount as the book does, for methods that carry whole units.
        year_charged: Charged before in the fiscal year in which the segment starts.
        year_served: Years of service before in that fiscal year.
        left: Share of the asset that partial disposals have left; parameters that are
            amounts count for this share.
    """

    opening: int
    cost: int
    residual_value: int
    life: Fraction | None
    since: Fraction
    units_before: Fraction
    params: Mapping[str, Param]
    slots: Sequence[Slot]
    whole: Callable[[Fraction], int] = round_half_up
    year_charged: int = 0
    year_served: Fraction = ZERO
    left: Fraction = Fraction(1)

    @property
    def base(self) -> int:
        """What is left to depreciate."""
        return max(0, self.opening - self.residual_value)

    def rest(self, slots: Sequence[Slot]) -> Fraction:
        """Return which part of a fiscal year's amount is still to be charged.

        Args:
            slots: The slots of one fiscal year.
        """
        if not self.year_served or slots[0] is not self.slots[0]:
            return Fraction(1)
        served = sum((slot.years for slot in slots), ZERO)
        return served / (served + self.year_served)


@dataclass(frozen=True, slots=True)
class Planned:
    """What a method plans, slot by slot.

    Attributes:
        amounts: Exact charges in minor units.
        rates: Yearly rate that was applied, for a person to check the charge by; None
            where the method has none.
    """

    amounts: list[Fraction]
    rates: list[Fraction | None]

    @classmethod
    def at(cls, amounts: list[Fraction], rate: Fraction | None = None) -> Planned:
        """Return a plan with one rate throughout."""
        return cls(amounts, [rate] * len(amounts))


Plan = Callable[[Segment], Planned]


@dataclass(frozen=True, slots=True)
class Method:
    """A registered method.

    Attributes:
        name: As asset classes write it.
        plan: The rule.
        params: Parameter names it understands.
        needs_life: Whether a useful life is required.
        by_use: Whether use is charged, not time: the convention for the time of a
            disposal does not cut what was used before it.
    """

    name: str
    plan: Plan
    params: frozenset[str] = frozenset()
    needs_life: bool = True
    by_use: bool = False


def fraction(
    params: Mapping[str, Param],
    name: str,
    default: Fraction | None = None,
    *,
    least: int = 0,
    most: int | None = None,
) -> Fraction | None:
    """Return a numeric parameter as a fraction.

    Args:
        params: Parameters of the method.
        name: The parameter.
        default: Its value where it is not given.
        least: Its lower limit.
        most: Its upper limit; None for none.

    Raises:
        TermsError: It is not a number, or outside its limits.
    """
    value = params.get(name, default)
    if value is None:
        return None
    if isinstance(value, bool | tuple):
        raise TermsError(f"parameter {name} must be a number, not {value!r}")
    try:
        number = Fraction(value)
    except ValueError as error:
        raise TermsError(f"parameter {name} must be a number: {value!r}") from error
    if number < least or (most is not None and number > most):
        limits = f"at least {least}" if most is None else f"from {least} to {most}"
        raise TermsError(f"parameter {name} is {value}; it must be {limits}")
    return number


def truth(params: Mapping[str, Param], name: str) -> bool:
    """Return a parameter that is true or false; false where it is not given.

    Raises:
        TermsError: It is neither.
    """
    value = params.get(name, False)
    if not isinstance(value, bool):
        raise TermsError(f"parameter {name} is {value!r}; it must be true or false")
    return value


def choice(params: Mapping[str, Param], name: str, options: Sequence[str]) -> str:
    """Return a parameter that is one of a few words; the first is the default.

    Raises:
        TermsError: Another word.
    """
    value = params.get(name, options[0])
    if value not in options:
        raise TermsError(
            f"parameter {name} is {value!r}; it must be one of {', '.join(options)}"
        )
    return str(value)


def fractions(params: Mapping[str, Param], name: str) -> tuple[Fraction, ...]:
    """Return a parameter that is a list of numbers.

    Raises:
        TermsError: It is missing or empty, or holds a negative number.
    """
    value = params.get(name)
    if not isinstance(value, tuple) or not value:
        raise TermsError(f"parameter {name} must be a list of numbers")
    if min(value) < 0:
        raise TermsError(
            f"parameter {name} holds {min(value)}; {name} must not be negative"
        )
    return value


def by_year(slots: Sequence[Slot]) -> Iterator[tuple[str, list[Slot]]]:
    """Group consecutive slots by fiscal year."""
    for year, some in groupby(slots, key=lambda slot: slot.year):
        yield year, list(some)


def spread(amount: Fraction, slots: Sequence[Slot]) -> list[Fraction]:
    """Share an amount over slots by their years of service."""
    whole = sum((slot.years for slot in slots), ZERO)
    if whole == 0:
        return [ZERO] * len(slots)
    return [amount * slot.years / whole for slot in slots]


def along(segment: Segment, curve: Callable[[Fraction], Fraction]) -> list[Fraction]:
    """Plan along a curve of the share depreciated after some years of service.

    What is left at the segment's start follows what is left of the curve, so that
    an event changes the future only and an unchanged estimate changes nothing.

    Args:
        segment: The segment.
        curve: Monotone, from 0 at 0 to 1 at the end of the life.
    """
    reached = curve(segment.since)
    if reached >= 1:
        return at_once(segment)
    whole = segment.base / (1 - reached)
    amounts = []
    for slot in segment.slots:  # each opens where the one before closes
        before, reached = reached, curve(slot.closes)
        amounts.append(whole * (reached - before) if reached != before else ZERO)
    return amounts


def at_once(segment: Segment) -> list[Fraction]:
    """Expense all that is left in the first slot that has service time."""
    amounts = [ZERO] * len(segment.slots)
    for position, slot in enumerate(segment.slots):
        if slot.years > 0:
            amounts[position] = Fraction(segment.base)
            break
    return amounts


def per_period(segment: Segment, amounts: Sequence[Fraction]) -> list[Fraction]:
    """Give the n-th amount to the n-th period of service, by service within it."""
    planned = []
    for slot in segment.slots:
        known = slot.years > 0 and slot.nth_period < len(amounts)
        amount = amounts[slot.nth_period] if known else ZERO
        planned.append(amount * slot.years / slot.period_years if known else ZERO)
    return planned


def capped(amounts: Sequence[Fraction], limit: int) -> list[Fraction]:
    """Cut a plan where its running total reaches a limit."""
    left = Fraction(limit)
    result = []
    for amount in amounts:
        part = min(amount, left)
        result.append(part)
        left -= part
    return result
