"""Ask one device, without a database: for `purser identify` and `purser record`."""

from __future__ import annotations

import difflib
import secrets as random_bytes
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from sqlalchemy import Engine, make_url

from api.compose.rulebooks import known
from api.compose.scanning import open_scan_context, options_of
from api.compose.wiring import Settings, database_url, now
from collectors.errors import CollectError, TimedOut
from collectors.facts import Observation
from collectors.ports import Snmp
from collectors.recordings.anonymise import Anonymisation
from collectors.recordings.record import record
from collectors.recordings.replay import ReplaySnmp, load_recording
from collectors.snmp.collect import collect_snmp
from collectors.snmp.identity_reading import read_identity
from collectors.sweep.sweep import SweepPlan
from discovery.access.credentials import Credentials, Memory
from discovery.access.offering import Offering
from discovery.identity.identification import RuleIdentification
from discovery.identity.identify import Explanation, explain
from discovery.scan.collect import HostCollector
from discovery.scan.context import ScanContext, resolve_by_system
from discovery.scan.hosts import Host
from discovery.scan.requests import ScanRequest
from discovery.scan.targets import parse_targets
from inventory.kernel.errors import Invalid, StorageError
from inventory.kernel.texts import N_
from inventory.storage import upgrade
from inventory.storage.engine import make_engine

_NOWHERE = "sqlite://"
"""A context has a database; these commands write nothing but logins that failed."""


def address_of(target: str) -> str:
    """Return the one address a target means.

    Raises:
        TargetError: It is no target, or means several addresses.
        Invalid: The name is not known.
    """
    targets = parse_targets([target], resolve=resolve_by_system, limit=1)
    found = list(targets.addresses())
    if not found:
        raise Invalid(
            N_("The name {target!r} has no address."),
            where="target",
            remedy=N_("Check the name, or give an address."),
            target=target,
        )
    return found[0]


async def look(settings: Settings, target: str, site: str | None) -> Host:
    """Sweep and collect one device, with all protocols of the settings.

    Raises:
        TimedOut: It answers nothing.
    """
    address = address_of(target)
    site = _site(settings, site)
    request = ScanRequest(targets=(address,), site=site, options=options_of(settings))
    async with _context(settings, site) as context:
        plan = _plan(context, request, address)
        host = Host(address=address, seen_at=now())
        async for answer in context.sweep(
            [address], plan, on_problem=host.problems.append
        ):
            host.answers.append(answer)
        if not host.answers:
            raise TimedOut(f"{address} answers neither SNMP, TCP, SIP nor ICMP")
        # Somebody named this one host, and wants its secrets tried.
        offering = Offering(context.credentials, Memory(), to_new=True)
        collector = HostCollector(context, request, offering)
        await collector.collect(host)
    return host


def _plan(context: ScanContext, request: ScanRequest, address: str) -> SweepPlan:
    options = request.options
    snmp = context.credentials.snmp(request.site, address)
    return SweepPlan(
        icmp=options.icmp,
        tcp_ports=options.ports_to_connect(winrm=context.credentials.has_winrm),
        snmp=tuple(snmp) if options.snmp_port else (),
        snmp_port=options.snmp_port or 161,
        sip_port=options.sip_port,
        rate=options.rate,
        timeout=options.timeout,
        retries=options.retries,
    )


def _context(settings: Settings, site: str) -> Any:  # noqa: ANN401 - a context manager of ScanKit
    return open_scan_context(settings, _engine(settings), now, known(settings), site)


def _engine(settings: Settings) -> Engine:
    """Return the database, for stored credentials and the lock-out guard.

    Where there is none, or one of another version, these commands work without.
    """
    url = make_url(database_url(settings))
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        return make_engine(_NOWHERE)
    try:
        engine = make_engine(database_url(settings))
        upgrade.check(engine)
    except (StorageError, OSError):
        return make_engine(_NOWHERE)
    return engine


def _site(settings: Settings, site: str | None) -> str:
    known = [each.name for each in settings.sites]
    if site is None:
        return known[0] if len(known) == 1 else ""
    if known and site not in known:
        close = difflib.get_close_matches(site, known, n=1)
        raise Invalid(
            N_("There is no site {site!r}."),
            where="site",
            remedy=f"Did you mean {close[0]}?" if close else "See [[sites]].",
            site=site,
        )
    return site


async def replayed(settings: Settings, recording: Path) -> list[Observation]:
    """Collect from a recording instead of a device."""
    identify = RuleIdentification(known(settings).devices())
    return [await _collect(ReplaySnmp(load_recording(recording)), identify, "replay")]


async def _collect(
    session: Snmp, identify: RuleIdentification, name: str
) -> Observation:
    common: dict[str, Any] = {
        "address": name,
        "port": 161,
        "site": "",
        "credential": "",
        "seen_at": now(),
    }
    return await read_identity(session, identify, collect_snmp, **common)


def identify(settings: Settings, seen: Sequence[Observation]) -> Explanation:
    """Say what was observed, and why."""
    knowledge = known(settings).devices()
    return explain(seen, RuleIdentification(knowledge).observed(seen), knowledge)


def _secrets(credentials: Credentials) -> list[str]:
    """Return every secret that is known: a device may show those of others."""
    words: list[SecretStr | None] = []
    for each in credentials.sets:
        for snmp in each.snmp:
            words += [snmp.community, snmp.auth_secret, snmp.priv_secret]
        for ssh in each.ssh:
            words += [ssh.password, ssh.key_secret, ssh.enable_secret]
    return list({word.get_secret_value() for word in words if word})


async def record_device(
    settings: Settings,
    target: str,
    site: str | None,
    *,
    everything: bool = False,
    hide: bool = False,
) -> str:
    """Record what the SNMP agent of a device answers.

    Args:
        settings: Credentials and ports.
        target: The device.
        site: Its site.
        everything: The whole tree, not only what is collected.
        hide: Replace addresses, names and serials.

    Raises:
        CollectError: It does not answer.
        Invalid: No SNMP credential is configured for it, or the options clash.
    """
    if everything and hide:
        raise Invalid(
            N_("A recording of everything cannot be anonymised."),
            where="everything",
            remedy=N_("Leave out --everything or --anonymise."),
        )
    address = address_of(target)
    refused: CollectError | None = None
    place = _site(settings, site)
    async with _context(settings, place) as context:
        for credential in context.credentials.snmp(place, address):
            session = context.snmp.session(
                address, settings.scan.snmp_port or 161, credential
            )
            try:
                return await record(
                    session,
                    seen_at=now(),
                    secrets=_secrets(context.credentials),
                    hide=Anonymisation() if hide else None,
                    key=random_bytes.token_bytes(16),
                    everything=everything,
                )
            except CollectError as error:
                refused = error
            finally:
                await session.close()
    if refused is not None:
        raise refused
    raise Invalid(
        N_("No SNMP credential is configured for {address}."),
        where="credentials.snmp",
        remedy=N_("Add [[credentials.snmp]] to purser.toml."),
        address=address,
    )
