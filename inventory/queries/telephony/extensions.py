"""Extensions with their phones and persons, and numbers, as of a day; read only.

"Which phone had this person on that day" goes along two dated assignments: person to
extension, extension to phone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, func, literal, or_, select

from inventory.people import tables as people
from inventory.queries.telephony.phones import extensions_of_device, phones_of
from inventory.storage.paging import Page, fetch_page
from inventory.storage.rows import AnySelect, Row, chunks, col, id_of, table_of
from inventory.telecom import tables

_EXTENSION = table_of(tables.Extension)
_SYSTEM = table_of(tables.PhoneSystem)
_OWNER = table_of(tables.ExtensionPerson)
_PERSON = table_of(people.Person)
_NUMBER = table_of(tables.PhoneNumber)
_LEADS = table_of(tables.NumberExtension)
_GROUP = table_of(tables.HuntGroup)
_MEMBER = table_of(tables.GroupMember)

_NAME = func.trim(col(people.Person.given_name) + " " + col(people.Person.family_name))


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionFilter:
    """Which extensions.

    Attributes:
        search: Words in number, name, login or e-mail; each must occur.
        system: Name of a telephone system.
        person_id: Of this person on the day.
        device_id: On this device, a phone, on the day.
        free: True: nobody's on the day; False: somebody's.
        removed: Those too that the system lists no more.
        conditions: Further ones, on extensions.
    """

    search: str = ""
    system: str | None = None
    person_id: int | None = None
    device_id: int | None = None
    free: bool | None = None
    removed: bool = False
    conditions: tuple[ColumnElement[bool], ...] = ()


def on_day(table: Table, day: date) -> ColumnElement[bool]:
    """Return the condition for dated rows in force at the end of a day."""
    return (table.c.valid_from <= day) & or_(
        table.c.valid_to.is_(None), table.c.valid_to > day
    )


def _extensions(day: date) -> AnySelect:
    owner = (
        col(tables.ExtensionPerson.extension_id) == id_of(tables.Extension)
    ) & on_day(_OWNER, day)
    return (
        select(
            id_of(tables.Extension),
            col(tables.Extension.number),
            col(tables.Extension.partition),
            col(tables.PhoneSystem.name).label("system"),
            col(tables.Extension.name),
            col(tables.Extension.email),
            col(tables.Extension.login),
            col(tables.Extension.cost_centre),
            col(tables.Extension.mailbox),
            col(tables.Extension.enabled),
            col(tables.Extension.first_seen),
            col(tables.Extension.last_seen),
            col(tables.Extension.removed_at),
            col(tables.Extension.person_note),
            col(tables.ExtensionPerson.person_id),
            _NAME.label("person"),
            col(tables.ExtensionPerson.evidence).label("person_evidence"),
            col(tables.ExtensionPerson.valid_from).label("person_since"),
        )
        .join(_SYSTEM, id_of(tables.PhoneSystem) == col(tables.Extension.system_id))
        .outerjoin(_OWNER, owner)
        .outerjoin(
            _PERSON, id_of(people.Person) == col(tables.ExtensionPerson.person_id)
        )
    )


def list_extensions(
    connection: Connection,
    day: date,
    wanted: ExtensionFilter = ExtensionFilter(),
    *,
    sort: str = "number",
    after: str | None = None,
    limit: int = 50,
) -> Page:
    """Return a page of extensions with phones, place and person on a day.

    Raises:
        Invalid: The sort key or the cursor is none.
    """
    query = _narrowed(_extensions(day), wanted, day)
    keys: dict[str, ColumnElement[Any]] = {
        "number": col(tables.Extension.number),
        "name": func.coalesce(col(tables.Extension.name), ""),
        "person": func.coalesce(col(people.Person.sort_name), ""),
        "last_seen": col(tables.Extension.last_seen),
        "id": id_of(tables.Extension),
    }
    page = fetch_page(
        connection,
        query,
        keys=keys,
        sort=sort,
        row_id=id_of(tables.Extension),
        after=after,
        limit=limit,
    )
    complete(connection, page.rows, day)
    return page


def _narrowed(query: AnySelect, wanted: ExtensionFilter, day: date) -> AnySelect:
    for word in wanted.search.casefold().split():
        text = (
            col(tables.Extension.search)
            + " "
            + func.coalesce(col(people.Person.search), "")
        )
        query = query.where(text.contains(word, autoescape=True))
    if wanted.system is not None:
        query = query.where(col(tables.PhoneSystem.name) == wanted.system)
    if wanted.person_id is not None:
        query = query.where(col(tables.ExtensionPerson.person_id) == wanted.person_id)
    if wanted.device_id is not None:
        on_it = extensions_of_device(wanted.device_id, day)
        query = query.where(id_of(tables.Extension).in_(on_it))
    if wanted.free is not None:
        nobody = col(tables.ExtensionPerson.person_id).is_(None)
        query = query.where(nobody if wanted.free else ~nobody)
    query = query.where(*wanted.conditions)
    if not wanted.removed:
        query = query.where(col(tables.Extension.removed_at).is_(None))
    return query


def count_extensions(connection: Connection, day: date, wanted: ExtensionFilter) -> int:
    """Return how many extensions a filter finds."""
    query = _narrowed(_extensions(day), wanted, day)
    return connection.execute(
        select(func.count()).select_from(query.subquery())
    ).scalar_one()


def complete(connection: Connection, rows: Sequence[dict[str, Any]], day: date) -> None:
    """Add phones, numbers and groups of a day to rows of extensions, in place."""
    ids = [row["id"] for row in rows]
    phones = phones_of(connection, ids, day)
    numbers = _by_extension(connection, _numbers(day), ids)
    groups = _by_extension(connection, _groups(day), ids)
    for row in rows:
        row["phones"] = phones.get(row["id"], [])
        row["numbers"] = [n["e164"] for n in numbers.get(row["id"], [])]
        row["groups"] = [g["name"] for g in groups.get(row["id"], [])]


def _numbers(day: date) -> AnySelect:
    return (
        select(col(tables.NumberExtension.extension_id), col(tables.PhoneNumber.e164))
        .join(
            _NUMBER, id_of(tables.PhoneNumber) == col(tables.NumberExtension.number_id)
        )
        .where(on_day(_LEADS, day))
        .order_by(col(tables.PhoneNumber.e164))
    )


def _groups(day: date) -> AnySelect:
    return (
        select(col(tables.GroupMember.extension_id), col(tables.HuntGroup.name))
        .join(_GROUP, id_of(tables.HuntGroup) == col(tables.GroupMember.group_id))
        .where(on_day(_MEMBER, day))
        .order_by(col(tables.HuntGroup.name))
    )


def _by_extension(
    connection: Connection, query: AnySelect, ids: Sequence[int]
) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = {}
    column = query.selected_columns["extension_id"]
    for some in chunks(ids):
        for row in connection.execute(query.where(column.in_(some))).mappings():
            found.setdefault(row["extension_id"], []).append(dict(row))
    return found


def extension_detail(
    connection: Connection, extension_id: int, day: date
) -> dict[str, Any] | None:
    """Return an extension with its history; None if there is none of that id."""
    query = _extensions(day).where(id_of(tables.Extension) == extension_id)
    row = connection.execute(query).mappings().one_or_none()
    if row is None:
        return None
    found = dict(row)
    complete(connection, [found], day)
    found["persons"] = _person_history(connection, extension_id)
    found["phone_history"] = phones_of(connection, [extension_id], None).get(
        extension_id, []
    )
    return found


def _person_history(connection: Connection, extension_id: int) -> list[Row]:
    query = (
        select(
            col(tables.ExtensionPerson.person_id),
            _NAME.label("person"),
            col(tables.ExtensionPerson.evidence),
            col(tables.ExtensionPerson.source),
            col(tables.ExtensionPerson.valid_from),
            col(tables.ExtensionPerson.valid_to),
        )
        .join(_PERSON, id_of(people.Person) == col(tables.ExtensionPerson.person_id))
        .where(col(tables.ExtensionPerson.extension_id) == extension_id)
        .order_by(col(tables.ExtensionPerson.valid_from), id_of(tables.ExtensionPerson))
    )
    return [dict(row) for row in connection.execute(query).mappings()]


def lines_of_person(
    connection: Connection, person_id: int, day: date
) -> list[dict[str, Any]]:
    """Return which extensions and phones a person had at the end of a day."""
    wanted = ExtensionFilter(person_id=person_id, removed=True)
    return list_extensions(connection, day, wanted, limit=1000).rows


def lines_of_device(connection: Connection, device_id: int, day: date) -> list[Row]:
    """Return which extensions a device, a phone, had at the end of a day."""
    wanted = ExtensionFilter(device_id=device_id, removed=True)
    return list_extensions(connection, day, wanted, limit=1000).rows


def list_numbers(
    connection: Connection,
    day: date,
    *,
    search: str = "",
    state: str | None = None,
    found: Sequence[ColumnElement[bool]] = (),
    sort: str = "e164",
    after: str | None = None,
    limit: int = 50,
) -> Page:
    """Return a page of numbers of the public network, with where they lead on a day.

    Args:
        connection: Where.
        day: As of when.
        search: Digits, with or without blanks.
        state: `free`, `assigned` or `gone`.
        found: Further conditions, on numbers and where they lead.
        sort: `e164`, `kind`, `state`, `first_seen`, `last_seen` or `id`.
        after: `Page.next` of the page before.
        limit: Rows on a page.
    """
    query = _numbers_on(day).where(*found)
    if digits := "".join(c for c in search if c.isdigit()):
        query = query.where(
            col(tables.PhoneNumber.e164).contains(digits, autoescape=True)
        )
    elif search.strip():
        query = query.where(literal(False))
    if state is not None:
        query = query.where(col(tables.PhoneNumber.state) == state)
    keys: dict[str, ColumnElement[Any]] = {
        "e164": col(tables.PhoneNumber.e164),
        "kind": func.coalesce(col(tables.PhoneNumber.kind), ""),
        "state": col(tables.PhoneNumber.state),
        "first_seen": col(tables.PhoneNumber.first_seen),
        "last_seen": col(tables.PhoneNumber.last_seen),
        "id": id_of(tables.PhoneNumber),
    }
    return fetch_page(
        connection,
        query,
        keys=keys,
        sort=sort,
        row_id=id_of(tables.PhoneNumber),
        after=after,
        limit=limit,
    )


def number_detail(connection: Connection, number_id: int, day: date) -> Row | None:
    """Return a number with where it leads on a day; None if there is none."""
    query = _numbers_on(day).where(id_of(tables.PhoneNumber) == number_id)
    found = connection.execute(query).mappings().one_or_none()
    return None if found is None else dict(found)


def _numbers_on(day: date) -> AnySelect:
    leads = (
        col(tables.NumberExtension.number_id) == id_of(tables.PhoneNumber)
    ) & on_day(_LEADS, day)
    return (
        select(
            id_of(tables.PhoneNumber),
            col(tables.PhoneNumber.e164),
            col(tables.PhoneNumber.kind),
            col(tables.PhoneNumber.state),
            col(tables.PhoneNumber.status),
            col(tables.PhoneNumber.city),
            col(tables.PhoneSystem.name).label("system"),
            id_of(tables.Extension).label("extension_id"),
            col(tables.Extension.number).label("extension"),
            col(tables.PhoneNumber.first_seen),
            col(tables.PhoneNumber.last_seen),
        )
        .outerjoin(
            _SYSTEM, id_of(tables.PhoneSystem) == col(tables.PhoneNumber.system_id)
        )
        .outerjoin(_LEADS, leads)
        .outerjoin(
            _EXTENSION,
            id_of(tables.Extension) == col(tables.NumberExtension.extension_id),
        )
    )


def list_systems(connection: Connection) -> list[Row]:
    """Return the telephone systems that were ever read, with how it went last."""
    query = select(_SYSTEM).order_by(col(tables.PhoneSystem.name))
    return [dict(row) for row in connection.execute(query).mappings()]
