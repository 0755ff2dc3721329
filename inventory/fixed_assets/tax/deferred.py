"""Deferred tax of a pair of books: the entry that brings the ledger to the differences.

Taxable differences make a liability, deductible ones an asset (IAS 12.15, 12.24); what
changes since the last entry is income tax of the period (12.58). May import the
contexts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from sqlalchemy import Connection, func, select

from inventory.accounting.books.periods import period_row
from inventory.accounting.model.journal import Entry, Line
from inventory.accounting.posting.other_entries import post_entries
from inventory.accounting.tables import JournalEntry, JournalLine, Posting
from inventory.kernel.errors import Invalid
from inventory.kernel.money import round_half_up
from inventory.kernel.texts import N_
from inventory.storage.rows import Row, col, id_of, table_of
from inventory.storage.work import UnitOfWork

SOURCE = "deferred-tax"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxAccounts:
    """Account codes of deferred tax.

    Attributes:
        liability: Deferred tax liabilities.
        asset: Deferred tax assets.
        expense: Deferred tax in profit or loss.
    """

    liability: str
    asset: str
    expense: str


@dataclass(frozen=True, slots=True)
class DeferredTax:
    """Deferred tax at the end of a period; minor units.

    Attributes:
        posting_id: The posting; None: nothing had changed.
        liability: What the account of liabilities shows after it, positive.
        asset: What the account of assets shows after it.
        expense: What the period is charged; negative for income.
    """

    posting_id: int | None
    liability: int
    asset: int
    expense: int


def book_deferred_tax(
    work: UnitOfWork,
    book: Row,
    tax_book: Row,
    key: str,
    differences: tuple[int, int],
    rate: Fraction,
    accounts: TaxAccounts,
) -> DeferredTax:
    """Book what deferred tax has changed; the same again changes nothing.

    Args:
        work: The unit of work.
        book: The book that shows it.
        tax_book: The tax book it is compared with.
        key: Period of the book; it must be open.
        differences: Taxable and deductible differences at its end, minor units, both
            positive.
        rate: Tax rate as a share.
        accounts: Where it is booked.

    Raises:
        Invalid: Two uses have one account.
        NotAllowed: The period is closed.
    """
    codes = (accounts.liability, accounts.asset, accounts.expense)
    if len(set(codes)) < len(codes):
        raise Invalid(N_("Each use needs an account of its own."), where="accounts")
    taxable, deductible = differences
    owed, due = round_half_up(taxable * rate), round_half_up(deductible * rate)
    period = period_row(work.connection, book["id"], key)
    start = f"{SOURCE}/{tax_book['code']}/"
    shown = {
        code: _shown(work.connection, book["id"], start, code, period["ends_on"])
        for code in (accounts.liability, accounts.asset)
    }
    moves = {
        accounts.liability: -owed - shown[accounts.liability],
        accounts.asset: due - shown[accounts.asset],
    }
    expense = -sum(moves.values())
    moves[accounts.expense] = expense
    lines = tuple(
        Line(account=code, amount=amount, currency=book["currency"])
        for code, amount in moves.items()
        if amount
    )
    if not lines:
        return DeferredTax(None, owed, due, 0)
    number = len(_numbers(work.connection, book["id"], start)) + 1
    entry = Entry(
        day=_last(period),
        period=key,
        memo=f"Deferred tax {book['code']} against {tax_book['code']} {key}",
        reference=f"{start}{key}/{number}",
        lines=lines,
    )
    posting_id = post_entries(work, book["id"], key, SOURCE, [entry])
    return DeferredTax(posting_id, owed, due, expense)


def _last(period: Row) -> date:
    ends: date = period["ends_on"]
    return date.fromordinal(ends.toordinal() - 1)


def _shown(
    connection: Connection, book_id: int, start: str, code: str, before: date
) -> int:
    """Return what entries of the pair have left on an account."""
    query = (
        select(func.coalesce(func.sum(col(JournalLine.amount_minor)), 0))
        .select_from(table_of(JournalLine))
        .join(table_of(JournalEntry), id_of(JournalEntry) == col(JournalLine.entry_id))
        .join(table_of(Posting), id_of(Posting) == col(JournalEntry.posting_id))
        .where(
            col(Posting.book_id) == book_id,
            col(JournalLine.account) == code,
            col(JournalEntry.reference).startswith(start, autoescape=True),
            col(JournalEntry.day) < before,
        )
    )
    return int(connection.execute(query).scalar_one())


def _numbers(connection: Connection, book_id: int, start: str) -> list[int]:
    query = (
        select(id_of(JournalEntry))
        .join(table_of(Posting), id_of(Posting) == col(JournalEntry.posting_id))
        .where(
            col(Posting.book_id) == book_id,
            col(JournalEntry.reference).startswith(start, autoescape=True),
        )
    )
    return list(connection.execute(query).scalars())
