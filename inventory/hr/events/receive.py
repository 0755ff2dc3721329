"""An HR event comes in: who is it, is it new, and what follows. Imports the others.

The event, the case, its lines, reservations and messages to others are one transaction.
What follows depends on all events of the person together, so late and doubled ones end
in the same state as those that came in order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select, update

from inventory.hr.cases.follow_plan import Person, follow
from inventory.hr.context import Hand
from inventory.hr.events import person_match, sources
from inventory.hr.events.employments import employ_as
from inventory.hr.history import events_of, key_of, known_of, said, site_of
from inventory.kernel.errors import Conflict
from inventory.people import tables as people
from inventory.provisioning.authority import Conflict as Difference
from inventory.provisioning.employment_periods import Timeline
from inventory.provisioning.event_format import Incoming
from inventory.provisioning.plan import plan
from inventory.provisioning.tables import HrEvent, Task
from inventory.provisioning.tasks import close_task, open_task
from inventory.provisioning.timeline import fold
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


def receive(hand: Hand, incoming: Incoming) -> Outcome:
    """Take in an event; the caller commits.

    Raises:
        Conflict: The source used the id for something else, or the personnel number
            belongs to somebody else.
        NotFound: It names a unit that is not known.
        Invalid: Something is missing.
    """
    hand.alone()
    name = {"source": incoming.source, "event_id": incoming.event_id}
    known = find(hand.connection, HrEvent, **name)
    if known is not None:
        return _again(hand, incoming, known)
    data = person_match.checked(hand, incoming)
    person_id = person_match.person_of(hand, incoming, data)
    row = _keep(hand, incoming, data, person_id)
    if row["verdict"] == "held" or person_id is None:
        return Outcome(True, row)
    cases = follow_person(hand, person_id)
    return Outcome(True, get(hand.connection, HrEvent, row["id"]), tuple(cases))


def _again(hand: Hand, incoming: Incoming, known: Row) -> Outcome:
    if known["digest"] != incoming.digest:
        raise Conflict(
            f"{incoming.source} used the id {incoming.event_id!r} for another event.",
            where="id",
            remedy="Send a correction as an event of its own, with a new id.",
        )
    ids = () if known["case_id"] is None else (known["case_id"],)
    return Outcome(False, known, ids)


def _keep(hand: Hand, incoming: Incoming, data: Row, person_id: int | None) -> Row:
    source = sources.source_named(hand, incoming.source)
    event_id = add(
        hand.work,
        HrEvent,
        {
            "source": incoming.source,
            "event_id": incoming.event_id,
            "kind": str(incoming.kind),
            "employee_id": incoming.employee_id,
            "person_id": person_id,
            "effective_on": incoming.on,
            "said_at": incoming.said_at or hand.work.clock(),
            "data": data,
            "digest": incoming.digest,
            "why": "nobody of that id was announced yet",
        },
    )
    why = sources.why_held(hand, source, incoming.kind)
    if why:
        _judge(hand, event_id, "held", why)
    return get(hand.connection, HrEvent, event_id)


def _judge(hand: Hand, event_id: int, verdict: str, why: str) -> None:
    hand.connection.execute(
        update(_EVENT)
        .where(id_of(HrEvent) == event_id)
        .values(verdict=verdict, why=why)
    )


def follow_person(hand: Hand, person_id: int) -> list[int]:
    """Let employments, cases and lines of a person follow all that was said.

    Returns:
        The cases there are, in the order they take effect.
    """
    get(hand.connection, people.Person, person_id, lock=True)
    timeline, events = _timeline(hand, person_id)
    spoken = {key_of(event): event for event in events}
    employments = employ_as(hand, person_id, timeline, spoken)
    if person_match.adopt(hand, person_id):
        timeline, events = _timeline(hand, person_id)
        spoken = {key_of(event): event for event in events}
        employments = employ_as(hand, person_id, timeline, spoken)
    for key, verdict in timeline.verdicts.items():
        event = spoken.get(key)
        if event and (event["verdict"], event["why"]) != (verdict.name, verdict.why):
            _judge(hand, event["id"], verdict.name, verdict.why)
    today = hand.today(_site(hand, timeline))
    person = Person(person_id, events, employments)
    cases = follow(hand, person, plan(timeline, hand.rules.kits, today))
    _conflicts(hand, person_id, timeline.conflicts)
    return cases


def _timeline(hand: Hand, person_id: int) -> tuple[Timeline, list[Row]]:
    events = [
        event
        for event in events_of(hand.connection, person_id)
        if event["verdict"] != "held"
    ]
    known = [one for _, one, _ in known_of(hand.connection, person_id)]
    return fold(map(said, events), hand.rules.authority, known), events


def _site(hand: Hand, timeline: Timeline) -> str:
    for stint in reversed(timeline.stints):
        if stint.terms.get("location"):
            return site_of(hand.connection, stint.terms["location"])
    return ""


def _conflicts(hand: Hand, person_id: int, found: Sequence[Difference]) -> None:
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
            hand.work,
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
    for number in hand.connection.execute(query).scalars().all():
        close_task(hand.work, number, "the sources agree")
