"""Extensions with their phones and persons, and numbers, as of a day; read only.

"Which phone had this person on that day" goes along two dated assignments: person to
extension, extension to phone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, func, or_, select

from inventory.people import tables as people
from inventory.queries.telephony.handsets import extensions_of_device, phones_of
from inventory.storage.paging import Page, fetch_page
from inventory.storage.rows import Row, chunks, table_of
from inventory.telecom import tables

_EXTENSION = table_of(tables.Extension)
_SYSTEM = table_of(tables.PhoneSystem)
_OWNER = table_of(tables.ExtensionPerson)
_PERSON = table_of(people.Person)
_NUMBER = table_of(tables.PhoneNumber)
_LEADS = table_of(tables.NumberExtension)
_GROUP = table_of(tables.HuntGroup)
_MEMBER = table_of(tables.GroupMember)

_NAME = func.trim(_PERSON.c.given_name + " " + _PERSON.c.family_name)


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
    """

    search: str = ""
    system: str | None = None
    person_id: int | None = None
    device_id: int | None = None
    free: bool | None = None
    removed: bool = False


def on_day(table: Table, day: date) -> ColumnElement[bool]:
    """Return the condition for dated rows in force at the end of a day."""
    return (table.c.valid_from <= day) & or_(
        table.c.valid_to.is_(None), table.c.valid_to > day
    )


def _extensions(day: date) -> Select[Any]:
    owner = (_OWNER.c.extension_id == _EXTENSION.c.id) & on_day(_OWNER, day)
    return (
        select(
            _EXTENSION.c.id,
            _EXTENSION.c.number,
            _EXTENSION.c.partition,
            _SYSTEM.c.name.label("system"),
            _EXTENSION.c.name,
            _EXTENSION.c.email,
            _EXTENSION.c.login,
            _EXTENSION.c.cost_centre,
            _EXTENSION.c.mailbox,
            _EXTENSION.c.enabled,
            _EXTENSION.c.first_seen,
            _EXTENSION.c.last_seen,
            _EXTENSION.c.removed_at,
            _EXTENSION.c.person_note,
            _OWNER.c.person_id,
            _NAME.label("person"),
            _OWNER.c.evidence.label("person_evidence"),
            _OWNER.c.valid_from.label("person_since"),
        )
        .join(_SYSTEM, _SYSTEM.c.id == _EXTENSION.c.system_id)
        .outerjoin(_OWNER, owner)
        .outerjoin(_PERSON, _PERSON.c.id == _OWNER.c.person_id)
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
        "number": _EXTENSION.c.number,
        "name": func.coalesce(_EXTENSION.c.name, ""),
        "person": func.coalesce(_PERSON.c.sort_name, ""),
        "last_seen": _EXTENSION.c.last_seen,
        "id": _EXTENSION.c.id,
    }
    page = fetch_page(
        connection,
        query,
        keys=keys,
        sort=sort,
        row_id=_EXTENSION.c.id,
        after=after,
        limit=limit,
    )
    complete(connection, page.rows, day)
    return page


def _narrowed(query: Select[Any], wanted: ExtensionFilter, day: date) -> Select[Any]:
    for word in wanted.search.casefold().split():
        text = _EXTENSION.c.search + " " + func.coalesce(_PERSON.c.search, "")
        query = query.where(text.contains(word, autoescape=True))
    if wanted.system is not None:
        query = query.where(_SYSTEM.c.name == wanted.system)
    if wanted.person_id is not None:
        query = query.where(_OWNER.c.person_id == wanted.person_id)
    if wanted.device_id is not None:
        on_it = extensions_of_device(wanted.device_id, day)
        query = query.where(_EXTENSION.c.id.in_(on_it))
    if wanted.free is not None:
        nobody = _OWNER.c.person_id.is_(None)
        query = query.where(nobody if wanted.free else ~nobody)
    if not wanted.removed:
        query = query.where(_EXTENSION.c.removed_at.is_(None))
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


def _numbers(day: date) -> Select[Any]:
    return (
        select(_LEADS.c.extension_id, _NUMBER.c.e164)
        .join(_NUMBER, _NUMBER.c.id == _LEADS.c.number_id)
        .where(on_day(_LEADS, day))
        .order_by(_NUMBER.c.e164)
    )


def _groups(day: date) -> Select[Any]:
    return (
        select(_MEMBER.c.extension_id, _GROUP.c.name)
        .join(_GROUP, _GROUP.c.id == _MEMBER.c.group_id)
        .where(on_day(_MEMBER, day))
        .order_by(_GROUP.c.name)
    )


def _by_extension(
    connection: Connection, query: Select[Any], ids: Sequence[int]
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
    query = _extensions(day).where(_EXTENSION.c.id == extension_id)
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
            _OWNER.c.person_id,
            _NAME.label("person"),
            _OWNER.c.evidence,
            _OWNER.c.source,
            _OWNER.c.valid_from,
            _OWNER.c.valid_to,
        )
        .join(_PERSON, _PERSON.c.id == _OWNER.c.person_id)
        .where(_OWNER.c.extension_id == extension_id)
        .order_by(_OWNER.c.valid_from, _OWNER.c.id)
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
    after: str | None = None,
    limit: int = 50,
) -> Page:
    """Return a page of numbers of the public network, with where they lead on a day.

    Args:
        connection: Where.
        day: As of when.
        search: Digits, with or without blanks.
        state: `free`, `assigned` or `gone`.
        after: `Page.next` of the page before.
        limit: Rows on a page.
    """
    leads = (_LEADS.c.number_id == _NUMBER.c.id) & on_day(_LEADS, day)
    query = (
        select(
            _NUMBER.c.id,
            _NUMBER.c.e164,
            _NUMBER.c.kind,
            _NUMBER.c.state,
            _NUMBER.c.status,
            _NUMBER.c.city,
            _SYSTEM.c.name.label("system"),
            _EXTENSION.c.id.label("extension_id"),
            _EXTENSION.c.number.label("extension"),
            _NUMBER.c.first_seen,
            _NUMBER.c.last_seen,
        )
        .outerjoin(_SYSTEM, _SYSTEM.c.id == _NUMBER.c.system_id)
        .outerjoin(_LEADS, leads)
        .outerjoin(_EXTENSION, _EXTENSION.c.id == _LEADS.c.extension_id)
    )
    if digits := "".join(c for c in search if c.isdigit()):
        query = query.where(_NUMBER.c.e164.contains(digits, autoescape=True))
    if state is not None:
        query = query.where(_NUMBER.c.state == state)
    return fetch_page(
        connection,
        query,
        keys={"number": _NUMBER.c.e164},
        sort="number",
        row_id=_NUMBER.c.id,
        after=after,
        limit=limit,
    )


def list_systems(connection: Connection) -> list[Row]:
    """Return the telephone systems that were ever read, with how it went last."""
    query = select(_SYSTEM).order_by(_SYSTEM.c.name)
    return [dict(row) for row in connection.execute(query).mappings()]
