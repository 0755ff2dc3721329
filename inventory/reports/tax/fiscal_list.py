"""Fiscal depreciation by group, as Indonesian tax returns have it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from inventory.accounting.catalogue.class_rules import choose
from inventory.accounting.model.terms import DepreciationTerms
from inventory.kernel.errors import Invalid
from inventory.kernel.texts import N_
from inventory.reports.base import Column, Parameter, Report, Row, Values
from inventory.reports.parameters import BOOK, amounts
from inventory.reports.sources import BookSource, Sources

YEAR = Parameter("year", "The tax year", required=True)
_TOTAL = "Jumlah"


def year_span(book: BookSource, year: str) -> tuple[date, date]:
    """Return the first day of a fiscal year of a book, and the first after it.

    Raises:
        Invalid: The book has no such year.
    """
    if year not in book.state.calendar.years:
        raise Invalid(
            N_("The book has no fiscal year {year}."), where="year", year=year
        )
    return book.state.calendar.year_span(year)


def _group(book: BookSource, asset_class: str, terms: DepreciationTerms) -> str:
    """Return the fiscal group of an asset: what its rule is called before the comma."""
    chain = book.rules.classes.get((asset_class, book.row["code"]), ())
    rule = choose(chain, terms.cost, terms.in_service, book.currency)
    preset = book.rules.presets.get(rule.preset) if rule else None
    return preset.title.split(",")[0] if preset else asset_class


def _fiscal(sources: Sources, values: Values) -> Iterator[Row]:
    book = sources.book(values["book"])
    start, end = year_span(book, values["year"])
    groups: dict[str, list[Row]] = {}
    for chunk in book.chunks():
        facts = sources.facts([asset.asset_id for asset in chunk])
        for one in book.row_ranges(chunk, start, end):
            last = one.last
            if last is None or not (one.rows or last.cost):
                continue
            terms, known = one.asset.terms, facts.get(one.asset.asset_id, {})
            group = _group(book, one.asset.asset_class, terms)
            before = one.before.closing if one.before else 0
            row = {
                "group": group,
                "tag": known.get("tag"),
                "name": known.get("name"),
                "acquired": f"{terms.in_service:%Y-%m}",
                "cost": last.cost or terms.cost,
                "opening": before,
                "method": last.method,
                "depreciation": sum(row.depreciation for row in one.rows),
                "closing": last.closing,
                "currency": book.currency,
            }
            groups.setdefault(group, []).append(row)
    for group in sorted(groups):
        yield from groups[group]
        yield _sum(group, groups[group], book.currency)
    every = [row for rows in groups.values() for row in rows]
    yield _sum(_TOTAL, every, book.currency)


_SUMMED = ("cost", "opening", "depreciation", "closing")


def _sum(group: str, rows: list[Row], currency: str) -> Row:
    sums = {name: sum(row[name] for row in rows) for name in _SUMMED}
    left_out = dict.fromkeys(("name", "acquired", "method"))
    return {"group": group, "tag": _TOTAL, **left_out, **sums, "currency": currency}


REPORT = Report(
    "fiscal-list",
    "Fiscal depreciation by group (daftar penyusutan fiskal)",
    (BOOK, YEAR),
    (
        Column("group", "Group"),
        Column("tag", "Tag"),
        Column("name", "Name"),
        Column("acquired", "Month acquired"),
        *amounts({"cost": "Cost", "opening": "Book value, opening"}),
        Column("method", "Method"),
        *amounts({"depreciation": "Depreciation", "closing": "Book value, closing"}),
        Column("currency", "Currency"),
    ),
    _fiscal,
)
