"""Depreciation to come, period by period, with planned purchases. Nothing is posted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from inventory.accounting.books.load import AssetInBook, assets_by_id
from inventory.accounting.catalogue.asset_classes import Rules, RulesError
from inventory.accounting.engine.schedule import schedule
from inventory.accounting.model.terms import DepreciationTerms, TermsError
from inventory.accounting.projection.columns import (
    ProjectionColumns,
    projection_columns,
)
from inventory.kernel.errors import Invalid
from inventory.kernel.money import MoneyError, parse_money
from inventory.kernel.periods import CalendarError, Period
from inventory.kernel.texts import N_
from inventory.reports.base import Column, Kind, Parameter, Report, Row, Values
from inventory.reports.parameters import BOOK, CLASS, amounts
from inventory.reports.sources import BookSource, Sources

_EXAMPLE = "Write CLASS COST DAY [xCOUNT], e.g. computer 1249.00 2026-09-01 x20."
_MOST = 1_000_000


@dataclass(frozen=True, slots=True)
class PlannedPurchase:
    """Planned purchases of one kind.

    Attributes:
        terms: Terms of one of them.
        count: How many.
    """

    terms: DepreciationTerms
    count: int


def read_planned_purchase(
    text: str, rules: Rules, book: str, currency: str
) -> PlannedPurchase:
    """Read planned purchases from text such as `computer 1249.00 2026-09-01 x20`.

    Raises:
        Invalid: It cannot be read, or the class has no rule in the book.
    """
    words = text.split()
    count = 1
    if len(words) == 4 and words[3][:1] == "x" and words[3][1:].isdigit():
        count = int(words[3][1:])
        words = words[:3]
    if len(words) != 3 or not 0 < count <= _MOST:
        raise Invalid(
            N_("{value!r} is not a planned purchase."),
            where="plan",
            remedy=_EXAMPLE,
            value=text,
        )
    try:
        cost = parse_money(words[1], currency).minor
        day = date.fromisoformat(words[2])
        terms, _ = rules.terms(words[0], book, cost, day, currency)
    except (MoneyError, ValueError, RulesError, TermsError) as error:
        raise Invalid(
            N_("{value!r}: {error}"),
            where="plan",
            remedy=_EXAMPLE,
            value=text,
            error=error,
        ) from error
    return PlannedPurchase(terms, count)


def _next(book: BookSource) -> Period:
    """Return the next period to post; the present one where nothing is posted yet."""
    calendar, index = book.state.calendar, book.state.first_unposted
    if 0 < index < len(calendar.periods):
        return calendar.periods[index]
    return calendar.at(book.sources.today)


def _span(book: BookSource, values: Values) -> tuple[date, date]:
    calendar = book.state.calendar
    first = values["from"] or _next(book).id
    if values["to"] is not None:
        return book.span(first, values["to"])
    start, _ = book.span(first, first)
    index = calendar.index_at(start) + int(values["periods"]) - 1
    if not 0 <= index < len(calendar.periods):
        raise Invalid(
            N_("The calendar of the book does not reach so far."), where="periods"
        )
    return start, calendar.periods[index].end


def _existing(
    book: BookSource, asset_class: str | None, start: date, end: date
) -> tuple[Counter[str], int]:
    """Return the charge of each period, and the book value before them."""
    sums = _Sums(book, start, end)
    index = book.state.calendar.index_at(start)
    if not book.state.calendar.monthly or index < book.state.first_unposted:
        for chunk in book.chunks(asset_class):
            sums.add(chunk)
        return sums.charged, sums.opening
    connection = book.sources.connection
    for crowd in projection_columns(
        connection, book.state, book.id, index, asset_class
    ):
        sums.add_plain(crowd, index)
        for chunk in assets_by_id(connection, crowd.rest):
            sums.add(
                [
                    one
                    for one in chunk
                    if asset_class is None or asset_class in one.classes
                ]
            )
    return sums.charged, sums.opening


class _Sums:
    """Sums of the assets of a book between two days.

    Attributes:
        charged: Charge of each period; under `PERIOD value` the change of book value.
        opening: Book value before the first day.
    """

    def __init__(self, book: BookSource, start: date, end: date) -> None:
        self.book, self.start, self.end = book, start, end
        self.charged: Counter[str] = Counter()
        self.opening = 0

    def add(self, chunk: list[AssetInBook]) -> None:
        """Add assets row by row."""
        for row_range in self.book.row_ranges(chunk, self.start, self.end):
            self.opening += row_range.before.closing if row_range.before else 0
            for row in row_range.rows:
                self.charged[row.period] += row.depreciation
                self.charged[f"{row.period} value"] += row.change

    def add_plain(self, crowd: ProjectionColumns, index: int) -> None:
        """Add straight-line assets by columns, from the period at `index` on."""
        self.opening += crowd.value(index)
        before = int(crowd.charged(index).sum())
        for number, period in enumerate(self.book.state.calendar.periods):
            if number < index or period.start >= self.end:
                continue
            after = int(crowd.charged(number + 1).sum())
            self.charged[period.id] += after - before
            self.charged[f"{period.id} value"] += crowd.added(number) - after + before
            before = after


def _bought(book: BookSource, planned: list[PlannedPurchase]) -> Counter[str]:
    charged: Counter[str] = Counter()
    for purchase in planned:
        try:
            schedule_of_one = schedule(purchase.terms, [], book.state.calendar)
        except CalendarError as error:
            raise Invalid(str(error), where="plan") from error
        for row in schedule_of_one.rows:
            charged[row.period] += purchase.count * row.depreciation
            charged[f"{row.period} value"] += purchase.count * row.change
    return charged


def _rows(sources: Sources, values: Values) -> Iterator[Row]:
    book = sources.book(values["book"])
    start, end = _span(book, values)
    planned = [
        read_planned_purchase(text, book.rules, book.row["code"], book.currency)
        for text in values["plan"]
    ]
    existing, value = _existing(book, values["class"], start, end)
    planned_charges = _bought(book, planned)
    for period in book.state.calendar.periods:
        if not (period.start >= start and period.end <= end):
            continue
        changed = f"{period.id} value"
        value += existing[changed] + planned_charges[changed]
        row: dict[str, Any] = {
            "period": period.id,
            "last_day": period.last,
            "existing": existing[period.id],
            "planned": planned_charges[period.id],
            "total": existing[period.id] + planned_charges[period.id],
            "book_value": value,
            "currency": book.currency,
            "posted": period.id in book.state.postings,
        }
        yield row


REPORT = Report(
    "projection",
    "Depreciation to come, with planned purchases; nothing is posted",
    (
        BOOK,
        Parameter("from", "First period; the next one to post if empty", Kind.PERIOD),
        Parameter("to", "Last period", Kind.PERIOD),
        Parameter(
            "periods",
            "Number of periods, if no last one is given",
            Kind.NUMBER,
            default="12",
        ),
        Parameter("plan", f"Planned purchases. {_EXAMPLE}", Kind.TEXT_LIST),
        CLASS,
    ),
    (
        Column("period", "Period"),
        Column("last_day", "Last day", Kind.DAY),
        *amounts(
            {
                "existing": "Existing assets",
                "planned": "Planned purchases",
                "total": "Depreciation",
                "book_value": "Book value at the end",
            }
        ),
        Column("currency", "Currency"),
        Column("posted", "Posted", Kind.BOOLEAN),
    ),
    _rows,
)
