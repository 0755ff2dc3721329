"""Events of an asset's life: worked by hand, one rule a test."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from inventory.accounting.books.roll_forward import HELD, roll_forward
from inventory.accounting.engine.schedule import schedule
from inventory.accounting.engine.split import part_schedule, points
from inventory.accounting.engine.terms_in_force import terms_at
from inventory.accounting.model.events import (
    AddCost,
    Cancel,
    ChangeEstimate,
    CorrectCost,
    DisposalKind,
    Dispose,
    Event,
    EventError,
    HoldForSale,
    Impair,
    Merge,
    Opening,
    Reclassify,
    ResumeUse,
    Revalue,
    ReverseImpairment,
    Suspend,
)
from inventory.accounting.model.rows import Schedule
from inventory.accounting.model.terms import (
    Conventions,
    DepreciationTerms,
    Deviation,
    Disposal,
    EventTiming,
    TermsError,
)
from inventory.kernel.periods import fiscal_calendar

YEARS = fiscal_calendar(2018, 2045, months_per_period=12)
MONTHS = fiscal_calendar(2018, 2045)


def asset(
    cost: int = 24_000,
    *,
    residual_value: int = 0,
    years: int = 8,
    **conventions: object,
) -> DepreciationTerms:
    """Return straight-line terms from January 2020, whole currency units."""
    return DepreciationTerms(
        cost=cost * 100,
        residual_value=residual_value * 100,
        in_service=date(2020, 1, 1),
        life_months=years * 12,
        conventions=replace(Conventions(), **conventions),  # type: ignore[arg-type]
    )


def on(day: str) -> date:
    """Read a day."""
    return date.fromisoformat(day)


def charged(made: Schedule) -> list[float]:
    """Return the charges in currency units."""
    return [row.depreciation / 100 for row in made.rows]


def test_an_impairment_is_reversed_up_to_what_there_would_be_without_it() -> None:
    events = [
        Impair(id="i", effective=on("2021-12-31"), recoverable=13_500_00),
        ReverseImpairment(id="r", effective=on("2023-12-31"), recoverable=16_000_00),
    ]
    made = schedule(asset(), events, YEARS)
    assert charged(made) == [3000, 3000, 2250, 2250, 3000, 3000, 3000, 3000]
    assert [note.amount for note in made.remeasured] == [-4500_00, 3000_00]
    assert made.rows[3].closing == 12_000_00
    assert made.rows[-1].impairment == 1500_00


def test_what_is_held_for_sale_is_not_depreciated() -> None:
    hold = HoldForSale(
        id="h", effective=on("2021-06-30"), fair_value_less_costs=99_000_00
    )
    back = ResumeUse(id="b", effective=on("2022-01-01"), recoverable=99_000_00)
    made = schedule(asset(), [hold, back], MONTHS)
    rows = {row.period: row for row in made.rows}
    assert rows["2021-06"].depreciation == 250_00
    assert [rows[f"2021-{n:02d}"].depreciation for n in range(7, 13)] == [0] * 6
    assert [rows[f"2021-{n:02d}"].held for n in (5, 6, 12)] == [False, True, True]
    assert not rows["2022-01"].held
    # IFRS 5.27: as if it had never been held, so six months are caught up.
    assert rows["2022-01"].depreciation == 7 * 250_00
    assert rows["2022-01"].caught_up == 6 * 250_00
    assert rows["2022-01"].closing == 24_000_00 - 25 * 250_00
    assert made.rows[-1].period == "2027-12"
    assert made.total == 24_000_00


def test_a_sale_plan_writes_down_and_goes_back_to_what_would_have_been() -> None:
    hold = HoldForSale(
        id="h", effective=on("2021-12-31"), fair_value_less_costs=15_000_00
    )
    back = ResumeUse(id="b", effective=on("2022-12-31"), recoverable=99_000_00)
    made = schedule(asset(), [hold, back], YEARS)
    assert (made.rows[1].impairment_loss, made.rows[1].closing) == (3000_00, 15_000_00)
    assert made.rows[2].depreciation == 0
    # IFRS 5.27: as if it had never been held: 24,000 less three years of 3,000.
    assert made.rows[2].closing == 15_000_00
    low = replace(back, recoverable=12_000_00)
    assert schedule(asset(), [hold, low], YEARS).rows[2].impairment_loss == 3000_00
    higher = replace(hold, fair_value_less_costs=10_000_00)
    made = schedule(asset(), [higher, back], YEARS)
    assert made.rows[2].impairment_reversal == 5000_00
    assert made.rows[2].closing == 15_000_00


def test_what_is_held_leaves_its_class_and_comes_back() -> None:
    hold = HoldForSale(
        id="h", effective=on("2021-06-30"), fair_value_less_costs=99_000_00
    )
    back = ResumeUse(id="b", effective=on("2022-01-01"), recoverable=99_000_00)
    made = schedule(asset(), [hold, back], MONTHS)
    moved = roll_forward([("computers", made)], on("2021-01-01"), on("2022-01-01"))
    assert moved["computers"].cost_held_for_sale == -24_000_00
    assert moved[HELD].cost_closing == 24_000_00
    again = roll_forward([("computers", made)], on("2022-01-01"), on("2023-01-01"))
    assert again["computers"].cost_held_for_sale == 24_000_00
    assert again["computers"].foots()
    assert again[HELD].cost_closing == 0


def test_depreciation_stands_still_only_where_the_book_allows_it() -> None:
    pause = Suspend(id="p", effective=on("2021-01-01"), until=on("2022-01-01"))
    with pytest.raises(EventError, match=r"IAS 16\.55"):
        schedule(asset(), [pause], YEARS)
    made = schedule(asset(may_suspend=True), [pause], YEARS)
    assert charged(made) == [3000, 0, *[3000] * 7]
    with pytest.raises(EventError, match="not after it begins"):
        schedule(
            asset(may_suspend=True), [replace(pause, until=pause.effective)], YEARS
        )


@pytest.mark.parametrize(
    "part",
    [
        {"share": Fraction(1, 4)},
        {"cost": 6000_00},
        {"quantity": 3, "out_of": 12},
    ],
)
def test_a_part_leaves_by_share_cost_or_quantity(part: dict[str, object]) -> None:
    gone = Dispose(
        id="d",
        effective=on("2021-12-31"),
        proceeds=5000_00,
        costs=100_00,
        **part,  # type: ignore[arg-type]
    )
    made = schedule(asset(event_timing=EventTiming.NEXT_PERIOD), [gone], YEARS)
    (note,) = made.derecognised
    assert (note.cost, note.accumulated, note.gain) == (6000_00, 1500_00, 400_00)
    assert made.rows[1].cost == 18_000_00
    assert charged(made)[2:] == [2250] * 6


@pytest.mark.parametrize(
    "part", [{"share": Fraction(0)}, {"cost": 25_000_00}, {"quantity": 3, "out_of": 2}]
)
def test_an_impossible_part_is_refused(part: dict[str, object]) -> None:
    gone = Dispose(id="d", effective=on("2021-12-31"), **part)  # type: ignore[arg-type]
    with pytest.raises(EventError, match="part that leaves"):
        schedule(asset(), [gone], YEARS)


def test_a_revaluation_surplus_is_realised_by_use_where_the_book_wants_it() -> None:
    up = Revalue(id="u", effective=on("2021-12-31"), fair_value=24_000_00)
    made = schedule(asset(), [up], YEARS)
    assert (made.rows[1].surplus, made.rows[-1].surplus) == (6000_00, 6000_00)
    realising = schedule(asset(realise_surplus=True), [up], YEARS)
    # 24,000 over six years is 4,000: 1,000 more than before, as much as is realised.
    assert charged(realising)[2:] == [4000] * 6
    assert [row.realised for row in realising.rows[2:]] == [1000_00] * 6
    assert realising.rows[-1].surplus == 0
    out = Dispose(id="d", effective=on("2023-12-31"), proceeds=0)
    ended = schedule(
        asset(realise_surplus=True, disposal=Disposal.YEAR), [up, out], YEARS
    )
    assert ended.derecognised[0].surplus == 4000_00


def test_revaluations_go_through_equity_first_and_profit_where_equity_ends() -> None:
    events = [
        Revalue(id="down", effective=on("2020-12-31"), fair_value=20_000_00),
        Revalue(id="up", effective=on("2021-12-31"), fair_value=19_142_86),
        Revalue(id="fall", effective=on("2022-12-31"), fair_value=15_000_00),
    ]
    made = schedule(asset(years=8), events, YEARS)
    down, up, fall = made.remeasured
    assert (down.profit, down.equity) == (-1000_00, 0)
    # 20,000 less a seventh is 17,142.86: 2,000 up, of which 1,000 undo the loss.
    assert (up.profit, up.equity) == (1000_00, 1000_00)
    assert (fall.equity, fall.profit) == (-952_38, 0)


def test_an_impairment_of_a_revalued_asset_is_borne_by_its_surplus_first() -> None:
    events: list[Event] = [
        Revalue(id="up", effective=on("2020-12-31"), fair_value=22_400_00),
        Impair(id="i", effective=on("2021-12-31"), recoverable=17_200_00),
        ReverseImpairment(id="r", effective=on("2021-12-31"), recoverable=19_200_00),
    ]
    made = schedule(asset(), events, YEARS)
    _, loss, gain = made.remeasured
    # Carried at 19,200; the surplus is 1,400, so it bears 1,400 of 2,000.
    assert (loss.equity, loss.profit) == (-1400_00, -600_00)
    assert (gain.profit, gain.equity) == (600_00, 1400_00)
    assert made.rows[1].surplus == 1400_00


def test_a_proportional_revaluation_keeps_gross_and_accumulated() -> None:
    up = Revalue(
        id="u", effective=on("2021-12-31"), fair_value=27_000_00, proportional=True
    )
    row = schedule(asset(), [up], YEARS).rows[1]
    assert (row.cost, row.accumulated, row.closing) == (36_000_00, 9000_00, 27_000_00)
    assert row.cost_revaluation == 12_000_00


def test_an_addition_may_count_from_the_first_day_of_the_year_it_is_booked_in() -> None:
    # German rule for later costs: as if made on 1 January, caught up when booked.
    late = AddCost(
        id="a", effective=on("2022-01-01"), posting=on("2022-09-10"), amount=7200_00
    )
    made = schedule(asset(), [late], MONTHS)
    rows = {row.period: row for row in made.rows}
    assert rows["2022-08"].depreciation == 250_00
    # 7,200 over 72 months is 100 a month: nine of them, eight of these late.
    assert (rows["2022-09"].depreciation, rows["2022-09"].caught_up) == (
        1150_00,
        800_00,
    )
    assert rows["2022-10"].depreciation == 350_00
    assert made.rows[-1].closing == 0
    with pytest.raises(EventError, match="before it takes effect"):
        schedule(asset(), [replace(late, posting=on("2021-09-10"))], MONTHS)


def test_a_new_estimate_may_count_from_the_first_day_of_the_year() -> None:
    shorter = ChangeEstimate(
        id="e",
        effective=on("2022-01-01"),
        posting=on("2022-10-05"),
        remaining_months=36,
    )
    made = schedule(asset(), [shorter], MONTHS)
    rows = {row.period: row for row in made.rows}
    # 18,000 over 36 months is 500 a month; nine months lack 250 each.
    assert rows["2022-10"].depreciation == 500_00 + 9 * 250_00
    assert made.rows[-1].period == "2024-12"


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        ({"life_months": 60}, [3000, 3000, 6000, 6000, 6000]),
        ({"remaining_months": 24}, [3000, 3000, 9000, 9000]),
        ({"residual_value": 6000_00}, [3000, 3000, *[2000] * 6]),
        ({"life_months": 24}, [3000, 3000, 18_000]),
        ({"method": "sum-of-digits"}, [3000, 3000, 5142.86, 4285.71, 3428.57]),
        (
            {"method": "straight-line", "params": {"form": "original"}},
            [3000, 3000, 3000],
        ),
    ],
)
def test_new_estimates_hold_from_their_day_on(
    change: dict[str, object], wanted: list[float]
) -> None:
    event = ChangeEstimate(
        id="e",
        effective=on("2022-01-01"),
        **change,  # type: ignore[arg-type]
    )
    made = schedule(asset(), [event], YEARS)
    assert charged(made)[: len(wanted)] == pytest.approx(wanted, abs=0.01)
    assert made.rows[-1].closing == (6000_00 if "residual_value" in change else 0)


def test_a_correction_is_as_if_the_error_had_not_been_made() -> None:
    fix = CorrectCost(id="c", effective=on("2022-01-01"), cost=32_000_00)
    made = schedule(asset(), [fix], YEARS)
    assert charged(made) == [3000, 3000, 4000 + 2000, *[4000] * 5]
    assert made.rows[2].additions == 8000_00
    declining = DepreciationTerms(
        cost=10_000_00,
        in_service=on("2020-01-01"),
        method="declining-balance",
        params={"rate": Fraction(1, 2)},
    )
    fix = CorrectCost(id="c", effective=on("2022-01-01"), cost=12_000_00)
    row = schedule(declining, [fix], YEARS).rows[2]
    assert (row.caught_up, row.closing) == (1500_00, 1500_00)


def test_credits_reduce_the_cost_and_never_below_what_is_left() -> None:
    credit = AddCost(id="c", effective=on("2021-01-01"), amount=-2100_00)
    assert charged(schedule(asset(), [credit], YEARS)) == [3000, *[2700] * 7]
    with pytest.raises(EventError, match="dispose of a share"):
        schedule(asset(), [replace(credit, amount=-21_001_00)], YEARS)


def test_a_reclassified_asset_keeps_its_value_and_takes_new_estimates() -> None:
    other = Reclassify(
        id="r", effective=on("2022-01-01"), asset_class="phones", remaining_months=36
    )
    made = schedule(asset(), [other], YEARS)
    assert charged(made) == [3000, 3000, 6000, 6000, 6000]
    assert [row.asset_class for row in made.rows] == ["", "", *["phones"] * 3]
    moved = roll_forward([("computers", made)], on("2022-01-01"), on("2023-01-01"))
    out, into = moved["computers"], moved["phones"]
    assert (out.cost_transfers, out.accumulated_transfers) == (-24_000_00, -6000_00)
    assert (into.cost_transfers, into.closing) == (24_000_00, 12_000_00)
    assert out.foots()
    assert into.foots()


def test_a_merged_asset_is_depreciated_over_what_is_left() -> None:
    merged = Merge(
        id="m",
        effective=on("2022-01-01"),
        cost=9000_00,
        accumulated=3000_00,
        residual_value=600_00,
    )
    made = schedule(asset(), [merged], YEARS)
    assert made.rows[2].transferred_cost == 9000_00
    assert charged(made) == [3000, 3000, *[3900] * 6]
    assert made.rows[-1].closing == 600_00
    with pytest.raises(EventError, match="residual value"):
        schedule(asset(), [replace(merged, residual_value=6001_00)], YEARS)


def test_a_transfer_leaves_at_book_value_without_gain() -> None:
    gone = Dispose(
        id="t", effective=on("2021-08-31"), kind=DisposalKind.TRANSFER, proceeds=1
    )
    made = schedule(asset(), [gone], MONTHS)
    assert made.derecognised[0].gain == 0
    assert made.rows[-1].depreciation == 250_00  # whatever the convention
    assert (made.rows[-1].disposed, made.rows[-1].transferred_cost) == (0, -24_000_00)


@pytest.mark.parametrize(
    ("deviation", "wanted"),
    [
        # 100 too much were booked before: in the first open row, or over the rest.
        (Deviation.CATCH_UP, [2900, *[3000] * 5]),
        (Deviation.SPREAD, [2983.33, 2983.34, 2983.33, 2983.33, 2983.34, 2983.33]),
    ],
)
def test_opening_balances_that_deviate_are_caught_up_or_spread(
    deviation: Deviation, wanted: list[float]
) -> None:
    opening = Opening(id="o", effective=on("2022-01-01"), accumulated=6100_00)
    made = schedule(asset(deviation=deviation), [opening], YEARS)
    assert charged(made) == wanted
    assert made.rows[0].opening == 17_900_00
    assert made.rows[0].taken_over


def test_opening_balances_may_hold_an_impairment() -> None:
    opening = Opening(
        id="o", effective=on("2022-01-01"), accumulated=6000_00, impairment=6000_00
    )
    made = schedule(asset(), [opening], YEARS)
    assert charged(made) == [2000] * 6
    assert (made.rows[0].impairment, made.rows[-1].closing) == (6000_00, 0)
    with pytest.raises(EventError, match="exceeds cost"):
        schedule(asset(), [replace(opening, accumulated=18_001_00)], YEARS)
    with pytest.raises(EventError, match="once in a book"):
        schedule(asset(), [opening, replace(opening, id="p")], YEARS)


def test_what_was_fully_depreciated_before_is_still_taken_over() -> None:
    opening = Opening(id="o", effective=on("2030-01-01"), accumulated=24_000_00)
    (row,) = schedule(asset(), [opening], MONTHS).rows
    assert (row.period, row.cost, row.closing, row.taken_over) == (
        "2030-01",
        24_000_00,
        0,
        True,
    )


def test_a_cancelled_cancellation_counts_again() -> None:
    plus = AddCost(id="a", effective=on("2021-01-01"), amount=700_00)
    no = Cancel(id="b", effective=on("2021-01-01"), of="a")
    yes = Cancel(id="c", effective=on("2021-01-01"), of="b")
    calm, changed = schedule(asset(), [], YEARS), schedule(asset(), [plus], YEARS)
    assert schedule(asset(), [plus, no], YEARS) == calm
    assert schedule(asset(), [plus, no, yes], YEARS) == changed


def test_events_are_refused_by_their_rule() -> None:
    day = on("2021-01-01")
    for event, words in (
        (Cancel(id="c", effective=day, of="x"), "unknown"),
        (Revalue(id="r", effective=day, fair_value=-1), "negative"),
        (Impair(id="i", effective=day, recoverable=-1), "negative"),
        (ChangeEstimate(id="e", effective=day, residual_value=-1), "negative"),
    ):
        with pytest.raises(EventError, match=words):
            schedule(asset(), [event], YEARS)
    twice = AddCost(id="a", effective=day, amount=1)
    with pytest.raises(EventError, match="two events"):
        schedule(asset(), [twice, twice], YEARS)


def test_the_terms_in_force_give_the_same_future() -> None:
    events: list[Event] = [
        AddCost(id="a", effective=on("2021-01-01"), amount=700_00),
        ChangeEstimate(id="e", effective=on("2022-01-01"), remaining_months=36),
    ]
    made = schedule(asset(), events, YEARS)
    now = terms_at(asset(), events, YEARS, on("2022-12-31"))
    assert (now.cost, now.life_months) == (24_700_00, 60)
    opening = Opening(
        id="o",
        effective=on("2023-01-01"),
        accumulated=made.rows[2].accumulated,
        transfer=True,
    )
    again = schedule(now, [opening], YEARS)
    assert [r.depreciation for r in again.rows] == [
        r.depreciation for r in made.rows[3:]
    ]


def test_a_part_of_a_split_needs_its_opening_and_sane_points() -> None:
    part = replace(asset(), share=(Fraction(0), Fraction(1, 3)))
    with pytest.raises(EventError, match="transferred"):
        part_schedule(part, [], YEARS)
    with pytest.raises(TermsError, match="between 0 and 1"):
        replace(asset(), share=(Fraction(1), Fraction(1)))
    with pytest.raises(ValueError, match="above 0"):
        points([1, 0])
    opening = Opening(
        id="o", effective=on("2022-01-01"), accumulated=6000_00, transfer=True
    )
    first_day = Impair(id="i", effective=on("2022-01-01"), recoverable=3000_00)
    made = schedule(part, [opening, first_day], YEARS)
    assert made.rows[0].transferred_cost == 8000_00
    assert made.rows[0].impairment_loss == 3000_00
    assert charged(made) == [500] * 6
