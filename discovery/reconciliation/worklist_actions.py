"""What a person does with a row of the worklist: adopt it, link it.

Ignoring needs nothing but the row and is in `inventory.network.worklist_decisions`.
May import `inventory`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from discovery.reconciliation.adopt import adopt, take_back
from inventory.kernel.errors import Invalid, NotAllowed, NotFound
from inventory.kernel.texts import N_
from inventory.network.identity_tables import Reconciliation
from inventory.network.worklist_decisions import link_asset
from inventory.storage.rows import col, id_of, table_of
from inventory.storage.work import UnitOfWork

_match = table_of(Reconciliation)


def adopt_row(
    work: UnitOfWork,
    row_id: int,
    **more: Any,  # noqa: ANN401
) -> tuple[int, int]:
    """Register the device of an unregistered row; return device and asset.

    Args:
        work: The transaction.
        row_id: The row.
        more: As for `adopting.adopt`.

    Raises:
        NotFound: There is no such open row.
        NotAllowed: It has an asset already, or no device.
        Conflict: The tag or the serial number is taken.
    """
    row = _open_row(work, row_id)
    if row["asset_id"] is not None or row["device_id"] is None:
        raise NotAllowed(
            N_("Row {row} is {state}: there is an asset already."),
            where="worklist",
            remedy=N_(
                "Only unregistered devices can be adopted; link this one instead."
            ),
            row=row_id,
            state=row["state"],
        )
    asset_id = adopt(work, row["device_id"], **more)
    return row["device_id"], asset_id


def take_back_row(work: UnitOfWork, row_id: int, why: str) -> tuple[int, int]:
    """Undo the adoption a row stands for; return device and asset.

    Raises:
        NotFound: There is no such open row, or it is no adoption.
        NotAllowed: Something refers to the asset already.
    """
    row = _open_row(work, row_id)
    device, asset = row["device_id"], row["asset_id"]
    if device is None or asset is None or not row["by_hand"]:
        raise NotFound(
            N_("Row {row} is no adoption."),
            where="worklist",
            remedy="Ask for rows that agree: `agreeing=both`.",
            row=row_id,
        )
    take_back(work, device, asset, why)
    return device, asset


def link_row(
    work: UnitOfWork,
    row_id: int,
    *,
    asset_id: int | None = None,
    device_id: int | None = None,
    note: str = "",
) -> tuple[int, int]:
    """Say which asset the device of a row is, or which device its asset is.

    What the row says already need not be given, so a conflict is settled by naming
    nothing: they do belong together.

    Raises:
        NotFound: There is no such open row, device or asset.
        Invalid: One end is missing.
    """
    row = _open_row(work, row_id)
    device = device_id or row["device_id"]
    asset = asset_id or row["asset_id"]
    if device is None or asset is None:
        what = "device" if device is None else "asset"
        raise Invalid(
            N_("Which {what} it is has to be said."),
            where=what,
            remedy=N_("Give the number of the {what}."),
            what=what,
        )
    link_asset(work, device, asset, note)
    return device, asset


def _open_row(work: UnitOfWork, row_id: int) -> Mapping[str, Any]:
    found = work.connection.execute(
        select(_match).where(
            id_of(Reconciliation) == row_id, col(Reconciliation.closed_at).is_(None)
        )
    )
    row = found.mappings().one_or_none()
    if row is None:
        raise NotFound(
            N_("There is no open row {row} on the worklist."),
            where="worklist",
            remedy=N_("It may have been settled since; look at the list again."),
            row=row_id,
        )
    return dict(row)
