"""`/reports`: what reports there are, and their rows in any format."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from api.compose.wiring import App, rules_of
from api.http.answers import answer, problems
from api.http.auth import Role
from api.http.deps import AppDep, allow
from api.http.streams import Format, described, table
from api.models.reports import ReportPage, ReportRows
from inventory.reports import report_named, reports
from inventory.reports.base import Report, Row, Values
from inventory.reports.sources import Sources

router = APIRouter(
    prefix="/reports",
    tags=["accounting"],
    dependencies=[allow(Role.ACCOUNTING, Role.AUDITOR)],
)


@router.get(
    "",
    operation_id="reports_list",
    response_model=ReportPage,
    responses=problems(401, 403),
)
def list_all() -> Response:
    """List the reports with their parameters and columns."""
    return answer(
        {"items": [_report_shown(one) for one in reports().values()], "next": None}
    )


def _report_shown(report: Report) -> dict[str, object]:
    return {
        "name": report.name,
        "title": report.title,
        "parameters": [
            {
                "name": one.name,
                "title": one.title,
                "kind": one.kind.value,
                "required": one.required,
                "default": one.default,
                "choices": list(one.choices),
            }
            for one in report.parameters
        ],
        "columns": [
            {"name": one.name, "title": one.title, "kind": one.kind.value}
            for one in report.columns
        ],
    }


@router.get(
    "/{name}",
    operation_id="reports_get",
    response_model=ReportRows,
    responses=described("json", "ndjson", "csv", "xlsx") | problems(401, 403, 404, 422),
)
def rows(
    app: AppDep,
    request: Request,
    name: Annotated[str, Path(max_length=100)],
    format: Format = "json",
) -> Response:
    """Make a report; its parameters are those that the list of reports names."""
    report = report_named(name)
    texts = {
        key: request.query_params.getlist(key)
        for key in request.query_params
        if key != "format"
    }
    rows_made = report_rows(app, report, report.read(texts))
    return table(report.columns, rows_made, format, report.name)


def report_rows(app: App, report: Report, values: Values) -> Iterator[Row]:
    """Yield the rows of a report as of today, from a connection of their own."""
    with app.engine.connect() as connection:
        today, rules = app.clock().date(), rules_of(app.settings)
        yield from report.rows(Sources(connection, today, rules), values)
