"""Posting a period as people do it: what is in use comes in first, none too early.

May import the contexts and the modules beside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import partial

from sqlalchemy import Connection, func, select

from inventory.accounting.books.book_state import postings_in_force
from inventory.accounting.books.periods import period_row
from inventory.accounting.catalogue.asset_classes import Rules
from inventory.accounting.posting.post import (
    PostingReport,
    Progress,
    current,
    post_period,
)
from inventory.accounting.posting.reallocate import CORRECTION
from inventory.accounting.tables import (
    FiscalPeriod,
    JournalEntry,
    JournalLine,
    Posting,
)
from inventory.fixed_assets.late_allocations import reallocated
from inventory.fixed_assets.open_books import without_balances
from inventory.fixed_assets.register_books import cost_shares_of
from inventory.fixed_assets.rulebooks import rulebook_of
from inventory.fixed_assets.tax.convention_of_year import years_to_mend
from inventory.fixed_assets.waiting import bring_in
from inventory.kernel.errors import NotAllowed
from inventory.kernel.money import amount_text, minor_digits
from inventory.kernel.texts import N_, Said
from inventory.queries.money.books import book_of
from inventory.storage.rows import Row, col, id_of, table_of
from inventory.storage.work import UnitOfWork

_NAMED = 20
"""Assets that a warning names."""


def post_with_assets(
    work: UnitOfWork,
    rules: Rules,
    book_id: int,
    key: str,
    today: date | None,
    progress: Progress | None = None,
) -> PostingReport:
    """Book a period of a book, with what went into use by its end.

    Args:
        work: The unit of work; the caller commits.
        rules: Those of the site.
        book_id: The book.
        key: Period id.
        today: The present day; a period that has not ended is refused. None: it may be
            posted early.
        progress: Called after each chunk.

    Raises:
        NotAllowed: The period has not ended, or may not be posted for other reasons.
        NotPosted: Some assets cannot be posted; lists them.
    """
    period = period_row(work.connection, book_id, key)
    if today is not None and period["ends_on"] > today:
        raise NotAllowed(
            N_("Period {key} has not ended: its last day is before {ends_on}."),
            remedy=N_("Wait for its end, or say that it is posted early."),
            key=key,
            ends_on=period["ends_on"],
        )
    entity = book_of(work.connection, str(book_id))["legal_entity_id"]
    known = rulebook_of(work.connection, entity) is not None
    if known and current(work.connection, book_id, key) is None:
        bring_in(work, rules, [book_id], until=period["ends_on"])
    shares = cost_shares_of(work.connection, book_id)
    moved = partial(reallocated, work.connection)
    return post_period(work, book_id, key, shares, progress, moved)


def figures_before(connection: Connection, book_id: int, start: date) -> int | None:
    """Return the depreciation of the last period posted before a day, minor units."""
    query = (
        select(col(Posting.depreciation_minor))
        .join(
            table_of(FiscalPeriod),
            (col(FiscalPeriod.book_id) == col(Posting.book_id))
            & (col(FiscalPeriod.key) == col(Posting.period)),
        )
        .where(
            col(Posting.book_id) == book_id,
            id_of(Posting).in_(postings_in_force()),
            col(FiscalPeriod.starts_on) < start,
        )
        .order_by(col(FiscalPeriod.starts_on).desc())
        .limit(1)
    )
    found: int | None = connection.execute(query).scalar()
    return found


def unallocated(connection: Connection, posting_id: int) -> int:
    """Return the depreciation of a posting that no cost centre bears, minor units."""
    query = (
        select(func.coalesce(func.sum(col(JournalLine.amount_minor)), 0))
        .join(table_of(JournalEntry), id_of(JournalEntry) == col(JournalLine.entry_id))
        .where(
            col(JournalEntry.posting_id) == posting_id,
            col(JournalEntry.reference).endswith("/depreciation"),
            col(JournalLine.amount_minor) > 0,
            col(JournalLine.cost_centre).is_(None),
        )
    )
    return int(connection.execute(query).scalar_one())


def corrected(connection: Connection, posting_id: int) -> int:
    """Return what a posting moved between cost centres of earlier periods.

    Minor units, counted once: what came to the cost centres that bear more.
    """
    query = (
        select(func.coalesce(func.sum(col(JournalLine.amount_minor)), 0))
        .join(table_of(JournalEntry), id_of(JournalEntry) == col(JournalLine.entry_id))
        .where(
            col(JournalEntry.posting_id) == posting_id,
            col(JournalEntry.reference).contains(f"/{CORRECTION}/"),
            col(JournalLine.amount_minor) > 0,
        )
    )
    return int(connection.execute(query).scalar_one())


def warnings_of(
    connection: Connection, book: Row, posting_id: int, today: date
) -> Iterator[str]:
    """Yield what somebody should look at after a posting, in sentences."""
    nobody = unallocated(connection, posting_id)
    if nobody:
        yield Said(
            N_("No cost centre bears {amount} {currency}."),
            amount=Decimal(amount_text(nobody, minor_digits(book["currency"]))),
            currency=book["currency"],
        )
    old = without_balances(connection, book["id"], posting_id)
    if old:
        named = ", ".join(old[:_NAMED]) + (" ..." if len(old) > _NAMED else "")
        yield Said(
            N_(
                "In service before the book began, without a balance taken over, so"
                " that their past depreciation falls into this period: {tags}. If that"
                " is not meant, reverse the posting and take balances over."
            ),
            tags=named,
        )
    for year in years_to_mend(connection, book["id"], today):
        yield Said(
            N_("The purchases of {year} need another convention (40 % test)."),
            year=str(year),
        )
