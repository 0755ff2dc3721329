"""Who has which extension, phone and number, from - to. Imports `storage`, the rules.

Every change is audited; a second look at the same system writes times only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select, update
from sqlmodel import SQLModel

from inventory.kernel.errors import Conflict, NotFound
from inventory.kernel.spans import Span
from inventory.kernel.texts import N_
from inventory.storage.rows import (
    Row,
    add,
    change,
    chunks,
    col,
    explained,
    get,
    id_of,
    table_of,
)
from inventory.storage.work import UnitOfWork
from inventory.telecom import tables
from inventory.telecom.assignment_rules import (
    Assignment,
    AssignmentChange,
    PhoneOnExtension,
    change_assignment,
    ended_registrations,
)

_PAIRS = table_of(tables.ExtensionPhone)
_EXTENSION = table_of(tables.Extension)


def assign_person(
    work: UnitOfWork,
    extension_id: int,
    person_id: int | None,
    on: date,
    *,
    source: str,
    evidence: str = "hand",
) -> bool:
    """Give an extension to a person, or to nobody, from a day.

    Args:
        work: The unit of work.
        extension_id: Which.
        person_id: Whose it is; None for nobody's.
        on: The first day.
        source: `pbx:<name>`, or who says so.
        evidence: By what the person was recognised.

    Returns:
        Whether anything changed.

    Raises:
        NotFound: There is no such extension or person.
        Conflict: Another assignment is recorded for a later day.
    """
    get(work.connection, tables.Extension, extension_id, lock=True)
    known = assignments_of(
        work.connection, tables.ExtensionPerson, "extension_id", extension_id
    )
    step = change_assignment(known, person_id, on, source=source)
    with _explained(f"There is no person {person_id}."):
        return _write_change(
            work,
            tables.ExtensionPerson,
            step,
            on,
            {
                "extension_id": extension_id,
                "person_id": step.begin,
                "evidence": evidence,
                "source": source,
            },
        )


def route_number(
    work: UnitOfWork, number_id: int, extension_id: int | None, on: date, *, source: str
) -> bool:
    """Let a number lead to an extension, or to none, from a day; raises as above."""
    get(work.connection, tables.PhoneNumber, number_id, lock=True)
    known = assignments_of(
        work.connection, tables.NumberExtension, "number_id", number_id
    )
    step = change_assignment(known, extension_id, on, source=source)
    with _explained(f"There is no extension {extension_id}."):
        return _write_change(
            work,
            tables.NumberExtension,
            step,
            on,
            {"number_id": number_id, "extension_id": step.begin, "source": source},
        )


_ASSIGNEE_COLUMN = {
    tables.ExtensionPerson: "person_id",
    tables.NumberExtension: "extension_id",
}


def assignments_of(
    connection: Connection, model: type[SQLModel], key: str, key_id: int
) -> list[Assignment]:
    """Return all rows of a thing that one has at a time, the oldest first."""
    table, other = table_of(model), _ASSIGNEE_COLUMN[model]
    rows = connection.execute(
        select(table)
        .where(table.c[key] == key_id)
        .order_by(table.c.valid_from, table.c.id)
    )
    return [
        Assignment(
            row["id"],
            row[other],
            Span(row["valid_from"], row["valid_to"]),
            row["source"],
        )
        for row in rows.mappings()
    ]


_ASSIGNED_COLUMN = {
    tables.ExtensionPerson: "extension_id",
    tables.NumberExtension: "number_id",
}


def current_assignments(
    connection: Connection, model: type[SQLModel]
) -> dict[int, int]:
    """Return who or what has each thing now: its id -> the id at the other end."""
    table = table_of(model)
    query = select(
        table.c[_ASSIGNED_COLUMN[model]], table.c[_ASSIGNEE_COLUMN[model]]
    ).where(table.c.valid_to.is_(None))
    return {row[0]: row[1] for row in connection.execute(query)}


def _write_change(
    work: UnitOfWork,
    model: type[SQLModel],
    step: AssignmentChange,
    on: date,
    begin: Row,
) -> bool:
    if step.end is not None:
        end(work, model, step.end.id, max(on, step.end.span.start))
    if step.begin is not None:
        add(work, model, {**begin, "valid_from": on})
    return step != AssignmentChange()


def end(work: UnitOfWork, model: type[SQLModel], row_id: int, on: date) -> None:
    """End a dated row on the first day no more."""
    values = {"valid_to": on, "ended_recorded_at": work.clock()}
    change(work, model, row_id, values, action="end")


def record_phones(
    work: UnitOfWork,
    system_id: int,
    listed: Mapping[tuple[int, int], bool | None],
    at: datetime,
    *,
    source: str,
    whole: bool,
    keeps: bool,
) -> int:
    """Write which phones are on which extensions; return how many rows changed.

    Args:
        work: The unit of work.
        system_id: The telephone system that was read.
        listed: (extension, phone) -> whether it is registered now.
        at: When it was read.
        source: `pbx:<name>`.
        whole: The list is complete, so that what is not in it may be over.
        keeps: The system lists phones that are switched off too.
    """
    known = _open_pairs(work.connection, system_id)
    over = ended_registrations(known.values(), listed, at, keeps=keeps) if whole else {}
    for row_id, day in sorted(over.items()):
        end(work, tables.ExtensionPhone, row_id, day)
    begun = 0
    for pair, registered in sorted(listed.items(), key=lambda item: item[0]):
        if pair in known:
            continue
        if _recorded_for_later_day(work.connection, pair, at.date()):
            continue
        values: dict[str, Any] = dict(
            zip(("extension_id", "phone_id"), pair, strict=True)
        )
        values |= {"registered": registered, "last_seen": at, "source": source}
        add(work, tables.ExtensionPhone, values | {"valid_from": at.date()})
        begun += 1
    _record_times(work.connection, known, listed, at, whole=whole)
    return begun + len(over)


def _open_pairs(
    connection: Connection, system_id: int
) -> dict[tuple[int, int], PhoneOnExtension]:
    query = (
        select(_PAIRS)
        .join(
            _EXTENSION,
            id_of(tables.Extension) == col(tables.ExtensionPhone.extension_id),
        )
        .where(
            col(tables.Extension.system_id) == system_id,
            col(tables.ExtensionPhone.valid_to).is_(None),
        )
    )
    return {
        (row["extension_id"], row["phone_id"]): PhoneOnExtension(
            row["id"],
            row["extension_id"],
            row["phone_id"],
            row["valid_from"],
            row["source"],
            row["last_seen"],
        )
        for row in connection.execute(query).mappings()
    }


def _recorded_for_later_day(
    connection: Connection, pair: tuple[int, int], day: date
) -> bool:
    """Whether the pair is recorded for a later day already: the reading came late."""
    query = select(id_of(tables.ExtensionPhone)).where(
        col(tables.ExtensionPhone.extension_id) == pair[0],
        col(tables.ExtensionPhone.phone_id) == pair[1],
        col(tables.ExtensionPhone.valid_to) > day,
    )
    return connection.execute(query).first() is not None


def _record_times(
    connection: Connection,
    known: Mapping[tuple[int, int], PhoneOnExtension],
    listed: Mapping[tuple[int, int], bool | None],
    at: datetime,
    *,
    whole: bool,
) -> None:
    """Write times and states of rows that go on; these are no changes."""
    by_state: dict[bool | None, list[int]] = {}
    silent = []
    for pair, row in known.items():
        if row.last_seen > at:
            continue
        if pair in listed:
            by_state.setdefault(listed[pair], []).append(row.id)
        elif whole:
            silent.append(row.id)
    for state, ids in by_state.items():
        _update(connection, ids, {"registered": state, "last_seen": at})
    _update(connection, silent, {"registered": False})


def _update(connection: Connection, ids: Iterable[int], values: Row) -> None:
    for some in chunks(ids):
        connection.execute(
            update(_PAIRS).where(id_of(tables.ExtensionPhone).in_(some)).values(values)
        )


def _explained(text: str) -> Any:  # noqa: ANN401 - a context manager
    taken = Conflict(
        N_("Another assignment is recorded for that time."),
        where="on",
        remedy=N_("Look at the history; end that assignment first."),
    )
    absent = NotFound(text)
    return explained(
        {"FOREIGN KEY": absent, "fk_": absent, "overlap": taken, "_open": taken}
    )
