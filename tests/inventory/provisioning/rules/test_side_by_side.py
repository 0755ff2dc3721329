"""Employments beside each other, and events that replace others."""

from __future__ import annotations

from datetime import date

import pytest

from inventory.provisioning.statements.employment_periods import RegisteredEmployment
from inventory.provisioning.statements.event_kinds import EventKind, EventStatement
from inventory.provisioning.statements.timeline import build_timeline
from tests.inventory.provisioning.test_timeline import DAY, FIRST, NOBODY, say, told

MARCH, APRIL, MAY = date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)


def job(
    entity: str | None,
    start: date,
    last: date | None,
    *moves: tuple[date, str],
) -> RegisteredEmployment:
    """An employment of the register, with moves to other entities."""
    terms = {"legal_entity": entity} if entity else {}
    return RegisteredEmployment(
        f"known:{entity}{start}",
        start,
        last,
        terms=terms,
        moves=tuple((day, {"legal_entity": to}) for day, to in moves),
    )


@pytest.mark.parametrize(
    ("earlier", "later", "ends"),
    [
        # One legal entity employs somebody once at a time: the later job ends it.
        (job("A", FIRST, MAY), job("A", APRIL, None), APRIL - DAY),
        (job("A", FIRST, None), job("A", APRIL, MAY), APRIL - DAY),
        (job("A", FIRST, APRIL), job("A", APRIL, None), APRIL - DAY),
        (job("A", FIRST, APRIL - DAY), job("A", APRIL, None), APRIL - DAY),
        (job("A", FIRST, MARCH), job("A", APRIL, None), MARCH),
        # Two may do so at a time; of one that is not named nobody knows.
        (job("A", FIRST, None), job("B", APRIL, None), None),
        (job("A", FIRST, None), job(None, APRIL, None), APRIL - DAY),
        (job(None, FIRST, None), job("B", APRIL, None), APRIL - DAY),
        # Whose somebody is changes with a move, and counts while it lasts.
        (job("A", FIRST, None, (APRIL, "B")), job("B", MAY, None), MAY - DAY),
        (job("A", FIRST, None, (MAY, "B")), job("B", MARCH, APRIL), None),
        (job("A", FIRST, None, (MAY, "B")), job("B", MARCH, MAY), MARCH - DAY),
        (job("A", FIRST, None, (MARCH, "B")), job("A", APRIL, None), None),
    ],
)
def test_two_jobs_with_one_employer_do_not_overlap(
    earlier: RegisteredEmployment, later: RegisteredEmployment, ends: date | None
) -> None:
    found = build_timeline([], NOBODY, [earlier, later]).periods
    assert [(one.root, one.last) for one in found] == [
        (earlier.name, ends),
        (later.name, later.last),
    ]
    assert not any(one.cancelled for one in found)
    # What was to come after the end of a job begins no part of it.
    parts = [part for one in found for part in one.segments()]
    assert all(part.last is None or part.start <= part.last for part in parts)


def test_a_job_that_another_replaces_on_its_first_day_never_was() -> None:
    one, other = job("A", APRIL, None), job(None, APRIL, MAY)
    first, second = build_timeline([], NOBODY, [one, other]).periods
    # Of jobs that begin together, the one that is named last holds.
    assert (first.cancelled, second.cancelled) == (True, False)
    # What never was ends nothing: a job before both goes on to the day before.
    before, *_ = build_timeline([], NOBODY, [job("A", FIRST, None), one, other]).periods
    assert before.last == APRIL - DAY


def replacing(number: int, old: int | None) -> EventStatement:
    """A hire with a number, said to replace another."""
    data = {} if old is None else {"replaces": str(old)}
    event = say(EventKind.HIRE, FIRST + number * DAY, FIRST - 30 * DAY, **data)
    return EventStatement(
        f"sap\n{number}", "sap", event.kind, event.on, event.asserted_at, data
    )


def test_an_event_stands_for_all_that_it_replaced_the_last_one_first() -> None:
    found = told(replacing(1, None), replacing(2, 1), replacing(3, 2), replacing(4, 9))
    assert found.replaced == {
        "sap\n2": ("sap\n1",),
        "sap\n3": ("sap\n2", "sap\n1"),
        "sap\n4": ("sap\n9",),
    }
    assert [found.verdicts[f"sap\n{n}"].name for n in (1, 2, 3)] == [
        "superseded",
        "superseded",
        "applied",
    ]


def test_events_that_replace_each_other_are_told_once_each() -> None:
    found = told(replacing(1, 2), replacing(2, 1))
    assert found.replaced == {
        "sap\n1": ("sap\n2", "sap\n1"),
        "sap\n2": ("sap\n1", "sap\n2"),
    }
    assert found.periods == ()


def test_no_event_replaces_itself_or_one_of_another_source() -> None:
    assert told(replacing(1, 1)).replaced == {}
    other = say(EventKind.HIRE, FIRST, source="payroll", replaces="1")
    found = told(replacing(1, None), other)
    assert found.verdicts["sap\n1"].name != "superseded"
