"""Stock-takes: open one, scan, close it, carry out what was approved.

What is expected and what the network knows is told by the caller, because both need
more than this context. Imports `storage`, the rules and the services beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, func, select

from inventory.assets.custody.rules import Holder, HolderKind
from inventory.assets.custody.service import check_out, custody_on
from inventory.assets.register.registration import NewAsset, check_tag
from inventory.assets.register.service import register_asset, update_asset
from inventory.assets.register.transitions import take_step
from inventory.assets.stocktake.rules import CorrectionProposal, ExpectedItem, LabelScan
from inventory.assets.stocktake.tables import (
    StockTake,
    StockTakeCorrection,
    StockTakeItem,
    StockTakeScan,
)
from inventory.kernel.errors import Conflict, Invalid, InventoryError, NotAllowed
from inventory.kernel.texts import N_
from inventory.storage.rows import (
    Row,
    add,
    add_many,
    change,
    col,
    explained,
    get,
    id_of,
    table_of,
)
from inventory.storage.work import UnitOfWork

_SCAN = table_of(StockTakeScan)
_ITEM = table_of(StockTakeItem)
SCAN_METHODS = ("wedge", "camera", "hand", "person", "network")


def open_stock_take(
    work: UnitOfWork,
    name: str,
    items: Sequence[ExpectedItem],
    *,
    location_id: int | None = None,
    kinds: Sequence[str] = (),
    evidence_days: int = 30,
) -> int:
    """Begin a campaign with what it expects; return its id.

    Raises:
        Invalid: It has no name, or nothing is expected.
        Conflict: There is one of that name.
    """
    if not name.strip():
        raise Invalid(N_("A stock-take has a name."), where="name")
    if not items:
        raise Invalid(
            N_("Nothing is expected there."),
            where="location",
            remedy=N_("Choose another place or other kinds."),
        )
    taken = Conflict(
        N_("There is a stock-take {name!r} already."), where="name", name=name
    )
    with explained({"stock_take.name": taken, "uq_stock_take_name": taken}):
        take_id = add(
            work,
            StockTake,
            {
                "name": name.strip(),
                "location_id": location_id,
                "kinds": list(kinds),
                "evidence_days": evidence_days,
                "opened_by": work.actor,
            },
        )
    rows = [asdict(item) | {"stock_take_id": take_id} for item in items]
    work.connection.execute(_ITEM.insert(), rows)
    work.audit("stock_take", take_id, "expect", None, {"items": len(rows)})
    return take_id


def record_scan(
    work: UnitOfWork,
    take_id: int,
    text: str,
    asset_id: int | None,
    how: str,
    *,
    location_id: int | None = None,
    denied: bool = False,
    note: str = "",
) -> int:
    """Note that something was seen, or is denied; return the id of the row.

    Raises:
        NotFound: There is no such stock-take.
        NotAllowed: It is not open.
        Invalid: Nothing was scanned.
    """
    check_open(work.connection, take_id)
    if not text.strip():
        raise Invalid(N_("Nothing was scanned."), where="text")
    return add(
        work,
        StockTakeScan,
        {
            "stock_take_id": take_id,
            "text": text.strip()[:200],
            "asset_id": asset_id,
            "location_id": location_id,
            "how": how,
            "answer": "denied" if denied else "seen",
            "author": work.actor,
            "note": note,
        },
    )


def check_open(connection: Connection, take_id: int) -> Row:
    """Return the campaign.

    Raises:
        NotFound: There is none.
        NotAllowed: It is not open.
    """
    take = get(connection, StockTake, take_id)
    if take["state"] != "open":
        raise NotAllowed(
            N_("The stock-take {name!r} is {state}."),
            name=take["name"],
            state=take["state"],
        )
    return take


def scans_of(connection: Connection, take_id: int) -> list[LabelScan]:
    """Return what was seen and said, the oldest first."""
    query = (
        select(_SCAN)
        .where(col(StockTakeScan.stock_take_id) == take_id)
        .order_by(id_of(StockTakeScan))
    )
    return [
        LabelScan(r.text, r.asset_id, r.location_id, r.how, r.answer == "denied")
        for r in connection.execute(query)
    ]


def items_of(connection: Connection, take_id: int) -> list[ExpectedItem]:
    """Return what is expected."""
    query = (
        select(_ITEM)
        .where(col(StockTakeItem.stock_take_id) == take_id)
        .order_by(id_of(StockTakeItem))
    )
    return [
        ExpectedItem(r.asset_id, r.location_id, r.person_id)
        for r in connection.execute(query)
    ]


def expects_many(connection: Connection, take_id: int, many: int) -> bool:
    """Whether a campaign expects more than so many things."""
    some = select(_ITEM.c.id).where(_ITEM.c.stock_take_id == take_id).limit(many + 1)
    counted = select(func.count()).select_from(some.subquery())
    return connection.execute(counted).scalar_one() > many


def close_stock_take(
    work: UnitOfWork,
    take_id: int,
    proposals: Sequence[CorrectionProposal],
    on_network: Sequence[tuple[int, str]] = (),
) -> int:
    """Close a campaign and propose corrections; return how many.

    Args:
        work: The unit of work.
        take_id: Which one.
        proposals: What follows from its results.
        on_network: Assets that only the network saw, with its words; noted as scans.

    Raises:
        NotAllowed: It is not open.
    """
    check_open(work.connection, take_id)
    for asset_id, text in on_network:
        record_scan(work, take_id, text, asset_id, "network")
    add_many(
        work,
        StockTakeCorrection,
        [
            {
                "stock_take_id": take_id,
                "asset_id": one.asset_id,
                "kind": one.kind,
                "detail": {"location_id": one.location_id, "text": one.text},
            }
            for one in proposals
        ],
        action="propose",
    )
    state = "closed" if proposals else "applied"
    values: dict[str, Any] = {"state": state, "closed_at": work.clock()}
    if not proposals:
        values["applied_at"] = work.clock()
    change(work, StockTake, take_id, values, action="close")
    return len(proposals)


def cancel_stock_take(work: UnitOfWork, take_id: int) -> None:
    """End a campaign without any change of the register.

    Raises:
        NotAllowed: It is not open.
    """
    check_open(work.connection, take_id)
    values = {"state": "cancelled", "closed_at": work.clock()}
    change(work, StockTake, take_id, values, action="cancel")


def decide_corrections(
    work: UnitOfWork, correction_ids: Sequence[int], *, approve: bool, why: str = ""
) -> dict[str, int]:
    """Carry out corrections, or reject them; return how many went which way.

    One that cannot be carried out any more is marked `failed` with the reason; the
    others go on. A campaign of which nothing is open any more is applied.
    """
    counts = {"applied": 0, "rejected": 0, "failed": 0}
    takes = set()
    for number in dict.fromkeys(correction_ids):
        row = get(work.connection, StockTakeCorrection, number, lock=True)
        if row["state"] != "proposed":
            continue
        takes.add(row["stock_take_id"])
        state, remark = "rejected", why
        if approve:
            state, remark = _apply(work, row)
        counts[state] += 1
        values = {
            "state": state,
            "remark": remark,
            "decided_by": work.actor,
            "decided_at": work.clock(),
        }
        change(work, StockTakeCorrection, number, values, action=state)
    for take_id in takes:
        _finish(work, take_id)
    return counts


def _apply(work: UnitOfWork, row: Row) -> tuple[str, str]:
    take = get(work.connection, StockTake, row["stock_take_id"])
    why = f"stock-take {take['name']}"
    try:
        # What PostgreSQL refuses would end the transaction for the others, too.
        with work.connection.begin_nested():
            return "applied", _carry_out(work, row, why)
    except InventoryError as error:
        return "failed", error.problem


def _carry_out(work: UnitOfWork, row: Row, why: str) -> str:
    today = work.clock().date()
    place = row["detail"].get("location_id")
    if row["kind"] == "register":
        new = NewAsset(
            tag=check_tag(str(row["detail"]["text"])[:64]),
            kind="other",
            since=today,
            location_id=place,
            note=f"Found in the {why}.",
        )
        return f"asset {register_asset(work, new)}"
    asset_id = int(row["asset_id"])
    if row["kind"] == "lose":
        take_step(work, asset_id, "lose", on=today, reason=why)
        return ""
    if row["kind"] == "find":
        take_step(work, asset_id, "find", on=today, reason=why)
    _move(work, asset_id, place, why)
    return ""


def _move(work: UnitOfWork, asset_id: int, place: int | None, why: str) -> None:
    """Let an asset be where it was seen: with that place, or belong there."""
    if place is None:
        return
    today = work.clock().date()
    held = custody_on(work.connection, asset_id, today)
    if held is not None and held["location_id"] is not None:
        check_out(work, asset_id, Holder(HolderKind.LOCATION, place), today, note=why)
    update_asset(work, asset_id, location_id=place)


def _finish(work: UnitOfWork, take_id: int) -> None:
    query = select(id_of(StockTakeCorrection)).where(
        col(StockTakeCorrection.stock_take_id) == take_id,
        col(StockTakeCorrection.state) == "proposed",
    )
    if work.connection.execute(query.limit(1)).scalar() is None:
        values = {"state": "applied", "applied_at": work.clock()}
        change(work, StockTake, take_id, values, action="apply")
