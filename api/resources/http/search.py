"""`GET /api/v1/search`: a few rows of each resource the caller may see."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from api.http.answers import answer, problems
from api.http.callers import STAFF, Caller
from api.http.deps import AppDep, ReadDep, allow
from api.resources.everywhere import found_everywhere
from api.resources.listing import viewer_of

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
    who: Annotated[Caller, allow(*STAFF, scoped=True)],
    q: Annotated[str, Query(min_length=1, max_length=200, description="Words.")],
) -> Response:
    """Give up to six rows of each resource."""
    viewer = viewer_of(app, who)
    hits = [
        {"resource": one.name, "id": row["id"], "called": one.called(row)}
        for one, page in found_everywhere(reading, viewer, q)
        for row in page.rows
    ]
    return answer({"items": hits, "next": None})
