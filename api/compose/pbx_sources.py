"""Settings to telephone systems, read behind the lock-out guard.

A system may name a credential of the vault instead of holding its secret. Heavy
libraries are loaded when systems are read.
"""

from __future__ import annotations

import asyncio
import difflib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine

from collectors.pbx.facts import PbxReading
from collectors.pbx.source import PbxSource
from discovery.access.credentials import Credentials
from inventory.jobs.slices import has_collectors
from inventory.kernel.errors import Invalid
from inventory.kernel.texts import N_
from inventory.storage.work import Clock

if TYPE_CHECKING:
    from collectors.pbx.read import Reader
    from collectors.ssh.guarded_openers import LoginGate
    from collectors.user_agents import AgentShape
    from config.settings import Settings
    from config.telephony import Pbx
    from discovery.scan.read_pbx import PbxSystems

NOTHING = Credentials()


def sources_of(
    settings: Settings,
    names: Sequence[str] = (),
    credentials: Credentials = NOTHING,
) -> tuple[PbxSource, ...]:
    """Return the telephone systems of the settings, or those that are named.

    Raises:
        Invalid: There is none of that name, or its credential is not there.
    """
    only_site = settings.sites[0].name if len(settings.sites) == 1 else ""
    known = {each.name: each for each in settings.pbx}
    for name in names:
        if name not in known:
            close = difflib.get_close_matches(name, list(known), n=1, cutoff=0.5)
            raise Invalid(
                N_("There is no telephone system {name!r}."),
                where="pbx",
                remedy=f"Did you mean {close[0]}?"
                if close
                else "Add it to [[pbx]] in purser.toml.",
                name=name,
            )
    same = "name kind host port verify user secret tenant path region".split()
    return tuple(
        PbxSource(
            **{field: getattr(each, field) for field in same}
            | _account(each, credentials),
            tls=each.speaks_tls,
            ca_file=str(each.ca_file) if each.ca_file else None,
            site=each.site or only_site,
        )
        for name, each in known.items()
        if not names or name in names
    )


def _account(each: Pbx, credentials: Credentials) -> dict[str, Any]:
    """Return user, secret and tenant of the credential that a system names."""
    if each.credential is None:
        return {}
    found = (c for one in credentials.sets for c in one.pbx)
    account = next((c for c in found if c.name == each.credential), None)
    if account is None:
        raise Invalid(
            N_(
                "The telephone system {name!r} names the credential "
                "{credential!r}, which is not there or not valid now."
            ),
            where="pbx",
            remedy=N_(
                "Add one of kind pbx: `purser credential create ... --kind pbx`."
            ),
            name=each.name,
            credential=each.credential,
        )
    return {
        "user": account.user or each.user,
        "secret": account.password,
        "tenant": account.tenant or each.tenant,
    }


def pbx_systems_of(
    settings: Settings,
    clock: Clock,
    names: Sequence[str] = (),
    *,
    gate: LoginGate | None = None,
    credentials: Credentials = NOTHING,
    engine: Engine | None = None,
) -> PbxSystems:
    """Return the telephone systems with what reads them; raises as `sources_of`.

    One that has an address at a site with collectors is read by them.

    Args:
        settings: Names the systems.
        clock: Present moment as aware UTC.
        names: Only these; empty for all.
        gate: Guards their accounts.
        credentials: Those that systems may name.
        engine: Where the collectors stand; None: all are read from here.
    """
    from discovery.scan.read_pbx import PbxSystems

    sources = sources_of(settings, names, credentials)
    read = partial(read_system, clock, gate)
    if engine is not None:
        read = partial(_read_where_it_is, engine, clock, gate)
    return PbxSystems(sources, read)


async def _read_where_it_is(
    engine: Engine, clock: Clock, gate: LoginGate | None, source: PbxSource
) -> PbxReading:
    from discovery.remote.elsewhere import Elsewhere

    apart = bool(source.host) and await asyncio.to_thread(
        has_collectors, engine, source.site
    )
    if apart:
        return await Elsewhere(engine, clock, source.site).read(source)
    return await read_system(clock, gate, source)


def with_authority(source: PbxSource) -> PbxSource:
    """Return a system with its certificates themselves, for a machine elsewhere.

    A file that cannot be read is left out: then the connection says what it lacks.
    """
    if source.ca_file is None:
        return source
    try:
        text = Path(source.ca_file).read_text("ascii")
    except (OSError, ValueError):
        return replace(source, ca_file=None)
    return replace(source, ca_file=None, authority=text)


async def read_system(
    clock: Clock, gate: LoginGate | None, source: PbxSource
) -> PbxReading:
    """Read one telephone system from here, behind the guard."""
    from collectors.pbx.read import READERS, read_pbx

    readers = dict(READERS)
    if gate is not None and source.host:
        readers[source.kind] = partial(_guarded, gate, readers[source.kind])
    return await read_pbx(source, clock(), readers=readers)


async def _guarded(
    gate: LoginGate,
    read: Reader,
    source: PbxSource,
    seen_at: datetime,
    shapes: Sequence[AgentShape],
) -> PbxReading:
    """Read a system if its account may still log in, and note how that ended."""
    return await gate.login(
        f"pbx {source.name}", source.host, lambda: read(source, seen_at, shapes)
    )
