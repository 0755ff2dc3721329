"""One host: from what answered in the sweep to observations, each failure a reason.

Nothing here raises for a host that misbehaves; what did not work is a problem beside
what did. May import `collectors`.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from functools import partial

import structlog

from collectors.credentials import SnmpCredential
from collectors.errors import CollectError, TimedOut, Unsupported
from collectors.facts import Clue, Observation, Problem, Reason
from collectors.patience import listening
from collectors.ports import Sip
from collectors.snmp.identity_reading import read_identity
from discovery.access.account_history import AccountHistory
from discovery.access.offering import WITHHELD, Offering
from discovery.scan.context import ScanContext
from discovery.scan.hosts import Host, first_that_works
from discovery.scan.logins.ssh import Logins
from discovery.scan.logins.winrm import WinRmLogins
from discovery.scan.requests import WHEREABOUTS, Depth, ScanOptions, ScanRequest
from inventory.kernel.texts import N_, Said

log = structlog.get_logger("purser.collect")


class HostCollector:
    """Collects hosts with the ports of one context.

    Args:
        context: The ports.
        request: Site and options.
        offering: What hosts may be sent, and what worked before.
        history: What SSH accounts have opened; shared by all hosts of a scan.
    """

    def __init__(
        self,
        context: ScanContext,
        request: ScanRequest,
        offering: Offering,
        history: AccountHistory | None = None,
    ) -> None:
        self._context = context
        self._request = request
        self._options = request.options
        self._offering = offering
        self._logins = Logins(context, request, offering, history)
        self._winrm = WinRmLogins(context, request, offering)

    async def collect(self, host: Host) -> None:
        """Ask a host by everything it answered; fills `host`, never raises."""
        _note_sweep(host, self._request.site)
        if host.answer("snmp") is not None and self._context.snmp is not None:
            await self._guarded(host, "snmp", "snmp:system", self._snmp)
        if host.answer("sip") is not None and self._context.sip is not None:
            await self._guarded(host, "sip", "sip:options", self._sip)
        elif sip_streams(host, self._context, self._options):
            await self._guarded(host, "sip", "sip:options", self._sip_stream)
        if page_port(host, self._options) is not None and self._context.web is not None:
            await self._page(host)
        if self._logins.port(host) is not None:
            await self._guarded(host, "ssh", "ssh:login", self._logins.collect)
        if self._winrm.wanted(host):
            await self._guarded(host, "winrm", "winrm:login", self._winrm.collect)
        if self._context.probe is not None and self._probes(host):
            await self._guarded(host, "probe", "probe:ask", self._probe)
        if self._context.names is not None and self._options.name_servers:
            await self._guarded(host, "dns", "dns:names", self._names)
        self._note_withheld(host)

    def _probes(self, host: Host) -> bool:
        """Whether a host may be probed: not where only a jump host reaches it."""
        rules = self._options.probe_rules()
        via = self._context.credentials.via(self._request.site, host.address)
        return not via and bool(rules.probes_for(host.address))

    def _note_withheld(self, host: Host) -> None:
        """Say which secrets a host was not sent, where nothing else opened it."""
        asked = {"snmp": None not in (self._context.snmp, self._options.snmp_port)}
        asked["ssh"] = self._logins.port(host) is not None
        asked["winrm"] = self._winrm.wanted(host)
        for name in (name for name, was_asked in asked.items() if was_asked):
            if host.collectors.get(name) != "ok" and self._offering.withholds(
                self._request.site, host.address, name
            ):
                found = Problem(f"{name}:offer", Reason.NO_CREDENTIAL, WITHHELD)
                host.problems.append(found)

    async def _guarded(
        self,
        host: Host,
        name: str,
        where: str,
        collect: Callable[[Host], Awaitable[None]],
    ) -> None:
        """Run one collector within its time; its failure is the host's alone."""
        limit = self._options.collect_timeout
        started = time.perf_counter()
        try:
            async with listening(limit):
                await collect(host)
        except CollectError as error:
            host.failed(name, where, error)
        except TimeoutError:
            host.failed(
                name,
                where,
                TimedOut(Said(N_("not done within {limit:g} s"), limit=limit)),
            )
        except Exception as error:  # noqa: BLE001
            # The boundary where a fault of ours becomes a result: one device that
            # breaks a parser must not end the scan of all others.
            detail = Said(N_("{error}; please report it"), error=type(error).__name__)
            host.problems.append(Problem(where, Reason.INTERNAL, detail))
            host.collectors[name] = Reason.INTERNAL.value
        finally:
            outcome, ms = host.collectors.get(name), time.perf_counter() - started
            log.info("collected", collector=name, outcome=outcome, ms=round(ms * 1000))

    async def _snmp(self, host: Host) -> None:
        answer = host.answer("snmp")
        credential_name = (
            answer.detail.get("credential") if answer is not None else None
        )
        found = self._offering.snmp(
            self._request.site,
            host.address,
            self._offering.memory.first(host.address, "snmp", credential_name),
        )
        # The sweep tried all communities. Where none of them answered, it was the
        # v3 engine that did, and its users are still to be tried.
        found = [c for c in found if c.version == "3" or c.name == credential_name]
        if credential_name is not None:
            found = [c for c in found if c.name == credential_name] or found
        if not found:
            host.without_credential("snmp", Said(N_("an SNMP agent answers here")))
            return
        # A wrong community is silence: it cannot be told from a device that is gone.
        await first_that_works(found, partial(self._snmp_with, host), also=(TimedOut,))

    async def _snmp_with(self, host: Host, credential: SnmpCredential) -> None:
        port = self._options.snmp_port or 161
        if self._context.snmp is None:
            return
        session = self._context.snmp.session(host.address, port, credential)
        common = {
            "address": host.address,
            "port": port,
            "site": self._request.site,
            "credential": credential.name,
            "seen_at": host.seen_at,
        }
        try:
            collect = self._context.collectors.snmp
            if self._options.depth == Depth.WHEREABOUTS:
                observation = await collect(session, topics=WHEREABOUTS, **common)
            else:
                observation = await read_identity(
                    session, self._context.identify, collect, **common
                )
        finally:
            await session.close()
        host.add("snmp", observation)

    async def _sip(self, host: Host) -> None:
        observation = await self._context.collectors.sip(
            self._context.sip,
            address=host.address,
            port=self._options.sip_port or 5060,
            site=self._request.site,
            seen_at=host.seen_at,
        )
        host.add("sip", observation)

    async def _sip_stream(self, host: Host) -> None:
        for sip, port in sip_streams(host, self._context, self._options)[:1]:
            observation = await self._context.collectors.sip(
                sip,
                address=host.address,
                port=port,
                site=self._request.site,
                seen_at=host.seen_at,
            )
            host.add("sip", observation)

    async def _probe(self, host: Host) -> None:
        """Ask what it says without a credential; most say something."""
        assert self._context.probe is not None
        observation = await self._context.probe(
            self._options.probe_rules(),
            address=host.address,
            site=self._request.site,
            seen_at=host.seen_at,
        )
        if observation is not None:
            host.add("probe", observation)

    async def _names(self, host: Host) -> None:
        """Ask the site's name servers; many addresses have no name."""
        assert self._context.names is not None
        observation = await self._context.names(
            self._options.name_servers,
            self._options.zones,
            address=host.address,
            site=self._request.site,
            seen_at=host.seen_at,
        )
        if observation is not None:
            host.add("dns", observation)

    async def _page(self, host: Host) -> None:
        """Ask for a status page; most hosts have none, which is no problem."""
        try:
            observation = await self._context.collectors.page(
                self._context.web,
                address=host.address,
                port=page_port(host, self._options),
                site=self._request.site,
                seen_at=host.seen_at,
            )
        except Unsupported:
            return
        except CollectError as error:
            if host.answer("sip") is not None:
                host.failed("http", "http:status", error)
            return
        host.add("http", observation)


