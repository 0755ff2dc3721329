"""Webhooks: add, change, test, remove, exchange their keys. Imports `storage`.

A signing key is returned once, when it is made; the audit trail and lists never hold
it. Removing hides a webhook and withdraws what waits for it; its history stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import insert, select, update

from inventory.kernel.errors import Invalid, NotAllowed, NotFound
from inventory.kernel.texts import N_
from inventory.outbox.event_catalogue import EVERYBODY, PING, unknown
from inventory.outbox.key_sealing import Sealer
from inventory.outbox.recorder import add_messages, message_of
from inventory.outbox.signing import new_secret
from inventory.outbox.tables import (
    OutboxMessage,
    Webhook,
    WebhookDelivery,
    WebhookSecret,
)
from inventory.storage.rows import Row, add, change, col, get, id_of, table_of
from inventory.storage.work import UnitOfWork

_SECRET = table_of(WebhookSecret)
_DELIVERY = table_of(WebhookDelivery)

LONGEST_URL = 2000
MOST_WEBHOOKS = 100
OVERLAP = timedelta(hours=24)
"""How long an exchanged key signs along with the new one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookRequest:
    """What a webhook is to be sent, and where to."""

    name: str
    url: str
    events: Sequence[str] = ("*",)
    sites: Sequence[str] = ()
    legal_entities: Sequence[str] = ()
    send_own: bool = False

    def values(self) -> Row:
        """Return it as columns.

        Raises:
            Invalid: No name, an address that cannot be called, an unknown event.
        """
        if not self.name.strip():
            raise Invalid(
                N_("The webhook has no name."),
                where="name",
            )
        check_url(self.url)
        check_events(self.events)
        return {
            "name": self.name.strip(),
            "url": self.url,
            "events": list(self.events),
            "sites": list(self.sites),
            "legal_entities": list(self.legal_entities),
            "send_own": self.send_own,
        }


def check_url(url: str) -> None:
    """Refuse what is no address of a receiver; whether it may be called is asked later.

    Raises:
        Invalid: Not http or https, no host, a user or a password in it.
    """
    try:
        parts = urlsplit(url)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname)
        _ = parts.port
    except ValueError:
        parts, sound = None, False
    if not sound or len(url) > LONGEST_URL or not url.isprintable() or " " in url:
        raise Invalid(
            N_("The address cannot be called."),
            where="url",
            remedy=N_("Write it as https://host/path."),
        )
    if parts is not None and (parts.username or parts.password or parts.fragment):
        raise Invalid(
            N_("The address holds a user, a password or a fragment."),
            where="url",
            remedy=N_("Leave it out; messages are signed instead."),
        )


def check_events(patterns: Sequence[str]) -> None:
    """Refuse patterns that fit no event.

    Raises:
        Invalid: There are none, or one fits nothing.
    """
    wrong = unknown(patterns)
    if wrong or not patterns:
        raise Invalid(
            f"There is no event {wrong[0]!r}." if wrong else "No event is wanted.",
            where="events",
            remedy=N_("The catalogue lists the events: purser event-type list."),
        )


def add_webhook(
    work: UnitOfWork, request: WebhookRequest, roles: Iterable[str], sealer: Sealer
) -> tuple[int, str]:
    """Add a webhook of the actor; return its id and its signing key, shown once.

    Args:
        work: The unit of work; its actor owns the webhook.
        request: What it is sent, and where to.
        roles: What its owner may see.
        sealer: Seals the signing key.

    Raises:
        Invalid: As `WebhookRequest.values` says, or the owner may see nothing.
        NotAllowed: There are too many.
    """
    seen = sorted(set(roles) & EVERYBODY)
    if not seen:
        raise Invalid(
            N_("Its owner has no role that sees events."),
            where="roles",
        )
    if len(active_webhooks(work)) >= MOST_WEBHOOKS:
        raise NotAllowed(
            N_("There are {most_webhooks} webhooks already."),
            most_webhooks=MOST_WEBHOOKS,
        )
    webhook_id = add(
        work,
        Webhook,
        {
            **request.values(),
            "roles": seen,
            "owner": work.actor,
            "created_at": work.clock(),
        },
    )
    return webhook_id, _add_key(work, webhook_id, sealer)


def active_webhooks(work: UnitOfWork) -> list[int]:
    """Return the ids of the webhooks that are not removed."""
    query = select(id_of(Webhook)).where(col(Webhook.removed_at).is_(None))
    return list(work.connection.execute(query).scalars())


