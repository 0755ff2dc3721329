"""`/health`: whether this process can serve; for load balancers and supervisors.

`/health/live`: the process answers; who watches it starts it again if it does not.
`/health/ready` (and `/health`): its database is usable, too; who sends it requests
sends them elsewhere meanwhile, and starting it again would mend nothing.
"""

from __future__ import annotations

from functools import cache
from typing import Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel

from api.http.answers import answer, problems
from api.http.deps import AppDep
from inventory.kernel.errors import SchemaMismatch
from inventory.kernel.texts import N_
from inventory.storage import upgrade

router = APIRouter(tags=["health"])


class Health(BaseModel):
    """The process answers and its database is usable."""

    status: Literal["ok"]
    database: str


class Live(BaseModel):
    """The process answers."""

    status: Literal["ok"]


@cache
def _newest() -> str:
    return upgrade.newest()


@router.get("/health/live", response_model=Live, summary="Does the process answer?")
async def live() -> Response:
    """Say that the process answers; nothing else is looked at."""
    return answer({"status": "ok"})


@router.get(
    "/health/ready",
    response_model=Health,
    responses=problems(503),
    summary="Can the process serve?",
)
@router.get("/health", response_model=Health, responses=problems(503))
def health(app: AppDep) -> Response:
    """Say whether the database is reachable and has the right tables."""
    found, wanted = upgrade.current(app.engine), _newest()
    if found != wanted:
        raise SchemaMismatch(
            N_("The database has revision {found}, not {wanted}."),
            found=found,
            wanted=wanted,
        )
    return answer({"status": "ok", "database": app.engine.dialect.name})
