"""One asset becomes several: to the cent, in every column of every row."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from inventory.accounting.engine.schedule import schedule
from inventory.accounting.engine.split import Part, on_its_own, points, split_rows
from inventory.accounting.model.events import Impair, Opening
from inventory.accounting.model.rows import Row
from inventory.accounting.model.terms import DepreciationTerms
from inventory.kernel.periods import fiscal_calendar

YEARS = fiscal_calendar(2019, 2030, months_per_period=12)


def rows() -> tuple[Row, ...]:
    """1,000.00 over four years, impaired to 300.00 at the end of the second."""
    terms = DepreciationTerms(
        cost=1000_00, residual_value=100_00, in_service=date(2020, 1, 1), life_months=48
    )
    end = date(2021, 12, 31)
    impaired = Impair(id="i", effective=end, recoverable=300_00)
    return schedule(terms, [impaired], YEARS).rows


def test_equal_parts_of_an_odd_cent_differ_by_one_and_sum_to_the_whole() -> None:
    thirds = [Part(low, high) for low, high in points([1, 1, 1])]
    assert [part.of(100_00) for part in thirds] == [33_33, 33_34, 33_33]


def test_parts_lie_side_by_side_by_weight() -> None:
    assert points([2, 1, 1]) == [
        (Fraction(0), Fraction(1, 2)),
        (Fraction(1, 2), Fraction(3, 4)),
        (Fraction(3, 4), Fraction(1)),
    ]


@pytest.mark.parametrize("weights", [[], [0, 1], [1, -1], [0]])
def test_a_part_of_nothing_is_refused(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="above 0"):
        points(weights)


def test_each_part_has_its_own_cost_charges_and_values() -> None:
    """Three quarters and one quarter, worked by hand."""
    whole = rows()
    assert [(r.depreciation, r.closing) for r in whole] == [
        (225_00, 775_00),
        (225_00, 300_00),
        (100_00, 200_00),
        (100_00, 100_00),
    ]
    large, small = split_rows(whole, [3, 1])
    assert [r.depreciation for r in large] == [168_75, 168_75, 75_00, 75_00]
    assert [r.depreciation for r in small] == [56_25, 56_25, 25_00, 25_00]
    assert [r.opening for r in large] == [0, 581_25, 225_00, 150_00]
    assert [r.closing for r in large] == [581_25, 225_00, 150_00, 75_00]
    assert [r.closing for r in small] == [193_75, 75_00, 50_00, 25_00]
    assert [r.cost for r in small] == [250_00] * 4
    assert [r.accumulated for r in small] == [56_25, 112_50, 137_50, 162_50]
    assert [r.impairment for r in small] == [0, 62_50, 62_50, 62_50]
    assert {r.residual_value for r in large} == {75_00}


def test_running_totals_are_shared_so_that_no_cent_wanders_off() -> None:
    """Thirds of 100.01 a year: 33.3367, 66.6733 and 100.01 so far, rounded each."""
    terms = DepreciationTerms(cost=300_03, in_service=date(2020, 1, 1), life_months=36)
    parts = split_rows(schedule(terms, [], YEARS).rows, [1, 1, 1])
    assert [[row.depreciation for row in part] for part in parts] == [
        [33_34, 33_33, 33_34],
        [33_33, 33_35, 33_33],
        [33_34, 33_33, 33_34],
    ]
    assert [[row.closing for row in part][-1] for part in parts] == [0, 0, 0]


def test_what_was_charged_before_a_take_over_is_shared_too() -> None:
    terms = DepreciationTerms(cost=1000_01, in_service=date(2020, 1, 1), life_months=48)
    opening = Opening(id="o", effective=date(2021, 1, 1), accumulated=333_33)
    whole = schedule(terms, [opening], YEARS).rows
    parts = split_rows(whole, [1, 1])
    for name in ("opening", "closing", "accumulated", "cost", "depreciation"):
        for row, one, other in zip(whole, *parts, strict=True):
            assert getattr(one, name) + getattr(other, name) == getattr(row, name)
    assert parts[0][0].cost == 500_01
    assert parts[1][0].cost == 500_00


def test_a_part_on_its_own_has_its_share_of_every_amount_and_no_other_parameter() -> (
    None
):
    """The second quarter of three: half of 1,001 units, of 10 and of 30 a year."""
    whole = DepreciationTerms(
        cost=1000_01,
        residual_value=100_01,
        in_service=date(2020, 1, 1),
        life_months=48,
        share=(Fraction(1, 4), Fraction(3, 4)),
        params={
            "total-units": 1001,
            "amounts": (Fraction(10_00), Fraction(30_00)),
            "target": Fraction(50_00),
            "amount": "text",
            "caps": 7,
            "rate": Fraction(1, 5),
        },
    )
    opening = Opening(
        id="o",
        effective=date(2021, 1, 1),
        accumulated=300_01,
        impairment=20_00,
        surplus=10_00,
        units=Fraction(40),
    )
    end = Impair(id="i", effective=date(2021, 12, 31), recoverable=1)
    terms, events = on_its_own(whole, [opening, end])
    assert terms.params == {
        "total-units": Fraction(1001, 2),
        "amounts": (Fraction(5_00), Fraction(15_00)),
        "target": Fraction(25_00),
        "amount": "text",
        "caps": 7,
        "rate": Fraction(1, 5),
    }
    # Running totals are rounded half up: 750.0075 and 250.0025, 75.0075 and 25.0025.
    assert (terms.cost, terms.residual_value, terms.share) == (500_01, 50_01, None)
    taken, other = events
    assert isinstance(taken, Opening)
    assert (taken.accumulated, taken.impairment, taken.surplus, taken.units) == (
        225_01 - 75_00,
        10_00,
        5_00,
        Fraction(20),
    )
    assert other is end
