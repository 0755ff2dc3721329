"""Employments and placements follow the timeline. Imports `people`.

Only what differs is written: an event that says what is known changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from inventory.hr.context import Hand
from inventory.hr.history import known_of, person_named, stints_of, unit_id
from inventory.kernel.events import EmploymentEnded, PersonEmployed, PersonMoved
from inventory.kernel.spans import Span
from inventory.people import tables as people
from inventory.people.employments import NewEmployment, employ, placements
from inventory.people.persons import change_person
from inventory.people.rules import Terms
from inventory.provisioning.employment_periods import Stint, Timeline
from inventory.provisioning.tables import HrStint
from inventory.storage.rows import Row, add, change, find, get
from inventory.storage.work import UnitOfWork

_DAY = timedelta(days=1)


def employ_as(
    hand: Hand, person_id: int, timeline: Timeline, spoken: Mapping[str, Row]
) -> dict[str, int]:
    """Write what a timeline says of a person; return employments by root of stint.

    Args:
        hand: The change.
        person_id: Who.
        timeline: All that is known.
        spoken: Events by key: they bring the personnel number of a new employment.
    """
    if timeline.person:
        change_person(hand.work, person_id, **timeline.person)
    _remember(hand, person_id)
    rows = stints_of(hand.connection, person_id)
    found = {}
    new = []
    for stint in timeline.stints:
        row = _row_of(rows, stint)
        if row is None:
            new.append(stint)
            continue
        found[stint.root] = row["employment_id"]
        change(hand.work, HrStint, row["id"], {"root": stint.root})
        _correct(hand, row["employment_id"], stint, _source(stint, spoken))
    for row in rows:
        if row["known"] is None and row["employment_id"] not in found.values():
            _void(hand, row["employment_id"])
    for stint in new:
        if not stint.cancelled:
            found[stint.root] = _begin(hand, person_id, stint, spoken)
    return found


def _remember(hand: Hand, person_id: int) -> None:
    """Keep employments as they were before the first event."""
    seen = {row["employment_id"] for row in stints_of(hand.connection, person_id)}
    for employment_id, known, plain in known_of(hand.connection, person_id):
        if employment_id not in seen:
            values = {"person_id": person_id, "employment_id": employment_id}
            add(hand.work, HrStint, {**values, "known": plain, "root": known.name})


def _void(hand: Hand, employment_id: int) -> None:
    """Let an employment cover no day: its hire turned out not to fit."""
    row = get(hand.connection, people.Employment, employment_id, lock=True)
    if row["valid_to"] == row["valid_from"]:
        return
    values = {
        "valid_to": row["valid_from"],
        "end_reason": "cancelled",
        "ended_recorded_at": hand.work.clock(),
    }
    change(hand.work, people.Employment, employment_id, values, action="end")
    _replace(hand, employment_id, ())


def _row_of(rows: Sequence[Row], stint: Stint) -> Row | None:
    names = {stint.root, *stint.events}
    return next((row for row in rows if row["root"] in names), None)


def _source(stint: Stint, spoken: Mapping[str, Row]) -> str:
    """Return the source whose ids of managers count; empty if the register knew."""
    keys = [key for key in (*stint.events, *stint.leavers) if key in spoken]
    return str(spoken[keys[0]]["source"]) if keys else ""


def _begin(hand: Hand, person_id: int, stint: Stint, spoken: Mapping[str, Row]) -> int:
    event, source = spoken[stint.root], _source(stint, spoken)
    entity = _entity(hand, stint)
    new = NewEmployment(
        legal_entity_id=entity,
        number=event["data"].get("number") or event["employee_id"],
        source=f"hr:{source}",
        span=_span(stint),
        contract_end=stint.contract_end,
    )
    made = employ(hand.work, person_id, new, _terms(hand, stint.terms, source))
    known = find(hand.connection, HrStint, employment_id=made)
    if known is None:
        values = {"person_id": person_id, "employment_id": made, "root": stint.root}
        add(hand.work, HrStint, values)
    else:  # a cancelled one that begins on the same day after all
        change(hand.work, HrStint, known["id"], {"root": stint.root})
    _correct(hand, made, stint, source)
    return made


def _entity(hand: Hand, stint: Stint) -> int:
    found = unit_id(hand.connection, "legal_entity", stint.terms.get("legal_entity"))
    assert found is not None, "intake checks the legal entity"
    return found


def _span(stint: Stint) -> Span:
    if stint.cancelled:
        return Span(stint.start, stint.start)
    return Span(stint.start, stint.last and stint.last + _DAY)


def _correct(hand: Hand, employment_id: int, stint: Stint, source: str) -> None:
    """Let an employment and its placements be as the timeline says."""
    row = get(hand.connection, people.Employment, employment_id, lock=True)
    span = _span(stint)
    values: dict[str, Any] = {
        "valid_from": span.start,
        "valid_to": span.end,
        "contract_end": stint.contract_end,
    }
    if span.end != row["valid_to"]:
        values["end_reason"] = "cancelled" if stint.cancelled else stint.reason or None
        values["ended_recorded_at"] = hand.work.clock() if span.end else None
    changed = change(hand.work, people.Employment, employment_id, values)
    moved = _replace(hand, employment_id, _wanted(hand, stint, span, source))
    _tell(hand.work, row, span, moved=moved)
    if changed and source and not row["source"].startswith("hr:"):
        change(hand.work, people.Employment, employment_id, {"source": f"hr:{source}"})


def _tell(work: UnitOfWork, before: Row, span: Span, *, moved: date | None) -> None:
    ids = {"person_id": before["person_id"], "employment_id": before["id"]}
    if before["valid_from"] != span.start and span:
        work.emit(PersonEmployed(**ids, on=span.start))
    if before["valid_to"] != span.end and span.end is not None:
        work.emit(EmploymentEnded(**ids, on=span.end))
    if moved is not None and span:
        work.emit(PersonMoved(**ids, on=moved))


def _wanted(
    hand: Hand, stint: Stint, span: Span, source: str
) -> list[tuple[Span, Terms]]:
    days = [stint.start, *(move.on for move in stint.moves)]
    ends: list[date | None] = [*days[1:], span.end]
    found: list[tuple[Span, Terms]] = []
    for start, end in zip(days, ends, strict=True):
        terms = _terms(hand, stint.terms_on(start), source)
        if not span or (end is not None and end <= start):
            continue
        if found and found[-1][1] == terms:
            start = found.pop()[0].start
        found.append((Span(start, end), terms))
    return found


def _terms(hand: Hand, said: Mapping[str, Any], source: str) -> Terms:
    connection = hand.connection
    return Terms(
        department_id=unit_id(connection, "department", said.get("department")),
        cost_centre_id=unit_id(connection, "cost_centre", said.get("cost_centre")),
        manager_id=person_named(connection, said.get("manager"), source),
        location_id=unit_id(connection, "location", said.get("location")),
        title=said.get("title"),
    )


def _replace(
    hand: Hand, employment_id: int, wanted: Sequence[tuple[Span, Terms]]
) -> date | None:
    """Write placements that differ; return the first day on which one does."""
    known = [one for one in placements(hand.connection, employment_id) if one.span]
    same = {(one.span, one.terms) for one in known}
    changed: list[date] = []
    for one in known:
        if (one.span, one.terms) in wanted:
            continue
        match = next(
            (w for w in wanted if w[0].start == one.span.start and w[1] == one.terms),
            None,
        )
        end = one.span.start if match is None else match[0].end
        values: dict[str, Any] = {
            "valid_to": end,
            "ended_recorded_at": hand.work.clock(),
        }
        change(hand.work, people.Placement, one.id, values, action="end")
        if match is not None:
            same.add(match)
        else:
            changed.append(one.span.start)
    for span, terms in wanted:
        if (span, terms) in same:
            continue
        values = {name: getattr(terms, name) for name in Terms.__slots__}
        values |= {"employment_id": employment_id}
        values |= {"valid_from": span.start, "valid_to": span.end}
        add(hand.work, people.Placement, values)
        changed.append(span.start)
    return min(changed, default=None)
