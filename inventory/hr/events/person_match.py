"""Who an event is about: by (source, employee id), then by rules that are data."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    CompoundSelect,
    bindparam,
    exists,
    func,
    literal,
    or_,
    select,
    union,
    update,
)

from inventory.directory.joining import Described, Joined, find_described
from inventory.hr.context import CaseContext
from inventory.hr.events.questions import ends_of_keys, led_by_nobody
from inventory.hr.history import UNITS, units_named
from inventory.hr.person_file import OF_NOBODY, WITHOUT_EFFECT, PersonFile
from inventory.kernel.errors import Conflict, Invalid, NotFound
from inventory.kernel.texts import N_, Said
from inventory.people import tables as people
from inventory.people.persons import NewPerson, add_stranger, has_left
from inventory.provisioning.statements.event_format import Incoming, announces_hire
from inventory.provisioning.statements.event_kinds import BEGINS
from inventory.provisioning.statements.organisation import (
    BOUND_UNITS,
    Organisation,
    Unit,
)
from inventory.provisioning.tables import HrEvent, HrIdentity
from inventory.provisioning.tasks import open_task
from inventory.storage.rows import AnySelect, Row, add, col, find, get, id_of, table_of
from inventory.storage.work import UnitOfWork

_EVENT = table_of(HrEvent)
JOIN = "join-persons"
"""Kind of the task that asks whether two persons are one."""


@dataclass(frozen=True, slots=True)
class Match:
    """Whom an event is about.

    Attributes:
        person_id: None while nobody of that id was announced.
        new: The person was added for it.
        joined: The source's id of the person was not known before.
        row: The person, if he or she was added.
        number_free: Nobody has the personnel number it names.
        led: Persons whose manager was named by that id, which somebody has now.
    """

    person_id: int | None
    new: bool = False
    joined: bool = False
    row: Row | None = None
    number_free: bool = False
    led: tuple[int, ...] = ()


def checked_data(
    context: CaseContext, incoming: Incoming
) -> tuple[dict[str, Any], dict[tuple[str, str], Unit]]:
    """Return the data of an event, completed, and the units that it names.

    Raises:
        NotFound: A legal entity, department, cost centre or place is not known.
        Invalid: It is not clear which legal entity employs somebody, or a unit it
            names belongs to another one.
    """
    data = dict(incoming.data)
    codes = [(unit, data[unit]) for unit in UNITS if data.get(unit)]
    employer_missing = announces_hire(incoming) and not data.get("legal_entity")
    wanted = 2 if employer_missing else 0
    asked = (tuple(codes), wanted)
    known = context.units.get(asked)
    if known is None:
        known = units_named(context.connection, codes, entities=wanted)
        context.units[asked] = known
    for unit, code in codes:
        if (unit, code) not in known:
            raise NotFound(
                N_("There is no {unit} {code!r}."),
                where=f"data.{unit}",
                remedy=N_("Load it first, or correct its code."),
                unit=unit.replace("_", " "),
                code=code,
            )
    if employer_missing:
        data["legal_entity"] = _only_entity(known)
    _check_units(Organisation(known), data)
    return data, known


def _check_units(organisation: Organisation, data: Row) -> None:
    """Refuse units that belong to another legal entity than the one named beside."""
    for unit in BOUND_UNITS:
        if not organisation.fits(unit, data.get(unit), data.get("legal_entity")):
            raise Invalid(
                N_("The {unit} {code!r} belongs to {owner}, not to {entity}."),
                where=f"data.{unit}",
                remedy=N_("Name a {unit} of that legal entity."),
                unit=unit.replace("_", " "),
                code=data[unit],
                owner=organisation.owner_of(unit, data[unit]),
                entity=data["legal_entity"],
            )


def _only_entity(known: Iterable[tuple[str, str]]) -> str:
    codes = [code for unit, code in known if unit == "legal_entity"]
    if len(codes) != 1:
        raise Invalid(
            N_("The event does not name the legal entity that employs the person."),
            where="data.legal_entity",
            remedy=N_("Send its code."),
        )
    return str(codes[0])


def find_person(context: CaseContext, incoming: Incoming, data: Row) -> Match:
    """Return the person that an event of an id not heard of yet is about.

    A hire of somebody unknown adds a person.

    Raises:
        Conflict: The personnel number belongs to somebody else.
        Invalid: A person to add has no name.
    """
    named = _named(context, incoming, data)
    person_id = (
        _person_by_key(context, data)
        or _person_by_number(context, incoming, data, named.holders)
        or named.keeps_key
    )
    joined, row = Joined(None), None
    if person_id is None:
        joined = find_described(
            context.connection,
            _described(incoming, data),
            context.rules.policy.joining,
        )
        person_id = joined.person_id
    if person_id is None and announces_hire(incoming):
        row = _add_person(context, incoming, data, joined)
        person_id = row["id"]
    if person_id is None:
        return Match(None)
    name = {"source": incoming.source, "employee_id": incoming.employee_id}
    add(context.work, HrIdentity, {**name, "person_id": person_id})
    return Match(
        person_id,
        new=row is not None,
        joined=True,
        row=row,
        number_free=not named.holders,
        led=tuple(sorted(named.led)),
    )


@dataclass(frozen=True, slots=True)
class _Named:
    """What the register knows of the names in an event.

    Attributes:
        holders: Who has the personnel number, or was announced with it.
        keeps_key: Who was added under the key that the event would give.
        led: Persons whose manager was named by the id.
    """

    holders: frozenset[int]
    keeps_key: int | None
    led: frozenset[int]


def _named(context: CaseContext, incoming: Incoming, data: Row) -> _Named:
    """Look all the names of an event up in one statement."""
    key, entity = f"{incoming.source}:{incoming.employee_id}", data.get("legal_entity")
    named = {
        "number": number_named(incoming.employee_id, data),
        "key": key,
        "led": ends_of_keys(incoming.employee_id),
        "led_by_key": ends_of_keys(key),
    } | ({"entity": entity} if entity else {})
    found: dict[str, set[int]] = {}
    query = _named_query(of_entity=bool(entity))
    for person_id, how in context.connection.execute(query, named):
        found.setdefault(how, set()).add(int(person_id))
    return _Named(
        frozenset(found.get("number", ())),
        next(iter(found.get("key", ())), None),
        frozenset(found.get("led", ())),
    )


def _described(incoming: Incoming, data: Row) -> Described:
    return Described(
        number=data.get("number") or incoming.employee_id,
        entity=data.get("legal_entity"),
        **{
            name: data.get(name)
            for name in ("email", "login", "given_name", "family_name")
        },
    )


@lru_cache(maxsize=2)
def _named_query(*, of_entity: bool) -> CompoundSelect[Any]:
    of_key = func.coalesce(col(people.Person.merged_into_id), id_of(people.Person))
    by_key = select(of_key, literal("key")).where(
        col(people.Person.key) == bindparam("key")
    )
    led = led_by_nobody("led", "led_by_key").add_columns(literal("led"))
    return union(*_holder_queries(of_entity=of_entity), by_key, led)


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
    return int(row["merged_into_id"] or row["id"])


def number_named(employee_id: str, data: Row) -> str:
    """Return the personnel number an event names: its own, or the employee's id."""
    return str(data.get("number") or employee_id)


