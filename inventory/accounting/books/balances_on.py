"""How assets stood at the end of a day: what was capitalised, charged, and is left.

Depreciation is charged by periods: inside one, an asset stands as its last completed
period left it, except for what came in, went out or was measured by the day. Imports
`storage` and the modules beside it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import Connection, select

from inventory.accounting.books.book_state import BookState
from inventory.accounting.books.load import (
    RULE_ERRORS,
    AssetInBook,
    posted_rows,
    schedule_in_book,
)
from inventory.accounting.books.row_range import RowRange, cut, row_ranges
from inventory.accounting.model.events import Cancel
from inventory.accounting.model.rows import Row
from inventory.accounting.tables import BookEvent, Posting
from inventory.kernel.errors import Invalid
from inventory.kernel.periods import Period
from inventory.storage.rows import col, id_of

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Position:
    """Balances and status of an asset on a day; amounts in minor units.

    Attributes:
        cost: Gross cost.
        accumulated: Accumulated depreciation.
        impairment: Accumulated impairment.
        surplus: Revaluation surplus.
        residual_value: Residual value in force.
        asset_class: Its class.
        held: Whether it was held for sale.
        method: Method in force.
        until: Last day on which it is depreciated, as planned.
    """

    cost: int
    accumulated: int
    impairment: int
    surplus: int
    residual_value: int
    asset_class: str
    held: bool
    method: str
    until: date | None

    @property
    def value(self) -> int:
        """Book value."""
        return self.cost - self.accumulated - self.impairment

    @property
    def gone(self) -> bool:
        """Whether nothing of it was left in the book."""
        return self.cost == 0

    @property
    def status(self) -> str:
        """Status in words: in use, held for sale, fully depreciated, disposed of."""
        if self.gone:
            return "disposed of"
        if self.held:
            return "held for sale"
        return "fully depreciated" if self.value <= self.residual_value else "in use"


def positions(
    connection: Connection,
    book_state: BookState,
    chunk: Sequence[AssetInBook],
    day: date,
) -> Iterator[tuple[AssetInBook, Position | None]]:
    """Yield each asset with its position on a day; None before it was in the book.

    Args:
        connection: Where booked rows are.
        book_state: The book.
        chunk: Assets without their booked rows.
        day: The day.

    Raises:
        Invalid: What is stored of an asset contradicts itself.
        CalendarError: The calendar does not reach the day.
    """
    period = book_state.calendar.at(day)
    after = day + _DAY if day == period.last else period.start
    inside = after == period.start
    touched = {k.id for k in chunk if inside and _touched(k, period, day)}
    history = posted_rows(connection, list(touched))
    if period.id in book_state.locked:
        # What became known after the period was booked does not change it.
        touched = {k for k in touched if _booked_in(history.get(k, ()), period)}
        chunk = _as_booked(connection, book_state, chunk, touched, period)
        touched = {k.id for k in chunk if k.id in touched and _touched(k, period, day)}
    untouched = [asset for asset in chunk if asset.id not in touched]
    row_ranges_by_asset = {
        one.asset.id: one
        for one in row_ranges(connection, book_state, untouched, after, after)
    }
    for asset in chunk:
        if asset.id in touched:
            rows = history.get(asset.id, ())
            full = replace(asset, posted=tuple(r for r in rows if r.end <= after))
            yield asset, _inside(full, book_state, period, day)
        else:
            yield (
                asset,
                _position(
                    row_ranges_by_asset[asset.id], row_ranges_by_asset[asset.id].before
                ),
            )


def _booked_in(rows: Sequence[Row], period: Period) -> bool:
    return any(row.period == period.id for row in rows)


def _as_booked(
    connection: Connection,
    book_state: BookState,
    chunk: Sequence[AssetInBook],
    touched: Collection[int],
    period: Period,
) -> Sequence[AssetInBook]:
    """Return the assets, those touched with the events known when it was booked."""
    posting = select(col(Posting.recorded_at)).where(
        id_of(Posting) == book_state.postings.get(period.id, 0)
    )
    booked_at = connection.execute(posting).scalar()
    if booked_at is None or not touched:
        return chunk
    query = select(col(BookEvent.asset_book_id), col(BookEvent.name)).where(
        col(BookEvent.asset_book_id).in_(list(touched)),
        col(BookEvent.recorded_at) > booked_at,
    )
    late = {(number, name) for number, name in connection.execute(query)}
    return [
        replace(
            asset, events=tuple(e for e in asset.events if (asset.id, e.id) not in late)
        )
        if asset.id in touched
        else asset
        for asset in chunk
    ]


def _touched(asset: AssetInBook, period: Period, day: date) -> bool:
    days = [asset.terms.in_service, *(event.known for event in asset.events)]
    return any(period.start <= one <= day for one in days)


def _position(
    row_range: RowRange, row: Row | None, pending: int = 0
) -> Position | None:
    if row is None:
        return None
    return Position(
        cost=row.cost,
        accumulated=row.accumulated - pending,
        impairment=row.impairment,
        surplus=row.surplus,
        residual_value=row.residual_value,
        asset_class=row.asset_class or row_range.asset.asset_class,
        held=row.held,
        method=row.method,
        until=row_range.until,
    )


def _inside(
    asset: AssetInBook, book_state: BookState, period: Period, day: date
) -> Position | None:
    """Return the position inside a period in which something happened by the day."""
    if asset.terms.in_service > day:
        return None
    names = {event.id for event in asset.events if event.known <= day}
    counted = tuple(
        event
        for event in asset.events
        if (event.of if isinstance(event, Cancel) else event.id) in names
    )
    as_known = replace(asset, events=counted)
    # What happened by the day shows, whether the period is posted or not.
    unposted = replace(book_state, locked=book_state.locked - {period.id})
    try:
        whole = schedule_in_book(as_known, unposted)
    except RULE_ERRORS as error:
        raise Invalid(str(error), where=f"asset {asset.asset_id}") from error
    row_range = cut(as_known, whole, period.start, period.end)
    if not row_range.rows:
        return _position(row_range, row_range.before)
    row = row_range.rows[0]
    # The period is not over, so its charge is not counted; what is gone took it along.
    return _position(row_range, row, row.depreciation if row.cost else 0)
