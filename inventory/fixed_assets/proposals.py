"""What the register knows and the books do not, and the reverse: proposed, decided.

A thing that is disposed of, lost or stolen in the register should leave every book, and
one that was sold in a book should leave the register. Neither happens by itself: an
accountant accepts or declines. May import the contexts and `rulebooks`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from inventory.accounting.books.book_state import book_state_of
from inventory.accounting.books.capitalise import record_event
from inventory.accounting.books.load import AssetInBook, asset_in_book, assets_of_rows
from inventory.accounting.books.periods import period_row
from inventory.accounting.model.events import Cancel, DisposalKind, Dispose
from inventory.accounting.model.valid_events import in_force
from inventory.accounting.tables import AssetBook, Book, BookProposal, Component
from inventory.assets.register.tables import Asset, Custody
from inventory.assets.register.transitions import end_custody, set_state
from inventory.kernel.errors import Invalid, NotAllowed
from inventory.kernel.events import AssetLeftBook, AssetStateChanged
from inventory.kernel.texts import N_
from inventory.storage.rows import Row, add, change, col, find, get, id_of, table_of
from inventory.storage.work import UnitOfWork

LEFT = ("disposed", "lost", "stolen")
"""States of the register of what the company no longer has."""

DISPOSE, BRING_BACK, LEAVE = "dispose", "bring-back", "leave-register"
"""To dispose of it in a book; to take that back; to end it in the register."""

_PROPOSAL, _IN_BOOK = table_of(BookProposal), table_of(AssetBook)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What an accountant says to a proposal.

    Attributes:
        proceeds: Received for what left, minor units.
        costs: Of its disposal, minor units.
        remark: Why.
    """

    proceeds: int = 0
    costs: int = 0
    remark: str = ""


def on_state_changed(work: UnitOfWork, event: AssetStateChanged) -> None:
    """Propose to the books what the register says of an asset, or of its whole."""
    if (event.before in LEFT) == (event.after in LEFT):
        return
    for asset_id in (event.asset_id, *_parts(work, event.asset_id)):
        _propose_to_books(work, asset_id, event)


def _parts(work: UnitOfWork, asset_id: int) -> list[int]:
    """Return the parts that stand in the books for an asset."""
    query = select(col(Component.part_id)).where(
        col(Component.whole_id) == asset_id, col(Component.replaced_on).is_(None)
    )
    return list(work.connection.execute(query).scalars())


def _propose_to_books(
    work: UnitOfWork, asset_id: int, event: AssetStateChanged
) -> None:
    if event.after in LEFT:
        for asset, book_id in _in_books(work, asset_id):
            if _disposal(asset) is None:
                _propose(work, asset_id, book_id, DISPOSE, event.on, event.after)
    else:
        _withdraw(work, asset_id, (DISPOSE, LEAVE))
        for asset, book_id in _in_books(work, asset_id):
            gone = _disposal(asset)
            if gone is not None:
                _propose(work, asset_id, book_id, BRING_BACK, event.on, event.after)


def on_left_book(work: UnitOfWork, event: AssetLeftBook) -> None:
    """Propose to the register, and the other books, what a book says of an asset."""
    for kind in (DISPOSE, BRING_BACK):
        _withdraw(work, event.asset_id, (kind,), event.book_id)
    state = get(work.connection, Asset, event.asset_id)["state"]
    if state not in LEFT:
        _propose(work, event.asset_id, event.book_id, LEAVE, event.on, event.kind)


def _in_books(work: UnitOfWork, asset_id: int) -> list[tuple[AssetInBook, int]]:
    query = select(_IN_BOOK).where(col(AssetBook.asset_id) == asset_id)
    rows = [dict(row) for row in work.connection.execute(query).mappings()]
    found = assets_of_rows(work.connection, rows, history=False)
    return [
        (asset, int(row["book_id"])) for asset, row in zip(found, rows, strict=True)
    ]


def _disposal(asset: AssetInBook) -> Dispose | None:
    """Return the event by which all of an asset left a book."""
    disposals = (e for e in in_force(asset.events) if isinstance(e, Dispose))
    return next((event for event in disposals if event.whole), None)


def _propose(
    work: UnitOfWork, asset_id: int, book_id: int, kind: str, day: date, cause: str
) -> None:
    place = {"asset_id": asset_id, "book_id": book_id, "kind": kind}
    if find(work.connection, BookProposal, **place, state="proposed") is None:
        values = {**place, "on": day, "cause": cause}
        add(work, BookProposal, values, action="propose")


