"""What is due, who tries it, how it went. Imports `storage`.

A try is leased: who dies while trying leaves a lease that runs out, and the message
is tried again, with the same id. So each is delivered at least once.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, and_, func, or_, select, update

from inventory.outbox.delivery_rules import retry_delay
from inventory.outbox.key_sealing import Sealer
from inventory.outbox.tables import (
    OutboxMessage,
    Webhook,
    WebhookDelivery,
    WebhookSecret,
)
from inventory.storage.engine import writing
from inventory.storage.rows import Row, col, get, id_of, table_of
from inventory.storage.work import UnitOfWork

_WEBHOOK = table_of(Webhook)
_MESSAGE = table_of(OutboxMessage)
_DELIVERY = table_of(WebhookDelivery)

MAX_PER_RECEIVER = 4
"""Deliveries to one receiver at a time, so that a slow one holds up no other."""
GONE = 410
LONGEST_PROBLEM = 300


@dataclass(frozen=True, slots=True)
class DueDelivery:
    """A message to be sent now.

    Attributes:
        keys: Signing keys, the newest first.
        attempts: Tries, with this one.
    """

    delivery_id: int
    webhook_id: int
    url: str
    uid: str
    body: str
    own: bool
    attempts: int
    keys: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a try went.

    Attributes:
        status: HTTP status; None if there was no answer.
        problem: What went wrong; empty if the message was taken.
        milliseconds: How long it took.
        retry_after: How long the receiver asks us to wait.
        permanent: No further try can go better.
    """

    status: int | None
    problem: str = ""
    milliseconds: int = 0
    retry_after: timedelta | None = None
    permanent: bool = False


def has_due(connection: Connection, now: datetime, full: Collection[int] = ()) -> bool:
    """Whether anything is due; cheaper than `claim`, which takes a lock."""
    query = select(id_of(WebhookDelivery)).where(_due(now, full)).limit(1)
    return connection.execute(query).first() is not None


def claim(
    engine: Engine,
    sealer: Sealer,
    now: datetime,
    most: int,
    lease: timedelta,
    full: Collection[int] = (),
) -> list[DueDelivery]:
    """Take what is due, and lease it.

    Args:
        engine: The database.
        sealer: Opens signing keys.
        now: The present moment.
        most: How many to take.
        lease: How long nobody else tries them.
        full: Webhooks that are busy enough.

    Raises:
        Invalid: A signing key cannot be opened.
    """
    with writing(engine) as connection:
        chosen = _chosen(connection, now, most, full)
        query = (
            select(id_of(WebhookDelivery))
            .where(id_of(WebhookDelivery).in_(chosen), _due(now, full))
            .with_for_update(skip_locked=True)
        )
        ids = list(connection.execute(query).scalars())
        if not ids:
            return []
        connection.execute(
            update(_DELIVERY)
            .where(id_of(WebhookDelivery).in_(ids))
            .values(
                leased_until=now + lease, attempts=col(WebhookDelivery.attempts) + 1
            )
        )
        return _read(connection, sealer, now, ids)


def _chosen(
    connection: Connection, now: datetime, most: int, full: Collection[int]
) -> list[int]:
    """Return what is due, a few of each webhook, so that none holds up the others."""
    place = func.row_number().over(
        partition_by=col(WebhookDelivery.webhook_id),
        order_by=(col(WebhookDelivery.due_at), id_of(WebhookDelivery)),
    )
    ranked = select(
        id_of(WebhookDelivery), col(WebhookDelivery.due_at), place.label("place")
    )
    found = ranked.where(_due(now, full)).subquery()
    query = (
        select(found.c.id)
        .where(found.c.place <= MAX_PER_RECEIVER)
        .order_by(found.c.place, found.c.due_at, found.c.id)
        .limit(most)
    )
    return list(connection.execute(query).scalars())


def _due(now: datetime, full: Collection[int]) -> Any:  # noqa: ANN401 - a condition
    alive = select(id_of(Webhook)).where(
        col(Webhook.disabled_at).is_(None), col(Webhook.removed_at).is_(None)
    )
    return and_(
        col(WebhookDelivery.state) == "pending",
        col(WebhookDelivery.due_at) <= now,
        or_(
            col(WebhookDelivery.leased_until).is_(None),
            col(WebhookDelivery.leased_until) <= now,
        ),
        col(WebhookDelivery.webhook_id).in_(alive),
        col(WebhookDelivery.webhook_id).not_in(sorted(full)),
    )


