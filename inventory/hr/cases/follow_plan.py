"""Cases follow the plan: opened, moved to other days, undone. Imports the others.

Nothing is deleted: what is not wanted any more is cancelled, called back or returned,
each by a step that stays in the story of its line.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select, update

from inventory.hr.cases.case_lines import update_lines
from inventory.hr.cases.case_records import emit_case_changed, settle_case
from inventory.hr.context import CaseContext
from inventory.hr.history import key_of, site_of
from inventory.provisioning.case_tables import ProvisioningCase
from inventory.provisioning.plan import CaseKind, PlannedCase
from inventory.provisioning.tables import HrEvent
from inventory.storage.rows import Row, add, change, col, find, get, id_of, table_of

_CASE = table_of(ProvisioningCase)
_EVENT = table_of(HrEvent)


@dataclass(frozen=True, slots=True)
class Person:
    """Whose cases they are.

    Attributes:
        events: All events, as rows.
        employments: Id of the employment by root of the period.
    """

    id: int
    events: Sequence[Row]
    employments: Mapping[str, int]


def follow_plan(
    context: CaseContext, person: Person, planned: Sequence[PlannedCase]
) -> list[int]:
    """Let the cases of a person be as planned; return their ids, the earliest first."""
    events = {key_of(event): event for event in person.events}
    taken: list[int] = []
    for plan in planned:
        case = _case_for(context, plan, events, taken) or _open_case(
            context, person, plan, events
        )
        taken.append(case["id"])
        _link_events(context, case["id"], plan, events)
        case = _update_case(context, person, case, plan)
        update_lines(context, case, plan)
        _settle_case(context, case, plan)
    for case in _unplanned_cases(context, person.id, taken):
        gone = _cancellation_of(case)
        change(
            context.work,
            ProvisioningCase,
            case["id"],
            {"facts": case["facts"] | {"cancelled": True}},
        )
        update_lines(context, case, gone)
        _settle_case(context, case, gone)
    return taken


def _case_for(
    context: CaseContext,
    plan: PlannedCase,
    events: Mapping[str, Row],
    taken: Sequence[int],
) -> Row | None:
    """Return the case that carries out one of these events already."""
    for key in plan.events:
        number = events[key]["case_id"] if key in events else None
        if number is None or number in taken:
            continue
        case = get(context.connection, ProvisioningCase, number, lock=True)
        if case["kind"] == plan.kind:
            return case
    return None


def _open_case(
    context: CaseContext, person: Person, plan: PlannedCase, events: Mapping[str, Row]
) -> Row:
    site = site_of(context.connection, plan.terms.get("location"))
    first = min(events[key]["effective_on"] for key in plan.events if key in events)
    key = f"{person.id}/{plan.kind}/{first}"
    number = 1
    while find(context.connection, ProvisioningCase, key=_numbered(key, number)):
        number += 1
    values = {
        "key": _numbered(key, number),
        "kind": str(plan.kind),
        "person_id": person.id,
        "employment_id": person.employments.get(plan.period),
        "effective_on": plan.on,
        "quiet": plan.quiet,
        "site": site,
        "facts": _facts(plan),
        "opened_on": context.today(site),
    }
    case_id = add(context.work, ProvisioningCase, values)
    case = get(context.connection, ProvisioningCase, case_id)
    emit_case_changed(context, case, "opened")
    return case


def _numbered(key: str, number: int) -> str:
    return key if number == 1 else f"{key}#{number}"


def _link_events(
    context: CaseContext, case_id: int, plan: PlannedCase, events: Mapping[str, Row]
) -> None:
    ids = [
        events[key]["id"]
        for key in plan.events
        if key in events and events[key]["case_id"] != case_id
    ]
    if ids:
        context.connection.execute(
            update(_EVENT).where(id_of(HrEvent).in_(ids)).values(case_id=case_id)
        )


def _update_case(
    context: CaseContext, person: Person, case: Row, plan: PlannedCase
) -> Row:
    values = {
        "effective_on": case["effective_on"] if plan.cancelled else plan.on,
        "quiet": plan.quiet,
        "site": site_of(context.connection, plan.terms.get("location")),
        "facts": _facts(plan),
        "employment_id": person.employments.get(plan.period),
    }
    if change(context.work, ProvisioningCase, case["id"], values):
        context.connection.execute(
            update(_CASE)
            .where(id_of(ProvisioningCase) == case["id"])
            .values(version=col(ProvisioningCase.version) + 1)
        )
        emit_case_changed(context, case, "changed")
    return get(context.connection, ProvisioningCase, case["id"])


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


def _settle_case(context: CaseContext, case: Row, plan: PlannedCase) -> None:
    today = context.today(case["site"])
    over = plan.over or today > plan.on or plan.kind is CaseKind.JOINING
    settle_case(context, case["id"], cancelled=plan.cancelled, over=over)


def _unplanned_cases(
    context: CaseContext, person_id: int, taken: Sequence[int]
) -> list[Row]:
    """Return cases of a person that nothing asks for any more."""
    query = select(_CASE).where(
        col(ProvisioningCase.person_id) == person_id,
        id_of(ProvisioningCase).not_in(taken),
        col(ProvisioningCase.state) != "cancelled",
    )
    rows = (
        context.connection.execute(query.order_by(id_of(ProvisioningCase)))
        .mappings()
        .all()
    )
    return [dict(row) for row in rows]


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
