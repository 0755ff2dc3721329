"""Depreciation to come, period by period, with planned purchases. Nothing is posted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from inventory.accounting.books.load import Kept, rows_of
from inventory.accounting.catalogue.asset_classes import Rules, RulesError
from inventory.accounting.engine.schedule import schedule
from inventory.accounting.model.terms import Terms, TermsError
from inventory.accounting.projection.columns import Crowd, crowds
from inventory.kernel.errors import Invalid
from inventory.kernel.money import MoneyError, parse_money
from inventory.kernel.periods import CalendarError, Period
from inventory.reports.base import Column, Kind, Parameter, Report, Row, Values
from inventory.reports.sources import BOOK, CLASS, BookSource, Sources, amounts

_EXAMPLE = "Write CLASS COST DAY [xCOUNT], e.g. computer 1249.00 2026-09-01 x20."
_MOST = 1_000_000


@dataclass(frozen=True, slots=True)
class Planned:
    """Planned purchases of one kind.

    Attributes:
        terms: Terms of one of them.
        count: How many.
    """

    terms: Terms
    count: int


def read_planned(text: str, rules: Rules, book: str, currency: str) -> Planned:
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
            f"{text!r} is no planned purchase.", where="plan", remedy=_EXAMPLE
        )
    try:
        cost = parse_money(words[1], currency).minor
        day = date.fromisoformat(words[2])
        terms, _ = rules.terms(words[0], book, cost, day, currency)
    except (MoneyError, ValueError, RulesError, TermsError) as error:
        raise Invalid(f"{text!r}: {error}", where="plan", remedy=_EXAMPLE) from error
    return Planned(terms, count)


def _next(book: BookSource) -> Period:
    """Return the next period to post; the present one where nothing is posted yet."""
    calendar, place = book.window.calendar, book.window.open
    if 0 < place < len(calendar.periods):
        return calendar.periods[place]
    return calendar.at(book.sources.today)


def _span(book: BookSource, values: Values) -> tuple[date, date]:
    calendar = book.window.calendar
    first = values["from"] or _next(book).id
    if values["to"] is not None:
        return book.span(first, values["to"])
    start, _ = book.span(first, first)
    place = calendar.index_at(start) + int(values["periods"]) - 1
    if not 0 <= place < len(calendar.periods):
        raise Invalid(
            "The calendar of the book does not reach so far.", where="periods"
        )
    return start, calendar.periods[place].end


def _existing(
    book: BookSource, wanted: str | None, start: date, end: date
) -> tuple[Counter[str], int]:
    """Return the charge of each period, and the book value before them."""
    sums = _Sums(book, start, end)
    place = book.window.calendar.index_at(start)
    if not book.window.calendar.monthly or place < book.window.open:
        for chunk in book.chunks(wanted):
            sums.add(chunk)
        return sums.charged, sums.opening
    connection = book.sources.connection
    for crowd in crowds(connection, book.window, book.id, place, wanted):
        sums.add_plain(crowd, place)
        for chunk in rows_of(connection, crowd.rest):
            sums.add([one for one in chunk if wanted is None or wanted in one.classes])
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

    def add(self, chunk: list[Kept]) -> None:
        """Add assets row by row."""
        for stretch in self.book.stretches(chunk, self.start, self.end):
            self.opening += stretch.before.closing if stretch.before else 0
            for row in stretch.rows:
                self.charged[row.period] += row.depreciation
                self.charged[f"{row.period} value"] += row.change

    def add_plain(self, crowd: Crowd, place: int) -> None:
        """Add plain assets by columns, from the period at `place` on."""
        self.opening += crowd.value(place)
        before = int(crowd.charged(place).sum())
        for number, period in enumerate(self.book.window.calendar.periods):
            if number < place or period.start >= self.end:
                continue
            after = int(crowd.charged(number + 1).sum())
            self.charged[period.id] += after - before
            self.charged[f"{period.id} value"] += crowd.added(number) - after + before
            before = after


def _bought(book: BookSource, planned: list[Planned]) -> Counter[str]:
    charged: Counter[str] = Counter()
    for purchase in planned:
        try:
            made = schedule(purchase.terms, [], book.window.calendar)
        except CalendarError as error:
            raise Invalid(str(error), where="plan") from error
        for row in made.rows:
            charged[row.period] += purchase.count * row.depreciation
            charged[f"{row.period} value"] += purchase.count * row.change
    return charged


def _rows(sources: Sources, values: Values) -> Iterator[Row]:
    book = sources.book(values["book"])
    start, end = _span(book, values)
    planned = [
        read_planned(text, sources.rules, book.row["code"], book.currency)
        for text in values["plan"]
    ]
    ours, value = _existing(book, values["class"], start, end)
    theirs = _bought(book, planned)
    for period in book.window.calendar.periods:
        if not (period.start >= start and period.end <= end):
            continue
        changed = f"{period.id} value"
        value += ours[changed] + theirs[changed]
        row: dict[str, Any] = {
            "period": period.id,
            "last_day": period.last,
            "existing": ours[period.id],
            "planned": theirs[period.id],
            "total": ours[period.id] + theirs[period.id],
            "book_value": value,
            "currency": book.currency,
            "posted": period.id in book.window.postings,
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
            "periods", "Number of periods, without `to`", Kind.NUMBER, default="12"
        ),
        Parameter("plan", f"Planned purchases. {_EXAMPLE}", Kind.WORDS),
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
        Column("posted", "Posted", Kind.YES),
    ),
    _rows,
)
