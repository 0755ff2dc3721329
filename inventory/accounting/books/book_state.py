"""The state of a book: calendar, postings in force, periods that take none.

May import `storage` and the pure modules beside it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, Select, select

from inventory.accounting.books.periods import calendar_of_book, closed_keys
from inventory.accounting.tables import Posting
from inventory.kernel.errors import NotFound
from inventory.kernel.periods import Calendar
from inventory.kernel.texts import N_
from inventory.storage.rows import col, id_of, table_of

_POSTING = table_of(Posting)


@dataclass(frozen=True, slots=True)
class BookState:
    """Calendar and postings of a book, as known at some moment.

    Attributes:
        calendar: Its periods.
        locked: Periods that take no more postings: closed, locked or booked already.
            What an asset has no row in there is caught up later.
        postings: Posting in force of each booked period, by its key.
        known_at: Only what was recorded by then counts; None for everything.
    """

    calendar: Calendar
    locked: frozenset[str] = frozenset()
    postings: Mapping[str, int] = field(default_factory=dict)
    known_at: datetime | None = None
    first_unposted: int = field(init=False)
    """Index in the calendar of the first period after all booked ones."""
    skipped_indexes: tuple[int, ...] = field(init=False)
    """Indexes of periods that were passed over: closed without being booked."""

    def __post_init__(self) -> None:
        periods = list(enumerate(self.calendar.periods))
        booked = [n for n, period in periods if period.id in self.postings]
        first_unposted = max(booked, default=-1) + 1
        skipped_indexes = (
            n
            for n, period in periods
            if (n < first_unposted or period.id in self.locked)
            and period.id not in self.postings
        )
        object.__setattr__(self, "first_unposted", first_unposted)
        object.__setattr__(self, "skipped_indexes", tuple(skipped_indexes))

    def skipped_between(self, first: int, last: int) -> bool:
        """Whether a period between two indexes was passed over."""
        return bisect_left(self.skipped_indexes, first) < bisect_right(
            self.skipped_indexes, last
        )

    def index_of(self, key: str) -> int:
        """Return the index of a period in the calendar.

        Raises:
            NotFound: There is no such period.
        """
        for index, period in enumerate(self.calendar.periods):
            if period.id == key:
                return index
        raise NotFound(
            N_("The book has no period {key}."), remedy=N_("List its periods."), key=key
        )


def book_state_of(
    connection: Connection, book_id: int, known_at: datetime | None = None
) -> BookState:
    """Return what is known of a book.

    Raises:
        NotFound: There is no such book.
    """
    postings = postings_by_period(connection, book_id, known_at)
    closed = closed_keys(connection, book_id) if known_at is None else frozenset()
    calendar = calendar_of_book(connection, book_id)
    return BookState(calendar, closed | frozenset(postings), postings, known_at)


def postings_by_period(
    connection: Connection, book_id: int, known_at: datetime | None = None
) -> dict[str, int]:
    """Return the posting in force of each posted period of a book, by its key."""
    query = select(col(Posting.period), id_of(Posting)).where(
        col(Posting.book_id) == book_id, id_of(Posting).in_(postings_in_force(known_at))
    )
    return {key: index for key, index in connection.execute(query)}


def postings_in_force(known_at: datetime | None = None) -> Select[int]:
    """Return a query of the ids of postings of assets that were not taken back."""
    reversal = _POSTING.alias("reversal")
    back = select(reversal.c.id).where(reversal.c.reverses_id == id_of(Posting))
    query = select(id_of(Posting)).where(
        col(Posting.reverses_id).is_(None), col(Posting.source) == "assets"
    )
    if known_at is not None:
        back = back.where(reversal.c.recorded_at <= known_at)
        query = query.where(col(Posting.recorded_at) <= known_at)
    return query.where(~back.exists())
