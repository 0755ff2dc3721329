"""When an assignment begins and ends, whoever says so."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.kernel.errors import Conflict
from inventory.kernel.spans import Span, overlap
from inventory.telecom.assignment_rules import (
    GRACE,
    Assignment,
    AssignmentChange,
    PhoneOnExtension,
    change_assignment,
    ended_registrations,
)
from inventory.telecom.numbers import to_e164, written

MONDAY = date(2026, 3, 16)
NOON = datetime(2026, 3, 16, 12, tzinfo=UTC)


def day(number: int) -> date:
    return MONDAY + timedelta(days=number)


def test_saying_the_same_again_changes_nothing() -> None:
    known = [Assignment(1, 7, Span(MONDAY), "pbx:a")]
    assert change_assignment(known, 7, day(3), source="pbx:a") == AssignmentChange()


def test_a_new_person_ends_the_one_before() -> None:
    known = [Assignment(1, 7, Span(MONDAY), "pbx:a")]
    assert change_assignment(known, 8, day(3), source="pbx:a") == AssignmentChange(
        known[0], 8
    )


def test_a_system_does_not_overrule_what_a_person_wrote() -> None:
    known = [Assignment(1, 7, Span(MONDAY), "user:2")]
    assert change_assignment(known, 8, day(3), source="pbx:a") == AssignmentChange()
    assert change_assignment(known, 8, day(3), source="user:2") == AssignmentChange(
        known[0], 8
    )


def test_a_reading_that_comes_late_changes_nothing_and_a_person_is_told() -> None:
    known = [
        Assignment(1, 7, Span(day(0), day(5)), "pbx:a"),
        Assignment(2, 8, Span(day(5)), "pbx:a"),
    ]
    assert change_assignment(known, 9, day(2), source="pbx:a") == AssignmentChange()
    with pytest.raises(Conflict) as error:
        change_assignment(known, 9, day(2), source="user:2")
    assert str(day(2)) in str(error.value)


SAYINGS = st.lists(
    st.tuples(
        st.integers(0, 20),
        st.none() | st.integers(1, 3),
        st.sampled_from(["pbx:a", "user:1"]),
    ),
    max_size=12,
)


@given(SAYINGS)
def test_whatever_is_said_in_whatever_order_nothing_overlaps(
    sayings: list[tuple[int, int | None, str]],
) -> None:
    rows: list[Assignment] = []
    for number, (at, to, source) in enumerate(sayings, 1):
        try:
            step = change_assignment(rows, to, day(at), source=source)
        except Conflict:
            continue
        if step.end is not None:
            ended = Span(step.end.span.start, max(day(at), step.end.span.start))
            old = step.end
            rows[rows.index(old)] = Assignment(old.id, old.other, ended, old.source)
        if step.begin is not None:
            rows.append(Assignment(number, step.begin, Span(day(at)), source))
    assert overlap(row.span for row in rows) is None
    assert sum(row.span.end is None for row in rows) <= 1


def pair(number: int, phone: int, seen: datetime = NOON) -> PhoneOnExtension:
    return PhoneOnExtension(number, 100, phone, MONDAY, "pbx:a", seen)


def test_a_phone_that_is_switched_off_keeps_its_extension_for_a_while() -> None:
    later = NOON + GRACE
    assert ended_registrations([pair(1, 7)], [], later, keeps=False) == {}
    assert ended_registrations(
        [pair(1, 7)], [], later + timedelta(days=1), keeps=False
    ) == {1: day(1)}


def test_a_phone_that_registers_elsewhere_has_its_extension_no_more() -> None:
    found = ended_registrations(
        [pair(1, 7)], [(200, 7)], NOON + timedelta(days=3), keeps=False
    )
    assert found == {1: day(3)}


def test_a_system_that_lists_all_its_phones_means_it() -> None:
    found = ended_registrations(
        [pair(1, 7)], [(100, 8)], NOON + timedelta(days=3), keeps=True
    )
    assert found == {1: day(3)}


def test_an_old_reading_ends_nothing_that_was_seen_since() -> None:
    old = NOON - timedelta(days=60)
    assert ended_registrations([pair(1, 7)], [(200, 7)], old, keeps=True) == {}


@pytest.mark.parametrize(
    ("text", "region", "number"),
    [
        ("089 123456-78", "DE", "+498912345678"),
        ("tel:+31-10-414-4188", "", "+31104144188"),
        ("0171 2345678", "DE", "+491712345678"),
        ("2001", "DE", None),
        ("089 12345678", "", None),
        ("", "DE", None),
        ("+999999999", "", None),
        ("x" * 5000, "DE", None),
    ],
)
def test_a_number_is_e164_or_none(text: str, region: str, number: str | None) -> None:
    assert to_e164(text, region) == number


def test_a_number_is_written_with_blanks() -> None:
    assert written("+31104144188") == "+31 10 414 4188"
