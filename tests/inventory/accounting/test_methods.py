"""Methods and their options: worked by hand, one rule a test."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inventory.accounting.engine.schedule import schedule
from inventory.accounting.model.events import (
    AddCost,
    ChangeEstimate,
    Dispose,
    Event,
    Opening,
    Usage,
)
from inventory.accounting.model.terms import (
    Basis,
    Conventions,
    DepreciationTerms,
    EventTiming,
    Param,
    Residue,
    Start,
    TermsError,
)
from inventory.kernel.periods import Calendar, fiscal_calendar

YEARS = fiscal_calendar(2019, 2045, months_per_period=12)
MONTHS = fiscal_calendar(2019, 2045)
HALVES = fiscal_calendar(2019, 2045, months_per_period=6)
JANUARY = "2020-01-01"


def asset(
    method: str,
    cost: float,
    *,
    residual_value: float = 0,
    years: float | None = None,
    day: str = JANUARY,
    conventions: Conventions | None = None,
    **params: Param,
) -> DepreciationTerms:
    """Return terms in whole currency units; `_` in a parameter stands for `-`."""
    return DepreciationTerms(
        cost=round(cost * 100),
        residual_value=round(residual_value * 100),
        in_service=date.fromisoformat(day),
        life_months=None if years is None else Fraction(years) * 12,
        method=method,
        params={
            name if name == "max_rate" else name.replace("_", "-"): value
            for name, value in params.items()
        },
        conventions=conventions or Conventions(),
    )


def charged(
    terms: DepreciationTerms,
    *events: Event,
    calendar: Calendar = YEARS,
    count: int = 99,
) -> list[float]:
    """Return the charges in order, in currency units."""
    rows = schedule(terms, events, calendar).rows
    return [row.depreciation / 100 for row in rows[:count]]


def on(day: str) -> date:
    """Read a day."""
    return date.fromisoformat(day)


def test_straight_line_in_its_forms() -> None:
    addition = AddCost(id="a", effective=on("2021-01-01"), amount=4000_00)
    terms = asset("straight-line", 11_000, residual_value=1000, years=5)
    assert charged(terms, addition) == [2000, 3000, 3000, 3000, 3000]
    original = asset(
        "straight-line", 11_000, residual_value=1000, years=5, form="original"
    )
    assert charged(original, addition) == [2000, *[2800] * 4, 800]
    stop = asset(
        "straight-line", 11_000, residual_value=1000, years=5, form="full-cost"
    )
    assert charged(stop) == [2200, 2200, 2200, 2200, 1200]
    rate = asset("straight-line", 10_000, residual_value=500, rate=Fraction(3, 10))
    assert charged(rate) == [3000, 3000, 3000, 500]
    fixed = asset("straight-line", 10_000, residual_value=500, amount=3000_00)
    assert charged(fixed) == [3000, 3000, 3000, 500]
    with pytest.raises(TermsError, match="life, a rate or an amount"):
        charged(asset("straight-line", 100))


def test_a_rate_may_be_applied_to_book_value_or_to_what_can_be_depreciated() -> None:
    on_value = asset(
        "declining-balance", 11_000, residual_value=1000, rate=Fraction(3, 10)
    )
    assert charged(on_value, count=3) == [3300, 2310, 1617]
    depreciable = replace(on_value, params={**on_value.params, "on": "depreciable"})
    assert charged(depreciable, count=3) == [3000, 2100, 1470]
    # Stops at the residual value, and the last row is what is left.
    assert schedule(on_value, [], YEARS).total == 10_000_00


def test_a_factor_is_limited_by_a_highest_rate() -> None:
    terms = asset(
        "declining-balance", 10_000, years=5, factor=3, max_rate=Fraction(3, 10)
    )
    assert charged(terms, count=1) == [3000]
    assert charged(asset("declining-balance", 10_000, years=5, factor=2), count=2) == [
        4000,
        2400,
    ]


def test_declining_balances_switch_to_straight_line_when_that_gives_more() -> None:
    terms = asset("declining-balance", 10_000, residual_value=0, years=5, factor=2)
    assert charged(terms) == [4000, 2400, 1440, 1080, 1080]
    belgian = replace(terms, params={**terms.params, "switch-against": "original"})
    assert charged(belgian) == [4000, 2400, 2000, 1600]
    half = replace(terms, conventions=Conventions(start=Start.HALF_YEAR))
    # 40 % of half a year; then 1 / 3.5 of 4,800 is below 40 %, 1 / 2.5 of 2,880 equals.
    assert charged(half) == [2000, 3200, 1920, 1152, 1152, 576]


@pytest.mark.parametrize(
    ("terminal", "wanted"),
    [
        ("write-off", [5000, 2500, 1250, 1250]),
        ("stop", [5000, 2500, 1250, 625]),
        ("none", [5000, 2500, 1250, 625, 312.5, 156.25]),
        ("halves", [5000, 2500, 1250, 625, 312.5, 156.25]),
    ],
)
def test_a_declining_balance_ends_by_its_terminal_rule(
    terminal: str, wanted: list[float]
) -> None:
    terms = asset(
        "declining-balance", 10_000, years=4, rate=Fraction(1, 2), terminal=terminal
    )
    assert charged(terms, count=len(wanted)) == wanted
    if terminal in ("write-off", "stop"):
        assert len(charged(terms)) == 4


def test_the_last_two_years_may_take_half_each() -> None:
    # 2,400 at 37.5 %: 1,500 x 37.5 % would leave less than 300.
    terms = asset(
        "declining-balance",
        2400,
        residual_value=700,
        rate=Fraction(3, 8),
        terminal="halves",
    )
    assert charged(terms) == [900, 562.5, 118.75, 118.75]


def test_inside_a_year_parts_are_equal_or_compound() -> None:
    equal = asset("declining-balance", 10_000, rate=Fraction(19, 100))
    assert charged(equal, calendar=HALVES, count=2) == [950, 950]
    compound = replace(equal, params={**equal.params, "in-year": "compound"})
    assert charged(compound, calendar=HALVES, count=2) == [1000, 900]
    period = replace(equal, params={**equal.params, "in-year": "period"})
    assert charged(period, calendar=HALVES, count=2) == [950, 859.75]


def test_a_derived_rate_lands_on_the_residual_value() -> None:
    terms = asset(
        "declining-balance", 10_000, residual_value=1000, years=5, derived="exact"
    )
    assert sum(charged(terms)) == 9000
    assert charged(terms, count=1) == [3690.43]
    excel = replace(terms, params={"derived": "excel", "terminal": "stop"})
    assert charged(excel, count=1) == [3690]


def test_rounded_or_exact_balances_are_carried() -> None:
    rounded = asset("declining-balance", 100.01, rate=Fraction(1, 3), terminal="none")
    exact = replace(rounded, params={**rounded.params, "carry": "exact"})
    assert charged(rounded, count=2) == [33.34, 22.22]
    assert charged(exact, count=2) == [33.34, 22.22]
    assert charged(rounded, count=4)[3] == 9.88
    assert sum(charged(exact, count=4)) == pytest.approx(80.26, abs=0.011)


def test_a_declining_year_keeps_its_amount_through_a_change_inside_it() -> None:
    terms = asset("declining-balance", 10_000, rate=Fraction(2, 5), terminal="none")
    nothing = AddCost(id="n", effective=on("2021-07-01"), amount=0)
    assert charged(terms, nothing, calendar=MONTHS) == charged(terms, calendar=MONTHS)
    more = AddCost(id="a", effective=on("2021-07-01"), amount=1200_00)
    months = charged(terms, more, calendar=MONTHS)
    # 6,000 at 40 % is 200 a month; from July 1,200 more at 40 % a year.
    assert (months[17], months[18]) == (200, 240)
    assert sum(months[24:36]) == pytest.approx(0.4 * (6000 - 2400 + 1200 - 240))


def test_digits_of_years_fall_or_rise() -> None:
    falling = asset("sum-of-digits", 15_000, years=5)
    assert charged(falling) == [5000, 4000, 3000, 2000, 1000]
    rising = replace(falling, params={"order": "rising"})
    assert charged(rising) == [1000, 2000, 3000, 4000, 5000]


def test_digits_run_on_asset_years_or_months() -> None:
    april = asset("sum-of-digits", 1000, years=3, day="2020-04-01")
    # 500, 333.33, 166.67 by asset years: nine months of one, three of the one before.
    assert charged(april) == [375, 375, 208.33, 41.67]
    months = asset("sum-of-digits", 7800, years=1, digits="months")
    assert charged(months, calendar=MONTHS) == [100 * n for n in range(12, 0, -1)]
    part = asset("sum-of-digits", 1000, years=2.5)
    # Digits 2.5, 1.5 and half of 0.5.
    assert charged(part) == [588.24, 352.94, 58.82]


def usage(*units: int) -> list[Usage]:
    """Return a reading at the end of each year."""
    return [
        Usage(id=f"u{n}", effective=date(2020 + n, 12, 31), units=Fraction(u))
        for n, u in enumerate(units)
    ]


def test_units_of_production_follow_use_and_a_changed_estimate() -> None:
    terms = asset("units-of-production", 10_000, residual_value=1000, total_units=9000)
    assert charged(terms, *usage(2000, 0, 3000)) == [2000, 0, 3000]
    better = ChangeEstimate(
        id="e", effective=on("2021-01-01"), params={"total-units": Fraction(16_000)}
    )
    # 7,000 over the 14,000 units that are left.
    assert charged(terms, *usage(2000, 4000, 3000), better) == [2000, 2000, 1500]
    assert charged(terms, *usage(5000, 9000)) == [5000, 4000]
    taken = Opening(
        id="o", effective=on("2021-01-01"), accumulated=2000_00, units=Fraction(2000)
    )
    assert charged(terms, taken, *usage(0, 3500)) == [3500]
    with pytest.raises(TermsError, match="total-units"):
        charged(asset("units-of-production", 100))


def test_tables_go_by_fiscal_or_asset_year() -> None:
    rates = (Fraction(1, 2), Fraction(3, 10), Fraction(1, 5))
    terms = asset("table", 10_000, day="2020-07-01", rates=rates)
    assert charged(terms) == [5000, 3000, 2000]
    by_asset = replace(terms, params={"rates": rates, "by": "asset-year"})
    assert charged(by_asset) == [2500, 4000, 2500, 1000]
    stub = replace(terms, params={"rates": rates, "prorate-first": True})
    assert charged(stub) == [2500, 3000, 2000, 2500]


@pytest.mark.parametrize(
    "terms",
    [
        asset("table", 12_000, rates=(Fraction(1, 2), Fraction(1, 4), Fraction(1, 4))),
        asset("macrs", 12_000, years=5, factor=2),
        asset("macrs", 12_000, mode="table", rates=(Fraction(2, 5), Fraction(3, 5))),
        asset("declining-balance", 12_000, years=4, factor=2),
        asset("sum-of-digits", 12_000, years=4),
        asset("straight-line", 12_000, years=4, form="original"),
        asset("manual", 12_000, amounts=tuple(Fraction(1000_00) for _ in range(12))),
        asset("weighted", 12_000, weights=tuple(Fraction(n) for n in range(1, 25))),
    ],
    ids=lambda terms: terms.method,
)
@pytest.mark.parametrize("timing", list(EventTiming))
def test_half_of_an_asset_goes_on_with_half_of_every_amount(
    terms: DepreciationTerms, timing: EventTiming
) -> None:
    terms = replace(terms, conventions=replace(terms.conventions, event_timing=timing))
    whole = charged(terms, calendar=MONTHS)
    half = Dispose(id="d", effective=on("2020-08-01"), share=Fraction(1, 2))
    left = charged(terms, half, calendar=MONTHS)
    for ours, theirs in zip(left[7:], whole[7:], strict=False):
        assert ours == pytest.approx(theirs / 2, abs=0.011)
    assert left[:7] == whole[:7]


@given(
    day=st.dates(date(2020, 1, 2), date(2023, 6, 1)),
    number=st.integers(0, 8),
    timing=st.sampled_from(list(EventTiming)),
)
@settings(max_examples=40, deadline=None)
def test_an_event_that_changes_nothing_changes_nothing(
    day: date, number: int, timing: EventTiming
) -> None:
    conventions = Conventions(event_timing=timing, residue=Residue.CUMULATIVE)
    terms = [
        asset("straight-line", 10_007, residual_value=300, years=5),
        asset("straight-line", 10_007, years=5, form="original"),
        asset("declining-balance", 10_007, years=5, factor=2),
        asset(
            "declining-balance", 10_007, years=5, rate=Fraction(2, 5), terminal="stop"
        ),
        asset("sum-of-digits", 10_007, years=5),
        asset("macrs", 10_007, years=5, factor=2),
        asset("table", 10_007, rates=(Fraction(1, 4), Fraction(1, 4), Fraction(1, 2))),
        asset("weighted", 10_007, weights=tuple(Fraction(n) for n in (1, 2, 3, 4))),
        asset("manual", 10_007, amounts=(Fraction(500_00), Fraction(700_01))),
    ][number]
    terms = replace(terms, conventions=conventions)
    nothing = AddCost(id="n", effective=day, amount=0)
    ours = charged(terms, nothing, calendar=MONTHS)
    plain = charged(terms, calendar=MONTHS)
    # The cut may move a cent from one month to the next, never from year to year.
    plain += [0] * (len(ours) - len(plain))
    for mine, theirs in zip(ours, plain, strict=True):
        assert mine == pytest.approx(theirs, abs=0.0201)
    assert sum(ours) == pytest.approx(sum(plain))


def test_shifts_worked_share_the_amount() -> None:
    weights = tuple(Fraction(n) for n in (1, 2, 1, 4))
    terms = asset("weighted", 8000, weights=weights)
    assert charged(terms) == [1000, 2000, 1000, 4000]
    with pytest.raises(TermsError, match="negative"):
        charged(replace(terms, params={"weights": (Fraction(-1),)}))


def test_amounts_given_by_hand_go_on_after_an_event() -> None:
    amounts = tuple(Fraction(n * 100_00) for n in (1, 2, 3, 4))
    terms = asset("manual", 5000, amounts=amounts)
    more = AddCost(id="a", effective=on("2022-01-01"), amount=100_00)
    assert charged(terms, more) == [100, 200, 300, 400]


def test_what_is_of_low_value_goes_at_once() -> None:
    assert charged(asset("immediate", 300, residual_value=1, day="2020-05-09")) == [299]


def test_a_lump_sum_is_divided_by_fiscal_years() -> None:
    terms = asset(
        "straight-line",
        150_000,
        years=3,
        day="2020-09-20",
        conventions=Conventions(start=Start.YEAR),
    )
    assert charged(terms) == [50_000] * 3
    months = charged(terms, calendar=MONTHS)
    assert (months[0], months[4]) == (12_500, 4166.67)


def test_section_179_bonus_and_credits_come_before_macrs() -> None:
    half = Conventions(start=Start.HALF_YEAR)
    terms = asset(
        "macrs",
        600_000,
        years=5,
        conventions=half,
        factor=2,
        section_179=500_000_00,
        bonus_rate=Fraction(1, 2),
    )
    assert charged(terms, count=2) == [500_000 + 50_000 + 10_000, 16_000]
    business = asset(
        "macrs",
        10_000,
        years=5,
        conventions=half,
        factor=2,
        business_use=Fraction(3, 4),
    )
    assert charged(business, count=1) == [1500]
    credit = asset(
        "macrs", 10_000, years=5, conventions=half, factor=2, basis_reduction=1500_00
    )
    assert charged(credit, count=1) == [1700]
    with pytest.raises(TermsError, match="exceeds the business basis"):
        charged(asset("macrs", 100, years=5, factor=2, section_179=200_00))


def test_macrs_straight_line_is_ads() -> None:
    ads = asset(
        "macrs", 10_000, years=5, conventions=Conventions(start=Start.HALF_YEAR)
    )
    assert charged(ads) == [1000, 2000, 2000, 2000, 2000, 1000]
    quarter = replace(ads, in_service=on("2020-11-05"))
    quarter = replace(quarter, conventions=Conventions(start=Start.MID_QUARTER))
    assert charged(quarter) == [250, 2000, 2000, 2000, 2000, 1750]


def test_rates_are_told_with_each_row() -> None:
    def rates(terms: DepreciationTerms) -> list[str]:
        rows = schedule(terms, [], YEARS).rows
        return [str(row.rate) for row in rows]

    assert rates(asset("straight-line", 100, years=4))[0] == "1/4"
    assert rates(asset("declining-balance", 10_000, years=5, factor=2)) == [
        "2/5",
        "2/5",
        "2/5",
        "1/2",
        "None",
    ]
    assert rates(asset("sum-of-digits", 100, years=2)) == ["2/3", "1/3"]
    table = asset("table", 100, rates=(Fraction(3, 4), Fraction(1, 4)))
    assert rates(table) == ["3/4", "1/4"]
    assert rates(asset("immediate", 100)) == ["1"]
    by_days = Conventions(start=Start.DAY, basis=Basis.DAYS_365)
    prime = asset("straight-line", 100, years=4, conventions=by_days)
    assert set(rates(prime)) <= {"1/4"}
