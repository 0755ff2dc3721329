"""`/people` and `/cost-centres`: who works where, holds what, and who pays."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from api.http.auth import Caller, Role
from api.http.deps import AppDep, ReadDep, allow
from api.http.errors import Missing
from api.routes.answers import answer, answer_page, problems
from api.routes.parameters import After, AsOf, Id, Limit, Words
from api.routes.register_models import (
    BornePage,
    CostCentreDetail,
    CostCentrePage,
    PersonDetail,
    PersonPage,
)
from inventory.queries.money.cost_centre_assets import borne_page
from inventory.queries.money.cost_centres import cost_centre_detail, list_cost_centres
from inventory.queries.people.people import PersonFilter, list_people, person_detail
from inventory.queries.telephony.extensions import lines_of_person

SEE_PEOPLE = frozenset({Role.IT, Role.HR, Role.AUDITOR})

people = APIRouter(
    prefix="/people", tags=["people"], dependencies=[allow(*sorted(SEE_PEOPLE))]
)
centres = APIRouter(
    prefix="/cost-centres", tags=["cost centres"], dependencies=[allow(*Role)]
)


@people.get("", response_model=PersonPage, responses=problems(401, 403, 422))
def list_all(
    app: AppDep,
    reading: ReadDep,
    search: Words = "",
    employed: Annotated[
        bool | None, Query(description="Employed on the day, or not.")
    ] = None,
    cost_centre_id: Annotated[
        int | None, Query(ge=1, le=2**63 - 1, description="Works for it on the day.")
    ] = None,
    holding: Annotated[
        bool | None, Query(description="Holds something on the day, or not.")
    ] = None,
    sort: Annotated[
        str, Query(max_length=40, description="name or id; `-` for descending.")
    ] = "name",
    day: AsOf = None,
    after: After = None,
    limit: Limit = 50,
) -> Response:
    """List persons with where they work and how much they hold on a day."""
    wanted = PersonFilter(
        search=search,
        employed=employed,
        holding=holding,
        cost_centre_id=cost_centre_id,
    )
    return answer_page(
        list_people(
            reading,
            day or app.clock().date(),
            wanted,
            sort=sort,
            after=after,
            limit=limit,
        )
    )


@people.get(
    "/{person_id}", response_model=PersonDetail, responses=problems(401, 403, 404, 422)
)
def person(app: AppDep, reading: ReadDep, person_id: Id, day: AsOf = None) -> Response:
    """Show a person with employments, custody and extensions, as of a day."""
    on = day or app.clock().date()
    found = person_detail(reading, person_id, on)
    if found is None:
        raise Missing(f"There is no person {person_id}.")
    lines = lines_of_person(reading, person_id, on)
    return answer(found | {"extensions": lines})


@centres.get("", response_model=CostCentrePage, responses=problems(401, 403, 422))
def list_centres(
    app: AppDep,
    reading: ReadDep,
    search: Words = "",
    day: AsOf = None,
    after: After = None,
    limit: Limit = 50,
) -> Response:
    """List cost centres with the number of their people on a day."""
    on = day or app.clock().date()
    return answer_page(
        list_cost_centres(reading, on, search=search, after=after, limit=limit)
    )


@centres.get(
    "/{centre_id}",
    response_model=CostCentreDetail,
    responses=problems(401, 403, 404, 422),
)
def centre(
    app: AppDep,
    reading: ReadDep,
    who: Annotated[Caller, allow(*Role)],
    centre_id: Id,
    day: AsOf = None,
) -> Response:
    """Show a cost centre with its people and what it bears, as of a day.

    The people are left out for callers who may not see people.
    """
    found = cost_centre_detail(reading, centre_id, day or app.clock().date())
    if found is None:
        raise Missing(f"There is no cost centre {centre_id}.")
    if who.roles.isdisjoint(SEE_PEOPLE):
        found |= {"people": [], "people_next": None}
    return answer(found)


@centres.get(
    "/{centre_id}/assets", response_model=BornePage, responses=problems(401, 403, 422)
)
def centre_assets(
    app: AppDep,
    reading: ReadDep,
    centre_id: Id,
    day: AsOf = None,
    after: After = None,
    limit: Limit = 50,
) -> Response:
    """List what a cost centre bears on a day, with its part of the cost."""
    on = day or app.clock().date()
    return answer_page(borne_page(reading, centre_id, on, after=after, limit=limit))
