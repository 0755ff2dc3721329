"""Cases follow the plan: opened, moved to other days, undone. Imports the others.

Nothing is deleted: what is not wanted any more is cancelled, called back or returned,
each by a step that stays in the story of its line.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from inventory.hr.cases.case_lines import update_lines
from inventory.hr.cases.case_records import (
    bump_version,
    emit_case_changed,
    settle_case,
)
from inventory.hr.cases.kit_versions import current_version
from inventory.hr.context import CaseContext
from inventory.hr.person_file import PersonFile
from inventory.provisioning.case_tables import ProvisioningCase
from inventory.provisioning.plan import REQUEST, CaseKind, PlannedCase
from inventory.storage.rows import Row, add, change


def follow_plan(
    context: CaseContext,
    file: PersonFile,
    employments: Mapping[str, int],
    planned: Sequence[PlannedCase],
) -> list[int]:
    """Let the cases of a person be as planned; return their ids, the earliest first.

    Args:
        context: The change.
        file: All that is known of the person.
        employments: Ids by root of the part of a period.
        planned: The cases there should be.
    """
    events = file.by_key
    taken: list[int] = []
    for plan in planned:
        case = _case_for(file, plan, events, taken)
        fresh = case is None
        if case is None:
            case = _open_case(context, file, employments, plan)
        else:
            case = _update_case(context, file, employments, case, plan)
        taken.append(case["id"])
        _link_events(case["id"], plan, events)
        update_lines(context, case, plan, fresh=fresh, stranger=file.new)
        if not (fresh and file.new and _gives_something(plan)):
            _settle_case(context, case, plan, fresh=fresh)
    for case in list(file.cases.values()):
        if case["id"] in taken or case["state"] == "cancelled":
            continue
        if case["kind"] == REQUEST:
            continue  # nothing that HR says takes back what somebody asked for
        gone = _cancellation_of(case)
        facts = {"facts": case["facts"] | {"cancelled": True}}
        change(context.work, ProvisioningCase, case["id"], facts)
        update_lines(context, case, gone)
        _settle_case(context, case, gone)
    return taken


def _case_for(
    file: PersonFile,
    plan: PlannedCase,
    events: Mapping[str, Row],
    taken: Sequence[int],
) -> Row | None:
    """Return the case that carries out one of these events already."""
    for key in plan.events:
        number = events[key]["case_id"] if key in events else None
        if number is None or number in taken:
            continue
        case = file.cases.get(number)
        if case is not None and case["kind"] == plan.kind:
            return case
    return None


def _open_case(
    context: CaseContext,
    file: PersonFile,
    employments: Mapping[str, int],
    plan: PlannedCase,
) -> Row:
    events = file.by_key
    site = file.site_of(plan.terms.get("location"))
    first = min(events[key]["effective_on"] for key in plan.events if key in events)
    key = f"{file.id}/{plan.kind}/{first}"
    used = {case["key"] for case in file.cases.values()}
    number = 1
    while _numbered(key, number) in used:
        number += 1
    values = {
        "key": _numbered(key, number),
        "kind": str(plan.kind),
        "person_id": file.id,
        "employment_id": employments.get(plan.period),
        "effective_on": plan.on,
        "state": "open",
        "quiet": plan.quiet,
        "site": site,
        "kit_version_id": current_version(context),
        "facts": _facts(plan),
        "version": 1,
        "opened_on": context.today(site),
        "closed_on": None,
    }
    case_id = add(context.work, ProvisioningCase, values)
    case: Row = {"id": case_id, "document": None, **values}
    file.cases[case_id] = case
    emit_case_changed(context, case, "opened")
    return case


def _numbered(key: str, number: int) -> str:
    return key if number == 1 else f"{key}#{number}"


def _link_events(case_id: int, plan: PlannedCase, events: Mapping[str, Row]) -> None:
    """Note which case carries out an event; it is written with the verdicts."""
    for key in plan.events:
        if key in events:
            events[key]["case_id"] = case_id


def _update_case(
    context: CaseContext,
    file: PersonFile,
    employments: Mapping[str, int],
    case: Row,
    plan: PlannedCase,
) -> Row:
    values = {
        "effective_on": case["effective_on"] if plan.cancelled else plan.on,
        # A confidential leave that is called off would be told of by that.
        "quiet": plan.quiet or (plan.cancelled and case["quiet"]),
        "site": file.site_of(plan.terms.get("location")),
        "facts": _facts(plan),
        "employment_id": employments.get(plan.period),
    }
    if any(case[name] != value for name, value in values.items()):
        change(context.work, ProvisioningCase, case["id"], values)
        case |= values
        bump_version(context, case["id"])
        emit_case_changed(context, case, "changed")
    return case


def _gives_something(plan: PlannedCase) -> bool:
    """Whether a new case of somebody who holds nothing has open lines for sure."""
    gives = plan.kind is CaseKind.JOINING and bool(plan.provide)
    return gives and not plan.over and not plan.cancelled


def _facts(plan: PlannedCase) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "terms": {key: value for key, value in plan.terms.items() if value},
        "cancelled": plan.cancelled,
        "reason": plan.reason,
        "legal_hold": plan.legal_hold,
        "substitute": plan.substitute,
    }
    days: dict[str, date | None] = {
        "tools_on": plan.tools_on if plan.tools_on != plan.on else None,
        "until": plan.until,
        "contract_end": plan.contract_end,
        "previous": plan.previous,
        "limit": plan.limit,
    }
    facts |= {name: day.isoformat() for name, day in days.items() if day}
    return {name: value for name, value in facts.items() if value}


def _settle_case(
    context: CaseContext, case: Row, plan: PlannedCase, *, fresh: bool = False
) -> None:
    today = context.today(case["site"])
    over = plan.over or today > plan.on or plan.kind is CaseKind.JOINING
    row = case if fresh else None
    settle_case(context, case["id"], cancelled=plan.cancelled, over=over, row=row)


def _cancellation_of(case: Row) -> PlannedCase:
    return PlannedCase(
        kind=CaseKind(case["kind"]),
        events=(),
        period="",
        on=case["effective_on"],
        cancelled=True,
        quiet=case["quiet"],
        terms=case["facts"].get("terms", {}),
    )
