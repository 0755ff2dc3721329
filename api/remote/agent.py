"""`purser collector`: leases addresses of its site, visits them, sends what it found.

Telephone systems of the site are read, and what it hears there is told, likewise.

Killed at any moment it goes on where its spool ends; while the line is down it works on
what it has. Credentials are in memory only, and only those of its site.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import structlog
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from api.remote.line import Line, Revoked, TooOld, Unknown, as_sent
from api.remote.listening import AskCredentials, Hearing
from api.remote.logins import LocalLogins
from api.remote.spool import Spool
from collectors.facts import Problem, Reason
from collectors.pbx.facts import PbxReading
from collectors.pbx.source import PbxSource
from collectors.sentences import N_, Told
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
MOST_PROBLEMS = 20
"""Of a slice as a whole: one for each protocol that cannot be used."""

log = structlog.get_logger("purser.collector")
SINCE_NOTES = 2
"""Number of the line from which on the centre takes notes."""
OpenPorts = Callable[[Credentials, str], AbstractAsyncContextManager[ScanContext]]
ReadPbx = Callable[[PbxSource, str], Awaitable[PbxReading]]


@dataclass(frozen=True, slots=True)
class Systems:
    """The telephone systems of a site, as they come with its credentials."""

    pbx: tuple[PbxSource, ...] = ()


class Agent:
    """A collector at work.

    Args:
        line: To the centre.
        spool: What is not sent yet.
        book: Of logins.
        open_ports: Opens what devices are asked with: (credentials, site).
        read_pbx: Reads a telephone system: (source, site).
        hearing: Makes what listens at the site: (site, credentials); None: nothing.
        release: Of this program.
    """

    def __init__(
        self,
        line: Line,
        spool: Spool,
        book: LocalLogins,
        open_ports: OpenPorts,
        read_pbx: ReadPbx,
        hearing: Callable[[str, AskCredentials], Hearing] | None = None,
        release: str = "",
    ) -> None:
        self._line = line
        self._spool = spool
        self._book = book
        self._open_ports = open_ports
        self._read_pbx = read_pbx
        self._hearing = hearing
        self._release = release
        self._private = X25519PrivateKey.generate()
        self._history = AccountHistory()
        self._running: dict[int, asyncio.Task[None]] = {}
        self._site = ""

    async def run(self) -> None:
        """Work until it is cancelled.

        Raises:
            Revoked: The centre lets this collector in no more; nothing is kept.
            Unknown: The centre does not know this collector.
            TooOld: The centre does not understand this release.
        """
        hello = await self._line.ask(
            "/hello",
            {"public_key": wire.public_of(self._private), "release": self._release},
        )
        self._site = hello["site"]
        self._spool.number_after(int(hello.get("noted", 0)))
        log.info("the centre knows us", name=hello["name"], site=self._site)
        duties = [self._leasing, self._beating, self._sending]
        if int(hello["protocol"]) >= SINCE_NOTES:
            duties.append(self._telling)
            if self._hearing is not None:
                hearing = self._hearing(self._site, self._credentials)
                duties += [hearing.traps, hearing.machines]
        else:
            log.warning("the centre is older: only scans are done for it")
        try:
            async with asyncio.TaskGroup() as group:
                for duty in duties:
                    group.create_task(duty())
        except* (Revoked, Unknown, TooOld) as errors:
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
                await self._stand(leased)
                for each in leased["slices"]:
                    self._begin(each, leased["credentials"])
            await asyncio.sleep(IDLE)

    async def _stand(self, answer: Mapping[str, Any]) -> None:
        """Take over what the centre counts of logins."""
        if (standing := answer.get("standing")) is not None:
            await asyncio.to_thread(self._book.take, standing)

    async def _credentials(self) -> Credentials:
        """Return the credentials of the site as they are now."""
        answer = await self._line.ask("/credentials", {})
        plain = wire.unseal(answer["credentials"], self._private)
        return wire.from_plain(Credentials, plain)

    def _begin(self, leased: dict[str, Any], sealed: str) -> None:
        slice_id = int(leased["id"])
        if slice_id in self._running:
            return
        plain = wire.unseal(sealed, self._private)
        credentials = wire.from_plain(Credentials, plain)
        spec = wire.from_plain(SliceSpec, leased["spec"])
        if spec.system:
            systems = wire.from_plain(Systems, plain).pbx
            doing = self._read(slice_id, spec.system, systems)
        else:
            have = {*leased["have"], *self._spool.addresses(slice_id)}
            self._book.tell(spec.pins, self._site)
            doing = self._visit(slice_id, spec, credentials, have)
        asked = spec.system or f"{len(spec.addresses)} addresses"
        log.info("asked by the centre", slice=slice_id, what=asked)
        self._running[slice_id] = asyncio.create_task(self._see_done(slice_id, doing))

    async def _visit(
        self, slice_id: int, spec: SliceSpec, credentials: Credentials, have: set[str]
    ) -> list[Problem]:
        """Visit the addresses of a slice; return what did not work for all of them."""
        async with self._open_ports(credentials, self._site) as context:

            async def keep(host: Host) -> None:
                await self._keep(slice_id, host.address, host.seen_at, host)

            return await visit(spec, context, self._history, keep, have)

    async def _read(
        self, slice_id: int, name: str, systems: Sequence[PbxSource]
    ) -> list[Problem]:
        """Read a telephone system; return why it cannot be."""
        source = next((each for each in systems if each.name == name), None)
        if source is None:
            text = N_("there is no telephone system {name!r} at this site")
            return [Problem("pbx", Reason.UNREACHABLE, Told(text, name=name))]
        reading = await self._read_pbx(source, self._site)
        await self._keep(slice_id, f"pbx:{name}", reading.seen_at, reading)
        return []

    async def _see_done(
        self, slice_id: int, doing: Coroutine[Any, Any, list[Problem]]
    ) -> None:
        """Do what a slice asks, see it sent, and say that it is done."""
        try:
            problems = await doing
        except Exception as error:
            # The centre is told, and goes on with what was brought.
            log.exception("a slice cannot be visited", slice=slice_id)
            detail = Told(N_("{error}; please report it"), error=type(error).__name__)
            problems = [Problem("collector", Reason.INTERNAL, detail)]
        while self._spool.waiting(slice_id):
            await asyncio.sleep(SENDING)
        told = [wire.to_plain(problem) for problem in problems[:MOST_PROBLEMS]]
        await self._line.ask("/done", {"slice": slice_id, "problems": told})
        log.info("the centre has it", slice=slice_id, problems=len(problems))
        await _patiently(lambda: self._spool.drop(slice_id))
        self._running.pop(slice_id, None)

    async def _keep(
        self,
        slice_id: int,
        address: str,
        seen_at: datetime,
        found: Any,  # noqa: ANN401
    ) -> None:
        """Keep what was found, however long the disk is full."""
        body = wire.pack(found)
        await _patiently(lambda: self._spool.keep(slice_id, address, seen_at, body))

    async def _beating(self) -> None:
        while True:
            await asyncio.sleep(BEAT)
            if not self._running:
                continue
            answer = await self._line.ask("/beat", {"held": list(self._running)})
            await self._stand(answer)
            for slice_id in answer["lost"]:
                task = self._running.pop(slice_id, None)
                if task is not None:
                    log.warning("a slice is ours no more", slice=slice_id)
                    task.cancel()
                    with suppress(sqlite3.OperationalError):
                        # The disk may be full; others must not lose theirs by waiting.
                        self._spool.drop(slice_id)

    async def _sending(self) -> None:
        while True:
            kept = self._spool.unsent()
            if kept:
                await self._line.ask("/hosts", {"hosts": as_sent(kept)})
                # Sent once more after a restart, they are kept once.
                await _patiently(partial(self._spool.mark_sent, kept))
            else:
                await asyncio.sleep(SENDING)

    async def _telling(self) -> None:
        """Tell what was noted: logins, notices, machines that were heard."""
        while True:
            noted = self._spool.notes()
            if noted:
                told = [
                    {"seq": each.seq, "kind": each.kind, "body": each.body}
                    for each in noted
                ]
                answer = await self._line.ask("/notes", {"notes": told})
                await _patiently(partial(self._spool.drop_notes, noted[-1].seq))
                await self._stand(answer)
            else:
                await asyncio.sleep(SENDING)


async def _patiently(write: Callable[[], None]) -> None:
    """Write to the spool, however long the disk is full."""
    while True:
        try:
            write()
        except sqlite3.OperationalError as error:
            log.error("the spool cannot be written", error=str(error))
            await asyncio.sleep(FULL)
        else:
            return
