"""Posting a period of a book: all of it in one transaction, or nothing.

Posted rows and entries are facts: the database refuses to edit them. What turns out
later is caught up in the first open period, or the run is taken back (`reversing`).
May import `storage` and the modules beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, func, insert, select

from inventory.accounting import codec
from inventory.accounting.bearing import Bearing
from inventory.accounting.books import (
    calendar_of_book,
    closed_keys,
    period_row,
    period_rows,
)
from inventory.accounting.capital import Kept, RuleError, in_book, in_force
from inventory.accounting.journal import (
    Context,
    Entry,
    JournalError,
    entries_of,
)
from inventory.accounting.rows import Row, Schedule
from inventory.accounting.schedule import schedule
from inventory.accounting.tables import (
    AssetBook,
    Book,
    JournalEntry,
    JournalLine,
    PostedRow,
    Posting,
)
from inventory.errors import Invalid, NotAllowed
from inventory.periods import Calendar
from inventory.storage.rows import add, get, table_of
from inventory.storage.work import UnitOfWork

_POSTING = table_of(Posting)
_ROW = table_of(PostedRow)
_ENTRY = table_of(JournalEntry)
_LINE = table_of(JournalLine)
_ASSET_BOOK = table_of(AssetBook)

BearersOf = Callable[[Collection[int], Calendar, str], Mapping[int, Sequence[Bearing]]]
"""Returns who bears each asset (by asset id) in a period of a calendar."""


@dataclass(frozen=True, slots=True)
class AssetProblem:
    """An asset whose row cannot be made."""

    asset_id: int
    problem: str


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
    """What a run booked.

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
    work: UnitOfWork, book_id: int, key: str, bearers_of: BearersOf
) -> PostingReport:
    """Book a period of a book; running it again changes nothing.

    Args:
        work: The unit of work; the caller commits.
        book_id: The book.
        key: Period id.
        bearers_of: Finds the cost centres of assets in the period.

    Raises:
        NotAllowed: The period is closed, or an earlier one is open and not posted.
        NotPosted: Some assets cannot be posted; lists them.
    """
    get(work.connection, Book, book_id, lock=True)
    done = current(work.connection, book_id, key)
    if done is not None:
        return PostingReport(
            done["id"], True, done["assets"], done["depreciation_minor"]
        )
    _check_order(work.connection, book_id, key)
    run = _Run(work, book_id, key, bearers_of)
    return run.book()


def current(connection: Connection, book_id: int, key: str) -> dict[str, Any] | None:
    """Return the posting of a period that is in force; None if it is not posted."""
    query = select(_POSTING).where(
        _POSTING.c.book_id == book_id,
        _POSTING.c.period == key,
        _POSTING.c.id.in_(in_force()),
    )
    row = connection.execute(query).mappings().one_or_none()
    return None if row is None else dict(row)


def _check_order(connection: Connection, book_id: int, key: str) -> None:
    period = period_row(connection, book_id, key)
    if period["status"] != "open":
        raise NotAllowed(
            f"Period {key} is {period['status']}.",
            remedy="Post the first open period; it catches up what is missing.",
        )
    first = connection.execute(
        select(func.min(_ASSET_BOOK.c.in_service)).where(
            _ASSET_BOOK.c.book_id == book_id
        )
    ).scalar()
    for row in period_rows(connection, book_id):
        if row["starts_on"] >= period["starts_on"]:
            return
        if first is None or row["ends_on"] <= first or row["status"] != "open":
            continue
        if current(connection, book_id, row["key"]) is None:
            raise NotAllowed(
                f"Period {row['key']} before it is open and not posted.",
                remedy="Post the periods in order, or close that one.",
            )


