"""Writes how devices and assets agree: only what changed, with its history.

A row that says the same as before stays as it is, its acknowledgement included. May
import `inventory.network.tables` and `inventory.storage`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlmodel import SQLModel

import inventory.network.tables  # noqa: F401  (fills the metadata)
from inventory.storage.work import UnitOfWork

_match = SQLModel.metadata.tables["reconciliation"]
_SAYS = ("state", "reason", "detail")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconciliationRow:
    """A row as it is now; columns as in `tables.Reconciliation`."""

    device_id: int | None
    asset_id: int | None
    state: str
    reason: str
    detail: str


def write_reconciliation(
    work: UnitOfWork, found: Iterable[ReconciliationRow]
) -> dict[str, int]:
    """Write all rows; return how many were opened, reworded and closed.

    Args:
        work: The transaction.
        found: Every row there is now; open rows that are not among them are closed.
    """
    now = work.clock()
    query = select(_match).where(_match.c.closed_at.is_(None))
    stored = {
        (row["device_id"], row["asset_id"]): dict(row)
        for row in work.connection.execute(query).mappings()
    }
    opened: list[dict[str, Any]] = []
    closed: list[int] = []
    reworded = 0
    for row in found:
        old = stored.pop((row.device_id, row.asset_id), None)
        says = {name: getattr(row, name) for name in _SAYS}
        if old is not None and old["state"] == row.state:
            changes = {name: v for name, v in says.items() if old[name] != v}
            if changes:
                reworded += 1
                work.connection.execute(
                    update(_match).where(_match.c.id == old["id"]).values(changes)
                )
            continue
        by_hand = old["by_hand"] if old is not None else False
        if old is not None:
            closed.append(old["id"])
        opened.append(
            says
            | {
                "device_id": row.device_id,
                "asset_id": row.asset_id,
                "by_hand": by_hand,
                "since": now,
            }
        )
        work.audit(
            "reconciliation",
            f"{row.device_id or '-'}/{row.asset_id or '-'}",
            row.state,
            {"state": old["state"], "reason": old["reason"]} if old else None,
            says,
        )
    closed += [old["id"] for old in stored.values()]
    _write(work, opened, closed)
    return {"opened": len(opened), "reworded": reworded, "closed": len(closed)}


def _write(work: UnitOfWork, opened: list[dict[str, Any]], closed: list[int]) -> None:
    if closed:
        work.connection.execute(
            update(_match)
            .where(_match.c.id == bindparam("row"))
            .values(closed_at=work.clock()),
            [{"row": row_id} for row_id in closed],
        )
    if opened:
        work.connection.execute(insert(_match), opened)
