"""Webhooks and deliveries as plain rows, for pages, API and command line.

Never with a signing key, and never with the text of a message.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select

from inventory.kernel.errors import Invalid
from inventory.outbox.tables import (
    STATES,
    OutboxMessage,
    Webhook,
    WebhookDelivery,
    WebhookSecret,
)
from inventory.storage.rows import Row, table_of

_WEBHOOK = table_of(Webhook)
_SECRET = table_of(WebhookSecret)
_MESSAGE = table_of(OutboxMessage)
_DELIVERY = table_of(WebhookDelivery)

_SHOWN = (
    "id",
    "name",
    "url",
    "events",
    "sites",
    "legal_entities",
    "roles",
    "owner",
    "send_own",
    "created_at",
    "failing_since",
    "disabled_at",
    "disabled_reason",
)


@dataclass(frozen=True, slots=True)
class Page:
    """Rows, and the cursor of the page after; None at the end."""

    rows: list[Row]
    next: str | None


def list_webhooks(connection: Connection, owner: str | None = None) -> list[Row]:
    """Return the webhooks, with how many deliveries wait.

    Args:
        connection: Where to look.
        owner: Only those of this owner.
    """
    waiting = (
        select(func.count())
        .where(_DELIVERY.c.webhook_id == _WEBHOOK.c.id, _DELIVERY.c.state == "pending")
        .scalar_subquery()
    )
    keys = (
        select(func.count())
        .where(_SECRET.c.webhook_id == _WEBHOOK.c.id)
        .scalar_subquery()
    )
    query = (
        select(
            *(_WEBHOOK.c[name] for name in _SHOWN),
            waiting.label("waiting"),
            keys.label("keys_made"),
        )
        .where(_WEBHOOK.c.removed_at.is_(None))
        .order_by(_WEBHOOK.c.id)
    )
    if owner is not None:
        query = query.where(_WEBHOOK.c.owner == owner)
    return [dict(row) for row in connection.execute(query).mappings()]


def webhook_detail(connection: Connection, webhook_id: int) -> Row | None:
    """Return one webhook that is not removed."""
    found = [row for row in list_webhooks(connection) if row["id"] == webhook_id]
    return found[0] if found else None


def list_deliveries(
    connection: Connection,
    webhook_id: int | None,
    *,
    state: str | None = None,
    after: str | None = None,
    limit: int = 50,
) -> Page:
    """Return the deliveries of a webhook, or of all, the newest first.

    Raises:
        Invalid: The state or the cursor is not one.
    """
    query = (
        select(
            _DELIVERY.c.id,
            _DELIVERY.c.webhook_id,
            _MESSAGE.c.uid.label("message"),
            _MESSAGE.c.type,
            _MESSAGE.c.recorded_at,
            *(_DELIVERY.c[name] for name in _DELIVERED),
        )
        .join(_MESSAGE, _MESSAGE.c.id == _DELIVERY.c.message_id)
        .order_by(_DELIVERY.c.id.desc())
        .limit(limit + 1)
    )
    if webhook_id is not None:
        query = query.where(_DELIVERY.c.webhook_id == webhook_id)
    if state is not None:
        if state not in STATES:
            raise Invalid(
                f"There is no state {state!r}.",
                where="state",
                remedy=f"Use {', '.join(STATES)}.",
            )
        query = query.where(_DELIVERY.c.state == state)
    if after is not None:
        query = query.where(_DELIVERY.c.id < _cursor(after))
    rows: list[dict[str, Any]] = [
        dict(row) for row in connection.execute(query).mappings()
    ]
    more = len(rows) > limit
    rows = rows[:limit]
    return Page(rows, str(rows[-1]["id"]) if more else None)


_DELIVERED = (
    "state",
    "own",
    "attempts",
    "due_at",
    "last_at",
    "last_status",
    "last_problem",
    "last_milliseconds",
    "delivered_at",
)


def _cursor(text: str) -> int:
    if not text.isdigit() or len(text) > 18:
        raise Invalid("The page cursor does not belong to this list.", where="after")
    return int(text)
