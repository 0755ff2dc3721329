"""`/assets`: what the company owns, who has it, who pays for it."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Response

from api.http.auth import Role
from api.http.deps import AppDep, ReadDep, allow
from api.http.errors import Missing
from api.routes.answers import answer, answer_page, problems
from api.routes.devices import After, Id, Limit, Words
from api.routes.register_models import AssetDetail, AssetPage
from inventory.queries.register.assets import AssetFilter, asset_detail, list_assets

router = APIRouter(prefix="/assets", tags=["assets"], dependencies=[allow(*Role)])

AsOf = Annotated[date | None, Query(description="As of this day; today without.")]


@router.get("", response_model=AssetPage, responses=problems(401, 403, 422))
def list_all(
    app: AppDep,
    reading: ReadDep,
    search: Words = "",
    kind: Annotated[str | None, Query(max_length=40)] = None,
    state: Annotated[str | None, Query(max_length=40)] = None,
    held: Annotated[bool | None, Query(description="Somebody holds it.")] = None,
    person_id: Annotated[
        int | None, Query(ge=1, le=2**63 - 1, description="Held by this person.")
    ] = None,
    location_id: Annotated[
        int | None, Query(ge=1, le=2**63 - 1, description="Belongs to this place.")
    ] = None,
    cost_centre_id: Annotated[
        int | None, Query(ge=1, le=2**63 - 1, description="Who bears it today.")
    ] = None,
    sort: Annotated[
        str,
        Query(
            max_length=40,
            description="tag, id, kind or state; `-` in front for descending.",
        ),
    ] = "tag",
    after: After = None,
    limit: Limit = 50,
) -> Response:
    """List assets with their present holders."""
    bearer = (cost_centre_id, app.clock().date()) if cost_centre_id else None
    wanted = AssetFilter(
        search=search,
        kind=kind,
        state=state,
        held=held,
        person_id=person_id,
        location_id=location_id,
        bearer=bearer,
    )
    return answer_page(
        list_assets(reading, wanted, sort=sort, after=after, limit=limit)
    )


@router.get(
    "/{asset_id}", response_model=AssetDetail, responses=problems(401, 403, 404, 422)
)
def detail(app: AppDep, reading: ReadDep, asset_id: Id, day: AsOf = None) -> Response:
    """Show an asset with its history, as of a day."""
    found = asset_detail(reading, asset_id, day or app.clock().date())
    if found is None:
        raise Missing(f"There is no asset {asset_id}.")
    return answer(found)
