"""A report on a page: what it takes as a form, its rows, and files to download."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from itertools import islice
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Path, Request, Response
from sqlalchemy import Connection

from api.compose.wiring import App
from api.http.auth import Role
from api.http.errors import Forbidden
from api.http.streams import TableFormat, table
from api.routes.accounting_reports import report_rows
from api.web import frame
from api.web.accounting import PATH
from api.web.html import body
from inventory.kernel.errors import InventoryError
from inventory.queries.money.books import list_books
from inventory.reports import report_named
from inventory.reports.base import Column, Kind, Parameter, Report, Row, json_row

READERS = frozenset({Role.ACCOUNTING, Role.AUDITOR})
SHOWN = 500
"""Rows on the page; files hold them all."""

router = APIRouter()
Name = Annotated[str, Path(max_length=100)]


def _given(request: Request) -> dict[str, list[str]]:
    names = dict.fromkeys(request.query_params)
    return {
        name: [text for text in request.query_params.getlist(name) if text.strip()]
        for name in names
        if name != "format" and any(map(str.strip, request.query_params.getlist(name)))
    }


@router.get(PATH + "/reports/{name}/file")
def file(request: Request, name: Name, format: TableFormat = "csv") -> Response:
    """Send a report as a file."""
    if READERS.isdisjoint(request.state.caller.roles):
        raise Forbidden("Reports are for accounting and auditors.")
    app: App = request.state.purser
    report = report_named(name)
    rows = report_rows(app, report, report.read(_given(request)))
    return table(report.columns, rows, format, name)


async def show_page(request: Request, name: Name) -> None:
    """Draw a report."""
    visit = frame.visit(request)
    if not frame.allowed(visit, PATH):
        return
    try:
        report = report_named(name)
    except InventoryError as error:
        frame.nothing(visit, error.problem)
        return
    given = _given(request)
    books = await visit.read(_book_names)
    rows: list[Row] | None = None
    trouble = ""
    if given or not any(one.required for one in report.parameters):
        try:
            made = report_rows(visit.app, report, report.read(given))
            rows = await frame.in_thread(lambda: list(islice(made, SHOWN + 1)))
        except InventoryError as error:
            trouble = f"{error.problem} {error.remedy}"
    with frame.page(visit, PATH, report.title):
        frame.html(f'<a class="crumb" href="{PATH}">Accounting</a>')
        frame.heading(report.title)
        with frame.card():
            frame.html(_form(report, given, books))
            if trouble:
                frame.html(f'<div role="alert" class="trouble">{escape(trouble)}</div>')
        if rows is not None:
            with frame.card():
                _draw(report, given, rows)


def _book_names(connection: Connection) -> list[str]:
    rows = list_books(connection, limit=1000).rows
    return [f"{row['legal_entity']}/{row['code']}" for row in rows]


def _draw(report: Report, given: Mapping[str, list[str]], rows: list[Row]) -> None:
    links = " · ".join(
        f'<a href="{escape(_file(report, given, kind))}">{kind.upper()}</a>'
        for kind in ("csv", "xlsx")
    )
    more = f"The first {SHOWN} rows are shown. " if len(rows) > SHOWN else ""
    frame.html(f'<div class="soft">{more}Download all: {links}</div>')
    if not rows:
        frame.html('<div class="empty">No rows.</div>')
        return
    frame.html(_table(report.columns, rows[:SHOWN]))


def _file(report: Report, given: Mapping[str, list[str]], kind: str) -> str:
    asked = urlencode({**given, "format": kind}, doseq=True)
    return f"{PATH}/reports/{report.name}/file?{asked}"


def _table(columns: tuple[Column, ...], rows: list[Row]) -> str:
    numbers = (Kind.AMOUNT, Kind.NUMBER)
    kinds = ["num" if column.kind in numbers else "" for column in columns]
    head = "".join(
        f'<th scope="col" class="{kind}">{escape(column.title)}</th>'
        for column, kind in zip(columns, kinds, strict=True)
    )
    cells = [
        (_cell(column.name), kind) for column, kind in zip(columns, kinds, strict=True)
    ]
    inner = body([json_row(columns, row) for row in rows], cells)
    return (
        f'<div class="scroll"><table class="grid"><thead><tr>{head}</tr></thead>'
        f"<tbody>{inner}</tbody></table></div>"
    )


def _cell(name: str) -> Any:  # noqa: ANN401 - a cell of `html.body`
    def cell(row: Row) -> str:
        value = row[name]
        if isinstance(value, bool):
            return "yes" if value else "no"
        return "" if value is None else escape(str(value))

    return cell


def _form(report: Report, given: Mapping[str, list[str]], books: list[str]) -> str:
    fields = "".join(
        _field(one, given.get(one.name), books) for one in report.parameters
    )
    if not fields:
        return ""
    return (
        f'<form method="get" class="form">{fields}'
        '<button type="submit">Show</button></form>'
    )


def _field(parameter: Parameter, given: list[str] | None, books: list[str]) -> str:
    value = given[-1] if given else parameter.default or ""
    name, title = escape(parameter.name), escape(parameter.title)
    need = " required" if parameter.required else ""
    choices = books if parameter.kind is Kind.BOOK else list(parameter.choices)
    if choices:
        options = "".join(
            f"<option{' selected' if one == value else ''}>{escape(one)}</option>"
            for one in ([] if parameter.required else [""]) + choices
        )
        inner = f'<select name="{name}"{need}>{options}</select>'
    else:
        kind = "date" if parameter.kind is Kind.DAY else "text"
        inner = (
            f'<input name="{name}" type="{kind}" value="{escape(value, quote=True)}"'
            f"{need}>"
        )
    return f"<label><span>{title}</span>{inner}</label>"
