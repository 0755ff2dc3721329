"""A person settles an event that contradicts: corrected, withdrawn, forced, assigned.

Nothing is erased: the event stays with its verdict, and who decided is in the audit
trail.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select

from inventory.hr.context import CaseContext
from inventory.hr.events import questions
from inventory.hr.events.follow import follow_person
from inventory.hr.events.receive import Outcome, receive, settle_event
from inventory.kernel.errors import Invalid, NotAllowed
from inventory.kernel.texts import N_, Said
from inventory.provisioning.statements.event_format import Incoming
from inventory.provisioning.statements.event_kinds import EventKind
from inventory.provisioning.tables import HrEvent
from inventory.storage.rows import Row, change, col, find, get, table_of

_EVENT = table_of(HrEvent)
_OPEN = ("parked", "conflict")


def withdraw(context: CaseContext, event_id: int, remark: str) -> None:
    """Let an event count no more; what it replaced counts again.

    Raises:
        Invalid: It is not said why.
        NotAllowed: It was withdrawn already.
    """
    if not remark.strip():
        raise Invalid(N_("Say why."), where="remark")
    row = _locked(context, event_id)
    if row["verdict"] == "withdrawn":
        raise NotAllowed(N_("The event was withdrawn already."), where="event")
    values = {"verdict": "withdrawn", "verdict_reason": remark.strip()}
    change(context.work, HrEvent, event_id, values, action="withdraw")
    questions.close_of_event(context, event_id, f"withdrawn: {remark.strip()}")
    for person_id in _concerned(context, row):
        follow_person(context, person_id)


def force(context: CaseContext, event_id: int, remark: str) -> None:
    """Let an event hold though it contradicts what was said before.

    Raises:
        Invalid: It is not said why.
        NotAllowed: It does not wait, or it cannot hold whatever a person decides.
    """
    if not remark.strip():
        raise Invalid(N_("Say why."), where="remark")
    row = _waiting(context, event_id)
    if row["person_id"] is None:
        raise NotAllowed(
            N_("It is not known whom the event is about."),
            where="event",
            remedy=N_("Say who is meant, or correct it."),
        )
    values = {"forced": True, "verdict": "parked", "verdict_reason": remark.strip()}
    change(context.work, HrEvent, event_id, values, action="force")
    follow_person(context, row["person_id"])
    after = get(context.connection, HrEvent, event_id)
    if after["verdict"] in _OPEN:
        raise NotAllowed(
            N_("It cannot hold: {reason}."),
            where="event",
            remedy=N_("Send what is missing first, correct it or withdraw it."),
            reason=after["verdict_reason"],
        )


def assign(context: CaseContext, event_id: int, person_id: int) -> None:
    """Say whom an event is about that named an unknown id.

    Raises:
        NotAllowed: Somebody is known to be meant already.
    """
    row = _waiting(context, event_id)
    if row["person_id"] is not None:
        raise NotAllowed(
            N_("The event is about somebody already."),
            where="event",
            remedy=N_("Correct it, with the right employee id."),
        )
    change(context.work, HrEvent, event_id, {"person_id": person_id}, action="assign")
    questions.close_of_event(context, event_id, Said(N_("it is said who is meant")))
    settle_event(context, {**row, "person_id": person_id})


def retry(context: CaseContext, event_id: int) -> None:
    """Try an event again that contradicted the register.

    Raises:
        NotAllowed: It did not.
    """
    row = _waiting(context, event_id)
    if row["person_id"] is None:
        text = N_("It is not known whom the event is about.")
        raise NotAllowed(text, where="event")
    values = {"verdict": "parked", "verdict_reason": Said(N_("tried again"))}
    change(context.work, HrEvent, event_id, values, action="retry")
    settle_event(context, row)


def correct(context: CaseContext, event_id: int, changes: Mapping[str, Any]) -> Outcome:
    """Say what an event should have said; it is replaced by one that says so.

    Args:
        context: The change.
        event_id: The event.
        changes: `employee_id`, `effective_on`, `kind` and fields of `data`; None takes
            a field out.

    Returns:
        What became of the new event.

    Raises:
        Invalid: Nothing is corrected, or a value is not accepted.
    """
    row = _locked(context, event_id)
    if row["verdict"] == "withdrawn":
        raise NotAllowed(N_("The event was withdrawn already."), where="event")
    given = dict(changes)
    employee = given.pop("employee_id", row["employee_id"])
    day: date = given.pop("effective_on", row["effective_on"])
    kind = EventKind(given.pop("kind", row["kind"]))
    data = {k: v for k, v in {**row["data"], **given}.items() if v is not None}
    data.pop("replaces", None)
    incoming = Incoming(
        source=row["source"],
        event_id=_free_id(context, row),
        kind=kind,
        employee_id=employee,
        on=day,
        # In its place among the others: it says what was meant then.
        asserted_at=row["asserted_at"] + timedelta(microseconds=1),
        data=data,
    )
    if (employee, day, kind, data) == (
        row["employee_id"],
        row["effective_on"],
        row["kind"],
        {k: v for k, v in row["data"].items() if k != "replaces"},
    ):
        raise Invalid(N_("Say what is to be corrected."), where="event")
    return receive(
        context, replace(incoming, data=data | {"replaces": row["event_id"]})
    )


def _free_id(context: CaseContext, row: Row) -> str:
    query = select(func.count()).where(
        col(HrEvent.source) == row["source"],
        col(HrEvent.event_id).startswith(f"{row['event_id']}~", autoescape=True),
    )
    count = context.connection.execute(query).scalar_one()
    return f"{row['event_id']}~{count + 1}"


def _locked(context: CaseContext, event_id: int) -> Row:
    context.lock_cases()
    return get(context.connection, HrEvent, event_id, lock=True)


def _waiting(context: CaseContext, event_id: int) -> Row:
    row = _locked(context, event_id)
    if row["verdict"] not in _OPEN:
        raise NotAllowed(
            N_("The event does not wait: it is {verdict}."),
            where="event",
            verdict=row["verdict"],
        )
    return row


def _concerned(context: CaseContext, row: Row) -> list[int]:
    """Return the persons of an event and of the one it replaced."""
    found = [row["person_id"]]
    if row["replaces"]:
        name = {"source": row["source"], "event_id": row["replaces"]}
        old = find(context.connection, HrEvent, **name)
        found.append(old and old["person_id"])
    return sorted({person for person in found if person is not None})
