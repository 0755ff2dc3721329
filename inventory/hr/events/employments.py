"""Employments and placements follow the timeline. Imports `people`.

Only what differs is written: an event that says what is known changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from inventory.hr.context import CaseContext
from inventory.hr.events.person_match import ask_whether_one
from inventory.hr.events.placements import Planned, replace_placements
from inventory.hr.person_file import PersonFile
from inventory.kernel.errors import Conflict, Invalid
from inventory.kernel.events import EmploymentEnded, PersonEmployed, PersonMoved
from inventory.kernel.spans import Span
from inventory.kernel.texts import N_
from inventory.people import tables as people
from inventory.people.employments import overlapping
from inventory.people.persons import change_person, has_left, holder_of_email
from inventory.people.rules import EmploymentTerms
from inventory.provisioning.statements.authority import is_directory
from inventory.provisioning.statements.employment_periods import (
    EmploymentPeriod,
    Segment,
    Timeline,
)
from inventory.provisioning.tables import EmploymentTimeline
from inventory.storage.rows import (
    Row,
    add,
    add_many,
    change,
    col,
    explained,
    id_of,
    table_of,
)
from inventory.storage.work import UnitOfWork

_EMPLOYMENT = table_of(people.Employment)
_DAY = timedelta(days=1)
Part = tuple[EmploymentPeriod, Segment]


def write_employments(
    context: CaseContext, file: PersonFile, timeline: Timeline
) -> dict[str, int]:
    """Write what a timeline says of a person; return employments by root.

    Each part of a period with one legal entity is an employment of its own.

    Args:
        context: The change.
        file: All that is known of the person.
        timeline: What it means.
    """
    said = _person_changes(context, file, timeline.person)
    if said:
        change_person(context.work, file.id, **said)
    _keep_register_state(context, file)
    found: dict[str, int] = {}
    written: list[tuple[Row, Part]] = []
    new: list[Part] = []
    for period in timeline.periods:
        parts = period.segments() if not period.cancelled else period.segments()[:1]
        for place, segment in enumerate(parts, 1):
            row = _row_for(file.employments.values(), period, place)
            if row is None:
                new.append((period, segment))
                continue
            found[segment.root] = row["id"]
            written.append((row, (period, segment)))
    for row in file.employments.values():
        unused = row["timeline_id"] is not None and row["known"] is None
        if unused and row["id"] not in found.values():
            _cancel_employment(context, file, row)
    # Those that give days away before the others.
    written.sort(key=lambda one: _grows(one[0]["valid_to"], _span(*one[1]).end))
    for row, part in written:
        _update_employment(context, file, row, part)
    for period, segment in new:
        if not period.cancelled:
            found[segment.root] = _begin_employment(context, file, (period, segment))
    return found


def _person_changes(
    context: CaseContext, file: PersonFile, said: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what differs of a person, without an address of somebody else.

    A leaver's address is used again; that of somebody who is there is asked about.
    """
    changes = {
        name: value
        for name, value in said.items()
        if (value.casefold() if name in ("email", "login") else value)
        != file.person[name]
    }
    if "email" in changes:
        holder = holder_of_email(context.connection, changes["email"])
        day = context.work.clock().date()
        if holder not in (None, file.id):
            gone = has_left(context.connection, file.id, day)
            if gone or not has_left(context.connection, int(holder or 0), day):
                del changes["email"]
            if not gone and "email" not in changes:
                ask_whether_one(context.work, file.id, int(holder or 0), "hr")
    return changes


def _keep_register_state(context: CaseContext, file: PersonFile) -> None:
    """Keep employments as they were before the first event."""
    for employment_id, known, plain in file.registered():
        row = file.employments[employment_id]
        if row["timeline_id"] is None:
            values: Row = {"person_id": file.id, "employment_id": employment_id}
            values |= {"known": plain, "root": known.name}
            number = add(context.work, EmploymentTimeline, values)
            row |= {"timeline_id": number, "known": plain, "root": known.name}


def _cancel_employment(context: CaseContext, file: PersonFile, row: Row) -> None:
    """Let an employment cover no day: its hire turned out not to fit."""
    if row["valid_to"] == row["valid_from"]:
        return
    values = {
        "valid_to": row["valid_from"],
        "end_reason": "cancelled",
        "ended_recorded_at": context.work.clock(),
    }
    change(context.work, people.Employment, row["id"], values, action="end")
    replace_placements(context, row["id"], file.placements.get(row["id"], []), ())


