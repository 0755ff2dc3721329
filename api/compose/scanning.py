"""Settings to what a scan works with: credentials, collectors, options, requests.

The part of the wiring that meets the network; `api.compose.wiring` hands it the
settings.
Heavy libraries (asyncssh, netmiko) are loaded when a scan begins.
"""

from __future__ import annotations

import asyncio
import difflib
import os
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine

from api.compose.adoption import adoption_of
from api.compose.device_logins import all_credentials, set_names
from api.compose.pbx_sources import pbx_systems_of
from discovery.access.credentials import Credentials, CredentialSet
from discovery.scan.requests import ScanOptions, ScanRequest
from discovery.scan.targets import TargetError, parse_targets
from inventory.jobs.slices import has_collectors
from inventory.kernel.errors import Invalid
from inventory.kernel.texts import N_
from inventory.storage import upgrade
from inventory.storage.engine import repeatable
from inventory.storage.work import Clock

if TYPE_CHECKING:
    from collectors.ports import SnmpEngine
    from collectors.ssh.connection import Connector
    from collectors.ssh.consoles.platforms import CliKnowledge
    from collectors.ssh.guarded_openers import LoginGate
    from config.settings import Settings, Site
    from discovery.identity.identify import Knowledge
    from discovery.scan.context import ScanContext
    from discovery.scan.read_pbx import PbxSystems

_ANY = 2**129
"""How many addresses there are is checked by the scan."""

_SCAN_OPTIONS = (
    "icmp tcp_ports snmp_port ssh_ports sip_port rate timeout retries"
    " winrm_port winrm_http_port"
    " collect_timeout concurrency max_addresses crawl missing_after_days"
    " place_days history_days probes"
).split()


def options_of(settings: Settings) -> ScanOptions:
    """Return the scan options of the settings."""
    return ScanOptions(**{name: getattr(settings.scan, name) for name in _SCAN_OPTIONS})


def make_request(
    settings: Settings,
    targets: Sequence[str] = (),
    *,
    engine: Engine | None = None,
    exclude: Sequence[str] = (),
    site: str | None = None,
    credential_sets: Sequence[str] = (),
    allow: Sequence[str] = (),
    **options: Any,  # noqa: ANN401 - fields of ScanOptions
) -> ScanRequest:
    """Return a scan request; what is not given comes from the settings.

    Without targets the networks of the site are scanned. The exclusions of the site
    hold always. Without a site the only one of the settings is meant, if it is one.

    Args:
        settings: The settings.
        targets: Networks, ranges, addresses, names.
        engine: Where the vault is, whose sets may be named as well.
        exclude: The same, never asked.
        site: Name of the site.
        credential_sets: Names of credential sets; empty for those of the site.
        allow: Further networks that the crawl may enter; of a site that has networks,
            within those.
        options: Fields of `ScanOptions` that differ from the settings.

    Raises:
        Invalid: No targets, an unknown site or credential set.
    """
    known = {each.name: each for each in settings.sites}
    if site is None:
        site = next(iter(known)) if len(known) == 1 else ""
    elif known and site not in known:
        raise Invalid(
            N_("There is no site {site!r}."),
            where="site",
            remedy=_suggest(site, known) or "Add it to [[sites]] in purser.toml.",
            site=site,
        )
    place = known.get(site)
    networks = place.networks if place else ()
    if not targets and not networks:
        raise Invalid(
            N_("There is nothing to scan."),
            where="targets",
            remedy=N_(
                "Name a network such as 10.1.0.0/24, or give the site networks in"
                " purser.toml."
            ),
        )
    _check_sets(settings, engine, credential_sets)
    for where, given in (("targets", targets), ("allow", allow)):
        if given and (networks or where == "allow"):
            check_networks(where, given, networks)
    return ScanRequest(
        targets=tuple(targets or networks),
        exclude=(*exclude, *(place.exclusions if place else ())),
        site=site,
        credential_sets=tuple(credential_sets),
        allowed=networks,
        may_enter=tuple(allow),
        options=replace(_of_site(options_of(settings), place), **options),
    )


