"""Employments and placements follow the timeline. Imports `people`.

Only what differs is written: an event that says what is known changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from inventory.hr.context import CaseContext
from inventory.hr.history import (
    employments_before_events,
    event_timelines,
    person_named,
    unit_id,
)
from inventory.kernel.events import EmploymentEnded, PersonEmployed, PersonMoved
from inventory.kernel.spans import Span
from inventory.people import tables as people
from inventory.people.employments import NewEmployment, employ, placements
from inventory.people.persons import change_person, has_left, holder_of_email
from inventory.people.rules import EmploymentTerms
from inventory.provisioning.employment_periods import EmploymentPeriod, Timeline
from inventory.provisioning.tables import EmploymentTimeline
from inventory.storage.rows import Row, add, change, find, get
from inventory.storage.work import UnitOfWork

_DAY = timedelta(days=1)


def write_employments(
    context: CaseContext, person_id: int, timeline: Timeline, events: Mapping[str, Row]
) -> dict[str, int]:
    """Write what a timeline says of a person; return employments by root of the period.

    Args:
        context: The change.
        person_id: Who.
        timeline: All that is known.
        events: Events by key: they bring the personnel number of a new employment.
    """
    said = _without_passed_on_email(context, person_id, timeline.person)
    if said:
        change_person(context.work, person_id, **said)
    _keep_register_state(context, person_id)
    rows = event_timelines(context.connection, person_id)
    found = {}
    new = []
    written = []
    for period in timeline.periods:
        row = _timeline_row_for(rows, period)
        if row is None:
            new.append(period)
            continue
        found[period.root] = row["employment_id"]
        change(context.work, EmploymentTimeline, row["id"], {"root": period.root})
        written.append((row["employment_id"], period))
    for row in rows:
        if row["known"] is None and row["employment_id"] not in found.values():
            _cancel_employment(context, row["employment_id"])
    _update_employments(context, written, events)
    for period in new:
        if not period.cancelled:
            found[period.root] = _begin_employment(context, person_id, period, events)
    return found


def _without_passed_on_email(
    context: CaseContext, person_id: int, said: Mapping[str, Any]
) -> dict[str, Any]:
    """Leave out the e-mail address of a leaver that somebody else has by now."""
    holder = holder_of_email(context.connection, said.get("email"))
    day = context.work.clock().date()
    passed_on = holder not in (None, person_id)
    if passed_on and has_left(context.connection, person_id, day):
        return {name: value for name, value in said.items() if name != "email"}
    return dict(said)


def _update_employments(
    context: CaseContext,
    written: Sequence[tuple[int, EmploymentPeriod]],
    events: Mapping[str, Row],
) -> None:
    """Update the employments there are, those that give days away before the others."""
    before = {
        employment_id: get(context.connection, people.Employment, employment_id)
        for employment_id, _ in written
    }
    for employment_id, period in sorted(
        written, key=lambda one: _grows(before[one[0]]["valid_to"], _span(one[1]).end)
    ):
        source = _manager_source(period, events)
        _update_employment(context, employment_id, period, source)


def _keep_register_state(context: CaseContext, person_id: int) -> None:
    """Keep employments as they were before the first event."""
    seen = {
        row["employment_id"] for row in event_timelines(context.connection, person_id)
    }
    for employment_id, known, plain in employments_before_events(
        context.connection, person_id
    ):
        if employment_id not in seen:
            values = {"person_id": person_id, "employment_id": employment_id}
            add(
                context.work,
                EmploymentTimeline,
                {**values, "known": plain, "root": known.name},
            )


def _cancel_employment(context: CaseContext, employment_id: int) -> None:
    """Let an employment cover no day: its hire turned out not to fit."""
    row = get(context.connection, people.Employment, employment_id, lock=True)
    if row["valid_to"] == row["valid_from"]:
        return
    values = {
        "valid_to": row["valid_from"],
        "end_reason": "cancelled",
        "ended_recorded_at": context.work.clock(),
    }
    change(context.work, people.Employment, employment_id, values, action="end")
    _replace_placements(context, employment_id, ())


def _timeline_row_for(rows: Sequence[Row], period: EmploymentPeriod) -> Row | None:
    names = {period.root, *period.events}
    return next((row for row in rows if row["root"] in names), None)


def _manager_source(period: EmploymentPeriod, events: Mapping[str, Row]) -> str:
    """Return the source whose ids of managers count; empty if the register knew."""
    keys = [key for key in (*period.events, *period.leavers) if key in events]
    return str(events[keys[0]]["source"]) if keys else ""


def _begin_employment(
    context: CaseContext,
    person_id: int,
    period: EmploymentPeriod,
    events: Mapping[str, Row],
) -> int:
    event, source = events[period.root], _manager_source(period, events)
    entity = _legal_entity_id(context, period)
    new = NewEmployment(
        legal_entity_id=entity,
        number=event["data"].get("number") or event["employee_id"],
        source=f"hr:{source}",
        span=_span(period),
        contract_end=period.contract_end,
    )
    employment_id = employ(
        context.work, person_id, new, _terms(context, period.terms, source)
    )
    known = find(context.connection, EmploymentTimeline, employment_id=employment_id)
    if known is None:
        values = {
            "person_id": person_id,
            "employment_id": employment_id,
            "root": period.root,
        }
        add(context.work, EmploymentTimeline, values)
    else:  # a cancelled one that begins on the same day after all
        change(context.work, EmploymentTimeline, known["id"], {"root": period.root})
    _update_employment(context, employment_id, period, source)
    return employment_id


def _legal_entity_id(context: CaseContext, period: EmploymentPeriod) -> int:
    found = unit_id(
        context.connection, "legal_entity", period.terms.get("legal_entity")
    )
    assert found is not None, "intake checks the legal entity"
    return found


def _span(period: EmploymentPeriod) -> Span:
    if period.cancelled:
        return Span(period.start, period.start)
    return Span(period.start, period.last and period.last + _DAY)


def _update_employment(
    context: CaseContext, employment_id: int, period: EmploymentPeriod, source: str
) -> None:
    """Let an employment and its placements be as the timeline says."""
    row = get(context.connection, people.Employment, employment_id, lock=True)
    span = _span(period)
    values: dict[str, Any] = {
        "valid_from": span.start,
        "valid_to": span.end,
        "contract_end": period.contract_end,
    }
    if span.end != row["valid_to"]:
        values["end_reason"] = (
            "cancelled" if period.cancelled else period.reason or None
        )
        values["ended_recorded_at"] = context.work.clock() if span.end else None
    changed = change(context.work, people.Employment, employment_id, values)
    moved = _replace_placements(
        context, employment_id, _planned_placements(context, period, span, source)
    )
    _emit_changes(context.work, row, span, moved=moved)
    if changed and source and not row["source"].startswith("hr:"):
        change(
            context.work, people.Employment, employment_id, {"source": f"hr:{source}"}
        )


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


def _planned_placements(
    context: CaseContext, period: EmploymentPeriod, span: Span, source: str
) -> list[tuple[Span, EmploymentTerms]]:
    days = [period.start, *(move.on for move in period.moves)]
    ends: list[date | None] = [*days[1:], span.end]
    found: list[tuple[Span, EmploymentTerms]] = []
    for start, end in zip(days, ends, strict=True):
        terms = _terms(context, period.terms_on(start), source)
        if not span or (end is not None and end <= start):
            continue
        if found and found[-1][1] == terms:
            start = found.pop()[0].start
        found.append((Span(start, end), terms))
    return found


def _terms(
    context: CaseContext, terms: Mapping[str, Any], source: str
) -> EmploymentTerms:
    connection = context.connection
    return EmploymentTerms(
        department_id=unit_id(connection, "department", terms.get("department")),
        cost_centre_id=unit_id(connection, "cost_centre", terms.get("cost_centre")),
        manager_id=person_named(connection, terms.get("manager"), source),
        location_id=unit_id(connection, "location", terms.get("location")),
        title=terms.get("title"),
    )


def _replace_placements(
    context: CaseContext,
    employment_id: int,
    planned: Sequence[tuple[Span, EmploymentTerms]],
) -> date | None:
    """Write placements that differ; return the first day on which one does."""
    known = [one for one in placements(context.connection, employment_id) if one.span]
    same = {(one.span, one.terms) for one in known}
    changed: list[date] = []
    ends: dict[int, date | None] = {}
    for one in known:
        if (one.span, one.terms) in planned:
            continue
        match = next(
            (w for w in planned if w[0].start == one.span.start and w[1] == one.terms),
            None,
        )
        ends[one.id] = one.span.start if match is None else match[0].end
        if match is not None:
            same.add(match)
        else:
            changed.append(one.span.start)
    # Shorter ones first: what grows may need the days that another one leaves.
    for one in sorted(known, key=lambda one: _grows(one.span.end, ends.get(one.id))):
        if one.id in ends:
            values: dict[str, Any] = {
                "valid_to": ends[one.id],
                "ended_recorded_at": context.work.clock(),
            }
            change(context.work, people.Placement, one.id, values, action="end")
    for span, terms in planned:
        if (span, terms) in same:
            continue
        values = {name: getattr(terms, name) for name in EmploymentTerms.__slots__}
        values |= {"employment_id": employment_id}
        values |= {"valid_from": span.start, "valid_to": span.end}
        add(context.work, people.Placement, values)
        changed.append(span.start)
    return min(changed, default=None)


def _grows(old: date | None, new: date | None) -> bool:
    """Whether a period that ends with `new` covers more days than with `old`."""
    return old is not None and (new is None or new > old)
