"""Everything kept about a person: whatever table refers to him, none left out.

Tables are found by their foreign keys, so that a table that is new tomorrow is in the
report the same day. What is secret by its name is not told.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Table, select

from inventory.people.tables import Person
from inventory.storage.all_tables import load_tables
from inventory.storage.audit import canonical
from inventory.storage.rows import Row, get

MOST = 5_000
"""Rows of one table in a report; more are counted."""


def access_report(connection: Connection, person_id: int) -> Row:
    """Return what is kept about a person: `person`, `kept` by table, `audit`.

    Raises:
        NotFound: There is no such person.
    """
    person = get(connection, Person, person_id)
    tables = load_tables().tables
    kept = {}
    for name in sorted(tables):
        rows = _rows_about(connection, tables[name], person_id)
        if rows:
            kept[name] = rows
    trail = tables["audit_entry"]
    query = (
        select(trail.c.seq, trail.c.at, trail.c.actor, trail.c.action)
        .where(trail.c.entity == "person", trail.c.entity_id == str(person_id))
        .order_by(trail.c.seq)
        .limit(MOST)
    )
    audit = [_plain(dict(row)) for row in connection.execute(query).mappings()]
    return {"person": _plain(person), "kept": kept, "audit": audit}


def _rows_about(connection: Connection, table: Table, person_id: int) -> list[Row]:
    columns = [
        column
        for column in table.columns
        if any(key.column.table.name == "person" for key in column.foreign_keys)
    ]
    found: dict[Any, Row] = {}
    for column in columns:
        query = select(table).where(column == person_id).limit(MOST)
        for row in connection.execute(query).mappings():
            found.setdefault(row.get("id", len(found)), _plain(dict(row)))
    return list(found.values())


def _plain(row: Row) -> Row:
    """Return a row as JSON values, without what is secret."""
    values = {
        name: value.isoformat() if isinstance(value, date | datetime) else value
        for name, value in row.items()
        if not isinstance(value, bytes)
    }
    text = canonical(values)
    assert text is not None, "a row is a mapping"
    plain: Row = json.loads(text)
    return plain
