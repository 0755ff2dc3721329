"""A row of a list of staff beside what is known of the person -> events of HR. Pure.

A manager nobody knows is named in a hire, which asks who is meant; in a row about
somebody who is here already it is no news.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from inventory.hr.staff_lists.rows import StaffRow
from inventory.kernel.texts import N_
from inventory.provisioning.statements.event_kinds import EventKind

PERSON = ("given_name", "family_name", "email", "login")
WORK = ("legal_entity", "department", "cost_centre", "location", "manager", "title")
AT_HIRE = (*PERSON, *WORK, "role", "worker_type")
SETTLED = timedelta(days=14)
"""Who began longer ago than that works here already when a list first tells of him."""


@dataclass(frozen=True, slots=True)
class KnownEmployee:
    """Somebody as the register has him: the employment that begins last.

    Attributes:
        last: Last day of it; None while it is not known.
        terms: Names and where he works: codes; the manager's key.
        placed_from: Since when he works there.
        source: Who announced the employment, such as `hr:workday`.
    """

    start: date
    last: date | None
    contract_end: date | None
    terms: Mapping[str, Any]
    placed_from: date | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class LaterList:
    """What a newer list of the same source left of somebody.

    Attributes:
        day: Of that list.
        terms: Where he works on that day: codes; the manager's key.
        first: Nothing older is known of where he worked since he began: what the
            newer list said was taken to hold from the first day on.
    """

    day: date
    terms: Mapping[str, Any]
    first: bool


@dataclass(frozen=True, slots=True)
class PlannedEvent:
    """An event that a row says."""

    kind: EventKind
    on: date
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RowPlan:
    """What a row does.

    Attributes:
        effect: hire, rehire, change, leave, same or skipped.
        note: Why it does nothing, or less than others.
    """

    effect: str
    events: tuple[PlannedEvent, ...] = ()
    note: str = ""


def plan_row(
    row: StaffRow,
    known: KnownEmployee | None,
    day: date,
    later: LaterList | None = None,
    *,
    entities: int = 1,
) -> RowPlan:
    """Return what a row does.

    Args:
        row: Its units are codes already.
        known: The person in the register; None for somebody new.
        day: Since when changes hold, where the row tells none.
        later: A newer list has him, which knows better from its day on.
        entities: How many legal entities there are: a single one employs whoever is
            hired by a row that names none.
    """
    values = row.values
    left = values.get("status") == "left" or (
        values.get("last") is not None and values["last"] < day
    )
    if known is None:
        if left:
            return RowPlan("skipped", note=N_("left already, and was never here"))
        return _hire(row, EventKind.HIRE, day, entities)
    start = values.get("start")
    if known.last is not None and start is not None and start > known.last:
        if left:
            return RowPlan("skipped", note=N_("left already"))
        return _hire(row, EventKind.REHIRE, day, entities)
    on = values.get("effective_on") or day
    if later is not None:
        return _before(row, known, on, later)
    return _changes(row, known, on, left=left)


def _before(row: StaffRow, known: KnownEmployee, on: date, later: LaterList) -> RowPlan:
    """Return what an older list says: where somebody worked until the newer one."""
    note = N_("older than a list that was taken in; that one holds from its day on")
    begins = max(known.start, on)
    if later.first and known.placed_from in (None, known.start):
        begins = known.start
    differs = _differing(row, known, WORK)
    if not differs or begins >= later.day:
        return RowPlan("same", note=note)
    # What the newer list found as it was says nothing by itself: it is said now.
    again = {
        name: later.terms[name]
        for name in differs
        if later.terms.get(name) and later.terms[name] == known.terms.get(name)
    }
    events = [PlannedEvent(EventKind.TRANSFER, begins, differs)]
    if again:
        events.append(PlannedEvent(EventKind.TRANSFER, later.day, again))
    return RowPlan("change", tuple(events), note)


def _hire(row: StaffRow, kind: EventKind, day: date, entities: int) -> RowPlan:
    values = row.values
    if "start" not in values:
        row.wrong("start", N_("It is missing."), N_("Fill the cell."))
    if not values.get("family_name"):
        row.wrong("family_name", N_("It is missing."), N_("Fill the cell."))
    if not values.get("legal_entity") and entities != 1:
        row.wrong(
            "legal_entity",
            N_("The row does not name the legal entity that employs the person."),
            N_("Map a column to it, or name one for all rows."),
        )
    if row.problems:
        return RowPlan("error")
    data = {name: values[name] for name in AT_HIRE if values.get(name)}
    if values.get("contract_end"):
        data["contract_end"] = values["contract_end"].isoformat()
    note = ""
    if values["start"] < day - SETTLED:
        data["already_here"] = True
        note = N_("works here already; nothing is prepared")
    events = [PlannedEvent(kind, values["start"], data)]
    if values.get("last"):
        events.append(PlannedEvent(EventKind.TERMINATION, values["last"], _end(values)))
    return RowPlan(str(kind), tuple(events), note)


def _end(values: Mapping[str, Any]) -> dict[str, Any]:
    data: dict[str, Any] = {}
    if values.get("last_working_day"):
        data["last_working_day"] = values["last_working_day"].isoformat()
    if values.get("reason"):
        data["reason"] = values["reason"]
    return data


def _changes(row: StaffRow, known: KnownEmployee, on: date, *, left: bool) -> RowPlan:
    values, events = row.values, []
    start = values.get("start") or known.start
    if start != known.start:
        previous = {"previous": known.start.isoformat()}
        events.append(PlannedEvent(EventKind.HIRE_CHANGED, start, previous))
    events += _ends(row, known, start, left=left)
    last = values.get("last") or known.last
    differs = _differing(row, known, (*PERSON, *WORK))
    day = max(start, on)
    if differs and (last is None or day <= last):
        events.append(PlannedEvent(EventKind.TRANSFER, day, differs))
    if not events:
        return RowPlan("same")
    leaves = any(one.kind is EventKind.TERMINATION for one in events)
    return RowPlan("leave" if leaves else "change", tuple(events))


def _differing(
    row: StaffRow, known: KnownEmployee, names: Sequence[str]
) -> dict[str, Any]:
    """Return the fields that are told and are not as the register has them."""
    return {
        name: row.values[name]
        for name in names
        if row.values.get(name)
        and name not in row.unsure
        and not _same(name, row.values[name], known.terms.get(name))
    }


def _same(name: str, told: str, known: str | None) -> bool:
    if name in ("email", "login"):
        return told.casefold() == (known or "").casefold()
    return told == known


def _ends(
    row: StaffRow, known: KnownEmployee, start: date, *, left: bool
) -> list[PlannedEvent]:
    """Return what is said of the end of an employment and of a contract."""
    values, found = row.values, []
    last = values.get("last")
    if last is not None and last < start:
        row.wrong(
            "last",
            N_("The last day {last} is before the first, {start}."),
            N_("Correct one of them."),
            last=last,
            start=start,
        )
        return []
    if last is None and left and known.last is None:
        row.wrong(
            "last",
            N_("Somebody has left, and no last day is given."),
            N_("Fill the cell."),
        )
    if last is not None and known.last is None:
        found.append(PlannedEvent(EventKind.TERMINATION, last, _end(values)))
    elif last is not None and known.last != last:
        assert known.last is not None, "the case before"
        data = {"previous": known.last.isoformat(), **_end(values)}
        found.append(PlannedEvent(EventKind.TERMINATION_CHANGED, last, data))
    elif last is None and "last" in row.blank and known.last is not None and not left:
        found.append(PlannedEvent(EventKind.TERMINATION_CANCELLED, known.last))
    end = values.get("contract_end")
    if end is not None and end != known.contract_end:
        found.append(PlannedEvent(EventKind.EXTENDED, end))
    return found