def check_networks(where: str, given: Sequence[str], within: Sequence[str]) -> None:
    """Refuse what cannot be read, or lies in none of the networks of a site.

    Raises:
        Invalid: Which, and what to write.
    """
    try:
        # Names are looked up, and checked, when the scan begins.
        parse_targets(
            given, resolve=lambda _name: (), limit=_ANY, allowed=tuple(within)
        )
    except TargetError as error:
        raise Invalid(
            error.text, where=where, remedy=error.advice, **error.values
        ) from error


def _of_site(options: ScanOptions, place: Site | None) -> ScanOptions:
    """Return the options with a site's name servers and what its ranges say."""
    ranges = place.ranges if place else ()
    return replace(
        options,
        name_servers=tuple(map(str, place.name_servers)) if place else (),
        zones=place.zones if place else (),
        probes_off=tuple(n for r in ranges if not r.probes for n in r.networks),
        passive=tuple(n for r in ranges if r.ot for n in r.networks),
        industrial=tuple(
            f"{name} {network}"
            for r in ranges
            for name in r.industrial
            for network in r.networks
        ),
    )


def _check_sets(
    settings: Settings, engine: Engine | None, names: Sequence[str]
) -> None:
    if not names:
        return
    known = {each.name for each in settings.credentials.sets} or {"all"}
    if engine is not None:
        known = set_names(settings, engine)
    for name in names:
        if name not in known:
            raise Invalid(
                N_("There is no credential set {name!r}."),
                where="credential_sets",
                remedy=_suggest(name, known)
                or "See [[credentials.sets]] and `purser credential list`.",
                name=name,
            )


def _suggest(word: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)
    return f"Did you mean {close[0]}?" if close else ""


def snmp_engine(settings: Settings) -> SnmpEngine:
    """Return the SNMP engine the settings name; belongs to the running loop."""
    if settings.scan.engine == "pysnmp":
        from collectors.snmp.reference.pysnmp_engine import PysnmpEngine

        return PysnmpEngine()
    from collectors.snmp.engine import OwnEngine

    return OwnEngine()


@dataclass(frozen=True, slots=True)
class Known:
    """What the data files tell, loaded on first use.

    Attributes:
        devices: How devices are recognised.
        consoles: How command lines of network devices are read.
    """

    devices: Callable[[], Knowledge]
    consoles: Callable[[], CliKnowledge]


@asynccontextmanager
async def open_scan_context(
    settings: Settings, engine: Engine, clock: Clock, known: Known, site: str = ""
) -> AsyncIterator[ScanContext]:
    """Yield what one scan works with, inside the event loop that runs it."""
    from discovery.remote.elsewhere import Elsewhere

    credentials = await asyncio.to_thread(all_credentials, settings, engine, clock)
    gate = login_gate(settings, engine, clock, site)
    systems = pbx_systems_of(
        settings, clock, gate=gate, credentials=credentials, engine=engine
    )
    elsewhere = None
    if await asyncio.to_thread(has_collectors, engine, site):
        elsewhere = Elsewhere(engine, clock, site)
    async with open_ports(
        settings, repeatable(engine), clock, known, credentials, gate
    ) as ports:
        yield replace(
            ports,
            pbx_systems=systems,
            adoption=adoption_of(settings),
            visit_elsewhere=elsewhere.visit if elsewhere is not None else None,
        )


