"""Handing out and taking back. Imports `storage`, the rules and `steps`.

Custody and the lifecycle state change together: what is handed out is in use.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, Select, select

from inventory.assets.custody.rules import (
    CustodyPeriod,
    CustodyPlan,
    Holder,
    HolderKind,
    plan_check_in,
    plan_check_out,
)
from inventory.assets.register import tables
from inventory.assets.register.lifecycle import DEFAULT, Lifecycle
from inventory.assets.register.transitions import end_custody, set_state
from inventory.assets.stock.tables import HELD_BACK, Reservation
from inventory.kernel.errors import Conflict, NotAllowed, NotFound
from inventory.kernel.events import CustodyChanged
from inventory.kernel.spans import Span
from inventory.kernel.texts import N_
from inventory.storage.dated import on_day, still_open
from inventory.storage.rows import (
    Row,
    add,
    col,
    explained,
    find,
    get,
    id_of,
    table_of,
)
from inventory.storage.work import UnitOfWork

_CUSTODY = table_of(tables.Custody)
_ASSET = table_of(tables.Asset)

HOLDER_COLUMNS: Mapping[HolderKind, str] = {
    HolderKind.PERSON: "person_id",
    HolderKind.TEAM: "team_id",
    HolderKind.LOCATION: "location_id",
    HolderKind.ASSET: "holder_asset_id",
}
"""The column of `custody` that names a holder of each kind."""

MAX_NESTING = 32
"""A part of a part of a part ... deeper than that is a mistake."""


def check_out(
    work: UnitOfWork,
    asset_id: int,
    holder: Holder,
    on: date,
    *,
    expected_return: date | None = None,
    handover_id: str | None = None,
    note: str = "",
    lifecycle: Lifecycle = DEFAULT,
) -> bool:
    """Hand an asset out, or on, from a day; return whether anything changed.

    Whoever had it has it no more from that day.

    Args:
        work: The unit of work.
        asset_id: What.
        holder: Who gets it.
        on: The first day.
        expected_return: When it should be back; None for good.
        handover_id: Common name of things that are handed over together.
        note: Anything worth keeping.
        lifecycle: States in use.

    Raises:
        NotFound: There is no such asset or holder.
        NotAllowed: In its state it cannot be handed out.
        Invalid: The day lies in the future.
        Conflict: Later custody is recorded already.
    """
    asset = get(work.connection, tables.Asset, asset_id, lock=True)
    plan = plan_check_out(
        custody_periods(work.connection, asset_id),
        holder,
        on,
        today=work.clock().date(),
        chain=_holder_chain(work.connection, asset_id, holder),
    )
    if plan.begin is None:
        return False
    _check_looked_at(work, asset)
    if asset["state"] != "in_use":
        step = "keep" if asset["state"] == "due_back" else "hand_out"
        target = lifecycle.take(step, asset["state"], held=True).target
        set_state(work, asset, target, on=on, reason=f"to {holder}", action=step)
    _end_custody(work, plan)
    add_custody(
        work,
        asset_id,
        holder,
        Span(on),
        expected_return=expected_return,
        handover_id=handover_id,
        note=note,
    )
    return True


def _check_looked_at(work: UnitOfWork, asset: Row) -> None:
    """Refuse to hand out what came back and was not looked at, or wiped, yet.

    Raises:
        NotAllowed: It came back and waits.
    """
    if asset["state"] != "reserved":
        return
    found = find(work.connection, Reservation, asset_id=asset["id"], ended_at=None)
    if found is not None and found["request"].startswith(HELD_BACK):
        raise NotAllowed(
            N_("{tag} came back and was not looked at yet."),
            where="asset",
            remedy=N_("Evaluate and restock it on its line, then hand it out."),
            tag=asset["tag"],
        )


def add_custody(
    work: UnitOfWork,
    asset_id: int,
    holder: Holder,
    span: Span,
    *,
    expected_return: date | None = None,
    handover_id: str | None = None,
    note: str = "",
) -> int:
    """Write a row of custody that the rules allow; return its id.

    Raises:
        NotFound: There is no such holder.
        Conflict: The database has other custody at that time.
    """
    reasons = {
        "FOREIGN KEY": NotFound(N_("There is no {holder}."), holder=holder),
        "fk_custody": NotFound(N_("There is no {holder}."), holder=holder),
        "overlap": Conflict(
            N_("Somebody else holds it at that time ({span})."),
            where="custody",
            remedy=N_("Look at its history; end that custody first."),
            span=span,
        ),
    }
    with explained(reasons):
        custody_id = add(
            work,
            tables.Custody,
            {
                "asset_id": asset_id,
                HOLDER_COLUMNS[holder.kind]: holder.id,
                "valid_from": span.start,
                "valid_to": span.end,
                "expected_return": expected_return,
                "handover_id": handover_id,
                "note": note,
            },
        )
    if span.end is None:
        work.emit(
            CustodyChanged(
                asset_id=asset_id,
                holder_kind=holder.kind.value,
                holder_id=holder.id,
                on=span.start,
            )
        )
    return custody_id


def check_in(
    work: UnitOfWork, asset_id: int, on: date, *, lifecycle: Lifecycle = DEFAULT
) -> bool:
    """Take an asset back into stock; return whether anything changed.

    Args:
        work: The unit of work.
        asset_id: What.
        on: The first day on which the holder does not have it any more.
        lifecycle: States in use.

    Raises:
        NotFound: There is no such asset.
        NotAllowed: Nobody holds it.
        Invalid: The day lies in the future, or before it was handed out.
    """
    asset = get(work.connection, tables.Asset, asset_id, lock=True)
    plan = plan_check_in(
        custody_periods(work.connection, asset_id), on, today=work.clock().date()
    )
    if plan.end is None:
        return False
    _end_custody(work, plan)
    if asset["state"] in lifecycle.steps["take_back"].sources:
        target = lifecycle.take("take_back", asset["state"], held=True).target
        set_state(work, asset, target, on=on, reason="", action="take_back")
    return True


def custody_periods(connection: Connection, asset_id: int) -> list[CustodyPeriod]:
    """Return all custody of an asset, the oldest first."""
    rows = connection.execute(
        select(_CUSTODY)
        .where(col(tables.Custody.asset_id) == asset_id)
        .order_by(col(tables.Custody.valid_from), id_of(tables.Custody))
    ).mappings()
    return [custody_period(dict(row)) for row in rows]


def custody_period(row: Row) -> CustodyPeriod:
    """Return a row of custody as the rules see it."""
    kind = next(kind for kind, name in HOLDER_COLUMNS.items() if row[name] is not None)
    return CustodyPeriod(
        row["id"],
        Holder(kind, row[HOLDER_COLUMNS[kind]]),
        Span(row["valid_from"], row["valid_to"]),
    )


def custody_on(connection: Connection, asset_id: int, day: date) -> Row | None:
    """Return the row of custody of an asset at the end of a day; None if nobody's."""
    query = select(_CUSTODY).where(
        col(tables.Custody.asset_id) == asset_id, on_day(tables.Custody, day)
    )
    row = connection.execute(query).mappings().one_or_none()
    return None if row is None else dict(row)


