"""SSH to one host: as to a computer or as to a network device, whichever it is."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from collectors.credentials import SshCredential
from collectors.errors import AuthFailed
from collectors.facts import Problem, Reason
from discovery.access.canary import ACCEPTS_ANYTHING, accepts_anything
from discovery.access.offering import Offering, gives_away
from discovery.scan.context import ScanContext
from discovery.scan.hosts import Host, first_that_works
from discovery.scan.requests import ScanRequest

NETWORK_TYPES = frozenset(("switch", "router", "firewall", "access-point", "wireless"))
_NETWORK_BANNER = re.compile(
    r"cisco|rosssh|comware|huawei|hp-?e? |fortissh|arista|extreme|netscreen|mocana"
    r"|aruba|zyxel|allegro|lancom",
    re.IGNORECASE,
)
"""SSH banners of network devices' own servers; computers show OpenSSH's."""


class Logins:
    """Logs in and collects; failures are raised as `CollectError`.

    Args:
        context: The openers, already guarded against lock-out.
        request: Site and ports.
        offering: What hosts may be sent, what worked before, and the host keys seen.
    """

    def __init__(
        self, context: ScanContext, request: ScanRequest, offering: Offering
    ) -> None:
        self._context = context
        self._site = request.site
        self._ports = request.options.ssh_ports
        self._offering = offering

    def port(self, host: Host) -> int | None:
        """Return the first port of the host where SSH is spoken."""
        found = {a.port for a in host.answers if a.protocol == "tcp"}
        return next((port for port in self._ports if port in found), None)

    async def collect(self, host: Host) -> None:
        """Collect what a login shows.

        Where a banner and SNMP leave open what it is, the accounts of computers are
        tried first.

        Raises:
            CollectError: No login succeeded, or the device misbehaved.
        """
        kinds = (True,) if self._seems_network(host) else (False, True)
        refused: AuthFailed | None = None
        for network in kinds:
            accounts = await self._admitted(host, self._accounts(host, network=network))
            try:
                if accounts:
                    attempt = partial(self._line if network else self._shell, host)
                    await first_that_works(accounts, attempt)
                    return
            except AuthFailed as error:
                refused = error
        if refused is not None:
            raise refused
        if "ssh:canary" in {problem.where for problem in host.problems}:
            return
        if not self._offering.withholds(self._site, host.address, "ssh"):
            host.without_credential("ssh", "SSH answers here")

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
        if not await accepts_anything(opener, host.address, port):
            return accounts
        host.problems.append(
            Problem("ssh:canary", Reason.AUTH_FAILED, ACCEPTS_ANYTHING)
        )
        return [one for one in accounts if one not in giving]

    def _accounts(self, host: Host, *, network: bool) -> list[SshCredential]:
        usable = (
            self._context.clis is not None and self._context.collectors.cli is not None
            if network
            else self._context.shells is not None
        )
        if not usable:
            return []
        name = "netmiko" if network else "ssh"
        first = self._offering.memory.first(host.address, name)
        return self._offering.ssh(self._site, host.address, first, network=network)

    def _seems_network(self, host: Host) -> bool:
        own = [o for o in host.observations if o.collector == "snmp"]
        if own:
            kind = self._context.identify.observed(own).fields["type"].value
            return kind in NETWORK_TYPES
        banners = [a.detail.get("banner", "") for a in host.answers]
        return any(_NETWORK_BANNER.search(banner) for banner in banners)

    async def _shell(self, host: Host, account: SshCredential) -> None:
        opener, port = self._context.shells, self.port(host)
        if opener is None or port is None:
            return
        pin = self._offering.memory.pins.get(host.address)
        shell = await opener.open(host.address, port, account, pinned_key=pin)
        try:
            common = self._common(host, account, port)
            host.add("ssh", await self._context.collectors.shell(shell, **common))
        finally:
            await shell.close()

    async def _line(self, host: Host, account: SshCredential) -> None:
        opener, port = self._context.clis, self.port(host)
        collect = self._context.collectors.cli
        if opener is None or port is None or collect is None:
            return
        pin = self._offering.memory.pins.get(host.address)
        line = await opener.open(
            host.address, port, account, account.device_type or "", pinned_key=pin
        )
        try:
            host.add("ssh", await collect(line, **self._common(host, account, port)))
        finally:
            await line.close()

    def _common(self, host: Host, account: SshCredential, port: int) -> dict[str, Any]:
        return {
            "address": host.address,
            "port": port,
            "site": self._site,
            "credential": account.name,
            "seen_at": host.seen_at,
        }
