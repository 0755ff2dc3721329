"""Who bears an asset by its own right, instead of its holder. Imports `storage`, rules.

What the holder's cost centre means on a day is asked of the people's tables, so the
answer "who bears it" is in `inventory.queries.money.cost_allocation`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection, insert, select

from inventory.assets.custody.allocation_rules import (
    Share,
    Shares,
    check_shares,
    slices,
)
from inventory.assets.register import tables
from inventory.kernel.errors import Conflict, NotFound
from inventory.kernel.events import AllocationChanged
from inventory.kernel.spans import Dated, Span
from inventory.kernel.texts import N_
from inventory.storage.rows import add, change, col, explained, get, id_of, table_of
from inventory.storage.work import UnitOfWork

_SHARE = table_of(tables.AllocationShare)


def allocate(
    work: UnitOfWork,
    asset_id: int,
    shares: Sequence[Share],
    on: date,
    *,
    until: date | None = None,
    reason: str = "",
) -> bool:
    """Let these cost centres bear an asset from a day; return whether that is new.

    What was said before for days from `on` holds no more.

    Args:
        work: The unit of work.
        asset_id: What.
        shares: Who bears it, in which parts; they sum to one.
        on: The first day.
        until: The first day no more; None is open.
        reason: Why.

    Raises:
        NotFound: There is no such asset or cost centre.
        Invalid: The shares do not sum to one.
    """
    checked = check_shares(shares)
    span = Span(on, until)
    get(work.connection, tables.Asset, asset_id, lock=True)
    known = allocations(work.connection, asset_id)
    if any(
        known_allocation.span == span and known_allocation.value[1] == checked
        for known_allocation in known
    ):
        return False
    _end_from(work, known, on)
    add_allocation(work, asset_id, checked, span, reason)
    work.emit(AllocationChanged(asset_id=asset_id, on=on))
    return True


def follow_holder(work: UnitOfWork, asset_id: int, on: date) -> bool:
    """Let the holder's cost centre bear an asset again; return whether that is new.

    Raises:
        NotFound: There is no such asset.
    """
    get(work.connection, tables.Asset, asset_id, lock=True)
    if not _end_from(work, allocations(work.connection, asset_id), on):
        return False
    work.emit(AllocationChanged(asset_id=asset_id, on=on))
    return True


def add_allocation(
    work: UnitOfWork, asset_id: int, shares: Shares, span: Span, reason: str = ""
) -> int:
    """Write an allocation with its shares; return its id.

    Raises:
        NotFound: There is no such cost centre.
        Conflict: The database has another allocation at that time.
    """
    reasons = {
        "FOREIGN KEY": NotFound(N_("There is no such cost centre."), where="shares"),
        "fk_allocation_share": NotFound(N_("There is no such cost centre.")),
        "overlap": Conflict(
            N_("Another allocation holds at that time ({span})."), span=span
        ),
    }
    with explained(reasons):
        allocation_id = add(
            work,
            tables.Allocation,
            {
                "asset_id": asset_id,
                "valid_from": span.start,
                "valid_to": span.end,
                "reason": reason,
            },
        )
        work.connection.execute(
            insert(_SHARE),
            [
                {
                    "allocation_id": allocation_id,
                    "cost_centre_id": part.cost_centre_id,
                    "lower_ppm": part.lower_ppm,
                    "upper_ppm": part.upper_ppm,
                    "previous_upper_ppm": part.previous_upper_ppm,
                }
                for part in slices(shares)
            ],
        )
    work.audit(
        "allocation",
        allocation_id,
        "share",
        None,
        {"ppm": {str(share.cost_centre_id): share.ppm for share in shares}},
    )
    return allocation_id


def allocations(
    connection: Connection, asset_id: int
) -> list[Dated[tuple[int, Shares]]]:
    """Return all allocations of an asset, the oldest first, as (id, shares)."""
    rows = connection.execute(
        select(
            id_of(tables.Allocation),
            col(tables.Allocation.valid_from),
            col(tables.Allocation.valid_to),
            col(tables.AllocationShare.cost_centre_id),
            (
                col(tables.AllocationShare.upper_ppm)
                - col(tables.AllocationShare.lower_ppm)
            ).label("ppm"),
        )
        .join(
            _SHARE,
            col(tables.AllocationShare.allocation_id) == id_of(tables.Allocation),
        )
        .where(col(tables.Allocation.asset_id) == asset_id)
        .order_by(
            col(tables.Allocation.valid_from),
            id_of(tables.Allocation),
            col(tables.AllocationShare.cost_centre_id),
        )
    )
    found: dict[int, tuple[Span, list[Share]]] = {}
    for number, start, end, centre, ppm in rows:
        found.setdefault(number, (Span(start, end), []))[1].append(Share(centre, ppm))
    return [
        Dated(span, (number, tuple(parts))) for number, (span, parts) in found.items()
    ]


def _end_from(
    work: UnitOfWork, known: Sequence[Dated[tuple[int, Shares]]], on: date
) -> bool:
    """End what holds on a day or later; return whether there was anything."""
    ended = False
    for allocation in known:
        if allocation.span and (
            allocation.span.end is None or allocation.span.end > on
        ):
            ended |= change(
                work,
                tables.Allocation,
                allocation.value[0],
                {
                    "valid_to": max(on, allocation.span.start),
                    "ended_recorded_at": work.clock(),
                },
                action="end",
            )
    return ended
