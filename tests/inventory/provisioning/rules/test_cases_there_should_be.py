"""Employments, moves and absences become cases: what is given, kept and taken."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from inventory.provisioning.kits import Item, Kit, Kits
from inventory.provisioning.plan import CaseKind, PlannedCase, plan
from inventory.provisioning.statements.employment_periods import (
    Absence,
    EmploymentPeriod,
    Timeline,
    Transfer,
)

on = date.fromisoformat
DAY = timedelta(days=1)
FIRST, LAST, TODAY = on("2026-01-01"), on("2026-06-30"), on("2026-03-01")

BADGE, LAPTOP, PHONE = (Item(name, name) for name in ("badge", "laptop", "phone"))
KITS = Kits(
    {item.name: item for item in (BADGE, LAPTOP, PHONE)},
    [
        Kit("all", ("badge",)),
        Kit("office", ("laptop",), {"role": ("office",)}),
        Kit("sales", ("phone",), {"role": ("sales",)}),
    ],
)
HERS = EmploymentPeriod(
    root="sap\n1",
    events=("sap\n1",),
    leavers=(),
    start=FIRST,
    last=None,
    cancelled=False,
    terms={"role": "office", "department": "D1", "cost_centre": "C1"},
)


def cases(*periods: EmploymentPeriod, today: date = TODAY) -> list[PlannedCase]:
    return plan(Timeline(periods), lambda *_: KITS, today)


def only(
    kind: CaseKind, *periods: EmploymentPeriod, today: date = TODAY
) -> PlannedCase:
    (found,) = (case for case in cases(*periods, today=today) if case.kind == kind)
    return found


def test_who_joins_gets_the_kit_of_the_first_day() -> None:
    (case,) = cases(HERS)
    assert (case.kind, case.on, case.events) == (CaseKind.JOINING, FIRST, HERS.events)
    assert case.provide == (BADGE, LAPTOP)
    assert (case.over, case.quiet, case.legal_hold) == (False, False, False)
    assert case.previous is None


def test_a_hire_that_is_cancelled_is_a_case_to_be_undone() -> None:
    (case,) = cases(replace(HERS, cancelled=True))
    assert case.cancelled


def test_an_employment_is_over_the_day_after_its_last_day() -> None:
    ended = replace(HERS, last=LAST)
    assert not only(CaseKind.JOINING, ended, today=LAST).over
    assert only(CaseKind.JOINING, ended, today=LAST + DAY).over


def test_who_was_known_before_the_hr_system_spoke_needs_no_kit() -> None:
    """A new HR system tells of everybody at first."""
    known = replace(HERS, root="known:7")
    assert cases(replace(known, announced=FIRST + DAY)) == []
    assert len(cases(replace(known, announced=FIRST))) == 1
    assert len(cases(replace(known, announced=None))) == 1
    assert len(cases(replace(HERS, announced=FIRST + DAY))) == 1
    assert cases(replace(HERS, events=())) == []


def moved(**changes: Any) -> EmploymentPeriod:  # noqa: ANN401
    return replace(HERS, moves=(Transfer(TODAY, ("sap\n2",), changes),))


def test_who_changes_the_role_keeps_what_both_kits_have() -> None:
    case = only(CaseKind.MOVING, moved(role="sales"))
    assert (case.provide, case.keep, case.drop) == ((PHONE,), (BADGE,), (LAPTOP,))
    assert (case.on, case.events) == (TODAY, ("sap\n2",))


def test_a_move_that_changes_no_kit_gives_and_takes_nothing() -> None:
    case = only(CaseKind.MOVING, moved(location="rome"))
    assert (case.provide, case.keep, case.drop) == ((), (BADGE, LAPTOP), ())


def test_a_move_is_from_the_kit_of_the_day_before_to_that_of_its_day() -> None:
    """The kit itself may change on the day of the move."""
    kits = Kits(
        KITS.items,
        [Kit("old", ("badge",), end=TODAY), Kit("new", ("phone",), start=TODAY)],
    )
    stint = moved(location="rome")
    (_, case) = plan(Timeline((stint,)), lambda *_: kits, TODAY)
    assert (case.provide, case.keep, case.drop) == ((PHONE,), (), (BADGE,))


def test_a_move_the_register_knew_already_is_no_case() -> None:
    stint = replace(HERS, moves=(Transfer(TODAY, ("known:7",), {"role": "sales"}),))
    assert [case.kind for case in cases(stint)] == [CaseKind.JOINING]


def test_a_new_department_pays_unless_somebody_says_otherwise() -> None:
    assert "cost_centre" not in moved(department="D2").terms_on(TODAY)
    both = moved(department="D2", cost_centre="C9")
    assert both.terms_on(TODAY)["cost_centre"] == "C9"
    same = moved(department="D1", role="sales")
    assert same.terms_on(TODAY)["cost_centre"] == "C1"
    assert moved(department="D2").terms_on(TODAY - DAY)["cost_centre"] == "C1"


def test_an_absence_has_its_first_day_and_the_first_day_back() -> None:
    away = Absence(TODAY, LAST, ("sap\n3",), substitute="ann")
    case = only(CaseKind.ABSENCE, replace(HERS, absences=(away,)))
    assert (case.on, case.until, case.substitute) == (TODAY, LAST, "ann")
    assert not case.over


def left(**more: Any) -> EmploymentPeriod:  # noqa: ANN401
    return replace(HERS, leavers=("sap\n4",), last=LAST, **more)


def test_who_leaves_has_tools_and_benefits_until_the_last_day() -> None:
    case = only(CaseKind.LEAVING, left(reason="resigned"))
    assert (case.on, case.tools_on, case.reason) == (LAST, LAST, "resigned")
    assert not case.cancelled
    assert case.limit is None


def test_tools_end_with_the_last_day_at_work_or_before_garden_leave() -> None:
    """Still employed, so benefits stay."""
    june = on("2026-06-15")
    case = only(CaseKind.LEAVING, left(last_working_day=june))
    assert (case.on, case.tools_on) == (LAST, june)
    case = only(CaseKind.LEAVING, left(garden_from=june))
    assert (case.on, case.tools_on) == (LAST, june - DAY)
    case = only(CaseKind.LEAVING, left(garden_from=june, last_working_day=june))
    assert case.tools_on == june - DAY


def test_an_end_that_was_taken_back_is_a_case_to_be_undone() -> None:
    case = only(CaseKind.LEAVING, replace(HERS, leavers=("sap\n4",)))
    assert case.cancelled
    assert case.on == FIRST
    assert case.tools_on is None


def test_the_end_of_what_never_came_to_be_is_a_case_to_be_undone() -> None:
    case = only(CaseKind.LEAVING, replace(left(), cancelled=True))
    assert case.cancelled
    assert case.on == LAST


def test_death_and_legal_hold_are_carried_to_the_case() -> None:
    case = only(CaseKind.LEAVING, left(quiet=True, legal_hold=True))
    assert (case.quiet, case.legal_hold) == (True, True)


def again(**more: Any) -> EmploymentPeriod:  # noqa: ANN401
    fields: dict[str, Any] = {"root": "sap\n9", "events": ("sap\n9",)}
    return replace(HERS, start=LAST + 9 * DAY, **{**fields, **more})


def test_a_rehire_knows_when_the_employment_before_ended() -> None:
    cases_of = cases(left(), again())
    joining = [case for case in cases_of if case.kind == CaseKind.JOINING]
    assert [case.previous for case in joining] == [None, LAST]


def test_an_employment_that_never_came_to_be_is_none_before() -> None:
    never = replace(left(), cancelled=True)
    joining = [c for c in cases(never, again()) if c.kind == CaseKind.JOINING]
    assert joining[-1].previous is None


def test_what_is_got_for_the_next_employment_is_not_taken_with_the_last() -> None:
    assert only(CaseKind.LEAVING, left(), again()).limit == LAST
    assert only(CaseKind.LEAVING, left(), again(cancelled=True)).limit is None


def test_cases_come_in_the_order_in_which_they_take_effect() -> None:
    stint = replace(
        left(),
        moves=(Transfer(LAST, ("sap\n2",), {"role": "sales"}),),
        absences=(Absence(TODAY, None, ("sap\n3",)),),
    )
    assert [(case.on, case.kind) for case in cases(stint)] == [
        (FIRST, CaseKind.JOINING),
        (TODAY, CaseKind.ABSENCE),
        (LAST, CaseKind.MOVING),
        (LAST, CaseKind.LEAVING),
    ]


def test_an_employment_covers_its_first_and_its_last_day() -> None:
    days = (FIRST - DAY, FIRST, LAST, LAST + DAY)
    assert [left().covers(day) for day in days] == [False, True, True, False]
    assert HERS.covers(LAST + 999 * DAY)
    assert not replace(left(), cancelled=True).covers(FIRST)
