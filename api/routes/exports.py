"""`/exports`: everything that is listed as CSV or XLSX, safe to open."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel

from api.http.answers import ALL_PROBLEMS, answer
from api.http.auth import Caller, Role
from api.http.deps import AppDep, ReadDep, allow
from api.http.errors import Forbidden
from api.http.parameters import AsOf
from api.http.streams import TYPES, described
from api.routes.people import SEE_PEOPLE
from inventory.bulk.files.tabular import write_csv, write_xlsx
from inventory.queries import exports

router = APIRouter(tags=["import and export"], responses=ALL_PROBLEMS)


class Exportable(BaseModel):
    """Names of the lists that can be exported."""

    items: list[str]
    next: None = None


@router.get("/exports", response_model=Exportable, operation_id="exports_list")
def names(_who: Annotated[Caller, allow(*Role)]) -> Response:
    """List what can be exported."""
    return answer({"items": exports.names(), "next": None})


@router.get(
    "/exports/{what}",
    operation_id="exports_get",
    response_class=Response,
    responses={**described("csv", "xlsx"), **ALL_PROBLEMS},
)
def export(
    request: Request,
    app: AppDep,
    reading: ReadDep,
    who: Annotated[Caller, allow(*Role)],
    what: str,
    format: Annotated[Literal["csv", "xlsx"], Query(description="csv or xlsx.")] = (
        "csv"
    ),
    day: AsOf = None,
) -> Response:
    """Give a list as a file; filters as in the list (`search`, `kind`, `state`).

    Text that a spreadsheet would take for a formula is marked as text.
    """
    check(who, what)
    words = dict(request.query_params)
    sheet = exports.export(reading, what, day or app.clock().date(), words)
    return as_file(what, format, sheet)


def check(who: Caller, what: str) -> None:
    """Refuse lists of people to those who may not see people.

    Raises:
        Forbidden: The list names people.
    """
    if what in exports.OF_PEOPLE and who.roles.isdisjoint(SEE_PEOPLE):
        raise Forbidden(f"The list {what!r} names people; it is not for your role.")


def as_file(what: str, format: str, sheet: exports.Sheet) -> Response:
    """Return a table as a file to save."""
    header, rows = sheet
    write = write_xlsx if format == "xlsx" else write_csv
    saved = {"Content-Disposition": f'attachment; filename="{what}.{format}"'}
    data = write(header, rows)
    return Response(data, media_type=TYPES[format], headers=saved)
