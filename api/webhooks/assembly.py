"""The parts of webhooks as the settings want them."""

from __future__ import annotations

from datetime import timedelta

from api.compose.wiring import App
from api.webhooks.address_guard import Guard
from api.webhooks.sender import Sender, trusting
from api.webhooks.worker import Worker
from inventory.outbox.key_sealing import Sealer


def sealer_of(app: App) -> Sealer:
    """Return what seals signing keys in this installation."""
    return Sealer(app.seal.derive("webhooks"))


def guard_of(app: App) -> Guard:
    """Return what says which addresses may be called."""
    return Guard(app.settings.webhooks.allowed_networks)


def worker_of(app: App) -> Worker:
    """Return what delivers."""
    wanted = app.settings.webhooks
    trust = trusting(wanted.ca_file) if wanted.ca_file else None
    return Worker(
        app.engine,
        sealer_of(app),
        Sender(guard_of(app), wanted.timeout, app.clock, trust=trust),
        app.clock,
        concurrency=wanted.concurrency,
        lease=timedelta(seconds=60 + 2 * wanted.timeout),
        patience=timedelta(days=wanted.disable_after_days),
        keep=timedelta(days=wanted.keep_days),
    )
