"""Writes units, manufacturers, persons and placements of a file. Imports `people`."""

from __future__ import annotations

from inventory.assets.register.manufacturers import ensure_manufacturer
from inventory.bulk.files.sections import FileRow
from inventory.bulk.known_codes import KnownIds
from inventory.kernel.errors import Invalid
from inventory.kernel.spans import Span
from inventory.kernel.texts import N_
from inventory.people.employments import (
    NewEmployment,
    employ,
    employments_on,
    end_employment,
    placements,
    transfer,
)
from inventory.people.organisation import ensure
from inventory.people.persons import NewPerson, add_person
from inventory.people.rules import EmploymentTerms
from inventory.storage.work import UnitOfWork

_UNITS = {
    "legal_entities": "legal_entity",
    "cost_centres": "cost_centre",
    "departments": "department",
    "locations": "location",
    "teams": "team",
}
_PERSON = ("key", "family_name", "given_name", "email", "login")


def write_unit(work: UnitOfWork, known: KnownIds, line: FileRow) -> None:
    """Add or correct a unit of the organisation, but for what it is a part of."""
    values = line.values
    fields = {
        name: values.get(name) for name in ("name", "currency", "country", "kind")
    }
    fields["valid_from"], fields["valid_to"] = values.get("from"), values.get("to")
    for field, section in (
        ("legal_entity", "legal_entities"),
        ("cost_centre", "cost_centres"),
        ("department", "departments"),
    ):
        fields[f"{field}_id"] = known.id(section, values.get(field))
    code = values["code"]
    known.ids[line.section][code] = ensure(work, _UNITS[line.section], code, **fields)


def write_parent(work: UnitOfWork, known: KnownIds, line: FileRow) -> None:
    """Put a unit under another, now that all are there."""
    parent = line.values.get("parent")
    if parent is not None:
        ensure(
            work,
            _UNITS[line.section],
            line.values["code"],
            parent_id=known.id(line.section, parent),
        )


def write_manufacturer(work: UnitOfWork, known: KnownIds, line: FileRow) -> None:
    """Add a manufacturer and its aliases."""
    ensure_manufacturer(work, line.values["name"], line.values.get("aliases", ()))


def write_person(work: UnitOfWork, known: KnownIds, line: FileRow) -> None:
    """Add or complete a person."""
    fields = {name: line.values[name] for name in _PERSON if name in line.values}
    known.ids["persons"][fields["key"]] = add_person(work, NewPerson(**fields))


def write_employment(
    work: UnitOfWork, known: KnownIds, line: FileRow, *, source: str
) -> None:
    """Begin the employment that a row of a person tells, and end it if it says so."""
    values = line.values
    if "number" not in values:
        return
    new = NewEmployment(
        legal_entity_id=known.ids["legal_entities"][values["legal_entity"]],
        number=values["number"],
        source=source,
        span=Span(values["from"]),
        contract_end=values.get("contract_end"),
    )
    person_id = known.ids["persons"][values["key"]]
    employment_id = employ(work, person_id, new, _terms(known, line))
    if "to" in values:
        end_employment(work, employment_id, values["to"], values.get("end_reason", ""))


def write_placement(work: UnitOfWork, known: KnownIds, line: FileRow) -> None:
    """Move a person, unless this move is recorded."""
    on = line.values["from"]
    person_id = known.ids["persons"][line.values["person"]]
    jobs = employments_on(work.connection, on, person_id)
    if not jobs:
        raise Invalid(
            N_("Nobody employs {person!r} on {on}."),
            where="from",
            remedy=N_("Give the employment in the row of the person first."),
            person=line.values["person"],
            on=on,
        )
    terms = _terms(known, line)
    recorded = placements(work.connection, jobs[0]["id"])
    if not any(one.span.start == on and one.terms == terms for one in recorded):
        transfer(work, jobs[0]["id"], terms, on)


def _terms(known: KnownIds, line: FileRow) -> EmploymentTerms:
    values = line.values
    return EmploymentTerms(
        department_id=known.id("departments", values.get("department")),
        cost_centre_id=known.id("cost_centres", values.get("cost_centre")),
        manager_id=known.id("persons", values.get("manager")),
        location_id=known.id("locations", values.get("location")),
        title=values.get("title"),
    )
