"""Handing out and taking back many things in one act. Imports the services.

All or nothing: a page or a program sees every reason at once, and mends them all.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from inventory.assets.custody.rules import Holder
from inventory.assets.custody.service import check_in, check_out
from inventory.assets.register import tables
from inventory.assets.stock.service import release_reservation
from inventory.assets.stock.tables import Reservation
from inventory.kernel.errors import InvalidRows, InventoryError, RowProblem
from inventory.storage.rows import col, get
from inventory.storage.work import UnitOfWork


@dataclass(frozen=True, slots=True)
class HandoverResult:
    """What came of it.

    Attributes:
        handover_id: Common name of the handover, as in `custody`.
        changed: Assets that have another holder now; others had him already.
    """

    handover_id: str
    changed: tuple[int, ...]


def check_out_many(
    work: UnitOfWork,
    asset_ids: Sequence[int],
    holder: Holder,
    on: date,
    *,
    expected_return: date | None = None,
    note: str = "",
) -> HandoverResult:
    """Hand many assets to one holder from a day; open reservations are fulfilled.

    Args:
        work: The unit of work.
        asset_ids: What.
        holder: Who gets them.
        on: The first day.
        expected_return: When they should be back; None for good.
        note: Anything worth keeping.

    Raises:
        InvalidRows: Some cannot be handed over; names each with its reason.
    """
    handover_id = f"handover-{on:%Y%m%d}-{secrets.token_hex(4)}"
    changed: list[int] = []
    problems: list[RowProblem] = []
    for number, asset_id in enumerate(dict.fromkeys(asset_ids), 1):
        try:
            # What PostgreSQL refuses would end the transaction for the others, too.
            with work.connection.begin_nested():
                if check_out(
                    work,
                    asset_id,
                    holder,
                    on,
                    expected_return=expected_return,
                    handover_id=handover_id,
                    note=note,
                ):
                    changed.append(asset_id)
                    _fulfil_reservation(work, asset_id)
        except InventoryError as error:
            problems.append(_row_problem(work, number, asset_id, error))
    if problems:
        raise InvalidRows(problems)
    return HandoverResult(handover_id, tuple(changed))


def check_in_many(work: UnitOfWork, asset_ids: Sequence[int], on: date) -> list[int]:
    """Take many assets back into stock; return those that somebody held.

    Raises:
        InvalidRows: Some cannot be taken back; names each with its reason.
    """
    changed: list[int] = []
    problems: list[RowProblem] = []
    for number, asset_id in enumerate(dict.fromkeys(asset_ids), 1):
        try:
            with work.connection.begin_nested():
                if check_in(work, asset_id, on):
                    changed.append(asset_id)
        except InventoryError as error:
            problems.append(_row_problem(work, number, asset_id, error))
    if problems:
        raise InvalidRows(problems)
    return changed


def _fulfil_reservation(work: UnitOfWork, asset_id: int) -> None:
    request = work.connection.execute(
        select(col(Reservation.request)).where(
            col(Reservation.asset_id) == asset_id, col(Reservation.ended_at).is_(None)
        )
    ).scalar()
    if request is not None:
        release_reservation(work, request, "handed-out")


def _row_problem(
    work: UnitOfWork, number: int, asset_id: int, error: InventoryError
) -> RowProblem:
    try:
        tag = get(work.connection, tables.Asset, asset_id)["tag"]
    except InventoryError:
        tag = str(asset_id)
    return RowProblem.of(error, tag, number, "")
