"""What a collector hears at its site: traps and informs, DHCP and phones that start.

Nothing is decided here: each becomes a note for the centre. Communities and users are
those of the site, asked for again now and then, so that a changed one is heard.
"""

from __future__ import annotations

import asyncio
import base64
import sqlite3
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import structlog

from api.remote.spool import Spool
from collectors.credentials import SnmpCredential
from collectors.errors import CollectError
from discovery.access.credentials import Credentials
from discovery.remote import wire

if TYPE_CHECKING:
    from collectors.facts import Observation
    from collectors.ports import Link
    from collectors.snmp.notifications import Notice

log = structlog.get_logger("purser.collector")
ASK_AGAIN = 300.0
"""Seconds between looks whether the credentials of the site have changed."""
TURN = 10.0
"""Seconds of one listening; what is heard is noted after each."""
SAME_AGAIN = 3600.0
"""Seconds after which a machine that says the same is noted again."""
PAUSE = 30.0

AskCredentials = Callable[[], Awaitable[Credentials]]


@dataclass(frozen=True, slots=True)
class Ears:
    """Where a collector listens.

    Attributes:
        traps: Address and UDP port; None: traps are not heard.
        interface: Of which DHCP and plug-and-play are heard; empty for none.
        address: Ours there, for plug-and-play; empty to leave it out.
    """

    traps: tuple[str, int] | None = None
    interface: str = ""
    address: str = ""


class Hearing:
    """Listens until it is cancelled.

    Args:
        ears: Where.
        spool: Takes the notes.
        site: Whose network it is.
        ask: Returns the credentials of the site.
        link: Makes raw frames; None: there are none on this machine.
    """

    def __init__(
        self,
        ears: Ears,
        spool: Spool,
        site: str,
        ask: AskCredentials,
        link: Callable[[], Link] | None = None,
    ) -> None:
        self._ears = ears
        self._spool = spool
        self._site = site
        self._ask = ask
        self._link = link
        self._said: dict[str, tuple[str, float]] = {}

    async def traps(self) -> None:
        """Hear traps; a port that is not ours is tried again and said in the log."""
        if self._ears.traps is None:
            return
        from collectors.snmp.traps import TrapReceiver

        address, port = self._ears.traps
        known: list[SnmpCredential] = []
        receiver: TrapReceiver | None = None
        try:
            while True:
                found = snmp_of(await self._ask())
                if receiver is None or found != known:
                    if receiver is not None:
                        await receiver.stop()
                    receiver = TrapReceiver(
                        found, self._heard, address=address, port=port
                    )
                    try:
                        await receiver.start()
                    except CollectError as error:
                        log.error("traps are not heard", error=str(error))
                        receiver = None
                        await asyncio.sleep(PAUSE)
                        continue
                    known = found
                    log.info("traps are heard", on=f"{address} port {receiver.port}")
                await asyncio.sleep(ASK_AGAIN)
        finally:
            if receiver is not None:
                await receiver.stop()

    def _heard(self, notice: Notice) -> None:
        self._note("notice", wire.to_plain(notice))

    async def machines(self) -> None:
        """Hear DHCP and plug-and-play on an interface."""
        if not self._ears.interface or self._link is None:
            return
        from discovery.notifications.listen import listen

        while True:
            heard = await listen(
                self._link(),
                interface=self._ears.interface,
                interface_ip=self._ears.address or None,
                seconds=TURN,
                clock=lambda: datetime.now(UTC),
                site=self._site,
            )
            for each in heard.seen:
                self._machine(each)
            for server in heard.servers:
                says = wire.to_plain(server)
                self._once(f"server {server.address}", repr(says), "server", says)
            if heard.problems:
                log.warning("not listened to", problem=heard.problems[0].detail)
                await asyncio.sleep(PAUSE)

    def _machine(self, seen: Observation) -> None:
        says = repr(replace(seen, seen_at=datetime.fromtimestamp(0, UTC)))
        who = next((c.value for c in seen.clues if c.kind == "mac"), seen.address)
        packed = base64.b64encode(wire.pack(seen)).decode()
        self._once(who, says, "machine", {"packed": packed})

    def _once(self, who: str, says: str, kind: str, body: Mapping[str, Any]) -> None:
        """Note what somebody says, unless it was the same a short while ago."""
        before, at = self._said.get(who, ("", 0.0))
        if says == before and time.monotonic() - at < SAME_AGAIN:
            return
        if self._note(kind, body):
            self._said[who] = (says, time.monotonic())

    def _note(self, kind: str, body: Mapping[str, Any]) -> bool:
        try:
            self._spool.note(kind, body)
        except sqlite3.OperationalError as error:
            # The next scan sees what a lost notice was about.
            log.error("the spool cannot be written", error=str(error))
            return False
        return True


def snmp_of(credentials: Credentials) -> list[SnmpCredential]:
    """Return every community and user once."""
    found = (c for each in credentials.sets for c in each.snmp)
    return list({credential.name: credential for credential in found}.values())
