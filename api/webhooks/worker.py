"""Delivers webhooks while `purser serve` runs; several processes may do so at once.

What is due is leased for longer than a try can take. When the process is killed the
lease runs out, and another try is made with the same id.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Engine
from structlog.contextvars import bind_contextvars

from api.webhooks.sender import Sender
from inventory.kernel.errors import InventoryError
from inventory.outbox import delivery_queue, retention
from inventory.outbox.delivery_queue import DueDelivery, Outcome
from inventory.outbox.key_sealing import Sealer
from inventory.storage.job_runs import note_success
from inventory.storage.work import UnitOfWork

ACTOR = "webhooks"
TIDY = "forget-deliveries"
TIDY_EVERY = timedelta(hours=1)
GRACE = 5.0
"""Seconds for tries that run when the process is stopped."""

log = structlog.get_logger("purser.webhooks")


class Worker:
    """Takes what is due, sends it, notes how it went.

    Args:
        engine: The database.
        sealer: Opens signing keys.
        sender: Sends one message.
        clock: The present moment as aware UTC.
        concurrency: Deliveries at the same time.
        lease: How long a try is ours; longer than a try can take.
        patience: How long a webhook may fail.
        pace: Seconds between looks for what is due.
        keep: How long what ended is kept.
    """

    def __init__(
        self,
        engine: Engine,
        sealer: Sealer,
        sender: Sender,
        clock: Callable[[], datetime],
        *,
        concurrency: int = 8,
        lease: timedelta = timedelta(seconds=90),
        patience: timedelta = timedelta(days=5),
        pace: float = 1.0,
        keep: timedelta = timedelta(days=30),
    ) -> None:
        self._engine = engine
        self._sealer = sealer
        self._sender = sender
        self._clock = clock
        self._concurrency = concurrency
        self._lease = lease
        self._patience = patience
        self._pace = pace
        self._keep = keep
        self._purged: datetime | None = None
        self._running: set[asyncio.Task[None]] = set()
        self._busy: Counter[int] = Counter()

    async def run(self) -> None:
        """Deliver until cancelled; then give running tries a moment to end."""
        try:
            while True:
                taken = await self._step()
                if not taken:
                    await self._tidy()
                    await asyncio.sleep(self._pace)
        finally:
            await self._end()

    async def _tidy(self) -> None:
        """Forget what ended long ago, once a while."""
        now = self._clock()
        if self._purged is not None and now - self._purged < TIDY_EVERY:
            return
        self._purged = now
        try:
            await asyncio.to_thread(retention.purge, self._engine, now - self._keep)
            await asyncio.to_thread(note_success, self._engine, TIDY, now)
        except Exception:
            log.exception("nothing can be forgotten", job=TIDY)

    async def drain(self) -> int:
        """Deliver what is due now, and return how many tries that took."""
        tries = 0
        while taken := await self._step():
            tries += taken
            await self._settle_all()
        return tries

    async def _step(self) -> int:
        """Begin as many tries as there is room for; return their number."""
        room = self._concurrency - len(self._running)
        if room <= 0:
            await asyncio.wait(self._running, return_when=asyncio.FIRST_COMPLETED)
            return 1
        try:
            due = await asyncio.to_thread(self._claim, room)
        except InventoryError as error:
            log.error("nothing can be claimed", code=error.code, problem=error.problem)
            return 0
        except Exception:
            # A fault of ours must not end the delivery of all that comes later.
            log.exception("nothing can be claimed")
            return 0
        for each in due:
            self._begin(each)
        return len(due)

    def _claim(self, room: int) -> list[DueDelivery]:
        full = [
            number
            for number, n in self._busy.items()
            if n >= delivery_queue.MAX_PER_RECEIVER
        ]
        now = self._clock()
        with self._engine.connect() as connection:
            if not delivery_queue.has_due(connection, now, full):
                return []
        return delivery_queue.claim(
            self._engine, self._sealer, now, room, self._lease, full
        )

    def _begin(self, due: DueDelivery) -> None:
        self._busy[due.webhook_id] += 1
        task = asyncio.create_task(self._deliver(due))
        self._running.add(task)
        task.add_done_callback(lambda done: self._ended(done, due))

    def _ended(self, task: asyncio.Task[None], due: DueDelivery) -> None:
        self._running.discard(task)
        self._busy[due.webhook_id] -= 1
        if not self._busy[due.webhook_id]:
            del self._busy[due.webhook_id]
        if not task.cancelled() and (error := task.exception()):
            log.error("a delivery broke off", delivery=due.delivery_id, exc_info=error)

    async def _deliver(self, due: DueDelivery) -> None:
        bind_contextvars(job="webhooks", job_id=f"{due.uid}.{due.attempts}")
        outcome = await self._sender.send(due)
        state = await asyncio.to_thread(self._note, due, outcome)
        log.info(
            "webhook",
            webhook=due.webhook_id,
            message=due.uid,
            attempt=due.attempts,
            status=outcome.status,
            state=state,
            ms=outcome.milliseconds,
        )

    def _note(self, due: DueDelivery, outcome: Outcome) -> str:
        with UnitOfWork(self._engine, actor=ACTOR, clock=self._clock) as work:
            state = delivery_queue.record_outcome(
                work, due, outcome, random.random(), self._patience
            )
            work.commit()
        return state

    async def _settle_all(self) -> None:
        if self._running:
            await asyncio.wait(self._running)

    async def _end(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(GRACE):
                await self._settle_all()
        for task in list(self._running):
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        await self._sender.close()