def _withdraw(
    work: UnitOfWork, asset_id: int, kinds: tuple[str, ...], book_id: int | None = None
) -> None:
    query = select(id_of(BookProposal)).where(
        col(BookProposal.asset_id) == asset_id,
        col(BookProposal.kind).in_(kinds),
        col(BookProposal.state) == "proposed",
    )
    if book_id is not None:
        query = query.where(col(BookProposal.book_id) == book_id)
    for number in work.connection.execute(query).scalars().all():
        change(work, BookProposal, number, {"state": "withdrawn"}, action="withdraw")


def accept(work: UnitOfWork, proposal_id: int, decision: Decision) -> None:
    """Do what is proposed.

    Args:
        work: The unit of work; the caller commits.
        proposal_id: Which proposal.
        decision: Proceeds and costs, and why.

    Raises:
        NotAllowed: It was decided already.
        Invalid: The event breaks a rule of the book.
    """
    row = _open(work, proposal_id)
    _decided(work, proposal_id, "accepted", decision.remark)
    if row["kind"] == LEAVE:
        _leave_register(work, row, decision.remark)
        return
    found = find(
        work.connection,
        AssetBook,
        asset_id=row["asset_id"],
        book_id=row["book_id"],
    )
    assert found is not None
    asset, book_id = asset_in_book(work.connection, found["id"])
    if row["kind"] == BRING_BACK:
        gone = _disposal(asset)
        if gone is None:
            raise Invalid(N_("The asset is in the book."), where="proposal")
        name = f"bring-back-{proposal_id}"
        cancel = Cancel(id=name, **_dated(work, book_id, gone.effective), of=gone.id)
        record_event(work, asset.id, cancel)
        return
    lost = row["cause"] in ("lost", "stolen")
    kind = DisposalKind.SALE if decision.proceeds else DisposalKind.SCRAP
    event = Dispose(
        id=f"left-{proposal_id}",
        **_dated(work, book_id, row["on"]),
        kind=DisposalKind.LOSS if lost else kind,
        proceeds=decision.proceeds,
        costs=decision.costs,
    )
    record_event(work, asset.id, event)


def decline(work: UnitOfWork, proposal_id: int, remark: str) -> None:
    """Leave everything as it is, and keep why.

    Raises:
        NotAllowed: It was decided already.
        Invalid: It is not said why.
    """
    _open(work, proposal_id)
    if not remark.strip():
        raise Invalid(N_("Say why."), where="remark")
    _decided(work, proposal_id, "declined", remark)


def _open(work: UnitOfWork, proposal_id: int) -> Row:
    row = get(work.connection, BookProposal, proposal_id, lock=True)
    if row["state"] != "proposed":
        raise NotAllowed(N_("It was {state} already."), state=row["state"])
    return row


def _decided(work: UnitOfWork, proposal_id: int, state: str, remark: str) -> None:
    values = {
        "state": state,
        "remark": remark.strip(),
        "decided_by": work.actor,
        "decided_at": work.clock(),
    }
    change(work, BookProposal, proposal_id, values, action="decide")


def _dated(work: UnitOfWork, book_id: int, day: date) -> dict[str, Any]:
    """Return the day of an event, with a posting date where its period is locked."""
    state = book_state_of(work.connection, book_id)
    key = state.calendar.at(day).id
    if period_row(work.connection, book_id, key)["status"] != "locked":
        return {"effective": day}
    first = next(p for p in state.calendar.periods if p.id not in state.locked)
    return {"effective": day, "posting": first.start}


def _leave_register(work: UnitOfWork, row: Row, remark: str) -> None:
    """End an asset in the register that a book has disposed of."""
    asset = get(work.connection, Asset, row["asset_id"], lock=True)
    held = find(work.connection, Custody, asset_id=asset["id"], valid_to=None)
    if held:
        end_custody(work, held, max(row["on"], held["valid_from"]))
    state = "lost" if row["cause"] == DisposalKind.LOSS else "disposed"
    code = get(work.connection, Book, row["book_id"])["code"]
    reason = remark.strip() or f"{row['cause']} in book {code}"
    set_state(work, asset, state, on=row["on"], reason=reason, action="dispose")
