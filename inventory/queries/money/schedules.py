"""Schedules as they are shown: one asset in full, many as pages and streams.

May import every context. A stream reads chunk by chunk: memory does not grow with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    exists,
    func,
    literal,
    or_,
    select,
    union,
)

from inventory.accounting.books.balances_on import Position, positions
from inventory.accounting.books.book_state import BookState, book_state_of
from inventory.accounting.books.load import (
    RULE_ERRORS,
    AssetInBook,
    asset_in_book,
    assets_of_rows,
    schedule_in_book,
)
from inventory.accounting.books.row_range import RowRange, cut, row_ranges
from inventory.accounting.catalogue.api_form import event_to_wire, terms_to_wire
from inventory.accounting.catalogue.explain import RowPresenter, flat
from inventory.accounting.model.rows import Row as ScheduleRow
from inventory.accounting.model.rows import Schedule
from inventory.accounting.tables import AssetBook, PostedRow, Posting
from inventory.assets.register.tables import Asset
from inventory.kernel.errors import BadCursor, Invalid
from inventory.kernel.money import amount_text, minor_digits
from inventory.kernel.spans import Span as Days
from inventory.kernel.texts import N_
from inventory.people.tables import CostCentre
from inventory.queries.money.books import book_of
from inventory.queries.money.charged import booked_charges, charge_of, cost_shares
from inventory.queries.money.cost_allocation import charged_days
from inventory.queries.money.ever_charged import maybe_ever_charged
from inventory.storage.paging import Page
from inventory.storage.rows import Row, col, get, id_of, table_of

_ASSET_BOOK = table_of(AssetBook)
_ASSET = table_of(Asset)

AT_ONCE = 500
_FEW = 5000
"""Posted rows that are gone through for each page."""
NOBODY = "-"
"""Stands for the cost centre where nobody bears an amount."""
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleFilter:
    """Which schedules; None means all.

    Attributes:
        book_id: In this book.
        asset_id: Of this asset.
        asset_class: Class when it was capitalised.
        cost_centre_id: Rows of periods in which the asset is charged to it.
        updated_since: Terms, events or posted rows changed from then on.
        posted: Rows that are posted, or that are not.
    """

    book_id: int | None = None
    asset_id: int | None = None
    asset_class: str | None = None
    cost_centre_id: int | None = None
    updated_since: datetime | None = None
    posted: bool | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """From which day to which: first day, and first day after."""

    start: date
    end: date


def span_of(book_state: BookState, first: date | None, last: date | None) -> Span:
    """Return a span within the calendar of a book.

    Raises:
        Invalid: The last day lies before the first, or both outside the calendar.
    """
    calendar = book_state.calendar
    start = max(first or calendar.start, calendar.start)
    end = min(last + _DAY, calendar.end) if last and last < date.max else calendar.end
    if end <= start:
        raise Invalid(
            N_("There is no period of the book from {first} to {last}."),
            where="to",
            remedy=N_("Its periods run from {start} to {end}."),
            first=first,
            last=last,
            start=calendar.start,
            end=calendar.end - _DAY,
        )
    return Span(start, end)


def _query(filters: ScheduleFilter) -> Select[Any]:
    query = select(_ASSET_BOOK, col(Asset.tag)).join(
        _ASSET, id_of(Asset) == col(AssetBook.asset_id)
    )
    for column, value in (
        (col(AssetBook.book_id), filters.book_id),
        (col(AssetBook.asset_id), filters.asset_id),
        (col(AssetBook.asset_class), filters.asset_class),
    ):
        if value is not None:
            query = query.where(column == value)
    if filters.cost_centre_id is not None:
        maybe = maybe_ever_charged(filters.cost_centre_id)
        query = query.where(col(AssetBook.asset_id).in_(maybe))
    if filters.updated_since is not None:
        query = query.where(changed_since(filters.updated_since))
    return query


def changed_since(moment: datetime, *, few: bool = True) -> ColumnElement[bool]:
    """Return the condition that terms, events or posted rows changed from then on.

    Args:
        moment: From when on.
        few: Few schedules changed: they are found by their posted rows. Else each
            schedule is asked, which is quicker for a page where many fit.
    """
    recent = _postings_since(moment)
    if not few:
        booked = exists().where(
            col(PostedRow.asset_book_id) == id_of(AssetBook),
            col(PostedRow.posting_id).in_(recent),
        )
        return or_(col(AssetBook.revised_at) >= moment, booked)
    rows = select(col(PostedRow.asset_book_id)).where(
        col(PostedRow.posting_id).in_(recent)
    )
    revised = select(id_of(AssetBook)).where(col(AssetBook.revised_at) >= moment)
    # One set and no OR: PostgreSQL would go through all posted rows for each asset.
    return id_of(AssetBook).in_(select(union(revised, rows).subquery()))


def few_changed_since(connection: Connection, moment: datetime) -> bool:
    """Return whether few schedules changed from a moment on; see `changed_since`."""
    recent = col(PostedRow.posting_id).in_(_postings_since(moment))
    rows = select(literal(1)).select_from(table_of(PostedRow)).where(recent)
    revised = select(literal(1)).where(col(AssetBook.revised_at) >= moment)
    return all(
        connection.execute(
            select(func.count()).select_from(some.limit(_FEW + 1).subquery())
        ).scalar_one()
        <= _FEW
        for some in (rows, revised)
    )


def _postings_since(moment: datetime) -> Select[Any]:
    """Return the postings since then, and what they reverse: it is changed, too."""
    recent = select(id_of(Posting)).where(col(Posting.recorded_at) >= moment)
    back = select(col(Posting.reverses_id)).where(
        col(Posting.recorded_at) >= moment, col(Posting.reverses_id).is_not(None)
    )
    return select(union(recent, back).subquery())


def schedule_row_page(
    connection: Connection,
    filters: ScheduleFilter,
    days: tuple[date | None, date | None],
    *,
    down: bool = False,
    after: str | None = None,
    limit: int = 100,
) -> Page:
    """Return a page of rows of schedules, asset by asset, period by period.

    Args:
        connection: Where to look.
        filters: Which schedules and rows.
        days: First and last day of the rows; None for all.
        down: The last row comes first.
        after: `Page.next` of the page before.
        limit: Rows on a page.

    Raises:
        Invalid: The cursor is not one.
    """
    last, last_day = _position(after) if after else (None, None)
    size = max(_FEWEST, limit // _DOZENS)
    states: dict[int, tuple[Row, BookState]] = {}
    rows: list[Row] = []
    while True:
        query = _query(filters)
        number = id_of(AssetBook)
        if last is not None:
            query = query.where(number <= last if down else number >= last)
        query = query.order_by(number.desc() if down else number).limit(size)
        found = [dict(row) for row in connection.execute(query).mappings()]
        for item in _items(connection, found, filters, days, states):
            rows += _rows_after(item, filters, down, last, last_day)
            if len(rows) > limit:
                end = rows[limit - 1]
                return Page(rows[:limit], f"{end['schedule_id']}.{end['first_day']}")
        if len(found) < size:
            return Page(rows, None)
        last = found[-1]["id"] + (-1 if down else 1)
        last_day = None
        size = min(2 * size, AT_ONCE)


def _rows_after(
    item: Row,
    filters: ScheduleFilter,
    down: bool,
    last: int | None,
    last_day: str | None,
) -> Iterator[Row]:
    """Yield the rows of a schedule that come after the last one of a page."""
    for row in item["rows"][::-1] if down else item["rows"]:
        if item["schedule_id"] == last and last_day is not None:
            day = row["first_day"]
            if day >= last_day if down else day <= last_day:
                continue
        if filters.posted in (None, row["posted"]):
            shares = {name: row[name] for name in ("split", "borne")}
            yield _heading(item) | flat(row) | shares


_FEWEST, _DOZENS = 3, 16
"""Schedules read at once, at least, and rows that a schedule mostly has, at least: a
page is made of few. Of those with a row each, more and more are read at once."""


def _position(after: str) -> tuple[int, str]:
    """Read a cursor: the schedule and the first day of the last row before.

    Raises:
        Invalid: It is not one.
    """
    number, _, day = after.partition(".")
    try:
        place = int(number), date.fromisoformat(day).isoformat()
    except ValueError:
        place = (0, "")
    if not (number.isascii() and number.isdigit() and 0 < place[0] < 2**63):
        raise BadCursor
    return place


def _heading(item: Row) -> Row:
    names = ("schedule_id", "asset_id", "tag", "asset_class", "book")
    return {name: item[name] for name in names}


def _items(
    connection: Connection,
    found: Sequence[Row],
    filters: ScheduleFilter,
    days: tuple[date | None, date | None],
    states: dict[int, tuple[Row, BookState]],
) -> Iterator[Row]:
    """Yield schedules of several books in the order in which they were found."""
    shown: dict[int, Row] = {}
    for book_id in {row["book_id"] for row in found}:
        if book_id not in states:
            book = book_of(connection, str(book_id))
            states[book_id] = book, book_state_of(connection, book_id)
        book, state = states[book_id]
        try:
            span = span_of(state, *days)
        except Invalid:
            continue
        mine = [row for row in found if row["book_id"] == book_id]
        ids = {row["asset_id"]: row["id"] for row in mine}
        for item in _shown(connection, book, state, mine, filters, span):
            number = ids[item["asset_id"]]
            shown[number] = item | {"schedule_id": number}
    for row in found:
        if row["id"] in shown:
            yield shown[row["id"]]


def schedule_stream(
    connection: Connection,
    book: Row,
    filters: ScheduleFilter,
    days: tuple[date | None, date | None],
) -> Iterator[Row]:
    """Yield the schedules of a book, one asset after the other."""
    book_state = book_state_of(connection, book["id"])
    span = span_of(book_state, *days)
    last = 0
    while True:
        query = _query(replace(filters, book_id=book["id"]))
        query = query.where(id_of(AssetBook) > last).order_by(id_of(AssetBook))
        found = connection.execute(query.limit(AT_ONCE))
        rows = [dict(row) for row in found.mappings()]
        if not rows:
            return
        yield from _shown(connection, book, book_state, rows, filters, span)
        last = rows[-1]["id"]


def _shown(
    connection: Connection,
    book: Row,
    book_state: BookState,
    rows: Sequence[Row],
    filters: ScheduleFilter,
    span: Span,
) -> Iterator[Row]:
    tags = {row["id"]: row["tag"] for row in rows}
    chunk = assets_of_rows(connection, rows, history=False)
    borne: dict[int, list[Days]] | None = None
    if filters.cost_centre_id is not None:
        ids = [asset.asset_id for asset in chunk]
        days = Days(span.start, span.end)
        borne = charged_days(connection, ids, filters.cost_centre_id, days)
        chunk = [asset for asset in chunk if borne[asset.asset_id]]
    charges = _Charges(connection, book, chunk, span, filters.cost_centre_id)
    for row_range in row_ranges(connection, book_state, chunk, span.start, span.end):
        item = schedule_in_list(book, row_range, book_state, tags[row_range.asset.id])
        for shown, row in zip(item["rows"], row_range.rows, strict=True):
            shown.update(charges.of(row_range.asset, row))
        if borne is not None:
            parts = borne[item["asset_id"]]
            item["rows"] = [row for row in item["rows"] if _borne(row, parts)]
        yield item


class _Charges:
    """Who bears the rows of some assets of a book.

    Args:
        connection: Where to look.
        book: The book.
        chunk: The assets.
        span: From when to when.
        centre_id: The cost centre whose share is asked for; None: none is.
    """

    def __init__(
        self,
        connection: Connection,
        book: Row,
        chunk: Sequence[AssetInBook],
        span: Span,
        centre_id: int | None,
    ) -> None:
        days = span.start, span.end
        self._digits = minor_digits(book["currency"])
        self._booked = booked_charges(connection, book["id"], chunk, *days)
        ids = [asset.asset_id for asset in chunk]
        self._shares = cost_shares(connection, ids, *days)
        self._centre = None
        if centre_id is not None:
            self._centre = get(connection, CostCentre, centre_id)["code"]

    def of(self, asset: AssetInBook, row: ScheduleRow) -> Row:
        """Return the split of a row, and the share of the cost centre asked for."""
        shares = self._shares.get(asset.asset_id, ())
        charge = [
            (centre, amount)
            for centre, amount in charge_of(asset, row, self._booked, shares)
            if amount
        ]
        borne = sum(amount for centre, amount in charge if centre == self._centre)
        return {
            "split": [
                f"{centre or NOBODY} {amount_text(amount, self._digits)}"
                for centre, amount in charge
            ],
            "borne": amount_text(borne, self._digits) if self._centre else None,
        }


def _borne(row: Row, parts: Sequence[Days]) -> bool:
    """Whether some day of the period of a row lies in one of some spans."""
    first = date.fromisoformat(row["first_day"])
    period = Days(first, date.fromisoformat(row["last_day"]) + _DAY)
    return any(period.meet(one) for one in parts)


def schedule_in_list(
    book: Row, row_range: RowRange, book_state: BookState, tag: str | None
) -> Row:
    """Return the schedule of an asset in a book as it is shown in lists."""
    asset, currency = row_range.asset, book["currency"]
    presenter = RowPresenter(currency, asset.terms, book_state.postings)
    return {
        "asset_id": asset.asset_id,
        "tag": tag,
        "book_id": book["id"],
        "book": book["code"],
        "asset_class": asset.asset_class,
        "currency": currency,
        "terms": terms_to_wire(asset.terms, currency),
        "rows": [presenter.row(row) for row in row_range.rows],
    }


def schedule_shown(
    book: Row,
    asset: AssetInBook,
    schedule: Schedule,
    book_state: BookState,
    days: tuple[date | None, date | None],
    position: Row | None,
    tag: str | None,
) -> Row:
    """Return the schedule of an asset with events, disposals and how it stands."""
    span = span_of(book_state, *days)
    row_range = cut(asset, schedule, span.start, span.end)
    currency = book["currency"]
    presenter = RowPresenter(currency, asset.terms, book_state.postings)
    return {
        **schedule_in_list(book, row_range, book_state, tag),
        "as_of": position,
        "events": [event_to_wire(event, currency) for event in asset.events],
        "disposals": [presenter.derecognised(one) for one in schedule.derecognised],
        "remeasurements": [presenter.remeasured(one) for one in schedule.remeasured],
        "total": amount_text(schedule.total, minor_digits(currency)),
    }


def standing_row(position: Position | None, currency: str, day: date) -> Row | None:
    """Return how an asset stands as it is shown."""
    if position is None:
        return None
    digits = minor_digits(currency)
    names = ("cost", "accumulated", "impairment", "surplus", "residual_value")
    until = position.until
    return {
        "day": day.isoformat(),
        **{name: amount_text(getattr(position, name), digits) for name in names},
        "book_value": amount_text(position.value, digits),
        "asset_class": position.asset_class,
        "method": position.method,
        "status": position.status,
        "depreciated_until": until.isoformat() if until else None,
    }


def asset_schedule(
    connection: Connection,
    book: Row,
    days: tuple[date | None, date | None],
    *,
    as_of: date,
    known_at: datetime | None = None,
) -> Row:
    """Return the schedule of an asset in a book.

    Args:
        connection: Where to look.
        book: The book with `asset_book_id`, see `asset_books.books_of_asset`.
        days: First and last day of the rows; None for all.
        as_of: Day for which it is said how the asset stands.
        known_at: As it was known at that moment; None for now.

    Raises:
        Invalid: The stored events contradict each other.
    """
    asset, _ = asset_in_book(connection, book["asset_book_id"], known_at)
    book_state = book_state_of(connection, book["id"], known_at)
    try:
        schedule = schedule_in_book(asset, book_state)
    except RULE_ERRORS as error:
        raise Invalid(str(error), where=f"asset {asset.asset_id}") from error
    position = None
    if book_state.calendar.start <= as_of < book_state.calendar.end:
        (found,) = positions(connection, book_state, [asset], as_of)
        position = standing_row(found[1], book["currency"], as_of)
    tag = connection.execute(
        select(col(Asset.tag)).where(id_of(Asset) == asset.asset_id)
    ).scalar()
    return schedule_shown(book, asset, schedule, book_state, days, position, tag)
