"""From exact amounts to whole units: where a residue goes, and where it never goes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from itertools import accumulate

import pytest

from inventory.accounting.engine.rounding import Rounder, whole_amounts
from inventory.accounting.methods.base import Slot
from inventory.accounting.model.terms import Residue, Rounding

F = Fraction
HALF_UP, HALF_EVEN = Rounder(Rounding.HALF_UP), Rounder(Rounding.HALF_EVEN)
DOWN, UP = Rounder(Rounding.DOWN), Rounder(Rounding.UP)


@pytest.mark.parametrize(
    ("rounder", "value", "whole"),
    [
        (HALF_UP, F(1, 2), 1),
        (HALF_UP, F(5, 2), 3),
        (HALF_UP, F(-1, 2), -1),
        (HALF_UP, F(-5, 2), -3),
        (HALF_UP, F(249, 100), 2),
        (HALF_EVEN, F(1, 2), 0),
        (HALF_EVEN, F(3, 2), 2),
        (HALF_EVEN, F(5, 2), 2),
        (HALF_EVEN, F(-5, 2), -2),
        (DOWN, F(199, 100), 1),
        (DOWN, F(-199, 100), -1),
        (UP, F(101, 100), 2),
        (UP, F(-101, 100), -2),
        (UP, F(-1, 2), -1),
        (UP, F(2), 2),
        (UP, F(0), 0),
    ],
)
def test_each_rule_decides_halves_and_signs_its_way(
    rounder: Rounder, value: Fraction, whole: int
) -> None:
    assert rounder(value) == whole


@pytest.mark.parametrize(
    ("unit", "value", "whole"),
    [(100, 149, 100), (100, 150, 200), (10, 24, 20), (1000, 499, 0)],
)
def test_a_round_off_unit_gives_whole_multiples_of_it(
    unit: int, value: int, whole: int
) -> None:
    assert Rounder(Rounding.HALF_UP, unit)(F(value)) == whole


def rounded(
    exact: Sequence[Fraction],
    base: int,
    residue: Residue,
    rounder: Rounder = HALF_UP,
    years: str = "",
) -> list[int]:
    """Round a plan; each letter of `years` is the fiscal year of a row."""
    slots = [
        Slot(n, year, date(2020, 1, 1), date(2020, 2, 1), F(0), F(0))
        for n, year in enumerate(years or "a" * len(exact))
    ]
    return whole_amounts(exact, slots, base, residue=residue, rounder=rounder)


def test_the_last_period_takes_the_rest() -> None:
    """500.00 over 12 months: 11 x 41.67 and 41.63 (Tryton, ERPNext, AX)."""
    found = rounded([F(500_00, 12)] * 12, 500_00, Residue.LAST)
    assert found == [41_67] * 11 + [41_63]


def test_the_last_period_of_each_fiscal_year_takes_the_rest_of_the_year() -> None:
    """2,000.00 a year: 11 x 166.67 and 166.63 each year, so that years are clean."""
    found = rounded(
        [F(2000_00, 12)] * 24, 4000_00, Residue.FISCAL_YEAR, years="a" * 12 + "b" * 12
    )
    assert found == ([166_67] * 11 + [166_63]) * 2


def test_running_totals_leave_no_visible_residue() -> None:
    """1,000.00 over 36 months: nine months are 250.00, of which two have 27.77."""
    found = rounded([F(1000_00, 36)] * 36, 1000_00, Residue.CUMULATIVE)
    nine = [27_78, 27_78, 27_77, 27_78, 27_78, 27_78, 27_77, 27_78, 27_78]
    assert found == nine * 4


@pytest.mark.parametrize("residue", Residue)
def test_every_policy_gives_the_whole_base_and_no_cent_more(residue: Residue) -> None:
    exact = [F(1000_01, 7)] * 7
    assert sum(rounded(exact, 1000_01, residue, years="aabbbcc")) == 1000_01


@pytest.mark.parametrize("residue", Residue)
def test_rows_after_the_end_are_zero(residue: Residue) -> None:
    found = rounded([F(10, 3)] * 3 + [F(0)] * 2, 10, residue, years="aabbb")
    assert found[3:] == [0, 0]
    assert sum(found) == 10


@pytest.mark.parametrize("residue", Residue)
def test_a_plan_that_ends_before_the_base_is_not_forced_to_it(
    residue: Residue,
) -> None:
    """Declining balances that stop leave a value, and rounding does not take it."""
    assert rounded([F(40), F(24)], 100, residue) == [40, 24]


@pytest.mark.parametrize("residue", Residue)
def test_rows_of_a_few_cents_rounded_up_do_not_overtake_the_base(
    residue: Residue,
) -> None:
    found = rounded([F(3, 12)] * 12, 3, residue, UP)
    assert sum(found) == 3
    assert min(found) == 0
    assert all(total <= 3 for total in accumulate(found))


def test_rows_of_a_few_cents_rounded_up_do_not_overtake_their_year() -> None:
    found = rounded([F(1, 2)] * 8, 4, Residue.FISCAL_YEAR, UP, years="aaaabbbb")
    assert found == [1, 1, 0, 0, 1, 1, 0, 0]


def test_yen_are_rounded_down_and_the_last_row_catches_up() -> None:
    """100,000 yen over three years."""
    assert rounded([F(100_000, 3)] * 3, 100_000, Residue.LAST, DOWN) == [
        33_333,
        33_333,
        33_334,
    ]


def test_the_row_that_completes_the_base_is_not_rounded_to_the_unit() -> None:
    """Units of 100: 1,050 over ten periods of 105."""
    hundreds = Rounder(Rounding.HALF_UP, 100)
    assert rounded([F(105)] * 10, 1050, Residue.LAST, hundreds) == [100] * 9 + [150]


def test_a_fiscal_years_total_is_not_rounded_to_the_unit() -> None:
    hundreds = Rounder(Rounding.HALF_UP, 100)
    found = rounded([F(105)] * 8, 840, Residue.FISCAL_YEAR, hundreds, years="aaaabbbb")
    assert found == [100, 100, 100, 120] * 2


def test_running_totals_are_rounded_to_the_unit_until_the_base_is_complete() -> None:
    hundreds = Rounder(Rounding.HALF_UP, 100)
    found = rounded([F(105)] * 5, 525, Residue.CUMULATIVE, hundreds)
    assert found == [100, 100, 100, 100, 125]


def test_the_rest_of_a_year_goes_to_its_last_row_that_has_an_amount() -> None:
    """An asset that leaves in October has no charge in December."""
    exact = [F(10, 3), F(10, 3), F(10, 3), F(0), F(5), F(5)]
    found = rounded(exact, 20, Residue.FISCAL_YEAR, years="aaaabb")
    assert found == [3, 3, 4, 0, 5, 5]


def test_a_year_without_any_amount_has_no_row_to_take_a_rest() -> None:
    exact = [F(1, 2), F(0), F(1, 2)]
    assert rounded(exact, 1, Residue.FISCAL_YEAR, years="abc") == [1, 0, 0]


@pytest.mark.parametrize("residue", Residue)
def test_a_negative_correction_is_rounded_and_kept(residue: Residue) -> None:
    """A catch-up may give back what was charged too much."""
    assert rounded([F(-10), F(30)], 20, residue) == [-10, 30]


def test_halves_of_a_cent_differ_by_rule_within_running_totals() -> None:
    exact = [F(1, 2)] * 4
    assert rounded(exact, 2, Residue.CUMULATIVE, HALF_UP) == [1, 0, 1, 0]
    assert rounded(exact, 2, Residue.CUMULATIVE, HALF_EVEN) == [0, 1, 1, 0]
