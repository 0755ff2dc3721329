"""The centre's side of a scan at a site with collectors: offers addresses, waits.

A slice is named by its scan and its addresses. A scan that is taken up again offers the
same slice and finds what was brought for it meanwhile.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

import structlog
from sqlalchemy import Engine

from collectors.facts import Problem, Reason
from collectors.pbx.facts import PbxReading
from collectors.pbx.source import PbxSource
from collectors.sentences import N_, Told
from discovery.access.credentials import Memory
from discovery.remote import wire
from discovery.remote.brought import hosts_of, why_not
from discovery.scan.context import NotVisited
from discovery.scan.hosts import Host
from discovery.scan.requests import ScanRequest
from inventory.jobs import slices
from inventory.jobs.slices import Kept
from inventory.kernel.errors import StorageError
from inventory.storage.work import Clock

PACE = 0.5
"""Seconds between looks for what was brought."""
PATIENCE = 300.0
"""Seconds a telephone system may wait for a collector, beside what reading it takes."""
UNHEARD = Problem(
    "collector",
    Reason.UNREACHABLE,
    Told(N_("no collector of the site was heard of; its addresses wait for one")),
)
log = structlog.get_logger("purser.scan")


@dataclass(frozen=True, slots=True)
class SliceSpec:
    """What a collector is asked: whom, how, and what worked there before.

    Attributes:
        worked: (address, collector, credential) triples.
        system: Name of the telephone system that is to be read instead.
    """

    addresses: tuple[str, ...]
    request: dict[str, Any]
    worked: tuple[tuple[str, str, str], ...] = ()
    pins: dict[str, str] = field(default_factory=dict)
    platforms: dict[str, str] = field(default_factory=dict)
    changed: frozenset[str] = frozenset()
    types: dict[str, tuple[str, ...]] = field(default_factory=dict)
    system: str = ""

    def memory(self) -> Memory:
        """Return what worked before."""
        return Memory(
            {(address, name): found for address, name, found in self.worked},
            self.pins,
            self.platforms,
            self.changed,
            self.types,
        )


def spec_of(
    addresses: Sequence[str], request: ScanRequest, memory: Memory
) -> SliceSpec:
    """Return what a collector is asked."""
    return SliceSpec(
        addresses=tuple(addresses),
        request=replace(request, targets=()).as_json(),
        worked=tuple((a, name, found) for (a, name), found in memory.worked.items()),
        pins=dict(memory.pins),
        platforms=dict(memory.platforms),
        changed=frozenset(memory.changed),
        types=dict(memory.types),
    )


class Elsewhere:
    """Visits addresses of a site by its collectors.

    Args:
        engine: The database.
        clock: The present moment.
        site: The site.

    Attributes:
        given_up: Slices that nobody visits any more; see `NotVisited`.
    """

    visitor = "collector"

    def __init__(self, engine: Engine, clock: Clock, site: str) -> None:
        self._engine = engine
        self._clock = clock
        self._site = site
        self.given_up: set[int] = set()

    async def visit(
        self,
        scan_id: int,
        addresses: Sequence[str],
        request: ScanRequest,
        memory: Memory,
        answered: Callable[[int], None],
        problem: Callable[[Problem], None],
    ) -> list[Host]:
        """Return the hosts among some addresses, as collectors read them.

        Args:
            scan_id: The scan.
            addresses: Whom to visit.
            request: How.
            memory: What worked there before.
            answered: Told of each number of hosts that were brought.
            problem: Told what did not work for all of them.

        Raises:
            NotVisited: Whoever was asked failed again and again.
        """
        if not addresses:
            return []
        spec = spec_of(addresses, request, memory)
        names = hashlib.sha256(" ".join(addresses).encode()).hexdigest()[:24]
        offering = {
            "key": f"scan:{scan_id}:{names}",
            "site": self._site,
            "visitor": self.visitor,
            "scan_id": scan_id,
            "spec": wire.to_plain(spec),
        }
        slice_id = await asyncio.to_thread(self._offer, scan_id, offering)
        told = 0
        try:
            while True:
                state, count = await asyncio.to_thread(
                    slices.state_of, self._engine, slice_id
                )
                if count > told:
                    answered(count - told)
                    told = count
                if state == "done":
                    for each in await asyncio.to_thread(self._problems, slice_id):
                        problem(each)
                    return await asyncio.to_thread(self._hosts, slice_id, addresses)
                if state == "withdrawn":
                    # By a process that had this scan before us, and woke up late.
                    await asyncio.to_thread(self._offer, scan_id, offering)
                await self._see_taken(scan_id, slice_id, state, problem)
                if slice_id in self.given_up:
                    hosts = await asyncio.to_thread(self._hosts, slice_id, addresses)
                    have = {host.address for host in hosts}
                    raise NotVisited(hosts, [a for a in addresses if a not in have])
                await asyncio.sleep(PACE)
        except asyncio.CancelledError:
            # Who ends is told apart from a database that is lost meanwhile.
            with suppress(StorageError):
                slices.take_back(self._engine, slice_id)
            raise

    def _offer(self, scan_id: int, offering: dict[str, Any]) -> int:
        slice_id = slices.offer(self._engine, self._clock(), **offering)
        self.offered(scan_id, slice_id)
        return slice_id

    async def read(self, source: PbxSource) -> PbxReading:
        """Return what a telephone system of the site tells its collector.

        One that nobody reads in time is a reading with a problem.
        """
        at = self._clock()
        spec = SliceSpec((), {}, system=source.name)
        slice_id = await asyncio.to_thread(
            slices.offer,
            self._engine,
            at,
            key=f"pbx:{source.name}:{at.isoformat()}",
            site=self._site,
            scan_id=0,
            spec=wire.to_plain(spec),
        )
        state = "offered"
        try:
            async with asyncio.timeout(source.limits.total + PATIENCE):
                while state != "done":
                    await asyncio.sleep(PACE)
                    state, _ = await asyncio.to_thread(
                        slices.state_of, self._engine, slice_id
                    )
        except TimeoutError:
            pass
        finally:
            if state != "done":
                slices.take_back(self._engine, slice_id)
        return await asyncio.to_thread(self._reading, slice_id, source)

    def _reading(self, slice_id: int, source: PbxSource) -> PbxReading:
        detail = Told(N_("no collector of the site has read it"))
        reason = Reason.UNREACHABLE
        for kept in slices.brought_by(self._engine, slice_id):
            try:
                return self._read(kept, source.name)
            except Exception as error:
                # As with hosts: anything may have been sent.
                log.exception("a reading cannot be understood", system=source.name)
                text = N_("what the collector brought cannot be read: {why}")
                detail = Told(text, why=why_not(error))
                reason = Reason.MALFORMED
        for problem in self._problems(slice_id)[:1]:
            detail = Told(N_("{what}: {why}"), what=detail, why=problem.detail)
            reason = problem.reason
        return PbxReading(
            source=source.name,
            kind=source.kind,
            address=source.place,
            seen_at=self._clock(),
            site=self._site,
            problems=(Problem("pbx", reason, detail),),
        )

    def _read(self, kept: Kept, name: str) -> PbxReading:
        found = wire.unpack(PbxReading, kept.body)
        shift = kept.seen_at - found.seen_at
        registrations = tuple(
            replace(each, expires_at=each.expires_at and each.expires_at + shift)
            for each in found.registrations
        )
        return replace(
            found,
            source=name,
            site=self._site,
            seen_at=kept.seen_at,
            registrations=registrations,
        )

    def offered(self, scan_id: int, slice_id: int) -> None:
        """A slice is offered: collectors find it by themselves."""

    async def _see_taken(
        self,
        scan_id: int,
        slice_id: int,
        state: str,
        problem: Callable[[Problem], None],
    ) -> None:
        wrong = await asyncio.to_thread(self.look_after, scan_id, slice_id, state)
        if wrong is not None:
            problem(wrong)

    def look_after(self, _scan_id: int, _slice_id: int, state: str) -> Problem | None:
        """A slice is waited for; return what is wrong with that.

        Who loses it is noticed by its lease, but nobody may be there to take it.
        """
        if state != "offered":
            return None
        heard_of = slices.is_heard_of(self._engine, self._site, self._clock())
        return None if heard_of else UNHEARD

    def _problems(self, slice_id: int) -> list[Problem]:
        found = slices.problems_of(self._engine, slice_id)
        return [Problem(where, Reason(reason), why) for where, reason, why in found]

    def _hosts(self, slice_id: int, asked: Sequence[str]) -> list[Host]:
        kept = slices.brought_by(self._engine, slice_id)
        return hosts_of(kept, set(asked), self._site)
