"""`/devices/{ref}/identity`: why a device is taken for what it is."""

from __future__ import annotations

from fastapi import APIRouter, Response
from pydantic import Field

from api.diagnose.correct_device import explained, laid_open
from api.http.answers import answer, problems
from api.http.auth import Role
from api.http.deps import AppDep, ReadDep, allow
from api.models.base import Model, Text
from api.resources.http.lists import ThingRef
from api.resources.references import DEVICE

router = APIRouter(prefix="/devices", tags=["identity"])

READERS = allow(Role.IT, Role.AUDITOR, Role.ACCOUNTING)


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
    confidence: float
    source: str
    reasons: list[str]
    statements: list[StatementOut] = Field(description="The weightiest first.")
    settle: list[str] = Field(description="What would settle it.")


class IdentityOut(Model):
    """What a device is, by what it answered, without corrections by hand."""

    device_id: int
    clues: list[ClueOut]
    fields: list[FieldOut]
    conflicts: list[str] = Field(description="Strong evidence that disagrees.")


@router.get(
    "/{ref}/identity",
    operation_id="devices_identity",
    summary="Show why a device is taken for what it is.",
    response_model=IdentityOut,
    responses=problems(401, 403, 404, 422),
    dependencies=[READERS],
)
def explain(app: AppDep, reading: ReadDep, ref: ThingRef) -> Response:
    """Show clues, statements and verdicts, and what would settle the rest."""
    device_id = DEVICE.resolve(reading, ref)
    found = explained(app, reading, device_id)
    return answer({"device_id": device_id, **laid_open(found)})
