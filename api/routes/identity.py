"""Which records are one device: merges and splits by hand, conflicts to settle.

What somebody says here is remembered by later scans, and can be taken back.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from api.diagnose.identify import identification
from api.http.auth import Caller, Role
from api.http.deps import AppDep, ReadDep, allow
from api.routes.answers import answer, answer_page, problems
from api.routes.network_models import (
    ConflictPage,
    Decisions,
    Done,
    SettleIn,
)
from api.routes.parameters import After, Id, Limit
from discovery.observations import identity_decisions
from inventory.network.queries.worklist import list_conflicts, list_decisions

router = APIRouter(tags=["identity"])

READERS = allow(Role.IT, Role.AUDITOR)
Who = Annotated[Caller, allow(Role.IT)]


@router.get(
    "/conflicts",
    response_model=ConflictPage,
    responses=problems(401, 403, 422),
    dependencies=[READERS],
)
def conflicts(
    reading: ReadDep,
    settled: Annotated[bool, Query(description="Settled ones as well.")] = False,
    after: After = None,
    limit: Limit = 50,
) -> Response:
    """List observations that fit several devices, with the reasons."""
    return answer_page(
        list_conflicts(reading, open_only=not settled, after=after, limit=limit)
    )


@router.post(
    "/conflicts/{conflict_id}:settle",
    response_model=Done,
    responses=problems(401, 403, 404, 409, 422, 503),
)
def settle(app: AppDep, conflict_id: Id, said: SettleIn, who: Who) -> Response:
    """Say whose the observations of a conflict are, or set it aside."""
    with app.work(who.actor) as work:
        identity_decisions.settle_conflict(
            work, conflict_id, said.device_id, identification(app), note=said.note
        )
        work.commit()
    return answer({"id": conflict_id})


@router.get(
    "/decisions",
    response_model=Decisions,
    responses=problems(401, 403),
    dependencies=[READERS],
)
def decisions(reading: ReadDep) -> Response:
    """List merges and splits by hand, the newest first."""
    return answer({"items": list_decisions(reading)})


@router.post(
    "/decisions/{decision_id}:revoke",
    response_model=Done,
    responses=problems(401, 403, 404, 422, 503),
)
def revoke(app: AppDep, decision_id: Id, who: Who) -> Response:
    """Take a merge or a split back; the devices are matched again without it."""
    with app.work(who.actor) as work:
        identity_decisions.revoke(work, decision_id, identification(app))
        work.commit()
    return answer({"id": decision_id})