def holdings(connection: Connection, holder: Holder, day: date) -> list[Row]:
    """Return the assets somebody or something holds at the end of a day.

    Each row is that of the asset, with `held_from`, `expected_return` and
    `custody_id`; ordered by tag.
    """
    query: Select[Any] = (
        select(
            _ASSET,
            id_of(tables.Custody).label("custody_id"),
            col(tables.Custody.valid_from).label("held_from"),
            col(tables.Custody.expected_return),
        )
        .join(_CUSTODY, col(tables.Custody.asset_id) == id_of(tables.Asset))
        .where(
            _CUSTODY.c[HOLDER_COLUMNS[holder.kind]] == holder.id,
            on_day(tables.Custody, day),
        )
        .order_by(col(tables.Asset.tag))
    )
    return [dict(row) for row in connection.execute(query).mappings()]


def _end_custody(work: UnitOfWork, plan: CustodyPlan) -> None:
    if plan.end is None or plan.end.id is None:
        return
    row = get(work.connection, tables.Custody, plan.end.id)
    end_custody(work, row, plan.on)


def _holder_chain(connection: Connection, asset_id: int, holder: Holder) -> list[int]:
    """Return the asset, the asset holding it, the one holding that, and so on."""
    chain = [asset_id]
    current: int | None = holder.id if holder.kind is HolderKind.ASSET else None
    while current is not None and len(chain) < MAX_NESTING:
        chain.append(current)
        if current == asset_id:
            break
        current = connection.execute(
            select(col(tables.Custody.holder_asset_id)).where(
                col(tables.Custody.asset_id) == current,
                still_open(tables.Custody),
            )
        ).scalar()
    return chain
