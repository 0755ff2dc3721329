"""`purser collector`: leases addresses of its site, visits them, sends what it found.

Killed at any moment it goes on where its spool ends; while the line is down it works on
what it has. Credentials are in memory only, and only those of its site.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import structlog
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from api.remote.line import Line, Revoked, TooOld, as_sent
from api.remote.spool import Spool
from discovery.access.account_history import AccountHistory
from discovery.access.credentials import Credentials
from discovery.remote import wire
from discovery.remote.elsewhere import SliceSpec
from discovery.remote.visiting import visit
from discovery.scan.context import ScanContext
from discovery.scan.hosts import Host

AT_ONCE = 4
"""Slices that are visited at the same time."""
IDLE = 2.0
BEAT = 5.0
SENDING = 0.3
FULL = 10.0
"""Seconds after which a full disk is tried again."""

log = structlog.get_logger("purser.collector")
OpenPorts = Callable[[Credentials, str], AbstractAsyncContextManager[ScanContext]]


class Agent:
    """A collector at work.

    Args:
        line: To the centre.
        spool: What is not sent yet.
        open_ports: Opens what devices are asked with: (credentials, site).
        release: Of this program.
    """

    def __init__(
        self, line: Line, spool: Spool, open_ports: OpenPorts, release: str = ""
    ) -> None:
        self._line = line
        self._spool = spool
        self._open_ports = open_ports
        self._release = release
        self._private = X25519PrivateKey.generate()
        self._history = AccountHistory()
        self._running: dict[int, asyncio.Task[None]] = {}
        self._site = ""

    async def run(self) -> None:
        """Work until it is cancelled.

        Raises:
            Revoked: The centre lets this collector in no more; nothing is kept.
            TooOld: The centre does not understand this release.
        """
        hello = await self._line.ask(
            "/hello",
            {"public_key": wire.public_of(self._private), "release": self._release},
        )
        self._site = hello["site"]
        log.info("the centre knows us", name=hello["name"], site=self._site)
        try:
            async with asyncio.TaskGroup() as group:
                for work in (self._leasing, self._beating, self._sending):
                    group.create_task(work())
        except* (Revoked, TooOld) as errors:
            raise errors.exceptions[0] from None
        finally:
            for task in self._running.values():
                task.cancel()
            await asyncio.gather(*self._running.values(), return_exceptions=True)

    async def _leasing(self) -> None:
        while True:
            free = AT_ONCE - len(self._running)
            if free > 0:
                leased = await self._line.ask(
                    "/lease", {"holding": list(self._running), "most": free}
                )
                for each in leased["slices"]:
                    self._begin(each, leased["credentials"])
            await asyncio.sleep(IDLE)

    def _begin(self, leased: dict[str, Any], sealed: str) -> None:
        slice_id = int(leased["id"])
        if slice_id in self._running:
            return
        plain = wire.unseal(sealed, self._private)
        credentials = wire.from_plain(Credentials, plain)
        spec = wire.from_plain(SliceSpec, leased["spec"])
        have = {*leased["have"], *self._spool.addresses(slice_id)}
        self._running[slice_id] = asyncio.create_task(
            self._visit(slice_id, spec, credentials, have)
        )

    async def _visit(
        self, slice_id: int, spec: SliceSpec, credentials: Credentials, have: set[str]
    ) -> None:
        """Visit a slice, see it sent, and say that it is done."""
        problem: str | None = None
        try:
            async with self._open_ports(credentials, self._site) as context:

                async def keep(host: Host) -> None:
                    await self._keep(slice_id, host)

                found = await visit(spec, context, self._history, keep, have)
            problem = "; ".join(f"{p.where}: {p.detail}" for p in found[:5]) or None
        except Exception as error:
            # The centre is told, and goes on with what was brought.
            log.exception("a slice cannot be visited", slice=slice_id)
            problem = f"{type(error).__name__}; please report it"
        while self._spool.waiting(slice_id):
            await asyncio.sleep(SENDING)
        await self._line.ask("/done", {"slice": slice_id, "problem": problem})
        self._spool.drop(slice_id)
        self._running.pop(slice_id, None)

    async def _keep(self, slice_id: int, host: Host) -> None:
        """Keep a host, however long the disk is full."""
        body = wire.pack(host)
        while True:
            try:
                self._spool.keep(slice_id, host.address, host.seen_at, body)
            except sqlite3.OperationalError as error:
                log.error("the spool cannot be written", error=str(error))
                await asyncio.sleep(FULL)
            else:
                return

    async def _beating(self) -> None:
        while True:
            await asyncio.sleep(BEAT)
            if not self._running:
                continue
            answer = await self._line.ask("/beat", {"held": list(self._running)})
            for slice_id in answer["lost"]:
                task = self._running.pop(slice_id, None)
                if task is not None:
                    log.warning("a slice is ours no more", slice=slice_id)
                    task.cancel()
                    self._spool.drop(slice_id)

    async def _sending(self) -> None:
        while True:
            kept = self._spool.unsent()
            if kept:
                await self._line.ask("/hosts", {"hosts": as_sent(kept)})
                self._spool.mark_sent(kept)
            else:
                await asyncio.sleep(SENDING)
