"""Webhooks and deliveries as plain rows, for pages, API and command line.

Never with a signing key, and never with the text of a message.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select

from inventory.kernel.errors import BadCursor, Invalid
from inventory.kernel.texts import N_
from inventory.outbox.tables import (
    STATES,
    OutboxMessage,
    Webhook,
    WebhookDelivery,
    WebhookSecret,
)
from inventory.storage.rows import Row, col, id_of, table_of

_WEBHOOK = table_of(Webhook)
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
        .where(
            col(WebhookDelivery.webhook_id) == id_of(Webhook),
            col(WebhookDelivery.state) == "pending",
        )
        .scalar_subquery()
    )
    keys = (
        select(func.count())
        .where(col(WebhookSecret.webhook_id) == id_of(Webhook))
        .scalar_subquery()
    )
    query = (
        select(
            *(_WEBHOOK.c[name] for name in _SHOWN),
            waiting.label("waiting"),
            keys.label("keys_made"),
        )
        .where(col(Webhook.removed_at).is_(None))
        .order_by(id_of(Webhook))
    )
    if owner is not None:
        query = query.where(col(Webhook.owner) == owner)
    return [dict(row) for row in connection.execute(query).mappings()]


def counts_of(
    connection: Connection, webhook_ids: Sequence[int]
) -> tuple[dict[int, int], dict[int, int]]:
    """Return how many deliveries wait for webhooks, and how many keys each has had.

    Args:
        connection: Where to look.
        webhook_ids: Which webhooks; those without any are absent in the answers.
    """
    waiting = (
        select(col(WebhookDelivery.webhook_id), func.count())
        .where(
            col(WebhookDelivery.webhook_id).in_(webhook_ids),
            col(WebhookDelivery.state) == "pending",
        )
        .group_by(col(WebhookDelivery.webhook_id))
    )
    keys = (
        select(col(WebhookSecret.webhook_id), func.count())
        .where(col(WebhookSecret.webhook_id).in_(webhook_ids))
        .group_by(col(WebhookSecret.webhook_id))
    )
    return (
        {row[0]: row[1] for row in connection.execute(waiting)},
        {row[0]: row[1] for row in connection.execute(keys)},
    )


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
            id_of(WebhookDelivery),
            col(WebhookDelivery.webhook_id),
            col(OutboxMessage.uid).label("message"),
            col(OutboxMessage.type),
            col(OutboxMessage.recorded_at),
            *(_DELIVERY.c[name] for name in _DELIVERED),
        )
        .join(_MESSAGE, id_of(OutboxMessage) == col(WebhookDelivery.message_id))
        .order_by(id_of(WebhookDelivery).desc())
        .limit(limit + 1)
    )
    if webhook_id is not None:
        query = query.where(col(WebhookDelivery.webhook_id) == webhook_id)
    if state is not None:
        if state not in STATES:
            raise Invalid(
                N_("There is no state {state!r}."),
                where="state",
                remedy=N_("Use {names}."),
                state=state,
                names=", ".join(STATES),
            )
        query = query.where(col(WebhookDelivery.state) == state)
    if after is not None:
        query = query.where(id_of(WebhookDelivery) < _cursor(after))
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
    if not (text.isascii() and text.isdigit()) or len(text) > 18:
        raise BadCursor
    return int(text)
