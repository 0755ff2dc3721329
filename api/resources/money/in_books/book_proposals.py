"""What register and books do not agree about: disposals to follow, or to take back."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field
from sqlalchemy import ColumnElement

from api.http.actions import Act, Acting, Given
from api.resources.declare import (
    Choice,
    Column,
    Input,
    Moment,
    Question,
    RowModel,
    Show,
    Text,
    Word,
)
from api.resources.money.roles import READERS, WRITERS
from api.resources.references import BOOK_PROPOSAL, AssetRef, BookRef
from api.resources.resource import Resource
from api.resources.sources import TableSource
from inventory.accounting.catalogue.api_form import minor
from inventory.accounting.tables import Book, BookProposal
from inventory.assets.register.tables import Asset
from inventory.fixed_assets.proposals import Decision, accept, decline
from inventory.fixed_assets.terms_requested import rule_errors_as_invalid
from inventory.kernel.texts import N_, NN_
from inventory.storage.rows import col, get, id_of, table_of

_PROPOSAL = table_of(BookProposal)
Kind = Literal["dispose", "bring-back", "leave-register"]
State = Literal["proposed", "accepted", "declined", "withdrawn"]


class BookProposalRow(RowModel):
    """A proposal to let a book follow the register, or the register a book."""

    id: Annotated[int, Column("Proposal", sort=True)]
    asset_id: int
    tag: Annotated[Text, Column("Tag", Show.MONO, sort=True, lead=True)]
    name: Annotated[str, Column("Name", shown=False)]
    book_id: int
    book: Annotated[str, Column("Book", sort=True)]
    kind: Annotated[
        Kind,
        Column(
            "Kind",
            sort=True,
            about="dispose of it in the book, bring it back there, or end it in the "
            "register.",
        ),
    ]
    on: Annotated[date, Column("On", Show.DAY, sort=True)]
    cause: Annotated[str, Column("Cause", about="What the other side says.")]
    state: Annotated[State, Column("State", Show.STATE, sort=True)]
    decided_by: Annotated[Text, Column("Decided by", shown=False)]
    decided_at: Annotated[Moment, Column("Decided", Show.AGO, shown=False)]
    remark: Annotated[str, Column("Remark", shown=False)]
    recorded_at: Annotated[datetime, Column("Proposed", Show.AGO, sort=True)]


class BookProposalQuestion(Question):
    """Which proposals are asked for."""

    state: Annotated[State | None, Choice("State")] = None
    book: Annotated[BookRef | None, Choice("Book", pick="books", lookups=())] = None
    kind: Annotated[Kind | None, Choice("Kind")] = None
    asset: Annotated[
        AssetRef | None, Choice("Asset", pick="assets", main=False, lookups=())
    ] = None
    cause: Annotated[Word, Choice("Cause", main=False)] = None
    on: Annotated[date | None, Choice("On", main=False)] = None
    recorded_at: Annotated[AwareDatetime | None, Choice("Proposed", main=False)] = None


class AcceptIn(Given):
    """Let it be done, with what was received for it."""

    proceeds: Annotated[
        str | None,
        Field(max_length=40),
        Input("Proceeds", hint="Nothing without; in the currency of the book."),
    ] = None
    costs: Annotated[
        str | None, Field(max_length=40), Input("Costs of the disposal")
    ] = None
    remark: Annotated[str, Field(max_length=2000), Input("Remark", kind="area")] = ""


class DeclineIn(Given):
    """Leave everything as it is."""

    remark: Annotated[
        str, Field(min_length=1, max_length=2000), Input("Remark", kind="area")
    ]


def _accept(acting: Acting, given: AcceptIn) -> None:
    row = get(acting.work.connection, BookProposal, acting.id)
    currency = get(acting.work.connection, Book, row["book_id"])["currency"]
    amounts = {}
    for name in ("proceeds", "costs"):
        text = getattr(given, name)
        with rule_errors_as_invalid(name):
            amounts[name] = minor(name, text, currency) if text else 0
    accept(acting.work, acting.id, Decision(**amounts, remark=given.remark))


def _decline(acting: Acting, given: DeclineIn) -> None:
    decline(acting.work, acting.id, given.remark)


_COLUMNS: dict[str, ColumnElement[Any]] = {
    "tag": col(Asset.tag),
    "name": col(Asset.name),
    "book": col(Book.code),
}
_COLUMNS |= {
    name: _PROPOSAL.c[name]
    for name in BookProposalRow.model_fields
    if name not in _COLUMNS
}

_SOURCE: TableSource[BookProposalQuestion] = TableSource(
    table=_PROPOSAL,
    joined=_PROPOSAL.join(
        table_of(Asset), id_of(Asset) == col(BookProposal.asset_id)
    ).join(table_of(Book), id_of(Book) == col(BookProposal.book_id)),
    columns=_COLUMNS,
    filters={
        "book": lambda one, _viewer: col(BookProposal.book_id) == one,
        "asset": lambda one, _viewer: col(BookProposal.asset_id) == one,
    },
    searched=(col(Asset.tag), col(Asset.name)),
)

BOOK_PROPOSALS = Resource(
    name="book-proposals",
    command="book-proposal",
    title=N_("Register and books"),
    counted=NN_("{count} proposal", "{count} proposals"),
    icon="list",
    group="money",
    roles=READERS,
    rows=BookProposalRow,
    question=BookProposalQuestion,
    sort="-id",
    source=_SOURCE,
    reference=BOOK_PROPOSAL,
    detail=BookProposalRow,
    get=_SOURCE.one,
    called=lambda row: f"{row['tag']} {row['book']}",
    acts=(
        Act(
            "accept-book-proposal",
            AcceptIn,
            _accept,
            WRITERS,
            verb="accept",
            about="Let the book follow the register, or the register the book.",
            said=N_("It is done."),
            title=N_("Accept the proposal for {tag}"),
            many=True,
        ),
        Act(
            "decline-book-proposal",
            DeclineIn,
            _decline,
            WRITERS,
            verb="decline",
            about="Leave everything as it is, and say why.",
            said=N_("Everything stays as it is."),
            title=N_("Decline the proposal for {tag}"),
        ),
    ),
)
