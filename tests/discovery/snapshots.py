"""All rows of a database, to compare before and after."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import Engine, select
from sqlmodel import SQLModel

MOVING = frozenset(("last_seen", "fdb_at", "arp_at"))
"""Columns that every scan moves: when something was seen last."""

OF_SCANS = frozenset(
    ("scan", "scan_host", "audit_entry", "audit_head", "credential_use")
)
"""Tables in which a scan itself is recorded."""


def snapshot(
    engine: Engine, *, without: Collection[str] = (), moving: Collection[str] = MOVING
) -> dict[str, list[tuple[object, ...]]]:
    """Return all rows of all tables, without the times that every scan moves."""
    found: dict[str, list[tuple[object, ...]]] = {}
    with engine.connect() as connection:
        for name, table in sorted(SQLModel.metadata.tables.items()):
            if name in without:
                continue
            columns = [c for c in table.c if c.name not in moving]
            rows = connection.execute(select(*columns)).mappings()
            found[name] = sorted((_values(dict(row)) for row in rows), key=str)
    return found


def _values(row: Mapping[str, object]) -> tuple[object, ...]:
    """Return the values of a row; of how tables were read, without the times."""
    return tuple(
        {table: read[1] for table, read in value.items()}
        if name == "table_reads" and isinstance(value, dict)
        else value
        for name, value in row.items()
    )


def differences(
    before: dict[str, list[tuple[object, ...]]],
    after: dict[str, list[tuple[object, ...]]],
) -> list[str]:
    """Return a line for every row that is only in one of two snapshots."""
    found = []
    for name, rows in before.items():
        old, new = set(map(str, rows)), set(map(str, after[name]))
        found += [f"{name} lost {row}" for row in sorted(old - new)]
        found += [f"{name} got {row}" for row in sorted(new - old)]
    return found
