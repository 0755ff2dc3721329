"""Things that go with their holder to another legal entity: proposed to accounting.

Nothing moves between books by itself: whoever answers for them approves or refuses.
"""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from sqlalchemy import select

from inventory.accounting.tables import Book
from inventory.assets.register.tables import Asset, Custody
from inventory.fixed_assets.asset_books import books_of_asset
from inventory.fixed_assets.asset_transfers import transfer
from inventory.hr.context import CaseContext
from inventory.hr.person_file import PersonFile
from inventory.kernel.errors import Invalid, NotAllowed, NotFound
from inventory.kernel.texts import N_, Said
from inventory.provisioning.case_tables import EntityTransferProposal
from inventory.provisioning.statements.employment_periods import Timeline
from inventory.queries.money.books import book_of
from inventory.storage.rows import (
    Row,
    add_many,
    change,
    col,
    find,
    get,
    id_of,
    table_of,
)

_PROPOSAL = table_of(EntityTransferProposal)
_CUSTODY = table_of(Custody)
_DAY = timedelta(days=1)


def follow_moves(context: CaseContext, file: PersonFile, timeline: Timeline) -> None:
    """Propose the things of a person who goes to another legal entity; once each."""
    wanted = _wanted(context, file, timeline)
    if not wanted and not any(c["kind"] == "moving" for c in file.cases.values()):
        return
    query = select(_PROPOSAL).where(
        col(EntityTransferProposal.person_id) == file.id,
        col(EntityTransferProposal.state).in_(("proposed", "approved", "refused")),
    )
    known = [dict(row) for row in context.connection.execute(query).mappings()]
    names = {(row["case_id"], row["asset_id"]) for row in known}
    new = [row for key, row in wanted.items() if key not in names]
    add_many(context.work, EntityTransferProposal, new)
    for row in known:
        if row["state"] == "proposed":
            _follow(context, row, wanted.get((row["case_id"], row["asset_id"])))


def _follow(context: CaseContext, known: Row, wanted: Row | None) -> None:
    if wanted is None:
        values: Row = {
            "state": "withdrawn",
            "remark": Said(N_("the move does not come to be")),
        }
    else:
        values = {name: wanted[name] for name in ("on", "to_entity_id")}
    change(context.work, EntityTransferProposal, known["id"], values)


def _wanted(
    context: CaseContext, file: PersonFile, timeline: Timeline
) -> dict[tuple[int, int], Row]:
    """Return proposals there should be, by case and asset."""
    found: dict[tuple[int, int], Row] = {}
    events = file.by_key
    for period in timeline.periods:
        if period.cancelled:
            continue
        parts = period.segments()
        for before, after in pairwise(parts):
            case_id = next(
                (
                    events[key]["case_id"]
                    for key in after.begun_by
                    if key in events and events[key]["case_id"] is not None
                ),
                None,
            )
            source = file.organisation.unit_id("legal_entity", before.entity)
            target = file.organisation.unit_id("legal_entity", after.entity)
            if case_id is None or source is None or target is None:
                continue
            for asset_id in _held_of_entity(context, file.id, source):
                found[case_id, asset_id] = {
                    "case_id": case_id,
                    "asset_id": asset_id,
                    "person_id": file.id,
                    "from_entity_id": source,
                    "to_entity_id": target,
                    "on": after.start,
                }
    return found


def _held_of_entity(context: CaseContext, person_id: int, entity_id: int) -> list[int]:
    query = (
        select(id_of(Asset))
        .join(_CUSTODY, col(Custody.asset_id) == id_of(Asset))
        .where(
            col(Custody.person_id) == person_id,
            col(Custody.valid_to).is_(None),
            col(Asset.legal_entity_id) == entity_id,
        )
        .order_by(id_of(Asset))
    )
    return list(context.connection.execute(query).scalars())


def decide(
    context: CaseContext,
    proposal_id: int,
    *,
    approved: bool,
    remark: str,
    day: date | None = None,
) -> None:
    """Let a thing go to the other legal entity, or stay.

    Approved, it changes the books in which both legal entities keep one of the same
    code; of other books its accountant decides on the asset's page.

    Args:
        context: The change.
        proposal_id: Which proposal.
        approved: Whether it goes.
        remark: Why.
        day: Last day in the books of before, the last of a period; without, the day
            before the move.

    Raises:
        NotAllowed: It was decided already.
        Invalid: It is not said why, or the day does not do for the books.
    """
    row = get(context.connection, EntityTransferProposal, proposal_id, lock=True)
    if row["state"] != "proposed":
        text = N_("It was {state} already.")
        raise NotAllowed(text, where="proposal", state=row["state"])
    if not remark.strip():
        raise Invalid(N_("Say why."), where="remark")
    books = _move_books(context, row, day or row["on"] - _DAY) if approved else []
    if approved:
        values = {"legal_entity_id": row["to_entity_id"]}
        change(context.work, Asset, row["asset_id"], values)
    values = {
        "state": "approved" if approved else "refused",
        "books": books,
        "decided_by": context.work.actor,
        "decided_at": context.work.clock(),
        "remark": remark.strip(),
    }
    change(context.work, EntityTransferProposal, proposal_id, values, action="decide")


def _move_books(context: CaseContext, row: Row, day: date) -> list[str]:
    """Transfer the asset at book value; return the codes of the books it goes to."""
    try:
        books = books_of_asset(context.connection, row["asset_id"], "*")
    except NotFound:
        return []
    moved = []
    for book in books:
        name = {"legal_entity_id": row["to_entity_id"], "code": book["code"]}
        other = find(context.connection, Book, **name)
        if book["legal_entity_id"] != row["from_entity_id"] or other is None:
            continue
        target = book_of(context.connection, str(other["id"]))
        names = str(book["id"]), str(target["id"])
        transfer(context.work, row["asset_id"], *names, day)
        moved.append(target["code"])
    return moved
