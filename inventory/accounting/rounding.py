"""From exact amounts to whole minor units, by the residue policy of the book. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from inventory.accounting.methods.base import ZERO, Slot
from inventory.accounting.terms import Residue
from inventory.money import round_half_up


def to_unit(value: Fraction, unit: int) -> int:
    """Round to a multiple of `unit` minor units, halves away from zero."""
    return round_half_up(value / unit) * unit


def whole_amounts(
    exact: Sequence[Fraction],
    slots: Sequence[Slot],
    base: int,
    *,
    residue: Residue,
    unit: int = 1,
) -> list[int]:
    """Round a plan so that a plan that sums to `base` still sums to it exactly.

    Args:
        exact: One amount a slot, minor units.
        slots: The slots.
        base: What the whole plan may depreciate.
        residue: Where the differences go.
        unit: Rows are multiples of this; the row that completes the base is not.

    Returns:
        One whole amount a slot.
    """
    if residue is Residue.CUMULATIVE:
        return _cumulative(exact, base, unit)
    if residue is Residue.LAST:
        return _last(exact, base, unit)
    return _fiscal_year(exact, slots, base, unit)


def _cumulative(exact: Sequence[Fraction], base: int, unit: int) -> list[int]:
    result, running, given = [], ZERO, 0
    for amount in exact:
        running += amount
        upto = base if running >= base else min(base, to_unit(running, unit))
        result.append(upto - given)
        given = upto
    return result


def _last(exact: Sequence[Fraction], base: int, unit: int) -> list[int]:
    result, running, given = [], ZERO, 0
    for amount in exact:
        running += amount
        whole = base - given if running >= base else to_unit(amount, unit)
        whole = min(whole, base - given) if amount >= 0 else whole
        result.append(whole)
        given += whole
    return result


def _fiscal_year(
    exact: Sequence[Fraction], slots: Sequence[Slot], base: int, unit: int
) -> list[int]:
    result: list[int] = []
    running, given, first = ZERO, 0, 0
    for position, slot in enumerate(slots):
        running += exact[position]
        last = position + 1 == len(slots) or slots[position + 1].year != slot.year
        if not last:
            continue
        upto = base if running >= base else round_half_up(running)
        result += _year(exact[first : position + 1], upto - given, unit)
        given, first = upto, position + 1
    return result


def _year(exact: Sequence[Fraction], total: int, unit: int) -> list[int]:
    """Round the rows of a year; its last row with an amount takes the rest."""
    rows, left = [], total
    for amount in exact:
        row = to_unit(amount, unit)
        # Rows of a few cents, all rounded up, must not overtake the year.
        row = min(row, left) if amount >= 0 else row
        rows.append(row)
        left -= row
    taker = max((n for n, amount in enumerate(exact) if amount), default=None)
    if taker is not None:
        rows[taker] += left
    return rows
