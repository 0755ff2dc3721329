"""What a thing that is gone was worth, and who decides. Imports the books.

Nothing is deducted from anybody's pay: a proposal goes to a person, with the book
value of the day. Approved, the register and the books let go of the thing.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from inventory.accounting.books.balances_on import positions
from inventory.accounting.books.book_state import book_state_of
from inventory.accounting.books.capitalise import record_event
from inventory.accounting.books.load import assets_of_rows
from inventory.accounting.model.events import DisposalKind, Dispose
from inventory.accounting.tables import AssetBook
from inventory.assets.register.tables import Asset
from inventory.assets.register.transitions import take_step
from inventory.fixed_assets.asset_books import books_of_asset
from inventory.hr.context import CaseContext
from inventory.kernel.errors import Invalid, NotAllowed
from inventory.kernel.events import WriteOffProposed
from inventory.kernel.texts import N_, Said
from inventory.provisioning.case_tables import (
    ProvisioningCase,
    WriteOffProposal,
)
from inventory.provisioning.separation import Approval, check_separate
from inventory.provisioning.tasks import open_task
from inventory.queries.money.books import book_of
from inventory.storage.rows import (
    Row,
    add,
    change,
    col,
    find,
    get,
    id_of,
    table_of,
)

_GONE = frozenset({"lost", "stolen"})


def book_values(connection: Connection, asset_id: int, day: date) -> list[Row]:
    """Return what an asset is worth at the end of a day, book by book.

    Returns:
        `book`, `currency` and `value_minor` of each book that reaches the day.
    """
    return book_values_of(connection, [asset_id], day).get(asset_id, [])


def book_values_of(
    connection: Connection, asset_ids: Collection[int], day: date
) -> dict[int, list[Row]]:
    """Return what some assets are worth at the end of a day, each book loaded once.

    Returns:
        Asset -> as of `book_values`; those that no book has are left out.
    """
    query = select(table_of(AssetBook)).where(col(AssetBook.asset_id).in_(asset_ids))
    rows = [dict(row) for row in connection.execute(query).mappings()]
    asset_of = {row["id"]: row["asset_id"] for row in rows}
    found: dict[int, list[Row]] = {}
    for book_id in sorted({row["book_id"] for row in rows}):
        book = book_of(connection, str(book_id))
        book_state = book_state_of(connection, book["id"])
        if not book_state.calendar.start <= day < book_state.calendar.end:
            continue
        inside = [row for row in rows if row["book_id"] == book_id]
        assets = assets_of_rows(connection, inside)
        for asset, position in positions(connection, book_state, assets, day):
            if position is not None and not position.gone:
                row = {"book": book["code"], "currency": book["currency"]}
                row |= {"value_minor": position.value}
                found.setdefault(asset_of[asset.id], []).append(row)
    return found


def propose(context: CaseContext, line: Row, reason: str, on: date) -> int | None:
    """Propose to write off what a line is about; return the id, None if it is known.

    The first book of the asset counts; a person sees the others on the asset's page.
    """
    known = find(
        context.connection, WriteOffProposal, line_id=line["id"], state="proposed"
    )
    if known is not None:
        return None
    values: dict[str, Any] = {"line_id": line["id"], "asset_id": line["asset_id"]}
    case = get(context.connection, ProvisioningCase, line["case_id"])
    values |= {"person_id": case["person_id"], "reason": reason, "on": on}
    values["proposed_by"] = context.work.actor
    if line["asset_id"] is not None:
        values |= next(iter(book_values(context.connection, line["asset_id"], on)), {})
    number = add(context.work, WriteOffProposal, values)
    context.work.emit(
        WriteOffProposed(
            proposal_id=number,
            line_id=line["id"],
            asset_id=line["asset_id"],
            reason=reason,
        )
    )
    return number


def withdraw(context: CaseContext, line_id: int, remark: str) -> None:
    """Refuse what was proposed for a line: the thing was found.

    What was written off already is for accounting to take back.
    """
    for known in _proposals_of(context, line_id):
        if known["state"] == "proposed":
            decide(context, known["id"], approved=False, remark=remark)
        elif known["state"] == "approved" and known["asset_id"] is not None:
            asset = get(context.connection, Asset, known["asset_id"])
            open_task(
                context.work,
                "found-again",
                source=f"line:{line_id}",
                person_id=known["person_id"],
                line_id=line_id,
                subject=Said(N_("{tag} was written off and is back"), tag=asset["tag"]),
                detail=Said(
                    N_("Take the disposal of {day} back in its books."), day=known["on"]
                ),
                owner="accounting",
                key=str(known["id"]),
            )


def _proposals_of(context: CaseContext, line_id: int) -> list[Row]:
    table = table_of(WriteOffProposal)
    query = select(table).where(col(WriteOffProposal.line_id) == line_id)
    rows = context.connection.execute(query.order_by(id_of(WriteOffProposal)))
    return [dict(row) for row in rows.mappings()]


def decide(
    context: CaseContext,
    proposal_id: int,
    *,
    approved: bool,
    remark: str,
    person_id: int | None = None,
) -> None:
    """Approve a write-off, or refuse it.

    Args:
        context: The change.
        proposal_id: Which.
        approved: Approve it.
        remark: Why.
        person_id: The person of the register who decides, if that is known.

    Raises:
        NotFound: There is no such proposal.
        NotAllowed: It was decided already, or who decides proposed it.
        Invalid: It is not said why.
    """
    row = get(context.connection, WriteOffProposal, proposal_id, lock=True)
    if row["state"] != "proposed":
        raise NotAllowed(
            N_("It was {state} already."),
            where="proposal",
            state=row["state"],
        )
    if not remark.strip():
        raise Invalid(
            N_("Say why."),
            where="remark",
        )
    if approved and context.rules.policy.separate:
        actor = context.work.actor
        check_separate(Approval(actor, person_id, row["proposed_by"], row["person_id"]))
    state = "approved" if approved else "refused"
    values = {
        "state": state,
        "decided_by": context.work.actor,
        "decided_at": context.work.clock(),
        "remark": remark.strip(),
    }
    change(context.work, WriteOffProposal, proposal_id, values, action=state)
    if approved and row["asset_id"] is not None:
        _dispose_of_asset(context, row)


def _dispose_of_asset(context: CaseContext, row: Row) -> None:
    asset = get(context.connection, Asset, row["asset_id"])
    today = context.work.clock().date()
    reason = Said(N_("written off: {reason}"), reason=row["reason"])
    if asset["state"] in _GONE:
        take_step(context.work, asset["id"], "dispose", on=today, reason=reason)
    name = f"write-off:{row['id']}"
    for value in book_values(context.connection, asset["id"], row["on"]):
        (book,) = books_of_asset(context.connection, asset["id"], value["book"])
        book_state = book_state_of(context.connection, book["id"])
        kind = DisposalKind.SCRAP if row["reason"] == "damaged" else DisposalKind.LOSS
        event = Dispose(id=name, effective=row["on"], kind=kind)
        record_event(context.work, book["asset_book_id"], event, book_state.calendar)
