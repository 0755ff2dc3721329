"""Lines finer than a cent add up to what the invoice prints."""

from __future__ import annotations

from fractions import Fraction

import pytest

from inventory.telecom.billing.line_rounding import whole_amounts

HALF, THIRD, TENTH = Fraction(1, 2), Fraction(1, 3), Fraction(1, 10)


@pytest.mark.parametrize(
    ("exact", "total", "whole"),
    [
        ([Fraction(5), Fraction(7)], 99, [5, 7]),
        # 10.5 + 20.5: the first of equal remainders takes the unit.
        ([10 + HALF, 20 + HALF], None, [11, 20]),
        ([10 + HALF, 20 + HALF], 32, [11, 21]),
        ([10 + HALF, 20 + HALF], 30, [10, 20]),
        # 1.5 away of two broken lines is no rounding: the printed total is not taken.
        ([10 + HALF, 20 + HALF], 33, [11, 20]),
        ([10 + HALF, Fraction(5), Fraction(5)], 22, [11, 5, 5]),
        # The largest remainder comes first; what is whole stays.
        ([1 + TENTH, Fraction(4), 2 + 2 * THIRD, 3 + THIRD], None, [1, 4, 3, 3]),
        ([1 + TENTH, 2 + 2 * THIRD, 3 + THIRD], 8, [1, 3, 4]),
        # A credit: -1.5 is rounded like any other line.
        ([-1 - HALF, 2 + HALF], None, [-1, 2]),
    ],
)
def test_broken_lines_share_what_rounding_leaves(
    exact: list[Fraction], total: int | None, whole: list[int]
) -> None:
    assert whole_amounts(exact, total) == whole
