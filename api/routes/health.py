"""`/health`: whether this process can serve; for load balancers and supervisors."""

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


@cache
def _newest() -> str:
    return upgrade.newest()


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
