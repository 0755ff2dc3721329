"""Tasks: what a person has to look at or to decide. Imports `storage`.

Anybody who meets a contradiction opens one instead of guessing::

    open_task(work, "confirm-leaver", person_id=7, subject="Sari Wijaya",
              source="scim:entra", detail="active became false")
"""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select

from inventory.kernel.errors import Invalid, NotAllowed
from inventory.kernel.texts import N_
from inventory.provisioning.tables import Task
from inventory.storage.rows import Row, add, change, col, get, id_of, table_of
from inventory.storage.work import UnitOfWork

_TASK = table_of(Task)
DUE_DAYS = 3
"""Days to look at a task, unless the caller knows better."""


def open_task(
    work: UnitOfWork,
    kind: str,
    *,
    source: str,
    person_id: int | None = None,
    case_id: int | None = None,
    line_id: int | None = None,
    subject: str = "",
    detail: str = "",
    owner: str = "hr",
    due_on: date | None = None,
    key: str = "",
) -> int:
    """Open a task; return its id, or that of the open one about the same.

    Args:
        work: The unit of work.
        kind: What is to be decided, such as `confirm-leaver`.
        source: Who raises it, such as `scim:entra` or `scan:12`.
        person_id: The person it is about.
        case_id: The case it is about.
        line_id: The line it is about.
        subject: What it is about, for a person.
        detail: What was seen.
        owner: Role that has to act: hr, it, accounting or manager.
        due_on: By when; in three days without.
        key: Tells tasks of one kind apart, if person, case and line do not.
    """
    values = task_values(
        work,
        kind,
        source=source,
        person_id=person_id,
        case_id=case_id,
        line_id=line_id,
        subject=subject,
        detail=detail,
        owner=owner,
        due_on=due_on,
        key=key,
    )
    query = select(id_of(Task)).where(
        col(Task.key) == values["key"], col(Task.closed_at).is_(None)
    )
    known = work.connection.execute(query.order_by(id_of(Task))).scalars().first()
    return int(known) if known is not None else add(work, Task, values)


def task_values(
    work: UnitOfWork,
    kind: str,
    *,
    source: str,
    person_id: int | None = None,
    case_id: int | None = None,
    line_id: int | None = None,
    event_id: int | None = None,
    subject: str = "",
    detail: str = "",
    owner: str = "hr",
    due_on: date | None = None,
    key: str = "",
) -> Row:
    """Return the columns of a task; arguments as of `open_task`."""
    return {
        "key": key_of(kind, person_id, case_id, line_id, key=key),
        "kind": kind,
        "subject": subject,
        "person_id": person_id,
        "case_id": case_id,
        "line_id": line_id,
        "event_id": event_id,
        "source": source,
        "detail": detail,
        "owner": owner,
        "due_on": due_on or work.clock().date() + timedelta(days=DUE_DAYS),
    }


def key_of(kind: str, *ids: int | None, key: str = "") -> str:
    """Return what tells a task from others: kind, person, case, line, and the rest."""
    each = (*ids, None, None, None)[:3]
    return "/".join([kind, *(str(one or "") for one in each), key])


def close_task(work: UnitOfWork, task_id: int, outcome: str) -> bool:
    """Close a task with what was decided; return whether that is new.

    Raises:
        NotFound: There is no such task.
        Invalid: It is not said what was decided.
        NotAllowed: It was closed with another outcome.
    """
    if not outcome.strip():
        raise Invalid(
            N_("Say what was decided."),
            where="outcome",
        )
    row = get(work.connection, Task, task_id, lock=True)
    if row["closed_at"] is not None:
        if row["outcome"] == outcome:
            return False
        raise NotAllowed(
            N_("The task was closed: {outcome}."),
            where="task",
            outcome=row["outcome"],
        )
    values = {
        "closed_at": work.clock(),
        "closed_by": work.actor,
        "outcome": outcome.strip(),
    }
    return change(work, Task, task_id, values, action="close")


def close_tasks(work: UnitOfWork, kind: str, outcome: str, **ids: int | str) -> int:
    """Close the open tasks of a kind about something that no longer holds."""
    query = select(id_of(Task)).where(
        col(Task.kind) == kind, col(Task.closed_at).is_(None)
    )
    for name, value in ids.items():
        query = query.where(_TASK.c[name] == value)
    found = list(work.connection.execute(query).scalars())
    return sum(close_task(work, number, outcome) for number in found)
