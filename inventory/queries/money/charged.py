"""Which cost centres the depreciation of a period is charged to, booked or planned.

What is booked is what the journal says; what is planned follows those who bear the
asset as far as that is known. May import every context.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from sqlalchemy import Connection, func, select

from inventory.accounting.books.load import AssetInBook
from inventory.accounting.model.rows import Row
from inventory.accounting.posting.cost_split import (
    CostShare,
    charged_from,
    cost_centre_weights,
)
from inventory.accounting.tables import JournalEntry, JournalLine
from inventory.kernel.money import split
from inventory.kernel.spans import Span
from inventory.people.tables import CostCentre
from inventory.queries.money.cost_allocation import allocations
from inventory.queries.money.postings import postings_between
from inventory.storage.rows import col, id_of, table_of

_LINE = table_of(JournalLine)

Charge = list[tuple[str | None, int]]
"""Cost centres with what they bear, minor units; None is nobody."""


def booked_charges(
    connection: Connection,
    book_id: int,
    chunk: Collection[AssetInBook],
    start: date,
    end: date,
) -> dict[tuple[int, str], Charge]:
    """Return how booked depreciation was shared, corrections of earlier periods too.

    Args:
        connection: Where the journal is.
        book_id: The book.
        chunk: Assets in it.
        start: First day of the periods.
        end: First day after them.

    Returns:
        Id of the asset's row in the book and period -> the charge.
    """
    expenses = {
        asset.id: {asset.accounts_of(name).expense for name in asset.classes}
        for asset in chunk
    }
    line, entry = col(JournalLine.entry_id), id_of(JournalEntry)
    grouped = (
        col(JournalEntry.asset_book_id),
        col(JournalEntry.period),
        col(JournalLine.cost_centre),
        col(JournalLine.account),
    )
    query = (
        select(*grouped, func.sum(col(JournalLine.amount_minor)))
        .join(_LINE, line == entry)
        .where(
            col(JournalEntry.asset_book_id).in_(list(expenses)),
            col(JournalEntry.posting_id).in_(postings_between(book_id, start, end)),
        )
        .group_by(*grouped)
    )
    found: dict[tuple[int, str], Charge] = {}
    for number, period, centre, account, amount in connection.execute(query):
        if number is not None and account in expenses[number]:
            found.setdefault((number, period), []).append((centre, int(amount)))
    return found


def charge_of(
    asset: AssetInBook,
    row: Row,
    booked: Mapping[tuple[int, str], Charge],
    cost_shares: Sequence[CostShare],
) -> Charge:
    """Return who bears the depreciation of a row.

    Args:
        asset: The asset.
        row: A row of its schedule.
        booked: What the journal says of booked rows.
        cost_shares: Who bears the asset, for rows that are planned.
    """
    known = booked.get((asset.id, row.period))
    if row.posted and known is not None:
        return known
    if not row.depreciation:
        return []
    first = charged_from(row.start, row.end, asset.terms.in_service)
    weights = cost_centre_weights(cost_shares, first, row.end)
    parts = split(row.depreciation, [weight for _, weight in weights])
    return [(centre, part) for (centre, _), part in zip(weights, parts, strict=True)]


def cost_shares(
    connection: Connection, asset_ids: Collection[int], start: date, end: date
) -> dict[int, list[CostShare]]:
    """Return the cost centres that assets are charged to between two days.

    Args:
        connection: Where to look.
        asset_ids: Which assets.
        start: First day.
        end: First day after.
    """
    codes = _codes(connection)
    known = allocations(connection, asset_ids, Span(start, end))
    return {
        asset_id: [
            CostShare(
                codes[share.cost_centre_id], share.ppm, part.span.start, part.span.end
            )
            for part in parts
            for share in part.shares
        ]
        for asset_id, parts in known.items()
    }


def _codes(connection: Connection) -> dict[int, str]:
    found = connection.execute(select(id_of(CostCentre), col(CostCentre.code)))
    return {number: code for number, code in found}
