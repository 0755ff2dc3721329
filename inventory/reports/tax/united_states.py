"""Tests of a tax year of the United States: mid-quarter convention, section 179."""

from __future__ import annotations

from collections.abc import Iterator

from inventory.fixed_assets.tax.convention_of_year import tested_year
from inventory.fixed_assets.tax.tax_elections import year_of_179
from inventory.kernel.periods import quarter_of
from inventory.reports.base import Column, Kind, Report, Row, Values
from inventory.reports.parameters import BOOK, amounts
from inventory.reports.sources import Sources
from inventory.reports.tax.fiscal_list import YEAR, year_span


def _rows(sources: Sources, values: Values) -> Iterator[Row]:
    book, year = sources.book(values["book"]), values["year"]
    calendar = book.state.calendar
    start, end = year_span(book, year)
    found = tested_year(sources.connection, book.id, calendar, year)
    counted, test = found.counted, found.test
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
        len(found.wrong),
    )


def _row(
    name: str,
    assets: int,
    basis: int,
    total: int,
    applies: bool | None,
    currency: str,
    wrong: int | None = None,
) -> Row:
    percent = f"{100 * basis / total:.2f}" if total else None
    return {
        "quarter": name,
        "assets": assets,
        "basis": basis,
        "percent": percent,
        "applies": applies,
        "wrong": wrong,
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
            Column("wrong", "Assets with the other convention", Kind.NUMBER),
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