def _row_for(rows: Iterable[Row], period: EmploymentPeriod, place: int) -> Row | None:
    mark = "" if place == 1 else f"#{place}"
    names = {f"{name}{mark}" for name in (period.root, *period.events)}
    return next((row for row in rows if row["root"] and row["root"] in names), None)


def _source(part: Part, events: Mapping[str, Row]) -> str:
    """Return the source that announced a part; empty if the register knew it."""
    period, segment = part
    keys = (*segment.begun_by, *period.events, *period.leavers)
    return next((str(events[key]["source"]) for key in keys if key in events), "")


def _number(part: Part, events: Mapping[str, Row], row: Row | None) -> str:
    """Return the personnel number: the last one its source said of it."""
    _, segment = part
    said = [events[key] for key in segment.begun_by if key in events]
    said.sort(key=lambda event: event["asserted_at"])
    first = events.get(segment.root) or (said[0] if said else None)
    # A system of HR gives out numbers; an identity provider repeats them.
    of_hr = [event for event in said if not is_directory(event["source"])]
    if of_hr and first and is_directory(first["source"]):
        numbers = [event["data"].get("number") for event in of_hr]
        told = [str(one) for one in numbers if one]
        return told[-1] if told else str(of_hr[0]["employee_id"])
    given = [
        event["data"]["number"]
        for event in said
        if event["data"].get("number") and first and event["source"] == first["source"]
    ]
    if given:
        return str(given[-1])
    if row is not None:
        return str(row["number"])
    if first is None or segment.place > 1:
        return ""  # goes on with the number of before
    return str(first["employee_id"])


def _begin_employment(context: CaseContext, file: PersonFile, part: Part) -> int:
    period, segment = part
    events, span = file.by_key, _span(period, segment)
    number = _number_of_new(file, part)
    values = {
        "person_id": file.id,
        "legal_entity_id": _entity_id(file, segment),
        "number": number,
        "source": f"hr:{_source(part, events)}",
        "valid_from": span.start,
        "valid_to": span.end,
        "contract_end": period.contract_end,
    }
    if span.end is not None:
        values |= _end_of(context, period, span)
    if file.free_number != (segment.entity, number):
        _check_number(context, values)
    with explained(_number_taken(number)):
        employment_id = add(context.work, people.Employment, values)
    placed = [
        _placement_values(employment_id, one)
        for one in _planned_placements(file, part, span)
    ]
    add_many(context.work, people.Placement, placed)
    add(
        context.work,
        EmploymentTimeline,
        {
            "person_id": file.id,
            "employment_id": employment_id,
            "root": segment.root,
        },
    )
    _emit_new(context.work, file.id, employment_id, span, placed)
    return employment_id


def _number_of_new(file: PersonFile, part: Part) -> str:
    """Return the number of a part that is not written yet.

    The parts before it may not be, either: a transfer to another legal entity that came
    before the hire begins two at once.
    """
    period, segment = part
    number = _number(part, file.by_key, None)
    if number:
        return number
    if segment.place > 1:
        before = period.segments()[segment.place - 2]
        row = _row_for(file.employments.values(), period, before.place)
        return _number((period, before), file.by_key, row) or _number_of_new(
            file, (period, before)
        )
    return str(next(iter(file.employments.values()))["number"])


def _placement_values(employment_id: int, planned: Planned) -> Row:
    span, terms = planned
    return {
        "employment_id": employment_id,
        **asdict(terms),
        "valid_from": span.start,
        "valid_to": span.end,
    }


def _emit_new(
    work: UnitOfWork, person_id: int, employment_id: int, span: Span, placed: list[Row]
) -> None:
    ids = {"person_id": person_id, "employment_id": employment_id}
    work.emit(PersonEmployed(**ids, on=span.start))
    if span.end is not None:
        work.emit(EmploymentEnded(**ids, on=span.end))
    if len(placed) > 1:
        work.emit(PersonMoved(**ids, on=placed[1]["valid_from"]))


def _entity_id(file: PersonFile, segment: Segment) -> int:
    found = file.organisation.unit_id("legal_entity", segment.entity)
    if found is None:
        raise Invalid(
            N_("The event does not name the legal entity that employs the person."),
            where="data.legal_entity",
            remedy=N_("Send its code."),
        )
    return found


def _span(period: EmploymentPeriod, segment: Segment) -> Span:
    if period.cancelled:
        return Span(period.start, period.start)
    return Span(segment.start, segment.last and segment.last + _DAY)


