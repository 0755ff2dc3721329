"""What HR said and a person has to settle: tasks that follow from a person's events."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select, bindparam, or_, select, update

from inventory.hr.context import CaseContext
from inventory.hr.person_file import PersonFile
from inventory.kernel.texts import N_, Said
from inventory.provisioning.statements.employment_periods import Timeline
from inventory.provisioning.tables import HrEvent, Task
from inventory.provisioning.tasks import close_task, task_values
from inventory.storage.rows import Row, add_many, col, id_of, table_of

PARKED = "parked-event"
UNKNOWN_MANAGER = "unknown-manager"
_KINDS = ("conflict", PARKED, UNKNOWN_MANAGER, "foreign-unit", "department-wanted")
"""Kinds of tasks that follow from events; they close when they hold no more."""
_SUBJECTS = {
    UNKNOWN_MANAGER: N_("A manager is not known: {about}"),
    "foreign-unit": N_("A unit of another legal entity: {about}"),
    "department-wanted": N_("Where does somebody go in another legal entity?"),
}
_TASK, _EVENT = table_of(Task), table_of(HrEvent)


def follow_timeline(context: CaseContext, file: PersonFile, timeline: Timeline) -> None:
    """Open the tasks that a person's events ask for; close those that hold no more."""
    wanted = {
        task["key"]: task
        for values in (*_conflicts(timeline), *_findings(timeline), *_parked(file))
        for task in [task_values(context.work, person_id=file.id, **values)]
    }
    if file.new and not wanted:
        return
    ids = [event["id"] for event in (*file.events, *file.contested)]
    query = select(id_of(Task), col(Task.key)).where(
        col(Task.closed_at).is_(None),
        col(Task.kind).in_(_KINDS),
        or_(col(Task.person_id) == file.id, col(Task.event_id).in_(ids)),
    )
    open_now = {key: number for number, key in context.connection.execute(query)}
    new = [task for key, task in wanted.items() if key not in open_now]
    add_many(context.work, Task, new)
    for key, number in open_now.items():
        if key not in wanted:
            close_task(context.work, number, Said(N_("it holds no more")))


def _conflicts(timeline: Timeline) -> Iterator[Row]:
    """Yield a task for each field of which sources say different things."""
    fields = {}
    for each in timeline.conflicts:
        fields[each.field] = Said(
            N_("{source} says {value}, {other} says {refused}; the former applies"),
            source=each.applied.source,
            value=each.applied.value,
            other=each.refused.source,
            refused=each.refused.value,
        )
    for field, detail in fields.items():
        about = field.replace("_", " ")
        subject = Said(N_("Sources differ: {field}"), field=about)
        yield _task("conflict", field, subject, detail)


def _findings(timeline: Timeline) -> Iterator[Row]:
    for each in timeline.findings:
        subject = Said(_SUBJECTS[each.kind], about=each.about)
        yield _task(each.kind, each.about, subject, each.detail)


def _parked(file: PersonFile) -> Iterator[Row]:
    parked = [event for event in file.events if event["verdict"] == "parked"]
    for event in (*parked, *file.contested):
        yield _of_event(event)


def _of_event(event: Row) -> Row:
    kind = event["kind"].replace("_", " ")
    reason = event["verdict_reason"]
    detail = Said(
        N_("{reason} Correct it, withdraw it or force it: event {id}.")
        if str(reason).endswith(".")
        else N_("{reason}. Correct it, withdraw it or force it: event {id}."),
        reason=reason,
        id=event["id"],
    )
    subject = Said(
        N_("An event waits: {kind} on {day} ({source})"),
        kind=kind,
        day=event["effective_on"],
        source=event["source"],
    )
    return _task(PARKED, str(event["id"]), subject, detail) | {"event_id": event["id"]}


def _task(kind: str, key: str, subject: str, detail: str) -> Row:
    return {
        "kind": kind,
        "key": key,
        "subject": subject,
        "detail": detail,
        "source": "hr",
    }


def ask_who_is_meant(context: CaseContext, event: Row) -> None:
    """Open a task for an event about somebody nobody has announced."""
    values: dict[str, Any] = _of_event(event)
    values["subject"] = Said(
        N_("{waits}: nobody has the id {id}"),
        waits=values["subject"],
        id=event["employee_id"],
    )
    add_many(context.work, Task, [task_values(context.work, **values)])


def supersede(context: CaseContext, event: Row, reason: str) -> None:
    """Note that an event of nobody was replaced by another."""
    context.connection.execute(
        update(_EVENT)
        .where(id_of(HrEvent) == event["id"])
        .values(verdict="superseded", verdict_reason=reason)
    )
    close_of_event(context, event["id"], reason)


def close_of_event(context: CaseContext, event_id: int, outcome: str) -> None:
    """Close the open tasks about an event."""
    query = select(id_of(Task)).where(
        col(Task.event_id) == event_id, col(Task.closed_at).is_(None)
    )
    for number in context.connection.execute(query).scalars().all():
        close_task(context.work, number, outcome)


def ends_of_keys(name: str) -> str:
    """Return the pattern of keys of tasks about somebody who is called that."""
    plain = name.replace("/", "//").replace("%", "/%").replace("_", "/_")
    return f"%//{plain}"


def led_by_nobody(*parameters: str) -> Select[Any]:
    """Return the query for persons whose manager is unknown, and was called that.

    Args:
        parameters: Names of parameters that are patterns of `ends_of_keys`.
    """
    return select(col(Task.person_id)).where(
        col(Task.closed_at).is_(None),
        col(Task.kind) == UNKNOWN_MANAGER,
        col(Task.person_id).is_not(None),
        or_(*(col(Task.key).like(bindparam(each), escape="/") for each in parameters)),
    )
