"""The printed MACRS tables, and the formula that made all but four of their cells."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from api.compose.rulebooks import accounting_rules
from inventory.accounting.engine.schedule import schedule
from inventory.accounting.model.terms import (
    Conventions,
    DepreciationTerms,
    Start,
    TermsError,
)
from inventory.accounting.tax.macrs import (
    HALF_YEAR,
    mid_month,
    mid_quarter,
    percentages,
    recapture,
)
from inventory.accounting.tax.macrs_tables import Tables, read_tables
from inventory.kernel.periods import calendar_of, fiscal_calendar

TABLES = accounting_rules().tables
YEARS = fiscal_calendar(2015, 2070, months_per_period=12)

PRINTED_OTHERWISE = {
    ("A-2", 20, 2): ("7", "7.008"),
    ("A-2", 20, 21): ("0.565", "0.557"),
    ("A-3", 7, 1): ("17.85", "17.86"),
    ("A-3", 7, 8): ("3.34", "3.33"),
}
"""(table, life, year) -> what is printed and what the formula gives."""

BY_FORMULA = ("A-1", "A-2", "A-3", "A-4", "A-5", "A-14", "A-15", "A-16", "A-17", "A-18")


def first_year(start: Start, at: int) -> Fraction:
    """Return the fraction of the first year."""
    if start is Start.HALF_YEAR:
        return HALF_YEAR
    return mid_quarter(at) if start is Start.MID_QUARTER else mid_month(at)


def test_the_formula_gives_every_cell_but_four() -> None:
    compared, read_in_print, different = 0, 0, {}
    for (life, factor, start, at), table in TABLES.columns.items():
        if table.name not in (*BY_FORMULA, "A-6"):
            continue
        digits = 3 if life in (20, Fraction(55, 2)) else 2
        made = percentages(life, first_year(start, at), factor=factor, digits=digits)
        printed = [rate * 100 for rate in table.rates]
        assert len(made) == len(printed)
        for year, (theirs, ours) in enumerate(zip(printed, made, strict=True), 1):
            compared += 1
            read_in_print += table.name != "A-6" or at in (1, 6, 7, 12)
            if theirs != ours:
                different[table.name, int(life), year] = (theirs, ours)
    wanted = {
        cell: (Fraction(printed), Fraction(ours))
        for cell, (printed, ours) in PRINTED_OTHERWISE.items()
    }
    assert different == wanted
    assert (compared, read_in_print, len(different)) == (817, 589, 4)


def test_every_column_sums_to_the_whole_basis() -> None:
    assert len(TABLES.columns) == 98
    assert all(sum(table.rates) == 1 for table in TABLES.columns.values())


def asset(
    mode: str, start: Start, life: int, day: str, factor: str | None
) -> DepreciationTerms:
    """Return terms of 10,000.00 in one of the two modes."""
    params: dict[str, str | Fraction] = {"mode": mode}
    if factor is not None:
        params["factor"] = Fraction(factor)
    return DepreciationTerms(
        cost=10_000_00,
        in_service=date.fromisoformat(day),
        life_months=life,
        method="macrs",
        params=params,
        conventions=Conventions(start=start),
    )


@pytest.mark.parametrize(
    ("start", "life", "day", "factor"),
    [
        (Start.HALF_YEAR, 36, "2020-05-01", "2"),
        (Start.HALF_YEAR, 60, "2020-05-01", "2"),
        (Start.MID_QUARTER, 60, "2020-05-01", "2"),
        (Start.MID_QUARTER, 84, "2020-11-30", "2"),
        (Start.HALF_YEAR, 180, "2020-05-01", "3/2"),
        (Start.HALF_YEAR, 84, "2020-05-01", "3/2"),
    ],
)
def test_both_modes_charge_the_same_where_the_cells_agree(
    start: Start, life: int, day: str, factor: str
) -> None:
    rules = accounting_rules()
    by_table = rules.complete(asset("table", start, life, day, factor), YEARS)
    assert "rates" in by_table.params
    table = [r.depreciation for r in schedule(by_table, [], YEARS).rows]
    formula = [
        r.depreciation
        for r in schedule(asset("formula", start, life, day, factor), [], YEARS).rows
    ]
    assert sum(table) == sum(formula) == 10_000_00
    # The formula carries cents, the table hundredths of a percent: half a unit apart.
    assert max(abs(a - b) for a, b in zip(table, formula, strict=True)) <= 100


def test_real_property_uses_the_printed_first_year() -> None:
    terms = asset("table", Start.HALF_MONTH, 468, "2020-01-20", None)
    rows = schedule(accounting_rules().complete(terms, YEARS), [], YEARS).rows
    assert [rows[0].depreciation, rows[1].depreciation] == [246_10, 256_40]
    assert (len(rows), rows[-1].depreciation) == (40, 10_70)


def test_a_short_tax_year_may_not_use_the_tables() -> None:
    short = calendar_of(
        [
            ("1", date(2020, 3, 1), date(2021, 1, 1)),
            *((f"{y}", date(y, 1, 1), date(y + 1, 1, 1)) for y in range(2021, 2030)),
        ],
        months_per_period=12,
    )
    terms = asset("table", Start.HALF_YEAR, 60, "2020-05-01", "2")
    with pytest.raises(TermsError, match="is short"):
        TABLES.of_terms(terms, short)


def test_straight_line_columns_that_are_not_printed_come_from_the_formula() -> None:
    table = TABLES.find(Fraction(5), None, Start.HALF_YEAR)
    assert table.name == "formula"
    assert [str(rate * 100) for rate in table.rates] == ["10", *["20"] * 4, "10"]
    with pytest.raises(TermsError, match="half-year"):
        TABLES.find(Fraction(5), None, Start.MONTH)
    with pytest.raises(TermsError, match="at 5"):
        TABLES.find(Fraction(5), None, Start.MID_QUARTER, 5)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"percent": "50 49"}, "not 100 percent"),
        ({"percent": "x"}, "row 1"),
        ({"start": "noon"}, "noon"),
        ({"start": "month"}, "there already"),
    ],
)
def test_a_mistake_in_the_tables_is_named(row: dict[str, str], words: str) -> None:
    good = {"table": "T", "life": "2", "factor": "2", "start": "half-year", "at": ""}
    with pytest.raises(TermsError, match=words):
        read_tables([good | {"percent": "50 50"} | row])
    assert isinstance(read_tables([good | {"percent": "50 50"}]), Tables)


def test_a_gain_is_ordinary_up_to_the_depreciation_taken() -> None:
    assert recapture(5000, 8000) == recapture(5000, 5000)
    assert (recapture(9000, 8000).ordinary, recapture(9000, 8000).capital) == (
        8000,
        1000,
    )
    assert recapture(-700, 8000).capital == -700