def _end_of(context: CaseContext, period: EmploymentPeriod, span: Span) -> Row:
    """Return the columns that say why and when an employment ended."""
    last = period.last and period.last + _DAY
    reason = "cancelled" if period.cancelled else period.reason or None
    if not period.cancelled and span.end != last:
        reason = "transfer"
    recorded = context.work.clock() if span.end else None
    return {"end_reason": reason, "ended_recorded_at": recorded}


def _update_employment(
    context: CaseContext, file: PersonFile, row: Row, part: Part
) -> None:
    """Let an employment and its placements be as the timeline says."""
    period, segment = part
    span, source = _span(period, segment), _source(part, file.by_key)
    entity = file.organisation.unit_id("legal_entity", segment.entity)
    values: dict[str, Any] = {
        "valid_from": span.start,
        "valid_to": span.end,
        "contract_end": period.contract_end,
        "number": _number(part, file.by_key, row),
        "legal_entity_id": entity or row["legal_entity_id"],
    }
    end = _end_of(context, period, span)
    if span.end != row["valid_to"]:
        values |= end
    elif row["source"].startswith("hr:"):
        # Another event may say why, for the same day; what was imported stays.
        values["end_reason"] = end["end_reason"]
    differs = any(row[name] != value for name, value in values.items())
    if differs and source and not row["source"].startswith("hr:"):
        values["source"] = f"hr:{source}"
    if differs:
        _check_number(context, {"person_id": file.id, **values})
        with explained(_number_taken(values["number"])):
            change(context.work, people.Employment, row["id"], values)
    if row["root"] != segment.root:
        values = {"root": segment.root}
        change(context.work, EmploymentTimeline, row["timeline_id"], values)
    planned = _planned_placements(file, part, span)
    known = file.placements.get(row["id"], [])
    moved = replace_placements(context, row["id"], known, planned)
    _emit_changes(context.work, row, span, moved=moved)


def _emit_changes(
    work: UnitOfWork, before: Row, span: Span, *, moved: date | None
) -> None:
    ids = {"person_id": before["person_id"], "employment_id": before["id"]}
    if before["valid_from"] != span.start and span:
        work.emit(PersonEmployed(**ids, on=span.start))
    if before["valid_to"] != span.end and span.end is not None:
        work.emit(EmploymentEnded(**ids, on=span.end))
    if moved is not None and span:
        work.emit(PersonMoved(**ids, on=moved))


def _planned_placements(file: PersonFile, part: Part, span: Span) -> list[Planned]:
    period, segment = part
    days = [span.start, *(move.on for move in segment.moves)]
    ends: Sequence[date | None] = [*days[1:], span.end]
    found: list[Planned] = []
    for start, end in zip(days, ends, strict=True):
        terms = _terms(file, period.terms_on(start))
        if not span or (end is not None and end <= start):
            continue
        if found and found[-1][1] == terms:
            start = found.pop()[0].start
        found.append((Span(start, end), terms))
    return found


def _terms(file: PersonFile, terms: Mapping[str, Any]) -> EmploymentTerms:
    names, manager = file.organisation, terms.get("manager")
    who = next((one for one in names.people.values() if one.key == manager), None)
    return EmploymentTerms(
        department_id=names.unit_id("department", terms.get("department")),
        cost_centre_id=names.unit_id("cost_centre", terms.get("cost_centre")),
        manager_id=None if who is None else who.id,
        location_id=names.unit_id("location", terms.get("location")),
        title=terms.get("title"),
    )


def _check_number(context: CaseContext, values: Row) -> None:
    """Refuse a personnel number that somebody else has at that time.

    Raises:
        Conflict: Somebody has.
    """
    query = select(id_of(people.Employment)).where(
        col(people.Employment.legal_entity_id) == values["legal_entity_id"],
        col(people.Employment.number) == values["number"],
        col(people.Employment.person_id) != values["person_id"],
        overlapping(_EMPLOYMENT, Span(values["valid_from"], values["valid_to"])),
    )
    if context.connection.execute(query.limit(1)).scalar() is not None:
        raise next(iter(_number_taken(values["number"]).values()))


def _number_taken(number: str) -> dict[str, Conflict]:
    taken = Conflict(
        N_("The number {number!r} is in use."),
        where="data.number",
        remedy=N_("End that employment first, or use another number."),
        number=number,
    )
    return dict.fromkeys(("employment.", "uq_employment", "ex_employment"), taken)


def _grows(old: date | None, new: date | None) -> bool:
    """Whether a period that ends with `new` covers more days than with `old`."""
    return old is not None and (new is None or new > old)
