"""`/steps`: the states and steps of the lifecycle."""

from __future__ import annotations

from fastapi import APIRouter, Response

from api.http.answers import answer, problems
from api.http.auth import Role
from api.http.deps import allow
from inventory.assets.register.lifecycle import DEFAULT

router = APIRouter(tags=["assets"], dependencies=[allow(*Role)])


@router.get("/steps", responses=problems(401, 403))
def steps() -> Response:
    """List states and steps of the lifecycle: from where, what is needed, by whom."""
    return answer(
        {
            "states": [
                {"name": one.name, "meaning": one.meaning, "owned": one.owned}
                for one in DEFAULT.states.values()
            ],
            "steps": [
                {
                    "name": one.name,
                    "from": sorted(one.sources),
                    "to": one.target,
                    "needs": sorted(one.needs),
                    "roles": sorted(one.roles),
                    "ends_custody": one.ends_custody,
                }
                for one in DEFAULT.steps.values()
            ],
        }
    )
