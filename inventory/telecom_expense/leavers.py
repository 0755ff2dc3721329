"""Lines of who leaves go into quarantine, on the day the employment has ended.

From there a line is used again, ported to the person, or cancelled; until then it shows
among what is billed for nobody. Imports `estate` and `people`.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select

from inventory.people.tables import Employment
from inventory.storage.dated import still_open
from inventory.storage.rows import col, table_of
from inventory.storage.work import UnitOfWork
from inventory.telecom.estate.line_states import LineStates
from inventory.telecom.estate.lines import (
    lines_of_person,
    open_assignment,
    take_step,
    unassign,
)
from inventory.telecom.estate.tables import LineAssignment

REASON = "the employment ended"
_STEP = "quarantine"


def on_employment_ended(
    work: UnitOfWork, states: LineStates, person_id: int, today: date
) -> int:
    """Quarantine the lines of somebody who works here no more; return how many.

    Who has another employment keeps them; who leaves later has them until then.
    """
    left = left_on(work, person_id)
    if left is None or left > today:
        return 0
    done = 0
    for line in lines_of_person(work, person_id):
        held = open_assignment(work, line["id"], "person")
        assert held is not None
        day = max(left, held["valid_from"])
        if _STEP in states.offered(line["state"]):
            take_step(work, states, line["id"], _STEP, day, REASON)
        else:
            unassign(work, line["id"], "person", day)
        done += 1
    return done


def quarantine_due(work: UnitOfWork, states: LineStates, today: date) -> int:
    """Do so for everybody who has left by a day and still has a line."""
    query = (
        select(col(LineAssignment.person_id))
        .where(col(LineAssignment.person_id).is_not(None), still_open(LineAssignment))
        .distinct()
        .order_by(col(LineAssignment.person_id))
    )
    people = [one for one in work.connection.execute(query).scalars() if one]
    return sum(on_employment_ended(work, states, person, today) for person in people)


def left_on(work: UnitOfWork, person_id: int) -> date | None:
    """Return the first day without any employment; None: one goes on, or none is."""
    table = table_of(Employment)
    end = col(Employment.valid_to)
    query = select(
        func.count(),
        func.count(end),
    ).where(table.c.person_id == person_id)
    employments, ended = work.connection.execute(query).one()
    if not employments or employments != ended:
        return None
    last = select(end).where(table.c.person_id == person_id).order_by(end.desc())
    found: date | None = work.connection.execute(last.limit(1)).scalar()
    return found
