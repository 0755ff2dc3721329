"""All that decides about a person, loaded once. Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Integer,
    and_,
    bindparam,
    literal,
    or_,
    select,
    union_all,
)

from inventory.hr.context import CaseContext
from inventory.hr.history import key_of, organisation_of, persons_named, sites_of
from inventory.kernel.spans import Span
from inventory.people import tables as people
from inventory.people.rules import EmploymentTerms, RecordedPlacement
from inventory.provisioning.case_tables import ProvisioningCase
from inventory.provisioning.statements.employment_periods import RegisteredEmployment
from inventory.provisioning.statements.organisation import Organisation, Unit
from inventory.provisioning.tables import EmploymentTimeline, HrEvent, KitVersion
from inventory.storage.rows import Row, col, get, id_of, table_of

WITHOUT_EFFECT = frozenset({"held", "conflict", "withdrawn"})
"""Verdicts of events that do not count."""
OF_NOBODY = ("parked", "superseded")
"""Verdicts of events that wait for the person they are about."""
_EVENT = table_of(HrEvent)
_EMPLOYMENT = table_of(people.Employment)
_TIMELINE = table_of(EmploymentTimeline)
_PLACEMENT = table_of(people.Placement)
_CASE, _VERSION = table_of(ProvisioningCase), table_of(KitVersion)
_DAY = timedelta(days=1)


@dataclass(slots=True)
class PersonFile:
    """All that decides about a person.

    Attributes:
        person: The row, locked.
        events: Events that count, as they were received.
        new: The person was just added, for the one event there is.
        contested: Events that contradict the register.
        taken_back: Events that one about somebody else replaces, and the reason.
        employments: Rows with `timeline_id`, `known` and `root`, by id.
        placements: Placements by employment, the oldest first.
        organisation: What the names in the events stand for.
        codes: (unit, id) -> code of units that placements refer to.
        sites: Place -> site.
        cases: Rows with the `document` of their kits, by id.
        waiting: Events of nobody that the person may be meant by; None if nobody has
            looked for them.
        free_number: (code of a legal entity, number) that nobody else has there.
    """

    person: Row
    events: list[Row]
    new: bool = False
    contested: list[Row] = field(default_factory=list)
    taken_back: dict[str, str] = field(default_factory=dict)
    employments: dict[int, Row] = field(default_factory=dict)
    placements: dict[int, list[RecordedPlacement]] = field(default_factory=dict)
    organisation: Organisation = field(default_factory=Organisation)
    codes: dict[tuple[str, int], str] = field(default_factory=dict)
    sites: dict[str, str] = field(default_factory=dict)
    cases: dict[int, Row] = field(default_factory=dict)
    waiting: list[Row] | None = None
    free_number: tuple[str, str] | None = None

    @property
    def id(self) -> int:
        """The person."""
        return int(self.person["id"])

    @property
    def by_key(self) -> dict[str, Row]:
        """Events by their unique name."""
        return {key_of(event): event for event in self.events}

    def site_of(self, location: str | None) -> str:
        """Return the site of a place; empty if it is not known."""
        return self.sites.get(location, "") if location else ""

    def registered(self) -> list[tuple[int, RegisteredEmployment, Row]]:
        """Return employments that were there before any event.

        Returns:
            (id of the employment, as the rules see it, the same as JSON to keep).
        """
        found = []
        for row in self.employments.values():
            if row["timeline_id"] is not None and row["known"] is None:
                continue
            kept = row["known"] if row["timeline_id"] else self._as_json(row)
            if kept["last"] is None or kept["last"] >= kept["start"]:
                found.append((row["id"], _from_json(row["id"], kept), kept))
        return found

    def _as_json(self, row: Row) -> Row:
        """Return an employment as plain JSON, with codes instead of ids."""
        placed = [one for one in self.placements.get(row["id"], ()) if one.span]
        terms_by_day = [
            (one.span.start.isoformat(), self._terms_as_codes(one.terms))
            for one in placed
        ]
        first = terms_by_day[0][1] if terms_by_day else {}
        end = row["valid_to"]
        entity = self.codes.get(("legal_entity", row["legal_entity_id"]))
        return {
            "start": row["valid_from"].isoformat(),
            "last": end and (end - _DAY).isoformat() if end else None,
            "contract_end": row["contract_end"] and row["contract_end"].isoformat(),
            "terms": {"legal_entity": entity, **first},
            "moves": terms_by_day[1:],
        }

    def _terms_as_codes(self, terms: EmploymentTerms) -> Row:
        manager = next(
            (
                person.key
                for person in self.organisation.people.values()
                if person.id == terms.manager_id
            ),
            None,
        )
        units = ("department", "cost_centre", "location")
        found: Row = {
            unit: self.codes.get((unit, getattr(terms, f"{unit}_id"))) for unit in units
        }
        return found | {"manager": manager, "title": terms.title}


def load_person(context: CaseContext, person_id: int) -> PersonFile:
    """Load a person with all that decides, and lock the row until the commit."""
    connection = context.connection
    person = get(connection, people.Person, person_id, lock=True)
    file = PersonFile(person, [])
    query = select(_EVENT).where(col(HrEvent.person_id) == person_id)
    rows = connection.execute(query.order_by(id_of(HrEvent))).mappings()
    events = [dict(row) for row in rows]
    file.events = [row for row in events if row["verdict"] not in WITHOUT_EFFECT]
    file.contested = [row for row in events if row["verdict"] == "conflict"]
    file.taken_back = _replaced_elsewhere(context, person_id, file.events)
    file.employments = _employments(context, person_id)
    file.placements = _placements(context, file.employments)
    _load_names(context, file)
    file.cases = _cases(context, person_id)
    return file


def file_of_stranger(
    context: CaseContext,
    person: Row,
    event: Row,
    units: Mapping[tuple[str, str], Unit],
    *,
    number_free: bool,
) -> PersonFile:
    """Return all there is of somebody who was just added for an event.

    Args:
        context: The change.
        person: The row that was added.
        event: The event, as it was stored.
        units: What it names.
        number_free: Nobody has the personnel number it names.
    """
    file = PersonFile(person, [event], new=True, waiting=[])
    if number_free:
        file.free_number = (event["data"]["legal_entity"], event["number"])
    asked = {n: event[n] for n in ("number", "source", "employee_id", "event_id")}
    query = _waiting_query()
    rows = context.connection.execute(query, asked | {"person": person["id"]})
    found = sorted(map(dict, rows.mappings()), key=lambda row: int(row["id"]))
    file.waiting = [row for row in found if row["why"] == "about"]
    file.taken_back = _taken_back(row for row in found if row["why"] == "instead")
    manager = event["data"].get("manager")
    said = [(event["source"], str(manager))] if manager else []
    named = persons_named(context.connection, said)
    _keep_names(context, file, Organisation(units, named, complete=True))
    return file


@lru_cache(maxsize=1)
def _waiting_query() -> CompoundSelect[Any]:
    """Return the query for what waits for a stranger, and what replaces the event."""

    def said(name: str) -> BindParameter[Any]:
        return bindparam(name, type_=_EVENT.c[name].type)

    waits = select(_EVENT, literal("about").label("why")).where(
        col(HrEvent.person_id).is_(None),
        col(HrEvent.verdict).in_(OF_NOBODY),
        or_(
            col(HrEvent.number) == said("number"),
            and_(
                col(HrEvent.source) == said("source"),
                col(HrEvent.employee_id) == said("employee_id"),
            ),
        ),
    )
    person: BindParameter[int] = bindparam("person", type_=Integer)
    instead = select(_EVENT, literal("instead")).where(
        col(HrEvent.replaces) == said("event_id"), *_replaces_elsewhere(person)
    )
    return union_all(waits, instead)


def _replaced_elsewhere(
    context: CaseContext, person_id: int, events: Iterable[Row]
) -> dict[str, str]:
    """Return events of a person that an event about somebody else stands for."""
    ids = [event["event_id"] for event in events]
    if not ids:
        return {}
    query = select(_EVENT).where(
        col(HrEvent.replaces).in_(ids), *_replaces_elsewhere(person_id)
    )
    return _taken_back(map(dict, context.connection.execute(query).mappings()))


def _replaces_elsewhere(
    person_id: int | BindParameter[int],
) -> list[ColumnElement[bool]]:
    return [
        col(HrEvent.verdict).not_in(WITHOUT_EFFECT),
        col(HrEvent.person_id).is_distinct_from(person_id),
    ]


def _taken_back(replacing: Iterable[Row]) -> dict[str, str]:
    return {
        f"{row['source']}\n{row['replaces']}": (
            f"{row['source']} replaced it by one about {row['employee_id']}"
        )
        for row in replacing
    }


def _employments(context: CaseContext, person_id: int) -> dict[int, Row]:
    query = (
        select(
            _EMPLOYMENT,
            id_of(EmploymentTimeline).label("timeline_id"),
            col(EmploymentTimeline.known),
            col(EmploymentTimeline.root),
        )
        .outerjoin(
            _TIMELINE, col(EmploymentTimeline.employment_id) == id_of(people.Employment)
        )
        .where(col(people.Employment.person_id) == person_id)
        .order_by(id_of(people.Employment))
    )
    rows = context.connection.execute(query).mappings()
    return {row["id"]: dict(row) for row in rows}


def _placements(
    context: CaseContext, employments: Mapping[int, Row]
) -> dict[int, list[RecordedPlacement]]:
    if not employments:
        return {}
    query = (
        select(_PLACEMENT)
        .where(col(people.Placement.employment_id).in_(employments))
        .order_by(col(people.Placement.valid_from), id_of(people.Placement))
    )
    found: dict[int, list[RecordedPlacement]] = {}
    for row in context.connection.execute(query).mappings():
        one = RecordedPlacement(
            row["id"],
            Span(row["valid_from"], row["valid_to"]),
            EmploymentTerms(**{name: row[name] for name in EmploymentTerms.__slots__}),
        )
        found.setdefault(row["employment_id"], []).append(one)
    return found


def _load_names(context: CaseContext, file: PersonFile) -> None:
    terms = [one.terms for placed in file.placements.values() for one in placed]
    ids: list[tuple[str, int]] = [
        (unit, number)
        for one in terms
        for unit in ("department", "cost_centre", "location")
        if (number := getattr(one, f"{unit}_id")) is not None
    ]
    ids += [("legal_entity", e["legal_entity_id"]) for e in file.employments.values()]
    managers = [one.manager_id for one in terms if one.manager_id is not None]
    named = organisation_of(context.connection, file.events, ids, managers)
    _keep_names(context, file, named)


def _keep_names(context: CaseContext, file: PersonFile, named: Organisation) -> None:
    file.organisation = named
    file.codes = {
        (unit, known.id): code
        for (unit, code), known in file.organisation.units.items()
    }
    places = [code for unit, code in file.organisation.units if unit == "location"]
    file.sites = sites_of(context.connection, places)


def _cases(context: CaseContext, person_id: int) -> dict[int, Row]:
    query = (
        select(_CASE, col(KitVersion.document))
        .outerjoin(_VERSION, id_of(KitVersion) == col(ProvisioningCase.kit_version_id))
        .where(col(ProvisioningCase.person_id) == person_id)
        .order_by(id_of(ProvisioningCase))
        .with_for_update(of=_CASE)
    )
    rows = context.connection.execute(query).mappings()
    return {row["id"]: dict(row) for row in rows}


def _from_json(employment_id: int, kept: Row) -> RegisteredEmployment:
    def day(text: str | None) -> date | None:
        return None if text is None else date.fromisoformat(text)

    moves: list[tuple[str, dict[str, Any]]] = kept["moves"]
    return RegisteredEmployment(
        name=f"known:{employment_id}",
        start=date.fromisoformat(kept["start"]),
        last=day(kept["last"]),
        contract_end=day(kept["contract_end"]),
        terms=kept["terms"],
        moves=tuple((date.fromisoformat(on), terms) for on, terms in moves),
    )
