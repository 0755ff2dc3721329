"""`/ending`: warranties, contracts and licences that end soon."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel

from api.http.answers import ALL_PROBLEMS, answer
from api.http.auth import Role
from api.http.deps import AppDep, ReadDep, allow
from inventory.queries.register.contracts import ending_soon

router = APIRouter(
    tags=["register"], dependencies=[allow(*Role)], responses=ALL_PROBLEMS
)


class Ending(BaseModel):
    """Something that ends, or has to be given notice of."""

    what: Literal["contract", "licence", "asset"]
    id: int
    name: str
    text: str | None
    on: date
    why: str


class EndingPage(BaseModel):
    """What ends soon, by day."""

    items: list[Ending]
    next: None = None


@router.get("/ending", response_model=EndingPage, operation_id="ending_list")
def ending(
    app: AppDep, reading: ReadDep, days: Annotated[int, Query(ge=0, le=3650)] = 90
) -> Response:
    """List warranties, contracts and licences that end within some days."""
    rows = ending_soon(reading, app.clock().date(), days)
    return answer({"items": rows, "next": None})
