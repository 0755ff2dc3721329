"""`/directory/differences`: where identity providers differ from the register."""

from __future__ import annotations

from itertools import islice

from fastapi import APIRouter, Response

from api.http.answers import answer, problems
from api.http.auth import Role
from api.http.deps import AppDep, ReadDep, allow
from api.http.parameters import AsOf, Limit
from api.models.base import Model
from inventory.directory.queries import differences

router = APIRouter(
    prefix="/directory",
    tags=["directory"],
    dependencies=[allow(Role.IT, Role.HR, Role.AUDITOR)],
)


class DirectoryDifference(Model):
    """What a provider says otherwise than the register."""

    record_id: int
    source: str
    user: str | None
    person_id: int
    field: str
    known: str
    said: str


class DirectoryDifferences(Model):
    """All of them, or the first."""

    items: list[DirectoryDifference]


@router.get(
    "/differences",
    response_model=DirectoryDifferences,
    responses=problems(401, 403, 422),
    operation_id="directory_differences_list",
    summary="List what providers say otherwise than the register, as of a day.",
)
def different(
    app: AppDep, reading: ReadDep, as_of: AsOf = None, limit: Limit = 1000
) -> Response:
    """List what providers say otherwise than the register, as of a day."""
    found = differences(reading, as_of or app.clock().date())
    return answer({"items": list(islice(found, limit))})
