"""Write and find records of identity providers. Imports `storage` and `tables`.

Every change is audited with what differs; saying the same again leaves no trace.
Deleting hides a record and frees its names; the row stays, and its id is never used
again.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from inventory.directory.tables import DirectoryRecord, DirectoryValue
from inventory.kernel.errors import Conflict, NotFound
from inventory.kernel.texts import N_
from inventory.storage.rows import Row, add, col, explained, id_of, table_of
from inventory.storage.work import UnitOfWork

_RECORD = table_of(DirectoryRecord)
_VALUE = table_of(DirectoryValue)
_AT_ONCE = 500
"""Rows that one statement names."""


_FRESH: Row = {
    "version": 1,
    "deleted_at": None,
    "person_id": None,
    "team_id": None,
    "kit": None,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordContent:
    """What a provider says of one of its users or groups.

    Attributes:
        name_key: The name in the form in which it must be unique.
        document: The resource without id, meta and secrets.
        links: Columns that say what the record belongs to, such as `person_id`.
    """

    name_key: str
    external_id: str | None
    number: str | None
    document: Mapping[str, Any]
    active: bool
    links: Mapping[str, Any] = field(default_factory=dict)

    def columns(self) -> Row:
        """Return it as columns of `directory_record`."""
        return {
            "name_key": self.name_key,
            "external_id": self.external_id,
            "number": self.number,
            "document": dict(self.document),
            "active": self.active,
            **self.links,
        }


def new_uid() -> str:
    """Return an id that was never used."""
    return uuid.uuid4().hex


def add_record(work: UnitOfWork, source: str, kind: str, content: RecordContent) -> Row:
    """Add a record; return its row.

    Raises:
        Conflict: The provider has another of that name or external id.
    """
    now = work.clock()
    values = {
        "uid": new_uid(),
        "source": source,
        "kind": kind,
        "created_at": now,
        "changed_at": now,
        **content.columns(),
    }
    with explained(_taken(content)):
        record_id = add(work, DirectoryRecord, values)
    return {"id": record_id, **_FRESH, **values}


def change_record(work: UnitOfWork, old: Row, content: RecordContent) -> Row:
    """Replace what a provider says of a record; return its row.

    Raises:
        Conflict: The provider has another of that name or external id.
    """
    now = work.clock()
    new = {
        **content.columns(),
        "version": old["version"] + 1,
        "changed_at": now,
    }
    with explained(_taken(content)):
        work.connection.execute(
            update(_RECORD).where(id_of(DirectoryRecord) == old["id"]).values(new)
        )
    before, after = differing(old, new)
    work.audit("directory_record", old["id"], "change", before, after)
    return {**old, **new}


def delete_record(work: UnitOfWork, old: Row) -> None:
    """Hide a record for ever; its row stays."""
    now = work.clock()
    values = {"deleted_at": now, "changed_at": now, "active": False}
    work.connection.execute(
        update(_RECORD).where(id_of(DirectoryRecord) == old["id"]).values(values)
    )
    write_values(work.connection, old["id"], ())
    work.audit(
        "directory_record", old["id"], "delete", {"uid": old["uid"]}, {"active": False}
    )


def write_values(
    connection: Connection,
    record_id: int,
    rows: Iterable[Mapping[str, Any]],
    *,
    fresh: bool = False,
) -> None:
    """Replace the values by which a record is found; only what differs is written.

    Args:
        connection: Where they are.
        record_id: The record.
        rows: Its values, without the number of the record.
        fresh: It was just added and has none.
    """
    entries: dict[tuple[str, int], list[Row]] = {}
    for row in rows:
        entries.setdefault((row["attr"], row["entry"]), []).append(dict(row))
    added: list[Row] = []
    if fresh:
        added = [row for entry in entries.values() for row in entry]
    else:
        kept, last = _values_by_content(connection, record_id)
        for (attr, _), entry in entries.items():
            known = kept.get((attr, _content(entry)))
            if known:
                known.pop()
                continue
            last[attr] = last.get(attr, -1) + 1
            added += [row | {"entry": last[attr]} for row in entry]
        gone = [each for left in kept.values() for ids in left for each in ids]
        for start in range(0, len(gone), _AT_ONCE):
            few = gone[start : start + _AT_ONCE]
            connection.execute(delete(_VALUE).where(id_of(DirectoryValue).in_(few)))
    if added:
        full = [{"record_id": record_id, **row} for row in added]
        connection.execute(insert(_VALUE), full)


def _content(entry: Iterable[Mapping[str, Any]]) -> frozenset[tuple[Any, ...]]:
    """Return what one value of an attribute is found by, wherever it stands."""
    return frozenset((row["sub"], row["lead"], row["value"]) for row in entry)


def _values_by_content(
    connection: Connection, record_id: int
) -> tuple[dict[tuple[str, frozenset[Any]], list[list[int]]], dict[str, int]]:
    """Return (attribute, content) -> ids of rows, and the last entry of attributes."""
    names = ("id", "attr", "sub", "entry", "lead", "value")
    query = select(*(_VALUE.c[name] for name in names)).where(
        col(DirectoryValue.record_id) == record_id
    )
    entries: dict[tuple[str, int], list[Row]] = {}
    for found in connection.execute(query):
        row = dict(zip(names, found, strict=True))
        entries.setdefault((row["attr"], row["entry"]), []).append(row)
    kept: dict[tuple[str, frozenset[Any]], list[list[int]]] = {}
    last: dict[str, int] = {}
    for (attr, number), entry in entries.items():
        ids = [row["id"] for row in entry]
        kept.setdefault((attr, _content(entry)), []).append(ids)
        last[attr] = max(last.get(attr, -1), number)
    return kept, last


def find_record(
    connection: Connection, source: str, kind: str, uid: str, *, lock: bool = False
) -> Row:
    """Return a record that is not deleted.

    Raises:
        NotFound: The provider has none of that id.
    """
    query = select(_RECORD).where(
        col(DirectoryRecord.source) == source,
        col(DirectoryRecord.kind) == kind,
        col(DirectoryRecord.uid) == uid,
        col(DirectoryRecord.deleted_at).is_(None),
    )
    found = connection.execute(query.with_for_update() if lock else query)
    row = found.mappings().one_or_none()
    if row is None:
        raise NotFound(
            N_("There is no {kind} {uid!r}."),
            kind=kind,
            uid=uid,
        )
    return dict(row)


def by_external_id(
    connection: Connection, source: str, kind: str, external_id: str
) -> Row | None:
    """Return the latest record of an external id, deleted or not."""
    query = (
        select(_RECORD)
        .where(
            col(DirectoryRecord.source) == source,
            col(DirectoryRecord.kind) == kind,
            col(DirectoryRecord.external_id) == external_id,
        )
        .order_by(id_of(DirectoryRecord).desc())
        .limit(1)
        .with_for_update()
    )
    row = connection.execute(query).mappings().one_or_none()
    return None if row is None else dict(row)


def differing(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[Row, Row]:
    """Return what differs, before and after; of the document only the parts.

    Of a list only the entries that differ: those that are gone before, new ones after.
    """
    skipped = {"document", "version", "changed_at"}
    names = [n for n in new if n not in skipped and old.get(n) != new[n]]
    before = {name: old.get(name) for name in names}
    after = {name: new[name] for name in names}
    for name in sorted({*old["document"], *new["document"]}):
        was, now = old["document"].get(name), new["document"].get(name)
        if was == now:
            continue
        if isinstance(was, list) and isinstance(now, list):
            was, now = _unlike(was, now), _unlike(now, was)
        before[name], after[name] = was, now
    return before, after


def _unlike(entries: list[Any], others: list[Any]) -> list[Any]:
    """Return the entries of a list that another does not have; all, if none are."""
    known = {json.dumps(one, sort_keys=True) for one in others}
    found = [one for one in entries if json.dumps(one, sort_keys=True) not in known]
    return found if found or len(entries) != len(others) else entries


def _taken(content: RecordContent) -> dict[str, Conflict]:
    name = Conflict(
        N_("The name is taken by another record."),
        where="name",
    )
    external = Conflict(
        N_("The external id {external_id!r} is taken by another record."),
        where="externalId",
        external_id=content.external_id,
    )
    return {
        "uq_directory_record_name": name,
        "directory_record.name_key": name,
        "uq_directory_record_external": external,
        "directory_record.external_id": external,
    }
