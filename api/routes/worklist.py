"""`/worklist`, `/neighbours`: what wants a person, and what he decides.

Every row can be adopted, linked or ignored with a reason; an ignored row comes back
when its state changes.
"""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response

from api.http.auth import Caller, Role
from api.http.deps import AppDep, ReadDep, allow
from api.routes.answers import answer, answer_page, problems
from api.routes.models import ReconciliationState
from api.routes.network_models import (
    AdoptIn,
    Done,
    LinkIn,
    NeighbourPage,
    Owned,
    Reason,
    WorkPage,
)
from api.routes.parameters import After, Id, Limit
from discovery.reconciliation.worklist_actions import adopt_row, link_row
from inventory.network import worklist_decisions
from inventory.network.queries.topology import list_unknown_neighbours
from inventory.network.queries.worklist import worklist

router = APIRouter(tags=["worklist"])

READERS = allow(Role.IT, Role.AUDITOR, Role.ACCOUNTING)
WRITERS = allow(Role.IT)
Who = Annotated[Caller, WRITERS]
Acknowledged = Annotated[
    Literal["no", "yes", "both"],
    Query(description="Rows that somebody said may stay: yes, no or both."),
]
CHOICE = {"no": False, "yes": True, "both": None}


@router.get(
    "/worklist",
    response_model=WorkPage,
    responses=problems(401, 403, 422),
    dependencies=[READERS],
)
def list_all(
    reading: ReadDep,
    state: ReconciliationState | None = None,
    reason: Annotated[
        str | None,
        Query(max_length=40, description="Such as in-stock, holder-left, serial."),
    ] = None,
    site: Annotated[str | None, Query(max_length=200)] = None,
    acknowledged: Acknowledged = "no",
    after: After = None,
    limit: Limit = 50,
) -> Response:
    """List where network and register do not agree; matched rows only on request."""
    page = worklist(
        reading,
        state=state,
        reason=reason,
        site=site,
        acknowledged=CHOICE[acknowledged],
        after=after,
        limit=limit,
    )
    return answer_page(page)


@router.post(
    "/worklist/{row_id}:ignore",
    response_model=Done,
    responses=problems(401, 403, 404, 422, 503),
)
def ignore(app: AppDep, row_id: Id, said: Reason, who: Who) -> Response:
    """Say why a difference may stay; it comes back when its state changes."""
    with app.work(who.actor) as work:
        worklist_decisions.acknowledge(work, row_id, said.note)
        work.commit()
    return answer({"id": row_id})


@router.post(
    "/worklist/{row_id}:reopen",
    response_model=Done,
    responses=problems(401, 403, 404, 422, 503),
)
def reopen(app: AppDep, row_id: Id, who: Who) -> Response:
    """Take back that a difference may stay."""
    with app.work(who.actor) as work:
        worklist_decisions.reopen(work, row_id)
        work.commit()
    return answer({"id": row_id})


@router.post(
    "/worklist/{row_id}:adopt",
    response_model=Owned,
    responses=problems(401, 403, 404, 409, 422, 503),
)
def adopt(app: AppDep, row_id: Id, said: AdoptIn, who: Who) -> Response:
    """Register the device of a row as a new asset."""
    more = {"kind": said.kind} if said.kind else {}
    with app.work(who.actor) as work:
        device, asset = adopt_row(work, row_id, tag=said.tag, note=said.note, **more)
        work.commit()
    return answer({"device_id": device, "asset_id": asset})


@router.post(
    "/worklist/{row_id}:link",
    response_model=Owned,
    responses=problems(401, 403, 404, 409, 422, 503),
)
def link(app: AppDep, row_id: Id, said: LinkIn, who: Who) -> Response:
    """Say that a device is an asset, whatever their serial numbers say."""
    with app.work(who.actor) as work:
        device, asset = link_row(
            work,
            row_id,
            asset_id=said.asset_id,
            device_id=said.device_id,
            note=said.note,
        )
        work.commit()
    return answer({"device_id": device, "asset_id": asset})


@router.get(
    "/neighbours",
    response_model=NeighbourPage,
    responses=problems(401, 403, 422),
    dependencies=[READERS],
)
def neighbours(
    reading: ReadDep,
    acknowledged: Acknowledged = "no",
    after: After = None,
    limit: Limit = 50,
) -> Response:
    """List neighbours that were heard but not visited, each with the reason."""
    page = list_unknown_neighbours(
        reading, acknowledged=CHOICE[acknowledged], after=after, limit=limit
    )
    return answer_page(page)


@router.post(
    "/neighbours/{row_id}:acknowledge",
    response_model=Done,
    responses=problems(401, 403, 404, 422, 503),
)
def acknowledge(app: AppDep, row_id: Id, said: Reason, who: Who) -> Response:
    """Say that a neighbour is known and why it need not be visited."""
    with app.work(who.actor) as work:
        worklist_decisions.acknowledge_neighbour(work, row_id, said.note)
        work.commit()
    return answer({"id": row_id})


@router.post(
    "/neighbours/{row_id}:reopen",
    response_model=Done,
    responses=problems(401, 403, 404, 422, 503),
)
def reopen_neighbour(app: AppDep, row_id: Id, who: Who) -> Response:
    """Take the acknowledgement of a neighbour back."""
    with app.work(who.actor) as work:
        worklist_decisions.reopen_neighbour(work, row_id)
        work.commit()
    return answer({"id": row_id})
