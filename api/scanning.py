"""Settings to what a scan works with: credentials, collectors, options, requests.

The part of the wiring that meets the network; `api.wiring` hands it the settings.
Heavy libraries (asyncssh, netmiko) are loaded when a scan begins.
"""

from __future__ import annotations

import difflib
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr
from sqlalchemy import Engine

from collectors.credentials import SnmpCredential, SshCredential
from discovery.credentials import Credentials, CredentialSet
from discovery.requests import ScanOptions, ScanRequest
from inventory.errors import Invalid
from inventory.storage.work import Clock

if TYPE_CHECKING:
    from collectors.ports import SnmpEngine
    from collectors.ssh.knowledge import CliKnowledge
    from config.logins import SnmpLogin, SshLogin
    from config.settings import Settings
    from discovery.identify import Knowledge
    from discovery.kit import ScanKit

_SCAN_OPTIONS = (
    "icmp tcp_ports snmp_port ssh_ports sip_port rate timeout retries"
    " collect_timeout concurrency max_addresses crawl missing_after_days"
).split()


def options_of(settings: Settings) -> ScanOptions:
    """Return the scan options of the settings."""
    return ScanOptions(**{name: getattr(settings.scan, name) for name in _SCAN_OPTIONS})


def make_request(
    settings: Settings,
    targets: Sequence[str] = (),
    *,
    exclude: Sequence[str] = (),
    site: str | None = None,
    credential_sets: Sequence[str] = (),
    **options: Any,  # noqa: ANN401 - fields of ScanOptions
) -> ScanRequest:
    """Return a scan request; what is not given comes from the settings.

    Without targets the networks of the site are scanned. The exclusions of the site
    hold always. Without a site the only one of the settings is meant, if it is one.

    Args:
        settings: The settings.
        targets: Networks, ranges, addresses, names.
        exclude: The same, never asked.
        site: Name of the site.
        credential_sets: Names of credential sets; empty for those of the site.
        options: Fields of `ScanOptions` that differ from the settings.

    Raises:
        Invalid: No targets, an unknown site or credential set.
    """
    known = {each.name: each for each in settings.sites}
    if site is None:
        site = next(iter(known)) if len(known) == 1 else ""
    elif known and site not in known:
        raise Invalid(
            f"There is no site {site!r}.",
            where="site",
            remedy=_suggest(site, known) or "Add it to [[sites]] in purser.toml.",
        )
    place = known.get(site)
    networks = place.networks if place else ()
    if not targets and not networks:
        raise Invalid(
            "There is nothing to scan.",
            where="targets",
            remedy="Name a network such as 10.1.0.0/24, or give the site networks in"
            " purser.toml.",
        )
    _check_sets(settings, credential_sets)
    return ScanRequest(
        targets=tuple(targets or networks),
        exclude=(*exclude, *(place.exclusions if place else ())),
        site=site,
        credential_sets=tuple(credential_sets),
        allowed=networks,
        options=replace(options_of(settings), **options),
    )


def _check_sets(settings: Settings, names: Iterable[str]) -> None:
    known = {each.name for each in credentials_of(settings).sets}
    for name in names:
        if name not in known:
            raise Invalid(
                f"There is no credential set {name!r}.",
                where="credential_sets",
                remedy=_suggest(name, known) or "See [[credentials.sets]].",
            )


def _suggest(word: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)
    return f"Did you mean {close[0]}?" if close else ""


def credentials_of(settings: Settings) -> Credentials:
    """Return the credentials as a scan uses them.

    Raises:
        Invalid: A private key cannot be read.
    """
    logins = settings.credentials
    snmp = {login.name: _snmp(login) for login in logins.snmp}
    ssh = {login.name: _ssh(login) for login in logins.ssh}
    if not logins.sets:
        everything = CredentialSet(
            name="all", snmp=tuple(snmp.values()), ssh=tuple(ssh.values())
        )
        return Credentials((everything,))
    return Credentials(
        tuple(
            CredentialSet(
                name=each.name,
                site=each.site,
                networks=each.networks,
                snmp=tuple(snmp[name] for name in each.snmp),
                ssh=tuple(ssh[name] for name in each.ssh),
            )
            for each in logins.sets
        )
    )


def _snmp(login: SnmpLogin) -> SnmpCredential:
    return SnmpCredential(**{name: getattr(login, name) for name in _fields(login)})


def _ssh(login: SshLogin) -> SshCredential:
    given = {name: getattr(login, name) for name in _fields(login)}
    file: Path | None = given.pop("private_key_file")
    key = None
    if file is not None:
        try:
            key = SecretStr(file.read_text(encoding="ascii"))
        except (OSError, UnicodeDecodeError) as error:
            raise Invalid(
                f"The private key {file} cannot be read: {error}.",
                where=f"credentials.ssh {login.name}",
                remedy="Correct private_key_file or the file's permissions.",
            ) from None
    return SshCredential(**given, private_key=key)


def _fields(login: SnmpLogin | SshLogin) -> Iterable[str]:
    return type(login).model_fields


def snmp_engine(settings: Settings) -> SnmpEngine:
    """Return the SNMP engine the settings name; belongs to the running loop."""
    if settings.scan.engine == "pysnmp":
        from collectors.snmp.pysnmp_engine import PysnmpEngine

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
async def open_kit(
    settings: Settings, engine: Engine, clock: Clock, known: Known
) -> AsyncIterator[ScanKit]:
    """Yield what one scan works with, inside the event loop that runs it."""
    from collectors.pacing import LockoutGuard
    from collectors.phones.sip import UdpSip
    from collectors.ssh.guarded import (
        GuardedCliOpener,
        GuardedShellOpener,
        LoginGate,
    )
    from collectors.ssh.network import collect_cli
    from collectors.ssh.shell import AsyncsshOpener
    from collectors.ssh.terminal import NetmikoOpener
    from collectors.sweep import sweep
    from discovery.identifying import KnownDevices
    from discovery.kit import Collectors, ScanKit

    gate = LoginGate(LockoutGuard())
    consoles = known.consoles()
    snmp, sip, terminals = snmp_engine(settings), UdpSip(), NetmikoOpener(consoles)
    try:
        yield ScanKit(
            engine=engine,
            clock=clock,
            identify=KnownDevices(known.devices()),
            credentials=credentials_of(settings),
            sweep=sweep,
            snmp=snmp,
            shells=GuardedShellOpener(AsyncsshOpener(), gate),
            clis=GuardedCliOpener(terminals, gate),
            sip=sip,
            collectors=Collectors(cli=partial(collect_cli, knowledge=consoles)),
        )
    finally:
        await terminals.close()
        await sip.close()
        await snmp.close()
