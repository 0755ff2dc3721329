"""Book against tax: temporary differences, deferred tax, corrections of the year."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import select

from inventory.accounting.books.balances_on import Position, positions
from inventory.accounting.books.load import Kept, kept_of
from inventory.accounting.tables import AssetBook
from inventory.kernel.errors import Invalid
from inventory.kernel.money import round_half_up
from inventory.reports.base import Column, Kind, Parameter, Report, Row, Values
from inventory.reports.sources import AS_OF, BOOK, CLASS, BookSource, Sources, amounts
from inventory.storage.rows import col, table_of

_ASSET_BOOK = table_of(AssetBook)


def _in_tax(tax: BookSource, asset_ids: list[int]) -> list[Kept]:
    query = select(_ASSET_BOOK).where(
        col(AssetBook.book_id) == tax.id, col(AssetBook.asset_id).in_(asset_ids)
    )
    connection = tax.sources.connection
    rows = [dict(row) for row in connection.execute(query).mappings()]
    return kept_of(connection, rows, history=False)


def _year(book: BookSource, day: date) -> tuple[date, date]:
    """Return the fiscal year of a day, up to the last period ended by it."""
    calendar = book.window.calendar
    start, end = calendar.year_span(calendar.at(day).year)
    period = calendar.at(day)
    return start, end if day >= end else (
        period.end if day == period.last else period.start
    )


def _charges(book: BookSource, kept: list[Kept], day: date) -> Mapping[int, int]:
    """Return the depreciation of the fiscal year so far, by asset."""
    start, end = _year(book, day)
    if end <= start:
        return {}
    return {
        one.kept.asset_id: sum(row.depreciation for row in one.rows)
        for one in book.stretches(kept, start, end)
    }


def _rows(sources: Sources, values: Values) -> Iterator[Row]:
    book, tax = sources.book(values["book"]), sources.book(values["tax_book"])
    if book.currency != tax.currency:
        raise Invalid(
            f"The books are kept in {book.currency} and {tax.currency}.",
            where="tax_book",
            remedy="Compare books of one currency.",
        )
    day = values["as_of"] or sources.today
    rate = Fraction(values["rate"] or Decimal(0)) / 100
    for found, facts in book.positions(day, values["class"]):
        theirs = _in_tax(tax, [kept.asset_id for kept, _ in found])
        stood = {
            kept.asset_id: position
            for kept, position in positions(sources.connection, tax.window, theirs, day)
        }
        ours = _charges(book, [kept for kept, _ in found], day)
        charged = _charges(tax, theirs, day)
        for kept, position in found:
            known = facts.get(kept.asset_id, {})
            yield {
                "asset_id": kept.asset_id,
                "tag": known.get("tag"),
                "asset_class": position.asset_class,
                **_compared(position, stood.get(kept.asset_id), rate),
                **_corrected(ours, charged, kept.asset_id),
                "currency": book.currency,
            }


def _compared(ours: Position, theirs: Position | None, rate: Fraction) -> Row:
    tax_value = theirs.value if theirs else 0
    difference = ours.value - tax_value
    kind = "taxable" if difference > 0 else "deductible" if difference < 0 else ""
    return {
        "book_value": ours.value,
        "tax_value": tax_value,
        "difference": difference,
        "kind": kind,
        "deferred_tax": -round_half_up(difference * rate),
    }


def _corrected(
    ours: Mapping[int, int], theirs: Mapping[int, int], asset_id: int
) -> Row:
    book, tax = ours.get(asset_id, 0), theirs.get(asset_id, 0)
    return {
        "depreciation_book": book,
        "depreciation_tax": tax,
        "correction": book - tax,
    }


REPORT = Report(
    "book-tax",
    "Book against tax: temporary difference, deferred tax, correction of the year",
    (
        BOOK,
        Parameter("tax_book", "The tax book", Kind.BOOK, required=True),
        AS_OF,
        Parameter("rate", "Tax rate in percent", Kind.NUMBER),
        CLASS,
    ),
    (
        Column("asset_id", "Id", Kind.NUMBER),
        Column("tag", "Tag"),
        Column("asset_class", "Class"),
        *amounts(
            {
                "book_value": "Book value",
                "tax_value": "Tax value",
                "difference": "Temporary difference",
            }
        ),
        Column("kind", "Taxable or deductible"),
        *amounts(
            {
                "deferred_tax": "Deferred tax asset (liability)",
                "depreciation_book": "Depreciation of the year, book",
                "depreciation_tax": "Depreciation of the year, tax",
                "correction": "Correction of taxable profit",
            }
        ),
        Column("currency", "Currency"),
    ),
    _rows,
)
