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

from inventory.hr.cases.case_lines import follow_lines
from inventory.hr.cases.case_records import settle_case, tell_case
from inventory.hr.context import Hand
from inventory.hr.history import key_of, site_of
from inventory.provisioning.case_tables import ProvisioningCase
from inventory.provisioning.plan import CaseKind, Planned
from inventory.provisioning.tables import HrEvent
from inventory.storage.rows import Row, add, change, col, find, get, id_of, table_of

_CASE = table_of(ProvisioningCase)
_EVENT = table_of(HrEvent)


@dataclass(frozen=True, slots=True)
class Person:
    """Whose cases they are.

    Attributes:
        events: All events, as rows.
        employments: Id of the employment by root of the stint.
    """

    id: int
    events: Sequence[Row]
    employments: Mapping[str, int]


def follow(hand: Hand, person: Person, planned: Sequence[Planned]) -> list[int]:
    """Let the cases of a person be as planned; return their ids, the earliest first."""
    events = {key_of(event): event for event in person.events}
    taken: list[int] = []
    for plan in planned:
        case = _case_of(hand, plan, events, taken) or _open(hand, person, plan, events)
        taken.append(case["id"])
        _link(hand, case["id"], plan, events)
        case = _correct(hand, person, case, plan)
        follow_lines(hand, case, plan)
        _settle(hand, case, plan)
    for case in _left_over(hand, person.id, taken):
        gone = _gone(case)
        change(
            hand.work,
            ProvisioningCase,
            case["id"],
            {"facts": case["facts"] | {"cancelled": True}},
        )
        follow_lines(hand, case, gone)
        _settle(hand, case, gone)
    return taken


def _case_of(
    hand: Hand, plan: Planned, events: Mapping[str, Row], taken: Sequence[int]
) -> Row | None:
    """Return the case that carries out one of these events already."""
    for key in plan.events:
        number = events[key]["case_id"] if key in events else None
        if number is None or number in taken:
            continue
        case = get(hand.connection, ProvisioningCase, number, lock=True)
        if case["kind"] == plan.kind:
            return case
    return None


def _open(hand: Hand, person: Person, plan: Planned, events: Mapping[str, Row]) -> Row:
    site = site_of(hand.connection, plan.terms.get("location"))
    first = min(events[key]["effective_on"] for key in plan.events if key in events)
    key = f"{person.id}/{plan.kind}/{first}"
    number = 1
    while find(hand.connection, ProvisioningCase, key=_numbered(key, number)):
        number += 1
    values = {
        "key": _numbered(key, number),
        "kind": str(plan.kind),
        "person_id": person.id,
        "employment_id": person.employments.get(plan.stint),
        "effective_on": plan.on,
        "quiet": plan.quiet,
        "site": site,
        "facts": _facts(plan),
        "opened_on": hand.today(site),
    }
    case_id = add(hand.work, ProvisioningCase, values)
    case = get(hand.connection, ProvisioningCase, case_id)
    tell_case(hand, case, "opened")
    return case


def _numbered(key: str, number: int) -> str:
    return key if number == 1 else f"{key}#{number}"


def _link(hand: Hand, case_id: int, plan: Planned, events: Mapping[str, Row]) -> None:
    ids = [
        events[key]["id"]
        for key in plan.events
        if key in events and events[key]["case_id"] != case_id
    ]
    if ids:
        hand.connection.execute(
            update(_EVENT).where(id_of(HrEvent).in_(ids)).values(case_id=case_id)
        )


def _correct(hand: Hand, person: Person, case: Row, plan: Planned) -> Row:
    values = {
        "effective_on": case["effective_on"] if plan.cancelled else plan.on,
        "quiet": plan.quiet,
        "site": site_of(hand.connection, plan.terms.get("location")),
        "facts": _facts(plan),
        "employment_id": person.employments.get(plan.stint),
    }
    if change(hand.work, ProvisioningCase, case["id"], values):
        hand.connection.execute(
            update(_CASE)
            .where(id_of(ProvisioningCase) == case["id"])
            .values(version=col(ProvisioningCase.version) + 1)
        )
        tell_case(hand, case, "changed")
    return get(hand.connection, ProvisioningCase, case["id"])


def _facts(plan: Planned) -> dict[str, Any]:
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


def _settle(hand: Hand, case: Row, plan: Planned) -> None:
    today = hand.today(case["site"])
    over = plan.over or today > plan.on or plan.kind is CaseKind.JOINING
    settle_case(hand, case["id"], cancelled=plan.cancelled, over=over)


def _left_over(hand: Hand, person_id: int, taken: Sequence[int]) -> list[Row]:
    """Return cases of a person that nothing asks for any more."""
    query = select(_CASE).where(
        col(ProvisioningCase.person_id) == person_id,
        id_of(ProvisioningCase).not_in(taken),
        col(ProvisioningCase.state) != "cancelled",
    )
    rows = (
        hand.connection.execute(query.order_by(id_of(ProvisioningCase)))
        .mappings()
        .all()
    )
    return [dict(row) for row in rows]


def _gone(case: Row) -> Planned:
    return Planned(
        kind=CaseKind(case["kind"]),
        events=(),
        stint="",
        on=case["effective_on"],
        cancelled=True,
        quiet=case["quiet"],
        terms=case["facts"].get("terms", {}),
    )
