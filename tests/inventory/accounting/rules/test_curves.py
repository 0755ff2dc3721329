"""What is planned along a curve of the share depreciated after some years."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from inventory.accounting.methods.base import Segment, Slot, along

F = Fraction


def segment(since: int, *closes: Fraction | int) -> Segment:
    """900 to depreciate from some year of service on, in slots that end so."""
    day = date(2020, 1, 1)
    ends = [F(one) for one in closes]
    opens = [F(since), *ends[:-1]]
    slots = [
        Slot(n, "2020", day, day, one, other)
        for n, (one, other) in enumerate(zip(opens, ends, strict=True))
    ]
    return Segment(
        opening=1000,
        cost=2000,
        residual_value=100,
        life=F(4),
        since=F(since),
        units_before=F(0),
        params={},
        slots=slots,
    )


def by_squares(years: Fraction) -> Fraction:
    """Reach 1/9, 4/9 and all of it after one, two and three years."""
    return min(years, F(3)) ** 2 / 9


@pytest.mark.parametrize(
    ("since", "closes", "amounts"),
    [
        (0, (1, 2, 3, 4), [100, 300, 500, 0]),
        # From the second year on what is left follows what is left of the curve.
        (1, (2, 3), [F(900 * 3, 8), F(900 * 5, 8)]),
        (2, (F(5, 2), F(5, 2), 3), [F(900 * 9, 20), 0, F(900 * 11, 20)]),
        # Where the curve has ended before the life has, the rest is charged at once.
        (3, (3, 4, 5), [0, 900, 0]),
    ],
)
def test_what_is_left_follows_what_is_left_of_the_curve(
    since: int, closes: tuple[Fraction | int, ...], amounts: list[Fraction | int]
) -> None:
    assert along(segment(since, *closes), by_squares) == amounts
