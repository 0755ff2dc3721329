"""Entries of leases: interest, payments, what was paid at the start (IFRS 16.36).

The right-of-use asset books the liability that it begins with and each remeasurement,
since its acquisitions are credited to the account of the liability. What belongs to
earlier periods and is not booked comes with the period that is booked now.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, insert

from inventory.accounting.books.book_state import BookState
from inventory.accounting.leases.load import (
    COMPONENTS,
    LeaseInBook,
    booked_of_leases,
    leases_where,
)
from inventory.accounting.leases.tables import LeaseBooked
from inventory.accounting.model.journal import Entry, Line
from inventory.accounting.posting.cost_split import (
    CostShare,
    CostSharesOf,
    charged_from,
    cost_centre_weights,
)
from inventory.accounting.posting.entries import spread_cost
from inventory.accounting.tables import AssetBook
from inventory.kernel.periods import Period
from inventory.storage.rows import Row, col, table_of

_USES = {
    "opening": ("opening", "liability", "Lease liability taken over"),
    "initial": ("liability", "payables", "Paid at the start of the lease"),
    "interest": ("interest", "liability", "Interest on the lease"),
    "paid": ("liability", "payables", "Lease payment"),
    "expense": ("expense", "payables", "Lease expense"),
}
"""Component -> account that is debited, account that is credited, memo."""
_COSTS = ("interest", "expense")


def lease_entries(
    connection: Connection,
    book: Row,
    state: BookState,
    key: str,
    posting_id: int,
    cost_shares_of: CostSharesOf,
) -> list[tuple[int, Entry]]:
    """Book the leases of a period; return entries by the asset's row in the book.

    Args:
        connection: Within the transaction of the posting.
        book: The book.
        state: Its state before the posting.
        key: The period.
        posting_id: The posting.
        cost_shares_of: Finds the cost centres of assets in a period.
    """
    period = state.calendar.periods[state.index_of(key)]
    in_book = col(AssetBook.book_id) == book["id"]
    leases = [
        one for one in leases_where(connection, in_book) if one.since < period.end
    ]
    booked = booked_of_leases(connection, book["id"]) if leases else {}
    shares = cost_shares_of([one.asset_id for one in leases], state.calendar, key)
    entries: list[tuple[int, Entry]] = []
    rows: list[Row] = []
    for lease in leases:
        known = booked.get(lease.id, dict.fromkeys(COMPONENTS, 0))
        now = lease.components(period.end)
        moved = {name: now[name] - known[name] for name in COMPONENTS}
        if not any(moved.values()):
            continue
        rows.append(_row(lease, posting_id, period, moved))
        found = _entries(lease, book, period, moved, shares.get(lease.asset_id, ()))
        entries += [(lease.asset_book_id, entry) for entry in found]
    if rows:
        connection.execute(insert(table_of(LeaseBooked)), rows)
    return entries


def _row(
    lease: LeaseInBook, posting_id: int, period: Period, moved: dict[str, int]
) -> Row:
    return {
        "posting_id": posting_id,
        "lease_id": lease.id,
        "period": period.id,
        **{f"{name}_minor": moved[name] for name in COMPONENTS},
        "closing_minor": lease.measured.liability(period.end)
        if not moved["expense"]
        else 0,
    }


def _entries(
    lease: LeaseInBook,
    book: Row,
    period: Period,
    moved: dict[str, int],
    shares: Sequence[CostShare],
) -> Iterator[Entry]:
    start = charged_from(period.start, period.end, lease.since)
    weights = cost_centre_weights(shares, start, period.end)
    currency = book["currency"]
    for name, (debit, credit, memo) in _USES.items():
        amount = moved[name]
        if not amount:
            continue
        account = lease.accounts[debit]
        lines = (
            spread_cost(account, amount, currency, weights)
            if name in _COSTS
            else [Line(account=account, amount=amount, currency=currency)]
        )
        lines.append(
            Line(account=lease.accounts[credit], amount=-amount, currency=currency)
        )
        yield Entry(
            day=period.last,
            period=period.id,
            memo=memo,
            reference=f"{lease.asset_id}/{book['code']}/{period.id}/lease/{name}",
            lines=tuple(lines),
        )
