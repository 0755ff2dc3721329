"""A list of staff is taken in, or tried: each row is done or refused by itself."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from inventory.bulk.files.cells import CellTable
from inventory.hr.context import CaseContext
from inventory.hr.events.receive import receive
from inventory.hr.staff_lists.differences import (
    LaterList,
    PlannedEvent,
    RowPlan,
    plan_row,
)
from inventory.hr.staff_lists.known import KnownStaff, known_staff, numbers_of
from inventory.hr.staff_lists.listed_days import listed_days, note_list
from inventory.hr.staff_lists.profile import StaffProfile
from inventory.hr.staff_lists.rows import (
    LeftOut,
    StaffRow,
    bare_name,
    read_staff_rows,
)
from inventory.hr.staff_lists.units import ListedUnits, add_units, units_of_list
from inventory.kernel.errors import InventoryError, StorageError
from inventory.provisioning.statements.event_format import Incoming
from inventory.storage.work import UnitOfWork

TOGETHER = 25
"""Rows of one transaction: few enough that others can write in between."""


@dataclass(slots=True)
class RowOutcome:
    """What a row does, or did.

    Attributes:
        verdicts: Of its events, once they were sent.
    """

    row: StaffRow
    plan: RowPlan
    verdicts: list[str] = field(default_factory=list)

    @property
    def effect(self) -> str:
        """What it does; `error` if something is wrong with it."""
        return "error" if self.row.problems else self.plan.effect


@dataclass(frozen=True, slots=True)
class StaffReport:
    """What a list does, or did.

    Attributes:
        units: Units that are added: field, code, name.
        absent: Employee ids of the source that are employed and not in the list.
        left_out: Rows of the file that are none of the list.
    """

    outcomes: Sequence[RowOutcome]
    units: Sequence[tuple[str, str, str]]
    absent: Sequence[str]
    left_out: Sequence[LeftOut]
    written: bool

    @property
    def counts(self) -> Counter[str]:
        """How many rows have which effect."""
        return Counter(one.effect for one in self.outcomes)


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffList:
    """A list to take in.

    Attributes:
        source: Of the events; that of the profile without.
        day: As of which it is: changes hold since then, where a row tells none.
        currency: Of legal entities that are added.
    """

    table: CellTable
    profile: StaffProfile
    source: str
    day: date
    currency: str


def try_list(context: CaseContext, given: StaffList) -> StaffReport:
    """Return what a list would do; nothing is written."""
    outcomes, units, absent, left = _planned(context, given)
    return StaffReport(outcomes, _units_told(units), absent, left, written=False)


def take_in_list(
    open_context: Callable[[], CaseContext],
    given: StaffList,
    tell: Callable[[int, int], None] = lambda _done, _total: None,
    beside: Callable[[UnitOfWork], None] = lambda _work: None,
) -> StaffReport:
    """Take in a list, some rows a transaction; what is refused is told of its row.

    Args:
        open_context: Opens a unit of work; it is committed and closed here.
        given: The list.
        tell: Takes how many rows are done.
        beside: Writes what belongs to the list, with its first rows: wherever it is
            broken off later, the next one finds it.
    """
    first = open_context()
    with first.work:
        first.lock_cases()  # another process may add the same units
        outcomes, units, absent, left = _planned(first, given)
        good = [one for one in outcomes if one.effect != "error"]
        wanted = {
            (unit, str(one.row.values.get(unit)))
            for one in good
            for unit, _ in units.new
            if one.plan.events
        }
        add_units(first, units, wanted, given.currency)
        note_list(first, given.source, given.day, absent)
        beside(first.work)
        first.work.commit()
    doing = [one for one in good if one.plan.events]
    for start in range(0, len(doing), TOGETHER):
        tell(start, len(doing))
        context = open_context()
        with context.work:
            context.lock_cases()
            _send_all(context, given, doing[start : start + TOGETHER])
            context.work.commit()
    tell(len(doing), len(doing))
    told = [one for one in _units_told(units) if one[:2] in wanted]
    return StaffReport(outcomes, told, absent, left, written=True)


def _planned(
    context: CaseContext, given: StaffList
) -> tuple[list[RowOutcome], ListedUnits, list[str], list[LeftOut]]:
    rows, left = read_staff_rows(given.table, given.profile)
    _restore_zeros(context, given, rows)
    numbers = [row.number for row in rows if row.number]
    known = known_staff(context.connection, given.source, numbers, given.day)
    units = units_of_list(context.connection, rows, given.profile)
    _name_managers(rows, known)
    entities = units.count("legal_entity")
    later = _later(context, given, known, numbers)
    outcomes = [
        RowOutcome(row, plan_row(row, who, given.day, newer, entities=entities))
        for row in rows
        for who in [known.by_number.get(row.number)]
        for newer in [later.get(row.number)]
    ]
    return outcomes, units, sorted(known.here - set(numbers)), left


def _later(
    context: CaseContext, given: StaffList, known: KnownStaff, numbers: Sequence[str]
) -> dict[str, LaterList]:
    """Return what the next newer list of the source left of whom it had."""
    listed = listed_days(context.connection, given.source, given.day)
    by_day: dict[date, list[str]] = {}
    for number in numbers if listed.later else ():
        day = listed.next_day(number)
        if day is not None and number in known.by_number:
            by_day.setdefault(day, []).append(number)
    found = {}
    for day, some in by_day.items():
        then = known_staff(context.connection, given.source, some, day)
        for number in some:
            own = known.by_number[number].source == f"hr:{given.source}"
            terms = then.by_number[number].terms
            found[number] = LaterList(day, terms, first=listed.first and own)
    return found


def _restore_zeros(
    context: CaseContext, given: StaffList, rows: Sequence[StaffRow]
) -> None:
    """Put back the zeros in front of employee ids that a spreadsheet has taken.

    Where the source is known to have one of the same figures, that one is meant.
    """
    known = numbers_of(context.connection, given.source)
    here = {row.number for row in rows}
    by_figures: dict[str, set[str]] = {}
    for number in known - here:
        by_figures.setdefault(_figures(number), set()).add(number)
    for row in rows:
        same = by_figures.get(_figures(row.number), set())
        if row.number.isdecimal() and row.number not in known and len(same) == 1:
            (row.values["number"],) = same


def _figures(number: str) -> str:
    return number.lstrip("0") if number.isdecimal() else number


def _name_managers(rows: Sequence[StaffRow], known: KnownStaff) -> None:
    """Put employee ids or keys in place of what rows call their managers."""
    ids = {row.number for row in rows}
    called: dict[str, set[str]] = {}
    for row in rows:
        values = row.values
        family, given = values.get("family_name", ""), values.get("given_name", "")
        figures = _figures(row.number) if row.number.isdecimal() else ""
        names = (row.name, f"{family}, {given}", values.get("email"), figures)
        for name in filter(None, names):
            called.setdefault(name.casefold(), set()).add(row.number)
    for row in rows:
        told = row.values.get("manager")
        if told is None:
            continue
        if (meant := _in_list(told, ids, called)) is not None:
            row.values["manager"] = known.keys.get(meant, meant)
            continue
        words = (told, bare_name(told))
        named = next(
            filter(None, (known.managers.get(w.casefold()) for w in words)), ""
        )
        row.values["manager"] = known.keys.get(told) or named or told
        if row.values["manager"] == told:
            row.unsure.add("manager")


def _in_list(told: str, ids: set[str], called: Mapping[str, set[str]]) -> str | None:
    """Return the employee id of who is called so in the list, if one alone is."""
    aside = told.rpartition("(")[2].rstrip(") ")
    for word in (told, aside):
        if word in ids:
            return word
    for word in (told, bare_name(told), _figures(told)):
        meant = called.get(word.casefold(), set())
        if len(meant) == 1:
            return next(iter(meant))
    return None


def _send_all(
    context: CaseContext, given: StaffList, rows: Sequence[RowOutcome]
) -> None:
    """Send the events of some rows: at once, or row by row if one of them is refused.

    A savepoint for each row costs two statements, and hardly any row is refused.
    """
    try:
        with context.work.savepoint():
            for one in rows:
                _send(context, given, one)
    except StorageError:
        raise
    except InventoryError:
        context.kept.clear()  # it may name rows that are undone
        for one in rows:
            _send_alone(context, given, one)


def _send_alone(context: CaseContext, given: StaffList, one: RowOutcome) -> None:
    """Send the events of a row; all of them hold, or none."""
    try:
        with context.work.savepoint():
            _send(context, given, one)
    except StorageError:
        raise
    except InventoryError as error:
        one.verdicts.clear()
        one.row.failed("", error)


def _send(context: CaseContext, given: StaffList, one: RowOutcome) -> None:
    one.verdicts.clear()
    for event in one.plan.events:
        outcome = receive(context, _incoming(context, given, one.row, event))
        one.verdicts.append(outcome.event["verdict"])
    context.work.settle()


def _incoming(
    context: CaseContext, given: StaffList, row: StaffRow, event: PlannedEvent
) -> Incoming:
    """Return an event; a list that is sent twice says the same."""
    now = context.work.clock()
    said = [str(event.kind), row.number, event.on.isoformat(), dict(event.data)]
    text = json.dumps([*said, now.isoformat()], sort_keys=True, ensure_ascii=False)
    return Incoming(
        source=given.source,
        event_id=f"list-{hashlib.sha256(text.encode()).hexdigest()[:32]}",
        kind=event.kind,
        employee_id=row.number,
        on=event.on,
        asserted_at=now,
        data=dict(event.data),
    )


def _units_told(units: ListedUnits) -> list[tuple[str, str, str]]:
    return [(unit, code, name) for (unit, code), name in units.new.items()]
