"""Questions about the past by name: what it was, what somebody had, on which days."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection

from inventory.assets.custody.rules import HolderKind
from inventory.kernel.errors import Invalid
from inventory.kernel.spans import Span
from inventory.kernel.texts import N_
from inventory.people.organisation import below, unit_named
from inventory.queries.references import asset_ids_of, holder_named
from inventory.queries.register import as_of

HOLDERS = {
    "person": HolderKind.PERSON,
    "team": HolderKind.TEAM,
    "place": HolderKind.LOCATION,
    "part-of": HolderKind.ASSET,
}


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
        raise Invalid(N_("Give a day, or from and to."), where="from")
    end = end or today + timedelta(days=1)
    if end <= start:
        raise Invalid(
            N_("{end} is not after {start}; `to` is the first day no more."),
            where="to",
            end=end,
            start=start,
        )
    return Span(start, end)


def asked(reading: Connection, what: str, name: str, window: Span) -> Any:  # noqa: ANN401
    """Return rows, or of an asset its parts, over some days.

    Args:
        reading: Where to look.
        what: asset, room, cost-centre, or one of `HOLDERS`.
        name: Tag; key, login or e-mail of a person; code of a unit.
        window: The days.

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
        return as_of.in_place_between(
            reading, below(reading, "location", place), window
        )
    centre = unit_named(reading, "cost_centre", name)
    return as_of.charged_between(reading, centre, window)
