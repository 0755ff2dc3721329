"""Correcting entries: what was charged to one cost centre and belongs to another.

Who bears an asset may become known after a period was booked. The booked entries
stay; the first period that is booked afterwards moves the difference, one entry for
each asset and earlier period. Imports `storage` and the modules beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby

from sqlalchemy import Connection, func, select

from inventory.accounting.books.book_state import BookState, postings_in_force
from inventory.accounting.model.journal import Entry, Line
from inventory.accounting.posting.cost_split import (
    CostSharesOf,
    charged_from,
    cost_centre_weights,
)
from inventory.accounting.tables import (
    AssetBook,
    JournalEntry,
    JournalLine,
    Posting,
)
from inventory.kernel.money import split
from inventory.kernel.periods import Period
from inventory.storage.rows import Row, chunks, col, id_of, table_of

Reallocated = Callable[[datetime, date], Mapping[int, date]]
"""Returns the assets whose cost centres of days before a day became known after a
moment, each with the first day that may be concerned."""

CORRECTION = "allocation"
"""Kind of the entries in their reference: asset/book/period/allocation/corrected."""

_LINE = table_of(JournalLine)


@dataclass(slots=True)
class _Charged:
    """What one period charged an asset to each cost centre, corrections included.

    Attributes:
        account: The expense account.
        centres: Minor units by cost centre; None is nobody.
    """

    account: str = ""
    centres: dict[str | None, int] = field(default_factory=dict)

    def add(self, account: str, centre: str | None, amount: int) -> None:
        self.account = account
        self.centres[centre] = self.centres.get(centre, 0) + amount


def corrections(
    connection: Connection,
    book: Row,
    state: BookState,
    key: str,
    cost_shares_of: CostSharesOf,
    reallocated: Reallocated,
) -> Iterator[tuple[int, Entry]]:
    """Yield the id of an asset's row in the book with an entry that corrects a period.

    Args:
        connection: Where booked entries are.
        book: The book.
        state: Its state before the posting.
        key: The period that is booked now.
        cost_shares_of: Finds the cost centres of assets in a period.
        reallocated: Finds the assets that may need it.
    """
    index = state.index_of(key)
    now, earlier = state.calendar.periods[index], state.calendar.periods[:index]
    last = connection.execute(
        select(func.max(col(Posting.recorded_at))).where(
            id_of(Posting).in_(state.postings.values())
        )
    ).scalar()
    if last is None:
        return
    days = reallocated(last, now.start)
    for ids in chunks(days):
        assets = _assets(connection, book["id"], ids)
        charged = _charged(connection, list(assets))
        for period in earlier:
            if period.id not in state.postings:
                continue
            late = {
                number: asset
                for number, asset in assets.items()
                if days[asset[0]] < period.end and (number, period.id) in charged
            }
            of_assets = [asset_id for asset_id, _ in late.values()]
            shares = cost_shares_of(of_assets, state.calendar, period.id)
            for number, (asset_id, in_service) in late.items():
                start = charged_from(period.start, period.end, in_service)
                weights = cost_centre_weights(
                    shares.get(asset_id, ()), start, period.end
                )
                found = charged[number, period.id]
                entry = _entry(book, asset_id, found, weights, now, period)
                if entry is not None:
                    yield number, entry


def _assets(
    connection: Connection, book_id: int, ids: Sequence[int]
) -> dict[int, tuple[int, date]]:
    """Return asset and in-service day by the id of its row in a book."""
    query = select(
        id_of(AssetBook), col(AssetBook.asset_id), col(AssetBook.in_service)
    ).where(col(AssetBook.book_id) == book_id, col(AssetBook.asset_id).in_(ids))
    rows = connection.execute(query.order_by(id_of(AssetBook)))
    return {number: (asset_id, day) for number, asset_id, day in rows}


def _charged(
    connection: Connection, numbers: Sequence[int]
) -> dict[tuple[int, str], _Charged]:
    """Return what was charged, by the asset's row in the book and period."""
    query = (
        select(
            id_of(JournalEntry).label("entry"),
            col(JournalEntry.asset_book_id),
            col(JournalEntry.period),
            col(JournalEntry.reference),
            col(JournalLine.account),
            col(JournalLine.cost_centre),
            col(JournalLine.amount_minor),
        )
        .join(_LINE, col(JournalLine.entry_id) == id_of(JournalEntry))
        .where(
            col(JournalEntry.asset_book_id).in_(numbers),
            col(JournalEntry.posting_id).in_(postings_in_force()),
            col(JournalEntry.reference).endswith("/depreciation")
            | col(JournalEntry.reference).contains(f"/{CORRECTION}/"),
        )
        .order_by(id_of(JournalEntry), col(JournalLine.position))
    )
    found: dict[tuple[int, str], _Charged] = {}
    for _, lines in groupby(connection.execute(query), key=lambda row: row.entry):
        charge = list(lines)
        number, period, reference = charge[0][1:4]
        assert number is not None
        if f"/{CORRECTION}/" in reference:
            period = reference.rsplit("/", 1)[1]
        else:
            charge.pop()  # the accumulated depreciation comes last
        one = found.setdefault((number, period), _Charged())
        for line in charge:
            one.add(line.account, line.cost_centre, line.amount_minor)
    return found


def _entry(
    book: Row,
    asset_id: int,
    charged: _Charged,
    weights: Sequence[tuple[str | None, int]],
    now: Period,
    period: Period,
) -> Entry | None:
    """Return the entry that moves a charge to where it belongs; None: it is there."""
    total = sum(charged.centres.values())
    parts = split(total, [weight for _, weight in weights])
    moved = {centre: -amount for centre, amount in charged.centres.items()}
    for (centre, _), part in zip(weights, parts, strict=True):
        moved[centre] = moved.get(centre, 0) + part
    lines = tuple(
        Line(
            account=charged.account,
            amount=amount,
            currency=book["currency"],
            cost_centre=centre,
        )
        for centre, amount in sorted(moved.items(), key=lambda one: one[0] or "")
        if amount
    )
    if not lines:
        return None
    return Entry(
        day=now.last,
        period=now.id,
        memo=f"Cost centres of {period.id}",
        reference=f"{asset_id}/{book['code']}/{now.id}/{CORRECTION}/{period.id}",
        lines=lines,
    )
