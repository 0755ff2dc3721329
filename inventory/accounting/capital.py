"""Assets in books: capitalise, record events, read schedules.

May import `storage` and the pure modules beside it; refers to assets by id.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, Select, select, update

from inventory.accounting import codec
from inventory.accounting.books import calendar_of_book, closed_keys
from inventory.accounting.changes import Event, EventError
from inventory.accounting.journal import Accounts
from inventory.accounting.rows import Row, Schedule
from inventory.accounting.schedule import schedule
from inventory.accounting.tables import AssetBook, BookEvent, PostedRow, Posting
from inventory.accounting.terms import Terms, TermsError
from inventory.errors import Conflict, Invalid, NotFound
from inventory.periods import Calendar, CalendarError
from inventory.storage.rows import add, find, table_of
from inventory.storage.work import UnitOfWork

_ASSET_BOOK = table_of(AssetBook)
_EVENT = table_of(BookEvent)
_ROW = table_of(PostedRow)
_POSTING = table_of(Posting)

RuleError = (TermsError, EventError, CalendarError)
"""What the pure engine raises when terms, events and calendar do not fit."""


@dataclass(frozen=True, slots=True)
class Kept:
    """An asset in a book, as the engine needs it.

    Attributes:
        id: Id of the asset's row in the book.
        asset_id: The asset.
        asset_class: Its class in the book.
        terms: Terms at capitalisation.
        accounts: Account codes.
        events: Events, cancelled ones and their cancellations included.
        posted: Booked rows in order.
    """

    id: int
    asset_id: int
    asset_class: str
    terms: Terms
    accounts: Accounts
    events: tuple[Event, ...] = ()
    posted: tuple[Row, ...] = ()


def capitalise(
    work: UnitOfWork,
    *,
    asset_id: int,
    book_id: int,
    asset_class: str,
    terms: Terms,
    accounts: Accounts,
) -> int:
    """Take an asset into a book; return the id of its row there.

    Doing the same again changes nothing.

    Raises:
        Invalid: No schedule can be made of the terms.
        Conflict: The asset is in the book with other terms.
    """
    data = codec.terms_to_json(terms)
    known = find(work.connection, AssetBook, asset_id=asset_id, book_id=book_id)
    if known:
        if known["terms"] == data and known["asset_class"] == asset_class:
            return int(known["id"])
        raise Conflict(
            f"Asset {asset_id} is in book {book_id} already, with other terms.",
            remedy="Record an event (change of estimate, cost, correction) instead.",
        )
    _try(terms, [], calendar_of_book(work.connection, book_id))
    return add(
        work,
        AssetBook,
        {
            "asset_id": asset_id,
            "book_id": book_id,
            "asset_class": asset_class,
            "in_service": terms.in_service,
            "terms": data,
            "accounts": asdict(accounts),
            "revised_at": work.clock(),
        },
    )


def _try(terms: Terms, events: Sequence[Event], calendar: Calendar) -> None:
    try:
        schedule(terms, events, calendar)
    except RuleError as error:
        raise Invalid(str(error)) from error


def record_event(work: UnitOfWork, asset_book_id: int, event: Event) -> int:
    """Record an event of an asset in a book; return the id of its row.

    The same event again changes nothing. An event dated in a closed period is caught
    up in the first open one.

    Raises:
        NotFound: The asset is not in the book.
        Invalid: The event cannot be applied; says which rule it breaks.
        Conflict: Another event has the same id.
    """
    kept, book_id = one(work.connection, asset_book_id)
    data = codec.event_to_json(event)
    known = find(work.connection, BookEvent, asset_book_id=asset_book_id, name=event.id)
    if known:
        if known["data"] == data:
            return int(known["id"])
        raise Conflict(
            f"Event {event.id} of this asset exists with other values.",
            remedy="Cancel it by a `cancel` event, then record a new one.",
        )
    calendar = calendar_of_book(work.connection, book_id)
    _try(kept.terms, [*kept.events, event], calendar)
    work.connection.execute(
        update(_ASSET_BOOK)
        .where(_ASSET_BOOK.c.id == asset_book_id)
        .values(revised_at=work.clock())
    )
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


def asset_book_id(connection: Connection, asset_id: int, book_id: int) -> int:
    """Return the id of an asset's row in a book.

    Raises:
        NotFound: The asset is not in the book.
    """
    found = find(connection, AssetBook, asset_id=asset_id, book_id=book_id)
    if found is None:
        raise NotFound(
            f"Asset {asset_id} is not in book {book_id}.",
            remedy="Capitalise it there first.",
        )
    return int(found["id"])


def one(connection: Connection, row_id: int) -> tuple[Kept, int]:
    """Return an asset in a book, and the id of the book.

    Raises:
        NotFound: There is no such row.
    """
    query = select(_ASSET_BOOK).where(_ASSET_BOOK.c.id == row_id)
    row = connection.execute(query).mappings().one_or_none()
    if row is None:
        raise NotFound(f"There is no row {row_id} of an asset in a book.")
    return next(_kept(connection, [dict(row)])), int(row["book_id"])


def schedule_of(connection: Connection, row_id: int) -> Schedule:
    """Return the schedule of an asset in a book, posted rows included.

    Raises:
        NotFound: There is no such row.
        Invalid: The stored events contradict each other.
    """
    kept, book_id = one(connection, row_id)
    calendar = calendar_of_book(connection, book_id)
    try:
        return schedule(
            kept.terms,
            kept.events,
            calendar,
            kept.posted,
            closed_keys(connection, book_id),
        )
    except RuleError as error:
        raise Invalid(str(error), where=f"asset {kept.asset_id}") from error


def in_book(
    connection: Connection, book_id: int, *, chunk: int = 1000, history: bool = True
) -> Iterator[list[Kept]]:
    """Yield the assets of a book in chunks, in the order of their ids.

    Args:
        connection: Where to look.
        book_id: The book.
        chunk: Assets in memory at once.
        history: Also read the posted rows.
    """
    after = 0
    while True:
        query = (
            select(_ASSET_BOOK)
            .where(_ASSET_BOOK.c.book_id == book_id, _ASSET_BOOK.c.id > after)
            .order_by(_ASSET_BOOK.c.id)
            .limit(chunk)
        )
        rows = [dict(row) for row in connection.execute(query).mappings()]
        if not rows:
            return
        yield list(_kept(connection, rows, history=history))
        after = rows[-1]["id"]


def _kept(
    connection: Connection, rows: Sequence[Mapping[str, object]], history: bool = True
) -> Iterator[Kept]:
    ids = [int(str(row["id"])) for row in rows]
    events: dict[int, list[Event]] = {number: [] for number in ids}
    query = select(_EVENT).where(_EVENT.c.asset_book_id.in_(ids)).order_by(_EVENT.c.id)
    for row in connection.execute(query).mappings():
        events[row["asset_book_id"]].append(codec.event_from_json(row["data"]))
    posted = posted_rows(connection, ids) if history else {}
    for given in rows:
        number = int(str(given["id"]))
        terms, accounts = given["terms"], given["accounts"]
        assert isinstance(terms, dict)
        assert isinstance(accounts, dict)
        yield Kept(
            number,
            int(str(given["asset_id"])),
            str(given["asset_class"]),
            codec.terms_from_json(terms),
            Accounts(**accounts),
            tuple(events[number]),
            tuple(posted.get(number, ())),
        )


def in_force() -> Select[tuple[int]]:
    """Return a query of the ids of postings that were not taken back."""
    reversal = _POSTING.alias("reversal")
    return select(_POSTING.c.id).where(
        _POSTING.c.reverses_id.is_(None),
        ~select(reversal.c.id).where(reversal.c.reverses_id == _POSTING.c.id).exists(),
    )


def posted_rows(connection: Connection, ids: Collection[int]) -> dict[int, list[Row]]:
    """Return the booked rows of some assets in books, in order."""
    found: dict[int, list[Row]] = {}
    query = (
        select(_ROW.c.asset_book_id, _ROW.c.row)
        .where(_ROW.c.asset_book_id.in_(ids), _ROW.c.posting_id.in_(in_force()))
        .order_by(_ROW.c.asset_book_id, _ROW.c.starts_on)
    )
    for number, text in connection.execute(query):
        found.setdefault(number, []).append(codec.row_from_text(text))
    return found