def _person_by_number(
    context: CaseContext, incoming: Incoming, data: Row, found: Collection[int]
) -> int | None:
    """Return who alone has the personnel number in that legal entity."""
    number = number_named(incoming.employee_id, data)
    if len(found) != 1:
        return None
    (person_id,) = found
    person = get(context.connection, people.Person, person_id)
    if names_differ(person, data):
        raise Conflict(
            N_("The personnel number {number!r} belongs to somebody of another name."),
            where="data.number",
            remedy=N_("Send the right `number`, or the person's key as `person`."),
            number=number,
        )
    return person_id


def holders_of_number(
    context: CaseContext, number: str, entity: str | None
) -> set[int]:
    """Return who has a personnel number, or was announced with it."""
    query: CompoundSelect[Any] = union(*_holder_queries(of_entity=bool(entity)))
    named = {"number": number} | ({"entity": entity} if entity else {})
    return {int(who) for who, _ in context.connection.execute(query, named)}


def _holder_queries(*, of_entity: bool) -> list[AnySelect]:
    """Return the queries for who has a personnel number, or was announced with it.

    What was announced counts even where no employment came of it: a hire that was
    cancelled before it came in says whose number it is as well as one cancelled after.

    Parameters are `number` and, if it is one of a legal entity, the code `entity`.
    """
    number: BindParameter[str] = bindparam("number")
    how = literal("number").label("how")
    employed = select(col(people.Employment.person_id), how).where(
        col(people.Employment.number) == number
    )
    announced = select(col(HrEvent.person_id), how).where(
        col(HrEvent.number) == number,
        col(HrEvent.kind).in_([str(kind) for kind in BEGINS]),
        col(HrEvent.verdict).not_in(WITHOUT_EFFECT),
        col(HrEvent.person_id).is_not(None),
    )
    if of_entity:
        entity: BindParameter[str] = bindparam("entity")
        employer = select(id_of(people.LegalEntity)).where(
            col(people.LegalEntity.code) == entity
        )
        employed = employed.where(
            col(people.Employment.legal_entity_id) == employer.scalar_subquery()
        )
        announced = announced.where(
            col(HrEvent.data)["legal_entity"].as_string() == entity
        )
    return [employed, announced]