def _read(
    connection: Connection, sealer: Sealer, now: datetime, ids: Sequence[int]
) -> list[DueDelivery]:
    query = (
        select(
            id_of(WebhookDelivery),
            col(WebhookDelivery.webhook_id),
            col(Webhook.url),
            col(OutboxMessage.uid),
            col(OutboxMessage.body),
            col(WebhookDelivery.own),
            col(WebhookDelivery.attempts),
        )
        .join(_MESSAGE, id_of(OutboxMessage) == col(WebhookDelivery.message_id))
        .join(_WEBHOOK, id_of(Webhook) == col(WebhookDelivery.webhook_id))
        .where(id_of(WebhookDelivery).in_(ids))
        .order_by(col(WebhookDelivery.due_at), id_of(WebhookDelivery))
    )
    rows = list(connection.execute(query))
    keys = {
        webhook_id: keys_of(connection, sealer, webhook_id, now)
        for webhook_id in {row.webhook_id for row in rows}
    }
    return [DueDelivery(*row, keys=keys[row.webhook_id]) for row in rows]


def keys_of(
    connection: Connection, sealer: Sealer, webhook_id: int, now: datetime
) -> tuple[str, ...]:
    """Return the signing keys of a webhook that are valid, the newest first."""
    query = (
        select(col(WebhookSecret.sealed))
        .where(
            col(WebhookSecret.webhook_id) == webhook_id,
            or_(
                col(WebhookSecret.expires_at).is_(None),
                col(WebhookSecret.expires_at) > now,
            ),
        )
        .order_by(id_of(WebhookSecret).desc())
    )
    return tuple(
        sealer.open(sealed, webhook_id)
        for sealed in connection.execute(query).scalars()
    )


def record_outcome(
    work: UnitOfWork,
    due: DueDelivery,
    outcome: Outcome,
    chance: float,
    patience: timedelta,
) -> str:
    """Note how a try went; return the state of the delivery.

    Args:
        work: The unit of work.
        due: What was tried.
        outcome: How it went.
        chance: A number from 0 to 1 that spreads further tries.
        patience: How long a webhook may fail until nothing more is sent to it.
    """
    now = work.clock()
    row = get(work.connection, WebhookDelivery, due.delivery_id, lock=True)
    values: Row = {
        "leased_until": None,
        "last_at": now,
        "last_status": outcome.status,
        "last_problem": outcome.problem[:LONGEST_PROBLEM] or None,
        "last_milliseconds": outcome.milliseconds,
    }
    if row["state"] != "pending":  # withdrawn meanwhile, or taken by another try
        return str(row["state"])
    if not outcome.problem:
        values |= {"state": "delivered", "due_at": None, "delivered_at": now}
    else:
        wait = retry_delay(row["attempts"], chance, outcome.retry_after)
        if wait is None or outcome.permanent:
            values |= {"state": "given_up", "due_at": None}
        else:
            values |= {"due_at": now + wait}
    work.connection.execute(
        update(_DELIVERY)
        .where(id_of(WebhookDelivery) == due.delivery_id)
        .values(values)
    )
    _update_webhook(work, due.webhook_id, outcome, now, patience)
    return str(values.get("state", "pending"))


def _update_webhook(
    work: UnitOfWork,
    webhook_id: int,
    outcome: Outcome,
    now: datetime,
    patience: timedelta,
) -> None:
    row = get(work.connection, Webhook, webhook_id, lock=True)
    if not outcome.problem:
        _set(work, webhook_id, row, {"failing_since": None})
        return
    since = row["failing_since"] or now
    values: Row = {"failing_since": since}
    reason = None
    if outcome.status == GONE:
        reason = "The receiver answered 410: it wants no more."
    elif now - since >= patience:
        reason = f"It failed for {patience.days} days; last: {outcome.problem}"
    if reason and row["disabled_at"] is None:
        values |= {"disabled_at": now, "disabled_reason": reason[:LONGEST_PROBLEM]}
        work.audit("webhook", webhook_id, "disable", None, {"reason": reason})
    _set(work, webhook_id, row, values)


def _set(
    work: UnitOfWork, webhook_id: int, old: Row, values: Mapping[str, Any]
) -> None:
    if any(old[name] != value for name, value in values.items()):
        work.connection.execute(
            update(_WEBHOOK).where(id_of(Webhook) == webhook_id).values(**values)
        )
