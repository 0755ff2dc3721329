"""Published worked examples as terms, events and calendars of this engine.

The numbers to compare with, and where they were published, stand in
`published_figures.json` under the same ids; here is only how each example is put.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from inventory.accounting.engine.schedule import schedule
from inventory.accounting.model.events import (
    AddCost,
    Dispose,
    Event,
    Opening,
    Revalue,
    Usage,
)
from inventory.accounting.model.rows import Row, Schedule
from inventory.accounting.model.terms import (
    Basis,
    Conventions,
    DepreciationTerms,
    Deviation,
    Disposal,
    EventTiming,
    Param,
    Residue,
    Start,
)
from inventory.kernel.periods import Calendar, calendar_of, fiscal_calendar

Values = list[dict[str, float]]


@dataclass(frozen=True, kw_only=True)
class Example:
    """One example, ready to run.

    Attributes:
        terms: Terms; amounts in minor units of two digits.
        calendar: Fiscal periods.
        events: Events.
        locked: Locked periods.
        values: What to compare, from the schedule; None compares row by row.
    """

    terms: DepreciationTerms
    calendar: Calendar
    events: Sequence[Event] = ()
    locked: Sequence[str] = ()
    values: Callable[[Schedule], Values] | None = None

    def run(self) -> Values:
        """Return values in the order of the published ones."""
        made = schedule(self.terms, self.events, self.calendar, locked=self.locked)
        if self.values is not None:
            return self.values(made)
        return [values_of(row) for row in made.rows]


def values_of(row: Row) -> dict[str, float]:
    """Return the published columns of a row."""
    return {
        "depreciation": row.depreciation / 100,
        "accumulated": row.accumulated / 100,
        "book_value": row.closing / 100,
    }


def charges(*periods: str) -> Callable[[Schedule], Values]:
    """Compare the depreciation of some periods only."""

    def values(made: Schedule) -> Values:
        rows = {row.period: row for row in made.rows}
        return [{"depreciation": rows[p].depreciation / 100} for p in periods]

    return values


def yearly(*years: str) -> Callable[[Schedule], Values]:
    """Compare the depreciation of whole fiscal years."""

    def values(made: Schedule) -> Values:
        return [
            {
                "depreciation": sum(
                    row.depreciation for row in made.rows if row.year == year
                )
                / 100
            }
            for year in years
        ]

    return values


YEARS = fiscal_calendar(1984, 2055, months_per_period=12)
MONTHS = fiscal_calendar(1999, 2035)
HALVES = fiscal_calendar(2015, 2035, months_per_period=6)
QUARTERS = fiscal_calendar(2015, 2035, months_per_period=3)
APRIL = fiscal_calendar(2010, 2035, year_end_month=3)
JUNE = fiscal_calendar(2010, 2030, year_end_month=6, months_per_period=12)

DAYS = Conventions(
    start=Start.DAY,
    basis=Basis.DAYS_OF_YEAR,
    disposal=Disposal.DAY,
    residue=Residue.LAST,
)
LIFE_DAYS = Conventions(
    start=Start.DAY,
    basis=Basis.DAYS_OF_LIFE,
    residue=Residue.LAST,
    deviation=Deviation.SPREAD,
)
LAST = Conventions(residue=Residue.LAST)
HALF = Conventions(start=Start.HALF_YEAR, disposal=Disposal.HALF_YEAR)
D360 = Conventions(
    start=Start.DAY,
    basis=Basis.DAYS_360,
    event_timing=EventTiming.DAY,
    residue=Residue.LAST,
)


def day(text: str) -> date:
    """Read a date."""
    return date.fromisoformat(text)


def terms(
    cost: float,
    since: str,
    *,
    residual_value: float = 0,
    years: int | None = None,
    months: int | None = None,
    method: str = "straight-line",
    conventions: Conventions | None = None,
    **params: Param,
) -> DepreciationTerms:
    """Return terms in whole currency units."""
    return DepreciationTerms(
        cost=round(cost * 100),
        residual_value=round(residual_value * 100),
        in_service=day(since),
        life_months=months if years is None else years * 12,
        method=method,
        params={name.replace("_", "-"): value for name, value in params.items()},
        conventions=conventions or Conventions(),
    )


def declining(
    cost: float, since: str, rate: Fraction | None = None, **others: Param
) -> DepreciationTerms:
    """Return declining-balance terms without a life."""
    given: dict[str, Param] = {} if rate is None else {"rate": rate}
    return DepreciationTerms(
        cost=round(cost * 100),
        in_service=day(since),
        method="declining-balance",
        params={**given, **others},
    )


_QUARTER = Fraction(1, 4)
_CUT = calendar_of(
    [
        ("2020", day("2019-07-02"), day("2020-07-02")),
        *((f"{y}", date(y - 1, 7, 2), date(y, 7, 2)) for y in range(2021, 2026)),
    ],
    months_per_period=12,
)


@dataclass(frozen=True)
class _Macrs:
    """Builds MACRS examples."""

    calendar: Calendar = field(default=YEARS)

    def __call__(
        self,
        cost: float,
        since: str,
        life: int,
        *,
        start: Start = Start.HALF_YEAR,
        factor: Fraction | None = Fraction(2),
        calendar: Calendar | None = None,
        values: Callable[[Schedule], Values] | None = None,
        params: Mapping[str, Param] | None = None,
    ) -> Example:
        given: Mapping[str, Param] = {} if factor is None else {"factor": factor}
        return Example(
            terms=DepreciationTerms(
                cost=round(cost * 100),
                in_service=day(since),
                life_months=life * 12,
                method="macrs",
                params={**given, **(params or {})},
                conventions=Conventions(start=start, disposal=Disposal.HALF_YEAR),
            ),
            calendar=calendar or self.calendar,
            values=values,
        )


macrs = _Macrs()

_SHORT = calendar_of(
    [
        ("1", day("2021-03-01"), day("2022-01-01")),
        *((f"{y - 2020}", date(y, 1, 1), date(y + 1, 1, 1)) for y in range(2022, 2030)),
    ],
    months_per_period=12,
)
_TABLE_7 = tuple(
    Fraction(n, 10000) for n in (1429, 2449, 1749, 1249, 893, 892, 893, 446)
)
_TABLE_5 = tuple(Fraction(n, 10000) for n in (2000, 3200, 1920, 1152, 1152, 576))


def _first(count: int) -> Callable[[Schedule], Values]:
    return lambda made: [values_of(row) for row in made.rows[:count]]


def _whole(count: int) -> Callable[[Schedule], Values]:
    """Compare published whole currency units."""
    return lambda made: [
        {"depreciation": float(round(row.depreciation / 100))}
        for row in made.rows[:count]
    ]


def _usage(*units: int) -> list[Event]:
    return [
        Usage(id=f"u{n}", effective=date(2020 + n, 12, 31), units=Fraction(u))
        for n, u in enumerate(units)
    ]


EXAMPLES: dict[str, Example] = {
    "AX-02": Example(
        terms=terms(11000, "2020-01-01", residual_value=1000, years=5, form="original"),
        events=[AddCost(id="a", effective=day("2021-01-01"), amount=400000)],
        calendar=YEARS,
    ),
    "BC-01": Example(
        terms=terms(100000, "2020-01-01", years=8, conventions=D360), calendar=HALVES
    ),
    "BC-02": Example(
        terms=declining(100000, "2020-01-01", _QUARTER),
        calendar=HALVES,
        values=_first(10),
    ),
    "BC-05": Example(
        terms=declining(100000, "2020-01-01", _QUARTER, **{"in-year": "compound"}),
        calendar=HALVES,
        values=_first(4),
    ),
    "BC-08": Example(
        terms=terms(
            100000,
            "2020-11-01",
            years=5,
            method="declining-balance",
            rate=Fraction(2, 5),
            conventions=HALF,
        ),
        calendar=YEARS,
    ),
    "BC-09": Example(
        terms=terms(100, "2020-01-01", years=4, method="sum-of-digits"), calendar=YEARS
    ),
    "BC-10": Example(
        terms=terms(
            100000,
            "2020-01-01",
            years=3,
            method="table",
            rates=(_QUARTER, Fraction(38, 100), Fraction(37, 100)),
        ),
        calendar=YEARS,
    ),
    "DEU-01": Example(
        terms=declining(30000, "2004-03-01", Fraction(1, 5)),
        calendar=YEARS,
        values=_first(6),
    ),
    "DEU-04": Example(
        terms=terms(
            500, "2020-08-01", years=5, conventions=Conventions(start=Start.YEAR)
        ),
        calendar=YEARS,
    ),
    "DEU-05": Example(
        terms=declining(400000, "2020-01-15", Fraction(1, 20)),
        calendar=YEARS,
        values=_first(3),
    ),
    "ERP-01": Example(
        terms=terms(100000, "2030-01-01", residual_value=10000, years=3), calendar=YEARS
    ),
    "ERP-02": Example(
        terms=terms(
            100000,
            "2030-06-06",
            residual_value=10000,
            years=3,
            conventions=Conventions(
                start=Start.DAY,
                basis=Basis.DAYS_OF_YEAR,
                count_first_day=False,
                residue=Residue.LAST,
            ),
        ),
        events=[Opening(id="o", effective=day("2032-01-01"), accumulated=4709589)],
        calendar=YEARS,
    ),
    "ERP-05": Example(
        terms=terms(
            100000, "2030-01-30", residual_value=10000, years=3, conventions=DAYS
        ),
        calendar=YEARS,
    ),
    "ERP-10": Example(
        terms=terms(
            100000, "2020-01-01", residual_value=10000, years=3, conventions=DAYS
        ),
        calendar=_CUT,
    ),
    "ERP-13": Example(
        terms=terms(731, "2023-10-10", months=24, conventions=LIFE_DAYS),
        events=[Opening(id="o", effective=day("2024-07-01"), accumulated=26500)],
        calendar=MONTHS,
    ),
    "ERP-14": Example(
        terms=terms(
            731,
            "2023-10-10",
            months=24,
            conventions=Conventions(
                start=Start.DAY,
                residue=Residue.LAST,
                deviation=Deviation.SPREAD,
            ),
        ),
        events=[Opening(id="o", effective=day("2024-07-01"), accumulated=26530)],
        calendar=MONTHS,
    ),
    "ERP-15": Example(
        terms=terms(
            731,
            "2023-11-01",
            months=36,
            conventions=Conventions(
                start=Start.DAY,
                basis=Basis.PERIODS,
                residue=Residue.LAST,
                deviation=Deviation.SPREAD,
            ),
        ),
        events=[Opening(id="o", effective=day("2024-10-01"), accumulated=22315)],
        calendar=QUARTERS,
    ),
    "ERP-16": Example(
        terms=terms(1096, "2020-01-15", months=36, conventions=LIFE_DAYS),
        calendar=MONTHS,
    ),
    "ERP-22": Example(terms=terms(500, "2023-01-01", months=24), calendar=HALVES),
    "ERP-26": Example(
        terms=terms(
            500,
            "2023-04-01",
            years=4,
            method="declining-balance",
            rate=Fraction(2, 5),
            terminal="write-off",
            conventions=DAYS,
        ),
        calendar=YEARS,
    ),
    "ERP-28": Example(
        terms=terms(500, "2023-01-01", months=12, conventions=DAYS), calendar=MONTHS
    ),
    "ERP-30": Example(
        terms=terms(1000, "2023-01-01", months=12, conventions=LAST), calendar=MONTHS
    ),
    "ERP-33": Example(
        terms=terms(
            600,
            "2021-01-01",
            years=3,
            conventions=Conventions(
                start=Start.DAY,
                basis=Basis.DAYS_OF_YEAR,
                disposal=Disposal.DAY,
                count_disposal_day=True,
            ),
        ),
        events=[
            Revalue(
                id="v",
                effective=day("2022-01-15"),
                fair_value=50000,
                proportional=False,
            ),
            Dispose(id="s", effective=day("2022-04-01"), proceeds=30000),
        ],
        calendar=YEARS,
        values=lambda made: [
            {"depreciation": row.depreciation / 100} for row in made.rows
        ],
    ),
    "IDN-03": Example(
        terms=terms(
            100000000,
            "2022-07-25",
            years=4,
            method="declining-balance",
            rate=Fraction(1, 2),
            terminal="write-off",
        ),
        calendar=YEARS,
    ),
    "IRS-01": macrs(1000, "2020-02-01", 5),
    "IRS-03": macrs(1000, "2021-03-15", 5, calendar=_SHORT, values=_whole(2)),
    "IRS-06": macrs(
        200000,
        "2020-03-01",
        7,
        params={"mode": "table", "rates": _TABLE_7},
        values=_first(1),
    ),
    "IRS-14": macrs(
        8200,
        "2025-02-01",
        5,
        params={"mode": "table", "rates": _TABLE_5},
        values=_first(2),
    ),
    "IRS-15": macrs(1000, "2011-09-01", 7, start=Start.MID_QUARTER, values=_whole(1)),
    "OCA-01": Example(terms=terms(1500, "2020-01-01", years=3), calendar=YEARS),
    "OCA-02": Example(
        terms=terms(12000, "2020-01-01", residual_value=2000, years=5), calendar=YEARS
    ),
    "OCA-10": Example(
        terms=terms(
            1000,
            "2020-07-07",
            residual_value=100,
            years=5,
            form="full-cost",
            conventions=Conventions(start=Start.YEAR),
        ),
        calendar=YEARS,
    ),
    "OCA-15": Example(
        terms=terms(5000, "2021-01-01", months=12, conventions=LAST),
        calendar=MONTHS,
        locked=[f"2021-0{n}" for n in range(1, 6)],
    ),
    "OCA-18": Example(
        terms=terms(5000, "2015-01-28", years=5, conventions=DAYS), calendar=JUNE
    ),
    "SAGE-02": Example(
        terms=terms(
            14000,
            "2020-03-16",
            residual_value=2000,
            years=6,
            conventions=Conventions(start=Start.MID_MONTH),
        ),
        calendar=YEARS,
    ),
    "SAGE-03": Example(
        terms=terms(
            14000, "2020-03-16", residual_value=2000, years=6, conventions=HALF
        ),
        calendar=YEARS,
    ),
    "SAGE-05": macrs(1000, "2020-05-05", 5, values=_first(2)),
    "TXT-03": Example(
        terms=terms(
            10000, "2020-01-01", residual_value=2000, years=5, method="sum-of-digits"
        ),
        calendar=YEARS,
    ),
    "TXT-05": Example(
        terms=terms(
            10000,
            "2020-01-01",
            residual_value=2000,
            method="units-of-production",
            total_units=5000,
        ),
        events=_usage(1200, 500, 1800, 300, 1100),
        calendar=YEARS,
    ),
    "TXT-06": Example(
        terms=terms(
            90000,
            "2020-01-01",
            residual_value=10000,
            method="units-of-production",
            total_units=400000,
        ),
        events=_usage(110000, 70000, 90000, 80000, 50000),
        calendar=YEARS,
    ),
}


_FINE = 10**6
"""Spreadsheets do not round: their rows are compared in millionths."""


def _excel_db(cost: int, residual_value: int, years: int, month: int) -> Example:
    return Example(
        terms=DepreciationTerms(
            cost=cost * _FINE,
            in_service=date(2020, 13 - month, 1),
            life_months=years * 12,
            method="declining-balance",
            params={
                "derived": "excel",
                "target": residual_value * _FINE,
                "terminal": "stop",
                "carry": "exact",
            },
        ),
        calendar=YEARS,
        values=lambda made: [
            {
                "depreciation": row.depreciation / _FINE,
                "accumulated": row.accumulated / _FINE,
                "book_value": row.closing / _FINE,
            }
            for row in made.rows
        ],
    )


EXAMPLES |= {
    "XLS-01": _excel_db(1000000, 100000, 6, 7),
    "XLS-02": _excel_db(10000, 1000, 5, 6),
    "XLS-05": _excel_db(1000000, 100000, 6, 12),
}
