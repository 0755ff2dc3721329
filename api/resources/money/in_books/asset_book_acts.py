"""What is done with an asset in all its books: events, split, merge, transfer."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from api.compose.rulebooks import rules_of
from api.http.actions import Act, Acting, Given
from api.resources.declare import DetailModel, Input
from api.resources.money.in_books.event_inputs import EventOfBooksIn
from api.resources.money.roles import WRITERS
from api.resources.references import AssetRef, BookRef
from inventory.accounting.catalogue.api_form import event_to_wire
from inventory.fixed_assets.asset_books import record_in_books
from inventory.fixed_assets.asset_transfers import merge, split, transfer
from inventory.kernel.texts import N_

Day = Annotated[
    date, Input("Last day", about="Its last day there; the last of a period.")
]


class PartIn(BaseModel):
    """A part of a split: an asset of the register, and its weight."""

    model_config = ConfigDict(extra="forbid")

    asset_id: Annotated[int, Field(ge=1, le=2**63 - 1)]
    weight: Annotated[int, Field(ge=1, le=10**12, description="Quantity, or cost.")]


class SplitBooksIn(Given):
    """Split an asset in all its books; its parts sum to it in every row."""

    parts: Annotated[list[PartIn], Field(min_length=2, max_length=1000), Input("Parts")]
    day: Day


class MergeBooksIn(Given):
    """Merge an asset into another in all its books."""

    into: Annotated[AssetRef, Input("Into", pick="assets")]
    day: Day


class TransferIn(Given):
    """Transfer an asset to another legal entity at book value, its history kept."""

    book: Annotated[BookRef, Input("From book", pick="books")]
    to_book: Annotated[BookRef, Input("To book", pick="books")]
    day: Day


class Transferred(DetailModel):
    """The asset that goes on, and the codes of its books."""

    asset_id: int
    books: list[str]
    day: date


class RecordedEvent(DetailModel):
    """An event that was recorded, and the codes of the books it was recorded in."""

    asset_id: int
    books: list[str]
    event: dict[str, Any]


def _record(acting: Acting, given: EventOfBooksIn) -> dict[str, Any]:
    event, books = record_in_books(
        acting.work,
        rules_of(acting.app.settings),
        acting.id,
        given.book,
        given.wire(),
    )
    return {
        "asset_id": acting.id,
        "books": [book["code"] for book in books],
        "event": event_to_wire(event, books[0]["currency"]),
    }


def _split(acting: Acting, given: SplitBooksIn) -> dict[str, Any]:
    parts = [(part.asset_id, part.weight) for part in given.parts]
    books = split(acting.work, acting.id, parts, given.day)
    return {"asset_id": acting.id, "books": books, "day": given.day}


def _merge(acting: Acting, given: MergeBooksIn) -> dict[str, Any]:
    into = int(given.into)
    books = merge(acting.work, acting.id, into, given.day)
    return {"asset_id": into, "books": books, "day": given.day}


def _transfer(acting: Acting, given: TransferIn) -> dict[str, Any]:
    other = transfer(
        acting.work, acting.id, str(given.book), str(given.to_book), given.day
    )
    return {"asset_id": acting.id, "books": [other["code"]], "day": given.day}


ASSET_BOOK_ACTS = (
    Act(
        "record-book-event",
        EventOfBooksIn,
        _record,
        WRITERS,
        verb="record-event",
        about="Record an event of an asset in its books.",
        said=N_("The event is recorded."),
        title=N_("Record an event of {tag}"),
        answer=RecordedEvent,
    ),
    Act(
        "split-asset",
        SplitBooksIn,
        _split,
        WRITERS,
        verb="split",
        said=N_("The asset is split."),
        title=N_("Split {tag}"),
        answer=Transferred,
    ),
    Act(
        "merge-asset",
        MergeBooksIn,
        _merge,
        WRITERS,
        verb="merge",
        said=N_("The asset is merged."),
        title=N_("Merge {tag} into another asset"),
        answer=Transferred,
    ),
    Act(
        "transfer-asset",
        TransferIn,
        _transfer,
        WRITERS,
        verb="transfer",
        said=N_("The asset is transferred."),
        title=N_("Transfer {tag} to another legal entity"),
        answer=Transferred,
    ),
)
