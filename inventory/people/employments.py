"""Employments: begin, move, end; who works when and where. Imports `storage`, `rules`.

Every change is audited; saying the same twice changes nothing.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, or_, select

from inventory.kernel.errors import Conflict, InventoryError, NotFound
from inventory.kernel.events import EmploymentEnded, PersonEmployed, PersonMoved
from inventory.kernel.spans import Span
from inventory.kernel.texts import N_
from inventory.people import rules, tables
from inventory.people.rules import EmploymentTerms, RecordedPlacement
from inventory.storage.rows import (
    Row,
    add,
    change,
    col,
    explained,
    get,
    id_of,
    table_of,
)
from inventory.storage.work import UnitOfWork

_EMPLOYMENT = table_of(tables.Employment)
_PLACEMENT = table_of(tables.Placement)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEmployment:
    """An employment to begin.

    Attributes:
        number: Personnel number, with its leading zeros.
        source: Who says so, such as `hr:sap` or `file`.
        span: From the first day to the first day no more; open if not known.
        contract_end: End of a fixed term that is known but has not come.
    """

    legal_entity_id: int
    number: str
    source: str
    span: Span
    contract_end: date | None = None


def employ(
    work: UnitOfWork, person_id: int, new: NewEmployment, terms: EmploymentTerms
) -> int:
    """Begin an employment with its first placement; return its id.

    Saying it again returns the id it has; the placement is left as it is.

    Raises:
        NotFound: There is no such person, legal entity, department, ...
        Conflict: The number is in use at that time.
    """
    get(work.connection, tables.Person, person_id, lock=True)
    rows = (
        work.connection.execute(
            select(_EMPLOYMENT).where(
                col(tables.Employment.legal_entity_id) == new.legal_entity_id,
                col(tables.Employment.number) == new.number,
            )
        )
        .mappings()
        .all()
    )
    for row in rows:
        if row["person_id"] == person_id and row["valid_from"] == new.span.start:
            return int(row["id"])
    spans = [Span(row["valid_from"], row["valid_to"]) for row in rows]
    rules.check_employment(spans, new.span, new.number)
    with explained({"employment": _number_taken(new.number), **_no_reference()}):
        employment_id = add(
            work,
            tables.Employment,
            {
                "person_id": person_id,
                "legal_entity_id": new.legal_entity_id,
                "number": new.number,
                "source": new.source,
                "valid_from": new.span.start,
                "valid_to": new.span.end,
                "contract_end": new.contract_end,
            },
        )
    _place(work, employment_id, terms, new.span)
    work.emit(
        PersonEmployed(
            person_id=person_id, employment_id=employment_id, on=new.span.start
        )
    )
    return employment_id


def transfer(
    work: UnitOfWork, employment_id: int, terms: EmploymentTerms, on: date
) -> bool:
    """Let somebody work elsewhere from a day; return whether anything changed.

    Raises:
        NotFound: There is no such employment, department, cost centre, ...
        Invalid: The person is not employed on that day.
    """
    row = get(work.connection, tables.Employment, employment_id, lock=True)
    employed = Span(row["valid_from"], row["valid_to"])
    plan = rules.change_placement(
        placements(work.connection, employment_id), employed, terms, on
    )
    if plan.begin is None:
        return False
    _end(work, plan)
    _place(work, employment_id, plan.begin.value, plan.begin.span)
    work.emit(
        PersonMoved(person_id=row["person_id"], employment_id=employment_id, on=on)
    )
    return True


def end_employment(
    work: UnitOfWork, employment_id: int, on: date, reason: str = ""
) -> bool:
    """End an employment; `on` is the first day without; return whether it is news.

    Raises:
        NotFound: There is no such employment.
        Invalid: The employment begins later.
    """
    row = get(work.connection, tables.Employment, employment_id, lock=True)
    if row["valid_to"] == on:
        return False
    employed = Span(row["valid_from"], row["valid_to"])
    _end(
        work,
        rules.end_placements(placements(work.connection, employment_id), employed, on),
    )
    change(
        work,
        tables.Employment,
        employment_id,
        {
            "valid_to": on,
            "end_reason": reason or row["end_reason"],
            "ended_recorded_at": work.clock(),
        },
        action="end",
    )
    work.emit(
        EmploymentEnded(person_id=row["person_id"], employment_id=employment_id, on=on)
    )
    return True


def placements(connection: Connection, employment_id: int) -> list[RecordedPlacement]:
    """Return the placements of an employment, the oldest first."""
    rows = connection.execute(
        select(_PLACEMENT)
        .where(col(tables.Placement.employment_id) == employment_id)
        .order_by(col(tables.Placement.valid_from), id_of(tables.Placement))
    ).mappings()
    return [
        RecordedPlacement(
            row["id"],
            Span(row["valid_from"], row["valid_to"]),
            EmploymentTerms(**{name: row[name] for name in EmploymentTerms.__slots__}),
        )
        for row in rows
    ]


def employments_on(
    connection: Connection, day: date, person_id: int | None = None
) -> list[Row]:
    """Return who is employed on a day, with where they work and who pays.

    Args:
        connection: Where to look.
        day: The day.
        person_id: Only this person.

    Returns:
        Rows of `employment` with the fields of `EmploymentTerms` added, ordered by id.
    """
    joined = _EMPLOYMENT.outerjoin(
        _PLACEMENT,
        (col(tables.Placement.employment_id) == id_of(tables.Employment))
        & in_force(_PLACEMENT, day),
    )
    query = (
        select(_EMPLOYMENT, *(_PLACEMENT.c[name] for name in EmploymentTerms.__slots__))
        .select_from(joined)
        .where(in_force(_EMPLOYMENT, day))
        .order_by(id_of(tables.Employment))
    )
    if person_id is not None:
        query = query.where(col(tables.Employment.person_id) == person_id)
    return [dict(row) for row in connection.execute(query).mappings()]


def in_force(table: Any, day: date) -> Any:  # noqa: ANN401
    """Return the SQL condition for rows in force on a day."""
    return (table.c.valid_from <= day) & or_(
        table.c.valid_to.is_(None), table.c.valid_to > day
    )


def overlapping(table: Any, window: Span) -> Any:  # noqa: ANN401
    """Return the SQL condition for rows in force on some day of a window."""
    condition = or_(table.c.valid_to.is_(None), table.c.valid_to > window.start)
    if window.end is not None:
        condition &= table.c.valid_from < window.end
    return condition


def _place(
    work: UnitOfWork, employment_id: int, terms: EmploymentTerms, span: Span
) -> None:
    with explained(_no_reference()):
        add(
            work,
            tables.Placement,
            {
                "employment_id": employment_id,
                **asdict(terms),
                "valid_from": span.start,
                "valid_to": span.end,
            },
        )


def _end(work: UnitOfWork, plan: rules.PlacementChange) -> None:
    for placement_id, day in plan.end:
        change(
            work,
            tables.Placement,
            placement_id,
            {"valid_to": day, "ended_recorded_at": work.clock()},
            action="end",
        )


def _no_reference() -> dict[str, InventoryError]:
    missing = NotFound(
        N_(
            "A legal entity, department, cost centre, manager or location is not there."
        ),
    )
    return {"FOREIGN KEY": missing, "foreign key": missing}


def _number_taken(number: str) -> Conflict:
    return Conflict(
        N_("The number {number!r} is in use."),
        where="number",
        remedy=N_("End that employment first, or use another number."),
        number=number,
    )
