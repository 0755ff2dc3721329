"""What the answers of `/hr` look like, for the OpenAPI description."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from api.models.base import Model
from inventory.provisioning.statements.event_kinds import EventKind


class Story(Model):
    """A step that was taken."""

    id: int
    line_id: int
    name: str
    before: str
    after: str
    on: date
    by: str
    note: str
    attested: bool = Field(
        description="Somebody else than who got it took the step: a paper was signed."
    )
    recorded_at: datetime


class Line(Model):
    """A line of a case."""

    id: int
    case_id: int
    slot: str
    action: str
    item: str
    kind: str
    requested_models: list[str]
    tracked: bool
    benefit: bool
    asset_id: int | None
    tag: str | None
    telecom_line_id: int | None
    telecom_line: str | None
    state: str
    owner: str
    due_on: date | None
    carrier: str
    tracking: str
    note: str
    cost_minor: int | None
    currency: str | None
    closed_on: date | None
    meaning: str
    asset_state: str | None
    model: str | None
    serial: str | None
    person_id: int
    person: str
    case_kind: str
    effective_on: date
    quiet: bool
    entered_on: date
    origin_id: int | None
    reminded_on: date | None
    steps: int
    recorded_at: datetime
    steps_possible: list[str] = Field(default_factory=list)
    story: list[Story] = Field(default_factory=list)


class HrEventOut(Model):
    """An event and what became of it."""

    id: int
    source: str
    event_id: str
    kind: str
    employee_id: str
    number: str = Field(description="Personnel number, or the employee id.")
    person_id: int | None
    effective_on: date
    asserted_at: datetime
    recorded_at: datetime
    data: dict[str, Any]
    replaces: str | None
    forced: bool
    verdict: str
    verdict_reason: str
    case_id: int | None


class Purchase(Model):
    """What had to be bought for a line, from the shortage to the hand-over."""

    id: int
    line_id: int
    case_id: int
    item: str
    kind: str
    requested_models: list[str]
    state: Literal["open", "ordered", "filled", "withdrawn"]
    requested_at: datetime
    needed_by: date | None
    order_id: int | None
    order_number: str | None
    order_line: int | None
    supplier: str | None
    ordered_on: date | None
    received_on: date | None
    asset_id: int | None
    tag: str | None
    closed_on: date | None = Field(description="The day it was reserved for the line.")
    handed_over_on: date | None


class Case(Model):
    """A case in full."""

    id: int
    key: str
    kind: str
    person_id: int
    person: str
    employment_id: int | None
    effective_on: date
    state: str
    quiet: bool
    site: str
    facts: dict[str, Any]
    version: int
    kit_version_id: int | None
    opened_on: date
    closed_on: date | None
    lines: list[Line]
    events: list[HrEventOut]
    purchases: list[Purchase]
    costs: dict[str, int]


class CloudEvent(BaseModel):
    """An event of an HR system (CloudEvents 1.0, structured mode)."""

    specversion: Literal["1.0"] = "1.0"
    id: str | None = Field(None, description="Derived from the rest if missing.")
    source: str = Field(description="The system that says so.")
    type: EventKind
    subject: str = Field(description="The employee number.")
    time: datetime | None = Field(None, description="When the source said it.")
    data: dict[str, Any] = Field(
        description="`effective_on` (a date) and the fields of the kind."
    )


class NotReceived(Model):
    """Why an event of a batch was refused."""

    problem: dict[str, Any] = Field(description="As an error of a single event.")


class Received(Model):
    """What became of an event that was sent."""

    new: bool
    preview: bool
    event: HrEventOut
    case_id: int | None
    case_ids: list[int]
    cases: list[Case]


class ReceivedBatch(Model):
    """What became of the events of a batch, in their order."""

    items: list[Received | NotReceived]
