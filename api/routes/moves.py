"""Moves of assets at book value: split, merge, hand over to another legal entity."""

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
from inventory.fixed_assets.asset_transfers import hand_over, merge, split

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


class HandOverIn(BaseModel):
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
    app: AppDep, asset_id: Id, wanted: SplitIn, who: Annotated[Caller, WRITERS]
) -> Response:
    """Split an asset in all its books; its parts sum to it in every row."""
    parts = [(part.asset_id, part.weight) for part in wanted.parts]
    with app.work(who.actor) as work:
        books = split(work, asset_id, parts, wanted.day)
        work.commit()
    return answer({"asset_id": asset_id, "books": books, "day": wanted.day})


@router.post(
    "/{asset_id}:merge",
    response_model=Moved,
    responses=problems(401, 403, 404, 409, 422, 503),
)
def merge_asset(
    app: AppDep, asset_id: Id, wanted: MergeIn, who: Annotated[Caller, WRITERS]
) -> Response:
    """Merge an asset into another in all its books."""
    with app.work(who.actor) as work:
        books = merge(work, asset_id, wanted.into, wanted.day)
        work.commit()
    return answer({"asset_id": wanted.into, "books": books, "day": wanted.day})


@router.post(
    "/{asset_id}:hand-over",
    response_model=Moved,
    responses=problems(401, 403, 404, 409, 422, 503),
)
def hand_over_asset(
    app: AppDep, asset_id: Id, wanted: HandOverIn, who: Annotated[Caller, WRITERS]
) -> Response:
    """Hand an asset to another legal entity at book value, its history kept."""
    with app.work(who.actor) as work:
        other = hand_over(work, asset_id, wanted.book, wanted.to_book, wanted.day)
        work.commit()
    return answer({"asset_id": asset_id, "books": [other["code"]], "day": wanted.day})
