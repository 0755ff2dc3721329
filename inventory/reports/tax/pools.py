"""Pools: balance and allowances of a tax year, as a return has them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from inventory.fixed_assets.tax.pools import pool_years
from inventory.reports.base import Column, Kind, Report, Row, Values
from inventory.reports.parameters import BOOK, amounts
from inventory.reports.sources import Sources
from inventory.reports.tax.fiscal_list import YEAR, year_span

_AMOUNTS = {
    "opening": "Brought forward",
    "additions": "Additions",
    "earlier": "Of declared years, known later",
    "at_once": "Allowed at once",
    "first_year": "First-year allowances",
    "disposals": "Disposals",
    "allowance": "Allowed by the rate",
    "charge": "Balancing charge",
    "closing": "Carried forward",
}


def _rows(sources: Sources, values: Values) -> Iterator[Row]:
    book, year = sources.book(values["book"]), values["year"]
    _, end = year_span(book, year)
    day = end - timedelta(days=1)
    found = pool_years(sources.connection, book.rules, book.id, day)
    sums = dict.fromkeys(_AMOUNTS, 0)
    for one in found.values():
        here = next((made for made in one.years if made.year == year), None)
        if here is None:
            continue
        row = {name: getattr(here, name) for name in _AMOUNTS}
        for name, amount in row.items():
            sums[name] += amount
        percent = f"{float(here.rate * 100):.2f}"
        yield {
            "pool": one.pool.name,
            **row,
            "rate": percent,
            "declared": here.declared,
            "currency": book.currency,
        }
    total = {"pool": "", "rate": None, "declared": None}
    yield total | sums | {"currency": book.currency}


REPORT = Report(
    "pool-allowances",
    "Pools: balances and allowances of a tax year",
    (BOOK, YEAR),
    (
        Column("pool", "Pool"),
        *amounts(_AMOUNTS),
        Column("rate", "Rate in percent"),
        Column("declared", "Declared", Kind.BOOLEAN),
        Column("currency", "Currency"),
    ),
    _rows,
)
