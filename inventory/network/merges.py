"""Ends a device that turned out to be another one.

May import `inventory.network.tables`, `inventory.network.state` and
`inventory.storage`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, select, update
from sqlmodel import SQLModel

import inventory.network.tables  # noqa: F401  (fills the metadata)
from inventory.network.state import PARTS
from inventory.storage.work import UnitOfWork

_device = SQLModel.metadata.tables["device"]
_field = SQLModel.metadata.tables["device_field"]
_CORRECTIONS = select(_field.c.field, _field.c.value).where(
    _field.c.device_id == bindparam("device"), _field.c.origin == "person"
)
_POINTERS = (("sighting", "endpoint_id"), ("neighbour", "remote_device_id"))


def merge_device(
    work: UnitOfWork, device_id: int, into: int | None, at: datetime, why: Sequence[str]
) -> None:
    """End a device that turned out to be another one, or to be none of its own.

    Its rows stay for the history; what pointed to it points to the other one.

    Args:
        work: The transaction.
        device_id: The device that ends.
        into: The one it is; None if its observations fit several devices.
        at: When.
        why: Sentences for the audit trail.
    """
    connection = work.connection
    connection.execute(
        update(_device)
        .where(_device.c.id == device_id)
        .values(merged_into=into, merged_at=at)
    )
    for part in PARTS:
        table = SQLModel.metadata.tables[part.name]
        connection.execute(
            update(table)
            .where(table.c.device_id == device_id, table.c[part.end].is_(None))
            .values({part.end: at})
        )
    for name, column in (
        ("sighting", "endpoint_id"),
        ("neighbour", "remote_device_id"),
    ):
        table = SQLModel.metadata.tables[name]
        connection.execute(
            update(table).where(table.c[column] == device_id).values({column: into})
        )
    _hand_over(work, device_id, into, at)
    if into is not None:
        _keep_first_seen(work, device_id, into)
    work.audit("device", device_id, "merge", None, {"into": into, "reasons": list(why)})


def _keep_first_seen(work: UnitOfWork, device_id: int, into: int) -> None:
    older = select(_device.c.first_seen).where(_device.c.id == device_id)
    work.connection.execute(
        update(_device)
        .where(_device.c.id == into, _device.c.first_seen > older.scalar_subquery())
        .values(first_seen=older.scalar_subquery())
    )


def _hand_over(
    work: UnitOfWork, device_id: int, into: int | None, at: datetime
) -> None:
    """Give corrections and the match with an asset to the device that remains."""
    match = SQLModel.metadata.tables["reconciliation"]
    mine = (match.c.device_id == device_id, match.c.closed_at.is_(None))
    taken = (
        into is None
        or work.connection.execute(
            select(match.c.id).where(
                match.c.device_id == into, match.c.closed_at.is_(None)
            )
        ).first()
    )
    change = {"closed_at": at} if taken else {"device_id": into}
    work.connection.execute(update(match).where(*mine).values(change))
    if into is None:
        return
    theirs = set(corrections(work, into))
    for name in set(corrections(work, device_id)) - theirs:
        work.connection.execute(
            update(_field)
            .where(
                _field.c.device_id == device_id,
                _field.c.field == name,
                _field.c.origin == "person",
            )
            .values(device_id=into)
        )


def corrections(work: UnitOfWork, device_id: int) -> dict[str, str | None]:
    """Return what people said about the fields of a device."""
    rows = work.connection.execute(_CORRECTIONS, {"device": device_id})
    return {name: value for name, value in rows}
