"""Adding assets to books and recording their events. Imports `storage` and `load`.

Refers to assets by id.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import update

from inventory.accounting.books.load import RULE_ERRORS, asset_in_book
from inventory.accounting.books.periods import calendar_of_book
from inventory.accounting.books.recordable import check_recordable
from inventory.accounting.engine.schedule import schedule
from inventory.accounting.engine.straight_line import line_of
from inventory.accounting.methods.pooled import POOLED
from inventory.accounting.model import terms_codec
from inventory.accounting.model.events import DisposalKind, Dispose, Event
from inventory.accounting.model.journal import Accounts
from inventory.accounting.model.terms import DepreciationTerms
from inventory.accounting.model.valid_events import check_held
from inventory.accounting.tables import AssetBook, Book, BookEvent, Pool
from inventory.kernel.errors import Conflict, Invalid
from inventory.kernel.events import AssetLeftBook
from inventory.kernel.periods import Calendar
from inventory.kernel.texts import N_
from inventory.storage.rows import add, find, get, id_of, table_of
from inventory.storage.work import UnitOfWork

_ASSET_BOOK = table_of(AssetBook)


def capitalise(
    work: UnitOfWork,
    *,
    asset_id: int,
    book_id: int,
    asset_class: str,
    terms: DepreciationTerms,
    accounts: Accounts,
    calendar: Calendar | None = None,
    origin: Mapping[str, Any] | None = None,
) -> int:
    """Add an asset to a book; return the id of its row there.

    Doing the same again changes nothing.

    Args:
        work: The unit of work; the caller commits.
        asset_id: The asset.
        book_id: The book.
        asset_class: Its class there.
        terms: Its terms.
        accounts: Accounts of its class.
        calendar: The book's calendar, for callers that have read it.
        origin: What its cost was translated from, see `AssetBook`.

    Raises:
        Invalid: No schedule can be made of the terms.
        Conflict: The asset is in the book with other terms.
    """
    data = terms_codec.terms_to_json(terms)
    get(work.connection, Book, book_id, lock=True)  # of two at once, one comes second
    known = find(work.connection, AssetBook, asset_id=asset_id, book_id=book_id)
    if known:
        if known["terms"] == data and known["asset_class"] == asset_class:
            return int(known["id"])
        raise Conflict(
            N_("Asset {asset_id} is in book {book_id} already, with other terms."),
            remedy=N_(
                "Record an event (change of estimate, cost, correction) instead."
            ),
            asset_id=asset_id,
            book_id=book_id,
        )
    if terms.share is None:  # a part needs the balances that follow as an event
        _try(terms, [], calendar or calendar_of_book(work.connection, book_id))
    return add(
        work,
        AssetBook,
        {
            "asset_id": asset_id,
            "book_id": book_id,
            "pool_id": pool_of(work, book_id, terms),
            "asset_class": asset_class,
            "in_service": terms.in_service,
            "terms": data,
            "accounts": asdict(accounts),
            "origin": None if origin is None else dict(origin),
            "revised_at": work.clock(),
        },
    )


def pool_of(work: UnitOfWork, book_id: int, terms: DepreciationTerms) -> int | None:
    """Return the pool that terms put an asset in, made where the book has none yet."""
    if terms.method != POOLED:
        return None
    named = {"book_id": book_id, "name": str(terms.params["pool"])}
    known = find(work.connection, Pool, **named)
    return int(known["id"]) if known else add(work, Pool, named)


def _try(terms: DepreciationTerms, events: Sequence[Event], calendar: Calendar) -> None:
    try:
        check_held(events)
        if events or line_of(terms, calendar) is None:
            schedule(terms, events, calendar)
    except RULE_ERRORS as error:
        raise Invalid(str(error)) from error


def record_event(
    work: UnitOfWork,
    asset_book_id: int,
    event: Event,
    calendar: Calendar | None = None,
) -> int:
    """Record an event of an asset in a book; return the id of its row.

    The same event again changes nothing. An event that takes effect in a closed period
    is caught up in the first open one; in a locked period only if it says so by a
    posting date.

    Args:
        work: The unit of work; the caller commits.
        asset_book_id: Id of the asset's row in the book.
        event: The event.
        calendar: The book's calendar, for callers that have read it.

    Raises:
        NotFound: The asset is not in the book.
        Invalid: The event cannot be applied; says which rule it breaks.
        NotAllowed: Its dates lie in periods that take no postings.
        Conflict: Another event has the same id.
    """
    get(work.connection, AssetBook, asset_book_id, lock=True)
    asset, book_id = asset_in_book(work.connection, asset_book_id)
    data = terms_codec.event_to_json(event)
    known = find(work.connection, BookEvent, asset_book_id=asset_book_id, name=event.id)
    if known:
        if known["data"] == data:
            return int(known["id"])
        raise Conflict(
            N_("Event {event} of this asset exists with other values."),
            remedy=N_("Cancel it by a `cancel` event, then record a new one."),
            event=event.id,
        )
    calendar = calendar or calendar_of_book(work.connection, book_id)
    _try(asset.terms, [*asset.events, event], calendar)
    check_recordable(work.connection, book_id, asset, event, calendar)
    work.connection.execute(
        update(_ASSET_BOOK)
        .where(id_of(AssetBook) == asset_book_id)
        .values(revised_at=work.clock())
    )
    if isinstance(event, Dispose) and event.whole:
        if event.kind is not DisposalKind.TRANSFER:
            left = {"asset_id": asset.asset_id, "book_id": book_id}
            work.emit(AssetLeftBook(**left, on=event.effective, kind=event.kind.value))
    return add(
        work,
        BookEvent,
        {
            "asset_book_id": asset_book_id,
            "name": event.id,
            "kind": data["type"],
            "effective": event.effective,
            "data": data,
        },
        action="record",
    )
