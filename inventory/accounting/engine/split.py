"""Splitting one asset into several: each part has its share of every row. Pure.

A part lies between two points of the whole, such as 1/5 and 1/2. Of each running
total it gets what lies between its two points, rounded at both, so that parts that lie
side by side sum to the whole in every column of every row.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from inventory.accounting.model.rows import FLOWS, Row
from inventory.kernel.money import round_half_up

_STOCKS = ("cost", "accumulated", "impairment", "surplus")


class Part:
    """One part of a whole, row after row.

    Args:
        low: Where it begins, from 0.
        high: Where it ends, up to 1.
    """

    def __init__(self, low: Fraction, high: Fraction) -> None:
        self._low, self._high = low, high
        self._totals = dict.fromkeys(FLOWS, 0)
        self._stocks: dict[str, int] = {}

    def of(self, amount: int) -> int:
        """Return the part of an amount."""
        return round_half_up(amount * self._high) - round_half_up(amount * self._low)

    def row(self, row: Row) -> Row:
        """Return the part of the next row."""
        if not self._stocks:
            for name in _STOCKS:
                self._stocks[name] = self.of(getattr(row, f"opening_{name}"))
        flows: dict[str, Any] = {}
        for name in FLOWS:
            amount = getattr(row, name)
            if amount:
                before = self.of(self._totals[name])
                self._totals[name] += amount
                flows[name] = self.of(self._totals[name]) - before
        moved = replace(row, **flows)
        opening = self._value()
        for name in _STOCKS:
            self._stocks[name] += getattr(moved, f"{name}_change")
        stocks: dict[str, Any] = dict(self._stocks)
        return replace(
            moved,
            **stocks,
            opening=opening if row.opening else 0,
            closing=self._value(),
            residual_value=self.of(row.residual_value),
            caught_up=self.of(row.caught_up),
        )

    def _value(self) -> int:
        stocks = self._stocks
        return stocks["cost"] - stocks["accumulated"] - stocks["impairment"]

    def rows(self, rows: Iterable[Row]) -> tuple[Row, ...]:
        """Return the part of rows in order."""
        return tuple(self.row(row) for row in rows)


def points(weights: Sequence[int]) -> list[tuple[Fraction, Fraction]]:
    """Return where parts with these weights begin and end.

    Raises:
        ValueError: There is no weight, or one is not above zero.
    """
    if not weights or any(weight <= 0 for weight in weights):
        raise ValueError("the parts of a split need weights above 0")
    whole, so_far, found = sum(weights), 0, []
    for weight in weights:
        found.append((Fraction(so_far, whole), Fraction(so_far + weight, whole)))
        so_far += weight
    return found


def split_rows(rows: Sequence[Row], weights: Sequence[int]) -> list[tuple[Row, ...]]:
    """Split a schedule by weights; the parts sum to the whole in every column.

    Args:
        rows: The schedule.
        weights: Quantities or costs of the parts.

    Returns:
        One schedule for each weight.
    """
    return [Part(low, high).rows(rows) for low, high in points(weights)]
