"""A scan: sweep, collect, match and apply, streamed, resumable, with progress.

Collecting runs in the event loop with bounded concurrency, writing in one thread with
a synchronous session. Each host is written in one transaction with its audit rows and
its result, so a process that is killed leaves whole hosts and nothing else, and a scan
that is taken up again visits only those that are not done.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from contextvars import copy_context
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import Any, TypeVar

import structlog
from structlog.contextvars import bound_contextvars

from collectors.credentials import JumpHost
from collectors.facts import Problem
from collectors.sweep.sweep import Answer, SweepPlan
from collectors.sweep.through import sweep_through
from discovery.access.account_history import AccountHistory
from discovery.access.credentials import Credentials
from discovery.access.leads import Lead, leads
from discovery.access.memory import (
    account_history,
    known_in,
    read_before,
    remember,
)
from discovery.access.offering import Offering
from discovery.scan import scan_rows
from discovery.scan.collect import HostCollector
from discovery.scan.context import NotVisited, ScanContext
from discovery.scan.crawl import follow, left_out
from discovery.scan.ending.together import Beside, concluded
from discovery.scan.fence import ScanTakenOver
from discovery.scan.hosts import Host
from discovery.scan.read_pbx import PbxResult, read_for_scan
from discovery.scan.requests import Depth, HostResult, Progress, ScanRequest
from discovery.scan.targets import Targets, parse_targets
from discovery.scan.write_host import HostWriter
from discovery.sentences import triple
from inventory.kernel.errors import DatabaseUnreachable, InventoryError

Result = TypeVar("Result")
Tell = Callable[[Progress], None]

ANY_NUMBER = 2**129
"""The networks a crawl may enter are not expanded, so they may be of any size."""

BEHIND = 5.0
"""Seconds for a connect behind a jump host at the least."""

AHEAD = 8
"""Chunks that are visited elsewhere at the same time, with a share of packets each."""
PART = 128
"""Addresses that are visited elsewhere together; so few are not worth sharing."""
HEARTBEAT = 5.0
"""Seconds between signs of life."""

log = structlog.get_logger("purser.scan")


async def run_scan(
    scan_id: int,
    context: ScanContext,
    *,
    owner: str,
    tell: Tell = lambda _: None,
    is_stopping: Callable[[], bool] = lambda: False,
    beside: Beside | None = None,
) -> Progress:
    """Run a queued scan, or take up one that was interrupted, to its end.

    Cancelling the task ends the scan as `cancelled`; what was applied stays.

    Args:
        scan_id: From `scan_rows.create_scan`.
        context: What to work with.
        owner: Who runs it; see `jobs.this_process`.
        tell: Called with every step; must be quick and may be called from a thread.
        is_stopping: Whether the process ends: then a cancelled scan is `interrupted`,
            to go on when a process serves again.
        beside: Shared by the scans of this process.

    Raises:
        ScanTakenOver: Another process has it, from the beginning or since.
        InventoryError: The scan cannot be taken up, or the database failed.
        asyncio.CancelledError: It was cancelled.
    """
    resume_point = scan_rows.start_or_resume(
        context.engine, context.clock, scan_id, owner
    )
    log.info("scan begins", attempt=resume_point.claim.attempt)
    run = _Run(scan_id, context, resume_point, tell, beside or Beside())
    state, error = "failed", None
    try:
        await run.go()
        state = "finished"
    except asyncio.CancelledError:
        if run.lost:
            raise ScanTakenOver(where=f"scan {scan_id}") from None
        state = "interrupted" if is_stopping() else "cancelled"
        raise
    except (InventoryError, ValueError) as failure:
        if isinstance(failure, ScanTakenOver | DatabaseUnreachable):
            state = "interrupted"
        error = str(failure)
        raise
    except Exception as failure:
        error = f"{type(failure).__name__}: please report this"
        raise
    finally:
        run.progress = replace(run.progress, state=state, error=error, host=None)
        run.close()
        with suppress(InventoryError):
            # A full or locked disk may keep even this out; recovery finds the scan.
            scan_rows.end_scan(
                context.engine, context.clock, resume_point.claim, state, run.progress
            )
        log.info("scan ends", state=state, error=error, **run.progress.counts())
        tell(run.progress)
    return run.progress


class _Run:
    """The state of one scan while it runs."""

    def __init__(
        self,
        scan_id: int,
        context: ScanContext,
        resume_point: scan_rows.ResumePoint,
        tell: Tell,
        beside: Beside,
    ) -> None:
        self.context = context
        self.claim = resume_point.claim
        self.request: ScanRequest = resume_point.request
        self.progress = resume_point.progress()
        self.lost = False
        self._resume_point = resume_point
        self._position = resume_point.position
        self._ended_hosts = set(resume_point.done)
        self._tell = tell
        self._beside = beside
        self._writer = HostWriter(context, resume_point.claim, resume_point.request)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=f"scan-{scan_id}")
        self._slots = asyncio.Semaphore(self.request.options.concurrency)
        self._few = False
        self._history: AccountHistory | None = None
        self._credentials: Credentials = context.credentials.only(
            self.request.credential_sets
        )

    def close(self) -> None:
        self._thread.shutdown(wait=True, cancel_futures=True)

    async def go(self) -> None:
        """Visit all targets, then draw the conclusions of the whole."""
        options = self.request.options
        targets = await self._in_thread(self._targets)
        self._step(total=targets.size, swept=self._position)
        async with self._heart():
            await self._ask_again(targets)
            self._few = targets.size <= PART
            chunk = min(options.chunk, PART) if self._goes(()) else options.chunk
            await self._pipeline(targets, targets.chunks(chunk, self._position))
            if options.crawl:
                await self._crawl(targets)
            pbx_results = await read_for_scan(self.context, targets, self.request.site)
            self._step(phase="finish")
            await self._in_thread(self._finish, targets, pbx_results)

    async def _ask_again(self, targets: Targets) -> None:
        """Visit those again who waited for the address tables when the scan ended.

        They may be of a chunk that is not done with; it leaves them out.
        """
        waiting = self._resume_point.waiting
        hosts = await self._sweep(list(waiting))
        await self._visit(hosts)
        for address in sorted(set(waiting) - {host.address for host in hosts}):
            await self._in_thread(self._writer.silent, address, targets)
        self._ended_hosts |= set(waiting)

    async def _pipeline(self, targets: Targets, chunks: Iterable[list[str]]) -> None:
        """Sweep a chunk while the one before is being collected."""
        behind: asyncio.Task[None] | None = None
        ahead = self._ahead
        to_sweep = iter(chunks)
        coming: deque[tuple[list[str], asyncio.Task[list[Host]]]] = deque()
        try:
            while True:
                for chunk in islice(to_sweep, ahead - len(coming)):
                    coming.append((chunk, asyncio.create_task(self._sweep(chunk))))
                if not coming:
                    break
                chunk, sweeping = coming.popleft()
                hosts = await sweeping
                self._step(swept=self.progress.swept + len(chunk))
                if behind is not None:
                    await behind
                behind = asyncio.create_task(self._chunk(chunk, hosts, targets))
            if behind is not None:
                await behind
        finally:
            for task in (behind, *(task for _, task in coming)):
                if task is not None:
                    task.cancel()

    async def _crawl(self, targets: Targets) -> None:
        """Visit neighbours, their neighbours, and so on, within what is allowed."""
        request = self.request
        parse = partial(parse_targets, resolve=self.context.resolve, limit=ANY_NUMBER)
        networks = (*request.targets, *request.allowed, *request.may_enter)
        allowed = parse(networks, request.exclude)
        look = partial(self._in_thread, self._leads)
        visited = await follow(look, self._found, allowed, targets, request.options)
        excluded = parse(request.exclude) if request.exclude else None
        for result in left_out(await look(), allowed, excluded, targets, visited):
            await self._in_thread(self._writer.not_followed, result)

    def _leads(self) -> dict[str, Lead]:
        since, options = self._resume_point.started_at, self.request.options
        engine, site = self.context.engine, self.request.site
        return leads(engine, site, since=since, arp=options.crawl_arp)

    async def _found(self, addresses: list[str]) -> None:
        """Visit what a crawl has found."""
        self._step(total=self.progress.total + len(addresses))
        hosts = await self._sweep(addresses)
        self._step(swept=self.progress.swept + len(addresses))
        await self._visit(hosts)

    async def _chunk(
        self, chunk: list[str], hosts: list[Host], targets: Targets
    ) -> None:
        """Visit the hosts of a chunk; then the chunk is done with."""
        await self._visit(hosts)
        answered = {host.address for host in hosts} | self._ended_hosts
        for address in chunk:
            if address in targets.named and address not in answered:
                await self._in_thread(self._writer.silent, address, targets)
        self._position += len(chunk)
        await self._in_thread(self._save)

    def _targets(self) -> Targets:
        return parse_targets(
            self.request.targets,
            self.request.exclude,
            resolve=self.context.resolve,
            limit=self.request.options.max_addresses,
            allowed=self.request.allowed,
            known=partial(known_in, self.context.engine, self.request.site),
        )

    async def _sweep(self, chunk: list[str]) -> list[Host]:
        """Ask a chunk of addresses who is there; leaves out hosts that are done."""
        options = self.request.options
        # The rate is what the lines of the site bear, however many scans share them.
        side_by_side = await self._in_thread(
            scan_rows.running_at, self.context.engine, self.request.site
        )
        plan = SweepPlan(
            icmp=options.icmp,
            tcp_ports=options.ports_to_connect(
                winrm=self.context.credentials.has_winrm
            ),
            snmp_port=options.snmp_port or 161,
            sip_port=options.sip_port,
            rate=options.rate / max(1, side_by_side),
            timeout=options.timeout,
            retries=options.retries,
        )
        remaining = [a for a in chunk if a not in self._ended_hosts]
        if not self._goes(remaining):
            return await self._ask(remaining, plan)
        try:
            return await self._visit_elsewhere(remaining, plan.rate)
        except NotVisited as left:
            return [*left.hosts, *await self._ask(left.addresses, plan)]

    async def _ask(self, remaining: list[str], plan: SweepPlan) -> list[Host]:
        """Return the hosts of some addresses that answer here."""
        hosts: dict[str, Host] = {}
        async for answer in self._answers(remaining, plan):
            if answer.address not in hosts:
                now = self.context.clock()
                hosts[answer.address] = Host(address=answer.address, seen_at=now)
                self._step(answered=self.progress.answered + 1)
            hosts[answer.address].answers.append(answer)
        if self.request.options.depth == Depth.NEW:
            known = await self._in_thread(
                read_before, self.context.engine, self.request.site, list(hosts)
            )
            return [host for host in hosts.values() if host.address not in known]
        return list(hosts.values())

    @property
    def _ahead(self) -> int:
        """Chunks that are asked for at the same time."""
        return AHEAD if self._goes(()) else 1

    def _goes(self, addresses: Iterable[str]) -> bool:
        """Whether some addresses are visited elsewhere."""
        if self.context.visit_elsewhere is None:
            return False
        if not self.context.here_too:
            return True
        via = partial(self._credentials.via, self.request.site)
        return not self._few and not any(via(address) for address in addresses)

    async def _visit_elsewhere(self, addresses: list[str], rate: float) -> list[Host]:
        """Let others visit some addresses, with their share of the packets."""
        assert self.context.visit_elsewhere is not None
        if self.request.options.depth == Depth.NEW:
            known = await self._in_thread(
                read_before, self.context.engine, self.request.site, addresses
            )
            addresses = [each for each in addresses if each not in known]
        offering = await self._offering(addresses)
        options = replace(self.request.options, rate=rate / self._ahead)
        return await self.context.visit_elsewhere(
            self.claim.scan_id,
            addresses,
            replace(self.request, options=options),
            offering.memory,
            lambda more: self._step(answered=self.progress.answered + more),
            self._problem,
        )

    async def _visit(self, hosts: list[Host]) -> None:
        """Collect and apply hosts, as many at a time as the request allows."""
        if not hosts:
            return
        self._step(phase="collect")
        addresses = [host.address for host in hosts]
        offering = await self._offering(addresses)
        if self._history is None:
            self._history = await self._in_thread(account_history, self.context.engine)
        collector = HostCollector(self.context, self.request, offering, self._history)
        try:
            async with asyncio.TaskGroup() as group:
                for host in hosts:
                    group.create_task(self._one(host, collector))
        except* InventoryError as failures:
            raise failures.exceptions[0] from None

    async def _answers(
        self, addresses: Sequence[str], plan: SweepPlan
    ) -> AsyncIterator[Answer]:
        """Ask addresses, those behind jump hosts through them."""
        site, options = self.request.site, self.request.options
        ways: dict[tuple[JumpHost, ...], list[str]] = {}
        addresses, fragile = options.probe_rules().apart(addresses)
        if fragile:
            silent = SweepPlan(icmp=False, sip_port=None)
            async for answer in self.context.sweep(
                fragile, silent, on_problem=self._problem
            ):
                yield answer
        for address in addresses:
            ways.setdefault(self._credentials.via(site, address), []).append(address)
        direct = ways.pop((), [])
        offering = await self._offering(direct, keys=False)
        for snmp, some in offering.snmp_groups(site, direct):
            ask = replace(plan, snmp=snmp if options.snmp_port is not None else ())
            async for answer in self.context.sweep(some, ask, on_problem=self._problem):
                yield answer
        for jumps, some in ways.items():
            if self.context.reach is None:
                continue
            async for answer in sweep_through(
                self.context.reach,
                jumps,
                some,
                plan.tcp_ports,
                timeout=max(BEHIND, options.timeout),
                on_problem=self._problem,
            ):
                yield answer

    async def _offering(
        self, addresses: Sequence[str], *, keys: bool = True
    ) -> Offering:
        """Return what some addresses may be sent."""
        look = partial(remember, keys=keys)
        memory = await self._in_thread(
            look, self.context.engine, self.request.site, addresses
        )
        to_new = self.request.options.offer_to_new
        return Offering(self._credentials, memory, to_new)

    async def _one(self, host: Host, collector: HostCollector) -> None:
        with bound_contextvars(host=host.address):
            async with self._slots:
                try:
                    if not host.collected:
                        await collector.collect(host)
                except Exception as error:
                    # As in the collectors: a fault of ours is the result of this host.
                    log.exception("a host cannot be collected")
                    host.broke("scan:collect", error)
            result = await self._in_thread(self._writer.apply, host)
            if result is not None:
                log.info("host", outcome=result.outcome, reason=result.reason)
                self._done(result)

    def _done(self, result: HostResult) -> None:
        self._step(
            done=self.progress.done + 1,
            new=self.progress.new + (result.outcome == "new"),
            problems=self.progress.problems + len(result.problems),
            host=result,
        )

    def _finish(self, targets: Targets, pbx_results: list[PbxResult]) -> None:
        """See the conclusions drawn, for all scans of the site that end now."""
        results = self._writer.apply_deferred()
        self._writer.unresolved(targets.unresolved)
        self._writer.write_registered_phones(pbx_results)
        resumed = self.claim.attempt > 1
        told = None if pbx_results or resumed else self._writer.few_and_steady()
        with concluded(
            self.context, self.request, self.claim, told, self._beside
        ) as done:
            self._step(
                whole=int(done.whole), missed=done.missed, compared=int(done.compared)
            )
            self._writer.note_pbx_results(pbx_results)
        for result in results:
            self._done(result)

    def _problem(self, problem: Problem) -> None:
        told, known = triple(problem), self.progress.for_all
        if told not in known:
            self._step(problems=self.progress.problems + 1, for_all=(*known, told))

    def _step(self, **changes: Any) -> None:  # noqa: ANN401
        self.progress = replace(self.progress, **({"host": None} | changes))
        self._tell(self.progress)

    def _save(self) -> None:
        scan_rows.record_progress(
            self.context.engine,
            self.claim,
            self.context.clock(),
            position=self._position,
            progress=self.progress,
        )

    @asynccontextmanager
    async def _heart(self) -> AsyncIterator[None]:
        """Give signs of life, also while the writing thread is busy for long.

        When somebody ended the scan, or took it, what runs here is cancelled.
        """
        here = asyncio.current_task()

        async def beat() -> None:
            while True:
                await asyncio.sleep(HEARTBEAT)
                try:
                    await asyncio.to_thread(
                        scan_rows.record_life,
                        self.context.engine,
                        self.claim,
                        self.context.clock(),
                        self.progress,
                    )
                except ScanTakenOver:
                    self.lost = True
                    if here is not None:
                        here.cancel()
                    return
                except InventoryError as error:
                    log.warning("no sign of life", problem=error.problem)

        task = asyncio.create_task(beat())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _in_thread(self, work: Callable[..., Result], *args: Any) -> Result:  # noqa: ANN401
        loop = asyncio.get_running_loop()
        # The thread logs with the ids that are bound here.
        bound = copy_context()
        return await loop.run_in_executor(self._thread, bound.run, work, *args)
