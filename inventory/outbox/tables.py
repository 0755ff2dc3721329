"""Rows of webhooks: who wants to know, what happened, what was delivered. Plain.

A message and its deliveries are written in the transaction of the change they tell
of, so that neither is there without the other.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint as Check
from sqlalchemy import Column, Index, Text, text
from sqlmodel import Field, SQLModel

from inventory.storage.tables import BIG, list_indexes
from inventory.storage.types import Json, UtcDateTime

STATES = ("pending", "delivered", "given_up", "withdrawn")
"""Of a delivery: `given_up` when the last try failed, `withdrawn` with its webhook."""


class Webhook(SQLModel, table=True):
    """A program that wants to be told.

    Attributes:
        url: Where to send to; no user or password in it.
        events: Patterns of event types, such as `asset.*`.
        sites: Codes of sites; empty is all.
        legal_entities: Codes of legal entities; empty is all.
        roles: What its owner may see; nothing else is sent.
        owner: Who made it, such as `token:3`; what he causes is not sent to him.
        send_own: Send it nevertheless, marked as his own.
        failing_since: First failure since the last success.
        disabled_reason: Why nothing is sent any more.
    """

    __tablename__ = "webhook"

    id: int | None = Field(default=None, primary_key=True)
    name: str
    url: str
    events: list[str] = Field(default_factory=list, sa_type=Json)
    sites: list[str] = Field(default_factory=list, sa_type=Json)
    legal_entities: list[str] = Field(default_factory=list, sa_type=Json)
    roles: list[str] = Field(default_factory=list, sa_type=Json)
    owner: str
    send_own: bool = False
    created_at: datetime = Field(sa_type=UtcDateTime)
    failing_since: datetime | None = Field(default=None, sa_type=UtcDateTime)
    disabled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    disabled_reason: str | None = None
    removed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class WebhookSecret(SQLModel, table=True):
    """A signing key of a webhook, sealed; several while one replaces another.

    Attributes:
        sealed: The key, encrypted; never shown.
        expires_at: Signs until then; None while it is the current one.
    """

    __tablename__ = "webhook_secret"

    id: int | None = Field(default=None, primary_key=True)
    webhook_id: int = Field(foreign_key="webhook.id", index=True)
    sealed: str = Field(sa_type=Text)
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class OutboxMessage(SQLModel, table=True):
    """Something that happened, as it is told.

    Attributes:
        uid: The `webhook-id`; the same in each try and for each receiver.
        type: Such as `asset.registered`.
        actor: Who caused it, as the audit trail names him.
        body: The exact text that is signed and sent.
    """

    __tablename__ = "outbox_message"
    __table_args__ = list_indexes("outbox_message", "type", "actor", "recorded_at")

    id: int | None = Field(
        default=None, sa_column=Column(BIG, primary_key=True, autoincrement=True)
    )
    uid: str = Field(unique=True)
    type: str
    actor: str
    body: str = Field(sa_type=Text)
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class WebhookDelivery(SQLModel, table=True):
    """A message on its way to one receiver.

    Attributes:
        due_at: When to try next; None when it is over.
        leased_until: Somebody is trying; after that, others may.
        attempts: Tries begun.
        own: The receiver caused it himself.
        last_status: HTTP status of the last answer.
        last_problem: What went wrong last; never with a secret.
        last_milliseconds: How long the last try took.
    """

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        Index(
            "ix_webhook_delivery_due",
            "due_at",
            sqlite_where=text("state = 'pending'"),
            postgresql_where=text("state = 'pending'"),
        ),
        Index("ix_webhook_delivery_webhook", "webhook_id", "id"),
        *list_indexes("webhook_delivery", "state", "last_at", "delivered_at"),
        Check("(state = 'pending') = (due_at IS NOT NULL)", name="due"),
        Check(
            "state IN ('pending', 'delivered', 'given_up', 'withdrawn')", name="state"
        ),
    )

    id: int | None = Field(
        default=None, sa_column=Column(BIG, primary_key=True, autoincrement=True)
    )
    webhook_id: int = Field(foreign_key="webhook.id")
    message_id: int = Field(foreign_key="outbox_message.id", index=True, sa_type=BIG)
    state: str = "pending"
    own: bool = False
    attempts: int = 0
    due_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    leased_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_status: int | None = None
    last_problem: str | None = None
    last_milliseconds: int | None = None
    delivered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
