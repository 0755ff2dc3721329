"""An HR event comes in: who is it, is it new, and what follows. Imports the others.

The event, the case, its lines, reservations and messages to others are one transaction.
What follows depends on all events of the person together, so late and doubled ones end
in the same state as those that came in order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select, update

from inventory.hr.cases.follow_plan import Person, follow_plan
from inventory.hr.context import CaseContext
from inventory.hr.events import person_match, sources
from inventory.hr.events.employments import write_employments
from inventory.hr.history import (
    employments_before_events,
    events_of,
    key_of,
    site_of,
    statement_of,
)
from inventory.kernel.errors import Conflict
from inventory.kernel.texts import N_
from inventory.people import tables as people
from inventory.provisioning.authority import SourceConflict
from inventory.provisioning.employment_periods import Timeline
from inventory.provisioning.event_format import Incoming
from inventory.provisioning.plan import plan
from inventory.provisioning.tables import HrEvent, Task
from inventory.provisioning.tasks import close_task, open_task
from inventory.provisioning.timeline import build_timeline
from inventory.storage.rows import Row, add, col, find, get, id_of, table_of

_EVENT = table_of(HrEvent)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an event.

    Attributes:
        new: False for one that was received before.
        event: Its row, with verdict and why.
        case_ids: Cases of the person that are not over.
    """

    new: bool
    event: Row
    case_ids: tuple[int, ...] = ()


def receive(context: CaseContext, incoming: Incoming) -> Outcome:
    """Take in an event; the caller commits.

    Raises:
        Conflict: The source used the id for something else, or the personnel number
            belongs to somebody else.
        NotFound: It names a unit that is not known.
        Invalid: Something is missing.
    """
    context.lock_cases()
    name = {"source": incoming.source, "event_id": incoming.event_id}
    known = find(context.connection, HrEvent, **name)
    if known is not None:
        return _repetition(context, incoming, known)
    data = person_match.checked_data(context, incoming)
    person_id = person_match.find_person(context, incoming, data)
    row = _store_event(context, incoming, data, person_id)
    if row["verdict"] == "held" or person_id is None:
        return Outcome(True, row)
    cases = follow_person(context, person_id)
    return Outcome(True, get(context.connection, HrEvent, row["id"]), tuple(cases))


def _repetition(context: CaseContext, incoming: Incoming, known: Row) -> Outcome:
    if known["digest"] != incoming.digest:
        raise Conflict(
            N_("{source} used the id {event_id!r} for another event."),
            where="id",
            remedy=N_("Send a correction as an event of its own, with a new id."),
            source=incoming.source,
            event_id=incoming.event_id,
        )
    ids = () if known["case_id"] is None else (known["case_id"],)
    return Outcome(False, known, ids)


def _store_event(
    context: CaseContext, incoming: Incoming, data: Row, person_id: int | None
) -> Row:
    source = sources.source_named(context, incoming.source)
    event_id = add(
        context.work,
        HrEvent,
        {
            "source": incoming.source,
            "event_id": incoming.event_id,
            "kind": str(incoming.kind),
            "employee_id": incoming.employee_id,
            "person_id": person_id,
            "effective_on": incoming.on,
            "asserted_at": incoming.asserted_at or context.work.clock(),
            "data": data,
            "digest": incoming.digest,
            "verdict_reason": "nobody of that id was announced yet",
        },
    )
    reason = sources.hold_reason(context, source, incoming.kind)
    if reason:
        _set_verdict(context, event_id, "held", reason)
    return get(context.connection, HrEvent, event_id)


def _set_verdict(
    context: CaseContext, event_id: int, verdict: str, reason: str
) -> None:
    context.connection.execute(
        update(_EVENT)
        .where(id_of(HrEvent) == event_id)
        .values(verdict=verdict, verdict_reason=reason)
    )


def follow_person(context: CaseContext, person_id: int) -> list[int]:
    """Let employments, cases and lines of a person follow all that was said.

    Returns:
        The cases there are, in the order they take effect.
    """
    get(context.connection, people.Person, person_id, lock=True)
    timeline, events = _timeline(context, person_id)
    by_key = {key_of(event): event for event in events}
    employments = write_employments(context, person_id, timeline, by_key)
    if person_match.claim_waiting_events(context, person_id):
        timeline, events = _timeline(context, person_id)
        by_key = {key_of(event): event for event in events}
        employments = write_employments(context, person_id, timeline, by_key)
    for key, verdict in timeline.verdicts.items():
        event = by_key.get(key)
        if event and (event["verdict"], event["verdict_reason"]) != (
            verdict.name,
            verdict.reason,
        ):
            _set_verdict(context, event["id"], verdict.name, verdict.reason)
    today = context.today(_site_of_timeline(context, timeline))
    person = Person(person_id, events, employments)
    cases = follow_plan(context, person, plan(timeline, context.rules.kits, today))
    _update_conflict_tasks(context, person_id, timeline.conflicts)
    return cases


def _timeline(context: CaseContext, person_id: int) -> tuple[Timeline, list[Row]]:
    events = [
        event
        for event in events_of(context.connection, person_id)
        if event["verdict"] != "held"
    ]
    known = [
        one for _, one, _ in employments_before_events(context.connection, person_id)
    ]
    return build_timeline(
        map(statement_of, events), context.rules.authority, known
    ), events


def _site_of_timeline(context: CaseContext, timeline: Timeline) -> str:
    for period in reversed(timeline.periods):
        if period.terms.get("location"):
            return site_of(context.connection, period.terms["location"])
    return ""


def _update_conflict_tasks(
    context: CaseContext, person_id: int, found: Sequence[SourceConflict]
) -> None:
    """Open a task for each field of which sources say different things."""
    fields = {}
    for each in found:
        fields[each.field] = (
            f"{each.applied.source} says {each.applied.value}, {each.refused.source}"
            f" says {each.refused.value}; the former applies"
        )
    still = set()
    for field, detail in fields.items():
        number = open_task(
            context.work,
            "conflict",
            source=f"person:{person_id}",
            person_id=person_id,
            subject=f"Sources differ: {field.replace('_', ' ')}",
            detail=detail,
            key=field,
        )
        still.add(number)
    query = select(id_of(Task)).where(
        col(Task.kind) == "conflict",
        col(Task.person_id) == person_id,
        col(Task.closed_at).is_(None),
        id_of(Task).not_in(still),
    )
    for number in context.connection.execute(query).scalars().all():
        close_task(context.work, number, "the sources agree")
