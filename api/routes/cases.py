"""`/hr/lists`: questions people ask every day, each with what it needs."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from api.http.answers import answer, problems
from api.http.auth import Role
from api.http.deps import AppDep, ReadDep, allow
from api.http.errors import Missing
from api.models.cases import Rows
from inventory.hr.views import lists

router = APIRouter(prefix="/hr", tags=["hr"])


@router.get(
    "/lists/{name}",
    response_model=Rows,
    responses=problems(401, 403, 404, 422),
    dependencies=[allow(Role.HR, Role.IT, Role.AUDITOR)],
    operation_id="hr_lists_get",
    summary="Return a list people ask for.",
)
def a_list(
    app: AppDep,
    connection: ReadDep,
    name: str,
    days: Annotated[int, Query(ge=0, le=3650, description="How far ahead.")] = 30,
) -> Response:
    """Return a list people ask for.

    joining, leaving, still-holding, overdue, overdue-returns, unsigned, disputed,
    shortages, sighted or at-risk.
    """
    if name not in lists.LISTS:
        raise Missing(f"There is no list {name!r}: {', '.join(lists.LISTS)}.")
    today = app.clock().date()
    if name in ("joining", "leaving"):
        return answer({"items": lists.cases_due_within(connection, name, today, days)})
    return answer({"items": lists.LISTS[name](connection, today)})
