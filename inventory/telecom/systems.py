"""Telephone systems and what they list: seen, changed, gone. Imports `storage`.

What a whole list has no more is marked as removed and its assignments end; what was
never listed as a whole stays. A second look at the same system writes times only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import select, update
from sqlmodel import SQLModel

from inventory.storage.rows import Row, add, change, chunks, col, find, id_of, table_of
from inventory.storage.work import UnitOfWork
from inventory.telecom import tables
from inventory.telecom.assignments import (
    assign_person,
    current_assignments,
    end,
    route_number,
)

Key = tuple[str, ...]

KEYS: Mapping[type[SQLModel], Key] = {
    tables.Extension: ("partition", "number"),
    tables.Mailbox: ("context", "number"),
    tables.HuntGroup: ("name",),
}
"""What tells the rows of one system apart."""


def record_system(work: UnitOfWork, name: str, values: Row, at: datetime) -> int:
    """Write that a telephone system was read; return its id.

    Args:
        work: The unit of work.
        name: In the settings.
        values: `kind`, `site`, `address`, `product`, `version`, `problems`.
        at: When it was read.
    """
    known = find(work.connection, tables.PhoneSystem, name=name)
    if known is None:
        row = {**values, "name": name, "last_seen": at}
        return add(work, tables.PhoneSystem, row)
    known_values = {k: v for k, v in values.items() if v is not None}
    change(work, tables.PhoneSystem, known["id"], known_values)
    table = table_of(tables.PhoneSystem)
    work.connection.execute(
        update(table)
        .where(id_of(tables.PhoneSystem) == known["id"])
        .values(last_seen=at)
    )
    return int(known["id"])


def record_listed(
    work: UnitOfWork,
    model: type[SQLModel],
    system_id: int,
    listed: Mapping[Key, Row],
    at: datetime,
    *,
    whole: bool,
) -> dict[Key, int]:
    """Write extensions, mailboxes or groups of a system; return their ids by key.

    Args:
        work: The unit of work.
        model: A key of `KEYS`.
        system_id: The telephone system.
        listed: Key -> columns; None where the system said nothing.
        at: When it was read.
        whole: The list is complete, so that what is not in it is gone.
    """
    names, table = KEYS[model], table_of(model)
    query = select(table).where(table.c.system_id == system_id)
    known = {
        tuple(row[name] for name in names): dict(row)
        for row in work.connection.execute(query).mappings()
    }
    ids: dict[Key, int] = {}
    for key, row in sorted(listed.items()):
        ids[key] = _record_row(work, model, known.get(key), system_id, key, row, at)
    if "last_seen" in table.c:
        for some in chunks(ids.values()):
            work.connection.execute(
                update(table)
                .where(table.c.id.in_(some), table.c.last_seen < at)
                .values(last_seen=at)
            )
    if whole:
        _remove(work, model, [r for k, r in known.items() if k not in listed], at)
    return ids


def _record_row(
    work: UnitOfWork,
    model: type[SQLModel],
    known: Row | None,
    system_id: int,
    key: Key,
    row: Row,
    at: datetime,
) -> int:
    values = {name: value for name, value in row.items() if value is not None}
    if known is not None:
        now = {**values, "removed_at": None}
        differs = any(known[name] != value for name, value in now.items())
        if differs and (known.get("last_seen") is None or known["last_seen"] <= at):
            change(work, model, known["id"], now)
        return int(known["id"])
    times = {"first_seen": at} | ({"last_seen": at} if _has_last_seen(model) else {})
    named = dict(zip(KEYS[model], key, strict=True))
    return add(work, model, {"system_id": system_id, **named, **values, **times})


def _has_last_seen(model: type[SQLModel]) -> bool:
    return "last_seen" in table_of(model).c


def _remove(
    work: UnitOfWork, model: type[SQLModel], gone: Iterable[Row], at: datetime
) -> None:
    for row in gone:
        late = row.get("last_seen") is not None and row["last_seen"] > at
        if row["removed_at"] is not None or late:
            continue
        change(work, model, row["id"], {"removed_at": at}, action="remove")
        if model is tables.Extension:
            _end_extension(work, row["id"], at)
        elif model is tables.HuntGroup:
            record_group_members(work, row["id"], (), at)


def _end_extension(work: UnitOfWork, extension_id: int, at: datetime) -> None:
    """End what hangs on an extension that is gone; a person's word stays."""
    assign_person(work, extension_id, None, at.date(), source="pbx:")
    for model, column in (
        (tables.ExtensionPhone, "extension_id"),
        (tables.GroupMember, "extension_id"),
        (tables.NumberExtension, "extension_id"),
    ):
        table = table_of(model)
        query = select(table.c.id, table.c.valid_from).where(
            table.c[column] == extension_id, table.c.valid_to.is_(None)
        )
        for row_id, start in work.connection.execute(query).all():
            end(work, model, row_id, max(at.date(), start))


