"""Making and changing webhooks, for the API and the command line alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from api.compose.wiring import App
from api.webhooks.address_guard import AddressRefused
from api.webhooks.assembly import guard_of, sealer_of
from inventory.kernel.errors import Invalid
from inventory.outbox import subscriptions
from inventory.outbox.subscriptions import OVERLAP, WebhookRequest, check_url


def create_webhook(
    app: App, actor: str, roles: Iterable[str], request: Mapping[str, Any]
) -> tuple[int, str]:
    """Make a webhook; return its id and its signing key.

    Raises:
        Invalid: Anything about it that cannot be.
        NotAllowed: There are too many.
    """
    _check_place(app, str(request["url"]))
    with app.work(actor) as work:
        created = subscriptions.add_webhook(
            work,
            WebhookRequest(**request),
            [str(role) for role in roles],
            sealer_of(app),
        )
        work.commit()
    return created


def change_webhook(
    app: App, actor: str, webhook_id: int, changes: Mapping[str, Any]
) -> bool:
    """Change a webhook; return whether anything differed.

    Raises:
        NotFound: There is no such webhook.
        Invalid: Anything about it that cannot be.
    """
    if "url" in changes:
        _check_place(app, str(changes["url"]))
    with app.work(actor) as work:
        done = subscriptions.change_webhook(work, webhook_id, changes)
        work.commit()
    return done


def rotate_key(app: App, actor: str, webhook_id: int) -> tuple[str, datetime]:
    """Make a new signing key; return it, and until when the old one signs along."""
    with app.work(actor) as work:
        key = subscriptions.rotate(work, webhook_id, sealer_of(app))
        until = work.clock() + OVERLAP
        work.commit()
    return key, until


def _check_place(app: App, url: str) -> None:
    """Refuse an address that is known not to be allowed without asking for names.

    Raises:
        Invalid: It is an address of a private network, or http to a public one.
    """
    check_url(url)
    parts = urlsplit(url)
    host = parts.hostname or ""
    try:
        ip_address(host)
    except ValueError:
        if host.rstrip(".").lower() != "localhost":
            return  # A name; it is judged each time it is called.
        host = "127.0.0.1"
    try:
        guard_of(app).judge(host, secure=parts.scheme == "https")
    except AddressRefused as error:
        raise Invalid(str(error), where="url") from error
