"""Puts a remote collector together: its line, its spool, what it asks devices with."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from api.compose import scanning
from api.compose.rulebooks import known
from api.compose.wiring import Settings, now
from api.compose.working import release
from api.remote.agent import Agent
from api.remote.line import Line, Revoked
from api.remote.spool import Spool
from collectors.pacing import LockoutGuard
from collectors.ssh.guarded_openers import LoginGate
from discovery.access.credentials import Credentials
from discovery.scan.context import ScanContext
from inventory.kernel.errors import DatabaseUnwritable
from inventory.storage.engine import make_engine


async def work(
    settings: Settings, server: str, token: str, place: Path, ca_file: Path | None
) -> None:
    """Be a collector until SIGTERM or Ctrl-C.

    Raises:
        Revoked: The centre lets it in no more; what was kept is removed.
        TooOld: The centre does not understand this release.
        Invalid: The address is not encrypted.
        DatabaseUnwritable: The spool cannot be written.
    """
    # The counts of failed logins are of all slices, as long as the program runs.
    guard = LockoutGuard(settings.guard.per_account, settings.guard.per_device)
    nowhere = make_engine("sqlite://")

    @asynccontextmanager
    async def open_ports(
        credentials: Credentials, site: str
    ) -> AsyncIterator[ScanContext]:
        gate = LoginGate(guard, site=site)
        async with scanning.open_ports(
            settings, nowhere, now, known(settings), credentials, gate
        ) as ports:
            yield ports

    line = Line(server, token, ca_file)
    try:
        spool = Spool(place, token)
    except OSError as error:
        raise DatabaseUnwritable(
            f"The spool cannot be written: {error.strerror}.", where=str(place)
        ) from error
    agent = Agent(line, spool, open_ports, release())
    task = asyncio.current_task()
    if task is not None:
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTERM, task.cancel)
    try:
        with contextlib.suppress(asyncio.CancelledError):
            await agent.run()
        spool.close()
    except Revoked:
        spool.wipe()
        raise
    finally:
        await line.close()
        nowhere.dispose()
