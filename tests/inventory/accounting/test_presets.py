"""Presets by law: worked by hand from the rules, year by year."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from api.compose.rulebooks import accounting_rules
from inventory.accounting.catalogue.class_rules import RulesError
from inventory.accounting.engine.pools import PoolYear, pool_year
from inventory.accounting.engine.schedule import schedule
from inventory.accounting.model.events import Dispose
from inventory.accounting.model.terms import TermsError
from inventory.kernel.periods import Calendar, fiscal_calendar

YEARS = fiscal_calendar(2000, 2060, months_per_period=12)
MONTHS = fiscal_calendar(2000, 2060)
MARCH = fiscal_calendar(2000, 2060, year_end_month=3, months_per_period=12)
JUNE = fiscal_calendar(2000, 2060, year_end_month=6, months_per_period=12)
RULES = accounting_rules()


def charges(
    name: str,
    cost: str,
    day: str,
    *,
    currency: str = "EUR",
    months: int | None = None,
    calendar: Calendar = YEARS,
) -> list[float]:
    """Return the charge of each fiscal year under a preset, in currency units."""
    unit = 1 if currency == "JPY" else 100
    terms = RULES.preset_terms(
        name, round(float(cost) * unit), date.fromisoformat(day), currency, months
    )
    rows = schedule(RULES.complete(terms, calendar), [], calendar).rows
    years: dict[str, int] = {}
    for row in rows:
        years[row.year] = years.get(row.year, 0) + row.depreciation
    return [amount / unit for amount in years.values()]


@pytest.mark.parametrize("name", sorted(RULES.presets))
def test_every_preset_gives_a_schedule_or_says_why_not(name: str) -> None:
    for day in ("2022-05-20", "2023-05-20", "2025-08-20"):
        try:
            made = charges(name, "400.00", day, months=60)
        except RulesError as error:
            first = min(rule.start for rule in RULES.presets[name].rules)
            early = first is not None and first > date.fromisoformat(day)
            why = f"no rule for {day}" if early else "no degressive"
            assert why in str(error)  # noqa: PT017 - the only reasons
        else:
            pooled = RULES.preset_terms(name, 40000, date(2025, 8, 20), "EUR", 60)
            whole = 0 if pooled.method == "pooled" else 400
            assert whole - 2 <= round(sum(made), 2) <= whole


def test_indonesian_groups_start_in_the_month_of_expenditure() -> None:
    made = charges("id-kelompok-2-straight", "96000000", "2023-10-12", currency="IDR")
    assert made == [3_000_000, *[12_000_000] * 7, 9_000_000]
    made = charges("id-kelompok-1-straight", "100000000", "2022-07-25", currency="IDR")
    assert made == [12_500_000, 25_000_000, 25_000_000, 25_000_000, 12_500_000]
    assert len(charges("id-bangunan-permanen", "1000000000", "2020-01-02")) == 20


def test_indonesian_declining_balances_are_written_off_at_the_end() -> None:
    made = charges("id-kelompok-1-declining", "100000000", "2022-07-25", currency="IDR")
    assert made == [25_000_000, 37_500_000, 18_750_000, 9_375_000, 9_375_000]
    made = charges("id-kelompok-2-declining", "100000000", "2020-01-15", currency="IDR")
    assert made[:4] == [25_000_000, 18_750_000, 14_062_500, 10_546_875]
    assert made[-1] == pytest.approx(100_000_000 * 0.75**7)
    assert sum(made) == 100_000_000


def test_a_month_of_a_declining_year_is_a_part_of_the_years_amount() -> None:
    terms = RULES.preset_terms(
        "id-kelompok-1-declining", 12_000_000_00, date(2020, 1, 1), "IDR"
    )
    rows = schedule(terms, [], MONTHS).rows
    assert {row.depreciation for row in rows[:12]} == {500_000_00}
    assert {row.depreciation for row in rows[12:24]} == {250_000_00}


def test_german_afa_leaves_a_memo_value() -> None:
    made = charges("de-afa-linear", "1200.00", "2025-10-15", months=36)
    assert made == [100, 400, 400, 299]
    made = charges("de-digital", "1500.00", "2025-03-01")
    assert made == [1250, 249]


def test_german_degressive_afa_changes_to_linear() -> None:
    made = charges("de-afa-degressive", "100000.00", "2025-07-10", months=120)
    assert made == [
        15000,
        25500,
        17850,
        12495,
        8746.5,
        6122.55,
        4285.79,
        3000.05,
        2800.04,
        2800.05,
        1400.02,
    ]


@pytest.mark.parametrize(
    ("day", "first"),
    [
        ("2005-01-01", 2000),
        ("2006-01-01", 3000),
        ("2010-01-01", 2500),
        ("2021-01-01", 2500),
        ("2024-04-01", 1500),
        ("2027-01-01", 3000),
    ],
)
def test_german_degressive_rates_are_those_of_their_window(
    day: str, first: float
) -> None:
    # Life of ten years: k times 10 % is above no cap but that of 2001 and 2024.
    assert charges("de-afa-degressive", "10000.00", day, months=120)[0] == first


@pytest.mark.parametrize(
    "day", ["2008-06-01", "2015-06-01", "2023-06-01", "2025-06-30"]
)
def test_german_degressive_afa_is_refused_between_its_windows(day: str) -> None:
    with pytest.raises(RulesError, match="no degressive AfA"):
        charges("de-afa-degressive", "10000.00", day, months=120)


def test_german_low_value_assets_go_at_once_up_to_the_limit_of_their_day() -> None:
    assert charges("de-gwg", "800.00", "2025-05-01") == [799]
    with pytest.raises(RulesError, match="no rule"):
        charges("de-gwg", "800.01", "2025-05-01")
    with pytest.raises(RulesError, match="no rule"):
        charges("de-gwg", "500.00", "2017-05-01")
    assert charges("de-sammelposten", "500.00", "2020-08-01") == [100] * 5
    with pytest.raises(RulesError, match="no rule"):
        charges("de-sammelposten", "250.00", "2020-08-01")


def test_french_degressive_coefficients_go_by_life() -> None:
    made = charges("fr-degressif", "10000.00", "2026-04-10", months=60)
    assert made == [2625, 2581.25, 1677.81, 1557.97, 1557.97]
    assert charges("fr-degressif", "10000.00", "2026-01-01", months=48)[0] == 3125
    assert charges("fr-degressif", "10000.00", "2026-01-01", months=96)[0] == 2812.5
    made = charges("fr-lineaire", "3600.00", "2026-04-16", months=36)
    assert made == [850, 1200, 1200, 350]


def test_japanese_declining_balance_keeps_its_guaranteed_amount() -> None:
    made = charges("jp-teiritsu", "1000000", "2025-01-10", currency="JPY", months=60)
    assert made == [400_000, 240_000, 144_000, 108_000, 107_999]
    made = charges("jp-teiritsu", "1000000", "2025-01-10", currency="JPY", months=120)
    assert made == [
        200_000,
        160_000,
        128_000,
        102_400,
        81_920,
        65_536,
        65_536,
        65_536,
        65_536,
        65_535,
    ]


def test_japanese_balances_of_2007_decline_by_250_percent() -> None:
    made = charges("jp-teiritsu", "1000000", "2008-01-10", currency="JPY", months=120)
    # 44,495 is above the guaranteed 44,480; the next year's 33,371 is not.
    assert made[:7] == [250_000, 187_500, 140_625, 105_468, 79_101, 59_326, 44_495]
    assert made[7:] == [44_583, 44_583, 44_318]


def test_japanese_straight_line_takes_the_rate_of_the_law() -> None:
    made = charges("jp-teigaku", "1000000", "2024-01-10", currency="JPY", months=72)
    assert made == [*[167_000] * 5, 164_999]
    made = charges("jp-teigaku", "300000", "2024-10-01", currency="JPY", months=48)
    assert made == [18_750, 75_000, 75_000, 75_000, 56_249]


def test_yen_are_rounded_down() -> None:
    made = charges("jp-teiritsu", "999999", "2025-04-10", currency="JPY", months=60)
    # 999,999 x 0.4 x 9 / 12 = 299,999.7
    assert made[0] == 299_999


def test_australian_assets_are_held_by_days() -> None:
    made = charges("au-prime-cost", "80000.00", "2024-07-01", months=60, calendar=JUNE)
    assert made[:2] == [16000, 16000]
    made = charges("au-diminishing", "80000.00", "2024-07-01", months=60, calendar=JUNE)
    assert made[:3] == [32000, 19200, 11520]


def test_indian_assets_of_less_than_180_days_get_half_the_rate() -> None:
    late = charges("in-wdv-computers", "100000.00", "2025-11-01", calendar=MARCH)
    assert late[:2] == [20000, 32000]
    early = charges("in-wdv-computers", "100000.00", "2025-10-02", calendar=MARCH)
    assert early[:2] == [40000, 24000]


def test_uk_pools_get_both_rates_in_the_year_of_the_change() -> None:
    rate = RULES.limits.pool_rate(
        "uk-main-corporation", date(2026, 1, 1), date(2027, 1, 1)
    )
    assert rate == (90 * Fraction(18, 100) + 275 * Fraction(14, 100)) / 365
    plain = RULES.limits.pool_rate(
        "uk-special-income", date(2024, 4, 6), date(2025, 4, 6)
    )
    assert plain == Fraction(6, 100)
    year = pool_year(PoolYear(opening=1_000_000, additions=500_000, rate=rate))
    assert year.allowance == 224795  # 15,000.00 x 14.98630 %
    with pytest.raises(TermsError, match="no pool"):
        RULES.limits.pool_rate("uk-cars", date(2024, 4, 6), date(2025, 4, 6))


def test_a_year_that_straddles_a_change_gets_each_limit_for_its_months() -> None:
    """Nine months of 500,000 and three of 200,000 (capital allowances manual)."""
    most = RULES.limits.most_at_once(date(2015, 4, 1), date(2016, 4, 1))
    assert most == 425_000_00
    assert RULES.limits.most_at_once(date(2024, 1, 1), date(2024, 10, 1)) == 750_000_00


def test_additions_to_a_low_value_pool_get_half_the_rate_in_their_first_year() -> None:
    year = pool_year(
        PoolYear(
            opening=1000_00,
            additions_reduced=600_00,
            reduced_share=Fraction(1, 2),
            rate=Fraction(3, 8),
        )
    )
    # 37.5 % of 1,000 and 18.75 % of 600.
    assert (year.allowance, year.closing) == (487_50, 1112_50)


def test_us_limits_are_those_of_their_year() -> None:
    limits = RULES.limits
    assert limits.limit_179(date(2026, 6, 1)).allowed(10**12, 5 * 10**8, 10**12) == (
        165_000_000,
        0,
    )
    limit = limits.limit_179(date(2025, 6, 1))
    assert (limit.maximum, limit.threshold) == (2_500_000_00, 4_000_000_00)
    assert limits.vehicle_179(date(2025, 6, 1)) == 31_300_00
    assert limit.allowed(2_600_000_00, 4_200_000_00, 10**12) == (2_300_000_00, 0)
    assert limit.allowed(500_000_00, 500_000_00, 80_000_00) == (80_000_00, 420_000_00)
    day = date(2025, 6, 1)
    assert limits.bonus_rate(day, date(2025, 1, 19)) == Fraction(2, 5)
    assert limits.bonus_rate(day, date(2025, 1, 20)) == 1
    assert limits.bonus_rate(date(2024, 6, 1)) == Fraction(3, 5)
    assert limits.bonus_rate(date(2023, 6, 1)) == Fraction(4, 5)
    assert limits.bonus_rate(date(2018, 6, 1), date(2017, 9, 1)) == Fraction(2, 5)
    with pytest.raises(TermsError, match="1999"):
        limits.bonus_rate(date(1999, 6, 1))


def test_an_automobile_is_deducted_up_to_its_caps_and_goes_on_after_its_life() -> None:
    caps = RULES.limits.automobile_caps(date(2025, 3, 1), bonus=False)
    day = date(2025, 3, 1)
    base = RULES.preset_terms("us-macrs-5", 60_000_00, day, "USD")
    capped = {**base.params, "caps": caps}
    rows = schedule(replace(base, params=capped), [], YEARS).rows
    # 12,000 is below the first cap; 19,200 and 11,520 below theirs.
    charged = [row.depreciation // 100 for row in rows]
    assert charged == [12000, 19200, 11520, 6912, 6912, 3456]
    dear = replace(base, cost=100_000_00, params=capped)
    charged = [row.depreciation // 100 for row in schedule(dear, [], YEARS).rows]
    # The sixth year is still one of the recovery period: 5.76 %, below the cap.
    assert charged[:6] == [12200, 19600, 11800, 7060, 7060, 5760]
    assert charged[6:] == [*[7060] * 5, 1220]


def test_the_year_of_disposal_counts_by_its_convention() -> None:
    base = RULES.preset_terms("us-macrs-5", 100_000_00, date(2023, 3, 1), "USD")
    made = schedule(base, [Dispose(id="d", effective=date(2025, 8, 20))], YEARS)
    # 20 %, 32 %, and half of 19.2 %.
    assert [row.depreciation for row in made.rows] == [20_000_00, 32_000_00, 9_600_00]
    same = schedule(base, [Dispose(id="d", effective=date(2023, 8, 20))], YEARS)
    assert [row.depreciation for row in same.rows] == [0]
    real = RULES.preset_terms(
        "us-macrs-nonresidential", 390_000_00, date(2023, 3, 1), "USD"
    )
    made = schedule(real, [Dispose(id="d", effective=date(2025, 8, 20))], YEARS)
    # 9.5, 12 and 7.5 months of 833.33.
    assert [row.depreciation for row in made.rows] == [7916_67, 10_000_00, 6250_00]
