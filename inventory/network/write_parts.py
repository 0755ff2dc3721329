"""Writes the parts of a device: only the rows that differ.

May import `inventory.network.tables`, `inventory.network.device_state` and
`inventory.storage`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Table, bindparam, select, update
from sqlmodel import SQLModel

import inventory.network.tables  # noqa: F401  (fills the metadata)
from inventory.network.device_state import (
    PARTS,
    DeviceState,
    Difference,
    Key,
    PartTable,
    Row,
    difference,
)
from inventory.storage.rows import insert_rows
from inventory.storage.work import UnitOfWork

_AUDITED_NAMES = 20
_BY_DEVICE = {
    part.name: select(table).where(table.c.device_id == bindparam("device"))
    for part in PARTS
    if (table := SQLModel.metadata.tables[part.name]) is not None
}
"""Built once: building a statement costs as much as running it."""


def write_parts(
    work: UnitOfWork,
    device_id: int,
    part: PartTable,
    state: DeviceState,
    at: datetime,
    *,
    new: bool = False,
) -> dict[str, Any]:
    """Write a table of parts; return what changed, for the audit trail.

    Args:
        work: The transaction.
        device_id: Whose parts these are.
        part: The table.
        state: What the device looks like.
        at: When that was seen.
        new: The device was just made and has no rows yet.
    """
    table = SQLModel.metadata.tables[part.name]
    stored: dict[Key, Row] = {}
    if not new:
        query = _BY_DEVICE[part.name]
        rows = work.connection.execute(query, {"device": device_id}).mappings()
        stored = {tuple(r[n] for n in part.key): dict(r) for r in rows}
    found = difference(
        stored,
        state.parts.get(part.name, {}),
        end=part.end,
        complete=part.name in state.complete,
    )
    if not found:
        return {}
    _write_difference(work, table, device_id, part, found, at)
    names = {row["id"]: str(key[-1]) for key, row in stored.items()}
    return {
        part.name: {
            "added": _short([str(key[-1]) for key in found.added]),
            "changed": _short([names[row_id] for row_id in found.changed]),
            "ended": _short([names[row_id] for row_id in found.ended]),
        }
    }


def _write_difference(
    work: UnitOfWork,
    table: Table,
    device_id: int,
    part: PartTable,
    found: Difference,
    at: datetime,
) -> None:
    if found.added:
        extra = {"first_seen": at} if "first_seen" in table.c else {}
        rows = [
            {"device_id": device_id, **_key(part, key), **row, **extra}
            for key, row in found.added.items()
        ]
        insert_rows(work.connection, table, rows)
    for row_id, changes in found.changed.items():
        if part.dated is not None and part.dated[0] in changes:
            changes[part.dated[1]] = at
        work.connection.execute(
            update(table).where(table.c.id == row_id).values(changes)
        )
    if found.ended:
        work.connection.execute(
            update(table).where(table.c.id == bindparam("row")).values({part.end: at}),
            [{"row": row_id} for row_id in found.ended],
        )


def _key(part: PartTable, key: Key) -> dict[str, Any]:
    return dict(zip(part.key, key, strict=True))


def _short(names: list[str]) -> list[str]:
    if len(names) <= _AUDITED_NAMES:
        return names
    return [*names[:_AUDITED_NAMES], f"and {len(names) - _AUDITED_NAMES} more"]
