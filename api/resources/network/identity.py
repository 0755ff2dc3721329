"""Why a device is taken for what it is: an extract of devices."""

from __future__ import annotations

from pydantic import Field
from sqlalchemy import Connection

from api.diagnose.correct_device import explained, laid_open
from api.models.base import Model, Text
from api.resources.declare import DetailModel, Row, Viewer
from api.resources.extracts import Extract, Parameters
from inventory.kernel.texts import N_


class ClueOut(Model):
    """A clue as it was weighed."""

    kind: str
    value: str
    source: str


class StatementOut(Model):
    """What one clue says of a field."""

    value: str
    weight: float
    reason: str
    source: str


class FieldOut(Model):
    """What came of all statements about one field."""

    field: str
    value: Text = Field(description="Null: not known.")
    confidence: float = Field(description="How often such an answer is right, 0 to 1.")
    suggested: bool = Field(description="Right too seldom to be told for a fact.")
    source: str
    reasons: list[str]
    statements: list[StatementOut] = Field(description="The weightiest first.")
    settle: list[str] = Field(description="What would settle it.")


class IdentityOut(DetailModel):
    """What a device is, by what it answered, without corrections by hand."""

    device_id: int
    clues: list[ClueOut]
    fields: list[FieldOut]
    conflicts: list[str] = Field(description="Strong evidence that disagrees.")


def _read(
    reading: Connection, device_id: int, viewer: Viewer, _asked: Parameters
) -> Row:
    assert viewer.app is not None
    found = explained(viewer.app, reading, device_id)
    return {"device_id": device_id, **laid_open(found)}


IDENTITY = Extract(
    name="identity",
    about=N_("Show why a device is taken for what it is, and what would settle more."),
    read=_read,
    answer=IdentityOut,
)
