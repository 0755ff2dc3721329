"""Estimates change the future only; the residual value is where depreciation ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from inventory.accounting.engine.schedule import schedule
from inventory.accounting.model.events import AddCost, ChangeEstimate, Event, Usage
from inventory.accounting.model.terms import DepreciationTerms, Param
from inventory.kernel.periods import Calendar, fiscal_calendar

YEARS = fiscal_calendar(2019, 2040, months_per_period=12)
MONTHS = fiscal_calendar(2019, 2040)
on = date.fromisoformat


def asset(
    cost: int,
    years: int | None,
    *,
    residual_value: int = 0,
    day: str = "2020-01-01",
    method: str = "straight-line",
    **params: Param,
) -> DepreciationTerms:
    """Return terms in whole currency units."""
    return DepreciationTerms(
        cost=cost * 100,
        residual_value=residual_value * 100,
        in_service=on(day),
        life_months=years and years * 12,
        method=method,
        params={name.replace("_", "-"): value for name, value in params.items()},
    )


def charged(
    terms: DepreciationTerms, *events: Event, calendar: Calendar = YEARS
) -> list[float]:
    rows = schedule(terms, events, calendar).rows
    return [row.depreciation / 100 for row in rows]


def closing(terms: DepreciationTerms, *events: Event) -> list[float]:
    return [row.closing / 100 for row in schedule(terms, events, YEARS).rows]


def estimate(day: str, **new: int) -> ChangeEstimate:
    return ChangeEstimate(id=f"e{day}", effective=on(day), **new)  # type: ignore[arg-type]


def test_a_longer_life_spreads_what_is_left_over_what_is_left() -> None:
    """IAS 8.36: 10,000 over five years; after two, eight years in all."""
    changed = estimate("2022-01-01", life_months=96)
    assert charged(asset(10_000, 5), changed) == [2000, 2000, *[1000] * 6]


def test_a_remaining_life_counts_from_the_day_of_the_estimate() -> None:
    changed = estimate("2022-01-01", remaining_months=24)
    assert charged(asset(10_000, 5), changed) == [2000, 2000, 3000, 3000]


def test_a_life_that_has_passed_already_expenses_the_rest_at_once() -> None:
    changed = estimate("2022-01-01", life_months=24)
    assert charged(asset(10_000, 5), changed) == [2000, 2000, 6000]
    changed = estimate("2022-01-01", life_months=12)
    assert charged(asset(10_000, 5), changed) == [2000, 2000, 6000]


def test_an_estimate_inside_a_year_changes_only_the_months_from_it_on() -> None:
    changed = estimate("2020-07-01", life_months=18)
    found = charged(asset(1200, 1), changed, calendar=MONTHS)
    assert found == [100] * 6 + [50] * 12


def test_a_lower_residual_value_is_spread_over_what_is_left() -> None:
    changed = estimate("2022-01-01", residual_value=0)
    found = charged(asset(10_000, 5, residual_value=1000), changed)
    assert found == [1800, 1800, *[2133.33, 2133.34, 2133.33]]


def test_a_residual_value_above_the_book_value_stops_depreciation() -> None:
    """IAS 16.54: the charge is zero, and never negative."""
    changed = estimate("2022-01-01", residual_value=7000_00)
    terms = asset(10_000, 5)
    assert charged(terms, changed)[:3] == [2000, 2000, 0]
    assert min(charged(terms, changed)) == 0
    assert closing(terms, changed)[-1] == 6000


def test_depreciation_goes_on_when_the_residual_value_falls_again() -> None:
    high = estimate("2022-01-01", residual_value=7000_00)
    low = estimate("2023-01-01", residual_value=0)
    assert charged(asset(10_000, 5), high, low) == [2000, 2000, 0, 3000, 3000]


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("straight-line", {}),
        ("straight-line", {"form": "full-cost"}),
        ("declining-balance", {"factor": 2}),
        ("declining-balance", {"rate": Fraction(9, 10)}),
        ("sum-of-digits", {}),
    ],
)
def test_no_method_goes_below_the_residual_value(
    method: str, params: dict[str, Param]
) -> None:
    terms = replace(asset(10_000, 5, residual_value=3000), method=method, params=params)
    found = closing(terms)
    assert min(found) == found[-1] == 3000
    assert sum(charged(terms)) == 7000
    assert min(charged(terms)) > 0


def test_an_asset_worth_its_residual_value_is_not_depreciated() -> None:
    assert sum(charged(asset(1000, 5, residual_value=1000))) == 0


def test_no_row_follows_the_end_of_the_life() -> None:
    assert charged(asset(1000, 2)) == [500, 500]


def test_an_addition_is_spread_over_what_is_left_from_its_period_on() -> None:
    added = AddCost(id="a", effective=on("2022-01-01"), amount=3000_00)
    assert charged(asset(10_000, 5), added) == [2000, 2000, 3000, 3000, 3000]


def test_an_addition_and_an_estimate_of_one_day_count_together() -> None:
    added = AddCost(id="a", effective=on("2022-01-01"), amount=2000_00)
    changed = estimate("2022-01-01", life_months=72)
    for events in ((added, changed), (changed, added)):
        assert charged(asset(10_000, 5), *events) == [2000, 2000, *[2000] * 4]


def test_digits_run_on_years_of_the_asset_and_not_of_the_calendar() -> None:
    """1,500 over five years from October: 5/15 are 500, 4/15 are 400, ..."""
    terms = asset(1500, 5, day="2020-10-01", method="sum-of-digits")
    assert charged(terms) == [125, 475, 375, 275, 175, 75]


def used(year: int, units: int) -> Usage:
    return Usage(id=f"u{year}", effective=on(f"{year}-12-31"), units=Fraction(units))


def by_units(total: int, *events: Event) -> list[float]:
    terms = asset(
        10_000,
        None,
        residual_value=1000,
        method="units-of-production",
        total_units=total,
    )
    found = charged(terms, *events)
    while found and not found[-1]:
        found.pop()
    return found


def test_use_is_charged_and_time_is_not() -> None:
    assert by_units(9000, used(2020, 1000), used(2022, 500)) == [1000, 0, 500]


def test_use_beyond_the_estimate_is_not_charged_below_the_residual_value() -> None:
    assert by_units(9000, used(2020, 8000), used(2021, 2000)) == [8000, 1000]


def test_a_new_estimate_of_units_spreads_what_is_left_over_the_units_left() -> None:
    """9,000 of 9,000 units; after 3,000 units it will be 15,000 in all."""
    changed = ChangeEstimate(
        id="e", effective=on("2021-01-01"), params={"total-units": 15_000}
    )
    found = by_units(9000, used(2020, 3000), changed, used(2021, 6000))
    assert found == [3000, 3000]
