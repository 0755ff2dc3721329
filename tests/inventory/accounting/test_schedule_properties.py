"""What must hold for every schedule, whatever its terms."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from inventory.accounting.engine.schedule import schedule
from inventory.accounting.engine.split import split_rows
from inventory.accounting.model.events import (
    AddCost,
    Cancel,
    ChangeEstimate,
    Dispose,
    Event,
    Impair,
    Revalue,
    ReverseImpairment,
)
from inventory.accounting.model.rows import Row, Schedule
from inventory.accounting.model.terms import (
    Basis,
    Conventions,
    DepreciationTerms,
    Deviation,
    Disposal,
    Param,
    Residue,
    Start,
)
from inventory.kernel.periods import Calendar, fiscal_calendar, week_calendar


def _weeks() -> Calendar:
    start, years = date(2017, 12, 31), []
    for year in range(2018, 2045):
        after = start + timedelta(weeks=53 if year % 6 == 0 else 52)
        years.append((str(year), start, after))
        start = after
    return week_calendar(years)


CALENDARS = {
    "months": fiscal_calendar(2018, 2045),
    "years": fiscal_calendar(2018, 2045, months_per_period=12),
    "to March": fiscal_calendar(2018, 2045, year_end_month=3),
    "quarters to June": fiscal_calendar(
        2018, 2045, year_end_month=6, months_per_period=3
    ),
    "weeks": _weeks(),
}
ENDING: list[tuple[str, dict[str, Param]]] = [
    ("straight-line", {}),
    ("declining-balance", {"factor": 2}),
    ("declining-balance", {"factor": 2, "terminal": "write-off"}),
    ("declining-balance", {"factor": 1, "in-year": "period"}),
    ("declining-balance", {"factor": 2, "in-year": "compound"}),
    ("sum-of-digits", {}),
]
# Parts of calendar months are not whole in week calendars, so life ends are met by
# measures that fit any calendar.
BASES = [Basis.MONTHS, Basis.PERIODS, Basis.DAYS_OF_YEAR, Basis.DAYS_OF_LIFE]


@st.composite
def some_terms(draw: st.DrawFn) -> DepreciationTerms:
    """Draw terms that end at the residual value by themselves."""
    cost = draw(st.integers(0, 10**9))
    method, params = draw(st.sampled_from(ENDING))
    start = draw(st.sampled_from([s for s in Start if s is not Start.TABLE]))
    return DepreciationTerms(
        cost=cost,
        residual_value=draw(st.integers(0, cost)),
        in_service=draw(st.dates(date(2018, 6, 1), date(2024, 12, 31))),
        life_months=draw(st.integers(1, 90)),
        method=method,
        params=params,
        conventions=Conventions(
            start=start,
            basis=draw(st.sampled_from(BASES)),
            residue=draw(st.sampled_from(list(Residue))),
            disposal=draw(st.sampled_from(list(Disposal))),
            rounding_unit=draw(st.sampled_from([1, 1, 1, 10, 100])),
            deviation=draw(st.sampled_from(list(Deviation))),
        ),
    )


calendars = st.sampled_from(sorted(CALENDARS))


@st.composite
def histories(draw: st.DrawFn) -> tuple[DepreciationTerms, list[Event]]:
    """Draw terms with changes that keep an asset in use."""
    terms = draw(some_terms())
    assume(terms.cost > 1000)
    stays = terms.conventions.disposal is Disposal.STAYS
    days = draw(st.lists(st.integers(40, 1500), max_size=4, unique=True))
    events: list[Event] = []
    for number, offset in enumerate(sorted(days)):
        at = {"id": f"e{number}", "effective": terms.in_service + timedelta(offset)}
        amount = draw(st.integers(0, terms.cost))
        events.append(
            draw(
                st.sampled_from(
                    [
                        AddCost(**at, amount=amount),  # type: ignore[arg-type]
                        ChangeEstimate(
                            **at,  # type: ignore[arg-type]
                            remaining_months=1 + amount % 90,
                        ),
                        Impair(**at, recoverable=amount),  # type: ignore[arg-type]
                        ReverseImpairment(
                            **at,  # type: ignore[arg-type]
                            recoverable=amount,
                        ),
                        Revalue(**at, fair_value=amount),  # type: ignore[arg-type]
                        Dispose(
                            **at,  # type: ignore[arg-type]
                            share=Fraction(1, 2 + amount % 5),
                            # A pool takes no proceeds: they are income elsewhere.
                            proceeds=0 if stays else amount,
                        ),
                    ]
                )
            )
        )
    return terms, events


def assert_foots(made: Schedule) -> None:
    """Assert that each row foots and follows from the one before."""
    before: Row | None = None
    for row in made.rows:
        assert row.opening + row.change == row.closing
        assert row.cost - row.accumulated - row.impairment == row.closing
        if before is not None:
            assert row.opening == before.closing
            assert row.opening_cost == before.cost
            assert row.opening_accumulated == before.accumulated
            assert row.opening_impairment == before.impairment
            assert row.opening_surplus == before.surplus
            assert row.start >= before.end
        before = row


@given(terms=some_terms(), calendar=calendars)
@settings(max_examples=100, deadline=None)
def test_a_schedule_charges_exactly_cost_less_residual_value(
    terms: DepreciationTerms, calendar: str
) -> None:
    made = schedule(terms, [], CALENDARS[calendar])
    assert made.total == terms.cost - terms.residual_value
    assert made.rows[-1].closing == terms.residual_value
    assert_foots(made)


@given(terms=some_terms(), calendar=calendars)
@settings(max_examples=100, deadline=None)
def test_book_value_only_falls_and_never_below_the_residual_value(
    terms: DepreciationTerms, calendar: str
) -> None:
    value = terms.cost
    for row in schedule(terms, [], CALENDARS[calendar]).rows:
        assert terms.residual_value <= row.closing <= value
        value = row.closing


@given(history=histories(), calendar=calendars, booked=st.integers(0, 30))
@settings(max_examples=40, deadline=None)
def test_posted_rows_come_back_unchanged_and_the_end_stays_the_same(
    history: tuple[DepreciationTerms, list[Event]], calendar: str, booked: int
) -> None:
    terms, events = history
    first = schedule(terms, events, CALENDARS[calendar])
    posted = [replace(row, posted=True) for row in first.rows[:booked]]
    again = schedule(terms, events, CALENDARS[calendar], posted)
    assert list(again.rows[: len(posted)]) == posted
    assert again.rows[-1].closing == first.rows[-1].closing
    assert_foots(again)


@given(history=histories(), calendar=calendars, booked=st.integers(1, 20))
@settings(max_examples=40, deadline=None)
def test_a_late_event_leaves_posted_rows_alone_and_is_caught_up(
    history: tuple[DepreciationTerms, list[Event]], calendar: str, booked: int
) -> None:
    terms, events = history
    terms = replace(
        terms, conventions=replace(terms.conventions, deviation=Deviation.CATCH_UP)
    )
    posted = [
        replace(row, posted=True)
        for row in schedule(terms, events[:-1], CALENDARS[calendar]).rows[:booked]
    ]
    fresh = schedule(terms, events, CALENDARS[calendar])
    late = schedule(terms, events, CALENDARS[calendar], posted)
    assert list(late.rows[: len(posted)]) == posted
    assert_foots(late)
    assert late.total == fresh.total
    assert late.rows[-1].closing == fresh.rows[-1].closing


@given(history=histories(), calendar=calendars)
@settings(max_examples=30, deadline=None)
def test_an_event_and_its_cancellation_equal_the_original(
    history: tuple[DepreciationTerms, list[Event]], calendar: str
) -> None:
    terms, events = history
    assume(events)
    undone = [
        *events,
        Cancel(id="undo", effective=events[-1].effective, of=events[-1].id),
    ]
    assert schedule(terms, undone, CALENDARS[calendar]) == schedule(
        terms, events[:-1], CALENDARS[calendar]
    )


@given(history=histories(), calendar=calendars)
@settings(max_examples=30, deadline=None)
def test_the_order_in_which_events_are_given_does_not_matter(
    history: tuple[DepreciationTerms, list[Event]], calendar: str
) -> None:
    terms, events = history
    assert schedule(terms, events[::-1], CALENDARS[calendar]) == schedule(
        terms, events, CALENDARS[calendar]
    )


@given(
    terms=some_terms(),
    calendar=calendars,
    weights=st.lists(st.integers(1, 50), min_size=2, max_size=5),
)
@settings(max_examples=30, deadline=None)
def test_split_parts_sum_to_the_whole_in_every_row(
    terms: DepreciationTerms, calendar: str, weights: list[int]
) -> None:
    whole = schedule(terms, [], CALENDARS[calendar]).rows
    parts = split_rows(whole, weights)
    for position, row in enumerate(whole):
        same = [part[position] for part in parts]
        for column in ("opening", "depreciation", "accumulated", "closing", "cost"):
            assert sum(getattr(r, column) for r in same) == getattr(row, column)
    for part in parts:
        assert_foots(Schedule(rows=part))


@given(terms=some_terms())
@settings(max_examples=30, deadline=None)
def test_another_calendar_keeps_the_total(terms: DepreciationTerms) -> None:
    totals = {schedule(terms, [], CALENDARS[calendar]).total for calendar in CALENDARS}
    assert totals == {terms.cost - terms.residual_value}


@given(terms=some_terms())
@settings(max_examples=40, deadline=None)
def test_monthly_rows_sum_to_the_annual_rows_where_years_are_exact(
    terms: DepreciationTerms,
) -> None:
    # These are measured in periods, which are what the two calendars differ in.
    assume(terms.conventions.start not in (Start.PERIOD, Start.NEXT_PERIOD))
    assume(terms.conventions.basis is not Basis.PERIODS)
    assume(terms.params.get("in-year") != "period")
    terms = replace(
        terms,
        conventions=replace(
            terms.conventions, residue=Residue.FISCAL_YEAR, rounding_unit=1
        ),
    )
    monthly = schedule(terms, [], CALENDARS["months"]).rows
    for year in schedule(terms, [], CALENDARS["years"]).rows:
        inside = [row.depreciation for row in monthly if row.year == year.year]
        assert sum(inside) == year.depreciation


@given(history=histories(), calendar=calendars, offset=st.integers(0, 2000))
@settings(max_examples=40, deadline=None)
def test_a_disposal_leaves_nothing_and_its_gain_ties(
    history: tuple[DepreciationTerms, list[Event]], calendar: str, offset: int
) -> None:
    terms, events = history
    # What leaves a pool does not leave its books.
    assume(terms.conventions.disposal is not Disposal.STAYS)
    last = max((e.effective for e in events), default=terms.in_service)
    events = [
        *events,
        Dispose(id="out", effective=last + timedelta(offset), proceeds=12345, costs=45),
    ]
    made = schedule(terms, events, CALENDARS[calendar])
    assert_foots(made)
    assert made.rows[-1].closing == 0
    gone = made.derecognised[-1]
    assert gone.gain == 12300 - (gone.cost - gone.accumulated - gone.impairment)
    inflow = sum(
        r.additions + r.revaluation - r.impairment_loss + r.impairment_reversal
        for r in made.rows
    )
    assert inflow == made.total + sum(r.disposed for r in made.rows)
