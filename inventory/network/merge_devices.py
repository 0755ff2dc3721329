"""Ends a device that turned out to be another one.

May import `inventory.network.tables`, `inventory.network.device_state` and
`inventory.storage`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, column, select, table, update
from sqlmodel import SQLModel

import inventory.network.tables  # noqa: F401  (fills the metadata)
from inventory.network.device_state import PARTS
from inventory.network.identity_tables import Reconciliation
from inventory.network.tables import Device, DeviceField
from inventory.storage.rows import col, id_of, table_of
from inventory.storage.work import UnitOfWork

_device = table_of(Device)
_field = table_of(DeviceField)
_CORRECTIONS = select(col(DeviceField.field), col(DeviceField.value)).where(
    col(DeviceField.device_id) == bindparam("device"),
    col(DeviceField.origin) == "person",
)
_POINTERS = (
    ("sighting", "endpoint_id"),
    ("neighbour", "remote_device_id"),
    ("telephone", "device_id"),
    ("network_finding", "device_id"),
)
"""What says which device something is; by name, for `telecom` stands beside us."""


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
        .where(id_of(Device) == device_id)
        .values(merged_into=into, merged_at=at)
    )
    for part in PARTS:
        rows = SQLModel.metadata.tables[part.name]
        connection.execute(
            update(rows)
            .where(rows.c.device_id == device_id, rows.c[part.end].is_(None))
            .values({part.end: at})
        )
    for name, pointer in _POINTERS:
        pointing = table(name, column(pointer))
        connection.execute(
            update(pointing)
            .where(pointing.c[pointer] == device_id)
            .values({pointer: into})
        )
    _hand_over(work, device_id, into, at)
    if into is not None:
        _keep_first_seen(work, device_id, into)
    work.audit("device", device_id, "merge", None, {"into": into, "reasons": list(why)})


def _keep_first_seen(work: UnitOfWork, device_id: int, into: int) -> None:
    older = select(col(Device.first_seen)).where(id_of(Device) == device_id)
    work.connection.execute(
        update(_device)
        .where(id_of(Device) == into, col(Device.first_seen) > older.scalar_subquery())
        .values(first_seen=older.scalar_subquery())
    )


def _hand_over(
    work: UnitOfWork, device_id: int, into: int | None, at: datetime
) -> None:
    """Give corrections and the match with an asset to the device that remains."""
    match = table_of(Reconciliation)
    mine = (
        col(Reconciliation.device_id) == device_id,
        col(Reconciliation.closed_at).is_(None),
    )
    taken = (
        into is None
        or work.connection.execute(
            select(id_of(Reconciliation)).where(
                col(Reconciliation.device_id) == into,
                col(Reconciliation.closed_at).is_(None),
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
                col(DeviceField.device_id) == device_id,
                col(DeviceField.field) == name,
                col(DeviceField.origin) == "person",
            )
            .values(device_id=into)
        )


def corrections(work: UnitOfWork, device_id: int) -> dict[str, str | None]:
    """Return what people said about the fields of a device."""
    rows = work.connection.execute(_CORRECTIONS, {"device": device_id})
    return {name: value for name, value in rows}
