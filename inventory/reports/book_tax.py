"""Book against tax: temporary differences, deferred tax, corrections of the year."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import select

from inventory.accounting.books.balances_on import Position, positions
from inventory.accounting.books.load import AssetInBook, assets_of_rows
from inventory.accounting.methods.pooled import POOLED
from inventory.accounting.pools.years import YearResult
from inventory.accounting.rates.income_tax import tax_rate_on
from inventory.accounting.tables import AssetBook
from inventory.fixed_assets.tax.pools import pool_years
from inventory.kernel.errors import Invalid
from inventory.kernel.money import round_half_up
from inventory.kernel.texts import N_
from inventory.reports.base import Column, Kind, Parameter, Report, Row, Values
from inventory.reports.parameters import AS_OF, BOOK, CLASS, amounts
from inventory.reports.sources import BookSource, Sources
from inventory.storage.rows import col, table_of

_ASSET_BOOK = table_of(AssetBook)


def _in_tax(tax: BookSource, asset_ids: list[int]) -> list[AssetInBook]:
    query = select(_ASSET_BOOK).where(
        col(AssetBook.book_id) == tax.id, col(AssetBook.asset_id).in_(asset_ids)
    )
    connection = tax.sources.connection
    rows = [dict(row) for row in connection.execute(query).mappings()]
    return assets_of_rows(connection, rows, history=False)


def _year(book: BookSource, day: date) -> tuple[date, date]:
    """Return the fiscal year of a day, up to the last period ended by it."""
    calendar = book.state.calendar
    start, end = calendar.year_span(calendar.at(day).year)
    period = calendar.at(day)
    return start, end if day >= end else (
        period.end if day == period.last else period.start
    )


def _charges(
    book: BookSource, asset: list[AssetInBook], day: date
) -> Mapping[int, int]:
    """Return the depreciation of the fiscal year so far, by asset."""
    start, end = _year(book, day)
    if end <= start:
        return {}
    return {
        one.asset.asset_id: sum(row.depreciation for row in one.rows)
        for one in book.row_ranges(asset, start, end)
    }


def _books(sources: Sources, values: Values) -> tuple[BookSource, BookSource]:
    """Return the book and the tax book, of one currency.

    Raises:
        Invalid: They are kept in two.
    """
    book, tax = sources.book(values["book"]), sources.book(values["tax_book"])
    if book.currency != tax.currency:
        raise Invalid(
            N_("The books are kept in {currency} and {other_currency}."),
            where="tax_book",
            remedy=N_("Compare books of one currency."),
            currency=book.currency,
            other_currency=tax.currency,
        )
    return book, tax


def _rows(sources: Sources, values: Values) -> Iterator[Row]:
    book, tax = _books(sources, values)
    day = values["as_of"] or sources.today
    rate = _rate(book, values["rate"], day)
    of_pools: Counter[str] = Counter()
    charged: Counter[str] = Counter()
    for found, facts in book.positions(day, values["class"]):
        tax_assets = _in_tax(tax, [asset.asset_id for asset, _ in found])
        tax_positions = {
            asset.asset_id: position
            for asset, position in positions(
                sources.connection, tax.state, tax_assets, day
            )
        }
        book_charges = _charges(book, [asset for asset, _ in found], day)
        tax_charges = _charges(tax, tax_assets, day)
        pools = {
            one.asset_id: str(one.terms.params.get("pool"))
            for one in tax_assets
            if one.terms.method == POOLED and values["class"] is None
        }
        for asset, position in found:
            if asset.asset_id in pools:
                of_pools[pools[asset.asset_id]] += position.value
                charged[pools[asset.asset_id]] += book_charges.get(asset.asset_id, 0)
                continue
            known = facts.get(asset.asset_id, {})
            yield {
                "asset_id": asset.asset_id,
                "tag": known.get("tag"),
                "asset_class": position.asset_class,
                **_compared(position, tax_positions.get(asset.asset_id), rate),
                **_corrected(book_charges, tax_charges, asset.asset_id),
                "currency": book.currency,
            }
    if values["class"] is None:
        yield from _with_pools(_pools(book, tax, day, of_pools), charged, rate)


def _with_pools(
    pools: Sequence[Row], charged: Mapping[str, int], rate: Fraction
) -> Iterator[Row]:
    """Yield pools with their differences and what their members were charged."""
    for row in pools:
        difference = row["book_value"] - row["tax_value"]
        in_book = charged.get(row["asset_class"], 0)
        yield {
            **row,
            "difference": difference,
            "kind": _kind(difference),
            "deferred_tax": -round_half_up(difference * rate),
            "depreciation_book": in_book,
            "correction": in_book - row["depreciation_tax"],
        }


def _rate(book: BookSource, percent: Decimal | None, day: date) -> Fraction:
    """Return the tax rate that is asked for, or that of the legal entity."""
    if percent is not None:
        return Fraction(percent) / 100
    entity, connection = book.row["legal_entity_id"], book.sources.connection
    return tax_rate_on(connection, entity, day) or Fraction(0)


def _pools(
    book: BookSource, tax: BookSource, day: date, values: Mapping[str, int]
) -> list[dict[str, Any]]:
    """Return each pool of the tax book with the book value of its members."""
    found = pool_years(tax.sources.connection, tax.rules, tax.id, day)
    rows = []
    for one in found.values():
        balance = one.years[-1].closing if one.years else one.pool.opening
        rows.append(
            {
                "asset_id": None,
                "tag": None,
                "asset_class": one.pool.name,
                "book_value": values.get(one.pool.name, 0),
                "tax_value": balance,
                "depreciation_tax": _allowed(one.years),
                "currency": book.currency,
            }
        )
    return rows


def _allowed(years: Sequence[YearResult]) -> int:
    return years[-1].allowed if years else 0


def _kind(difference: int) -> str:
    return "taxable" if difference > 0 else "deductible" if difference < 0 else ""


def _compared(
    book_charges: Position, tax_assets: Position | None, rate: Fraction
) -> Row:
    tax_value = tax_assets.value if tax_assets else 0
    if tax_assets and tax_assets.method == POOLED:
        tax_value = 0
    difference = book_charges.value - tax_value
    return {
        "book_value": book_charges.value,
        "tax_value": tax_value,
        "difference": difference,
        "kind": _kind(difference),
        "deferred_tax": -round_half_up(difference * rate),
    }


def _corrected(
    book_charges: Mapping[int, int], tax_assets: Mapping[int, int], asset_id: int
) -> Row:
    book, tax = book_charges.get(asset_id, 0), tax_assets.get(asset_id, 0)
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
        Parameter(
            "rate",
            "Tax rate in percent; that of the legal entity if empty",
            Kind.NUMBER,
        ),
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
