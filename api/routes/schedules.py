"""The schedule of an asset as known at any moment; asset classes and presets."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Response

from api.compose.wiring import rules_of
from api.http.answers import answer, problems
from api.http.auth import Role
from api.http.deps import AppDep, ReadDep, allow
from api.http.parameters import Id
from api.models.schedules import (
    AssetClasses,
    WholeSchedule,
)
from inventory.fixed_assets.asset_books import (
    books_of_asset,
)
from inventory.kernel.errors import Invalid
from inventory.kernel.texts import N_
from inventory.queries.money.schedules import (
    asset_schedule,
)
from inventory.storage.rows import Row

router = APIRouter(tags=["accounting"])

READERS = allow(Role.ACCOUNTING, Role.AUDITOR)
WRITERS = allow(Role.ACCOUNTING)
Book = Annotated[
    str | None,
    Query(max_length=200, description="Number, code, or ENTITY/CODE of the book."),
]
From = Annotated[date | None, Query(alias="from", description="First day of rows.")]
To = Annotated[date | None, Query(description="Last day of rows.")]
Moment = Annotated[datetime | None, Query(description="ISO 8601, UTC without a zone.")]


def utc(moment: datetime | None) -> datetime | None:
    """Return a moment as aware UTC."""
    if moment is None:
        return None
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except OverflowError as error:
        raise Invalid(
            N_("{moment} is not a date and time (ISO 8601)."),
            where="moment",
            moment=moment,
        ) from error


@router.get(
    "/assets/{asset_id}/schedule",
    operation_id="assets_schedule",
    response_model=WholeSchedule,
    responses=problems(401, 403, 404, 422),
    dependencies=[READERS],
)
def schedule(
    app: AppDep,
    reading: ReadDep,
    asset_id: Id,
    book: Book = None,
    as_of: Annotated[
        date | None, Query(description="How it stands at the end of this day; today.")
    ] = None,
    from_: From = None,
    to: To = None,
    known_at: Moment = None,
) -> Response:
    """Show the schedule of an asset, past and future, each figure with its why."""
    (found,) = _one(books_of_asset(reading, asset_id, book))
    day = as_of or app.clock().date()
    return answer(
        asset_schedule(reading, found, (from_, to), as_of=day, known_at=utc(known_at))
    )


def _one(found: list[Row]) -> list[Row]:
    if len(found) != 1:
        raise Invalid(N_("Name one book."), where="book")
    return found


@router.get(
    "/asset-classes",
    operation_id="asset_classes_list",
    response_model=AssetClasses,
    responses=problems(401, 403),
    dependencies=[READERS],
)
def classes(app: AppDep) -> Response:
    """List the asset classes with their books, and the presets they may build on."""
    rules = rules_of(app.settings)
    found = [
        {"name": name, "books": sorted(b for c, b in rules.classes if c == name)}
        for name in sorted(rules.accounts)
    ]
    presets = [
        {"name": name, "title": preset.title} for name, preset in rules.presets.items()
    ]
    return answer({"items": found, "next": None, "presets": presets})
