"""`/trap-listener`: whether traps are received, and how many came in."""

from __future__ import annotations

from fastapi import APIRouter, Response
from pydantic import Field

from api.http.answers import answer, problems
from api.http.callers import Role
from api.http.deps import AppDep, allow
from api.models.base import Model, Text

router = APIRouter(prefix="/trap-listener", tags=["traps"])


class TrapListener(Model):
    """What listens, and what came in since the service started."""

    listening: Text = Field(description="Address and port; null if nothing listens.")
    counts: dict[str, int] = Field(
        description="Datagrams received, and why others were dropped."
    )


@router.get(
    "",
    operation_id="trap_listener_get",
    summary="Show whether traps are received.",
    response_model=TrapListener,
    responses=problems(401, 403),
    dependencies=[allow(Role.IT, Role.AUDITOR)],
)
def show(app: AppDep) -> Response:
    """Return the address that is listened at, and the counts."""
    return answer({"listening": app.traps.listening, "counts": app.traps.counts()})
