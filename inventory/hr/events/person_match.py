"""Who an event is about: by (source, employee id), never by name. Imports `people`."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update

from inventory.hr.context import CaseContext
from inventory.hr.history import UNITS, unit_id
from inventory.kernel.errors import Conflict, Invalid, NotFound
from inventory.kernel.texts import N_
from inventory.people import tables as people
from inventory.people.persons import NewPerson, add_person
from inventory.provisioning.event_format import Incoming, announces_hire
from inventory.provisioning.tables import HrEvent, HrIdentity
from inventory.storage.rows import Row, add, col, find, get, id_of, table_of

_EVENT = table_of(HrEvent)


def checked_data(context: CaseContext, incoming: Incoming) -> dict[str, Any]:
    """Return the data of an event, completed; every unit it names must be there.

    Raises:
        NotFound: A legal entity, department, cost centre or place is not known.
        Invalid: It is not clear which legal entity employs somebody.
    """
    data = dict(incoming.data)
    for unit in UNITS:
        code = data.get(unit)
        if code and unit_id(context.connection, unit, code) is None:
            raise NotFound(
                N_("There is no {unit} {code!r}."),
                where=f"data.{unit}",
                remedy=N_("Load it first, or correct its code."),
                unit=unit.replace("_", " "),
                code=code,
            )
    if announces_hire(incoming) and not data.get("legal_entity"):
        data["legal_entity"] = _only_entity(context)
    return data


def _only_entity(context: CaseContext) -> str:
    codes = (
        context.connection.execute(select(col(people.LegalEntity.code)).limit(2))
        .scalars()
        .all()
    )
    if len(codes) != 1:
        raise Invalid(
            N_("The event does not name the legal entity that employs the person."),
            where="data.legal_entity",
            remedy=N_("Send its code."),
        )
    return str(codes[0])


def find_person(context: CaseContext, incoming: Incoming, data: Row) -> int | None:
    """Return the person an event is about; None if nobody of that id was announced.

    A hire of somebody unknown adds a person.

    Raises:
        Conflict: The personnel number belongs to somebody else.
        Invalid: A person to add has no name.
    """
    known = find(
        context.connection,
        HrIdentity,
        source=incoming.source,
        employee_id=incoming.employee_id,
    )
    if known is not None:
        return int(known["person_id"])
    person_id = _person_by_key(context, data) or _person_by_number(
        context, incoming, data
    )
    if person_id is None and announces_hire(incoming):
        person_id = _add_person(context, incoming, data)
    if person_id is not None:
        _add_identity(context, incoming.source, incoming.employee_id, person_id)
    return person_id


def _person_by_key(context: CaseContext, data: Row) -> int | None:
    key = data.get("person")
    if not key:
        return None
    row = find(context.connection, people.Person, key=key)
    if row is None:
        raise NotFound(
            N_("There is no person {key!r}."),
            where="data.person",
            key=key,
        )
    return int(row["id"])


def _person_by_number(
    context: CaseContext, incoming: Incoming, data: Row
) -> int | None:
    """Return who has the personnel number in that legal entity."""
    entity = unit_id(context.connection, "legal_entity", data.get("legal_entity"))
    number = data.get("number") or incoming.employee_id
    query = select(col(people.Employment.person_id)).where(
        col(people.Employment.number) == number
    )
    if entity is not None:
        query = query.where(col(people.Employment.legal_entity_id) == entity)
    found = context.connection.execute(query.distinct()).scalars().all()
    if len(found) != 1:
        return None
    person = get(context.connection, people.Person, found[0])
    if _names_differ(person, data):
        raise Conflict(
            N_("The personnel number {number!r} belongs to somebody of another name."),
            where="data.number",
            remedy=N_("Send the right `number`, or the person's key as `person`."),
            number=number,
        )
    return int(found[0])


def _names_differ(person: Row, data: Row) -> bool:
    """Whether both names differ: then the number was taken for another's."""
    announced = [data.get("given_name"), data.get("family_name")]
    known = [person["given_name"], person["family_name"]]
    pairs = [(a, b) for a, b in zip(announced, known, strict=True) if a and b]
    return bool(pairs) and all(a.casefold() != b.casefold() for a, b in pairs)


def _add_person(context: CaseContext, incoming: Incoming, data: Row) -> int:
    if not data.get("family_name"):
        raise Invalid(
            N_("Somebody new needs a name."),
            where="data.family_name",
            remedy=N_("Send given_name and family_name."),
        )
    person_id = add_person(
        context.work,
        NewPerson(
            key=f"{incoming.source}:{incoming.employee_id}",
            family_name=data["family_name"],
            given_name=data.get("given_name", ""),
            email=data.get("email"),
            login=data.get("login"),
        ),
    )
    return person_id


def _add_identity(
    context: CaseContext, source: str, employee_id: str, person_id: int
) -> None:
    values = {"source": source, "employee_id": employee_id, "person_id": person_id}
    add(context.work, HrIdentity, values)


def claim_waiting_events(context: CaseContext, person_id: int) -> int:
    """Take in events that waited for a person to be announced; return how many."""
    query = (
        select(_EVENT).where(col(HrEvent.person_id).is_(None)).order_by(id_of(HrEvent))
    )
    claimed = 0
    for row in context.connection.execute(query).mappings().all():
        if _person_of_waiting_event(context, dict(row)) != person_id:
            continue
        context.connection.execute(
            update(_EVENT)
            .where(id_of(HrEvent) == row["id"])
            .values(person_id=person_id)
        )
        claimed += 1
    return claimed


def _person_of_waiting_event(context: CaseContext, row: Row) -> int | None:
    ids = {"source": row["source"], "employee_id": row["employee_id"]}
    known = find(context.connection, HrIdentity, **ids)
    if known is not None:
        return int(known["person_id"])
    number = row["data"].get("number") or row["employee_id"]
    query = select(col(people.Employment.person_id)).where(
        col(people.Employment.number) == number
    )
    entity = unit_id(
        context.connection, "legal_entity", row["data"].get("legal_entity")
    )
    if entity is not None:
        query = query.where(col(people.Employment.legal_entity_id) == entity)
    found = context.connection.execute(query.distinct()).scalars().all()
    if len(found) != 1:
        return None
    person = get(context.connection, people.Person, found[0])
    if _names_differ(person, row["data"]):
        return None
    _add_identity(context, row["source"], row["employee_id"], found[0])
    return int(found[0])
