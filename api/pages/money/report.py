"""A report on a page: what it takes as a form, its rows, and files of all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import Connection

from api.http.answers import as_answer
from api.http.callers import Role
from api.http.streams import table_file
from api.pages.visit import Answer, View, Visit, missing, refused
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
            "heads": [(one.title, one.kind in _NUMBERS) for one in report.columns],
            "rows": None if rows is None else _cells(visit, report.columns, rows),
            "more": rows is not None and len(rows) > SHOWN,
            "most": SHOWN,
            "files": [(kind, _file(report, given, kind)) for kind in FORMATS],
        },
        status=422 if problem else 200,
    )


def _cells(
    visit: Visit, columns: tuple[Column, ...], rows: Sequence[Mapping[str, Any]]
) -> list[list[tuple[str, bool, str]]]:
    """Return the cells of the rows shown: text, whether a number, where it leads."""
    return [
        [
            (
                _text(visit, column, told),
                column.kind in _NUMBERS,
                str(told[column.name] or "") if column.kind is Kind.LINK else "",
            )
            for column in columns
        ]
        for told in (json_row(columns, row) for row in rows[:SHOWN])
    ]


def _text(visit: Visit, column: Column, row: Mapping[str, Any]) -> str:
    value = row[column.name]
    if value is None:
        return ""
    if column.kind is Kind.LINK:
        return visit.words.text(N_("rows"))
    if isinstance(value, bool):
        return visit.words.text("yes") if value else visit.words.text("no")
    return str(value)


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


PAGES = {
    "/accounting/reports/{name}": show_report,
    "/accounting/reports/{name}/file": give_file,
}
