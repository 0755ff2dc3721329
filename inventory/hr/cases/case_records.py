"""Cases and lines written: each change has its step, its audit row and its event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select, update

from inventory.hr.context import CaseContext
from inventory.kernel.events import CaseChanged, LineChanged
from inventory.kernel.texts import N_, Said
from inventory.provisioning.case_tables import CaseLine, LineStep, ProvisioningCase
from inventory.storage.rows import (
    Row,
    add_many,
    change,
    change_row,
    col,
    get,
    id_of,
    table_of,
)

_CASE = table_of(ProvisioningCase)
_LINE = table_of(CaseLine)
_STEP = table_of(LineStep)

_FIRST_VALUES: Row = {
    "requested_models": [],
    "tracked": True,
    "benefit": False,
    "asset_id": None,
    "telecom_line_id": None,
    "origin_id": None,
    "carrier": "",
    "tracking": "",
    "note": "",
    "cost_minor": None,
    "currency": None,
    "closed_on": None,
    "reminded_on": None,
}
"""Columns of a line that nobody has said anything of."""

_STILL_THERE = frozenset({"due", "in_return", "on_hold", "kept", "cancelled"})
"""States of a line that gets something back, while it is with the person."""


def lines_of(context: CaseContext, case_id: int) -> list[Row]:
    """Return the lines of a case, the first one first."""
    query = (
        select(_LINE).where(col(CaseLine.case_id) == case_id).order_by(id_of(CaseLine))
    )
    return [dict(row) for row in context.connection.execute(query).mappings()]


def add_line(context: CaseContext, case: Row, values: Row, *, note: str = "") -> Row:
    """Add a line in its first state, with owner and deadline; return it."""
    return add_lines(context, case, [NewLine(values, note)])[0]


@dataclass(frozen=True, slots=True)
class NewLine:
    """A line to add.

    Attributes:
        values: Its columns, with the state it is in.
        note: Why it is there.
        came_by: The step that led into its state at once, from the first one, and the
            note of it; empty if its state is the first one.
        first: Its first state, if it left it at once.
    """

    values: Row
    note: str = ""
    came_by: tuple[str, str] | None = None
    first: str = ""


def add_lines(
    context: CaseContext, case: Row, new: Sequence[NewLine], *, fresh: bool = False
) -> list[Row]:
    """Add lines with owners, deadlines and stories, in few statements; return them.

    Args:
        context: The change.
        case: The case.
        new: The lines.
        fresh: This transaction opened the case: nobody saw it without them.
    """
    entered = context.today(case["site"])
    lines = []
    for one in new:
        line = {
            **_FIRST_VALUES,
            "case_id": case["id"],
            "effective_on": case["effective_on"],
            "entered_on": entered,
            "steps": 0 if one.came_by is None else 1,
            **one.values,
        }
        lines.append(line | _deadline(context, case, line, line["state"], entered))
    ids = add_many(context.work, CaseLine, lines)
    rows = [{"id": number, **line} for number, line in zip(ids, lines, strict=True)]
    steps = []
    for one, row in zip(new, rows, strict=True):
        opened = row | {"state": one.first or row["state"]}
        steps.append(_step(context, opened, "open", "", entered, one.note))
        _emit_line_changed(context, opened, None)
        if one.came_by is not None:
            name, note = one.came_by
            steps.append(_step(context, row, name, one.first, entered, note))
            _emit_line_changed(context, row, one.first)
    if steps:
        context.connection.execute(_STEP.insert(), steps)
        if not fresh:
            bump_version(context, case["id"])
    return rows


def set_line_state(
    context: CaseContext,
    line_id: int,
    state: str,
    *,
    name: str,
    on: date | None = None,
    note: str = "",
    **more: Any,  # noqa: ANN401
) -> Row:
    """Put a line into a state; owner, deadline and story follow; return it.

    Args:
        context: The change.
        line_id: Which line.
        state: The state; the machine allowed the step already.
        name: Step that leads there.
        on: The day; today without.
        note: Why, or who signs.
        more: Further columns to change.
    """
    line = get(context.connection, CaseLine, line_id, lock=True)
    case = get(context.connection, ProvisioningCase, line["case_id"])
    entered = on or context.today(case["site"])
    merged = line | more
    values = more | {"state": state, "steps": line["steps"] + 1, "entered_on": entered}
    values |= _deadline(context, case, merged, state, entered) | {"reminded_on": None}
    change_row(context.work, CaseLine, line, values, action=name)
    row = line | values
    step = _step(context, row, name, line["state"], entered, note)
    context.connection.execute(_STEP.insert().values(step))
    _emit_line_changed(context, row, line["state"])
    bump_version(context, case["id"])
    if row["origin_id"] is not None and state not in _STILL_THERE:
        _close_unsigned_handover(context, row["origin_id"])
    return row


def add_story(context: CaseContext, line_id: int, name: str, note: str) -> None:
    """Note something of a line that changes nothing of it."""
    line = get(context.connection, CaseLine, line_id)
    case = get(context.connection, ProvisioningCase, line["case_id"])
    today = context.today(case["site"])
    step = _step(context, line, name, line["state"], today, note)
    context.connection.execute(_STEP.insert().values(step))
    bump_version(context, case["id"])


def _close_unsigned_handover(context: CaseContext, line_id: int) -> None:
    """Close a handover that nobody signed for before the thing was given back."""
    line = get(context.connection, CaseLine, line_id)
    if line["state"] in ("delivered", "disputed"):
        note = Said(N_("given back before anybody signed for it"))
        set_line_state(context, line_id, "cancelled", name="withdraw", note=note)
        case = get(context.connection, ProvisioningCase, line["case_id"])
        cancelled = bool(case["facts"].get("cancelled"))
        settle_case(context, case["id"], cancelled=cancelled, over=True)


def move_deadline(context: CaseContext, case: Row, line: Row, effective: date) -> bool:
    """Move the deadline of an open line; one that is done stays as it is."""
    if line["closed_on"] is not None:
        return False
    merged = line | {"effective_on": effective}
    values: Row = {"effective_on": effective}
    values |= _deadline(context, case, merged, line["state"], line["entered_on"])
    if values["due_on"] != line["due_on"]:
        values["reminded_on"] = None
    if not change_row(context.work, CaseLine, line, values, action="redate"):
        return False
    line |= values
    bump_version(context, case["id"])
    return True


def previous_state(context: CaseContext, line_id: int, state: str) -> str:
    """Return the state a line was in before it last came into `state`."""
    query = (
        select(col(LineStep.before))
        .where(col(LineStep.line_id) == line_id, col(LineStep.after) == state)
        .order_by(id_of(LineStep).desc())
        .limit(1)
    )
    return str(context.connection.execute(query).scalar_one())


def last_actor(context: CaseContext, line_id: int) -> str | None:
    """Return who took the last step of a line, as the audit trail names him."""
    query = (
        select(col(LineStep.by))
        .where(col(LineStep.line_id) == line_id)
        .order_by(id_of(LineStep).desc())
        .limit(1)
    )
    return context.connection.execute(query).scalar()


def attest(context: CaseContext, line_id: int) -> None:
    """Mark the last step of a line: a paper was signed, and somebody else says so."""
    last = (
        select(func.max(id_of(LineStep)))
        .where(col(LineStep.line_id) == line_id)
        .scalar_subquery()
    )
    context.connection.execute(
        update(_STEP).where(id_of(LineStep) == last).values(attested=True)
    )


def settle_case(
    context: CaseContext,
    case_id: int,
    *,
    cancelled: bool,
    over: bool,
    row: Row | None = None,
) -> None:
    """Close a case whose lines are all closed, or open it again if one is not.

    Args:
        context: The change.
        case_id: Which.
        cancelled: It is not to be carried out.
        over: The day it takes effect has come, or nothing can follow any more.
        row: The case, if this transaction has just made it.
    """
    case = row or get(context.connection, ProvisioningCase, case_id, lock=True)
    still = context.connection.execute(
        select(func.count())
        .select_from(_LINE)
        .where(col(CaseLine.case_id) == case_id, col(CaseLine.closed_on).is_(None))
    ).scalar_one()
    state = "open"
    if not still and cancelled:
        state = "cancelled"
    elif not still and over:
        state = "closed"
    if state == case["state"]:
        return
    today = context.today(case["site"])
    values = {"state": state, "closed_on": None if state == "open" else today}
    change(context.work, ProvisioningCase, case_id, values, action=state)
    emit_case_changed(context, case, "reopened" if state == "open" else state)
    bump_version(context, case_id)


def emit_case_changed(context: CaseContext, case: Row, what: str) -> None:
    """Say that something happened to a case."""
    context.work.emit(
        CaseChanged(
            case_id=case["id"],
            person_id=case["person_id"],
            kind=case["kind"],
            change=what,
            on=case["effective_on"],
        )
    )


def _deadline(
    context: CaseContext, case: Row, line: Row, state: str, entered: date
) -> Row:
    machine = context.rules.machine
    rule = machine.states[state]
    owner = rule.owner_of(line["action"], line["kind"], tracked=line["tracked"])
    due = machine.due(
        state,
        effective=line["effective_on"],
        entered=entered,
        opened=case["opened_on"],
        calendars=context.rules.calendars,
        site=case["site"],
    )
    return {
        "owner": owner,
        "due_on": due,
        "closed_on": entered if rule.closed else None,
    }


def _step(
    context: CaseContext, line: Row, name: str, before: str, on: date, note: str
) -> Row:
    return {
        "line_id": line["id"],
        "name": name,
        "before": before,
        "after": line["state"],
        "on": on,
        "by": context.work.actor,
        "note": note,
        "recorded_at": context.work.clock(),
    }


def _emit_line_changed(context: CaseContext, line: Row, before: str | None) -> None:
    context.work.emit(
        LineChanged(
            line_id=line["id"],
            case_id=line["case_id"],
            asset_id=line["asset_id"],
            item=line["item"],
            before=before,
            after=line["state"],
            due_on=line["due_on"],
        )
    )


def bump_version(context: CaseContext, case_id: int) -> None:
    """Note that a case or a line of it changed."""
    context.connection.execute(
        update(_CASE)
        .where(id_of(ProvisioningCase) == case_id)
        .values(version=col(ProvisioningCase.version) + 1)
    )
