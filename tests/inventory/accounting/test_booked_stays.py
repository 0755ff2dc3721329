"""What is booked stays booked, and nothing is booked twice: cases from practice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from api.compose.rulebooks import accounting_rules
from inventory.accounting.engine.schedule import schedule
from inventory.accounting.model.events import (
    AddCost,
    CorrectCost,
    DisposalKind,
    Dispose,
    EventError,
)
from inventory.accounting.model.rows import Row
from inventory.accounting.model.terms import (
    Conventions,
    DepreciationTerms,
    Deviation,
    EventTiming,
    Residue,
)
from inventory.accounting.posting.cost_split import (
    CostShare,
    charged_from,
    cost_centre_weights,
)
from inventory.kernel.periods import fiscal_calendar

CALENDAR = fiscal_calendar(2024, 2031)


def foots(row: Row) -> bool:
    """Whether opening and movements give the closing amount, and so do the balances."""
    value = row.cost - row.accumulated - row.impairment
    return row.opening + row.change == row.closing == value


def test_an_event_with_a_posting_date_is_booked_once() -> None:
    terms = DepreciationTerms(cost=600_00, in_service=date(2026, 11, 2), life_months=60)
    added = AddCost(
        id="part",
        effective=date(2026, 11, 5),
        posting=date(2026, 12, 5),
        amount=300_00,
    )
    posted: list[Row] = []
    for key in ("2026-11", "2026-12", "2027-01", "2027-02", "2027-03"):
        events = [] if key == "2026-11" else [added]
        made = schedule(terms, events, CALENDAR, posted, [row.period for row in posted])
        assert list(made.rows[: len(posted)]) == posted
        row = next(row for row in made.rows if row.period == key)
        posted.append(replace(row, posted=True))
    # 900.00 / 60, and in December what November lacks of it.
    charges = [row.depreciation for row in posted]
    assert charges == [10_00, 20_00, 15_00, 15_00, 15_00]
    assert sum(row.additions for row in posted) == 900_00
    assert all(foots(row) for row in posted)


def test_a_difference_that_is_spread_is_not_caught_up_too() -> None:
    terms = DepreciationTerms(
        cost=12_000_00,
        in_service=date(2024, 1, 1),
        life_months=24,
        conventions=Conventions(deviation=Deviation.SPREAD),
    )
    keys = [f"2024-0{month}" for month in range(1, 7)]
    booked = [
        replace(row, posted=True)
        for row in schedule(terms, [], CALENDAR).rows
        if row.period in keys
    ]
    added = AddCost(id="part", effective=date(2024, 5, 1), amount=2_000_00)
    made = schedule(terms, [added], CALENDAR, booked, keys)
    later = made.rows[len(booked) :]
    # (9,000 + 2,000) over the 18 months that are left.
    assert [row.depreciation for row in later[:2]] == [611_11, 611_11]
    assert later[0].additions == 2_000_00
    assert all(foots(row) for row in made.rows)
    assert made.rows[-1].closing == 0


def test_the_last_residue_waits_for_the_last_row_of_the_life() -> None:
    terms = DepreciationTerms(
        cost=1_000_00,
        residual_value=100_00,
        in_service=date(2026, 1, 1),
        life_months=24,
        conventions=Conventions(residue=Residue.LAST),
    )
    events = [
        AddCost(id="part", effective=date(2026, 4, 1), amount=100_00),
        Dispose(id="sale", effective=date(2026, 6, 30), kind=DisposalKind.TRANSFER),
    ]
    rows = {row.period: row for row in schedule(terms, events, CALENDAR).rows}
    assert rows["2026-05"].depreciation == rows["2026-06"].depreciation


def test_what_leaves_a_pool_does_not_reduce_it() -> None:
    rules = accounting_rules()
    terms = rules.preset_terms("de-sammelposten", 500_00, date(2024, 8, 5), "EUR")
    years = fiscal_calendar(2024, 2031, months_per_period=12)
    scrapped = Dispose(id="gone", effective=date(2025, 5, 10), kind=DisposalKind.SCRAP)
    made = schedule(terms, [scrapped], years)
    assert [row.depreciation for row in made.rows] == [100_00] * 5
    assert made.derecognised == ()
    with pytest.raises(EventError, match="without proceeds"):
        schedule(terms, [replace(scrapped, proceeds=5_00)], years)


def test_the_first_month_is_charged_from_the_in_service_day() -> None:
    start, end, day = date(2026, 11, 1), date(2026, 12, 1), date(2026, 11, 17)
    shares = [CostShare("4000", 1_000_000, day)]
    weights = cost_centre_weights(shares, charged_from(start, end, day), end)
    assert [centre for centre, _ in weights] == ["4000"]
    # Later periods have their own days: without a cost centre they are unallocated.
    assert charged_from(date(2026, 12, 1), date(2027, 1, 1), day) == date(2026, 12, 1)


def test_what_was_booked_at_the_end_of_a_period_is_not_done_again() -> None:
    """A cost added and then corrected, where differences are spread (history 4)."""
    conventions = Conventions(
        event_timing=EventTiming.NEXT_PERIOD,
        deviation=Deviation.SPREAD,
        residue=Residue.LAST,
    )
    terms = DepreciationTerms(
        cost=1_200_00,
        in_service=date(2024, 5, 1),
        life_months=60,
        conventions=conventions,
    )
    added = AddCost(
        id="add", effective=date(2025, 7, 2), amount=2_893_38, catch_up=True
    )
    right = CorrectCost(id="right", effective=date(2025, 7, 31), cost=2_305_50)
    posted: list[Row] = []
    for key in ("2025-05", "2025-06", "2025-07", "2025-08", "2025-09"):
        made = schedule(terms, [added, right], CALENDAR, posted)
        row = next(row for row in made.rows if row.period == key)
        posted += [replace(r, posted=True) for r in made.rows[len(posted) :]][
            : made.rows.index(row) + 1 - len(posted)
        ]
        assert posted[-1].period == key
    assert all(foots(row) for row in posted)
    assert [row.additions for row in posted[-3:]] == [3_998_88, 0, 0]
    # 38.43 a month of the right cost, and the same share of what was added.
    july, august, september = posted[-3:]
    assert july.accumulated == 15 * 38_43 + 723_44
    assert (august.caught_up, september.caught_up) == (0, 0)
    assert (august.depreciation, september.depreciation) == (86_64, 86_64)
