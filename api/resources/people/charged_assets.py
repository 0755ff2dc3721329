"""What a cost centre pays for on a day, page by page: an extract of cost centres."""

from __future__ import annotations

from datetime import date

from pydantic import Field
from sqlalchemy import Connection

from api.models.register import BornePage
from api.resources.declare import Row, Viewer
from api.resources.extracts import Extract, Parameters
from inventory.kernel.texts import N_
from inventory.queries.money.cost_centre_assets import charged_assets_page


class AssetsOnDay(Parameters):
    """On which day, and which page."""

    as_of: date | None = Field(None, description="As of this day; today without.")
    after: str | None = Field(
        None, max_length=2000, description="`next` of the page before."
    )
    limit: int = Field(50, ge=1, le=1000, description="Rows on a page.")


def _read(
    reading: Connection, centre_id: int, viewer: Viewer, asked: AssetsOnDay
) -> Row:
    day = asked.as_of or viewer.today
    page = charged_assets_page(
        reading, centre_id, day, after=asked.after, limit=asked.limit
    )
    return {"items": page.rows, "next": page.next}


CHARGED_ASSETS = Extract(
    name="assets",
    about=N_("List what it pays for on a day, with its part of the cost."),
    read=_read,
    answer=BornePage,
    parameters=AssetsOnDay,
    shown=("tag", "kind", "model", "ppm", "part_minor", "currency"),
)
