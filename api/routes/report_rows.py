"""`GET /reports/<name>/rows`: one operation a report, typed by its columns.

What reports there are is the resource `reports`; a report that is added to
`inventory.reports` is here without a line.
"""

from __future__ import annotations

from datetime import date
from functools import cache, partial
from typing import Annotated, Any, Literal, get_args

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field, create_model

from api.http.answers import as_answer, problems
from api.http.streams import TableFormat, described, table_file
from api.models.base import Model
from api.models.journals import Amount
from api.resources.http.lists import called_by, secured
from api.resources.lookups import parameters
from api.resources.money.reports import report_rows
from api.resources.money.roles import READERS
from api.resources.perform import Call
from inventory.kernel.errors import Invalid
from inventory.kernel.texts import N_
from inventory.reports import reports
from inventory.reports.base import Column, Kind, Parameter, Report

_VALUES: dict[Kind, Any] = {
    Kind.DAY: date | None,
    Kind.NUMBER: int | str | None,
    Kind.AMOUNT: Amount | None,
    Kind.BOOLEAN: bool | None,
}
"""What a row has of a kind of column; all others are text."""


@cache
def router() -> APIRouter:
    """Return the routes of all reports, made once per process."""
    made = APIRouter(prefix="/reports", tags=["reports"])
    for report in reports().values():
        _add(made, report)
    return made


def _add(made: APIRouter, report: Report) -> None:
    name = f"reports_{report.name}".replace("-", "_")

    def rows(request: Request, call: Call) -> Response:
        query = request.query_params
        texts = {key: query.getlist(key) for key in query if key != "format"}
        found = report_rows(call.app, report, report.read(texts))
        kind = _format(query.get("format", "json"))
        return as_answer(table_file(report.columns, found, kind, report.name))

    rows.__annotations__["call"] = Annotated[Call, called_by(READERS)]
    made.get(
        f"/{report.name}/rows",
        response_model=page_of(report),
        responses=problems(401, 403, 404, 422, 503) | described(*get_args(TableFormat)),
        operation_id=name,
        summary=report.title,
        description=f"{report.title}, with {_named(report)}.",
        openapi_extra=secured(name, READERS, partial(_parameters, report)),
    )(rows)


def _format(given: str) -> TableFormat:
    for known in get_args(TableFormat):
        if given == known:
            found: TableFormat = known
            return found
    raise Invalid(
        N_("{given} is not a format."),
        where="format",
        remedy=N_("Use one of {formats}."),
        given=given,
        formats=", ".join(get_args(TableFormat)),
    )


def page_of(report: Report) -> type[BaseModel]:
    """Return the model of the rows of a report."""
    stem = report.name.title().replace("-", "")
    # A column may be called as a method of pydantic is.
    fields: dict[str, Any] = {f"of_{one.name}": _field(one) for one in report.columns}
    row = create_model(f"{stem}ReportRow", __base__=Model, **fields)
    return create_model(
        f"{stem}ReportPage",
        __base__=Model,
        __doc__=report.title,
        items=(list[row], ...),  # type: ignore[valid-type]
        next=(None, None),
    )


def _field(column: Column) -> tuple[Any, Any]:
    kind = _VALUES.get(column.kind, str | None)
    return kind, Field(..., alias=column.name, description=column.title)


def _parameters(report: Report) -> type[BaseModel]:
    fields: dict[str, Any] = {one.name: _parameter(one) for one in report.parameters}
    fields["format"] = (
        TableFormat,
        Field("json", description="json, jsonl (one object a line), csv or xlsx."),
    )
    return parameters(f"{report.name.title().replace('-', '')}Query", fields)


def _parameter(one: Parameter) -> tuple[Any, Any]:
    kind: Any = str
    if one.kind is Kind.TEXT_LIST:
        kind = list[str]
    elif one.choices:
        kind = Literal[one.choices]
    about = Field(... if one.required else one.default, description=one.title)
    return (kind if one.required or one.default else kind | None), about


def _named(report: Report) -> str:
    return ", ".join(column.title.lower() for column in report.columns)
