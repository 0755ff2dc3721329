"""Tests of a tax year of the United States: mid-quarter convention, section 179."""

from __future__ import annotations

from collections.abc import Iterator

from inventory.accounting.books.load import AssetInBook
from inventory.accounting.methods.macrs import split_cost
from inventory.accounting.model.events import Dispose
from inventory.accounting.model.terms import Start
from inventory.accounting.model.valid_events import in_force
from inventory.accounting.tax.macrs import PlacedInService, quarter_test
from inventory.fixed_assets.tax_elections import year_of_179
from inventory.kernel.periods import quarter_of
from inventory.reports.base import Column, Kind, Report, Row, Values
from inventory.reports.parameters import BOOK, amounts
from inventory.reports.sources import Sources
from inventory.reports.tax.fiscal_list import YEAR, year_span


def placed_in_service(asset: AssetInBook) -> PlacedInService:
    """Return an asset as the test counts it: after section 179, before bonus."""
    split = split_cost(asset.terms.cost, asset.terms.params)
    left = [e for e in in_force(asset.events) if isinstance(e, Dispose) and e.whole]
    return PlacedInService(
        basis=split.bonus + split.basis,
        in_service=asset.terms.in_service,
        real=asset.terms.conventions.start is Start.HALF_MONTH,
        disposed=left[0].effective if left else None,
    )


def _rows(sources: Sources, values: Values) -> Iterator[Row]:
    book, year = sources.book(values["book"]), values["year"]
    calendar = book.state.calendar
    start, end = year_span(book, year)
    counted = [
        placed_in_service(asset)
        for chunk in book.chunks()
        for asset in chunk
        if asset.terms.method == "macrs" and start <= asset.terms.in_service < end
    ]
    test = quarter_test(counted, calendar, year)
    for quarter in range(4):
        in_quarter = [
            one
            for one in counted
            if quarter_of(calendar, one.in_service) == quarter
            and not one.real
            and not (one.disposed and start <= one.disposed < end)
        ]
        basis = sum(one.basis for one in in_quarter)
        yield _row(
            str(quarter + 1), len(in_quarter), basis, test.total, None, book.currency
        )
    yield _row(
        "last quarter above 40 %",
        len(counted),
        test.last,
        test.total,
        test.applies,
        book.currency,
    )


def _row(
    name: str, assets: int, basis: int, total: int, applies: bool | None, currency: str
) -> Row:
    percent = f"{100 * basis / total:.2f}" if total else None
    return {
        "quarter": name,
        "assets": assets,
        "basis": basis,
        "percent": percent,
        "applies": applies,
        "currency": currency,
    }


def _section_179(sources: Sources, values: Values) -> Iterator[Row]:
    book, year = sources.book(values["book"]), values["year"]
    year_span(book, year)
    found = year_of_179(
        sources.connection, book.id, book.state.calendar, book.rules.limits, year
    )
    yield {
        "year": year,
        "placed": found.placed,
        "maximum": found.maximum,
        "threshold": found.threshold,
        "limit": found.limit,
        "elected": found.elected,
        "over": found.over,
        "currency": book.currency,
    }


REPORTS = (
    Report(
        "mid-quarter",
        "Mid-quarter test of a tax year",
        (BOOK, YEAR),
        (
            Column("quarter", "Quarter"),
            Column("assets", "Assets", Kind.NUMBER),
            *amounts({"basis": "Depreciable basis"}),
            Column("percent", "Percent of the year"),
            Column("applies", "Mid-quarter convention applies", Kind.BOOLEAN),
            Column("currency", "Currency"),
        ),
        _rows,
    ),
    Report(
        "section-179",
        "Section 179 deductions of a year against their limit",
        (BOOK, YEAR),
        (
            Column("year", "Fiscal year"),
            *amounts(
                {
                    "placed": "Placed in service",
                    "maximum": "Dollar limit",
                    "threshold": "Threshold",
                    "limit": "Limit of the year",
                    "elected": "Elected",
                    "over": "Above the limit",
                }
            ),
            Column("currency", "Currency"),
        ),
        _section_179,
    ),
)
