"""SSH to one host: as to a computer or as to a network device, whichever it is."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, replace
from typing import Any

from collectors.credentials import SshCredential
from collectors.errors import (
    AnotherHost,
    AuthFailed,
    CollectError,
    LockedOut,
    TimedOut,
    Unsupported,
    UnusableCredential,
)
from collectors.facts import Problem, Reason
from discovery.access.account_history import AccountHistory
from discovery.access.canary import ACCEPTS_ANYTHING, accepts_anything
from discovery.access.memory import KnownHost, prove, whose_key
from discovery.access.offering import BY_SSH, Offering, gives_away
from discovery.scan.context import ScanContext
from discovery.scan.hosts import Host
from discovery.scan.requests import ScanRequest
from inventory.kernel.texts import N_, Said

CONSOLE, SHELL = "netmiko", "ssh"
"""The collectors; an account is remembered with the one it was used by."""

NETWORK_TYPES = frozenset(
    ("switch", "router", "firewall", "access-point", "wireless", "load-balancer")
)
_NETWORK_BANNER = re.compile(
    r"cisco|rosssh|comware|huawei|hp-?e? |fortissh|arista|extreme|netscreen|mocana"
    r"|aruba|zyxel|allegro|lancom",
    re.IGNORECASE,
)
_COMPUTER_BANNER = re.compile(
    r"debian|ubuntu|raspbian|freebsd|for_windows|netbsd|sun_ssh", re.IGNORECASE
)
"""SSH banners of network devices' own servers, and of the systems of computers."""


UNSURE = 45.0
"""Seconds for the inventory of what may be no computer: some consoles never answer."""


@dataclass(frozen=True, slots=True)
class _Way:
    """What is known before a login.

    Attributes:
        kind: The collector that fits, None where the kind of host is not known.
        platform: Device type of its console, empty where it is not known.
        pin: Host keys it may show, blank-separated.
        first: Names of accounts that opened it before.
    """

    host: Host
    port: int
    kind: str | None = None
    platform: str = ""
    pin: str | None = None
    first: tuple[str, ...] = ()


