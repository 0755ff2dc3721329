"""Puts a remote collector together: its line, its spool, what it asks devices with."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from api.compose import scanning
from api.compose.pbx_sources import read_system
from api.compose.rulebooks import known
from api.compose.wiring import Settings, now
from api.compose.working import release
from api.remote.agent import Agent
from api.remote.line import Line, Revoked
from api.remote.listening import AskCredentials, Ears, Hearing
from api.remote.logins import LocalLogins
from api.remote.spool import Spool
from collectors.pacing import LockoutGuard
from collectors.pbx.facts import PbxReading
from collectors.pbx.source import PbxSource
from collectors.ports import Link
from collectors.ssh.guarded_openers import LoginGate
from discovery.access.credentials import Credentials
from discovery.scan.context import ScanContext
from inventory.kernel.errors import DatabaseUnwritable
from inventory.storage.engine import make_engine


async def work(
    settings: Settings,
    server: str,
    token: str,
    place: Path,
    ca_file: Path | None,
    ears: Ears,
) -> None:
    """Be a collector until SIGTERM or Ctrl-C.

    Args:
        settings: Its own.
        server: Address of the centre.
        token: Of the collector.
        place: Of the spool.
        ca_file: Certificate authorities beside those of the system.
        ears: Where it listens.

    Raises:
        Revoked: The centre lets it in no more; what was kept is removed.
        Unknown: The centre does not know its token; what was kept stays.
        TooOld: The centre does not understand this release.
        Invalid: The address is not encrypted.
        DatabaseUnwritable: The spool cannot be written.
    """
    guard = LockoutGuard(settings.guard.per_account, settings.guard.per_device)
    nowhere = make_engine("sqlite://")
    line = Line(server, token, ca_file)
    spool = _spool(place, token)
    book = LocalLogins(spool, guard)

    @asynccontextmanager
    async def open_ports(
        credentials: Credentials, site: str
    ) -> AsyncIterator[ScanContext]:
        gate = LoginGate(guard, book, site=site)
        async with scanning.open_ports(
            settings, nowhere, now, known(settings), credentials, gate
        ) as ports:
            yield ports

    async def read_pbx(source: PbxSource, site: str) -> PbxReading:
        return await read_system(now, LoginGate(guard, book, site=site), source)

    def hearing(site: str, ask: AskCredentials) -> Hearing:
        return Hearing(ears, spool, site, ask, _link)

    agent = Agent(line, spool, book, open_ports, read_pbx, hearing, release())
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


def _spool(place: Path, token: str) -> Spool:
    try:
        return Spool(place, token)
    except (OSError, sqlite3.Error) as error:
        why = getattr(error, "strerror", None) or error
        raise DatabaseUnwritable(
            f"The spool cannot be written: {why}.", where=str(place)
        ) from error


def _link() -> Link:
    from collectors.link.scapy_link import ScapyLink

    return ScapyLink()
