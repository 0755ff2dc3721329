"""Reports: what there are, with their parameters and columns.

Their rows are at `/reports/<name>/rows`, in any format: see `report_rows`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

from sqlalchemy import Connection

from api.compose.rulebooks import rules_of
from api.resources.computed import ComputedSource
from api.resources.declare import (
    Choice,
    Column,
    DetailModel,
    Question,
    Row,
    RowModel,
    Show,
    Text,
    Viewer,
    Word,
)
from api.resources.listed import Listed
from api.resources.money.roles import READERS
from api.resources.resource import Resource
from inventory.kernel.texts import N_, NN_
from inventory.reports import base, reports
from inventory.reports.sources import Sources

if TYPE_CHECKING:
    from api.compose.wiring import App


class ReportParameter(DetailModel):
    """A parameter of a report."""

    name: str
    title: str
    kind: str
    required: bool
    default: Text
    choices: list[str]


class ReportColumn(DetailModel):
    """A column of a report."""

    name: str
    title: str
    kind: str


class ReportRow(RowModel):
    """A report that can be asked for."""

    name: Annotated[str, Column("Name", sort=True, lead=True)]
    title: Annotated[str, Column("Says", Show.WORD, sort=True)]
    parameters: Annotated[
        list[ReportParameter], Column("Parameters", shown=False, about="What it takes.")
    ]
    columns: Annotated[
        list[ReportColumn], Column("Columns", shown=False, about="What it shows.")
    ]


class ReportQuestion(Question):
    """Which reports are asked for."""

    name: Annotated[Word, Choice("Name", main=False)] = None
    title: Annotated[Word, Choice("Says", main=False)] = None
    parameter: Annotated[
        Word, Choice("Parameter", main=False, about="Name of one it takes.")
    ] = None


def _shown(report: base.Report) -> Row:
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


def _all(_connection: Connection) -> Sequence[Row]:
    return [_shown(one) for one in reports().values()]


def _asked(
    _connection: Connection, asked: ReportQuestion, _viewer: Viewer
) -> Iterator[Row]:
    for one in reports().values():
        names = {parameter.name for parameter in one.parameters}
        if asked.parameter is None or asked.parameter in names:
            yield _shown(one)


def _get(connection: Connection, place: int, _viewer: Viewer) -> Row | None:
    found = _all(connection)
    return found[place - 1] if 0 < place <= len(found) else None


def report_rows(
    app: App, report: base.Report, values: base.Values
) -> Iterator[base.Row]:
    """Yield the rows of a report as of today, from a connection of their own."""
    with app.engine.connect() as connection:
        today, rules = app.clock().date(), rules_of(app.settings)
        yield from report.rows(Sources(connection, today, rules), values)


REPORT = Listed("report", _all)
REPORTS = Resource(
    name="reports",
    command="report",
    title=N_("Reports"),
    counted=NN_("{count} report", "{count} reports"),
    icon="book",
    group="money",
    roles=READERS,
    rows=ReportRow,
    question=ReportQuestion,
    sort="name",
    source=ComputedSource(
        rows=ReportRow, compute=_asked, answered=frozenset({"parameter"})
    ),
    reference=REPORT,
    detail=ReportRow,
    get=_get,
    called=lambda row: str(row["name"]),
)
