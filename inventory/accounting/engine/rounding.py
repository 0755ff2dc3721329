"""From exact amounts to whole minor units, by the residue policy of the book. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from inventory.accounting.methods.base import ZERO, Slot
from inventory.accounting.model.terms import Residue, Rounding
from inventory.kernel.money import round_half_up


def _half_up(value: Fraction) -> int:
    return round_half_up(value)


def _down(value: Fraction) -> int:
    return int(value)


def _up(value: Fraction) -> int:
    whole = -(-abs(value.numerator) // value.denominator)
    return whole if value >= 0 else -whole


def _half_even(value: Fraction) -> int:
    return round(value)


_RULES: dict[Rounding, Callable[[Fraction], int]] = {
    Rounding.HALF_UP: _half_up,
    Rounding.HALF_EVEN: _half_even,
    Rounding.DOWN: _down,
    Rounding.UP: _up,
}


@dataclass(frozen=True, slots=True)
class Rounder:
    """Rounds amounts to whole multiples of a unit.

    Attributes:
        rule: How.
        unit: Minor units; results are multiples of it.
    """

    rule: Rounding = Rounding.HALF_UP
    unit: int = 1

    def __call__(self, value: Fraction) -> int:
        """Return the rounded amount in minor units."""
        if self.unit == 1:
            return _RULES[self.rule](value)
        return _RULES[self.rule](value / self.unit) * self.unit


def whole_amounts(
    exact: Sequence[Fraction],
    slots: Sequence[Slot],
    base: int,
    *,
    residue: Residue,
    rounder: Rounder,
) -> list[int]:
    """Round a plan so that a plan that sums to `base` still sums to it exactly.

    Args:
        exact: One amount a slot, minor units.
        slots: The slots.
        base: What the whole plan may depreciate.
        residue: Where the differences go.
        rounder: How a row is rounded; the row that completes the base is not.

    Returns:
        One whole amount a slot.
    """
    if residue is Residue.CUMULATIVE:
        return _cumulative(exact, base, rounder)
    if residue is Residue.LAST:
        return _last(exact, base, rounder)
    return _fiscal_year(exact, slots, base, rounder)


def _cumulative(exact: Sequence[Fraction], base: int, rounder: Rounder) -> list[int]:
    result, running, allotted = [], ZERO, 0
    for amount in exact:
        running += amount
        target = base if running >= base else min(base, rounder(running))
        result.append(target - allotted)
        allotted = target
    return result


def _last(exact: Sequence[Fraction], base: int, rounder: Rounder) -> list[int]:
    result, running, allotted = [], ZERO, 0
    for amount in exact:
        running += amount
        whole = base - allotted if running >= base else rounder(amount)
        whole = min(whole, base - allotted) if amount >= 0 else whole
        result.append(whole)
        allotted += whole
    return result


def _fiscal_year(
    exact: Sequence[Fraction], slots: Sequence[Slot], base: int, rounder: Rounder
) -> list[int]:
    result: list[int] = []
    running, allotted, first = ZERO, 0, 0
    yearly = Rounder(rounder.rule)
    for position, slot in enumerate(slots):
        running += exact[position]
        last = position + 1 == len(slots) or slots[position + 1].year != slot.year
        if not last:
            continue
        target = base if running >= base else yearly(running)
        result += _year(exact[first : position + 1], target - allotted, rounder)
        allotted, first = target, position + 1
    return result


def _year(exact: Sequence[Fraction], total: int, rounder: Rounder) -> list[int]:
    """Round the rows of a year; its last row with an amount takes the rest."""
    rows, left = [], total
    for amount in exact:
        row = rounder(amount)
        # Rows of a few cents, all rounded up, must not overtake the year.
        row = min(row, left) if amount >= 0 else row
        rows.append(row)
        left -= row
    taker = max((n for n, amount in enumerate(exact) if amount), default=None)
    if taker is not None:
        rows[taker] += left
    return rows