@asynccontextmanager
async def open_ports(
    settings: Settings,
    engine: Engine,
    clock: Clock,
    known: Known,
    credentials: Credentials,
    gate: LoginGate,
) -> AsyncIterator[ScanContext]:
    """Yield what devices are asked with, at the centre or at a site."""
    from collectors.phones.sip_over_udp import UdpSip
    from collectors.probes.collect import Prober
    from collectors.probes.names import SiteNames
    from collectors.ssh.consoles.read import collect_cli
    from collectors.ssh.guarded_openers import GuardedCliOpener
    from collectors.ssh.terminal import NetmikoOpener
    from collectors.sweep.sweep import sweep
    from discovery.identity.identification import RuleIdentification
    from discovery.scan.context import Collectors, ScanContext

    connector = ssh_connector(settings, gate)
    consoles = known.consoles()
    snmp, sip = snmp_engine(settings), UdpSip()
    terminals = NetmikoOpener(consoles, connector)
    scan = settings.scan
    rate, timeout, offset = scan.probe_rate, scan.timeout, scan.probe_offset
    prober = Prober(rate=rate, timeout=timeout, offset=offset)
    names = SiteNames(rate=rate, timeout=timeout, offset=offset)
    async with AsyncExitStack() as stack:
        for close in (snmp.close, sip.close, connector.close, terminals.close):
            stack.push_async_callback(close)
        yield ScanContext(
            engine=engine,
            clock=clock,
            identify=RuleIdentification(known.devices()),
            credentials=credentials,
            sweep=sweep,
            snmp=snmp,
            **_of_computers(connector, gate),
            clis=GuardedCliOpener(terminals, gate),
            sip=sip,
            **_of_phones(),
            **_of_windows(connector, gate),
            probe=prober.collect,
            names=names.collect,
            collectors=Collectors(cli=partial(collect_cli, knowledge=consoles)),
            consoles=consoles,
            reach=connector,
        )


def _of_computers(connector: Connector, gate: LoginGate) -> dict[str, Any]:
    """Return what asks computers by SSH."""
    from collectors.ssh.guarded_openers import GuardedShellOpener
    from collectors.ssh.shell import AsyncsshOpener

    return {
        "canary": AsyncsshOpener(connector),
        "host_key": connector.host_key,
        "shells": GuardedShellOpener(AsyncsshOpener(connector), gate),
    }


def _of_phones() -> dict[str, Any]:
    """Return what asks telephones beside SIP over UDP."""
    from collectors.phones.sip_over_streams import StreamSip
    from collectors.phones.status_page_client import PhoneWeb

    tcp, tls = StreamSip(), StreamSip(tls=True)
    return {"sip_tcp": tcp, "sip_tls": tls, "web": PhoneWeb()}


def _of_windows(connector: Connector, gate: LoginGate) -> dict[str, Any]:
    """Return what asks Windows by WinRM."""
    from collectors.winrm.session import GuardedRemotingOpener, PowerShellOpener

    opener = PowerShellOpener(connector.way_to)
    guarded = GuardedRemotingOpener(opener, gate)
    return {
        "remotings": guarded,
        "winrm_canary": opener,
        "certificate": opener.certificate,
    }


def login_gate(
    settings: Settings, engine: Engine, clock: Clock, site: str
) -> LoginGate:
    """Return the guard over all logins at a site; counts are those of the database."""
    from collectors.pacing import LockoutGuard
    from collectors.ssh.guarded_openers import LoginGate
    from discovery.access.login_guard import StoredLogins

    guard = LockoutGuard(settings.guard.per_account, settings.guard.per_device)
    if upgrade.current(engine) is None:
        return LoginGate(guard, site=site)
    return LoginGate(guard, StoredLogins(engine, clock, guard), site=site)


def pbx_systems(
    settings: Settings, engine: Engine, clock: Clock, names: Sequence[str] = ()
) -> PbxSystems:
    """Return all telephone systems, or those that are named, to be read.

    Raises:
        Invalid: There is none of that name, or its credential is not there.
    """
    return pbx_systems_of(
        settings,
        clock,
        names,
        gate=login_gate(settings, engine, clock, ""),
        credentials=all_credentials(settings, engine, clock),
        engine=engine,
    )


def ssh_connector(settings: Settings, gate: LoginGate) -> Connector:
    """Return what logs in by SSH, for shells and consoles alike."""
    from collectors.ssh.connection import Connector

    old = CredentialSet("legacy", networks=settings.guard.legacy_ssh)
    return Connector(
        legacy=lambda address: (
            bool(old.networks) and old.covers("", address) is not None
        ),
        agent=os.environ.get("SSH_AUTH_SOCK"),
        gate=gate,
    )
