"""A report on a page: what it takes as a form, its rows, and files of all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import islice
from typing import Any
from urllib.parse import quote, urlencode

from sqlalchemy import Connection

from api.http.answers import as_answer
from api.http.callers import Role
from api.http.streams import table_file
from api.pages.links import path_of_thing
from api.pages.visit import Answer, Told, View, Visit, missing, refused
from api.resources.money.reports import report_rows
from inventory.kernel.errors import InventoryError
from inventory.kernel.texts import N_
from inventory.queries.money.books import list_books
from inventory.reports import report_named
from inventory.reports.base import Column, Kind, Parameter, Report, json_row

READERS = (Role.ACCOUNTING, Role.AUDITOR)
SHOWN = 500
"""Rows on the page; files hold them all."""

FORMATS = ("csv", "xlsx")
SUMMED = frozenset(
    (
        *("register", "fully-depreciated", "additions", "disposals", "held-for-sale"),
        *("ghosts", "roll-forward", "depreciation", "gwg-register"),
    )
)
"""Reports whose rows add up: none of them is the sum of others."""

WORDS = frozenset(("asset_class", "convention", "kind", "method", "state", "status"))
"""Columns with words of the data."""

_NUMBERS = (Kind.AMOUNT, Kind.NUMBER)
Given = Mapping[str, list[str]]


def _given(visit: Visit) -> Given:
    names = dict.fromkeys(visit.query)
    found = {
        name: [text for text in visit.query.getlist(name) if text.strip()]
        for name in names
        if name != "format"
    }
    return {name: texts for name, texts in found.items() if texts}


def show_report(visit: Visit, name: str) -> Answer:
    """Draw a report."""
    if not visit.may(*READERS):
        return refused(N_("Reports"))
    try:
        report = report_named(name)
    except InventoryError as error:
        return missing(visit.words.problem(error))
    given = _given(visit)
    rows: list[Mapping[str, Any]] | None = None
    problem = ""
    if given or not any(one.required for one in report.parameters):
        try:
            made = report_rows(visit.app, report, report.read(dict(given)))
            rows = list(islice(made, SHOWN + 1))
        except InventoryError as error:
            problem = visit.words.error(error)
    books = _book_names(visit.reading)
    return View(
        template="report.html",
        title=report.title,
        here="/accounting",
        about={
            "report": report,
            "fields": [_field(one, given, books) for one in report.parameters],
            "problem": problem,
            **_table(visit, report, rows),
            "more": rows is not None and len(rows) > SHOWN,
            "most": SHOWN,
            "files": [(kind, _file(report, given, kind)) for kind in FORMATS],
        },
        status=422 if problem else 200,
    )


def _table(
    visit: Visit, report: Report, rows: Sequence[Mapping[str, Any]] | None
) -> dict[str, Any]:
    """Return headings, cells and sums of the rows shown.

    What is empty in all of them, and ids, are left to the files.
    """
    if rows is None:
        return {"heads": (), "rows": None, "sums": ()}
    told = [json_row(report.columns, row) for row in rows[:SHOWN]]
    columns = [
        one
        for one in report.columns
        if not one.name.endswith("_id")
        and (one.name != "currency" or not _has_amounts(report))
        and (not told or any(row[one.name] not in (None, "", []) for row in told))
    ]
    whole = report.name in SUMMED and len(rows) <= SHOWN
    return {
        "heads": [(one.title, one.kind in _NUMBERS) for one in columns],
        "rows": [[_cell(visit, one, row) for one in columns] for row in told],
        "sums": _sums(visit, columns, told) if whole and told else (),
    }


def _has_amounts(report: Report) -> bool:
    return any(one.kind is Kind.AMOUNT for one in report.columns)


def _cell(
    visit: Visit, column: Column, row: Mapping[str, Any]
) -> tuple[str, bool, str]:
    """Return a cell: text, whether it is a number, where it leads."""
    value, words = row[column.name], visit.words
    number = column.kind in _NUMBERS
    if value is None:
        return "", number, ""
    if column.kind is Kind.LINK:
        return words.text(N_("rows")), number, str(value)
    if column.kind is Kind.AMOUNT:
        return words.amount(Decimal(value), row["currency"]), number, ""
    if column.name in WORDS:
        return words.told(value), number, ""
    href = ""
    if column.name == "tag" and row.get("asset_id"):
        href = path_of_thing("assets", row["asset_id"], visit.caller)
    return words.plain(value), number, href


def _sums(
    visit: Visit, columns: Sequence[Column], rows: Sequence[Mapping[str, Any]]
) -> list[str]:
    """Return the sums of the amounts: a text a column, each currency in it."""
    shown = []
    for column in columns:
        sums: dict[str, Decimal] = {}
        for row in rows if column.kind is Kind.AMOUNT else ():
            if row[column.name] is not None:
                code = row["currency"]
                sums[code] = sums.get(code, Decimal()) + Decimal(row[column.name])
        shown.append(" + ".join(visit.words.amount(n, c) for c, n in sums.items()))
    return shown


def give_file(visit: Visit, name: str) -> Answer:
    """Give a report as a file."""
    if not visit.may(*READERS):
        return refused(N_("Reports"))
    kind = visit.query.get("format", "csv")
    try:
        report = report_named(name)
        rows = report_rows(visit.app, report, report.read(dict(_given(visit))))
    except InventoryError as error:
        return missing(visit.words.problem(error))
    return as_answer(
        table_file(report.columns, rows, "xlsx" if kind == "xlsx" else "csv", name)
    )


def _book_names(connection: Connection) -> list[str]:
    rows = list_books(connection, limit=1000).rows
    return [f"{row['legal_entity']}/{row['code']}" for row in rows]


def _file(report: Report, given: Given, kind: str) -> str:
    asked = urlencode({**given, "format": kind}, doseq=True)
    return f"/accounting/reports/{report.name}/file?{asked}"


def _field(one: Parameter, given: Given, books: Sequence[str]) -> dict[str, Any]:
    choices = books if one.kind is Kind.BOOK else list(one.choices)
    return {
        "name": one.name,
        "title": one.title,
        "value": (given.get(one.name) or [one.default or ""])[-1],
        "required": one.required,
        "choices": choices if one.required or not choices else ["", *choices],
        "day": one.kind is Kind.DAY,
    }


def show_named(visit: Visit, ref: str) -> Answer:
    """Lead from the list of reports to the report."""
    return Told(f"/accounting/reports/{quote(ref, safe='')}")


PAGES = {
    "/accounting/reports/{name}": show_report,
    "/accounting/reports/{name}/file": give_file,
}
