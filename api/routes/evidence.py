"""`/devices/{id}/identity`: why a device is taken for what it is, and corrections."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from api.diagnose.correct_device import correct_device, explained, laid_open
from api.http.auth import Caller, Role
from api.http.deps import AppDep, ReadDep, allow
from api.routes.answers import answer, problems
from api.routes.devices import Id
from api.routes.models import Model, Text

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


class CorrectionIn(BaseModel):
    """What a device is, as a person knows."""

    model_config = ConfigDict(extra="forbid")

    fields: dict[str, str | None] = Field(
        min_length=1,
        max_length=7,
        description="type, vendor, family, model, serial, os or version to what it is;"
        " null takes the correction back.",
    )
    note: Annotated[str, Field(max_length=500)] = ""
    rule: bool = Field(
        default=False,
        description="Say the same of all devices that look like it, by a rule file of"
        " this site. Later scans keep to it, upgrades leave it alone.",
    )


class Corrected(Model):
    """What was done."""

    device_id: int
    rule: Text = Field(description="Name of the rule file; null without one.")


@router.get(
    "/{device_id}/identity",
    response_model=IdentityOut,
    responses=problems(401, 403, 404, 422),
    dependencies=[READERS],
)
def why(app: AppDep, reading: ReadDep, device_id: Id) -> Response:
    """Show clues, statements and verdicts, and what would settle the rest."""
    found = explained(app, reading, device_id)
    return answer({"device_id": device_id, **laid_open(found)})


@router.post(
    "/{device_id}/identity",
    response_model=Corrected,
    responses=problems(401, 403, 404, 422, 503),
)
def correct(
    app: AppDep,
    device_id: Id,
    said: CorrectionIn,
    who: Annotated[Caller, allow(Role.IT)],
) -> Response:
    """Correct what a device is; it is kept whatever later scans find."""
    name = correct_device(
        app, who.actor, device_id, said.fields, note=said.note, as_rule=said.rule
    )
    return answer({"device_id": device_id, "rule": name})
