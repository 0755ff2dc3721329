"""Postings of books and their journals as lists. May import every context.

All functions take a connection and return plain mappings or iterate over entries.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Select, select

from inventory.accounting.model.journal import Entry, Line
from inventory.accounting.tables import (
    AssetBook,
    Book,
    FiscalPeriod,
    JournalEntry,
    JournalLine,
    Posting,
)
from inventory.assets.register.tables import Asset
from inventory.kernel.errors import NotFound
from inventory.kernel.money import amount_text, minor_digits
from inventory.kernel.texts import N_
from inventory.storage.paging import Page, fetch_page
from inventory.storage.rows import Row, col, id_of, table_of

_BOOK = table_of(Book)
_POSTING = table_of(Posting)
_ENTRY = table_of(JournalEntry)
_LINE = table_of(JournalLine)
_ASSET_BOOK = table_of(AssetBook)
_ASSET = table_of(Asset)


def _postings() -> Select[Any]:
    back = _POSTING.alias("back")
    return (
        select(
            _POSTING,
            col(Book.code).label("book"),
            col(Book.currency),
            back.c.id.label("reversed_by"),
        )
        .join(_BOOK, id_of(Book) == col(Posting.book_id))
        .outerjoin(back, back.c.reverses_id == id_of(Posting))
    )


def list_postings(
    connection: Connection,
    *,
    book_id: int | None = None,
    period: str | None = None,
    after: str | None = None,
    limit: int = 100,
) -> Page:
    """Return a page of postings and reversals, newest first."""
    query = _postings()
    if book_id is not None:
        query = query.where(col(Posting.book_id) == book_id)
    if period is not None:
        query = query.where(col(Posting.period) == period)
    page = fetch_page(
        connection,
        query,
        keys={"id": id_of(Posting)},
        sort="-id",
        row_id=id_of(Posting),
        after=after,
        limit=limit,
    )
    return Page([_posting(row) for row in page.rows], page.next)


def posting_detail(connection: Connection, posting_id: int) -> Row:
    """Return a posting.

    Raises:
        NotFound: There is no such posting.
    """
    query = _postings().where(id_of(Posting) == posting_id)
    row = connection.execute(query).mappings().one_or_none()
    if row is None:
        raise NotFound(
            N_("There is no posting {posting_id}."),
            remedy=N_("List postings."),
            posting_id=posting_id,
        )
    return _posting(dict(row))


def _posting(row: Row) -> Row:
    shown = {
        name: row[name]
        for name in (
            "id",
            "book_id",
            "book",
            "source",
            "period",
            "version",
            "reverses_id",
            "reversed_by",
            "assets",
            "actor",
            "recorded_at",
            "currency",
        )
    }
    digits = minor_digits(row["currency"])
    shown["depreciation"] = amount_text(row["depreciation_minor"], digits)
    return shown


def journal(connection: Connection, where: Select[Any]) -> Iterator[tuple[Row, Entry]]:
    """Yield entries in the order they were written, with what they come from.

    Args:
        connection: Where to look; rows are fetched as they are used.
        where: A query of the ids of postings.

    Yields:
        (`id`, `posting_id`, `asset_id`, `tag`, `asset_class`) and the entry.
    """
    query = (
        select(
            _ENTRY,
            col(JournalLine.account),
            col(JournalLine.amount_minor),
            col(JournalLine.currency),
            col(JournalLine.cost_centre),
            col(AssetBook.asset_id),
            col(AssetBook.asset_class),
            col(Asset.tag),
        )
        .join(_LINE, col(JournalLine.entry_id) == id_of(JournalEntry))
        .outerjoin(_ASSET_BOOK, id_of(AssetBook) == col(JournalEntry.asset_book_id))
        .outerjoin(_ASSET, id_of(Asset) == col(AssetBook.asset_id))
        .where(col(JournalEntry.posting_id).in_(where))
        .order_by(id_of(JournalEntry), col(JournalLine.position))
    )
    streamed = connection.execution_options(yield_per=2000)
    rows = streamed.execute(query).mappings()
    for _, some in groupby(rows, key=lambda row: row["id"]):
        lines = list(some)
        first = lines[0]
        entry = Entry(
            day=first["day"],
            period=first["period"],
            memo=first["memo"],
            reference=first["reference"],
            lines=tuple(
                Line(
                    account=line["account"],
                    amount=line["amount_minor"],
                    currency=line["currency"],
                    cost_centre=line["cost_centre"],
                )
                for line in lines
            ),
        )
        shown = ("id", "posting_id", "asset_id", "tag", "asset_class")
        yield {name: first[name] for name in shown}, entry


def postings_between(book_id: int, start: date, end: date) -> Select[Any]:
    """Return a query of the postings, reversals included, of periods in a span.

    Args:
        book_id: The book.
        start: First day of the first period.
        end: First day after the last period.
    """
    keys = select(col(FiscalPeriod.key)).where(
        col(FiscalPeriod.book_id) == book_id,
        col(FiscalPeriod.starts_on) >= start,
        col(FiscalPeriod.ends_on) <= end,
    )
    return select(id_of(Posting)).where(
        col(Posting.book_id) == book_id, col(Posting.period).in_(keys)
    )