class Logins:
    """Logs in and collects; failures are raised as `CollectError`.

    Args:
        context: The openers, already guarded against lock-out.
        request: Site and ports.
        offering: What hosts may be sent, what worked before, and the host keys seen.
        history: What accounts have opened; shared by all hosts of a scan.
    """

    def __init__(
        self,
        context: ScanContext,
        request: ScanRequest,
        offering: Offering,
        history: AccountHistory | None = None,
    ) -> None:
        self._context = context
        self._site = request.site
        self._options = request.options
        self._offering = offering
        self._memory = offering.memory
        self._history = history if history is not None else AccountHistory()

    def port(self, host: Host) -> int | None:
        """Return the first port of the host where SSH is spoken."""
        found = {a.port for a in host.answers if a.protocol == "tcp"}
        return next((port for port in self._options.ssh_ports if port in found), None)

    async def collect(self, host: Host) -> None:
        """Collect what a login shows.

        What the host is, is told by SNMP, its banner or an earlier login; where all
        leave it open, it is asked as a computer first.

        Raises:
            CollectError: No login succeeded, or the device misbehaved.
        """
        way = self._way(host)
        if proven := await self._proven(way):
            await self._try_all(*proven)
            return
        accounts = await self._admitted(host, self._accounts(way))
        if not accounts:
            self._note_none(host)
            return
        try:
            await self._try_all(way, accounts)
        except AnotherHost as error:
            await self._as_known(way, accounts, error)

    async def _proven(self, way: _Way) -> tuple[_Way, list[SshCredential]] | None:
        """Return how to log in to a known machine that answers at a new address.

        Only where secrets are kept from hosts that are new.
        """
        host, site = way.host, self._site
        ask, address = self._context.host_key, way.host.address
        new = not self._offering.opened_by_ssh(address)
        if ask is None or not new or not self._offering.withholds(site, address, "ssh"):
            return None
        jumps = self._offering.credentials.via(site, address)
        try:
            shown = await ask(address, way.port, jumps)
        except CollectError:
            return None
        known = await asyncio.to_thread(
            prove,
            self._context.engine,
            site,
            address,
            way.port,
            shown,
            BY_SSH,
            host.seen_at,
        )
        if known is None:
            return None
        usable = self._offering.of_known(site, address, "ssh", known.credentials)
        if not usable:
            return None
        moved = self._moved(way, known, shown)
        return moved, [replace(a, jumps=a.jumps or jumps) for a in usable]

    def _moved(self, way: _Way, known: KnownHost, shown: str) -> _Way:
        return replace(
            way,
            kind=known.collector,
            platform=known.platform,
            pin=shown,
            first=known.credentials,
        )

    def _note_none(self, host: Host) -> None:
        """Say why no account is tried, where nothing has said it yet."""
        if "ssh:canary" in {problem.where for problem in host.problems}:
            return
        if not self._offering.withholds(self._site, host.address, "ssh"):
            host.without_credential("ssh", Said(N_("SSH answers here")))

    async def _admitted(
        self, host: Host, accounts: list[SshCredential]
    ) -> list[SshCredential]:
        """Return the accounts, without passwords if the host takes any password.

        Only hosts that SSH never opened before are put to the test.
        """
        giving = [one for one in accounts if gives_away(one)]
        opener, port = self._context.canary, self.port(host)
        new = not self._offering.opened_by_ssh(host.address)
        if not (giving and new and opener is not None and port is not None):
            return accounts
        way = self._offering.credentials.via(self._site, host.address)
        if not await accepts_anything(opener, host.address, port, way):
            return accounts
        host.problems.append(
            Problem("ssh:canary", Reason.AUTH_FAILED, ACCEPTS_ANYTHING)
        )
        return [one for one in accounts if one not in giving]

    async def _as_known(
        self, way: _Way, accounts: list[SshCredential], error: AnotherHost
    ) -> None:
        """Log in to a host that has moved here, with what opened it before only.

        Another secret would be shown to a machine that may have put itself there.
        """
        engine, site = self._context.engine, self._site
        known = await asyncio.to_thread(whose_key, engine, site, error.shown)
        usable = [a for a in accounts if known and a.name in known.credentials]
        if known is None or not usable:
            raise error
        await self._try_all(self._moved(way, known, error.shown), usable)

    async def _try_all(self, way: _Way, accounts: list[SshCredential]) -> None:
        """Try one account after the other while they are refused, likeliest first."""
        left, banner, address = list(accounts), _banner(way.host), way.host.address
        refused: CollectError | None = None
        while left:
            account = self._history.likeliest(
                left, address, banner, way.kind, way.first
            )
            left.remove(account)
            try:
                used = await self._attempt(way, account)
            except (AuthFailed, LockedOut, UnusableCredential) as error:
                # The first one was the likeliest to fit: its failure says most.
                refused = refused or error
                self._history.refused(account.name, address, banner)
                continue
            self._history.opened(account.name, used, address, banner)
            return
        if refused is not None:
            raise refused

    async def _attempt(self, way: _Way, account: SshCredential) -> str:
        """Log in with one account and collect; return the collector that did it."""
        told, kind = account.device_type, way.kind
        if told and way.platform and not self._same_platform(told, way.platform):
            told = None  # the device itself has said otherwise
        if told or kind == CONSOLE:
            await self._console(way, account, told or way.platform)
            return CONSOLE
        try:
            await self._shell(way, account)
        except (Unsupported, TimedOut) as error:
            hung = kind == SHELL and isinstance(error, TimedOut)
            if hung or self._context.clis is None:
                raise
            await self._console(way, account, way.platform)
            return CONSOLE
        return SHELL

    def _same_platform(self, one: str, other: str) -> bool:
        consoles = self._context.consoles
        return consoles is None or consoles.same(one, other)

    def _way(self, host: Host) -> _Way:
        """Gather what earlier scans, SNMP and the banner tell."""
        port = self.port(host)
        memory, address = self._memory, host.address
        first = memory.first(address, CONSOLE) + memory.first(address, SHELL)
        platform = memory.platforms.get(address) or self._told_platform(host)
        kind = self._kind(host)
        if kind is None and platform:
            kind = CONSOLE
        return _Way(
            host=host,
            port=port or 0,
            kind=kind,
            platform=platform if kind == CONSOLE else "",
            pin=memory.pins.get(address),
            first=tuple(first),
        )

    def _told_platform(self, host: Host) -> str:
        """Return the device type that sysDescr or the banner shows."""
        consoles = self._context.consoles
        if consoles is None:
            return ""
        for seen in host.observations:
            descr = seen.system.descr if seen.system else None
            if found := consoles.described(descr or ""):
                return found
        return consoles.detect(_banner(host)) or ""

    def _kind(self, host: Host) -> str | None:
        own = [o for o in host.observations if o.collector == "snmp"]
        if own:
            kind = self._context.identify.observed(own).fields["type"].value
            if kind in NETWORK_TYPES:
                return CONSOLE
            if kind == "computer":
                return SHELL
        banner = _banner(host)
        if _NETWORK_BANNER.search(banner):
            return CONSOLE
        if _COMPUTER_BANNER.search(banner):
            return SHELL
        worked = self._memory.worked
        return next(
            (kind for kind in (CONSOLE, SHELL) if (host.address, kind) in worked), None
        )

    def _accounts(self, way: _Way) -> list[SshCredential]:
        """Return the accounts that may open the host, those that fit its kind first.

        An account whose device type is told is of network devices; one without may be
        of either.
        """
        consoles = self._context.clis is not None and (
            self._context.collectors.cli is not None
        )
        shells = self._context.shells is not None
        found = self._offering.ssh(self._site, way.host.address)
        behind = self._offering.credentials.via(self._site, way.host.address)
        if behind:
            found = [replace(a, jumps=a.jumps or behind) for a in found]
        typed = [a for a in found if a.device_type and consoles]
        plain = [a for a in found if not a.device_type]
        if not (shells or (consoles and way.kind != SHELL)):
            plain = []
        return [*typed, *plain] if way.kind == CONSOLE else [*plain, *typed]

    async def _shell(self, way: _Way, account: SshCredential) -> None:
        opener = self._context.shells
        if opener is None:
            raise Unsupported(N_("no shells are asked"))
        shell = await opener.open(
            way.host.address, way.port, account, pinned_key=way.pin
        )
        try:
            common = self._common(way, account)
            whole = self._options.inventory_timeout
            common["timeout"] = min(UNSURE, whole) if way.kind is None else whole
            common["command_timeout"] = self._options.command_timeout
            found = await self._context.collectors.shell(shell, **common)
            way.host.add("ssh", found)
        finally:
            await shell.close()

    async def _console(
        self, way: _Way, account: SshCredential, device_type: str
    ) -> None:
        opener, collect = self._context.clis, self._context.collectors.cli
        if opener is None or collect is None:
            raise Unsupported(N_("no consoles are asked"))
        line = await opener.open(
            way.host.address, way.port, account, device_type, pinned_key=way.pin
        )
        try:
            way.host.add("ssh", await collect(line, **self._common(way, account)))
        finally:
            await line.close()

    def _common(self, way: _Way, account: SshCredential) -> dict[str, Any]:
        return {
            "address": way.host.address,
            "port": way.port,
            "site": self._site,
            "credential": account.name,
            "seen_at": way.host.seen_at,
        }


def _banner(host: Host) -> str:
    banners = (a.detail.get("banner", "") for a in host.answers)
    return next((b.removeprefix("SSH-2.0-") for b in banners if b), "")
