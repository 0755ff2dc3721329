"""Low-value assets of German tax law: the register of GWG, and the Sammelposten.

EStG section 6(2) sentence 4 asks for a register of what cost more than the lower limit
and was expensed at once; section 6(2a) dissolves what was bought in a year over five.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from inventory.accounting.books.load import AssetInBook
from inventory.accounting.model.terms import Disposal, Start
from inventory.reports.base import Column, Kind, Report, Row, Values
from inventory.reports.parameters import BOOK, amounts
from inventory.reports.sources import Sources
from inventory.reports.tax.fiscal_list import YEAR, year_span

_LOWER = ((date(2018, 1, 1), 250_00), (date(2010, 1, 1), 150_00))
"""From a day on, what costs no more needs no entry in the register; cents."""


def _listed(asset: AssetInBook) -> bool:
    day = asset.terms.in_service
    lower = next((limit for since, limit in _LOWER if day >= since), 0)
    return asset.terms.method == "immediate" and asset.terms.cost > lower


def _gwg(sources: Sources, values: Values) -> Iterator[Row]:
    book = sources.book(values["book"])
    start, end = year_span(book, values["year"])
    total = 0
    for chunk in book.chunks():
        found = [
            one for one in chunk if start <= one.terms.in_service < end and _listed(one)
        ]
        facts = sources.facts([one.asset_id for one in found])
        for one in found:
            known = facts.get(one.asset_id, {})
            total += one.terms.cost
            yield {
                "asset_id": one.asset_id,
                "tag": known.get("tag"),
                "name": known.get("name"),
                "in_service": one.terms.in_service,
                "supplier": known.get("supplier"),
                "invoice_number": known.get("invoice_number"),
                "cost": one.terms.cost,
                "currency": book.currency,
            }
    yield {"tag": "Summe", "cost": total, "currency": book.currency} | dict.fromkeys(
        ("asset_id", "name", "in_service", "supplier", "invoice_number")
    )


def _is_pooled(asset: AssetInBook) -> bool:
    conventions = asset.terms.conventions
    return conventions.start is Start.YEAR and conventions.disposal is Disposal.STAYS


def _collected(sources: Sources, values: Values) -> Iterator[Row]:
    book = sources.book(values["book"])
    start, end = year_span(book, values["year"])
    calendar = book.state.calendar
    sums: dict[str, dict[str, int]] = defaultdict(
        lambda: dict.fromkeys(("assets", "cost", "opening", "dissolved", "closing"), 0)
    )
    for chunk in book.chunks():
        pooled = [one for one in chunk if _is_pooled(one)]
        for one in book.row_ranges(pooled, start, end):
            last = one.last
            if last is None or one.asset.terms.in_service >= end:
                continue
            here = sums[calendar.at(one.asset.terms.in_service).year]
            here["assets"] += 1
            here["cost"] += one.asset.terms.cost
            here["opening"] += one.before.closing if one.before else 0
            here["dissolved"] += sum(row.depreciation for row in one.rows)
            here["closing"] += last.closing
    for formed in sorted(sums):
        yield {"formed": formed, **sums[formed], "currency": book.currency}


REPORTS = (
    Report(
        "gwg-register",
        "Low-value assets expensed at once (Verzeichnis, EStG section 6(2))",
        (BOOK, YEAR),
        (
            Column("asset_id", "Id", Kind.NUMBER),
            Column("tag", "Tag"),
            Column("name", "Name"),
            Column("in_service", "In service", Kind.DAY),
            Column("supplier", "Supplier"),
            Column("invoice_number", "Invoice"),
            *amounts({"cost": "Cost"}),
            Column("currency", "Currency"),
        ),
        _gwg,
    ),
    Report(
        "sammelposten",
        "Sammelposten by year of formation (EStG section 6(2a))",
        (BOOK, YEAR),
        (
            Column("formed", "Formed in"),
            Column("assets", "Assets", Kind.NUMBER),
            *amounts(
                {
                    "cost": "Cost",
                    "opening": "Book value, opening",
                    "dissolved": "Dissolved in the year",
                    "closing": "Book value, closing",
                }
            ),
            Column("currency", "Currency"),
        ),
        _collected,
    ),
)
