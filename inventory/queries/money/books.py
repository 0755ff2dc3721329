"""Books, their periods, postings and journals as lists. May import every context.

All functions take a connection and return plain mappings or iterate over entries.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, Select, String, cast, func, select

from inventory.accounting.books.book_state import postings_in_force
from inventory.accounting.tables import (
    AssetBook,
    Book,
    FiscalPeriod,
    Posting,
)
from inventory.kernel.errors import Invalid, NotFound
from inventory.kernel.money import amount_text, minor_digits
from inventory.kernel.texts import N_
from inventory.people.tables import LegalEntity
from inventory.storage.paging import Page, fetch_page
from inventory.storage.rows import Row, col, id_of, table_of

_BOOK = table_of(Book)
_PERIOD = table_of(FiscalPeriod)
_POSTING = table_of(Posting)
_ENTITY = table_of(LegalEntity)


def _books() -> Select[Any]:
    assets = (
        select(func.count())
        .where(col(AssetBook.book_id) == id_of(Book))
        .scalar_subquery()
    )
    return select(
        id_of(Book),
        col(Book.code),
        col(Book.name),
        col(Book.legal_entity_id),
        col(LegalEntity.code).label("legal_entity"),
        col(Book.currency),
        col(Book.to_ledger),
        assets.label("assets"),
    ).join(_ENTITY, id_of(LegalEntity) == col(Book.legal_entity_id))


def list_books(
    connection: Connection, *, after: str | None = None, limit: int = 100
) -> Page:
    """Return a page of books, each with the next period to post."""
    page = fetch_page(
        connection,
        _books(),
        keys={"code": col(Book.code)},
        sort="code",
        row_id=id_of(Book),
        after=after,
        limit=limit,
    )
    for row in page.rows:
        row |= posting_progress(connection, row["id"])
    return page


def posting_progress(connection: Connection, book_id: int) -> Row:
    """Return what was posted last, and what is next."""
    first = connection.execute(
        select(func.min(col(AssetBook.in_service))).where(
            col(AssetBook.book_id) == book_id
        )
    ).scalar()
    posted = select(col(Posting.period)).where(
        col(Posting.book_id) == book_id, id_of(Posting).in_(postings_in_force())
    )
    done = (
        select(col(FiscalPeriod.key), col(FiscalPeriod.starts_on))
        .where(col(FiscalPeriod.book_id) == book_id, col(FiscalPeriod.key).in_(posted))
        .order_by(col(FiscalPeriod.starts_on).desc())
        .limit(1)
    )
    last = connection.execute(done).one_or_none()
    coming = select(col(FiscalPeriod.key)).where(
        col(FiscalPeriod.book_id) == book_id,
        col(FiscalPeriod.status) == "open",
        col(FiscalPeriod.ends_on) > (first or date.max),
        col(FiscalPeriod.key).not_in(posted),
    )
    if last is not None:
        coming = coming.where(col(FiscalPeriod.starts_on) > last.starts_on)
    following = connection.execute(
        coming.order_by(col(FiscalPeriod.starts_on)).limit(1)
    )
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
        query = query.where(id_of(Book) == int(name))
    else:
        query = query.where(col(Book.code) == code)
        if entity:
            query = query.where(col(LegalEntity.code) == entity)
    rows = connection.execute(query.order_by(id_of(Book))).mappings().all()
    if not rows:
        raise NotFound(
            N_("There is no book {name}."),
            where="book",
            remedy=N_("List the books."),
            name=name,
        )
    if len(rows) > 1:
        names = ", ".join(f"{row['legal_entity']}/{row['code']}" for row in rows)
        raise Invalid(
            N_("Several legal entities keep a book {name}: {names}."),
            where="book",
            remedy=N_("Name one of them so, or by its number."),
            name=name,
            names=names,
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
        .where(col(Posting.book_id) == book_id, id_of(Posting).in_(postings_in_force()))
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
            col(Book.currency),
        )
        .join(_BOOK, id_of(Book) == col(FiscalPeriod.book_id))
        .outerjoin(posted, posted.c.period == col(FiscalPeriod.key))
        .where(col(FiscalPeriod.book_id) == book_id)
    )
    if year is not None:
        query = query.where(col(FiscalPeriod.year) == year)
    if status is not None:
        query = query.where(col(FiscalPeriod.status) == status)
    page = fetch_page(
        connection,
        query,
        keys={"start": cast(col(FiscalPeriod.starts_on), String)},
        sort="start",
        row_id=id_of(FiscalPeriod),
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
