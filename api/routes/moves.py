"""Moves of assets at book value: split, merge, transfer to another legal entity."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from api.http.auth import Caller, Role
from api.http.deps import AppDep, allow
from api.routes.answers import answer, problems
from api.routes.models import Model
from api.routes.parameters import Id
from inventory.fixed_assets.asset_transfers import merge, split, transfer

router = APIRouter(prefix="/assets", tags=["accounting"])

WRITERS = allow(Role.ACCOUNTING)
Number = Annotated[int, Field(ge=1, le=2**63 - 1)]
Day = Annotated[date, Field(description="Its last day there; the last of a period.")]


class PartIn(BaseModel):
    """A part of a split: an asset of the register, and its weight."""

    model_config = ConfigDict(extra="forbid")

    asset_id: Number
    weight: Annotated[int, Field(ge=1, le=10**12, description="Quantity, or cost.")]


class SplitIn(BaseModel):
    """How an asset is split."""

    model_config = ConfigDict(extra="forbid")

    parts: list[PartIn] = Field(min_length=2, max_length=1000)
    day: Day


class MergeIn(BaseModel):
    """Into which asset another is merged."""

    model_config = ConfigDict(extra="forbid")

    into: Number
    day: Day


class TransferIn(BaseModel):
    """To which book of another legal entity an asset goes."""

    model_config = ConfigDict(extra="forbid")

    book: str = Field(max_length=200)
    to_book: str = Field(max_length=200)
    day: Day


class Moved(Model):
    """What moved, and in which books."""

    asset_id: int
    books: list[str]
    day: date


@router.post(
    "/{asset_id}:split",
    response_model=Moved,
    responses=problems(401, 403, 404, 409, 422, 503),
)
def split_asset(
    app: AppDep, asset_id: Id, request: SplitIn, who: Annotated[Caller, WRITERS]
) -> Response:
    """Split an asset in all its books; its parts sum to it in every row."""
    parts = [(part.asset_id, part.weight) for part in request.parts]
    with app.work(who.actor) as work:
        books = split(work, asset_id, parts, request.day)
        work.commit()
    return answer({"asset_id": asset_id, "books": books, "day": request.day})


@router.post(
    "/{asset_id}:merge",
    response_model=Moved,
    responses=problems(401, 403, 404, 409, 422, 503),
)
def merge_asset(
    app: AppDep, asset_id: Id, request: MergeIn, who: Annotated[Caller, WRITERS]
) -> Response:
    """Merge an asset into another in all its books."""
    with app.work(who.actor) as work:
        books = merge(work, asset_id, request.into, request.day)
        work.commit()
    return answer({"asset_id": request.into, "books": books, "day": request.day})


@router.post(
    "/{asset_id}:transfer",
    response_model=Moved,
    responses=problems(401, 403, 404, 409, 422, 503),
)
def transfer_asset(
    app: AppDep, asset_id: Id, request: TransferIn, who: Annotated[Caller, WRITERS]
) -> Response:
    """Transfer an asset to another legal entity at book value, its history kept."""
    with app.work(who.actor) as work:
        other = transfer(work, asset_id, request.book, request.to_book, request.day)
        work.commit()
    return answer({"asset_id": asset_id, "books": [other["code"]], "day": request.day})
