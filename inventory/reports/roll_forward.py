"""From opening to closing balances by class (IAS 16.73(d)-(e)), tied to the journal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from datetime import date

from sqlalchemy import func, select

from inventory.accounting.books.load import AssetInBook
from inventory.accounting.books.roll_forward import COLUMNS as MOVED
from inventory.accounting.books.roll_forward import HELD, Movement, class_of, movements
from inventory.accounting.tables import JournalEntry, JournalLine
from inventory.queries.money.postings import postings_between
from inventory.reports.base import Column, Kind, Report, Row, Values
from inventory.reports.parameters import BOOK, CLASS, FROM, TO, amounts
from inventory.reports.sources import BookSource, Sources
from inventory.storage.rows import col, id_of, table_of

_ENTRY, _LINE = table_of(JournalEntry), table_of(JournalLine)

TITLES = {
    "cost_opening": "Cost, opening",
    "additions": "Additions",
    "cost_held_for_sale": "Held for sale (cost)",
    "cost_disposals": "Disposals (cost)",
    "cost_revaluation": "Revaluation (cost)",
    "cost_transfers": "Transfers and other (cost)",
    "cost_closing": "Cost, closing",
    "accumulated_opening": "Accumulated depreciation and impairment, opening",
    "depreciation": "Depreciation",
    "impairment": "Impairment losses",
    "impairment_reversal": "Impairment reversed",
    "accumulated_held_for_sale": "Held for sale (accumulated)",
    "accumulated_disposals": "Disposals (accumulated)",
    "accumulated_revaluation": "Revaluation (accumulated)",
    "accumulated_transfers": "Transfers and other (accumulated)",
    "accumulated_closing": "Accumulated depreciation and impairment, closing",
    "book_value_opening": "Book value, opening",
    "book_value_closing": "Book value, closing",
    "journal_book_value": "Book value by the journal",
    "difference": "Not in the journal yet",
}


def _rows(sources: Sources, values: Values) -> Iterator[Row]:
    book = sources.book(values["book"])
    start, end = book.span(values["from"], values["to"])
    classes: dict[str, Movement] = {}
    booked: Counter[str] = Counter()
    for chunk in book.chunks(values["class"]):
        balances = book_values(book, chunk, end)
        for row_range in book.row_ranges(chunk, start, end):
            original = row_range.asset.asset_class
            moved = movements(row_range.before, row_range.rows, original)
            for name, one in moved.items():
                classes[name] = classes.get(name, Movement()) + one
            last = row_range.last
            if last is not None:
                name = class_of(last, original)
                booked[name] += balances[row_range.asset.id]
    total = Movement()
    for name in sorted(classes, key=lambda name: (name == HELD, name)):
        total += classes[name]
        yield _row(name, classes[name], booked[name], book.currency)
    yield _row("total", total, sum(booked.values()), book.currency)


def _row(name: str, moved: Movement, booked: int, currency: str) -> Row:
    return {
        "asset_class": name,
        **{column: getattr(moved, column) for column in MOVED},
        "book_value_opening": moved.opening,
        "book_value_closing": moved.closing,
        "journal_book_value": booked,
        "difference": moved.closing - booked,
        "currency": currency,
        "foots": moved.foots(),
    }


def balance_accounts(asset: AssetInBook) -> set[str]:
    """Return the accounts that an asset's book value stands in, over its life."""
    found: set[str] = set()
    for name in asset.classes:
        accounts = asset.accounts_of(name)
        found |= {accounts.asset, accounts.accumulated, accounts.impairment}
        found |= {accounts.held_for_sale} - {""}
    return found


def book_values(
    book: BookSource, chunk: Collection[AssetInBook], end: date
) -> dict[int, int]:
    """Return the book value of assets by the journal, up to a period's end."""
    accounts_by_asset = {asset.id: balance_accounts(asset) for asset in chunk}
    start = book.state.calendar.start
    query = (
        select(
            col(JournalEntry.asset_book_id),
            col(JournalLine.account),
            func.sum(col(JournalLine.amount_minor)),
        )
        .join(_LINE, col(JournalLine.entry_id) == id_of(JournalEntry))
        .where(
            col(JournalEntry.asset_book_id).in_(list(accounts_by_asset)),
            col(JournalEntry.posting_id).in_(postings_between(book.id, start, end)),
        )
        .group_by(col(JournalEntry.asset_book_id), col(JournalLine.account))
    )
    values = dict.fromkeys(accounts_by_asset, 0)
    for number, account, amount in book.sources.connection.execute(query):
        if number is not None and account in accounts_by_asset[number]:
            values[number] += int(amount)
    return values


REPORT = Report(
    "roll-forward",
    "Roll-forward by class (IAS 16.73), tied to the journal",
    (BOOK, FROM, TO, CLASS),
    (
        Column("asset_class", "Class"),
        *amounts(TITLES),
        Column("currency", "Currency"),
        Column("foots", "Foots", Kind.BOOLEAN),
    ),
    _rows,
)