def _note_sweep(host: Host, site: str) -> None:
    """Keep what the sweep alone tells: open ports and what they say at once."""
    clues = []
    for answer in host.answers:
        if answer.protocol == "tcp":
            where = f"tcp {answer.port}"
            clues.append(Clue("open-port", str(answer.port), where))
            banner = answer.detail.get("banner", "")
            if banner.startswith("SSH-"):
                clues.append(Clue("ssh-banner", banner, where))
        elif answer.protocol == "arp" and "mac" in answer.detail:
            clues.append(Clue("mac", answer.detail["mac"], "arp"))
    richer = any(a.protocol in {"snmp", "sip"} for a in host.answers)
    if clues or not richer:
        host.observations.append(
            Observation(
                address=host.address,
                collector="sweep",
                seen_at=host.seen_at,
                site=site,
                clues=tuple(sorted(set(clues), key=lambda c: (c.kind, c.source))),
                reads=frozenset(("clues",)),
            )
        )


def sip_streams(
    host: Host, context: ScanContext, options: ScanOptions
) -> list[tuple[Sip, int]]:
    """Return the ports to ask through, with their numbers: TCP, then TLS beside it.

    A host that accepts connections where SIP is spoken over them is asked there, if
    UDP brought nothing.
    """
    base = options.sip_port or 5060
    return [
        (sip, port)
        for sip, port in ((context.sip_tcp, base), (context.sip_tls, base + 1))
        if sip is not None and _open(host, port)
    ]


def page_port(host: Host, options: ScanOptions) -> int | None:
    """Return where to ask for a status page; None for not at all.

    Where an SNMP agent answers none is asked for: the agent tells more.
    """
    if host.answer("snmp") is not None:
        return None
    return next((port for port in options.page_ports if _open(host, port)), None)


def _open(host: Host, port: int) -> bool:
    return any(a.protocol == "tcp" and a.port == port for a in host.answers)
