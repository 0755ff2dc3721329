"""Events and employments of a person, as the pure rules want them. Reads only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from inventory.people import tables as people
from inventory.people.employments import placements
from inventory.people.rules import EmploymentTerms
from inventory.provisioning.employment_periods import RegisteredEmployment
from inventory.provisioning.event_kinds import EventKind, EventStatement
from inventory.provisioning.tables import EmploymentTimeline, HrEvent, HrIdentity
from inventory.storage.rows import Row, col, find, id_of, table_of

_EVENT = table_of(HrEvent)
_TIMELINE = table_of(EmploymentTimeline)
_EMPLOYMENT = table_of(people.Employment)

UNITS: Mapping[str, Any] = {
    "legal_entity": people.LegalEntity,
    "department": people.Department,
    "cost_centre": people.CostCentre,
    "location": people.Location,
}
"""Fields of work that name a unit by its code."""


def key_of(event: Row) -> str:
    """Return the unique name of an event."""
    return f"{event['source']}\n{event['event_id']}"


def statement_of(event: Row) -> EventStatement:
    """Return an event as the rules see it."""
    return EventStatement(
        key=key_of(event),
        source=event["source"],
        kind=EventKind(event["kind"]),
        on=event["effective_on"],
        asserted_at=event["asserted_at"],
        data=event["data"],
    )


def events_of(connection: Connection, person_id: int) -> list[Row]:
    """Return all events of a person, as they were received."""
    query = select(_EVENT).where(col(HrEvent.person_id) == person_id)
    rows = connection.execute(query.order_by(id_of(HrEvent))).mappings()
    return [dict(row) for row in rows]


def event_timelines(connection: Connection, person_id: int) -> list[Row]:
    """Return the employments of a person that events speak of."""
    query = select(_TIMELINE).where(col(EmploymentTimeline.person_id) == person_id)
    rows = connection.execute(query.order_by(id_of(EmploymentTimeline))).mappings()
    return [dict(row) for row in rows]


def employments_before_events(
    connection: Connection, person_id: int
) -> list[tuple[int, RegisteredEmployment, Row]]:
    """Return employments that were there before any event.

    Returns:
        (id of the employment, as the rules see it, the same as plain JSON to keep).
    """
    seen = {row["employment_id"]: row for row in event_timelines(connection, person_id)}
    query = select(_EMPLOYMENT).where(col(people.Employment.person_id) == person_id)
    rows = connection.execute(query.order_by(id_of(people.Employment))).mappings()
    found = []
    for row in rows:
        period = seen.get(row["id"])
        if period is not None and period["known"] is None:
            continue
        kept_json = period["known"] if period else _as_json(connection, dict(row))
        if kept_json["last"] is None or kept_json["last"] >= kept_json["start"]:
            found.append((row["id"], _from_json(row["id"], kept_json), kept_json))
    return found


def _as_json(connection: Connection, row: Row) -> Row:
    """Return an employment as plain JSON, with codes instead of ids."""
    periods = [one for one in placements(connection, row["id"]) if one.span]
    entity = _code(connection, "legal_entity", row["legal_entity_id"])
    terms_by_day = [
        (one.span.start.isoformat(), _terms_as_codes(connection, one.terms))
        for one in periods
    ]
    first = terms_by_day[0][1] if terms_by_day else {}
    end = row["valid_to"]
    return {
        "start": row["valid_from"].isoformat(),
        "last": end and date.fromordinal(end.toordinal() - 1).isoformat(),
        "contract_end": row["contract_end"] and row["contract_end"].isoformat(),
        "terms": {"legal_entity": entity, **first},
        "moves": terms_by_day[1:],
    }


def _from_json(employment_id: int, kept_json: Row) -> RegisteredEmployment:
    def day(text: str | None) -> date | None:
        return None if text is None else date.fromisoformat(text)

    start = day(kept_json["start"])
    assert start is not None
    return RegisteredEmployment(
        name=f"known:{employment_id}",
        start=start,
        last=day(kept_json["last"]),
        contract_end=day(kept_json["contract_end"]),
        terms=kept_json["terms"],
        moves=tuple(
            (date.fromisoformat(on), terms) for on, terms in kept_json["moves"]
        ),
    )


def _terms_as_codes(connection: Connection, terms: EmploymentTerms) -> Row:
    manager = None
    if terms.manager_id is not None:
        manager = find(connection, people.Person, id=terms.manager_id)
    return {
        "department": _code(connection, "department", terms.department_id),
        "cost_centre": _code(connection, "cost_centre", terms.cost_centre_id),
        "location": _code(connection, "location", terms.location_id),
        "manager": manager and manager["key"],
        "title": terms.title,
    }


def _code(connection: Connection, unit: str, number: int | None) -> str | None:
    if number is None:
        return None
    row = find(connection, UNITS[unit], id=number)
    return None if row is None else str(row["code"])


def unit_id(connection: Connection, unit: str, code: str | None) -> int | None:
    """Return the id of a unit by its code; None if there is none."""
    row = find(connection, UNITS[unit], code=code) if code else None
    return None if row is None else int(row["id"])


def person_named(connection: Connection, name: str | None, source: str) -> int | None:
    """Return who is meant by a person's key, or by an employee id of a source."""
    if not name:
        return None
    row = find(connection, people.Person, key=name)
    if row is not None:
        return int(row["id"])
    known = find(connection, HrIdentity, source=source, employee_id=name)
    return None if known is None else int(known["person_id"])


def site_of(connection: Connection, location: str | None) -> str:
    """Return the code of the site a place belongs to; empty if it is not known."""
    row = find(connection, people.Location, code=location) if location else None
    for _ in range(32):
        if row is None:
            break
        if row["kind"] == "site":
            return str(row["code"])
        parent = row["parent_id"]
        row = find(connection, people.Location, id=parent) if parent else None
    return ""
