"""Worked examples of tax depreciation with their figures; see `published_worked`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from api.compose.rulebooks import accounting_rules
from inventory.accounting.model.events import Dispose, Event
from inventory.accounting.model.terms import (
    Conventions,
    DepreciationTerms,
    Disposal,
    Param,
    Start,
)
from inventory.kernel.periods import Calendar, calendar_of, fiscal_calendar
from tests.inventory.accounting.published import JUNE, MONTHS, YEARS, day
from tests.inventory.accounting.published_worked import HAND, Worked

RULES = accounting_rules()
F = Fraction
DOUBLE = F(2)
PUB = "IRS Pub. 946, "
MARCH = fiscal_calendar(2005, 2045, year_end_month=3, months_per_period=12)

_OUT = {
    Start.HALF_YEAR: Disposal.HALF_YEAR,
    Start.MID_QUARTER: Disposal.MID_QUARTER,
    Start.HALF_MONTH: Disposal.HALF_MONTH,
}


def _years_from(first: str, after: str, count: int = 18) -> Calendar:
    """Return tax years of which the first is short, the others calendar years."""
    begin = day(after)
    assert (begin.month, begin.day) == (1, 1)
    rest = [
        (f"{n + 2}", date(begin.year + n, 1, 1), date(begin.year + n + 1, 1, 1))
        for n in range(count)
    ]
    return calendar_of([("1", day(first), begin), *rest], months_per_period=12)


def _macrs(
    cost: int,
    since: str,
    life: Fraction | int,
    start: Start = Start.HALF_YEAR,
    *,
    factor: Fraction | None = DOUBLE,
    calendar: Calendar = YEARS,
    **params: Param,
) -> DepreciationTerms:
    named = {name.replace("_", "-"): value for name, value in params.items()}
    given: dict[str, Param] = named if factor is None else {**named, "factor": factor}
    return RULES.complete(
        DepreciationTerms(
            cost=cost * 100,
            in_service=day(since),
            life_months=F(life) * 12,
            method="macrs",
            params=given,
            conventions=Conventions(start=start, disposal=_OUT[start]),
        ),
        calendar,
    )


def _sold(on: str) -> list[Event]:
    return [Dispose(id="sold", effective=day(on))]


TARA = _years_from("2021-03-15", "2022-01-01")
HALF_2023 = _years_from("2023-07-01", "2024-01-01")
QUARTER = Start.MID_QUARTER


def _tara(placed_in_service: str, months: float) -> Worked:
    return Worked(
        source=PUB + "Tara Corporation: midpoints of quarters of 73 days, at 40 %",
        terms=_macrs(1000, placed_in_service, 5, QUARTER, calendar=TARA),
        calendar=TARA,
        charges=[400 * months / 12],
    )


MACRS = {
    "formula": Worked(
        source=PUB + "figuring the deduction without tables, 200 % and half-year",
        terms=_macrs(1000, "2024-02-10", 5),
        charges=[200, 320, 192, 115.20, 115.20, 57.60],
    ),
    "furniture by table": Worked(
        source=PUB + "table A-1, 10,000 of office furniture",
        terms=_macrs(10000, "2024-08-11", 7, mode="table"),
        charges=[1429, 2449, 1749, 1249, 893, 892, 893, 446],
    ),
    "furniture sold in the third year": Worked(
        source=PUB + "half-year convention in the year of disposition",
        terms=_macrs(10000, "2022-08-11", 7, mode="table"),
        events=_sold("2024-03-06"),
        charges=[1429, 2449, 874.50],
    ),
    "machine of the first quarter": Worked(
        source=PUB + "mid-quarter tables: 25 % of 4,000",
        terms=_macrs(4000, "2024-01-10", 7, QUARTER, mode="table"),
        charges=[1000],
    ),
    "furniture of the third quarter": Worked(
        source=PUB + "mid-quarter tables: 10.71 % of 1,000",
        terms=_macrs(1000, "2024-09-10", 7, QUARTER, mode="table"),
        charges=[107],
        within=0.5,
    ),
    "computer of the fourth quarter": Worked(
        source=PUB + "mid-quarter tables: 5 % of 5,000",
        terms=_macrs(5000, "2024-10-10", 5, QUARTER, mode="table"),
        charges=[250],
    ),
    "mid-quarter disposition": Worked(
        source=PUB + "placed 2 December, sold 6 April of the fourth year: 37.5 %",
        terms=_macrs(10000, "2021-12-02", 5, QUARTER, mode="table"),
        events=_sold("2024-04-06"),
        charges=[500, 3800, 2280, 513],
    ),
    "mid-quarter disposition, by month": Worked(
        source=PUB + "as before, in a book of months",
        terms=_macrs(10000, "2021-12-02", 5, QUARTER, mode="table"),
        events=_sold("2024-04-06"),
        calendar=MONTHS,
        charges=[500, 3800, 2280, 513],
    ),
    "nonresidential building": Worked(
        source=PUB + "table A-7a, January: 2.461 % and 2.564 %",
        terms=_macrs(
            100000, "2024-01-05", 39, Start.HALF_MONTH, factor=None, mode="table"
        ),
        charges=[2461, 2564],
    ),
    "residential building sold in March": Worked(
        source=HAND + "table A-6, July; 2.5 of 12 months in the year of disposition",
        terms=_macrs(
            100000, "2022-07-05", F(55, 2), Start.HALF_MONTH, factor=None, mode="table"
        ),
        events=_sold("2024-03-20"),
        charges=[1667, 3636, 757.50],
    ),
    "alternative system": Worked(
        source=PUB + "table A-8, five years straight line",
        terms=_macrs(1000, "2024-07-05", 5, factor=None, mode="table"),
        charges=[100, 200, 200, 200, 200, 100],
    ),
    "section 179, allowance, rest": Worked(
        source=HAND + "1,060,000: 500,000 + 60 % of 560,000 + 20 % of 224,000",
        terms=_macrs(
            1060000, "2024-07-05", 5, section_179=50_000_000, bonus_rate=F(3, 5)
        ),
        charges=[880800, 71680],
    ),
    "in and out within a year": Worked(
        source=PUB + "no deduction, nor special allowance",
        terms=_macrs(1000, "2024-02-10", 5, bonus_rate=F(2, 5)),
        events=_sold("2024-11-10"),
        charges=[0],
    ),
    "short first year": Worked(
        source=HAND + "six months: 3/12, 40 %, then 194.40 over 1.75 years",
        terms=_macrs(1000, "2023-08-01", 5, calendar=HALF_2023),
        calendar=HALF_2023,
        charges=[100, 360, 216, 129.60, 111.09, 83.31],
    ),
    "Tara, half-year": Worked(
        source=PUB + "Tara Corporation, 15 March to 31 December: ten months",
        terms=_macrs(1000, "2021-03-20", 5, calendar=TARA),
        calendar=TARA,
        charges=[166.67, 333.33],
    ),
    "Tara, first quarter": _tara("2021-03-20", 8.5),
    "Tara, second quarter": _tara("2021-06-20", 6),
    "Tara, third quarter": _tara("2021-09-01", 4),
    "Tara, fourth quarter": _tara("2021-12-01", 1.5),
}


def _law(
    source: str,
    preset: str,
    cost: float,
    since: str,
    months: int | None,
    charges: Sequence[float],
    calendar: Calendar = YEARS,
    currency: str = "EUR",
) -> Worked:
    """Return an example of a preset; whole units have two digits here, always."""
    made = RULES.preset_terms(preset, round(cost * 100), day(since), currency, months)
    return Worked(
        source=source,
        terms=RULES.complete(made, calendar),
        calendar=calendar,
        charges=charges,
        within=0.0151,
    )


_UU = "UU PPh pasal 11, elucidation, "
LAWS = {
    "machine, half a year": _law(
        _UU + "150 m, four years, 50 %",
        "id-kelompok-1-declining",
        150e6,
        "2009-01-10",
        None,
        [75e6, 37.5e6, 18.75e6, 18.75e6],
        currency="IDR",
    ),
    "machine of October": _law(
        _UU + "100 m in October: 3/12 of 50 %, the rest at once at the end",
        "id-kelompok-1-declining",
        100e6,
        "2009-10-10",
        None,
        [12.5e6, 43.75e6, 21.875e6, 10.9375e6, 10.9375e6],
        currency="IDR",
    ),
    "permanent building": _law(
        _UU + "1,000 m over twenty years",
        "id-bangunan-permanen",
        1e9,
        "2009-01-10",
        None,
        [50e6] * 20,
        currency="IDR",
    ),
    "AfA from May": _law(
        HAND + "section 7(1): 8/12, a memo value of 1.00",
        "de-afa-linear",
        12000,
        "2024-05-20",
        60,
        [1600, 2400, 2400, 2400, 2400, 799],
    ),
    "AfA 30 % from July 2025": _law(
        HAND + "section 7(2): three times linear, the change when it gives more",
        "de-afa-degressive",
        60000,
        "2025-07-01",
        120,
        [
            *[9000, 15300, 10710, 7497, 5247.90, 3673.53, 2571.47, 1800.03],
            *[1680.03, 1680.03, 840.01],
        ],
    ),
    "AfA of 2024, twice linear": _law(
        HAND + "section 7(2): 2/13 is below 20 %",
        "de-afa-degressive",
        130000,
        "2024-04-01",
        156,
        [15000, 17692.31],
    ),
    "AfA of 2020, capped": _law(
        HAND + "section 7(2): 25 % is below 2.5/8",
        "de-afa-degressive",
        100000,
        "2020-10-05",
        96,
        [6250, 23437.50],
    ),
    "pool of a year": _law(
        HAND + "section 6(2a): a fifth a year, December or not",
        "de-sammelposten",
        1000,
        "2024-12-20",
        None,
        [200] * 5,
    ),
    "software at once": _law(
        HAND + "BMF 22 February 2022: the year of purchase may take all",
        "de-digital-year",
        2400,
        "2024-09-20",
        None,
        [2399],
    ),
    "degressif from April": _law(
        HAND + "CGI 39 A: 35 %, 9/12, then 15,579.69 over two years",
        "fr-degressif",
        50000,
        "2001-04-12",
        60,
        [13125, 12906.25, 8389.06, 7789.85, 7789.84],
    ),
    "degressif over ten years": _law(
        HAND + "CGI 39 A: 22.5 %, a quarter of 21,667.59 from the seventh year",
        "fr-degressif",
        100000,
        "2024-01-12",
        120,
        [22500, 17437.50, 13514.06, 10473.40, 8116.88, 6290.59, *[5416.90] * 4],
    ),
    "diminishing value": _law(
        HAND + "days held over 365, a leap year has 366 of them",
        "au-diminishing",
        80000,
        "2022-07-01",
        60,
        [32000, 19252.60],
        calendar=JUNE,
    ),
    "180 days": _law(
        HAND + "section 32: 4 October to 31 March are 180 days",
        "in-wdv-computers",
        100000,
        "2023-10-04",
        None,
        [40000, 24000],
        calendar=MARCH,
    ),
    "179 days": _law(
        HAND + "section 32: half the rate below 180 days",
        "in-wdv-computers",
        100000,
        "2023-10-05",
        None,
        [20000, 32000],
        calendar=MARCH,
    ),
}
