"""Books, their periods, postings and journals as lists. May import every context.

All functions take a connection and return plain mappings or iterate over entries.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Select, String, cast, func, select

from inventory.accounting.journal import Entry, Line
from inventory.accounting.tables import (
    AssetBook,
    Book,
    FiscalPeriod,
    JournalEntry,
    JournalLine,
    Posting,
)
from inventory.accounting.window import in_force
from inventory.assets.tables import Asset
from inventory.errors import Invalid, NotFound
from inventory.money import amount_text, minor_digits
from inventory.network.paging import Page, fetch_page
from inventory.people.tables import LegalEntity
from inventory.storage.rows import Row, table_of

_BOOK = table_of(Book)
_PERIOD = table_of(FiscalPeriod)
_POSTING = table_of(Posting)
_ENTRY = table_of(JournalEntry)
_LINE = table_of(JournalLine)
_ASSET_BOOK = table_of(AssetBook)
_ASSET = table_of(Asset)
_ENTITY = table_of(LegalEntity)


def _books() -> Select[Any]:
    assets = (
        select(func.count())
        .where(_ASSET_BOOK.c.book_id == _BOOK.c.id)
        .scalar_subquery()
    )
    return select(
        _BOOK.c.id,
        _BOOK.c.code,
        _BOOK.c.name,
        _BOOK.c.legal_entity_id,
        _ENTITY.c.code.label("legal_entity"),
        _BOOK.c.currency,
        _BOOK.c.to_ledger,
        assets.label("assets"),
    ).join(_ENTITY, _ENTITY.c.id == _BOOK.c.legal_entity_id)


def list_books(
    connection: Connection, *, after: str | None = None, limit: int = 100
) -> Page:
    """Return a page of books, each with the next period to post."""
    page = fetch_page(
        connection,
        _books(),
        keys={"code": _BOOK.c.code},
        sort="code",
        row_id=_BOOK.c.id,
        after=after,
        limit=limit,
    )
    for row in page.rows:
        row |= _progress(connection, row["id"])
    return page


def _progress(connection: Connection, book_id: int) -> Row:
    """Return what was posted last, and what is next."""
    first = connection.execute(
        select(func.min(_ASSET_BOOK.c.in_service)).where(
            _ASSET_BOOK.c.book_id == book_id
        )
    ).scalar()
    posted = select(_POSTING.c.period).where(
        _POSTING.c.book_id == book_id, _POSTING.c.id.in_(in_force())
    )
    done = (
        select(_PERIOD.c.key, _PERIOD.c.starts_on)
        .where(_PERIOD.c.book_id == book_id, _PERIOD.c.key.in_(posted))
        .order_by(_PERIOD.c.starts_on.desc())
        .limit(1)
    )
    last = connection.execute(done).one_or_none()
    coming = select(_PERIOD.c.key).where(
        _PERIOD.c.book_id == book_id,
        _PERIOD.c.status == "open",
        _PERIOD.c.ends_on > (first or date.max),
        _PERIOD.c.key.not_in(posted),
    )
    if last is not None:
        coming = coming.where(_PERIOD.c.starts_on > last.starts_on)
    following = connection.execute(coming.order_by(_PERIOD.c.starts_on).limit(1))
    return {
        "last_posted": last.key if last else None,
        "next_to_post": following.scalar(),
    }


def book_of(connection: Connection, name: str) -> Row:
    """Return a book by its number, its code, or `ENTITY/CODE`.

    Raises:
        NotFound: There is no such book.
        Invalid: Several legal entities have a book of that code.
    """
    query = _books()
    entity, _, code = name.rpartition("/")
    if name.isascii() and name.isdigit() and len(name) < 19:
        query = query.where(_BOOK.c.id == int(name))
    else:
        query = query.where(_BOOK.c.code == code)
        if entity:
            query = query.where(_ENTITY.c.code == entity)
    rows = connection.execute(query.order_by(_BOOK.c.id)).mappings().all()
    if not rows:
        raise NotFound(
            f"There is no book {name}.", where="book", remedy="List the books."
        )
    if len(rows) > 1:
        names = ", ".join(f"{row['legal_entity']}/{row['code']}" for row in rows)
        raise Invalid(
            f"Several legal entities keep a book {name}: {names}.",
            where="book",
            remedy="Name one of them so, or by its number.",
        )
    return dict(rows[0])


def list_periods(
    connection: Connection,
    book_id: int,
    *,
    year: str | None = None,
    status: str | None = None,
    after: str | None = None,
    limit: int = 100,
) -> Page:
    """Return a page of the periods of a book with what is posted in them."""
    posted = (
        select(_POSTING)
        .where(_POSTING.c.book_id == book_id, _POSTING.c.id.in_(in_force()))
        .subquery("posted")
    )
    query = (
        select(
            _PERIOD,
            posted.c.id.label("posting_id"),
            posted.c.assets,
            posted.c.depreciation_minor,
            posted.c.recorded_at.label("posted_at"),
            posted.c.actor.label("posted_by"),
            _BOOK.c.currency,
        )
        .join(_BOOK, _BOOK.c.id == _PERIOD.c.book_id)
        .outerjoin(posted, posted.c.period == _PERIOD.c.key)
        .where(_PERIOD.c.book_id == book_id)
    )
    if year is not None:
        query = query.where(_PERIOD.c.year == year)
    if status is not None:
        query = query.where(_PERIOD.c.status == status)
    page = fetch_page(
        connection,
        query,
        keys={"start": cast(_PERIOD.c.starts_on, String)},
        sort="start",
        row_id=_PERIOD.c.id,
        after=after,
        limit=limit,
    )
    return Page([_period(row) for row in page.rows], page.next)


def _period(row: Row) -> Row:
    booked = row["depreciation_minor"]
    digits = minor_digits(row["currency"])
    return {
        "id": row["id"],
        "key": row["key"],
        "year": row["year"],
        "first_day": row["starts_on"],
        "last_day": row["ends_on"] - timedelta(days=1),
        "status": row["status"],
        "reason": row["reason"],
        "posting_id": row["posting_id"],
        "posted_at": row["posted_at"],
        "posted_by": row["posted_by"],
        "assets": row["assets"],
        "depreciation": None if booked is None else amount_text(booked, digits),
        "currency": row["currency"],
    }


def _postings() -> Select[Any]:
    back = _POSTING.alias("back")
    return (
        select(
            _POSTING,
            _BOOK.c.code.label("book"),
            _BOOK.c.currency,
            back.c.id.label("reversed_by"),
        )
        .join(_BOOK, _BOOK.c.id == _POSTING.c.book_id)
        .outerjoin(back, back.c.reverses_id == _POSTING.c.id)
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
        query = query.where(_POSTING.c.book_id == book_id)
    if period is not None:
        query = query.where(_POSTING.c.period == period)
    page = fetch_page(
        connection,
        query,
        keys={"id": _POSTING.c.id},
        sort="-id",
        row_id=_POSTING.c.id,
        after=after,
        limit=limit,
    )
    return Page([_posting(row) for row in page.rows], page.next)


def posting_detail(connection: Connection, posting_id: int) -> Row:
    """Return a posting.

    Raises:
        NotFound: There is no such posting.
    """
    query = _postings().where(_POSTING.c.id == posting_id)
    row = connection.execute(query).mappings().one_or_none()
    if row is None:
        raise NotFound(f"There is no posting {posting_id}.", remedy="List postings.")
    return _posting(dict(row))


def _posting(row: Row) -> Row:
    told = {
        name: row[name]
        for name in (
            "id",
            "book_id",
            "book",
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
    told["depreciation"] = amount_text(row["depreciation_minor"], digits)
    return told


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
            _LINE.c.account,
            _LINE.c.amount_minor,
            _LINE.c.currency,
            _LINE.c.cost_centre,
            _ASSET_BOOK.c.asset_id,
            _ASSET_BOOK.c.asset_class,
            _ASSET.c.tag,
        )
        .join(_LINE, _LINE.c.entry_id == _ENTRY.c.id)
        .join(_ASSET_BOOK, _ASSET_BOOK.c.id == _ENTRY.c.asset_book_id)
        .join(_ASSET, _ASSET.c.id == _ASSET_BOOK.c.asset_id)
        .where(_ENTRY.c.posting_id.in_(where))
        .order_by(_ENTRY.c.id, _LINE.c.position)
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
        told = ("id", "posting_id", "asset_id", "tag", "asset_class")
        yield {name: first[name] for name in told}, entry


def postings_between(book_id: int, start: date, end: date) -> Select[Any]:
    """Return a query of the postings, reversals included, of periods in a span.

    Args:
        book_id: The book.
        start: First day of the first period.
        end: First day after the last period.
    """
    keys = select(_PERIOD.c.key).where(
        _PERIOD.c.book_id == book_id,
        _PERIOD.c.starts_on >= start,
        _PERIOD.c.ends_on <= end,
    )
    return select(_POSTING.c.id).where(
        _POSTING.c.book_id == book_id, _POSTING.c.period.in_(keys)
    )
