"""Gains on disposals of a tax year, split by the depreciation taken (section 1245)."""

from __future__ import annotations

from collections.abc import Iterator

from inventory.accounting.model.terms import Start
from inventory.accounting.tax.macrs import Recapture, recapture
from inventory.reports.base import Column, Kind, Report, Row, Values
from inventory.reports.parameters import BOOK, amounts
from inventory.reports.sources import Sources
from inventory.reports.tax.fiscal_list import YEAR, year_span

_AMOUNTS = {
    "cost": "Cost",
    "depreciation": "Depreciation taken",
    "adjusted_basis": "Adjusted basis",
    "realised": "Amount realised",
    "gain": "Gain (loss)",
    "ordinary": "Ordinary income (section 1245)",
    "capital": "Section 1231 gain (loss)",
}


def _rows(sources: Sources, values: Values) -> Iterator[Row]:
    book = sources.book(values["book"])
    start, end = year_span(book, values["year"])
    sums = dict.fromkeys(_AMOUNTS, 0)
    for chunk in book.chunks():
        left = [one for one in chunk if one.events]
        facts = sources.facts([one.asset_id for one in left])
        for one in book.row_ranges(left, start, end):
            known = facts.get(one.asset.asset_id, {})
            real = one.asset.terms.conventions.start is Start.HALF_MONTH
            for gone in one.derecognised:
                if not start <= gone.effective < end or gone.kind == "transfer":
                    continue
                # Real property under MACRS is depreciated straight line: section 1250.
                split = Recapture(0, gone.gain)
                if not real:
                    split = recapture(gone.gain, gone.accumulated)
                basis = gone.cost - gone.accumulated - gone.impairment
                row = {
                    "cost": gone.cost,
                    "depreciation": gone.accumulated,
                    "adjusted_basis": basis,
                    "realised": basis + gone.gain,
                    "gain": gone.gain,
                    "ordinary": split.ordinary,
                    "capital": split.capital,
                }
                for name, amount in row.items():
                    sums[name] += amount
                yield {
                    "asset_id": one.asset.asset_id,
                    "tag": known.get("tag"),
                    "day": gone.effective,
                    "kind": str(gone.kind),
                    **row,
                    "currency": book.currency,
                }
    total = dict.fromkeys(("asset_id", "day", "kind")) | {"tag": "Total"}
    yield total | sums | {"currency": book.currency}


REPORT = Report(
    "recapture",
    "Gains of a tax year by the depreciation taken (section 1245)",
    (BOOK, YEAR),
    (
        Column("asset_id", "Id", Kind.NUMBER),
        Column("tag", "Tag"),
        Column("day", "Day", Kind.DAY),
        Column("kind", "Kind"),
        *amounts(_AMOUNTS),
        Column("currency", "Currency"),
    ),
    _rows,
)
