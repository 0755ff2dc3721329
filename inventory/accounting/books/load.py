"""Assets in books, read with their events, booked rows and schedules.

May import `storage` and the pure modules beside it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache

from sqlalchemy import Connection, select

from inventory.accounting.books.book_state import (
    BookState,
    book_state_of,
    postings_in_force,
)
from inventory.accounting.engine.schedule import schedule
from inventory.accounting.model import terms_codec
from inventory.accounting.model.events import Event, EventError, Reclassify
from inventory.accounting.model.journal import Accounts
from inventory.accounting.model.row_codec import row_from_text
from inventory.accounting.model.rows import Row, Schedule
from inventory.accounting.model.terms import DepreciationTerms, TermsError
from inventory.accounting.tables import AssetBook, BookEvent, PostedRow
from inventory.kernel.errors import Invalid, NotFound
from inventory.kernel.periods import CalendarError
from inventory.kernel.texts import N_
from inventory.storage.rows import col, find, id_of, table_of

_ASSET_BOOK = table_of(AssetBook)
_EVENT = table_of(BookEvent)

RULE_ERRORS = (TermsError, EventError, CalendarError)
"""What the pure engine raises when terms, events and calendar do not fit."""

CHUNK = 1000
"""Assets in memory at once."""


@dataclass(frozen=True, slots=True)
class AssetInBook:
    """An asset in a book, as the engine needs it.

    Attributes:
        id: Id of the asset's row in the book.
        asset_id: The asset.
        asset_class: Its class in the book.
        terms: Terms at capitalisation.
        accounts: Account codes.
        events: Events, cancelled ones and their cancellations included.
        posted: Booked rows in order.
        booked_from: First day of the first period it is booked in; None before.
    """

    id: int
    asset_id: int
    asset_class: str
    terms: DepreciationTerms
    accounts: Accounts
    events: tuple[Event, ...] = ()
    posted: tuple[Row, ...] = ()
    booked_from: date | None = None

    @property
    def classes(self) -> frozenset[str]:
        """Every class it was ever in."""
        later = (e.asset_class for e in self.events if isinstance(e, Reclassify))
        return frozenset((self.asset_class, *later))

    def accounts_of(self, asset_class: str) -> Accounts:
        """Return the accounts of a class that an event gave the asset; else its own."""
        for event in self.events:
            if isinstance(event, Reclassify) and event.asset_class == asset_class:
                return replace(self.accounts, **event.accounts)
        return self.accounts


def schedule_in_book(asset: AssetInBook, book_state: BookState) -> Schedule:
    """Return the schedule of an asset in a book, booked rows included.

    Raises:
        TermsError, EventError, CalendarError: What is stored contradicts itself.
    """
    return schedule(
        asset.terms, asset.events, book_state.calendar, asset.posted, book_state.locked
    )


def asset_book_id(connection: Connection, asset_id: int, book_id: int) -> int:
    """Return the id of an asset's row in a book.

    Raises:
        NotFound: The asset is not in the book.
    """
    found = find(connection, AssetBook, asset_id=asset_id, book_id=book_id)
    if found is None:
        raise NotFound(
            N_("Asset {asset_id} is not in book {book_id}."),
            remedy=N_("Capitalise it there first."),
            asset_id=asset_id,
            book_id=book_id,
        )
    return int(found["id"])


def asset_in_book(
    connection: Connection, row_id: int, known_at: datetime | None = None
) -> tuple[AssetInBook, int]:
    """Return an asset in a book, and the id of the book.

    Args:
        connection: Where to look.
        row_id: Id of the asset's row in the book.
        known_at: As it was known at that moment; None for now.

    Raises:
        NotFound: There is no such row.
    """
    query = select(_ASSET_BOOK).where(id_of(AssetBook) == row_id)
    row = connection.execute(query).mappings().one_or_none()
    if row is None:
        raise NotFound(
            N_("There is no row {row_id} of an asset in a book."), row_id=row_id
        )
    (asset,) = assets_of_rows(connection, [dict(row)], known_at=known_at)
    return asset, int(row["book_id"])


def schedule_of(
    connection: Connection, row_id: int, known_at: datetime | None = None
) -> Schedule:
    """Return the schedule of an asset in a book, posted rows included.

    Args:
        connection: Where to look.
        row_id: Id of the asset's row in the book.
        known_at: As it was known at that moment; None for now.

    Raises:
        NotFound: There is no such row.
        Invalid: The stored events contradict each other.
    """
    asset, book_id = asset_in_book(connection, row_id, known_at)
    try:
        return schedule_in_book(asset, book_state_of(connection, book_id, known_at))
    except RULE_ERRORS as error:
        raise Invalid(str(error), where=f"asset {asset.asset_id}") from error


def assets_of_book(
    connection: Connection,
    book_id: int,
    *,
    after: int = 0,
    chunk: int = CHUNK,
    history: bool = True,
) -> Iterator[list[AssetInBook]]:
    """Yield the assets of a book in chunks, in the order of their ids.

    Args:
        connection: Where to look.
        book_id: The book.
        after: Id of the row to start after.
        chunk: Assets in memory at once.
        history: Also read the posted rows.
    """
    while True:
        query = (
            select(_ASSET_BOOK)
            .where(col(AssetBook.book_id) == book_id, id_of(AssetBook) > after)
            .order_by(id_of(AssetBook))
            .limit(chunk)
        )
        rows = [dict(row) for row in connection.execute(query).mappings()]
        if not rows:
            return
        yield assets_of_rows(connection, rows, history=history)
        after = rows[-1]["id"]


def assets_by_id(
    connection: Connection, ids: Sequence[int]
) -> Iterator[list[AssetInBook]]:
    """Yield some assets in books in chunks, without their booked rows.

    Args:
        connection: Where to look.
        ids: Ids of their rows in the books.
    """
    for start in range(0, len(ids), CHUNK):
        query = select(_ASSET_BOOK).where(
            id_of(AssetBook).in_(ids[start : start + CHUNK])
        )
        found = connection.execute(query.order_by(id_of(AssetBook))).mappings()
        yield assets_of_rows(connection, [dict(row) for row in found], history=False)


def assets_of_rows(
    connection: Connection,
    rows: Sequence[Mapping[str, object]],
    *,
    history: bool = True,
    known_at: datetime | None = None,
) -> list[AssetInBook]:
    """Return rows of assets in books with their events and booked rows."""
    ids = [int(str(row["id"])) for row in rows]
    events: dict[int, list[Event]] = {number: [] for number in ids}
    query = (
        select(_EVENT)
        .where(col(BookEvent.asset_book_id).in_(ids))
        .order_by(id_of(BookEvent))
    )
    if known_at is not None:
        query = query.where(col(BookEvent.recorded_at) <= known_at)
    for event in connection.execute(query).mappings():
        read = terms_codec.event_from_json(event["data"])
        events[event["asset_book_id"]].append(read)
    posted = posted_rows(connection, ids, known_at) if history else {}
    found = []
    for row in rows:
        number = int(str(row["id"]))
        terms, accounts = row["terms"], row["accounts"]
        assert isinstance(terms, dict)
        assert isinstance(accounts, dict)
        booked_from = row["booked_from"]
        assert booked_from is None or isinstance(booked_from, date)
        found.append(
            AssetInBook(
                number,
                int(str(row["asset_id"])),
                str(row["asset_class"]),
                terms_codec.terms_from_json(terms),
                _accounts(tuple(accounts.items())),
                tuple(events[number]),
                tuple(posted.get(number, ())),
                booked_from,
            )
        )
    return found


@lru_cache(maxsize=512)
def _accounts(codes: tuple[tuple[str, str], ...]) -> Accounts:
    """Return account codes; those that many assets share are read once."""
    return Accounts(**dict(codes))


def posted_rows(
    connection: Connection,
    ids: Collection[int],
    known_at: datetime | None = None,
    span: tuple[date, date] | None = None,
) -> dict[int, list[Row]]:
    """Return the booked rows of some assets in books, in order.

    Args:
        connection: Where to look.
        ids: Ids of their rows in the books.
        known_at: As it was known at that moment; None for now.
        span: Only periods that start from the first day on, before the second.
    """
    found: dict[int, list[Row]] = {}
    if not ids:
        return found
    query = (
        select(col(PostedRow.asset_book_id), col(PostedRow.row))
        .where(
            col(PostedRow.asset_book_id).in_(ids),
            col(PostedRow.posting_id).in_(postings_in_force(known_at)),
        )
        .order_by(col(PostedRow.asset_book_id), col(PostedRow.starts_on))
    )
    if span is not None:
        query = query.where(
            col(PostedRow.starts_on) >= span[0], col(PostedRow.starts_on) < span[1]
        )
    for number, text in connection.execute(query):
        found.setdefault(number, []).append(row_from_text(text))
    return found
