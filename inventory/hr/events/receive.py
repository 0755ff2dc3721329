"""An HR event comes in: who is it, is it new, and what follows. Imports the others.

The event, the case, its lines, reservations and messages to others are one transaction.
What follows depends on all events of the person together, so late and doubled ones end
in the same state as those that came in order.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from inventory.hr.context import CaseContext
from inventory.hr.events import person_match, questions, sources
from inventory.hr.events.follow import follow_person
from inventory.hr.events.merge_persons import join_by_number
from inventory.hr.person_file import WITHOUT_EFFECT, file_of_stranger
from inventory.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from inventory.kernel.texts import N_, Said
from inventory.provisioning.statements.event_format import Incoming
from inventory.provisioning.tables import HrEvent
from inventory.storage.rows import Row, add, change, col, find, get, id_of

UNKNOWN = Said(N_("nobody of that id was announced yet"))


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
    seen = sources.look(context, incoming)
    if seen.event is not None:
        return _repetition(incoming, seen.event)
    data, units = person_match.checked_data(context, incoming)
    if seen.person_id is not None:
        match = person_match.Match(seen.person_id)
    else:
        match = person_match.find_person(context, incoming, data)
    source = seen.source or sources.source_named(context, incoming.source)
    row = _store_event(context, incoming, data, match.person_id, source)
    replaced = _replaced_owner(context, row)
    if row["verdict"] == "held":
        return Outcome(True, row)
    if match.person_id is None:
        row = _of_nobody(context, row)
        cases: list[int] = []
    elif match.row is not None:
        free = match.number_free
        added = file_of_stranger(context, match.row, row, units, number_free=free)
        cases = follow_person(context, match.person_id, added)
    else:
        if seen.person_id is not None:
            join_by_number(context, row)
        cases = settle_event(context, row)
    if replaced not in (None, match.person_id):
        follow_person(context, int(replaced))
    for person_id in match.led:
        follow_person(context, person_id)
    if not match.new:
        row = get(context.connection, HrEvent, row["id"])
    return Outcome(True, row, tuple(cases))


def settle_event(context: CaseContext, row: Row) -> list[int]:
    """Let everything follow an event that counts; park it if the register refuses.

    Returns:
        The cases of the person.
    """
    try:
        with context.work.savepoint():
            return follow_person(context, row["person_id"])
    except (Conflict, Invalid, NotAllowed, NotFound) as error:
        values = {"verdict": "conflict", "verdict_reason": error.problem}
        change(context.work, HrEvent, row["id"], values, action="park")
        return follow_person(context, row["person_id"])


def _repetition(incoming: Incoming, known: Row) -> Outcome:
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
    context: CaseContext,
    incoming: Incoming,
    data: Row,
    person_id: int | None,
    source: Row,
) -> Row:
    reason = sources.hold_reason(context, source, incoming.kind)
    values: Row = {
        "source": incoming.source,
        "event_id": incoming.event_id,
        "kind": str(incoming.kind),
        "employee_id": incoming.employee_id,
        "number": person_match.number_named(incoming.employee_id, data),
        "person_id": person_id,
        "effective_on": incoming.on,
        "asserted_at": incoming.asserted_at or context.work.clock(),
        "data": data,
        "digest": incoming.digest,
        "replaces": data.get("replaces"),
        "verdict": "held" if reason else "parked",
        "verdict_reason": reason or UNKNOWN,
    }
    event_id = add(context.work, HrEvent, values)
    recorded_at = context.work.clock()
    more = {"forced": False, "case_id": None, "recorded_at": recorded_at}
    return {"id": event_id, **more, **values}


def _of_nobody(context: CaseContext, row: Row) -> Row:
    """Ask who is meant, unless its source said something else instead before."""
    query = select(col(HrEvent.employee_id)).where(
        col(HrEvent.replaces) == row["event_id"],
        col(HrEvent.source) == row["source"],
        col(HrEvent.verdict).not_in(WITHOUT_EFFECT),
        id_of(HrEvent) != row["id"],
    )
    about = context.connection.execute(query.limit(1)).scalar()
    if about is None:
        questions.ask_who_is_meant(context, row)
        return row
    questions.supersede(
        context,
        row,
        Said(
            N_("{source} replaced it by one about {about}"),
            source=row["source"],
            about=about,
        ),
    )
    return get(context.connection, HrEvent, row["id"])


def _replaced_owner(context: CaseContext, row: Row) -> int | None:
    """Return the person whose event this one replaces; settle one of nobody's."""
    if not row["replaces"] or row["verdict"] == "held":
        return None
    name = {"source": row["source"], "event_id": row["replaces"]}
    old = find(context.connection, HrEvent, **name)
    if old is None or old["id"] == row["id"]:
        return None
    if old["person_id"] is None:
        reason = Said(
            N_("{source} replaced it by one about {employee_id}"),
            source=row["source"],
            employee_id=row["employee_id"],
        )
        questions.supersede(context, old, reason)
        return None
    return int(old["person_id"])
