"""`/cost-centres/{ref}/assets`: what a cost centre bears."""

from __future__ import annotations

from fastapi import APIRouter, Response

from api.http.answers import answer_page, problems
from api.http.auth import Role
from api.http.deps import AppDep, ReadDep, allow
from api.http.parameters import After, AsOf, Limit
from api.models.register import BornePage
from api.resources.http.lists import ThingRef
from api.resources.people.people import SEE_PEOPLE
from api.resources.references import COST_CENTRE
from inventory.queries.money.cost_centre_assets import charged_assets_page

__all__ = ["SEE_PEOPLE", "centres"]

centres = APIRouter(
    prefix="/cost-centres", tags=["cost-centres"], dependencies=[allow(*Role)]
)


@centres.get(
    "/{ref}/assets",
    response_model=BornePage,
    responses=problems(401, 403, 404, 422),
    operation_id="cost_centres_assets",
    summary="List what a cost centre bears on a day, with its part of the cost.",
)
def centre_assets(
    app: AppDep,
    reading: ReadDep,
    ref: ThingRef,
    as_of: AsOf = None,
    after: After = None,
    limit: Limit = 50,
) -> Response:
    """List what a cost centre bears on a day, with its part of the cost."""
    on = as_of or app.clock().date()
    number = COST_CENTRE.resolve(reading, ref)
    return answer_page(
        charged_assets_page(reading, number, on, after=after, limit=limit)
    )
