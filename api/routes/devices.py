"""`/devices`: what is on the network, with the evidence, and where it is plugged in."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from api.http.auth import Role
from api.http.deps import ReadDep, allow
from api.http.errors import Missing
from api.routes.answers import answer, answer_page, problems
from api.routes.models import DeviceDetail, DevicePage, ReconciliationState
from inventory.network.queries.devices import DeviceFilter, device_detail, list_devices

router = APIRouter(
    prefix="/devices",
    tags=["devices"],
    dependencies=[allow(Role.IT, Role.AUDITOR, Role.ACCOUNTING)],
)

Limit = Annotated[int, Query(ge=1, le=1000, description="Rows on a page.")]
After = Annotated[
    str | None, Query(max_length=2000, description="`next` of the page before.")
]
Id = Annotated[int, Path(ge=1, le=2**63 - 1, description="Its number.")]
Words = Annotated[str, Query(max_length=200, description="Words, each must occur.")]


@router.get("", response_model=DevicePage, responses=problems(401, 403, 422))
def list_all(
    reading: ReadDep,
    search: Words = "",
    site: Annotated[str | None, Query(max_length=200)] = None,
    type: Annotated[str | None, Query(max_length=200)] = None,
    vendor: Annotated[str | None, Query(max_length=200)] = None,
    state: ReconciliationState | None = None,
    managed: Annotated[
        bool | None, Query(description="It answered itself, or was only seen.")
    ] = None,
    sort: Annotated[
        str,
        Query(
            max_length=40,
            description="name, type, vendor, model, address, site, last_seen,"
            " first_seen or id; `-` in front for descending.",
        ),
    ] = "name",
    after: After = None,
    limit: Limit = 50,
) -> Response:
    """List devices. Those merged into another are left out."""
    wanted = DeviceFilter(
        search=search,
        site=site,
        type=type,
        vendor=vendor,
        state=state,
        managed=managed,
    )
    return answer_page(
        list_devices(reading, wanted, sort=sort, after=after, limit=limit)
    )


@router.get(
    "/{device_id}", response_model=DeviceDetail, responses=problems(401, 403, 404, 422)
)
def detail(reading: ReadDep, device_id: Id) -> Response:
    """Show a device with its evidence and where it is plugged in."""
    found = device_detail(reading, device_id)
    if found is None:
        raise Missing(f"There is no device {device_id}.")
    return answer(found)
