"""Conventions and calendars: worked by hand, one rule a test."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest

from inventory.accounting.engine.schedule import schedule
from inventory.accounting.model.events import Dispose
from inventory.accounting.model.terms import (
    Basis,
    Conventions,
    DepreciationTerms,
    Disposal,
    Param,
    Residue,
    Rounding,
    Start,
    Tail,
    TermsError,
)
from inventory.kernel.periods import (
    Calendar,
    calendar_of,
    fiscal_calendar,
    week_calendar,
)

MONTHS = fiscal_calendar(2019, 2045)
YEARS = fiscal_calendar(2019, 2045, months_per_period=12)
MARCH = fiscal_calendar(2019, 2045, year_end_month=3, months_per_period=12)
QUARTERS = fiscal_calendar(2019, 2045, months_per_period=3)


def asset(
    day: str,
    *,
    cost: int = 1200_00,
    months: int | None = 12,
    method: str = "straight-line",
    params: dict[str, Param] | None = None,
    **conventions: object,
) -> DepreciationTerms:
    """Return terms of 1,200.00 over a year."""
    return DepreciationTerms(
        cost=cost,
        in_service=date.fromisoformat(day),
        life_months=months,
        method=method,
        params=params or {},
        conventions=replace(Conventions(), **conventions),  # type: ignore[arg-type]
    )


def charged(terms: DepreciationTerms, calendar: Calendar = MONTHS) -> dict[str, float]:
    """Return the charge of each period in currency units."""
    rows = schedule(terms, [], calendar).rows
    return {row.period: row.depreciation / 100 for row in rows if row.depreciation}


def first_and_last(
    terms: DepreciationTerms, calendar: Calendar = MONTHS
) -> tuple[float, float]:
    """Return the first and the last charge."""
    found = list(charged(terms, calendar).values())
    return found[0], found[-1]


@pytest.mark.parametrize(
    ("start", "day", "first", "charge"),
    [
        (Start.MONTH, "2020-04-25", "2020-04", 100),
        (Start.NEXT_MONTH, "2020-04-25", "2020-05", 100),
        (Start.MID_MONTH, "2020-04-15", "2020-04", 100),
        (Start.MID_MONTH, "2020-04-16", "2020-05", 100),
        (Start.HALF_MONTH, "2020-04-25", "2020-04", 50),
        (Start.DAY, "2020-04-16", "2020-04", 50),
        (Start.PERIOD, "2020-04-25", "2020-04", 100),
        (Start.NEXT_PERIOD, "2020-04-25", "2020-05", 100),
        (Start.NEXT_YEAR, "2020-04-25", "2021-01", 100),
        # Half of the year's 1,200 over the nine months left, the whole of it, ...
        (Start.HALF_YEAR, "2020-04-25", "2020-04", 66.67),
        (Start.YEAR, "2020-04-25", "2020-04", 133.33),
        (Start.HALF_YEAR_START, "2020-04-25", "2020-04", 133.33),
        (Start.HALF_YEAR_START, "2020-07-01", "2020-07", 100),
        (Start.HALF_YEAR_NEXT, "2020-04-25", "2020-04", 133.33),
        (Start.HALF_YEAR_NEXT, "2020-07-01", "2021-01", 100),
        # Five eighths in the second quarter, one eighth in the fourth.
        (Start.MID_QUARTER, "2020-04-25", "2020-04", 83.33),
        (Start.MID_QUARTER, "2020-10-01", "2020-10", 50),
        (Start.DAYS_180, "2020-07-05", "2020-07", 200),
        (Start.DAYS_180, "2020-07-06", "2020-07", 100),
    ],
)
def test_depreciation_starts_by_its_rule(
    start: Start, day: str, first: str, charge: float
) -> None:
    terms = asset(day, start=start)
    found = charged(terms)
    assert next(iter(found.items())) == (first, charge)
    assert sum(schedule(terms, [], MONTHS).rows[n].depreciation for n in (0,)) >= 0
    assert round(sum(found.values()), 2) == 1200


def test_a_start_table_says_the_day_for_each_in_service_day() -> None:
    table = (
        (date(2020, 1, 1), date(2020, 1, 1)),
        (date(2020, 7, 1), date(2020, 10, 1)),
    )
    terms = asset("2020-08-20", start=Start.TABLE, start_table=table)
    assert next(iter(charged(terms))) == "2020-10"
    terms = asset("2020-06-30", start=Start.TABLE, start_table=table)
    assert charged(terms)["2020-06"] == 600  # January to June at once
    with pytest.raises(TermsError, match="begins with 2020-01-01"):
        schedule(replace(terms, in_service=date(2019, 5, 1)), [], MONTHS)
    with pytest.raises(TermsError, match="start_table"):
        Conventions(start=Start.TABLE)
    with pytest.raises(TermsError, match="rise"):
        Conventions(start=Start.TABLE, start_table=(table[1], table[0]))


def test_depreciation_may_begin_later_than_use() -> None:
    terms = replace(asset("2020-02-10"), depreciate_from=date(2020, 6, 3))
    rows = schedule(terms, [], MONTHS).rows
    assert (rows[0].period, rows[0].additions, rows[0].depreciation) == (
        "2020-02",
        1200_00,
        0,
    )
    assert next(iter(charged(terms))) == "2020-06"
    with pytest.raises(TermsError, match="before the asset is in service"):
        replace(asset("2020-02-10"), depreciate_from=date(2020, 1, 3))


@pytest.mark.parametrize(
    ("disposal", "day", "wanted"),
    [
        # Charged by the end of 2021 of 1,200 a year from January 2020 on.
        (Disposal.MONTH, "2021-04-10", 1600),
        (Disposal.NO_MONTH, "2021-04-10", 1500),
        (Disposal.MID_MONTH, "2021-04-15", 1500),
        (Disposal.MID_MONTH, "2021-04-16", 1600),
        (Disposal.HALF_MONTH, "2021-04-10", 1550),
        (Disposal.DAY, "2021-04-16", 1550),
        (Disposal.HALF_YEAR, "2021-04-10", 1800),
        (Disposal.MID_QUARTER, "2021-04-10", 1650),
        (Disposal.YEAR, "2021-04-10", 2400),
        (Disposal.NO_YEAR, "2021-04-10", 1200),
    ],
)
def test_the_period_of_disposal_counts_by_its_rule(
    disposal: Disposal, day: str, wanted: float
) -> None:
    terms = asset("2020-01-01", cost=6000_00, months=60, disposal=disposal)
    gone = Dispose(id="d", effective=date.fromisoformat(day))
    made = schedule(terms, [gone], MONTHS)
    assert made.total / 100 == wanted
    assert made.rows[-1].closing == 0
    assert made.derecognised[0].gain == -(6000_00 - made.total)


def test_first_and_last_day_count_or_do_not() -> None:
    # 10,000 over five years; 292 or 291 days of 2018 in a year of 365 (2,000 a year).
    terms = asset(
        "2022-03-15",
        cost=10_000_00,
        months=60,
        start=Start.DAY,
        basis=Basis.DAYS_OF_YEAR,
    )
    assert first_and_last(terms, YEARS)[0] == 1600
    without = replace(
        terms, conventions=replace(terms.conventions, count_first_day=False)
    )
    assert first_and_last(without, YEARS)[0] == 1594.52
    by_day = replace(terms.conventions, disposal=Disposal.DAY)
    sale = Dispose(id="d", effective=date(2022, 4, 1))
    out = schedule(replace(terms, conventions=by_day), [sale], YEARS).total
    counted = replace(by_day, count_disposal_day=True)
    held = schedule(replace(terms, conventions=counted), [sale], YEARS).total
    assert (out, held) == (round(2000_00 * 17 / 365), round(2000_00 * 18 / 365))


@pytest.mark.parametrize(
    ("basis", "february"),
    [
        (Basis.MONTHS, 100.0),
        (Basis.PERIODS, 100.0),
        (Basis.DAYS_OF_YEAR, 95.08),  # 29 / 366
        (Basis.DAYS_365, 95.34),  # 29 / 365
        (Basis.DAYS_NO_LEAP, 92.06),  # 28 / 365
        (Basis.DAYS_360, 100.0),
        (Basis.DAYS_OF_LIFE, 95.28),  # 29 / 1461 of four years
    ],
)
def test_a_leap_day_counts_by_its_basis(basis: Basis, february: float) -> None:
    # The residue is rounded in each row alone, so that the row is the bare quotient.
    terms = asset(
        "2020-01-01",
        cost=4800_00,
        months=48,
        start=Start.DAY,
        basis=basis,
        residue=Residue.LAST,
    )
    assert charged(terms)["2020-02"] == pytest.approx(february, abs=0.011)


@pytest.mark.parametrize(
    "basis", [Basis.DAYS_OF_YEAR, Basis.DAYS_NO_LEAP, Basis.MONTHS]
)
def test_full_years_are_equal_whatever_their_days(basis: Basis) -> None:
    terms = asset("2020-01-01", cost=5000_00, months=60, start=Start.DAY, basis=basis)
    assert set(charged(terms, YEARS).values()) == {1000}


@pytest.mark.parametrize(
    ("basis", "calendar", "first"),
    [
        (Basis.MONTHS, MONTHS, 50.0),  # 15 of 30 days of a month of 100
        (Basis.PERIODS, QUARTERS, 250.0),  # 76 of 91 days of a quarter of 300
        (Basis.DAYS_OF_YEAR, MONTHS, 49.18),  # 15 of 366 days of 1,200
        (Basis.DAYS_365, MONTHS, 49.32),  # 15 of 365
    ],
)
def test_the_stub_has_the_denominator_of_its_basis(
    basis: Basis, calendar: Calendar, first: float
) -> None:
    terms = asset("2020-04-16", cost=3600_00, months=36, start=Start.DAY, basis=basis)
    found = first_and_last(terms, calendar)[0]
    wanted = 300 * 76 / 91 if calendar is QUARTERS else first
    assert found == pytest.approx(wanted, abs=0.006)


@pytest.mark.parametrize(
    ("tail", "last", "charge"),
    [
        (Tail.STUB, "2021-04", 50.0),
        (Tail.LAST_PERIOD, "2021-03", 150.0),
        # 350 are left for 2021: over all of its twelve months.
        (Tail.FISCAL_YEAR, "2021-12", 29.17),
    ],
)
def test_the_tail_goes_where_the_book_wants_it(
    tail: Tail, last: str, charge: float
) -> None:
    terms = asset("2020-04-16", start=Start.DAY, tail=tail)
    found = charged(terms)
    assert max(found) == last
    assert found[last] == pytest.approx(charge, abs=0.011)
    assert round(sum(found.values()), 2) == 1200
    assert found["2020-04"] == 50


@pytest.mark.parametrize(
    ("rounding", "first"),
    [
        (Rounding.HALF_UP, 33.34),
        (Rounding.HALF_EVEN, 33.34),
        (Rounding.DOWN, 33.33),
        (Rounding.UP, 33.34),
    ],
)
def test_amounts_are_rounded_as_the_book_says(rounding: Rounding, first: float) -> None:
    terms = asset("2020-01-01", cost=100_01, months=3, rounding=rounding)
    found = list(charged(terms).values())
    assert found[0] == first
    assert round(sum(found), 2) == 100.01
    half = asset("2020-01-01", cost=5, months=2, rounding=rounding)
    rows = [row.depreciation for row in schedule(half, [], MONTHS).rows]
    assert rows[0] == {"half-even": 2, "down": 2}.get(rounding.value, 3)


@pytest.mark.parametrize(
    ("residue", "rows"),
    [
        (Residue.CUMULATIVE, [33.33, 33.34, 33.33]),
        (Residue.LAST, [33.33, 33.33, 33.34]),
        (Residue.FISCAL_YEAR, [33.33, 33.34, 33.33]),
    ],
)
def test_residues_go_where_the_book_wants_them(
    residue: Residue, rows: list[float]
) -> None:
    terms = asset("2020-11-01", cost=100_00, months=3, residue=residue)
    assert list(charged(terms).values()) == rows


def test_a_round_off_unit_holds_for_all_rows_but_the_last() -> None:
    terms = asset("2020-01-01", cost=1234_56, months=5, rounding_unit=100)
    found = [row.depreciation for row in schedule(terms, [], MONTHS).rows]
    assert all(amount % 100 == 0 for amount in found[:-1])
    assert sum(found) == 1234_56


def weeks(pattern: tuple[int, ...], *, by_days: bool) -> Calendar:
    """Return week years from 2020 on, with 53 weeks in 2023."""
    start, years = date(2019, 12, 29), []
    for year in range(2020, 2032):
        after = start + timedelta(weeks=53 if year == 2023 else 52)
        years.append((str(year), start, after))
        start = after
    return week_calendar(years, pattern=pattern, by_days=by_days)


def test_week_calendars_divide_evenly_or_by_weeks() -> None:
    terms = asset(
        "2019-12-29", cost=4800_00, months=48, start=Start.PERIOD, basis=Basis.PERIODS
    )
    even = charged(terms, weeks((4, 4, 5), by_days=False))
    assert {even[f"2020-P{n:02d}"] for n in range(1, 13)} == {100}
    by_weeks = charged(terms, weeks((4, 4, 5), by_days=True))
    assert [by_weeks[f"2020-P0{n}"] for n in (1, 2, 3)] == [92.31, 92.31, 115.38]
    thirteen = charged(terms, weeks((4,), by_days=False))
    assert {round(a) for a in thirteen.values()} == {92}
    for found in (even, by_weeks, thirteen):
        assert round(sum(found.values()), 2) == 4800
        years = {
            year: round(sum(a for p, a in found.items() if p.startswith(year)), 2)
            for year in ("2020", "2021", "2022", "2023")
        }
        assert set(years.values()) == {1200}


def test_what_counts_before_the_period_of_first_use_is_charged_with_it() -> None:
    # Whole calendar months in a calendar of weeks: April began in the period before.
    terms = asset("2020-04-28", cost=3600_00, months=36)
    rows = schedule(terms, [], weeks((4, 4, 5), by_days=False)).rows
    assert (rows[0].period, rows[0].start) == ("2020-P05", date(2020, 4, 26))
    assert rows[0].additions == 3600_00
    # From 1 April to 23 May.
    assert rows[0].depreciation == pytest.approx(100_00 * (1 + 23 / 31), abs=1)


def test_quarters_of_a_week_year_have_thirteen_weeks() -> None:
    calendar = weeks((4, 4, 5), by_days=True)
    terms = asset("2020-03-28", start=Start.MID_QUARTER, basis=Basis.PERIODS)
    later = replace(terms, in_service=date(2020, 3, 29))
    first = sum(a for p, a in charged(terms, calendar).items() if p < "2021")
    second = sum(a for p, a in charged(later, calendar).items() if p < "2021")
    assert (round(first), round(second)) == (1050, 750)


def test_a_changed_year_end_re_cuts_periods_and_keeps_the_total() -> None:
    # Calendar years to 2021, then a short year to March, then April to March.
    spans = [
        ("2020", date(2020, 1, 1), date(2021, 1, 1)),
        ("2021", date(2021, 1, 1), date(2022, 1, 1)),
        ("2022S", date(2022, 1, 1), date(2022, 4, 1)),
        *((f"{y}", date(y - 1, 4, 1), date(y, 4, 1)) for y in range(2023, 2032)),
    ]
    for months in (1, 12):
        calendar = calendar_of(spans, months_per_period=months)
        terms = asset("2020-01-01", cost=6000_00, months=60)
        rows = schedule(terms, [], calendar).rows
        years: dict[str, int] = {}
        for row in rows:
            years[row.year] = years.get(row.year, 0) + row.depreciation
        assert years == {
            "2020": 1200_00,
            "2021": 1200_00,
            "2022S": 300_00,
            "2023": 1200_00,
            "2024": 1200_00,
            "2025": 900_00,
        }


def test_a_declining_balance_restarts_with_the_fiscal_year() -> None:
    declining = asset(
        "2020-04-01",
        cost=10_000_00,
        months=None,
        method="declining-balance",
        params={"rate": Fraction(1, 5)},
    )
    assert list(charged(declining, MARCH).values())[:2] == [2000, 1600]
    assert list(charged(declining, YEARS).values())[:2] == [1500, 1700]
    short = calendar_of(
        [
            ("S", date(2020, 1, 1), date(2020, 7, 1)),
            *((f"{y}", date(y, 7, 1), date(y + 1, 7, 1)) for y in range(2020, 2040)),
        ],
        months_per_period=12,
    )
    half = replace(declining, in_service=date(2020, 1, 1))
    assert list(charged(half, short).values())[:2] == [1000, 1800]


def test_macrs_quarters_of_a_short_year_are_short() -> None:
    # Ten months from 1 March: quarters of 76 and a half days.
    calendar = calendar_of(
        [
            ("1", date(2021, 3, 1), date(2022, 1, 1)),
            *((f"{y}", date(y, 1, 1), date(y + 1, 1, 1)) for y in range(2022, 2035)),
        ],
        months_per_period=12,
    )
    terms = asset(
        "2021-10-20",
        cost=10_000_00,
        months=60,
        method="macrs",
        params={"factor": 2},
        start=Start.MID_QUARTER,
    )
    # Its midpoint, 23 November, counts as the 15th: a month and a half at 40 %.
    assert next(iter(charged(terms, calendar).values())) == pytest.approx(
        10_000 * 0.4 * 1.5 / 12, abs=0.01
    )