def names_differ(person: Row, data: Row) -> bool:
    """Whether both names differ: then the number was taken for another's."""
    announced = [data.get("given_name"), data.get("family_name")]
    known = [person["given_name"], person["family_name"]]
    pairs = [(a, b) for a, b in zip(announced, known, strict=True) if a and b]
    return bool(pairs) and all(a.casefold() != b.casefold() for a, b in pairs)


def _add_person(
    context: CaseContext, incoming: Incoming, data: Row, joined: Joined
) -> Row:
    """Add somebody; whoever may be the same person is asked about."""
    if not data.get("family_name"):
        raise Invalid(
            N_("Somebody new needs a name."),
            where="data.family_name",
            remedy=N_("Send given_name and family_name."),
        )
    day = context.work.clock().date()
    others = [
        person_id
        for person_id in joined.candidates
        if not has_left(context.connection, person_id, day)
    ]
    person = add_stranger(
        context.work,
        NewPerson(
            key=f"{incoming.source}:{incoming.employee_id}",
            family_name=data["family_name"],
            given_name=data.get("given_name", ""),
            email=None if others else data.get("email"),
            login=data.get("login"),
        ),
    )
    for other in others:
        ask_whether_one(context.work, person["id"], other, f"hr:{incoming.source}")
    return person


def ask_whether_one(work: UnitOfWork, person_id: int, other: int, source: str) -> None:
    """Open the task that asks whether two persons are one."""
    ids = (person_id, other)
    names = [get(work.connection, people.Person, each) for each in ids]
    one, two = (
        f"{row['given_name']} {row['family_name']}".strip() + f" ({row['key']})"
        for row in names
    )
    open_task(
        work,
        JOIN,
        source=source,
        person_id=person_id,
        subject=Said(N_("{one} and {two}: one person?"), one=one, two=two),
        detail=Said(
            N_(
                "They share a number, an address or a log-in; merge them, or close"
                " this if they are two."
            )
        ),
        key=str(other),
    )


def claim_waiting_events(context: CaseContext, file: PersonFile) -> int:
    """Take in events that waited for a person to be announced; return how many."""
    if file.waiting is not None:
        return _claim(context, file, file.waiting)
    numbers = {
        *(number_named(each["employee_id"], each["data"]) for each in file.events),
        *(employment["number"] for employment in file.employments.values()),
    }
    known_here = exists().where(
        col(HrIdentity.person_id) == file.id,
        col(HrIdentity.source) == col(HrEvent.source),
        col(HrIdentity.employee_id) == col(HrEvent.employee_id),
    )
    query = (
        select(_EVENT, known_here.label("known_here"))
        .where(
            col(HrEvent.person_id).is_(None),
            col(HrEvent.verdict).in_(OF_NOBODY),
            or_(col(HrEvent.number).in_(sorted(numbers)), known_here),
        )
        .order_by(id_of(HrEvent))
    )
    found = [dict(row) for row in context.connection.execute(query).mappings()]
    return _claim(context, file, found)


def _claim(context: CaseContext, file: PersonFile, waiting: Sequence[Row]) -> int:
    known: set[tuple[str, str]] = set()
    if file.new:
        known = {(one["source"], one["employee_id"]) for one in file.events}
    claimed = [
        row["id"]
        for row in waiting
        if row.get("known_here") or _is_waiting_for(context, row, file, known)
    ]
    if claimed:
        context.connection.execute(
            update(_EVENT).where(id_of(HrEvent).in_(claimed)).values(person_id=file.id)
        )
    return len(claimed)


def _is_waiting_for(
    context: CaseContext, row: Row, file: PersonFile, known: set[tuple[str, str]]
) -> bool:
    """Whether an event of an unknown id names a number that only this person has."""
    name = (row["source"], row["employee_id"])
    if name in known:
        return True
    if names_differ(file.person, row["data"]):
        return False
    if holders_of_number(context, row["number"], row["data"].get("legal_entity")) != {
        file.id
    }:
        return False
    values: Row = {"source": name[0], "employee_id": name[1], "person_id": file.id}
    add(context.work, HrIdentity, values)
    known.add(name)
    return True
