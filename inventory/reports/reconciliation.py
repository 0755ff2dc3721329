"""The register against the journal, account by account."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy import func, select

from inventory.accounting.books.balances_on import Position
from inventory.accounting.books.load import AssetInBook
from inventory.accounting.tables import JournalEntry, JournalLine
from inventory.queries.money.postings import postings_between
from inventory.reports.base import Column, Kind, Parameter, Report, Row, Values
from inventory.reports.parameters import BOOK, amounts
from inventory.reports.sources import BookSource, Sources
from inventory.storage.rows import col, id_of, table_of

_ENTRY, _LINE = table_of(JournalEntry), table_of(JournalLine)


def _day(book: BookSource, day_asked: date | None) -> date:
    """Return the day to compare at: the end of the last booked period."""
    if day_asked is not None:
        return day_asked
    state = book.state
    return state.calendar.periods[max(state.first_unposted - 1, 0)].last


def _add(sums: Counter[str], asset: AssetInBook, position: Position) -> None:
    """Add an asset's balances to the accounts they should stand in."""
    later = position.asset_class if position.asset_class != asset.asset_class else ""
    accounts = asset.accounts_of(later).for_row(position.held)
    sums[accounts.asset] += position.cost
    sums[accounts.accumulated] -= position.accumulated
    sums[accounts.impairment] -= position.impairment
    sums[accounts.surplus] -= position.surplus
    for code in (accounts.asset, accounts.accumulated, accounts.impairment):
        sums[code] += 0


def _journal(book: BookSource, accounts: list[str], day: date) -> dict[str, int]:
    start, after = book.state.calendar.start, day + timedelta(days=1)
    query = (
        select(col(JournalLine.account), func.sum(col(JournalLine.amount_minor)))
        .join(_ENTRY, id_of(JournalEntry) == col(JournalLine.entry_id))
        .where(
            col(JournalLine.account).in_(accounts),
            col(JournalEntry.posting_id).in_(postings_between(book.id, start, after)),
        )
        .group_by(col(JournalLine.account))
    )
    found = book.sources.connection.execute(query)
    return {account: int(amount) for account, amount in found}


def _rows(sources: Sources, values: Values) -> Iterator[Row]:
    book = sources.book(values["book"])
    day = _day(book, values["as_of"])
    sums: Counter[str] = Counter()
    for found, _ in book.positions(day):
        for asset, position in found:
            _add(sums, asset, position)
    booked, names = _journal(book, list(sums), day), book.rules.names
    for code in sorted(sums):
        yield {
            "account": code,
            "name": names.get(code),
            "register": sums[code],
            "journal": booked.get(code, 0),
            "difference": sums[code] - booked.get(code, 0),
            "currency": book.currency,
            "as_of": day,
            "ties": sums[code] == booked.get(code, 0),
        }


REPORT = Report(
    "reconciliation",
    "Register against journal, by account",
    (
        BOOK,
        Parameter(
            "as_of",
            "End of this day; of the last booked period if empty",
            Kind.DAY,
        ),
    ),
    (
        Column("account", "Account"),
        Column("name", "Name"),
        *amounts(
            {"register": "Register", "journal": "Journal", "difference": "Difference"}
        ),
        Column("currency", "Currency"),
        Column("as_of", "As of", Kind.DAY),
        Column("ties", "Ties", Kind.BOOLEAN),
    ),
    _rows,
)
