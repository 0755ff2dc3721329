"""The collector's side of a scan: visits the addresses it was asked to.

Knows no database: what it is told and what it finds are values.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection
from dataclasses import replace

import structlog
from structlog.contextvars import bound_contextvars

from collectors.facts import Problem
from collectors.sweep.sweep import SweepPlan
from discovery.access.account_history import AccountHistory
from discovery.access.offering import Offering
from discovery.remote.elsewhere import SliceSpec
from discovery.scan.collect import HostCollector
from discovery.scan.context import ScanContext
from discovery.scan.hosts import Host
from discovery.scan.requests import ScanRequest

log = structlog.get_logger("purser.collector")


async def visit(
    spec: SliceSpec,
    context: ScanContext,
    history: AccountHistory,
    keep: Callable[[Host], Awaitable[None]],
    have: Collection[str] = (),
) -> list[Problem]:
    """Visit the addresses of a slice; return what did not work in the sweep.

    Args:
        spec: Whom to visit, and how.
        context: What to ask with.
        history: What accounts have opened so far.
        keep: Keeps one host that was visited.
        have: Who was visited before.
    """
    request = ScanRequest.from_json(spec.request)
    remaining = [each for each in spec.addresses if each not in set(have)]
    chosen = context.credentials.only(request.credential_sets)
    offering = Offering(chosen, spec.memory(), request.options.offer_to_new)
    problems: list[Problem] = []
    hosts = await _sweep(remaining, request, context, offering, problems.append)
    collector = HostCollector(context, request, offering, history)
    slots = asyncio.Semaphore(request.options.concurrency)

    async def one(host: Host) -> None:
        with bound_contextvars(host=host.address):
            async with slots:
                try:
                    await collector.collect(host)
                except Exception as error:
                    # As at the centre: a fault of ours is the result of this host.
                    log.exception("a host cannot be collected")
                    host.broke("scan:collect", error)
        await keep(host)

    async with asyncio.TaskGroup() as group:
        for host in hosts:
            group.create_task(one(host))
    return problems


async def _sweep(
    addresses: list[str],
    request: ScanRequest,
    context: ScanContext,
    offering: Offering,
    on_problem: Callable[[Problem], None],
) -> list[Host]:
    options, hosts = request.options, dict[str, Host]()
    plan = SweepPlan(
        icmp=options.icmp,
        tcp_ports=options.ports_to_connect(winrm=context.credentials.has_winrm),
        snmp_port=options.snmp_port or 161,
        sip_port=options.sip_port,
        rate=options.rate,
        timeout=options.timeout,
        retries=options.retries,
    )
    rules = options.probe_rules()
    addresses = [each for each in addresses if not rules.is_passive(each)]
    for snmp, some in offering.snmp_groups(request.site, addresses):
        ask = replace(plan, snmp=snmp if options.snmp_port is not None else ())
        async for answer in context.sweep(some, ask, on_problem=on_problem):
            host = hosts.setdefault(
                answer.address, Host(address=answer.address, seen_at=context.clock())
            )
            host.answers.append(answer)
    return list(hosts.values())