def record_group_members(
    work: UnitOfWork, group_id: int, members: Iterable[int], at: datetime
) -> int:
    """Write which extensions ring with a group; return how many changed."""
    day = at.date()
    query = select(
        id_of(tables.GroupMember),
        col(tables.GroupMember.extension_id),
        col(tables.GroupMember.valid_from),
    ).where(
        col(tables.GroupMember.group_id) == group_id,
        col(tables.GroupMember.valid_to).is_(None),
    )
    known = {row.extension_id: row for row in work.connection.execute(query)}
    listed = set(members)
    for extension_id, row in sorted(known.items()):
        if extension_id not in listed:
            end(work, tables.GroupMember, row.id, max(day, row.valid_from))
    for extension_id in sorted(listed - known.keys()):
        pair = {"group_id": group_id, "extension_id": extension_id}
        add(work, tables.GroupMember, {**pair, "valid_from": day})
    return len(listed ^ known.keys())


def record_numbers(
    work: UnitOfWork,
    listed: Mapping[str, Row],
    at: datetime,
    *,
    source: str,
) -> list[int]:
    """Write numbers of the public network and where they lead; return their ids.

    Args:
        work: The unit of work.
        listed: E.164 -> `extension_id` (None for nowhere), `system_id`, `kind`,
            `status`, `city`.
        at: When it was read.
        source: `pbx:<name>`.
    """
    table = table_of(tables.PhoneNumber)
    known: dict[str, Row] = {}
    for old in work.connection.execute(select(table)).mappings():
        if old["e164"] in listed:
            known[old["e164"]] = dict(old)
    leads = current_assignments(work.connection, tables.NumberExtension)
    ids = []
    for e164, row in sorted(listed.items()):
        known_values = {
            k: v for k, v in row.items() if v is not None and k != "extension_id"
        }
        target = row["extension_id"]
        known_values["state"] = "free" if target is None else "assigned"
        number_id = _record_number(work, e164, known.get(e164), known_values, at)
        if leads.get(number_id) != target and _newer(known.get(e164), at):
            route_number(work, number_id, target, at.date(), source=source)
        ids.append(number_id)
    for some in chunks(ids):
        work.connection.execute(
            update(table)
            .where(
                id_of(tables.PhoneNumber).in_(some),
                col(tables.PhoneNumber.last_seen) < at,
            )
            .values(last_seen=at)
        )
    return ids


def _newer(known: Row | None, at: datetime) -> bool:
    return known is None or known["last_seen"] <= at


def _record_number(
    work: UnitOfWork, e164: str, known: Row | None, known_values: Row, at: datetime
) -> int:
    if known is None:
        times = {"first_seen": at, "last_seen": at}
        return add(work, tables.PhoneNumber, {"e164": e164, **known_values, **times})
    differs = any(known[name] != value for name, value in known_values.items())
    if differs and _newer(known, at):
        change(work, tables.PhoneNumber, known["id"], known_values)
    return int(known["id"])


def mark_missing_numbers(
    work: UnitOfWork, system_id: int, listed: Iterable[int], at: datetime
) -> None:
    """Mark numbers that the whole list of a system has no more as gone."""
    table, keep = table_of(tables.PhoneNumber), set(listed)
    query = select(table).where(
        col(tables.PhoneNumber.system_id) == system_id,
        col(tables.PhoneNumber.state) != "gone",
        col(tables.PhoneNumber.last_seen) <= at,
    )
    for row in work.connection.execute(query).mappings().all():
        if row["id"] not in keep:
            change(work, tables.PhoneNumber, row["id"], {"state": "gone"})
            route_number(work, row["id"], None, at.date(), source="pbx:")
