"""A figure of a schedule followed to where it comes from: an extract of schedules."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import Field
from sqlalchemy import Connection

from api.models.journals import Amount
from api.resources.declare import DetailModel, Number, Row, Text, Viewer
from api.resources.extracts import Extract, Parameters
from inventory.kernel.texts import N_
from inventory.queries.money.explained import explained


class ExplainedPart(Parameters):
    """Which row of the schedule."""

    period: str = Field(max_length=40, description="Key of the period.")


class ExplainedWhy(DetailModel):
    """What a figure was made of."""

    name: str
    value: str


class ExplainedLine(DetailModel):
    """A line of the journal that books the row."""

    entry_id: int
    posting_id: int
    reference: str
    account: str
    cost_centre: Text
    amount: Amount
    currency: str


class ExplainedEvent(DetailModel):
    """An event that made the row what it is."""

    book_event_id: int
    book_event: str
    kind: str
    effective: date
    recorded_at: datetime
    recorded_by: Text


class ExplainedPaper(DetailModel):
    """A file of the purchase."""

    file_id: int
    file: str


class ExplainedClue(DetailModel):
    """What a scan read of the device that the asset is."""

    field: str
    value: Text
    source: Text
    observed_at: datetime | None


class ExplainedFigure(DetailModel):
    """A row of a schedule with its posting, events, papers and device."""

    schedule_id: int
    asset_id: int
    tag: str
    book_id: int
    book: str
    period: str
    currency: str
    opening: Amount
    depreciation: list[Amount]
    closing: Amount
    posted: bool
    posting_id: Number
    posted_by: Text
    posted_at: datetime | None
    exported_as: Text
    supplier: Text
    order_number: Text
    invoice_number: Text
    device_id: Number
    device: Text
    matched_by: Text
    why: list[ExplainedWhy]
    entries: list[ExplainedLine]
    events: list[ExplainedEvent]
    papers: list[ExplainedPaper]
    clues: list[ExplainedClue]


def _read(
    reading: Connection, schedule_id: int, _viewer: Viewer, asked: ExplainedPart
) -> Row:
    return explained(reading, schedule_id, asked.period)


EXPLANATION = Extract(
    name="explain",
    about=N_("Follow a figure to its posting, events, papers and device."),
    read=_read,
    answer=ExplainedFigure,
    parameters=ExplainedPart,
)
