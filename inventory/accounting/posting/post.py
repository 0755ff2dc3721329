"""Posting a period of a book: all of it in one transaction, or nothing.

Posted rows and entries are facts: the database refuses to edit them. What turns out
later is caught up in the first open period, or the run is reversed (`reverse`).
May import `storage` and the modules beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, func, select

from inventory.accounting.books.book_state import (
    book_state_of,
    postings_by_period,
    postings_in_force,
)
from inventory.accounting.books.load import RULE_ERRORS, AssetInBook, assets_of_book
from inventory.accounting.books.periods import period_row, period_rows
from inventory.accounting.model.journal import Accounts, Entry, JournalError
from inventory.accounting.model.rows import Row
from inventory.accounting.posting.cost_split import CostShare, CostSharesOf
from inventory.accounting.posting.entries import Context, entries_of
from inventory.accounting.posting.lease_entries import lease_entries
from inventory.accounting.posting.next_rows import NextRow, next_rows
from inventory.accounting.posting.reallocate import Reallocated, corrections
from inventory.accounting.posting.write import Booker, Booking
from inventory.accounting.tables import AssetBook, Book, Posting
from inventory.kernel.errors import Invalid, NotAllowed
from inventory.kernel.events import PostingsMade
from inventory.kernel.texts import N_
from inventory.storage.rows import add, col, get, id_of, table_of
from inventory.storage.work import UnitOfWork

_POSTING = table_of(Posting)

Progress = Callable[[int, int], None]
"""Called after each chunk with the assets done and the assets in the book."""


@dataclass(frozen=True, slots=True)
class AssetProblem:
    """An asset whose row cannot be made."""

    asset_id: int
    problem: str

    @property
    def row(self) -> int:
        """Where the problem is: the number of the asset."""
        return self.asset_id

    def __str__(self) -> str:
        return self.problem


class NotPosted(Invalid):
    """Some assets cannot be posted, so nothing was."""

    code = "not-posted"
    remedy = "Mend the assets listed, then post the period again."

    def __init__(self, problems: Sequence[AssetProblem]) -> None:
        self.problems = tuple(problems)
        listed = "; ".join(f"asset {p.asset_id}: {p.problem}" for p in problems[:20])
        super().__init__(f"{len(problems)} asset(s) cannot be posted: {listed}.")


@dataclass(frozen=True, slots=True)
class PostingReport:
    """Result of posting a period.

    Attributes:
        posting_id: Its id.
        already: It had been booked before; nothing was written now.
        assets: Assets with a row.
        depreciation: Depreciation booked, minor units.
    """

    posting_id: int
    already: bool
    assets: int
    depreciation: int


def post_period(
    work: UnitOfWork,
    book_id: int,
    key: str,
    cost_shares_of: CostSharesOf,
    progress: Progress | None = None,
    reallocated: Reallocated | None = None,
) -> PostingReport:
    """Book a period of a book; running it again changes nothing.

    Args:
        work: The unit of work; the caller commits.
        book_id: The book.
        key: Period id.
        cost_shares_of: Finds the cost centres of assets in the period.
        progress: Called after each chunk.
        reallocated: Finds the assets whose charge of earlier periods may belong to
            other cost centres than it was booked on; None: it stays.

    Raises:
        NotAllowed: The period is closed, an earlier one is open and not posted, or a
            later one is posted.
        NotPosted: Some assets cannot be posted; lists them.
    """
    get(work.connection, Book, book_id, lock=True)
    done = current(work.connection, book_id, key)
    if done is not None:
        return PostingReport(
            done["id"], True, done["assets"], done["depreciation_minor"]
        )
    _check_order(work.connection, book_id, key)
    return _Run(work, book_id, key, cost_shares_of, reallocated).book(progress)


def current(connection: Connection, book_id: int, key: str) -> dict[str, Any] | None:
    """Return the posting of a period that is in force; None if it is not posted."""
    query = select(_POSTING).where(
        col(Posting.book_id) == book_id,
        col(Posting.period) == key,
        id_of(Posting).in_(postings_in_force()),
    )
    row = connection.execute(query).mappings().one_or_none()
    return None if row is None else dict(row)


def _check_order(connection: Connection, book_id: int, key: str) -> None:
    period = period_row(connection, book_id, key)
    if period["status"] != "open":
        raise NotAllowed(
            N_("Period {key} is {status}."),
            remedy=N_("Post the first open period; it catches up what is missing."),
            key=key,
            status=period["status"],
        )
    first = _first_in_service(connection, book_id)
    done = postings_by_period(connection, book_id)
    for row in period_rows(connection, book_id):
        earlier = row["starts_on"] < period["starts_on"]
        if not earlier and row["key"] in done:
            raise NotAllowed(
                N_("The later period {key} is posted."),
                remedy=N_("Take the later postings back first."),
                key=row["key"],
            )
        if first is None or row["ends_on"] <= first or row["status"] != "open":
            continue
        if earlier and row["key"] not in done:
            raise NotAllowed(
                N_("Period {key} before it is open and not posted."),
                remedy=N_("Post the periods in order, or close that one."),
                key=row["key"],
            )


def due(connection: Connection, book_id: int, key: str) -> list[str]:
    """Return the open periods up to one that have yet to be posted, in order.

    Raises:
        NotFound: The book has no such period.
    """
    last = period_row(connection, book_id, key)["starts_on"]
    first = _first_in_service(connection, book_id)
    done = postings_by_period(connection, book_id)
    return [
        row["key"]
        for row in period_rows(connection, book_id)
        if row["starts_on"] <= last
        and row["status"] == "open"
        and row["key"] not in done
        and first is not None
        and row["ends_on"] > first
    ]


def _first_in_service(connection: Connection, book_id: int) -> date | None:
    query = select(func.min(col(AssetBook.in_service)))
    found: date | None = connection.execute(
        query.where(col(AssetBook.book_id) == book_id)
    ).scalar()
    return found


class _Run:
    """One run over all assets of a book."""

    def __init__(
        self,
        work: UnitOfWork,
        book_id: int,
        key: str,
        cost_shares_of: CostSharesOf,
        reallocated: Reallocated | None,
    ) -> None:
        self.work, self.book_id, self.key = work, book_id, key
        self.reallocated = reallocated
        self.book_row = get(work.connection, Book, book_id)
        self.book_state = book_state_of(work.connection, book_id)
        self.cost_shares_of = cost_shares_of
        self.problems: list[AssetProblem] = []
        self.assets = self.depreciation = 0

    def book(self, progress: Progress | None) -> PostingReport:
        """Book every asset, or raise with all problems."""
        connection = self.work.connection
        total = connection.execute(
            select(func.count()).where(col(AssetBook.book_id) == self.book_id)
        ).scalar_one()
        posting_id = self._head()
        booker, done = Booker(connection, posting_id), 0
        for chunk in assets_of_book(connection, self.book_id, history=False):
            booked = self._chunk(chunk)
            if not self.problems:
                booker.write(booked)
            done += len(chunk)
            if progress is not None:
                progress(done, total)
        if self.problems:
            raise NotPosted(self.problems)
        booker.write_entries(self._corrections())
        booker.write_entries(self._leases(posting_id))
        connection.execute(
            _POSTING.update()
            .where(id_of(Posting) == posting_id)
            .values(assets=self.assets, depreciation_minor=self.depreciation)
        )
        booker.finish(
            self.work,
            self.book_id,
            assets=self.assets,
            depreciation_minor=self.depreciation,
        )
        self.work.emit(
            PostingsMade(
                posting_id=posting_id,
                book_id=self.book_id,
                period=self.key,
                assets=self.assets,
                depreciation_minor=self.depreciation,
            )
        )
        return PostingReport(posting_id, False, self.assets, self.depreciation)

    def _head(self) -> int:
        version = self.work.connection.execute(
            select(func.count()).where(
                col(Posting.book_id) == self.book_id, col(Posting.period) == self.key
            )
        ).scalar_one()
        return add(
            self.work,
            Posting,
            {
                "book_id": self.book_id,
                "period": self.key,
                "version": version + 1,
                "assets": 0,
                "depreciation_minor": 0,
                "actor": self.work.actor,
            },
            action="post",
        )

    def _corrections(self) -> list[tuple[int, Entry]]:
        if self.reallocated is None:
            return []
        found = corrections(
            self.work.connection,
            self.book_row,
            self.book_state,
            self.key,
            self.cost_shares_of,
            self.reallocated,
        )
        return list(found)

    def _leases(self, posting_id: int) -> list[tuple[int, Entry]]:
        return lease_entries(
            self.work.connection,
            self.book_row,
            self.book_state,
            self.key,
            posting_id,
            self.cost_shares_of,
        )

    def _chunk(self, chunk: list[AssetInBook]) -> list[Booking]:
        connection, calendar = self.work.connection, self.book_state.calendar
        cost_shares = self.cost_shares_of(
            [k.asset_id for k in chunk], calendar, self.key
        )
        booked = []
        for asset, next_row in next_rows(connection, self.book_state, self.key, chunk):
            try:
                row = next_row()
                if row is not None:
                    booked.append(self._booking(asset, row, cost_shares))
            except (*RULE_ERRORS, JournalError) as error:
                self.problems.append(AssetProblem(asset.asset_id, str(error)))
        return booked

    def _booking(
        self,
        asset: AssetInBook,
        next_row: NextRow,
        cost_shares: Mapping[int, Sequence[CostShare]],
    ) -> Booking:
        row, before = next_row.row, next_row.before
        accounts = asset.accounts_of(row.asset_class).for_row(row.held)
        context = Context(
            reference=f"{asset.asset_id}/{self.book_row['code']}/{self.key}",
            currency=self.book_row["currency"],
            accounts=accounts,
            cost_shares=cost_shares.get(asset.asset_id, ()),
            before=_accounts_before(asset, before),
            in_service=asset.terms.in_service,
        )
        self.assets += 1
        self.depreciation += row.depreciation
        entries = entries_of(row, context, next_row.moved)
        return Booking(asset.id, row, entries, asset.booked_from is None)


def _accounts_before(asset: AssetInBook, before: Row | None) -> Accounts | None:
    if before is None:
        return None
    return asset.accounts_of(before.asset_class).for_row(before.held)
