"""`GET /api/v1/search`: a few rows of each resource the caller may see."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field
from sqlalchemy import Connection

from api.http.answers import answer, problems
from api.http.auth import Caller, Role
from api.http.deps import AppDep, ReadDep, allow
from api.resources.declare import PageRequest, Viewer
from api.resources.listing import viewer_of
from api.resources.registry import all_resources
from api.resources.resource import Resource

ROWS_EACH = 6

router = APIRouter(tags=["search"])


class Hit(BaseModel):
    """A row that was found."""

    resource: str = Field(description="Name of the resource: `assets`.")
    id: int
    called: str = Field(description="What it is called.")


class Hits(BaseModel):
    """What was found, by resource."""

    items: list[Hit]
    next: None = Field(description="Always null: ask the list of the resource.")


@router.get(
    "/search",
    response_model=Hits,
    responses=problems(401, 403, 422, 503),
    operation_id="search",
    summary="Search everything the caller may see.",
)
def search(
    app: AppDep,
    reading: ReadDep,
    who: Annotated[Caller, allow(*Role)],
    q: Annotated[str, Query(min_length=1, max_length=200, description="Words.")],
) -> Response:
    """Give up to six rows of each resource."""
    viewer = viewer_of(app, who)
    return answer({"items": find_everywhere(reading, viewer, q), "next": None})


def find_everywhere(
    connection: Connection, viewer: Viewer, words: str
) -> list[dict[str, Any]]:
    """Return what is found, resource by resource, as `Hit` says."""
    found = []
    for one in all_resources():
        if one.searched and one.may_see(viewer.caller):
            found += _of(one, connection, viewer, words)
    return found


def _of(
    resource: Resource[Any], connection: Connection, viewer: Viewer, words: str
) -> list[dict[str, Any]]:
    asked = resource.question(search=words)
    page = PageRequest(sort=resource.sort, limit=ROWS_EACH)
    rows = resource.source.read(connection, asked, viewer, page).rows
    return [
        {"resource": resource.name, "id": row["id"], "called": resource.called(row)}
        for row in rows
    ]
