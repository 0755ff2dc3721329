"""Who is described is somebody who is there already: by rules that are data.

A rule is a list of fields that all have to agree. The first rule that fits exactly one
person joins; one that fits several joins nobody, and a person decides. Whoever has
another personnel number with the same legal entity is somebody else, whatever agrees.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    Integer,
    String,
    bindparam,
    func,
    literal,
    or_,
    select,
    union_all,
)

from inventory.directory.tables import DirectoryRecord
from inventory.people.tables import Employment, LegalEntity, Person
from inventory.storage.rows import AnySelect, col, id_of, table_of

_OWNER = -1
"""Stands for who has the address, among the places of rules."""
FIELDS = ("number", "email", "login", "family_name", "given_name")
"""Fields a rule may name."""
DEFAULT_RULES: tuple[tuple[str, ...], ...] = (
    ("number",),
    ("email", "family_name"),
    ("login", "family_name"),
)
Rules = Sequence[Sequence[str]]
_PERSON, _ENTITY = table_of(Person), table_of(LegalEntity)
_EMPLOYMENT, _RECORD = table_of(Employment), table_of(DirectoryRecord)


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """Somebody as a source describes him or her; what is None was not said.

    Attributes:
        entity: Code or name of the legal entity the number is of.
    """

    number: str | None = None
    entity: str | None = None
    email: str | None = None
    login: str | None = None
    given_name: str | None = None
    family_name: str | None = None


@dataclass(frozen=True, slots=True)
class Joined:
    """Who somebody is found to be.

    Attributes:
        person_id: None if nobody fits, or several do.
        candidates: Persons who may be meant, and are not joined without a person.
        rule: The fields that agreed.
    """

    person_id: int | None
    candidates: tuple[int, ...] = ()
    rule: tuple[str, ...] = ()


def find_described(
    connection: Connection, who: Described, rules: Rules = DEFAULT_RULES
) -> Joined:
    """Return the one person a description fits, or those it may fit.

    Args:
        connection: Where to look.
        who: The description.
        rules: Lists of fields that have to agree, the surest first.
    """
    asked = tuple(
        tuple(rule) for rule in rules if all(getattr(who, name) for name in rule)
    )
    fitting, owners = _fitting(connection, who, asked)
    unsure: set[int] = set()
    for place, rule in enumerate(asked):
        found = [
            person_id
            for person_id in fitting.get(place, ())
            if not _contradicted(connection, person_id, who)
        ]
        if len(found) == 1:
            return Joined(found[0], rule=rule)
        unsure.update(found)
    return Joined(None, tuple(sorted(unsure or owners)))


def _fitting(
    connection: Connection, who: Described, rules: tuple[tuple[str, ...], ...]
) -> tuple[dict[int, list[int]], list[int]]:
    """Return place of a rule -> whom it fits, and who has the address, in one look."""
    named = {name for rule in rules for name in rule} | {"email"}
    said = {
        name: _compared(name, value)
        for name in sorted(named)
        if (value := getattr(who, name))
    }
    if who.entity and "number" in said:
        said["entity"] = who.entity.lower()
    if not said.keys() - {"entity"}:
        return {}, []
    query = _fitting_query(rules, by_email="email" in said, of_entity="entity" in said)
    fitting: dict[int, list[int]] = {}
    for place, person_id in connection.execute(query, said):
        fitting.setdefault(place, []).append(person_id)
    return fitting, fitting.pop(_OWNER, [])


def _compared(name: str, value: object) -> str:
    """Return what is said in the form the columns have."""
    text = str(value)
    if name == "number":
        return text
    return text.casefold() if name in ("email", "login") else text.lower()


@lru_cache(maxsize=100)
def _fitting_query(
    rules: tuple[tuple[str, ...], ...], *, by_email: bool, of_entity: bool
) -> CompoundSelect[Any]:
    """Return the query of some rules; to make one takes longer than to run it."""
    branches = []
    for place, rule in enumerate(rules):
        conditions = [_agrees(name, of_entity=of_entity) for name in rule]
        conditions.append(col(Person.merged_into_id).is_(None))
        fits = select(id_of(Person)).where(*conditions)
        branches.append(_at(place, fits.order_by(id_of(Person)).limit(20)))
    if by_email:
        owner = select(id_of(Person)).where(_agrees("email", of_entity=of_entity))
        branches.append(_at(_OWNER, owner))
    return union_all(*branches)


def _at(place: int, query: AnySelect) -> AnySelect:
    found = query.subquery()
    return select(literal(place, Integer), found.c.id)


def _agrees(name: str, *, of_entity: bool) -> ColumnElement[bool]:
    if name == "number":
        return _has_number(of_entity=of_entity)
    column = _PERSON.c[name]
    said = bindparam(name, type_=column.type)
    return (column if name in ("email", "login") else func.lower(column)) == said


def _has_number(*, of_entity: bool) -> ColumnElement[bool]:
    """Whether a person has a number, by an employment or at an identity provider."""
    number = bindparam("number", type_=String)
    employed = (
        select(id_of(Employment))
        .join(_ENTITY, id_of(LegalEntity) == col(Employment.legal_entity_id))
        .where(
            col(Employment.person_id) == id_of(Person), col(Employment.number) == number
        )
    )
    if of_entity:
        entity = bindparam("entity", type_=String)
        employed = employed.where(
            or_(
                func.lower(col(LegalEntity.code)) == entity,
                func.lower(col(LegalEntity.name)) == entity,
            )
        )
    recorded = select(id_of(DirectoryRecord)).where(
        col(DirectoryRecord.person_id) == id_of(Person),
        col(DirectoryRecord.number) == number,
        col(DirectoryRecord.deleted_at).is_(None),
    )
    return or_(employed.exists(), recorded.exists())


def _contradicted(connection: Connection, person_id: int, who: Described) -> bool:
    """Whether names or a personnel number say that it is somebody else."""
    query = select(col(Person.given_name), col(Person.family_name)).where(
        id_of(Person) == person_id
    )
    given, family = connection.execute(query).one()
    pairs = [(who.given_name, given), (who.family_name, family)]
    told = [(a, b) for a, b in pairs if a and b]
    if told and all(a.casefold() != b.casefold() for a, b in told):
        return True
    if not who.number or not who.entity:
        return False
    entity = who.entity.lower()
    others = (
        select(col(Employment.number))
        .join(_ENTITY, id_of(LegalEntity) == col(Employment.legal_entity_id))
        .where(
            col(Employment.person_id) == person_id,
            or_(
                func.lower(col(LegalEntity.code)) == entity,
                func.lower(col(LegalEntity.name)) == entity,
            ),
            col(Employment.valid_to).is_(None)
            | (col(Employment.valid_to) > col(Employment.valid_from)),
            # Who came by an identity provider without a number has the account's id.
            ~select(id_of(DirectoryRecord))
            .where(col(DirectoryRecord.uid) == col(Employment.number))
            .exists(),
        )
    )
    numbers = set(connection.execute(others).scalars())
    return bool(numbers) and who.number not in numbers
