"""Persons: add, correct. Imports `storage`.

Every change is audited; saying the same twice changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

from inventory.kernel.errors import Conflict, Invalid
from inventory.kernel.texts import N_
from inventory.people import tables
from inventory.people.rules import check_email
from inventory.storage.rows import Row, add, change, col, explained, find, get
from inventory.storage.work import UnitOfWork

_PERSON_FIELDS = frozenset({"given_name", "family_name", "email", "login"})


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPerson:
    """A person to add.

    Attributes:
        key: Stable name of the person at the source, such as `hr:10023`.
        email: Unique; compared in lower case.
        login: Account name on computers; compared in lower case.
    """

    key: str
    family_name: str
    given_name: str = ""
    email: str | None = None
    login: str | None = None

    def __post_init__(self) -> None:
        for name in ("key", "family_name"):
            if not getattr(self, name).strip():
                raise Invalid(
                    N_("It must not be empty."),
                    where=name,
                )
        check_email(self.email)


def add_person(work: UnitOfWork, new: NewPerson) -> int:
    """Add a person, or complete the one with that key; return the id.

    Raises:
        Conflict: Somebody else who has not left has that e-mail address.
    """
    known = find(work.connection, tables.Person, key=new.key)
    if known:
        change_person(work, known["id"], **_given(new))
        return int(known["id"])
    return int(add_stranger(work, new)["id"])


def add_stranger(work: UnitOfWork, new: NewPerson) -> Row:
    """Add a person whose key nobody has; return the row.

    Raises:
        Conflict: Somebody else who has not left has that e-mail address.
    """
    _pass_on_email(work, new.email, None)
    values: Row = {"login": None, "email": None, "given_name": ""}
    values |= {"key": new.key, **person_values(new.key, _given(new))}
    with explained(_email_taken(new.email)):
        number = add(work, tables.Person, values)
    more = {"merged_into_id": None, "recorded_at": work.clock()}
    return {"id": number, **values, **more}


def _given(new: NewPerson) -> Row:
    fields = {name: getattr(new, name) for name in _PERSON_FIELDS}
    return {name: value for name, value in fields.items() if value}


def change_person(work: UnitOfWork, person_id: int, **changes: str | None) -> bool:
    """Correct name, e-mail or login of a person; return whether anything changed.

    Raises:
        NotFound: There is no such person.
        Invalid: The field is not one of these, or the e-mail is no address.
        Conflict: Somebody else who has not left has that e-mail address.
    """
    unknown = changes.keys() - _PERSON_FIELDS
    if unknown:
        raise Invalid(
            N_("{names} cannot be changed here."),
            names=", ".join(sorted(unknown)),
        )
    if "family_name" in changes and not (changes["family_name"] or "").strip():
        raise Invalid(
            N_("It must not be empty."),
            where="family_name",
        )
    check_email(changes.get("email"))
    old = get(work.connection, tables.Person, person_id, lock=True)
    merged = {name: old[name] for name in _PERSON_FIELDS} | changes
    _pass_on_email(work, changes.get("email"), person_id)
    with explained(_email_taken(changes.get("email"))):
        return change(work, tables.Person, person_id, person_values(old["key"], merged))


def holder_of_email(connection: Connection, email: str | None) -> int | None:
    """Return the person who has an e-mail address; None if nobody has."""
    if not email:
        return None
    found = find(connection, tables.Person, email=email.casefold())
    return None if found is None else int(found["id"])


def has_left(connection: Connection, person_id: int, day: date) -> bool:
    """Return whether somebody was employed, and is no more on a day."""
    query = select(col(tables.Employment.valid_to)).where(
        col(tables.Employment.person_id) == person_id
    )
    ends = connection.execute(query).scalars().all()
    return bool(ends) and all(end is not None and end <= day for end in ends)


def _pass_on_email(work: UnitOfWork, email: str | None, person_id: int | None) -> None:
    """Take an e-mail address from somebody who has left: addresses are used again."""
    holder = holder_of_email(work.connection, email)
    if holder is None or holder == person_id:
        return
    if has_left(work.connection, holder, work.clock().date()):
        old = get(work.connection, tables.Person, holder, lock=True)
        fields = {name: old[name] for name in _PERSON_FIELDS} | {"email": None}
        change(work, tables.Person, holder, person_values(old["key"], fields))


def person_values(key: str, fields: Row) -> Row:
    """Return columns of a person, with those derived for order and search."""
    values = dict(fields)
    for name in ("email", "login"):
        if values.get(name):
            values[name] = values[name].casefold()
    names = (values.get("family_name"), values.get("given_name"))
    values["sort_name"] = " ".join(name for name in names if name).casefold()
    parts = (values["sort_name"], values.get("email"), values.get("login"), key)
    values["search"] = " ".join(part for part in parts if part).casefold()
    return values


def _email_taken(email: str | None) -> dict[str, Conflict]:
    taken = Conflict(
        N_("Somebody else has the e-mail address {email!r}."),
        where="email",
        remedy=N_("Look that person up; it may be the same one under another key."),
        email=email,
    )
    return {"person.email": taken, "uq_person_email": taken}
