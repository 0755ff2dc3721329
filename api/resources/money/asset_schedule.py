"""The schedule of an asset in a book, as known at any moment: an extract of assets."""

from __future__ import annotations

from datetime import date

from pydantic import Field
from sqlalchemy import Connection

from api.models.schedules import WholeSchedule
from api.resources.declare import AskedMoment, Row, Viewer
from api.resources.extracts import Extract, Parameters
from api.resources.money.roles import READERS
from inventory.fixed_assets.asset_books import books_of_asset
from inventory.kernel.errors import Invalid
from inventory.kernel.texts import N_
from inventory.queries.money.schedules import asset_schedule


class SchedulePart(Parameters):
    """Which schedule, as of when, and which of its rows."""

    book: str | None = Field(
        None,
        max_length=200,
        description="Number, code, or ENTITY/CODE; may be left out of one book only.",
    )
    as_of: date | None = Field(
        None, description="How it stands at the end of this day; today without."
    )
    from_: date | None = Field(None, alias="from", description="First day of rows.")
    to: date | None = Field(None, description="Last day of rows.")
    known_at: AskedMoment | None = Field(
        None, description="As the books knew it at this moment."
    )


def _read(
    reading: Connection, asset_id: int, viewer: Viewer, asked: SchedulePart
) -> Row:
    found = books_of_asset(reading, asset_id, asked.book)
    if len(found) != 1:
        raise Invalid(N_("Name one book."), where="book")
    return asset_schedule(
        reading,
        found[0],
        (asked.from_, asked.to),
        as_of=asked.as_of or viewer.today,
        known_at=asked.known_at,
    )


SCHEDULE_OF_ASSET = Extract(
    name="schedule",
    about=N_("Show the schedule, past and future, each figure with its why."),
    read=_read,
    answer=WholeSchedule,
    parameters=SchedulePart,
    roles=READERS,
)
