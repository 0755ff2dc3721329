"""`/as-of`: who had what, where, charged to whom, on any day or over a range."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field
from sqlalchemy import Connection

from api.http.answers import ALL_PROBLEMS, answer
from api.http.auth import Caller, Role
from api.http.deps import AppDep, ReadDep, allow
from api.http.errors import Forbidden, Missing
from api.http.parameters import Id
from api.routes.people import SEE_PEOPLE
from inventory.assets.custody.rules import HolderKind
from inventory.assets.register.tables import Asset
from inventory.kernel.errors import Invalid
from inventory.kernel.spans import Span
from inventory.people.organisation import below, unit_named
from inventory.queries.references import asset_ids_of, holder_named
from inventory.queries.register import as_of
from inventory.queries.register.timeline import timeline
from inventory.storage.rows import find

router = APIRouter(tags=["as of"], responses=ALL_PROBLEMS)
What = Literal["asset", "person", "team", "place", "part-of", "room", "cost-centre"]
HOLDERS = {
    "person": HolderKind.PERSON,
    "team": HolderKind.TEAM,
    "place": HolderKind.LOCATION,
    "part-of": HolderKind.ASSET,
}


class TimelineEntry(BaseModel):
    """Something that happened to an asset, as data."""

    at: datetime
    day: date
    kind: str
    entity: str
    action: str
    before: dict[str, Any]
    after: dict[str, Any]
    actor: str | None
    request_id: str | None


class Timeline(BaseModel):
    """Everything that happened to an asset, the newest first."""

    items: list[TimelineEntry]
    next: None = None


class AsOfAnswer(BaseModel):
    """What was so over some days: of an asset its parts, else rows."""

    what: str
    name: str
    start: date = Field(alias="from")
    end: date | None = Field(alias="to")
    items: list[dict[str, Any]] | None = None
    asset: dict[str, Any] | None = None
    states: list[dict[str, Any]] | None = None
    custody: list[dict[str, Any]] | None = None
    places: list[dict[str, Any]] | None = None
    bearing: list[dict[str, Any]] | None = None


def window_of(
    today: date, day: date | None, start: date | None, end: date | None
) -> Span:
    """Return the days asked about: one day, a range, or today.

    Raises:
        Invalid: A day and a range are given, or the range is none.
    """
    if start is None and end is None:
        day = day or today
        return Span(day, day + timedelta(days=1))
    if day is not None or start is None:
        raise Invalid("Give a day, or from and to.", where="from")
    end = end or today + timedelta(days=1)
    if end <= start:
        raise Invalid(
            f"{end} is not after {start}; `to` is the first day no more.", where="to"
        )
    return Span(start, end)


def asked(
    reading: Connection, what: str, name: str, window: Span, *, within: bool = True
) -> Any:  # noqa: ANN401 - rows, or the parts of an asset
    """Return the answer to a question about some days.

    Args:
        reading: Where to look.
        what: One of `What`.
        name: Tag; key, login or e-mail of a person; code of a unit.
        window: The days.
        within: Of a room: also what is in places inside it.

    Raises:
        NotFound: There is nothing of that name.
    """
    if what == "asset":
        return as_of.asset_between(reading, asset_ids_of(reading, [name])[0], window)
    if what in HOLDERS:
        kind = HOLDERS[what]
        number = holder_named(reading, kind, name)
        return as_of.held_between(reading, kind, number, window)
    if what == "room":
        place = unit_named(reading, "location", name)
        places = below(reading, "location", place) if within else [place]
        return as_of.in_place_between(reading, places, window)
    centre = unit_named(reading, "cost_centre", name)
    return as_of.charged_between(reading, centre, window)


@router.get("/as-of/{what}/{name}", response_model=AsOfAnswer, operation_id="as_of_get")
def question(
    app: AppDep,
    reading: ReadDep,
    who: Annotated[Caller, allow(*Role)],
    what: What,
    name: str,
    day: Annotated[date | None, Query(description="On this day.")] = None,
    start: Annotated[date | None, Query(alias="from")] = None,
    end: Annotated[
        date | None, Query(alias="to", description="First day no more.")
    ] = None,
    within: Annotated[
        bool, Query(description="Of a room: places inside it count.")
    ] = True,
) -> Response:
    """Say who had what on a day or over a range, cut to it.

    `asset` tells custody, places, cost centres and states of an asset; `person`,
    `team`, `place` and `part-of` (another asset) what they held; `room` what was
    there for whatever reason; `cost-centre` what it bore, with its share.
    """
    if what == "person" and who.roles.isdisjoint(SEE_PEOPLE):
        raise Forbidden("People are not for your role.")
    window = window_of(app.clock().date(), day, start, end)
    found = asked(reading, what, name, window, within=within)
    head = {"what": what, "name": name, "from": window.start, "to": window.end}
    body = found if isinstance(found, dict) else {"items": found}
    return answer(head | body)


@router.get(
    "/assets/{asset_id}/timeline",
    response_model=Timeline,
    operation_id="assets_timeline",
)
def history(
    reading: ReadDep, _who: Annotated[Caller, allow(*Role)], asset_id: Id
) -> Response:
    """List everything that happened to an asset, the newest first, with who did it."""
    if find(reading, Asset, id=asset_id) is None:
        raise Missing(f"There is no asset {asset_id}.")
    return answer({"items": timeline(reading, asset_id), "next": None})
