"""Which person a record of an identity provider belongs to. Imports `people`.

By (provider, external id), then by personnel number, then by the rules of joining. A
number that fits several people joins none of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, or_, select

from inventory.directory import field_ownership
from inventory.directory.joining import (
    DEFAULT_RULES,
    Described,
    Joined,
    find_described,
)
from inventory.directory.records import by_external_id
from inventory.directory.tables import DirectoryRecord
from inventory.kernel.errors import Invalid
from inventory.people.persons import NewPerson, add_person, change_person
from inventory.people.rules import check_email
from inventory.people.tables import Employment, LegalEntity, Person
from inventory.storage.rows import Row, col, filled, get, id_of, table_of
from inventory.storage.work import UnitOfWork

_ENTITY = table_of(LegalEntity)


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryUser:
    """A user of a provider, as far as it says who that is.

    Attributes:
        number: Personnel number.
        organization: Code or name of the legal entity, to tell equal numbers apart.
        fields: Names, `email` and `login` as the provider has them.
    """

    source: str
    external_id: str | None
    number: str | None
    organization: str | None
    fields: Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class PersonMatch:
    """The person of a record.

    Attributes:
        person_id: None if the number fits several people.
        candidates: Those people; or whoever may be the same as a person that is new.
    """

    person_id: int | None
    candidates: tuple[int, ...] = ()


def match_person(
    work: UnitOfWork,
    who: DirectoryUser,
    uid: str,
    rules: Sequence[Sequence[str]] = DEFAULT_RULES,
) -> PersonMatch:
    """Find the person of a new record, or add one.

    Args:
        work: The unit of work.
        who: What the provider says.
        uid: Names the person if the provider gave no id of its own.
        rules: Fields that have to agree for somebody to be the same.
    """
    known = _by_external_id(work.connection, who)
    if known is None and who.number:
        found = _by_number(work.connection, who)
        if len(found) > 1:
            return PersonMatch(None, tuple(found))
        known = found[0] if found else None
    joined = Joined(known)
    if known is None:
        described = Described(
            number=who.number, entity=who.organization, **_known_fields(who)
        )
        joined = find_described(work.connection, described, rules)
    if joined.person_id is not None:
        return PersonMatch(joined.person_id)
    return PersonMatch(_add(work, who, uid), joined.candidates)


def _known_fields(who: DirectoryUser) -> dict[str, str | None]:
    names = ("given_name", "family_name", "email", "login")
    return {name: who.fields.get(name) for name in names}


def apply_owned_fields(
    work: UnitOfWork, person_id: int, who: DirectoryUser, ranking: Sequence[str] = ()
) -> dict[str, str]:
    """Set the fields of a person that this provider owns.

    Returns:
        What it said, owns and could not be set, as another person has it.
    """
    person = get(work.connection, Person, person_id, lock=True)
    leading = field_ownership.leading_provider(
        provider_records(work.connection, person_id), ranking
    )
    allowed_fields = field_ownership.owned_fields(
        who.source, person["key"], leading, who.fields
    )
    refused = _unusable(work.connection, person_id, allowed_fields)
    for name in refused:
        del allowed_fields[name]
    if allowed_fields:
        change_person(work, person_id, **allowed_fields)
    return refused


def provider_records(
    connection: Connection, person_id: int
) -> list[field_ownership.ProviderRecord]:
    """Return the providers that know a person and have not deleted him."""
    query = (
        select(
            col(DirectoryRecord.source),
            id_of(DirectoryRecord),
            col(DirectoryRecord.active),
        )
        .where(
            col(DirectoryRecord.person_id) == person_id,
            col(DirectoryRecord.deleted_at).is_(None),
        )
        .order_by(id_of(DirectoryRecord))
    )
    return [field_ownership.ProviderRecord(*row) for row in connection.execute(query)]


def _by_external_id(connection: Connection, who: DirectoryUser) -> int | None:
    if not who.external_id:
        return None
    row = by_external_id(connection, who.source, "User", who.external_id)
    return None if row is None else row["person_id"]


def _by_number(connection: Connection, who: DirectoryUser) -> list[int]:
    query = (
        select(col(Employment.person_id))
        .join(_ENTITY, id_of(LegalEntity) == col(Employment.legal_entity_id))
        .where(col(Employment.number) == who.number)
        .distinct()
    )
    if who.organization:
        organization = who.organization.casefold()
        named = query.where(
            or_(
                func.lower(col(LegalEntity.code)) == organization,
                func.lower(col(LegalEntity.name)) == organization,
            )
        )
        found = list(connection.execute(named).scalars())
        if found or _is_entity(connection, organization):
            return found or _matched_before(connection, who)
    found = sorted(connection.execute(query).scalars())
    return found or _matched_before(connection, who)


def _is_entity(connection: Connection, organization: str) -> bool:
    query = select(id_of(LegalEntity)).where(
        or_(
            func.lower(col(LegalEntity.code)) == organization,
            func.lower(col(LegalEntity.name)) == organization,
        )
    )
    return connection.execute(query).first() is not None


def _matched_before(connection: Connection, who: DirectoryUser) -> list[int]:
    """Return whom the same provider gave this number before, as with a new id."""
    query = (
        select(filled(DirectoryRecord.person_id))
        .where(
            col(DirectoryRecord.source) == who.source,
            col(DirectoryRecord.kind) == "User",
            col(DirectoryRecord.number) == who.number,
            col(DirectoryRecord.person_id).is_not(None),
        )
        .distinct()
    )
    return sorted(connection.execute(query).scalars())


def _add(work: UnitOfWork, who: DirectoryUser, uid: str) -> int:
    if who.external_id:
        mark = who.external_id
    elif who.number:
        mark = f"number:{who.number}"
    else:
        mark = f"id:{uid}"
    given: Row = dict(who.fields)
    for name in _unusable(work.connection, None, given):
        given[name] = None
    return add_person(
        work,
        NewPerson(
            key=f"{who.source}:{mark}",
            family_name=given.get("family_name") or given.get("login") or mark,
            given_name=given.get("given_name") or "",
            email=given.get("email"),
            login=given.get("login"),
        ),
    )


def _unusable(
    connection: Connection, person_id: int | None, fields: Mapping[str, str | None]
) -> dict[str, str]:
    """Return the e-mail address if it is none, or another person's."""
    email = fields.get("email")
    if not email:
        return {}
    try:
        check_email(email)
    except Invalid:
        return {"email": email}
    query = select(id_of(Person)).where(col(Person.email) == email.casefold())
    holder = connection.execute(query).scalar()
    return {} if holder in (None, person_id) else {"email": email}
