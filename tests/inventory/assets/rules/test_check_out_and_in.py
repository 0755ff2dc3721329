"""One holder at a time; a day belongs to the one who has the thing at its end."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from inventory.assets.custody.rules import (
    CustodyPeriod,
    CustodyPlan,
    Holder,
    HolderKind,
    holder_on,
    open_custody,
    plan_check_in,
    plan_check_out,
)
from inventory.kernel.days import not_future
from inventory.kernel.errors import Conflict, Invalid, NotAllowed
from inventory.kernel.spans import Span

TIA, ANN = Holder(HolderKind.PERSON, 1), Holder(HolderKind.PERSON, 2)
DOCK = Holder(HolderKind.ASSET, 7)
TODAY = date(2026, 5, 20)
FIRST, MIDDLE, LATER = date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)
DAY = timedelta(days=1)

TIAS = CustodyPeriod(11, TIA, Span(FIRST))
"""Tia has it since March."""


def test_what_nobody_has_is_given_without_taking_it_from_anybody() -> None:
    found = plan_check_out([], TIA, FIRST, today=TODAY)
    assert found == CustodyPlan(FIRST, None, CustodyPeriod(None, TIA, Span(FIRST)))


def test_the_one_before_has_it_no_more_from_the_day_on_which_the_next_has_it() -> None:
    found = plan_check_out([TIAS], ANN, MIDDLE, today=TODAY)
    assert found == CustodyPlan(MIDDLE, TIAS, CustodyPeriod(None, ANN, Span(MIDDLE)))


def test_giving_it_again_to_the_holder_changes_nothing() -> None:
    for day in (FIRST, FIRST + DAY, TODAY):
        assert plan_check_out([TIAS], TIA, day, today=TODAY) == CustodyPlan(day)


def test_it_changes_hands_on_the_very_day_the_holder_got_it() -> None:
    """In the morning to Tia, in the afternoon to Ann: the day is Ann's."""
    found = plan_check_out([TIAS], ANN, FIRST, today=TODAY)
    assert found == CustodyPlan(FIRST, TIAS, CustodyPeriod(None, ANN, Span(FIRST)))


@pytest.mark.parametrize("holder", [TIA, ANN])
def test_nothing_is_given_before_a_custody_that_is_recorded(holder: Holder) -> None:
    with pytest.raises(Conflict, match="person 1 holds it 2026-03-01 to open"):
        plan_check_out([TIAS], holder, FIRST - DAY, today=TODAY)


def test_nothing_is_given_into_a_custody_that_has_ended_since() -> None:
    ended = CustodyPeriod(11, TIA, Span(FIRST, LATER))
    with pytest.raises(Conflict, match="2026-03-01 to 2026-05-01"):
        plan_check_out([ended], ANN, MIDDLE, today=TODAY)
    with pytest.raises(Conflict):
        plan_check_out([ended], ANN, LATER - DAY, today=TODAY)
    assert plan_check_out([ended], ANN, LATER, today=TODAY).begin is not None


def test_of_several_custodies_in_the_way_the_first_is_named() -> None:
    history = [
        CustodyPeriod(10, TIA, Span(MIDDLE, LATER)),
        CustodyPeriod(11, ANN, Span(LATER, TODAY)),
    ]
    with pytest.raises(Conflict, match="person 1 holds it 2026-04-01"):
        plan_check_out(history, ANN, FIRST, today=TODAY)


def test_an_earlier_custody_does_not_stand_in_the_way_of_the_present_one() -> None:
    ended = CustodyPeriod(10, ANN, Span(FIRST, MIDDLE))
    current = CustodyPeriod(11, TIA, Span(MIDDLE))
    assert plan_check_out([ended, current], ANN, LATER, today=TODAY).end == current


def test_what_began_and_ended_on_one_day_stands_in_nobodys_way() -> None:
    moment = CustodyPeriod(11, TIA, Span(LATER, LATER))
    assert plan_check_out([moment], ANN, MIDDLE, today=TODAY).begin is not None


def test_the_register_knows_no_future_except_where_tomorrow_has_begun() -> None:
    """East of us the next day has begun already."""
    not_future(TODAY, TODAY)
    not_future(TODAY + DAY, TODAY)
    with pytest.raises(Invalid, match="lies in the future"):
        not_future(TODAY + 2 * DAY, TODAY)
    with pytest.raises(Invalid, match="lies in the future"):
        plan_check_out([], TIA, TODAY + 2 * DAY, today=TODAY)
    with pytest.raises(Invalid, match="lies in the future"):
        plan_check_in([TIAS], TODAY + 2 * DAY, today=TODAY)


def test_a_thing_cannot_hold_itself_through_others() -> None:
    with pytest.raises(Conflict, match="7 holds 8 holds 7"):
        plan_check_out([], DOCK, FIRST, today=TODAY, chain=(7, 8, 7))
    assert (
        plan_check_out([], DOCK, FIRST, today=TODAY, chain=(7, 8, 9)).begin is not None
    )


def test_a_person_is_no_thing_that_could_hold_itself() -> None:
    assert plan_check_out([], TIA, FIRST, today=TODAY, chain=(1, 1)).begin is not None


def test_taking_it_back_ends_the_open_custody() -> None:
    assert plan_check_in([TIAS], MIDDLE, today=TODAY) == CustodyPlan(MIDDLE, TIAS)
    assert plan_check_in([TIAS], FIRST, today=TODAY) == CustodyPlan(FIRST, TIAS)


def test_taking_it_back_before_it_was_given_is_refused() -> None:
    with pytest.raises(Invalid, match="since 2026-03-01 only"):
        plan_check_in([TIAS], FIRST - DAY, today=TODAY)


def test_taking_it_back_again_on_that_day_changes_nothing() -> None:
    ended = CustodyPeriod(11, TIA, Span(FIRST, MIDDLE))
    assert plan_check_in([ended], MIDDLE, today=TODAY) == CustodyPlan(MIDDLE)
    with pytest.raises(NotAllowed, match="Nobody holds it"):
        plan_check_in([ended], LATER, today=TODAY)
    with pytest.raises(NotAllowed, match="Nobody holds it"):
        plan_check_in([], LATER, today=TODAY)


def test_who_had_it_on_a_day() -> None:
    history = [
        CustodyPeriod(10, ANN, Span(FIRST, MIDDLE)),
        CustodyPeriod(11, TIA, Span(MIDDLE, LATER)),
    ]
    found = [
        holder_on(history, day)
        for day in (FIRST - DAY, FIRST, MIDDLE - DAY, MIDDLE, LATER - DAY, LATER)
    ]
    assert found == [None, ANN, ANN, TIA, TIA, None]
    assert open_custody(history) is None
    assert open_custody([*history, TIAS]) == TIAS
