"""Send again by hand, forget what ended long ago, count what waits."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, Engine, delete, func, select, update

from inventory.kernel.errors import NotAllowed, NotFound
from inventory.kernel.texts import N_
from inventory.outbox.tables import OutboxMessage, Webhook, WebhookDelivery
from inventory.storage.engine import writing
from inventory.storage.rows import col, get, id_of, table_of
from inventory.storage.work import UnitOfWork

_MESSAGE = table_of(OutboxMessage)
_DELIVERY = table_of(WebhookDelivery)


def replay(work: UnitOfWork, webhook_id: int | None, delivery_id: int) -> str:
    """Send a message again, with the same id; return that id.

    Args:
        work: The unit of work.
        webhook_id: The webhook it must belong to; any without.
        delivery_id: Which delivery.

    Raises:
        NotFound: The webhook has no such delivery.
        NotAllowed: It is on its way already.
    """
    row = get(work.connection, WebhookDelivery, delivery_id, lock=True)
    if webhook_id not in (None, row["webhook_id"]):
        raise NotFound(
            N_("The webhook {webhook_id} has no delivery {delivery_id}."),
            webhook_id=webhook_id,
            delivery_id=delivery_id,
        )
    if row["state"] == "withdrawn":
        raise NotAllowed(
            N_("The webhook was removed."),
            where="delivery",
        )
    values = {"state": "pending", "due_at": work.clock(), "attempts": 0}
    work.connection.execute(
        update(_DELIVERY)
        .where(id_of(WebhookDelivery) == delivery_id)
        .values(**values, leased_until=None)
    )
    work.audit("webhook_delivery", delivery_id, "replay", None, {"state": "pending"})
    query = select(col(OutboxMessage.uid)).where(
        id_of(OutboxMessage) == row["message_id"]
    )
    return str(work.connection.execute(query).scalar_one())


def replay_between(
    work: UnitOfWork, webhook_id: int, since: datetime, until: datetime
) -> int:
    """Send again what was told between two moments; return how many messages.

    Each keeps its id, so that a receiver that has it already can tell. What is on its
    way is left alone.

    Args:
        work: The unit of work.
        webhook_id: Whose messages.
        since: The first moment.
        until: The moment before which they were told.
    """
    told = select(id_of(OutboxMessage)).where(
        col(OutboxMessage.recorded_at) >= since, col(OutboxMessage.recorded_at) < until
    )
    done = work.connection.execute(
        update(_DELIVERY)
        .where(
            col(WebhookDelivery.webhook_id) == webhook_id,
            col(WebhookDelivery.state).in_(("delivered", "given_up")),
            col(WebhookDelivery.message_id).in_(told),
        )
        .values(state="pending", due_at=work.clock(), attempts=0, leased_until=None)
    )
    after = {"since": since.isoformat(), "until": until.isoformat()}
    work.audit("webhook", webhook_id, "replay", None, {**after, "count": done.rowcount})
    return int(done.rowcount)


def purge(engine: Engine, before: datetime) -> int:
    """Forget what ended before a moment; return how many messages that were.

    What waits is never forgotten, nor a message that somebody still waits for; unless
    the webhook is disabled since then.
    """
    with writing(engine) as connection:
        asleep = select(id_of(Webhook)).where(col(Webhook.disabled_at) < before)
        old = select(id_of(OutboxMessage)).where(
            col(OutboxMessage.recorded_at) < before
        )
        connection.execute(
            delete(_DELIVERY).where(
                col(WebhookDelivery.state) == "pending",
                col(WebhookDelivery.webhook_id).in_(asleep),
                col(WebhookDelivery.message_id).in_(old),
            )
        )
        connection.execute(
            delete(_DELIVERY).where(
                col(WebhookDelivery.state) != "pending",
                col(WebhookDelivery.last_at) < before,
            )
        )
        connection.execute(
            delete(_DELIVERY).where(
                col(WebhookDelivery.state) == "withdrawn",
                col(WebhookDelivery.message_id).in_(
                    select(id_of(OutboxMessage)).where(
                        col(OutboxMessage.recorded_at) < before
                    )
                ),
            )
        )
        done = connection.execute(
            delete(_MESSAGE).where(
                col(OutboxMessage.recorded_at) < before,
                ~select(id_of(WebhookDelivery))
                .where(col(WebhookDelivery.message_id) == id_of(OutboxMessage))
                .exists(),
            )
        )
    return int(done.rowcount)


def backlog(connection: Connection) -> int:
    """Return how many deliveries wait."""
    query = select(func.count()).where(col(WebhookDelivery.state) == "pending")
    return int(connection.execute(query).scalar_one())
