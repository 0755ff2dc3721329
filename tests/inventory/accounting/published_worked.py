"""Worked examples with their figures: textbooks, laws and publications, and by hand.

Each says where its figures come from; `by hand` means computed with pen and paper from
the rule that is named. Amounts are whole currency units; the engine gets minor units
of two digits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from inventory.accounting.engine.schedule import schedule
from inventory.accounting.model.events import (
    AddCost,
    ChangeEstimate,
    Dispose,
    Event,
    HoldForSale,
    Impair,
    ResumeUse,
    Revalue,
    ReverseImpairment,
    Usage,
)
from inventory.accounting.model.terms import Conventions, DepreciationTerms
from inventory.kernel.periods import Calendar, calendar_of
from tests.inventory.accounting.published import (
    APRIL,
    MONTHS,
    YEARS,
    day,
    terms,
)

F = Fraction


@dataclass(frozen=True, kw_only=True)
class Worked:
    """One example.

    Attributes:
        source: Where the figures come from.
        terms: Terms.
        charges: Charge of each fiscal year, from the year in service.
        closing: Book value at the end of each of these years, where it is stated.
        events: Events.
        calendar: Fiscal periods.
        within: Largest difference, where the source prints whole units.
    """

    source: str
    terms: DepreciationTerms
    charges: Sequence[float]
    closing: Sequence[float] = ()
    events: Sequence[Event] = ()
    calendar: Calendar = YEARS
    within: float = 0.0051

    def computed(self) -> tuple[list[float], list[float]]:
        """Return yearly charges and book values, as many as are stated."""
        rows = schedule(self.terms, self.events, self.calendar).rows
        charged: dict[str, int] = {}
        closing: dict[str, float] = {}
        for row in rows:
            charged[row.year] = charged.get(row.year, 0) + row.depreciation
            closing[row.year] = row.closing / 100
        charges = [amount / 100 for amount in charged.values()]
        return charges[: len(self.charges)], list(closing.values())[: len(self.closing)]


def _used(*units: int, since: int = 2020) -> list[Event]:
    return [
        Usage(id=f"u{n}", effective=date(since + n, 12, 31), units=F(count))
        for n, count in enumerate(units)
    ]


def _cents(amount: float) -> int:
    return round(amount * 100)


KIESO = "Kieso, Weygandt, Warfield: Intermediate Accounting, "
WEYGANDT = "Weygandt, Kimmel, Kieso: Accounting Principles, plant assets, "
HAND = "by hand: "
START_2020 = "2020-01-01"

TEXTBOOKS = {
    "crane, straight line": Worked(
        source=KIESO + "Stanley Coal Mines",
        terms=terms(500000, START_2020, residual_value=50000, years=5),
        charges=[90000] * 5,
    ),
    "crane, activity": Worked(
        source=KIESO + "Stanley Coal Mines, 4,000 of 30,000 hours",
        terms=terms(
            500000,
            START_2020,
            residual_value=50000,
            method="units-of-production",
            total_units=30000,
        ),
        events=_used(4000),
        charges=[60000],
    ),
    "crane, sum of digits": Worked(
        source=KIESO + "Stanley Coal Mines",
        terms=terms(
            500000, START_2020, residual_value=50000, years=5, method="sum-of-digits"
        ),
        charges=[150000, 120000, 90000, 60000, 30000],
        closing=[350000, 230000, 140000, 80000, 50000],
    ),
    "crane, double declining": Worked(
        source=KIESO + "Stanley Coal Mines: the last year stops at the residual value",
        terms=terms(
            500000,
            START_2020,
            residual_value=50000,
            years=5,
            method="declining-balance",
            factor=2,
            terminal="none",
        ),
        charges=[200000, 120000, 72000, 43200, 14800],
        closing=[300000, 180000, 108000, 64800, 50000],
    ),
    "partial years, sum of digits": Worked(
        source=KIESO + "cost 10,000, five years, bought on 1 July",
        terms=terms(10000, "2020-07-01", years=5, method="sum-of-digits"),
        charges=[1666.67, 3000, 2333.33],
    ),
    "partial years, double declining": Worked(
        source=KIESO + "cost 10,000, five years, bought on 1 July",
        terms=terms(10000, "2020-07-01", years=5, method="declining-balance", factor=2),
        charges=[2000, 3200, 1920],
    ),
    "truck, double declining": Worked(
        source=WEYGANDT + "delivery truck of 13,000",
        terms=terms(
            13000,
            START_2020,
            residual_value=1000,
            years=5,
            method="declining-balance",
            rate=F(2, 5),
            terminal="write-off",
        ),
        charges=[5200, 3120, 1872, 1123.20, 684.80],
    ),
    "truck bought in April": Worked(
        source=WEYGANDT + "delivery truck: 13,000 x 40 % x 9/12, then 9,100 x 40 %",
        terms=terms(
            13000,
            "2020-04-01",
            residual_value=1000,
            years=5,
            method="declining-balance",
            rate=F(2, 5),
        ),
        charges=[3900, 3640],
    ),
    "truck, by miles": Worked(
        source=WEYGANDT + "0.12 a mile",
        terms=terms(
            13000,
            START_2020,
            residual_value=1000,
            method="units-of-production",
            total_units=100000,
        ),
        events=_used(15000, 30000, 20000, 25000, 10000),
        charges=[1800, 3600, 2400, 3000, 1200],
    ),
    "more units than estimated": Worked(
        source=HAND + "IAS 16.60: never below the residual value",
        terms=terms(
            13000,
            START_2020,
            residual_value=1000,
            method="units-of-production",
            total_units=100000,
        ),
        events=_used(60000, 50000, 10000),
        charges=[7200, 4800],
    ),
    "changed estimate of units": Worked(
        source=HAND + "9,000 left over 60,000 - 25,000 units: 9/35 a unit",
        terms=terms(
            13000,
            START_2020,
            residual_value=1000,
            method="units-of-production",
            total_units=100000,
        ),
        events=[
            *_used(15000, 10000, 14000, 21000),
            ChangeEstimate(
                id="e", effective=day("2022-01-01"), params={"total-units": 60000}
            ),
        ],
        charges=[1800, 1200, 3600, 5400],
    ),
    "sold after its last use": Worked(
        source=HAND + "100 of 1,000 units up to the sale on 30 June count in full",
        terms=terms(10000, START_2020, method="units-of-production", total_units=1000),
        events=[
            Usage(id="u", effective=day("2020-06-30"), units=F(100)),
            Dispose(id="d", effective=day("2020-06-30"), proceeds=_cents(9000)),
        ],
        charges=[1000],
    ),
    "changed life and residual value": Worked(
        source=KIESO + "Arcadia HS: (160,000 - 5,000) / 8",
        terms=terms(510000, "2013-01-01", residual_value=10000, years=10),
        events=[
            ChangeEstimate(
                id="e",
                effective=day("2020-01-01"),
                life_months=180,
                residual_value=_cents(5000),
            )
        ],
        charges=[50000] * 7 + [19375] * 8,
    ),
    "changed method": Worked(
        source=HAND + "IAS 8: 36,000 after two years of double declining, then line",
        terms=terms(
            100000,
            START_2020,
            residual_value=6000,
            years=5,
            method="declining-balance",
            factor=2,
        ),
        events=[
            ChangeEstimate(
                id="e", effective=day("2022-01-01"), method="straight-line", params={}
            )
        ],
        charges=[40000, 24000, 10000, 10000, 10000],
    ),
    "life cut to what has passed": Worked(
        source=HAND + "what is left is charged at once",
        terms=terms(9000, START_2020, years=9),
        events=[
            ChangeEstimate(id="e", effective=day("2023-01-01"), remaining_months=12)
        ],
        charges=[1000, 1000, 1000, 6000],
    ),
    "component replaced": Worked(
        source=HAND + "IAS 16.70: 40 of 100 leave after 3 of 10 years, 60 come",
        terms=terms(100000, START_2020, years=10),
        events=[
            Dispose(id="d", effective=day("2023-01-01"), cost=_cents(40000)),
            AddCost(id="a", effective=day("2023-01-01"), amount=_cents(63000)),
        ],
        charges=[10000] * 3 + [15000] * 7,
        closing=[90000, 80000, 70000, 90000],
    ),
    "half sold": Worked(
        source=HAND + "1 July of the second of four years, in a book of months",
        terms=terms(12000, START_2020, years=4),
        events=[Dispose(id="d", effective=day("2021-07-01"), share=F(1, 2))],
        calendar=MONTHS,
        charges=[3000, 2250, 1500, 1500],
    ),
    "changed to sum of digits": Worked(
        source=HAND + "6,000 over 3, 2 and 1 sixths",
        terms=terms(10000, START_2020, years=5),
        events=[
            ChangeEstimate(
                id="e", effective=day("2022-01-01"), method="sum-of-digits", params={}
            )
        ],
        charges=[2000, 2000, 3000, 2000, 1000],
    ),
    "addition within a year": Worked(
        source=HAND + "3,500 on 1 July spread over three and a half years",
        terms=terms(10000, START_2020, years=5),
        events=[
            AddCost(id="a", effective=day("2021-07-01"), amount=_cents(3500)),
        ],
        calendar=MONTHS,
        charges=[2000, 2500, 3000, 3000, 3000],
    ),
    "switch against residual value": Worked(
        source=HAND + "double declining with a switch: 100, 10 left after five years",
        terms=terms(
            100000,
            START_2020,
            residual_value=2000,
            years=5,
            method="declining-balance",
            factor=2,
        ),
        charges=[40000, 24000, 14400, 9800, 9800],
    ),
}

_REALISE = Conventions(realise_surplus=True)

_CHANGED = calendar_of(
    [
        *((str(y), date(y, 1, 1), date(y + 1, 1, 1)) for y in range(2019, 2022)),
        ("2022S", date(2022, 1, 1), date(2022, 4, 1)),
        *((str(y), date(y - 1, 4, 1), date(y, 4, 1)) for y in range(2023, 2035)),
    ]
)

YEAR_ENDS = {
    "changed year end, straight line": Worked(
        source=HAND + "three months of 2022, then years from April",
        terms=terms(12000, START_2020, years=4),
        calendar=_CHANGED,
        charges=[3000, 3000, 750, 3000, 2250],
    ),
    "changed year end, declining": Worked(
        source=HAND + "3,600 x 40 % x 3/12, then 40 % of 3,240",
        terms=terms(10000, START_2020, years=5, method="declining-balance", factor=2),
        calendar=_CHANGED,
        charges=[4000, 2400, 360, 1296],
    ),
    "changed year end, sum of digits": Worked(
        source=HAND + "digits of asset years: 9/12 of 3,000 and 3/12 of 2,000",
        terms=terms(15000, START_2020, years=5, method="sum-of-digits"),
        calendar=_CHANGED,
        charges=[5000, 4000, 750, 2750, 1750, 750],
    ),
    "declining from October to March": Worked(
        source=HAND + "years from April: 6/12 of 40 %, then 40 % of 8,000",
        terms=terms(10000, "2020-10-01", years=5, method="declining-balance", factor=2),
        calendar=APRIL,
        charges=[2000, 3200, 1920],
    ),
}

STANDARDS = {
    "restated in proportion": Worked(
        source=HAND + "IAS 16.35(a): 800 to 1,200 makes 1,500 less 300",
        terms=terms(1000, START_2020, years=10),
        events=[
            Revalue(
                id="r",
                effective=day("2021-12-31"),
                fair_value=_cents(1200),
                proportional=True,
            )
        ],
        charges=[100, 100, 150],
        closing=[900, 1200, 1050],
    ),
    "revaluation up, down, up": Worked(
        source=KIESO + "IFRS revaluation of equipment over five years",
        terms=terms(1000000, START_2020, years=5, conventions=_REALISE),
        events=[
            Revalue(id="r1", effective=day("2020-12-31"), fair_value=_cents(950000)),
            Revalue(id="r2", effective=day("2021-12-31"), fair_value=_cents(570000)),
            Revalue(id="r3", effective=day("2022-12-31"), fair_value=_cents(450000)),
        ],
        charges=[200000, 237500, 190000, 225000, 225000],
        closing=[950000, 570000, 450000, 225000, 0],
    ),
    "impairment and reversal": Worked(
        source=HAND + "IAS 36.117: 24,000 over 8 years, ceiling 12,000 after four",
        terms=terms(24000, START_2020, years=8),
        events=[
            Impair(id="i", effective=day("2021-12-31"), recoverable=_cents(13500)),
            ReverseImpairment(
                id="r", effective=day("2023-12-31"), recoverable=_cents(16000)
            ),
        ],
        charges=[3000, 3000, 2250, 2250, 3000, 3000, 3000, 3000],
        closing=[21000, 13500, 11250, 12000, 9000],
    ),
    "held for sale and back": Worked(
        source=HAND + "IFRS 5.27: lower of 60,000 as if never held and 80,000",
        terms=terms(100000, START_2020, years=10),
        events=[
            HoldForSale(
                id="h",
                effective=day("2022-12-31"),
                fair_value_less_costs=_cents(65000),
            ),
            ResumeUse(id="r", effective=day("2023-12-31"), recoverable=_cents(80000)),
        ],
        charges=[10000, 10000, 10000, 5000, 10000],
        closing=[90000, 80000, 65000, 60000, 50000],
    ),
    "held for sale and worth less": Worked(
        source=HAND + "IFRS 5.27: lower of 60,000 as if never held and 51,000",
        terms=terms(100000, START_2020, years=10),
        events=[
            HoldForSale(
                id="h",
                effective=day("2022-12-31"),
                fair_value_less_costs=_cents(65000),
            ),
            ResumeUse(id="r", effective=day("2023-12-31"), recoverable=_cents(51000)),
        ],
        charges=[10000, 10000, 10000],
        closing=[90000, 80000, 65000, 51000, 42500],
    ),
}
