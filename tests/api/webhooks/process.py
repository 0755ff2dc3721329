"""A process to be killed: changes the register, or delivers what it recorded.

`python -m tests.api.webhooks.process change URL COUNT` registers assets one by one;
`... deliver URL` delivers until it is killed, or nothing waits any more.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Engine

from api.webhooks.address_guard import Guard
from api.webhooks.sender import Sender
from api.webhooks.worker import Worker
from inventory.assets.register.registration import NewAsset
from inventory.assets.register.service import register_asset
from inventory.outbox.retention import backlog
from inventory.storage.engine import make_engine
from inventory.storage.work import UnitOfWork
from tests.api.webhooks.receiving import SEALER, recording

LEASE = timedelta(seconds=1.5)
"""Short, so that what a killed process had in hand is tried again soon."""
PATIENT = 20.0
"""Seconds for a receiver on a busy machine: a failed try would wait for minutes."""


def clock() -> datetime:
    """Return the present moment."""
    return datetime.now(UTC)


def change(engine: Engine, count: int) -> None:
    """Register assets, one commit each."""
    for number in range(count):
        with UnitOfWork(engine, actor="user:1", clock=clock) as work:
            tag = f"P-{clock():%M%S%f}-{number}"
            register_asset(
                work, NewAsset(tag=tag, kind="computer", since=date(2026, 1, 1))
            )
            work.commit()
        print(tag, flush=True)


async def deliver(engine: Engine) -> None:
    """Deliver until nothing waits."""
    sender = Sender(Guard(["127.0.0.0/8"]), PATIENT, clock)
    worker = Worker(engine, SEALER, sender, clock, lease=LEASE, pace=0.05)
    task = asyncio.create_task(worker.run())
    while True:
        await asyncio.sleep(0.05)
        with engine.connect() as connection:
            if not backlog(connection):
                break
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def main(arguments: Sequence[str]) -> None:
    """Run one of both."""
    engine = recording(make_engine(arguments[1]))
    if arguments[0] == "change":
        change(engine, int(arguments[2]))
    else:
        asyncio.run(deliver(engine))
    engine.dispose()


if __name__ == "__main__":
    main(sys.argv[1:])
