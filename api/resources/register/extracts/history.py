"""Extracts about the past: who had what, where, charged to whom, on any days.

    GET /people/p-1/held?from=2026-01-01&to=2026-02-01
    GET /places/HQ/contents?day=2026-02-28

Days are half-open: `to` is the first day no more. Rows are cut to the days asked about.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from pydantic import Field
from sqlalchemy import Connection

from api.http.callers import STAFF
from api.models.base import Model, Number, Text
from api.models.register import Custody, Share
from api.resources.declare import DetailModel, Row, Viewer
from api.resources.extracts import Extract, Parameters
from api.resources.register.shared import SEE_PRICES
from inventory.assets.custody.rules import HolderKind
from inventory.kernel.spans import Span
from inventory.kernel.texts import N_
from inventory.people.organisation import below
from inventory.queries.register import as_of
from inventory.queries.register.as_of_questions import window_of
from inventory.queries.register.timeline import timeline


class Days(Parameters):
    """Which days: one, a range, or today."""

    day: date | None = Field(None, description="On this day.")
    from_: date | None = Field(None, alias="from", description="From this day.")
    to: date | None = Field(None, description="First day no more; today counts.")

    def window(self, today: date) -> Span:
        """Return the days.

        Raises:
            Invalid: A day and a range are given, or the range is none.
        """
        return window_of(today, self.day, self.from_, self.to)


class DaysInPlace(Days):
    """Which days, and whether places inside count."""

    within: bool = Field(True, description="What is in places inside it counts.")


class Spell(Model):
    """Something that was so for some days."""

    from_: date = Field(alias="from")
    to: date | None


class AssetName(Model):
    """What an asset is called."""

    id: int
    tag: str
    kind: str
    model: Text
    serial: Text


class StateSpell(Spell):
    """A state an asset was in."""

    state: str
    reason: str


class CustodySpell(Custody, Spell):
    """Who held an asset."""


class PlaceSpell(Spell):
    """Where an asset was, and why that is known."""

    location_id: Number
    location: Text
    location_name: Text
    because: Text = Field(description="holder, person, part or home.")


class PayerSpell(Spell):
    """Who paid for an asset."""

    source: Text
    shares: list[Share]


class AssetHistory(DetailModel):
    """What an asset was over some days."""

    asset: AssetName
    states: list[StateSpell]
    custody: list[CustodySpell]
    places: list[PlaceSpell]
    bearing: list[PayerSpell]


class Held(DetailModel):
    """What somebody or something held."""

    items: list[CustodySpell]
    next: None = None


class AssetInPlace(PlaceSpell, AssetName):
    """An asset that was in a place."""

    asset_id: int


class Contents(DetailModel):
    """The assets that were in a place."""

    items: list[AssetInPlace]
    next: None = None


class ChargedAsset(Spell, AssetName):
    """An asset a cost centre paid for, and its part."""

    asset_id: int
    ppm: int = Field(description="Parts per million.")
    because: Text = Field(description="allocation, holder or location.")


class Charged(DetailModel):
    """What a cost centre paid for."""

    items: list[ChargedAsset]
    next: None = None


class TimelineEntry(Model):
    """Something that happened to an asset, as data."""

    at: datetime
    day: date
    kind: str
    entity: str
    action: str
    before: dict[str, Any]
    after: dict[str, Any]
    actor: Text
    request_id: Text


class Timeline(DetailModel):
    """Everything that happened to an asset, the newest first."""

    items: list[TimelineEntry]
    next: None = None


def _asset(reading: Connection, asset_id: int, viewer: Viewer, asked: Days) -> Row:
    return as_of.asset_between(reading, asset_id, asked.window(viewer.today))


def _held(kind: HolderKind) -> Callable[[Connection, int, Viewer, Days], Row]:
    def read(reading: Connection, holder: int, viewer: Viewer, asked: Days) -> Row:
        window = asked.window(viewer.today)
        return _listed(as_of.held_between(reading, kind, holder, window))

    return read


def _contents(
    reading: Connection, place: int, viewer: Viewer, asked: DaysInPlace
) -> Row:
    places = below(reading, "location", place) if asked.within else [place]
    window = asked.window(viewer.today)
    return _listed(as_of.in_place_between(reading, places, window))


def _charged(reading: Connection, centre: int, viewer: Viewer, asked: Days) -> Row:
    return _listed(as_of.charged_between(reading, centre, asked.window(viewer.today)))


def _timeline(reading: Connection, asset_id: int, viewer: Viewer, _asked: Any) -> Row:  # noqa: ANN401
    return _listed(timeline_of(reading, asset_id, viewer))


def timeline_of(reading: Connection, asset_id: int, viewer: Viewer) -> Sequence[Row]:
    """Return what happened to an asset, as far as the viewer may read of it."""
    from api.resources.house.trail_rights import hidden_tables, told_of

    roles = viewer.caller.roles
    if not roles.isdisjoint(SEE_PRICES):
        return timeline(reading, asset_id)
    hidden = hidden_tables(roles)
    return [
        {
            **one,
            **{s: told_of(roles, one["entity"], one[s]) for s in ("before", "after")},
        }
        for one in timeline(reading, asset_id)
        if one["entity"] not in hidden
    ]


def _listed(rows: Sequence[Row]) -> Row:
    return {"items": rows, "next": None}


def held_by(kind: HolderKind) -> Extract:
    """Return the extract that lists what holders of a kind had."""
    return Extract(
        name="held",
        about=N_("List what it held on a day or over days."),
        read=_held(kind),
        answer=Held,
        parameters=Days,
        shown=("tag", "kind", "model", "from", "to"),
    )


OF_ASSETS = (
    Extract(
        name="timeline",
        about=N_("List everything that happened, the newest first, with who did it."),
        read=_timeline,
        answer=Timeline,
        shown=("day", "entity", "action", "after", "actor"),
        roles=STAFF,
    ),
    Extract(
        name="history",
        about=N_("Show states, holders, places and cost centres over days."),
        read=_asset,
        answer=AssetHistory,
        parameters=Days,
        shown=("state", "holder", "location", "because", "shares", "from", "to"),
        roles=STAFF,
    ),
    held_by(HolderKind.ASSET),
)
CONTENTS = Extract(
    name="contents",
    about=N_("List what was there on a day or over days, for whatever reason."),
    read=_contents,
    answer=Contents,
    parameters=DaysInPlace,
    shown=("tag", "kind", "model", "location", "because", "from", "to"),
)
CHARGED = Extract(
    name="charged",
    about=N_("List what it paid for on a day or over days, with its share."),
    read=_charged,
    answer=Charged,
    parameters=Days,
    shown=("tag", "kind", "model", "ppm", "from", "to"),
)
