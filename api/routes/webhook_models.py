"""Shapes of what `/webhooks` takes and answers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.routes.models import Model

Pattern = Annotated[str, Field(min_length=1, max_length=100)]
Code = Annotated[str, Field(min_length=1, max_length=200)]
Url = Annotated[str, Field(max_length=2000, description="https://host/path")]
State = Literal["pending", "delivered", "given_up", "withdrawn"]


class NewWebhook(BaseModel):
    """What is sent, and where to."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "name": "Device management",
                    "url": "https://mdm.example.com/purser",
                    "events": ["asset.*", "custody.changed"],
                }
            ]
        },
    )

    name: str = Field(min_length=1, max_length=200)
    url: Url
    events: list[Pattern] = Field(
        default=["*"], min_length=1, max_length=100, description="`*` for anything."
    )
    sites: list[Code] = Field(
        default_factory=list, max_length=1000, description="Only of these sites."
    )
    legal_entities: list[Code] = Field(
        default_factory=list, max_length=1000, description="Only of these companies."
    )
    send_own: bool = Field(
        default=False, description="Also what the owner of the webhook caused."
    )


class WebhookChange(BaseModel):
    """What is to be different."""

    model_config = ConfigDict(extra="forbid")

    name: str | None = Field(default=None, min_length=1, max_length=200)
    url: Url | None = None
    events: list[Pattern] | None = Field(default=None, min_length=1, max_length=100)
    sites: list[Code] | None = Field(default=None, max_length=1000)
    legal_entities: list[Code] | None = Field(default=None, max_length=1000)
    send_own: bool | None = None


class WebhookOut(Model):
    """A webhook; its signing keys are never shown again."""

    id: int
    name: str
    url: str
    events: list[str]
    sites: list[str]
    legal_entities: list[str]
    roles: list[str]
    owner: str
    send_own: bool
    created_at: datetime
    failing_since: datetime | None
    disabled_at: datetime | None
    disabled_reason: str | None
    waiting: int = Field(description="Deliveries that wait.")
    keys_made: int = Field(description="Signing keys made so far.")


class WebhookList(Model):
    """All webhooks the caller may see."""

    items: list[WebhookOut]


class WebhookMade(Model):
    """A new webhook, with its signing key: shown this once."""

    id: int
    signing_key: str


class KeyMade(Model):
    """A new signing key: shown this once. The old one signs along until then."""

    id: int
    signing_key: str
    old_until: datetime


class Sent(Model):
    """A message is on its way."""

    delivery_id: int
    message: str


class Done(Model):
    """Whether anything changed."""

    id: int
    changed: bool


class Delivery(Model):
    """A message on its way to a receiver, or arrived."""

    id: int
    webhook_id: int
    message: str = Field(description="The `webhook-id`.")
    type: str
    recorded_at: datetime
    state: State
    own: bool
    attempts: int
    due_at: datetime | None
    last_at: datetime | None
    last_status: int | None
    last_problem: str | None
    last_milliseconds: int | None
    delivered_at: datetime | None


class DeliveryPage(Model):
    """A page of deliveries, the newest first."""

    items: list[Delivery]
    next: str | None


class EventKind(Model):
    """A type of event."""

    type: str
    description: str
    fields: dict[str, str]
    roles: list[str]


class EventKinds(Model):
    """The catalogue of events."""

    items: list[EventKind]
