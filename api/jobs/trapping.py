"""Hears traps and informs while Purser serves, and starts the scans they ask for.

In a thread with an event loop of its own, so that neither pages nor scans wait for a
storm of notifications. Imports the receiver, hence pysnmp, when it is started.
"""

from __future__ import annotations

import asyncio
import secrets
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import structlog
from sqlalchemy.exc import SQLAlchemyError
from structlog.contextvars import bound_contextvars

from api.compose.device_logins import all_credentials
from api.compose.scanning import make_request
from api.compose.wiring import App
from collectors.credentials import SnmpCredential
from collectors.errors import CollectError
from collectors.snmp.notifications import Notice, NoticeGate
from discovery.notifications.trap_rescans import RescanSite, TrapRescans, rescan_site
from inventory.kernel.errors import Invalid, InventoryError
from inventory.kernel.texts import N_

if TYPE_CHECKING:
    from collectors.snmp.traps import TrapReceiver

log = structlog.get_logger("purser.traps")
_EVERY = 1.0
"""Seconds between looks at whose turn it is."""
_PATIENCE = 10.0
"""Seconds for the receiver to start and to stop."""
REQUESTED_BY = "trap"


@contextmanager
def listening(app: App) -> Iterator[None]:
    """Take notices as long as the block runs: of collectors, and what is heard here.

    Raises:
        Invalid: The address or port is not ours to listen on.
    """
    listener = TrapListener(app)
    listener.start()
    try:
        yield
    finally:
        listener.stop()


class TrapListener:
    """The receiver in its thread, and what is done about what it hears."""

    def __init__(self, app: App) -> None:
        self._app = app
        wanted = app.settings.traps
        self._recollection = TrapRescans(
            app.engine,
            app.clock,
            _places(app),
            app.traps,
            NoticeGate(wanted.settle, wanted.quiet),
        )
        self._receiver: TrapReceiver | None = None
        self._scans: list[int] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(
            target=self._loop.run_forever, name="traps", daemon=True
        )

    def start(self) -> None:
        """Open the socket, if the settings say so.

        Raises:
            Invalid: The address or port is not ours to listen on.
        """
        self._thread.start()
        self._app.traps.take = self._take
        opened = asyncio.run_coroutine_threadsafe(self._open(), self._loop)
        try:
            opened.result(_PATIENCE)
        except CollectError as error:
            self._end()
            raise Invalid(
                f"{str(error).partition(';')[0].capitalize()}.",
                where="traps",
                remedy=N_(
                    "Choose another traps.port, or allow this one: ports below 1024"
                    " need root or CAP_NET_BIND_SERVICE."
                ),
            ) from error

    def stop(self) -> None:
        """Close the socket and end the thread; scans go on."""
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(_PATIENCE)
        self._end()

    def _end(self) -> None:
        self._app.traps.take = None
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_PATIENCE)
        self._loop.close()

    async def _open(self) -> None:
        if self._app.settings.traps.enabled:
            await self._hear()
        self._ticking = asyncio.create_task(self._tick())

    async def _hear(self) -> None:
        from collectors.snmp.traps import TrapReceiver

        wanted, book = self._app.settings.traps, self._app.traps
        receiver = TrapReceiver(
            _credentials(self._app),
            self._heard,
            address=str(wanted.address),
            port=wanted.port,
        )
        await receiver.start()
        self._receiver = receiver
        book.listening = f"{wanted.address} port {receiver.port}"
        book.tally = lambda: receiver.counts
        log.info("traps are heard", on=book.listening)

    async def _close(self) -> None:
        self._ticking.cancel()
        await asyncio.gather(self._ticking, return_exceptions=True)
        self._app.traps.listening = None
        if self._receiver is not None:
            await self._receiver.stop()

    def _take(self, site: str, notice: Notice) -> None:
        """Take a notice of a collector, from any thread."""
        self._loop.call_soon_threadsafe(self._heard, notice, site)

    def _heard(self, notice: Notice, at: str | None = None) -> None:
        try:
            self._recollection.hear(notice, time.monotonic(), at)
        except Exception as error:  # noqa: BLE001
            # A notice that is lost is no reason to end; the next scan sees it all.
            log.warning("a notification is lost", error=type(error).__name__)

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(_EVERY)
            try:
                self._turn()
            except (InventoryError, SQLAlchemyError) as error:
                # The database is away; those whose turn it is not yet wait on.
                log.warning("notifications wait", error=type(error).__name__)
            except Exception:
                # A fault of ours with one of them must not silence all others.
                log.exception("notifications wait")

    def _turn(self) -> None:
        if not self._busy():
            with bound_contextvars(job="traps", job_id=secrets.token_hex(4)):
                self._scans = self._recollection.collect(time.monotonic(), self._start)

    def _busy(self) -> bool:
        """Whether the scans started before still run: meanwhile others gather."""
        jobs = self._app.scans()
        return any(jobs.status(scan_id).running for scan_id in self._scans)

    def _start(self, site: str, addresses: Sequence[str]) -> int:
        request = make_request(
            self._app.settings, addresses, site=site or None, crawl=False
        )
        return self._app.scans().start(request, requested_by=REQUESTED_BY)


def _places(app: App) -> list[RescanSite]:
    return [
        rescan_site(site.name, site.networks, site.exclusions)
        for site in app.settings.sites
    ]


def _credentials(app: App) -> list[SnmpCredential]:
    """Return every community and user once, whatever site it is for."""
    known = all_credentials(app.settings, app.engine, app.clock)
    found = (c for each in known.sets for c in each.snmp)
    return list({credential.name: credential for credential in found}.values())