def change_webhook(
    work: UnitOfWork, webhook_id: int, changes: Mapping[str, Any]
) -> bool:
    """Change what a webhook is sent, and where to; return whether that is news.

    Raises:
        NotFound: There is no such webhook.
        Invalid: As `WebhookRequest.values` says.
    """
    old = active_webhook(work, webhook_id)
    fields = ("name", "url", "events", "sites", "legal_entities", "send_own")
    merged = {name: changes.get(name, old[name]) for name in fields}
    return change(work, Webhook, webhook_id, WebhookRequest(**merged).values())


def enable(work: UnitOfWork, webhook_id: int, since: datetime | None = None) -> bool:
    """Send again; what waits is tried at once. Return whether that is news.

    Args:
        work: The unit of work.
        webhook_id: Which webhook.
        since: What happened before is not sent, and can be replayed; all without.
    """
    old = active_webhook(work, webhook_id)
    if old["disabled_at"] is None:
        return False
    waits = (
        col(WebhookDelivery.webhook_id) == webhook_id,
        col(WebhookDelivery.state) == "pending",
    )
    if since is not None:
        told = select(id_of(OutboxMessage)).where(
            col(OutboxMessage.recorded_at) < since
        )
        work.connection.execute(
            update(_DELIVERY)
            .where(*waits, col(WebhookDelivery.message_id).in_(told))
            .values(state="given_up", due_at=None, last_at=work.clock())
        )
    work.connection.execute(update(_DELIVERY).where(*waits).values(due_at=work.clock()))
    values = {"disabled_at": None, "disabled_reason": None, "failing_since": None}
    return change(work, Webhook, webhook_id, values, action="enable")


def disable(work: UnitOfWork, webhook_id: int, reason: str) -> bool:
    """Send nothing for now, and say why; return whether that is news.

    What happens meanwhile is kept for it, as long as messages are kept.
    """
    old = active_webhook(work, webhook_id)
    if old["disabled_at"] is not None:
        return False
    values = {"disabled_at": work.clock(), "disabled_reason": reason}
    return change(work, Webhook, webhook_id, values, action="disable")


def remove(work: UnitOfWork, webhook_id: int) -> None:
    """Remove a webhook, and withdraw what waits for it; its history stays."""
    active_webhook(work, webhook_id)
    work.connection.execute(
        update(_DELIVERY)
        .where(
            col(WebhookDelivery.webhook_id) == webhook_id,
            col(WebhookDelivery.state) == "pending",
        )
        .values(state="withdrawn", due_at=None)
    )
    now = {"removed_at": work.clock()}
    change(work, Webhook, webhook_id, now, action="remove")


def rotate(
    work: UnitOfWork, webhook_id: int, sealer: Sealer, overlap: timedelta = OVERLAP
) -> str:
    """Make a new signing key; return it, once. The old one signs along for a while."""
    active_webhook(work, webhook_id)
    work.connection.execute(
        update(_SECRET)
        .where(
            col(WebhookSecret.webhook_id) == webhook_id,
            col(WebhookSecret.expires_at).is_(None),
        )
        .values(expires_at=work.clock() + overlap)
    )
    work.audit("webhook", webhook_id, "rotate", None, {"overlap": str(overlap)})
    return _add_key(work, webhook_id, sealer)


def ping(work: UnitOfWork, webhook_id: int) -> tuple[int, str]:
    """Send a message to try out the receiver; return delivery and message id."""
    row = active_webhook(work, webhook_id)
    message = message_of(work, PING, {"webhook_id": webhook_id, "name": row["name"]})
    (message_id,) = add_messages(work, [message])
    values = {
        "webhook_id": webhook_id,
        "message_id": message_id,
        "state": "pending",
        "own": row["owner"] == work.actor,
        "attempts": 0,
        "due_at": work.clock(),
    }
    made = work.connection.execute(
        insert(_DELIVERY).values(values).returning(id_of(WebhookDelivery))
    )
    return int(made.scalar_one()), str(message["uid"])


def active_webhook(work: UnitOfWork, webhook_id: int) -> Row:
    """Return a webhook that is not removed, locked.

    Raises:
        NotFound: There is no such webhook.
    """
    row = get(work.connection, Webhook, webhook_id, lock=True)
    if row["removed_at"] is not None:
        raise NotFound(
            N_("There is no webhook {webhook_id}."),
            webhook_id=webhook_id,
        )
    return row


def _add_key(work: UnitOfWork, webhook_id: int, sealer: Sealer) -> str:
    key = new_secret()
    # Not by `add`: the audit trail must not hold it, sealed or not.
    work.connection.execute(
        insert(_SECRET).values(
            webhook_id=webhook_id,
            sealed=sealer.seal(key, webhook_id),
            created_at=work.clock(),
        )
    )
    return key