class _Run:
    """One run over all assets of a book."""

    def __init__(
        self, work: UnitOfWork, book_id: int, key: str, bearers_of: BearersOf
    ) -> None:
        self.work, self.book_id, self.key = work, book_id, key
        self.book_row = get(work.connection, Book, book_id)
        self.calendar = calendar_of_book(work.connection, book_id)
        self.locked = closed_keys(work.connection, book_id)
        self.bearers_of = bearers_of
        self.problems: list[AssetProblem] = []
        self.assets = self.depreciation = 0

    def book(self) -> PostingReport:
        """Book every asset, or raise with all problems."""
        posting_id = self._head()
        for chunk in in_book(self.work.connection, self.book_id):
            self._chunk(posting_id, chunk)
        if self.problems:
            raise NotPosted(self.problems)
        self.work.connection.execute(
            _POSTING.update()
            .where(_POSTING.c.id == posting_id)
            .values(assets=self.assets, depreciation_minor=self.depreciation)
        )
        return PostingReport(posting_id, False, self.assets, self.depreciation)

    def _head(self) -> int:
        version = self.work.connection.execute(
            select(func.count()).where(
                _POSTING.c.book_id == self.book_id, _POSTING.c.period == self.key
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

    def _chunk(self, posting_id: int, chunk: list[Kept]) -> None:
        bearers = self.bearers_of([k.asset_id for k in chunk], self.calendar, self.key)
        rows, entries, lines = [], [], []
        for kept in chunk:
            try:
                made = self._row(kept)
                if made is None:
                    continue
                row, whole = made
                booked = self._entries(kept, row, whole, bearers.get(kept.asset_id, ()))
            except (*RuleError, JournalError) as error:
                self.problems.append(AssetProblem(kept.asset_id, str(error)))
                continue
            rows.append(_row_values(posting_id, kept, row))
            entries.append((kept, booked))
            self.assets += 1
            self.depreciation += row.depreciation
        if self.problems or not rows:
            return
        connection = self.work.connection
        connection.execute(insert(_ROW), rows)
        values = [
            _entry_values(posting_id, kept, entry)
            for kept, booked in entries
            for entry in booked
        ]
        if not values:
            return
        numbers = connection.execute(
            insert(_ENTRY).returning(_ENTRY.c.id, sort_by_parameter_order=True), values
        ).scalars()
        flat = [entry for _, booked in entries for entry in booked]
        for number, entry in zip(numbers, flat, strict=True):
            lines += _line_values(number, entry)
        connection.execute(insert(_LINE), lines)

    def _row(self, kept: Kept) -> tuple[Row, Schedule] | None:
        """Return the asset's row of the period, or None if it has none."""
        made = schedule(
            kept.terms, kept.events, self.calendar, kept.posted, self.locked
        )
        for row in made.rows:
            if row.period == self.key:
                return replace(row, posted=True), made
        return None

    def _entries(
        self, kept: Kept, row: Row, whole: Schedule, bearings: Sequence[Bearing]
    ) -> list[Entry]:
        context = Context(
            reference=f"{kept.asset_id}/{self.book_row['code']}/{self.key}",
            currency=self.book_row["currency"],
            accounts=kept.accounts,
            bearings=bearings,
        )
        return entries_of(row, context, whole.derecognised, whole.remeasured)


def _row_values(posting_id: int, kept: Kept, row: Row) -> dict[str, Any]:
    return {
        "posting_id": posting_id,
        "asset_book_id": kept.id,
        "period": row.period,
        "starts_on": row.start,
        "depreciation_minor": row.depreciation,
        "closing_minor": row.closing,
        "row": codec.row_to_text(row),
    }


def _entry_values(posting_id: int, kept: Kept, entry: Entry) -> dict[str, Any]:
    return {
        "posting_id": posting_id,
        "asset_book_id": kept.id,
        "day": entry.day,
        "period": entry.period,
        "memo": entry.memo,
        "reference": entry.reference,
    }


def _line_values(entry_id: int, entry: Entry) -> list[dict[str, Any]]:
    return [
        {
            "entry_id": entry_id,
            "position": position,
            "account": line.account,
            "amount_minor": line.amount,
            "currency": line.currency,
            "cost_centre": line.cost_centre,
        }
        for position, line in enumerate(entry.lines, 1)
    ]
