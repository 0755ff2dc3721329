"""Writes messages in the transaction of the change they tell of. Imports `storage`.

Nothing is written while nobody wants to know. What happens while a webhook is disabled
is kept for it. A change of many things writes all its messages in two statements.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from datetime import UTC, date
from typing import Any

from sqlalchemy import Connection, insert, select

from inventory.kernel.events import Event
from inventory.outbox.delivery_rules import Scope, is_scoped, wants, within
from inventory.outbox.event_catalogue import body_of, data_of, type_of
from inventory.outbox.tables import OutboxMessage, Webhook, WebhookDelivery
from inventory.storage.rows import Row, col, id_of, table_of
from inventory.storage.work import UnitOfWork

_WEBHOOK = table_of(Webhook)
_MESSAGE = table_of(OutboxMessage)
_DELIVERY = table_of(WebhookDelivery)

Scopes = Callable[[Connection, Sequence[Event], date], Sequence[Scope]]
"""Finds out where events happened, in their order, as seen on a day; stands above this
context."""


class Recorder:
    """Records the events of a unit of work; see `with_handlers`.

    Args:
        scopes: Where events happened.
    """

    def __init__(self, scopes: Scopes) -> None:
        self._scopes = scopes

    def __call__(self, work: UnitOfWork, events: Sequence[Event]) -> None:
        """Write the messages of a change that is about to be committed."""
        webhooks = _webhooks(work.connection)
        if not webhooks:
            return
        selected = [
            (event, takers)
            for event in events
            if (takers := _webhooks_wanting(webhooks, event, work.actor))
        ]
        if not selected:
            return
        if is_scoped(webhooks):
            today = work.clock().date()
            asked = [event for event, _ in selected]
            scopes = self._scopes(work.connection, asked, today)
            selected = [
                (event, [each for each in takers if within(each, scope)])
                for (event, takers), scope in zip(selected, scopes, strict=True)
            ]
        _write(work, [pair for pair in selected if pair[1]])


def _webhooks(connection: Connection) -> list[Row]:
    """Return the subscriptions that get messages, now or once they are enabled."""
    query = (
        select(_WEBHOOK)
        .where(col(Webhook.removed_at).is_(None))
        .order_by(id_of(Webhook))
    )
    return [dict(row) for row in connection.execute(query).mappings()]


def _webhooks_wanting(webhooks: Sequence[Row], event: Event, actor: str) -> list[Row]:
    kind = type_of(type(event))
    return [each for each in webhooks if wants(each, kind, actor)]


def _write(work: UnitOfWork, selected: Sequence[tuple[Event, list[Row]]]) -> None:
    messages = [
        message_of(work, type_of(type(event)), data_of(event)) for event, _ in selected
    ]
    ids = add_messages(work, messages)
    now = work.clock()
    deliveries = [
        {
            "webhook_id": each["id"],
            "message_id": message_id,
            "state": "pending",
            "own": each["owner"] == work.actor,
            "attempts": 0,
            "due_at": now,
        }
        for message_id, (_, takers) in zip(ids, selected, strict=True)
        for each in takers
    ]
    if deliveries:
        work.connection.execute(insert(_DELIVERY), deliveries)


def message_of(work: UnitOfWork, kind: str, data: dict[str, Any]) -> Row:
    """Return the row of a message about something that happens now."""
    uid = f"msg_{secrets.token_hex(16)}"
    now = work.clock()
    at = now.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return {
        "uid": uid,
        "type": kind,
        "actor": work.actor,
        "body": body_of(kind, uid, at, work.actor, data),
        "recorded_at": now,
    }


def add_messages(work: UnitOfWork, messages: Sequence[Row]) -> list[int]:
    """Insert messages; return their ids in the same order."""
    if not messages:
        return []
    connection = work.connection
    connection.execute(insert(_MESSAGE), messages)
    found: dict[str, int] = {}
    uids = [message["uid"] for message in messages]
    for start in range(0, len(uids), 5000):
        part = uids[start : start + 5000]
        rows = connection.execute(
            select(col(OutboxMessage.uid), id_of(OutboxMessage)).where(
                col(OutboxMessage.uid).in_(part)
            )
        )
        found.update((uid, number) for uid, number in rows)
    return [found[uid] for uid in uids]
