"""All that was said of a person becomes employments with moves, absences and ends."""

from __future__ import annotations

from datetime import date

from inventory.provisioning.statements.employment_periods import (
    RegisteredEmployment,
    Timeline,
)
from inventory.provisioning.statements.event_kinds import EventKind, EventStatement
from inventory.provisioning.statements.timeline import build_timeline
from tests.inventory.provisioning.test_timeline import DAY, FIRST, NOBODY, say, told

HIRE = say(EventKind.HIRE, FIRST)


def later(kind: EventKind, day: int, **data: object) -> EventStatement:
    """Something that was said a year after the hire, of a day of the employment."""
    said = FIRST + 365 * DAY
    return say(kind, FIRST + day * DAY, said, "sap", **data)


def registered(*known: RegisteredEmployment) -> Timeline:
    return build_timeline([], NOBODY, known)


def spans(found: Timeline) -> list[tuple[date, date | None]]:
    return [(p.start, p.last) for p in found.periods if not p.cancelled]


def test_the_event_that_began_an_employment_stays_applied_when_the_day_moves() -> None:
    moved = say(EventKind.HIRE_CHANGED, FIRST + 9 * DAY, FIRST - 2 * DAY)
    found = told(HIRE, moved)
    assert spans(found) == [(FIRST + 9 * DAY, None)]
    assert found.verdicts[HIRE.key].name == "applied"
    assert found.verdicts[moved.key].name == "applied"


def test_an_employment_that_ends_before_it_begins_never_comes_to_be() -> None:
    (period,) = registered(known("a", 10, 9)).periods
    assert period.cancelled
    (period,) = registered(known("a", 10, 10)).periods
    assert not period.cancelled


def test_a_first_day_after_the_last_one_waits_for_another_hire() -> None:
    end = later(EventKind.TERMINATION, 20)
    moved = say(EventKind.HIRE_CHANGED, FIRST + 25 * DAY, FIRST + 366 * DAY)
    found = told(HIRE, end, moved)
    assert spans(found) == [(FIRST, FIRST + 20 * DAY)]
    assert found.verdicts[moved.key].name == "parked"


def test_an_employment_of_one_day_is_one() -> None:
    (period,) = told(HIRE, later(EventKind.TERMINATION, 0)).periods
    assert (period.cancelled, period.last) == (False, FIRST)


def test_what_the_register_knew_was_not_announced() -> None:
    known = RegisteredEmployment("known:7", FIRST, FIRST + 9 * DAY)
    (period,) = registered(known).periods
    assert (period.announced, period.reason) == (None, "")
    assert (period.legal_hold, period.quiet, period.cancelled) == (False, False, False)
    (period,) = told(HIRE).periods
    assert period.announced == HIRE.asserted_at.date()


def test_the_first_announcement_dates_an_employment() -> None:
    again = say(EventKind.HIRE, FIRST, FIRST - 5 * DAY, source="payroll")
    (period,) = told(again, HIRE).periods
    assert period.announced == FIRST - 30 * DAY


def test_a_move_on_the_first_day_is_where_somebody_begins() -> None:
    (period,) = told(HIRE, later(EventKind.TRANSFER, 0, department="LAB")).periods
    assert period.moves == ()
    assert period.terms["department"] == "LAB"


def test_a_move_counts_up_to_the_last_day() -> None:
    end = say(EventKind.TERMINATION, FIRST + 50 * DAY, FIRST + 400 * DAY)
    moves = [later(EventKind.TRANSFER, day, department=f"D{day}") for day in (50, 51)]
    (period,) = told(HIRE, *moves, end).periods
    assert [move.on for move in period.moves] == [FIRST + 50 * DAY]


def test_moves_that_the_register_knew_are_moves() -> None:
    known = RegisteredEmployment(
        "known:7", FIRST, None, moves=((FIRST + 9 * DAY, {"department": "LAB"}),)
    )
    (period,) = registered(known).periods
    assert period.terms_on(FIRST + 9 * DAY) == {"department": "LAB"}
    assert period.terms_on(FIRST + 8 * DAY) == {}
    assert period.moves[0].roots == ("known:7",)


def absences(*events: EventStatement) -> list[date]:
    (period,) = told(HIRE, *events).periods
    return [absence.start for absence in period.absences]


def test_an_absence_counts_from_the_first_to_the_last_day() -> None:
    end = say(EventKind.TERMINATION, FIRST + 50 * DAY, FIRST + 400 * DAY)
    away = [later(EventKind.LEAVE, day) for day in (0, 50, 51)]
    assert absences(*away, end) == [FIRST, FIRST + 50 * DAY]
    assert absences(*away) == [FIRST, FIRST + 50 * DAY, FIRST + 51 * DAY]


def test_an_absence_before_a_first_day_that_moved_is_none() -> None:
    moved = say(EventKind.HIRE_CHANGED, FIRST + 20 * DAY, FIRST + 400 * DAY)
    away = [later(EventKind.LEAVE, day) for day in (19, 20)]
    assert absences(*away, moved) == [FIRST + 20 * DAY]


def test_on_the_last_day_somebody_is_employed_and_on_the_next_day_not() -> None:
    end = say(EventKind.TERMINATION, FIRST + 50 * DAY, FIRST + DAY)
    on_it, after = (
        later(EventKind.TRANSFER, day, department="LAB") for day in (50, 51)
    )
    found = told(HIRE, end, on_it, after)
    assert found.verdicts[on_it.key].name == "applied"
    assert found.verdicts[after.key].name == "parked"


def test_before_the_first_day_nobody_is_employed() -> None:
    early = say(EventKind.TRANSFER, FIRST - DAY, FIRST + DAY, department="LAB")
    assert told(HIRE, early).verdicts[early.key].name == "parked"


def known(name: str, start: int, last: int | None = None) -> RegisteredEmployment:
    end = None if last is None else FIRST + last * DAY
    return RegisteredEmployment(f"known:{name}", FIRST + start * DAY, end)


def test_a_later_employment_ends_the_one_before_on_the_day_before() -> None:
    found = registered(known("a", 0), known("b", 60))
    assert spans(found) == [(FIRST, FIRST + 59 * DAY), (FIRST + 60 * DAY, None)]
    found = registered(known("a", 0, 60), known("b", 60))
    assert spans(found)[0] == (FIRST, FIRST + 59 * DAY)


def test_employments_that_do_not_overlap_keep_their_ends() -> None:
    found = registered(known("a", 0, 59), known("b", 60, 70), known("c", 90))
    assert spans(found) == [
        (FIRST, FIRST + 59 * DAY),
        (FIRST + 60 * DAY, FIRST + 70 * DAY),
        (FIRST + 90 * DAY, None),
    ]


def test_of_two_employments_from_one_day_the_second_holds() -> None:
    found = registered(known("a", 0), known("b", 0))
    assert [period.cancelled for period in found.periods] == [True, False]


def test_what_a_source_replaced_itself_is_superseded() -> None:
    new = say(EventKind.HIRE, FIRST + 3 * DAY, FIRST, replaces=HIRE.key.split("\n")[1])
    found = told(HIRE, new)
    assert spans(found) == [(FIRST + 3 * DAY, None)]
    assert found.verdicts[HIRE.key].name == "superseded"


def test_a_person_is_called_as_was_said_last() -> None:
    named = say(EventKind.HIRE, FIRST, given_name="Tia", email="tia@old.example")
    renamed = later(EventKind.TRANSFER, 9, email="tia@new.example", department="LAB")
    found = told(named, renamed)
    assert found.person == {"given_name": "Tia", "email": "tia@new.example"}
