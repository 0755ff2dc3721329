"""What a depreciation method sees and returns. Pure.

A method is a function `plan(segment) -> amounts`: one exact amount (a fraction of
minor units) for each slot, in order. It knows years of service, never dates'
conventions; rounding, posted rows and disposals are the schedule's business.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import groupby

from inventory.accounting.terms import Param, TermsError

ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class Slot:
    """A stretch of time that is planned as one: a period, or a part of one.

    Attributes:
        period: Position of the period in the calendar.
        year: Fiscal year name.
        start: First day.
        end: First day after.
        opens: Years of service at `start`.
        closes: Years of service at `end`.
        units: Units of production within the slot.
    """

    period: int
    year: str
    start: date
    end: date
    opens: Fraction
    closes: Fraction
    units: Fraction = ZERO

    @property
    def years(self) -> Fraction:
        """Years of service within the slot."""
        return self.closes - self.opens


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of an asset's life under unchanged terms.

    Attributes:
        opening: Book value at its start, minor units.
        cost: Gross cost in force.
        salvage: Residual value in force.
        life: Years of service at the end of the useful life; None if open.
        since: Years of service at the segment's start.
        units_before: Units of production used before.
        params: The method's parameters.
        slots: All slots from the segment's start to the end of the calendar.
    """

    opening: int
    cost: int
    salvage: int
    life: Fraction | None
    since: Fraction
    units_before: Fraction
    params: Mapping[str, Param]
    slots: Sequence[Slot]

    @property
    def base(self) -> int:
        """What is left to depreciate."""
        return max(0, self.opening - self.salvage)


Plan = Callable[[Segment], list[Fraction]]


@dataclass(frozen=True, slots=True)
class Method:
    """A registered method.

    Attributes:
        name: As asset classes write it.
        plan: The rule.
        params: Parameter names it understands.
        needs_life: Whether a useful life is required.
    """

    name: str
    plan: Plan
    params: frozenset[str] = frozenset()
    needs_life: bool = True


def fraction(
    params: Mapping[str, Param], name: str, default: Fraction | None = None
) -> Fraction | None:
    """Return a numeric parameter as a fraction.

    Raises:
        TermsError: It is not a number.
    """
    value = params.get(name, default)
    if value is None:
        return None
    if isinstance(value, bool | tuple):
        raise TermsError(f"parameter {name} must be a number, not {value!r}")
    try:
        return Fraction(value)
    except ValueError as error:
        raise TermsError(f"parameter {name} must be a number: {value!r}") from error


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
        TermsError: It is missing or empty.
    """
    value = params.get(name)
    if not isinstance(value, tuple) or not value:
        raise TermsError(f"parameter {name} must be a list of numbers")
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
    left = 1 - curve(segment.since)
    if left <= 0:
        return at_once(segment)
    base = segment.base
    return [
        base * (curve(slot.closes) - curve(slot.opens)) / left for slot in segment.slots
    ]


def at_once(segment: Segment) -> list[Fraction]:
    """Expense all that is left in the first slot that has service time."""
    amounts = [ZERO] * len(segment.slots)
    for position, slot in enumerate(segment.slots):
        if slot.years > 0:
            amounts[position] = Fraction(segment.base)
            break
    return amounts


def capped(amounts: Sequence[Fraction], limit: int) -> list[Fraction]:
    """Cut a plan where its running total reaches a limit."""
    left = Fraction(limit)
    result = []
    for amount in amounts:
        part = min(amount, left)
        result.append(part)
        left -= part
    return result
