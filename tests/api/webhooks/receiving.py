"""A receiver of webhooks: verifies each message as the specification says."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from sqlalchemy import Engine
from standardwebhooks import Webhook

from api.webhooks.address_guard import Guard
from api.webhooks.sender import Sender
from api.webhooks.worker import Worker
from inventory.outbox.key_sealing import Sealer
from inventory.outbox.recorder import Recorder
from inventory.outbox.subscriptions import WebhookRequest, add_webhook
from inventory.queries.event_scopes import scopes
from inventory.storage.engine import with_handlers
from inventory.storage.work import UnitOfWork

SEALER = Sealer(b"0123456789abcdef" * 2)
URL = "https://receiver.example/hook"
PUBLIC = "93.184.216.34"


@dataclass
class Clock:
    """A clock that is moved by hand; it begins now, as verifiers look at the time."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now

    def tick(self, **by: float) -> None:
        """Go on."""
        self.now += timedelta(**by)


@dataclass
class Receiver:
    """Answers as it is told, and keeps what it was sent.

    Attributes:
        answers: Statuses to answer with, in order; then 204.
        headers: Headers of its answers.
    """

    keys: list[str] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    taken: list[dict[str, Any]] = field(default_factory=list)
    seen: list[httpx.Request] = field(default_factory=list)

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        """Take one message."""
        body = await request.aread()
        self.seen.append(request)
        status = self.answers.pop(0) if self.answers else 204
        for key in self.keys[:1]:
            check(key, body, request.headers)
        if 200 <= status < 300:
            self.taken.append(json.loads(body))
        return httpx.Response(status, headers=self.headers)

    @property
    def ids(self) -> list[str]:
        """The id of each message in the order of the tries."""
        return [request.headers["webhook-id"] for request in self.seen]


def check(key: str, body: bytes, headers: httpx.Headers) -> None:
    """Verify a message; what carries a time we made up, but for its age."""
    at = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
    hook = Webhook(key)
    if abs(datetime.now(UTC) - at) < timedelta(minutes=4):
        hook.verify(body, dict(headers))
        return
    signed = hook.sign(headers["webhook-id"], at, body.decode())
    assert signed in headers["webhook-signature"].split()


async def public(_host: str, _port: int) -> Sequence[str]:
    """Resolve each name to a public address."""
    return [PUBLIC]


def sender(
    clock: Callable[[], datetime],
    receiver: Callable[[httpx.Request], Awaitable[httpx.Response]],
    resolver: Callable[[str, int], Awaitable[Sequence[str]]] = public,
) -> Sender:
    """Return a sender whose network is `receiver`."""
    transport = httpx.MockTransport(receiver)  # type: ignore[arg-type]
    return Sender(Guard(), 5, clock, resolver, transport)


def worker(engine: Engine, clock: Clock, receiver: Receiver) -> Worker:
    """Return a worker that delivers to `receiver`."""
    return Worker(engine, SEALER, sender(clock, receiver), clock)


def recording(engine: Engine) -> Engine:
    """Return a view of the engine whose changes are recorded."""
    return with_handlers(engine, record=Recorder(scopes))


def subscribe(
    engine: Engine,
    clock: Callable[[], datetime],
    receiver: Receiver,
    *,
    owner: str = "token:9",
    roles: Sequence[str] = ("it", "hr", "accounting"),
    **wanted: Any,  # noqa: ANN401
) -> int:
    """Make a webhook; the receiver is given its key."""
    told = WebhookRequest(**{"name": "test", "url": URL, **wanted})
    with UnitOfWork(engine, actor=owner, clock=clock) as work:
        webhook_id, key = add_webhook(work, told, roles, SEALER)
        work.commit()
    receiver.keys.insert(0, key)
    return webhook_id
