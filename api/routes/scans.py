"""`/scans`: start, watch, cancel and resume; what came of each host."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from api.compose.scanning import make_request
from api.http.auth import Caller, Role
from api.http.deps import AppDep, ReadDep, allow
from api.http.errors import Missing
from api.routes.answers import answer, answer_page, problems
from api.routes.parameters import After, Id, Limit
from api.routes.scan_models import (
    Cancelled,
    ScanDetail,
    ScanHostPage,
    ScanPage,
    Started,
)
from inventory.network.queries.worklist import list_scans, scan_detail, scan_hosts

router = APIRouter(prefix="/scans", tags=["scans"])

READERS = allow(Role.IT, Role.AUDITOR)
RUNNERS = allow(Role.IT)
Target = Annotated[str, Field(min_length=1, max_length=253)]


class NewScan(BaseModel):
    """What to scan; what is left out comes from the settings."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"targets": ["10.1.0.0/24"]}]}
    )

    targets: list[Target] = Field(
        default_factory=list,
        max_length=10_000,
        description="Networks, ranges, addresses, host names; without any, those of"
        " the site.",
    )
    exclude: list[Target] = Field(
        default_factory=list, max_length=10_000, description="The same, never asked."
    )
    site: str | None = Field(
        default=None, max_length=200, description="The site of the targets."
    )
    credential_sets: list[str] = Field(
        default_factory=list, max_length=100, description="Names of credential sets."
    )
    max_addresses: int | None = Field(
        default=None, ge=1, le=2**40, description="More than this is refused."
    )
    rate: float | None = Field(
        default=None, ge=1, le=100_000, description="Packets per second of the sweep."
    )
    crawl: bool | None = Field(default=None, description="Follow neighbours as well.")


@router.post(
    "",
    status_code=202,
    response_model=Started,
    responses=problems(401, 403, 422, 503),
)
def start(app: AppDep, wanted: NewScan, who: Annotated[Caller, RUNNERS]) -> Response:
    """Start a scan; scans run one after the other."""
    options = {
        name: value
        for name in ("max_addresses", "rate", "crawl")
        if (value := getattr(wanted, name)) is not None
    }
    request = make_request(
        app.settings,
        wanted.targets,
        exclude=wanted.exclude,
        site=wanted.site,
        credential_sets=wanted.credential_sets,
        engine=app.engine,
        **options,
    )
    scan_id = app.scans().start(request, requested_by=who.actor)
    return answer({"id": scan_id}, 202, {"Location": f"/api/v1/scans/{scan_id}"})


@router.get(
    "",
    response_model=ScanPage,
    responses=problems(401, 403, 422),
    dependencies=[READERS],
)
def list_all(reading: ReadDep, after: After = None, limit: Limit = 50) -> Response:
    """List the scans, newest first."""
    return answer_page(list_scans(reading, after=after, limit=limit))


@router.get(
    "/{scan_id}",
    response_model=ScanDetail,
    responses=problems(401, 403, 404, 422),
    dependencies=[READERS],
)
def status(app: AppDep, reading: ReadDep, scan_id: Id) -> Response:
    """Show a scan, with its live progress while it runs."""
    found = scan_detail(reading, scan_id)
    if found is None:
        raise Missing(f"There is no scan {scan_id}.")
    now = app.scans().status(scan_id)
    return answer(found | {"progress": {"phase": now.phase, **now.counts()}})


@router.get(
    "/{scan_id}/hosts",
    response_model=ScanHostPage,
    responses=problems(401, 403, 404, 422),
    dependencies=[READERS],
)
def hosts(
    reading: ReadDep,
    scan_id: Id,
    outcome: Annotated[str | None, Query(max_length=40)] = None,
    after: After = None,
    limit: Limit = 100,
) -> Response:
    """List the hosts of a scan, each with its outcome and the reason for it."""
    if scan_detail(reading, scan_id) is None:
        raise Missing(f"There is no scan {scan_id}.")
    return answer_page(
        scan_hosts(reading, scan_id, outcome=outcome, after=after, limit=limit)
    )


@router.post(
    "/{scan_id}/cancel",
    response_model=Cancelled,
    responses=problems(401, 403, 404, 422),
    dependencies=[RUNNERS],
)
def cancel(app: AppDep, reading: ReadDep, scan_id: Id) -> Response:
    """Stop a scan; what was found stays, and the scan can be resumed."""
    if scan_detail(reading, scan_id) is None:
        raise Missing(f"There is no scan {scan_id}.")
    return answer({"id": scan_id, "cancelled": app.scans().cancel(scan_id)})


@router.post(
    "/{scan_id}/resume",
    status_code=202,
    response_model=Started,
    responses=problems(401, 403, 404, 409, 422, 503),
    dependencies=[RUNNERS],
)
def resume(app: AppDep, scan_id: Id) -> Response:
    """Go on with an interrupted, cancelled or failed scan where it stopped."""
    app.scans().resume(scan_id)
    return answer({"id": scan_id}, 202, {"Location": f"/api/v1/scans/{scan_id}"})
