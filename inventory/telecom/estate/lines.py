"""Lines and what becomes of them; who has one, from - to. Imports `storage`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select, update

from inventory.kernel.errors import Conflict, Invalid, NotAllowed
from inventory.kernel.events import TelecomLineChanged
from inventory.kernel.texts import N_
from inventory.storage.dated import still_open
from inventory.storage.rows import (
    Row,
    add,
    change,
    change_row,
    col,
    explained,
    get,
    id_of,
    table_of,
)
from inventory.storage.work import UnitOfWork
from inventory.telecom.estate.charge_tables import RecurringCharge
from inventory.telecom.estate.line_states import LineStates, LineStepRule
from inventory.telecom.estate.tables import (
    CarrierContract,
    LineAssignment,
    LineStep,
    SimCard,
    TelecomLine,
)

ROLES = {
    "person": "person_id",
    "asset": "asset_id",
    "location": "location_id",
    "cost-centre": "cost_centre_id",
}
"""Role of an assignment -> the column that holds who or what has it."""

_LINE = table_of(TelecomLine)
_ASSIGNMENT = table_of(LineAssignment)
_SIM_STATES = {"active": "active", "suspended": "suspended", "cancelled": "cancelled"}


def add_line(work: UnitOfWork, states: LineStates, values: Mapping[str, Any]) -> int:
    """Add a line in the first state, or as active if it says since when; return its id.

    Raises:
        Conflict: A line in use has that name or number.
        NotAllowed: The contract is of another account.
    """
    check_contract(work, values)
    check_number(work, values.get("e164"), 0)
    active = values.get("active_from") is not None
    state = "active" if active else states.first
    taken = Conflict(
        N_("There is a line {name} already."),
        where="name",
        remedy=N_("Change the one that is there, or use another name."),
        name=values["name"],
    )
    with explained({"telecom_line.name": taken, "uq_telecom_line_name": taken}):
        return add(work, TelecomLine, {**values, "state": state})


def change_line(work: UnitOfWork, line_id: int, values: Mapping[str, Any]) -> bool:
    """Correct a line; return whether anything changed.

    Raises:
        Conflict: Another line in use has that number.
        NotAllowed: The contract is of another account.
    """
    row = get(work.connection, TelecomLine, line_id, lock=True)
    check_contract(work, {**row, **values})
    if values.get("e164"):
        check_number(work, values["e164"], line_id)
    return change_row(work, TelecomLine, row, values)


def take_step(
    work: UnitOfWork,
    states: LineStates,
    line_id: int,
    name: str,
    on: date,
    reason: str = "",
) -> str:
    """Let a line take a step of its life; return the state it is in then.

    Args:
        work: The unit of work; the caller commits.
        states: The states and steps there are.
        line_id: The line.
        name: The step.
        on: The day from which it counts.
        reason: Why, where the step needs one.

    Raises:
        NotAllowed: The step does not begin in its state.
        Invalid: There is no such step, or it is not said why.
    """
    row = get(work.connection, TelecomLine, line_id, lock=True)
    step = states.step(name, row["state"])
    if step.reason and not reason.strip():
        raise Invalid(N_("Say why."), where="reason")
    values = _values_of(row, step, on)
    change_row(work, TelecomLine, row, values, action=name)
    add(
        work,
        LineStep,
        {
            "line_id": line_id,
            "step": name,
            "before": row["state"],
            "after": step.target,
            "on": on,
            "reason": reason.strip(),
            "actor": work.actor,
        },
    )
    if step.frees:
        for role in ("person", "asset"):
            unassign(work, line_id, role, on)
    if step.ends:
        _end_charges(work, line_id, on)
    if step.target in _SIM_STATES:
        _set_sims(work, line_id, _SIM_STATES[step.target])
    work.emit(
        TelecomLineChanged(
            telecom_line_id=line_id, before=row["state"], after=step.target, on=on
        )
    )
    return step.target


def assign(
    work: UnitOfWork,
    states: LineStates,
    line_id: int,
    role: str,
    holder_id: int,
    on: date,
    source: str = "hand",
) -> int:
    """Let somebody or something have a line from a day; return the assignment's id.

    Whoever had it in that role before has it no more from that day on.

    Raises:
        NotAllowed: The line is in quarantine, cancelled, or being ported out.
        Invalid: The day lies before the begin of the present assignment.
    """
    row = get(work.connection, TelecomLine, line_id, lock=True)
    if role in ("person", "asset") and not states.states[row["state"]].used:
        raise NotAllowed(
            N_("Line {name} is {state}: nobody can have it."),
            remedy=N_("Take it into use again first."),
            name=row["name"],
            state=row["state"],
        )
    current = open_assignment(work, line_id, role)
    if current is not None and current[ROLES[role]] == holder_id:
        return int(current["id"])
    unassign(work, line_id, role, on)
    return add(
        work,
        LineAssignment,
        {
            "line_id": line_id,
            "role": role,
            ROLES[role]: holder_id,
            "valid_from": on,
            "source": source,
        },
    )


def unassign(work: UnitOfWork, line_id: int, role: str, on: date) -> bool:
    """End who has a line in a role; return whether somebody had it.

    Raises:
        Invalid: The day lies before the begin of the present assignment.
    """
    current = open_assignment(work, line_id, role)
    if current is None:
        return False
    if on < current["valid_from"]:
        raise Invalid(
            N_("The line has been assigned from {day} on, which is later."),
            where="on",
            remedy=N_("Give that day or a later one."),
            day=current["valid_from"],
        )
    values = {"valid_to": on, "ended_recorded_at": work.clock()}
    return change_row(work, LineAssignment, current, values, action="end")


def open_assignment(work: UnitOfWork, line_id: int, role: str) -> Row | None:
    """Return who has a line in a role now; None: nobody."""
    query = select(_ASSIGNMENT).where(
        col(LineAssignment.line_id) == line_id,
        col(LineAssignment.role) == role,
        still_open(LineAssignment),
    )
    row = work.connection.execute(query.with_for_update()).mappings().one_or_none()
    return None if row is None else dict(row)


def lines_of_person(work: UnitOfWork, person_id: int) -> list[Row]:
    """Return the lines that somebody has now."""
    held = select(col(LineAssignment.line_id)).where(
        col(LineAssignment.person_id) == person_id, still_open(LineAssignment)
    )
    query = select(_LINE).where(id_of(TelecomLine).in_(held)).order_by(_LINE.c.id)
    return [dict(row) for row in work.connection.execute(query).mappings()]


def check_number(work: UnitOfWork, e164: str | None, line_id: int) -> None:
    """Refuse a number that another line has.

    Raises:
        Conflict: A line that was not cancelled has it.
    """
    if not e164:
        return
    query = select(col(TelecomLine.name)).where(
        col(TelecomLine.e164) == e164,
        col(TelecomLine.ended_on).is_(None),
        id_of(TelecomLine) != line_id,
    )
    other = work.connection.execute(query.limit(1)).scalar()
    if other is not None:
        raise Conflict(
            N_("The line {name} has the number {number}."),
            where="number",
            remedy=N_("Cancel that line first, or correct its number."),
            name=other,
            number=e164,
        )


def check_contract(work: UnitOfWork, values: Mapping[str, Any]) -> None:
    """Refuse a contract of another account.

    Raises:
        NotAllowed: It is of another one.
    """
    if values.get("contract_id") is None:
        return
    contract = get(work.connection, CarrierContract, values["contract_id"])
    if contract["account_id"] != values["account_id"]:
        raise NotAllowed(
            N_("Contract {number} is of another account than the line."),
            where="contract",
            remedy=N_("Use a contract of the account, or correct the account."),
            number=contract["number"],
        )


def _values_of(row: Row, step: LineStepRule, on: date) -> dict[str, Any]:
    values: dict[str, Any] = {"state": step.target}
    if step.begins and row["active_from"] is None:
        values["active_from"] = on
    if step.ends:
        start = row["active_from"]
        if start is not None and on < start:
            raise Invalid(
                N_("The line is active from {day} on, which is later."),
                where="on",
                day=start,
            )
        values["ended_on"] = on
    return values


def _end_charges(work: UnitOfWork, line_id: int, on: date) -> None:
    """End what is charged for a line; what had yet to begin never does."""
    table = table_of(RecurringCharge)
    query = select(table).where(table.c.line_id == line_id, table.c.valid_to.is_(None))
    for row in work.connection.execute(query).mappings().all():
        end = max(on, row["valid_from"])
        change(work, RecurringCharge, row["id"], {"valid_to": end}, action="end")


def _set_sims(work: UnitOfWork, line_id: int, state: str) -> None:
    table = table_of(SimCard)
    query = select(id_of(SimCard)).where(
        col(SimCard.line_id) == line_id,
        col(SimCard.state).not_in(("cancelled", "blocked")),
    )
    ids = list(work.connection.execute(query).scalars())
    if not ids:
        return
    work.connection.execute(
        update(table).where(id_of(SimCard).in_(ids)).values(state=state)
    )
    for sim_id in ids:
        work.audit("telecom_sim", sim_id, "follow-line", None, {"state": state})
