"""The quick way for plain assets gives the rows of the walk, field by field."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from inventory.accounting.engine.schedule import schedule, walked
from inventory.accounting.engine.straight_line import line_of
from inventory.accounting.model.events import Opening
from inventory.accounting.model.row_codec import row_from_text, row_to_text
from inventory.accounting.model.terms import (
    Basis,
    Conventions,
    DepreciationTerms,
    Start,
    TermsError,
)
from inventory.kernel.months import add_months
from inventory.kernel.periods import Calendar, fiscal_calendar, week_calendar

MONTHS = fiscal_calendar(2020, 2034)
APRIL = fiscal_calendar(2020, 2034, year_end_month=3)


@st.composite
def plain_terms(draw: st.DrawFn) -> DepreciationTerms:
    """Draw plain terms, some of a few cents, some beyond the calendar."""
    cost = draw(st.one_of(st.integers(0, 100), st.integers(0, 10**10)))
    start = st.sampled_from([Start.MONTH, Start.NEXT_MONTH, Start.MID_MONTH])
    day = draw(st.dates(date(2020, 1, 1), date(2034, 3, 31)))
    return DepreciationTerms(
        cost=cost,
        residual_value=draw(st.one_of(st.just(0), st.just(cost), st.integers(0, cost))),
        in_service=day,
        life_months=draw(st.integers(1, 200)),
        conventions=Conventions(start=draw(start)),
    )


@given(terms=plain_terms(), calendar=st.sampled_from([MONTHS, APRIL]))
@settings(max_examples=100, deadline=None)
def test_plain_rows_are_those_of_the_walk(
    terms: DepreciationTerms, calendar: Calendar
) -> None:
    line = line_of(terms, calendar)
    if line is None:
        assert terms.in_service >= date(2034, 3, 1)
        return
    assert line.schedule() == walked(terms, [], calendar)


@given(
    terms=plain_terms(),
    months=st.integers(0, 230),
    deviation=st.sampled_from([0, 0, 0, 1]),
)
@settings(max_examples=60, deadline=None)
def test_plain_assets_that_were_taken_over_are_those_of_the_walk(
    terms: DepreciationTerms, months: int, deviation: int
) -> None:
    day = add_months(terms.in_service.replace(day=1), months)
    assume(terms.in_service <= day < MONTHS.end)
    line = line_of(terms, MONTHS)
    assert line is not None
    given = line.charged(MONTHS.index_at(day)) - deviation
    assume(given >= 0)
    opening = Opening(id="o", effective=day, accumulated=given)
    quick = line_of(terms, MONTHS, [opening])
    assert (quick is None) == bool(deviation)
    made = walked(terms, [opening], MONTHS)
    assert made.rows[0].taken_over
    assert made.rows[0].opening == terms.cost - given
    if quick is not None:
        assert quick.schedule() == made


@given(terms=plain_terms())
@settings(max_examples=30, deadline=None)
def test_rows_survive_their_text_and_equal_rows_have_equal_text(
    terms: DepreciationTerms,
) -> None:
    for row in schedule(terms, [], MONTHS).rows:
        text = row_to_text(row)
        assert row_from_text(text) == row
        assert row_to_text(row_from_text(text)) == text


def test_other_terms_and_calendars_are_left_to_the_walk() -> None:
    plain = DepreciationTerms(cost=100, in_service=date(2020, 1, 1), life_months=3)
    assert line_of(plain, MONTHS)
    weeks = week_calendar([("2020", date(2019, 12, 29), date(2020, 12, 27))])
    assert line_of(plain, weeks) is None
    by_days = Conventions(basis=Basis.DAYS_365)
    other = DepreciationTerms(
        cost=100, in_service=date(2020, 1, 1), life_months=3, conventions=by_days
    )
    assert line_of(other, MONTHS) is None


def test_a_booked_row_with_a_field_nobody_knows_is_refused() -> None:
    with pytest.raises(TermsError, match="colour"):
        row_from_text('{"colour":"red"}')
