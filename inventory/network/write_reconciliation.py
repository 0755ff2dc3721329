"""Writes how devices and assets agree: only what changed, with its history.

A row that says the same as before stays as it is, its acknowledgement included. May
import `inventory.network.tables` and `inventory.storage`.
"""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

import inventory.network.tables  # noqa: F401  (fills the metadata)
from inventory.network.identity_tables import Reconciliation
from inventory.storage.exclusive import lock_for_transaction
from inventory.storage.rows import col, id_of, table_of
from inventory.storage.work import UnitOfWork

_match = table_of(Reconciliation)
_SAYS = ("state", "reason", "detail")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconciliationRow:
    """A row as it is now; columns as in `tables.Reconciliation`."""

    device_id: int | None
    asset_id: int | None
    state: str
    reason: str
    detail: str


def lock_reconciliation(connection: Connection) -> None:
    """Keep others from deciding what belongs together, until the transaction ends.

    Whoever reads which devices and assets agree, and writes what follows, takes it
    first: two scans that end together would adopt each device twice.
    """
    lock_for_transaction(connection, "reconciliation")


def write_reconciliation(
    work: UnitOfWork,
    found: Iterable[ReconciliationRow],
    *,
    devices: Set[int] | None = None,
    assets: Set[int] | None = None,
) -> dict[str, int]:
    """Write all rows; return how many were opened, reworded and closed.

    Args:
        work: The transaction.
        found: Every row there is now; open rows that are not among them are closed.
        devices: Those that were compared, if not all were: only their rows may end.
        assets: The same of assets.
    """
    query = select(_match).where(col(Reconciliation.closed_at).is_(None))
    if devices is not None and assets is not None:
        theirs = _match.c.device_id.in_(devices) | _match.c.asset_id.in_(assets)
        query = query.where(theirs)
    stored = {
        (row["device_id"], row["asset_id"]): dict(row)
        for row in work.connection.execute(query).mappings()
    }
    opened: list[dict[str, Any]] = []
    closed: list[int] = []
    reworded = 0
    for row in found:
        old = stored.pop((row.device_id, row.asset_id), None)
        if old is not None and old["state"] == row.state:
            reworded += _reword(work, old, row)
            continue
        if old is not None:
            closed.append(old["id"])
        opened.append(_opened(work, row, old))
    closed += [old["id"] for old in stored.values()]
    _write(work, opened, closed)
    return {"opened": len(opened), "reworded": reworded, "closed": len(closed)}


def _says(row: ReconciliationRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _SAYS}


def _reword(work: UnitOfWork, old: dict[str, Any], row: ReconciliationRow) -> bool:
    """Correct reason and detail of a row whose state stays; say if that was needed."""
    changes = {name: v for name, v in _says(row).items() if old[name] != v}
    if changes:
        work.connection.execute(
            update(_match).where(id_of(Reconciliation) == old["id"]).values(changes)
        )
    return bool(changes)


def _opened(
    work: UnitOfWork, row: ReconciliationRow, old: dict[str, Any] | None
) -> dict[str, Any]:
    """Return a new row and note it; what a person linked stays linked by hand."""
    before = {"state": old["state"], "reason": old["reason"]} if old else None
    pair = f"{row.device_id or '-'}/{row.asset_id or '-'}"
    work.audit("reconciliation", pair, row.state, before, _says(row))
    return _says(row) | {
        "device_id": row.device_id,
        "asset_id": row.asset_id,
        "by_hand": old["by_hand"] if old is not None else False,
        "since": work.clock(),
    }


def _write(work: UnitOfWork, opened: list[dict[str, Any]], closed: list[int]) -> None:
    if closed:
        work.connection.execute(
            update(_match)
            .where(id_of(Reconciliation) == bindparam("row"))
            .values(closed_at=work.clock()),
            [{"row": row_id} for row_id in closed],
        )
    if opened:
        work.connection.execute(insert(_match), opened)
