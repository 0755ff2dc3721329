"""A network that is a list of addresses, for scans without one."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

from api.compose.wiring import App, Lazy
from collectors.facts import Problem
from collectors.sweep.sweep import Answer, SweepPlan
from discovery.access.credentials import Credentials
from discovery.identity.identification import RuleIdentification
from discovery.identity.identify import build_knowledge
from discovery.scan.context import ScanContext
from discovery.scan.jobs import ScanJobs
from discovery.scan.requests import ScanRequest


def with_network(
    app: App, answering: Collection[str], *, hold: threading.Event | None = None
) -> App:
    """Return the App on a network where `answering` answer on TCP port 9100.

    Args:
        app: The composition.
        answering: Who answers.
        hold: The sweep of networks waits for it before its first answer.
    """

    async def sweep(
        addresses: Sequence[str],
        plan: SweepPlan,
        *,
        on_problem: Callable[[Problem], None],
    ) -> AsyncIterator[Answer]:
        if hold is not None and len(addresses) > 1:
            while not hold.is_set():
                await asyncio.sleep(0.005)
        for address in addresses:
            if address in answering:
                yield Answer(address, "tcp", 9100, 0.001, {})

    @asynccontextmanager
    async def open_kit(_request: ScanRequest) -> AsyncIterator[ScanContext]:
        yield ScanContext(
            engine=app.engine,
            clock=app.clock,
            identify=RuleIdentification(build_knowledge(())),
            credentials=Credentials(),
            sweep=sweep,
        )

    def resolve(name: str) -> Sequence[str]:
        return ()

    return replace(
        app, scans=Lazy(lambda: ScanJobs(app.engine, app.clock, open_kit, resolve))
    )
