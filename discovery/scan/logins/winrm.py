"""WinRM to one host, where SSH has not opened it as a computer."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import replace
from functools import partial

from pydantic import SecretStr

from collectors.credentials import JumpHost, WinRmCredential
from collectors.errors import (
    AnotherHost,
    CollectError,
    UnusableCredential,
)
from collectors.facts import Problem, Reason
from discovery.access.canary import ACCEPTS_ANYTHING
from discovery.access.memory import prove, whose_key
from discovery.access.offering import Offering, gives_away
from discovery.scan.context import ScanContext
from discovery.scan.hosts import Host, first_that_works
from discovery.scan.requests import ScanRequest
from inventory.kernel.texts import N_, Said

COLLECTOR = "winrm"


class WinRmLogins:
    """Logs in and collects; failures are raised as `CollectError`.

    Args:
        context: The opener, already guarded against lock-out.
        request: Site and ports.
        offering: What hosts may be sent, and what worked before.
    """

    def __init__(
        self, context: ScanContext, request: ScanRequest, offering: Offering
    ) -> None:
        self._context = context
        self._site = request.site
        options = request.options
        self._timeout = options.inventory_timeout
        self._ports = {False: options.winrm_port, True: options.winrm_http_port}
        self._offering = offering

    def wanted(self, host: Host) -> bool:
        """Whether a host speaks WinRM and has not told the same by SSH."""
        open_port = self._port(host, http=False) or self._port(host, http=True)
        read = any(o.collector == "ssh" for o in host.observations)
        return bool(open_port) and not read and self._context.remotings is not None

    def _port(self, host: Host, *, http: bool) -> int | None:
        """Return the port of plain HTTP, or of HTTPS, if it answered."""
        answered = {a.port for a in host.answers if a.protocol == "tcp"}
        port = self._ports[http]
        return port if port in answered else None

    async def collect(self, host: Host) -> None:
        """Collect what a login shows.

        Raises:
            CollectError: No login succeeded, or the computer misbehaved.
        """
        if proven := await self._proven(host):
            await self._try_all(host, *proven)
            return
        first = self._offering.memory.first(host.address, COLLECTOR)
        found = self._offering.winrm(self._site, host.address, first)
        accounts = await self._admitted(host, self._behind(host, found))
        if not accounts:
            told = {problem.where for problem in host.problems}
            if "winrm:canary" not in told and not self._offering.withholds(
                self._site, host.address, COLLECTOR
            ):
                host.without_credential(COLLECTOR, Said(N_("WinRM answers here")))
            return
        try:
            await self._try_all(host, accounts)
        except AnotherHost as error:
            await self._as_known(host, accounts, error)

    async def _proven(self, host: Host) -> tuple[list[WinRmCredential], str] | None:
        """Return how to log in to a known machine that answers at a new address."""
        ask, port = self._context.certificate, self._port(host, http=False)
        site, address = self._site, host.address
        new = not self._offering.opened_by(address, COLLECTOR)
        if ask is None or port is None or not new:
            return None
        if not self._offering.withholds(site, address, COLLECTOR):
            return None
        try:
            shown = await ask(address, port, self._jumps(host))
        except CollectError:
            return None
        known = await asyncio.to_thread(
            prove,
            self._context.engine,
            site,
            address,
            port,
            shown,
            (COLLECTOR,),
            host.seen_at,
        )
        names = known.credentials if known is not None else ()
        usable = self._behind(
            host, self._offering.of_known(site, address, COLLECTOR, names)
        )
        return ([a for a in usable if not a.http], shown) if usable else None

    def _jumps(self, host: Host) -> tuple[JumpHost, ...]:
        return self._offering.credentials.via(self._site, host.address)

    def _behind(
        self, host: Host, accounts: list[WinRmCredential]
    ) -> list[WinRmCredential]:
        """Return the accounts with the way to a host behind jump hosts."""
        jumps = self._jumps(host)
        return [replace(account, jumps=jumps) for account in accounts]

    async def _try_all(
        self, host: Host, accounts: list[WinRmCredential], pin: str | None = None
    ) -> None:
        attempt = partial(self._attempt, host, pin)
        await first_that_works(accounts, attempt, also=(UnusableCredential,))

    async def _admitted(
        self, host: Host, accounts: list[WinRmCredential]
    ) -> list[WinRmCredential]:
        """Return the accounts, without passwords if the host takes any password."""
        giving = [one for one in accounts if gives_away(one)]
        new = not self._offering.opened_by(host.address, COLLECTOR)
        opener = self._context.winrm_canary
        if not (giving and new and opener is not None):
            return accounts
        made_up = replace(
            giving[0],
            name="canary",
            user=f"u{secrets.token_hex(4)}",
            password=SecretStr(secrets.token_urlsafe(18)),
        )
        port = self._port(host, http=made_up.http)
        if port is None:
            return accounts
        try:
            session = await opener.open(host.address, port, made_up)
        except CollectError:
            return accounts
        await session.close()
        found = Problem("winrm:canary", Reason.AUTH_FAILED, ACCEPTS_ANYTHING)
        host.problems.append(found)
        return [one for one in accounts if one not in giving]

    async def _as_known(
        self, host: Host, accounts: list[WinRmCredential], error: AnotherHost
    ) -> None:
        """Log in to a host that has moved here, with what opened it before only."""
        engine, site = self._context.engine, self._site
        known = await asyncio.to_thread(
            whose_key, engine, site, error.shown, (COLLECTOR,)
        )
        usable = [a for a in accounts if known and a.name in known.credentials]
        if not usable:
            raise error
        await self._try_all(host, usable, error.shown)

    async def _attempt(
        self, host: Host, pin: str | None, account: WinRmCredential
    ) -> None:
        opener = self._context.remotings
        port = self._port(host, http=account.http)
        if opener is None or port is None:
            kind = "HTTP" if account.http else "HTTPS"
            raise UnusableCredential(
                N_(
                    "the account {name} is for WinRM over {kind}, which does not"
                    " answer here"
                ),
                name=account.name,
                kind=kind,
            )
        session = await opener.open(host.address, port, account, pinned_key=pin)
        try:
            found = await self._context.collectors.remoting(
                session,
                address=host.address,
                port=port,
                site=self._site,
                credential=account.name,
                seen_at=host.seen_at,
                timeout=self._timeout,
            )
        finally:
            await session.close()
        host.add(COLLECTOR, found)
