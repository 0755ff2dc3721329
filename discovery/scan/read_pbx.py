"""Reads telephone systems, in a scan or by themselves, and writes what they tell."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import Connection, select, update

from collectors.pbx.facts import PbxReading
from collectors.pbx.source import PbxSource
from discovery.observations.apply import apply_visit
from discovery.observations.fields import IdentifyDevice
from discovery.observations.visit import make_visit
from discovery.scan.targets import Resolve, Targets
from discovery.sentences import triple
from discovery.telephony.apply import AppliedReading, apply_reading
from discovery.telephony.registrations import registered_phones
from inventory.network.scan_tables import ScanHost
from inventory.storage.rows import col, id_of, table_of
from inventory.storage.work import UnitOfWork

_host = table_of(ScanHost)

Read = Callable[[PbxSource], Awaitable[PbxReading]]

PbxResult = tuple[PbxSource, PbxReading]

_BATCH = 50

AT_ONCE = 4
"""Telephone systems that are read at the same time."""


@dataclass(frozen=True, slots=True)
class PbxSystems:
    """The telephone systems of the settings, and what reads one.

    Attributes:
        read: Never raises for a system; see `collectors.pbx.read.read_pbx`.
    """

    sources: tuple[PbxSource, ...]
    read: Read

    def within(self, targets: Targets, site: str, resolve: Resolve) -> PbxSystems:
        """Return those that belong to a scan.

        A system with an address does if that is one of the targets; one without (a
        cloud service, a file) if it is of the site.
        """
        mine = []
        for source in self.sources:
            if source.site not in {"", site}:
                continue
            addresses = addresses_of(source, resolve)
            if any(a in targets for a in addresses) or not source.host:
                mine.append(source)
        return PbxSystems(tuple(mine), self.read)


def addresses_of(source: PbxSource, resolve: Resolve) -> Sequence[str]:
    """Return the addresses of a system; none for a name that has none."""
    if not source.host:
        return ()
    try:
        return (str(ipaddress.ip_address(source.host)),)
    except ValueError:
        return tuple(a.partition("%")[0] for a in resolve(source.host))


async def read_all(systems: PbxSystems) -> list[PbxResult]:
    """Read all systems, a few at the same time."""
    slots = asyncio.Semaphore(AT_ONCE)

    async def one(source: PbxSource) -> PbxResult:
        async with slots:
            return source, await systems.read(source)

    return list(await asyncio.gather(*(one(source) for source in systems.sources)))


class PbxContext(Protocol):
    """What reading within a scan needs of its context."""

    @property
    def pbx_systems(self) -> PbxSystems | None:
        """The telephone systems of the settings."""

    @property
    def resolve(self) -> Resolve:
        """Looks up host names."""


async def read_for_scan(
    context: PbxContext, targets: Targets, site: str
) -> list[PbxResult]:
    """Read the telephone systems that belong to a scan."""
    if context.pbx_systems is None:
        return []
    within = context.pbx_systems.within
    return await read_all(
        await asyncio.to_thread(within, targets, site, context.resolve)
    )


def write_reading(
    work: UnitOfWork, source: PbxSource, reading: PbxReading
) -> AppliedReading:
    """Write a reading and commit it."""
    told = apply_reading(work, reading, region=source.region)
    work.commit()
    return told


def write_registered(
    work: UnitOfWork, reading: PbxReading, identify: IdentifyDevice
) -> None:
    """Write the phones that are registered as devices, known ones and others.

    Commits every few phones, so that other writers need not wait for all of them.
    """
    for number, observation in enumerate(registered_phones(reading), 1):
        visit = make_visit([observation], identify, address="")
        apply_visit(work, visit, identify)
        if number % _BATCH == 0:
            work.commit()
    work.commit()


def note_on_host(
    connection: Connection, scan_id: int, addresses: Sequence[str], reading: PbxReading
) -> None:
    """Show on the host of a scan how reading its telephone system went."""
    problems = [list(triple(one)) for one in reading.problems]
    outcome = "ok" if reading.reads else reading.problems[0].reason.value
    query = select(_host).where(
        col(ScanHost.scan_id) == scan_id, col(ScanHost.address).in_(addresses)
    )
    for row in connection.execute(query).mappings().all():
        connection.execute(
            update(_host)
            .where(id_of(ScanHost) == row["id"])
            .values(
                collectors={**row["collectors"], "pbx": outcome},
                problems=[*row["problems"], *problems],
                reason=row["reason"] or (problems[0][1] if problems else None),
            )
        )
