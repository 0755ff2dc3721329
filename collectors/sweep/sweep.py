"""Who answers: ICMP, TCP, SNMP, SIP and, on a local segment, ARP.

All protocols run side by side under one budget of packets per second, through one
socket per protocol and address family (TCP needs one per connection, bounded). Answers
are handed on as they come. A protocol that this process may not use, or that fails, is
a problem reported beside the stream; the others go on.
"""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import (
    AsyncGenerator,
    AsyncIterator,
    Callable,
    Collection,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from contextlib import aclosing
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

from collectors.credentials import SnmpCredential
from collectors.errors import CollectError
from collectors.facts import Problem
from collectors.link.kernel_neighbours import resolved_neighbours
from collectors.pacing import Pace
from collectors.phones.sip_over_udp import UdpSip
from collectors.ports import Link, SipAnswer
from collectors.snmp.probe import SnmpAnswer, probe_snmp
from collectors.streaming import Producer, merge
from collectors.sweep.icmp import ping
from collectors.sweep.tcp import connect_all
from collectors.text import printable


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepPlan:
    """What to ask everybody, and how fast.

    Attributes:
        icmp: Send echo requests.
        tcp_ports: Ports to connect to.
        snmp: Credentials to try, in order of preference.
        snmp_port: Port of the agents.
        sip_port: Port of SIP user agents; None asks none.
        arp: (network, interface) pairs to resolve on local segments.
        neighbours: Look up at the end whom the system resolved on its own segments.
        rate: Packets per second of all protocols together.
        timeout: Seconds to wait for an answer.
        retries: Further packets to who is silent.
    """

    icmp: bool = True
    tcp_ports: tuple[int, ...] = ()
    snmp: tuple[SnmpCredential, ...] = ()
    snmp_port: int = 161
    sip_port: int | None = None
    arp: tuple[tuple[str, str], ...] = ()
    neighbours: bool = True
    rate: float = 500.0
    timeout: float = 1.0
    retries: int = 1


@dataclass(frozen=True, slots=True)
class Answer:
    """One sign of life.

    Attributes:
        address: Who answered, as it was asked.
        protocol: `icmp`, `tcp`, `snmp`, `sip` or `arp`.
        port: The port that answered; None for ICMP and ARP.
        latency: Round-trip time in seconds; for TCP of the connect.
        detail: What the answer said: `banner`; `credential`, `engine_id`, `descr`,
            `object_id`; `status`, `user_agent`, `server`; `mac`. Empty ones left out.
    """

    address: str
    protocol: str
    port: int | None
    latency: float
    detail: Mapping[str, str] = field(default_factory=dict)


Put = Callable[[Answer], None]
OnProblem = Callable[[Problem], None]


class SnmpProbe(Protocol):
    """Asks many addresses under several credentials; see `probe_snmp`."""

    def __call__(
        self,
        addresses: Iterable[str],
        probes: Sequence[SnmpCredential],
        *,
        port: int,
        rate: float,
        timeout: float,
        retries: int,
    ) -> AsyncIterator[SnmpAnswer]:
        """Yield agents as they answer."""
        ...


async def sweep(
    addresses: Iterable[str],
    plan: SweepPlan,
    *,
    snmp_probe: SnmpProbe = probe_snmp,
    link: Link | None = None,
    on_problem: OnProblem | None = None,
) -> AsyncGenerator[Answer, None]:
    """Ask every address by every protocol of the plan; yield answers as they come.

    Args:
        addresses: IPv4 and IPv6 addresses; one that comes twice is asked once.
        plan: What to ask.
        snmp_probe: How to find SNMP agents.
        link: Needed where the plan asks for ARP.
        on_problem: Told about a protocol that could not be used.

    Raises:
        ValueError: An entry is not an IP address; names it.
    """
    targets = tuple(dict.fromkeys(addresses))
    for address in targets:
        ipaddress.ip_address(address)
    producers = _producers(targets, plan, snmp_probe, link) if targets else {}
    report = on_problem or (lambda _: None)
    guarded = [partial(_guarded, name, p, report) for name, p in producers.items()]
    alive: set[str] = set()
    async with aclosing(merge(guarded)) as stream:
        async for answer in stream:
            alive.add(answer.address)
            yield answer
    if plan.neighbours and targets:
        for answer in _resolved(targets, alive):
            yield answer


def _resolved(targets: Collection[str], alive: Collection[str]) -> Iterator[Answer]:
    """Yield the targets on our own segments: they answered ARP at least.

    An entry that is not fresh tells the MAC of who answered otherwise, but is no sign
    of life by itself.
    """
    addresses = set(targets)
    for entry in resolved_neighbours():
        if entry.ip in addresses and (entry.reachable or entry.ip in alive):
            yield Answer(entry.ip, "arp", None, 0.0, {"mac": entry.mac})


async def _guarded(
    name: str, producer: Producer[Answer], report: OnProblem, put: Put
) -> None:
    """Run one protocol; a failure of it is a problem, not the end of the sweep."""
    try:
        await producer(put)
    except CollectError as error:
        report(error.as_problem(f"sweep:{name}"))


def _producers(
    targets: tuple[str, ...],
    plan: SweepPlan,
    probe: SnmpProbe,
    link: Link | None,
) -> dict[str, Producer[Answer]]:
    families = {
        version: [a for a in targets if (":" in a) == (version == 6)]
        for version in (4, 6)
    }
    packet_kinds = plan.icmp + bool(plan.tcp_ports) + (plan.sip_port is not None)
    kinds = packet_kinds + bool(plan.snmp)
    pace = Pace(plan.rate * max(packet_kinds, 1) / max(kinds, 1))
    producers: dict[str, Producer[Answer]] = {}
    for version, family in families.items():
        if plan.icmp and family:
            producers[f"icmp{version}"] = partial(_icmp, version, family, plan, pace)
    if plan.tcp_ports:
        producers["tcp"] = partial(_tcp, targets, plan, pace)
    if plan.snmp:
        producers["snmp"] = partial(_snmp, targets, plan, probe, plan.rate / kinds)
    if plan.sip_port is not None:
        producers["sip"] = partial(_sip, targets, plan, plan.sip_port, pace)
    if link is not None:
        for network, interface in plan.arp:
            producers[f"arp:{network}"] = partial(_arp, link, network, interface)
    return producers


async def _icmp(
    version: int, targets: Collection[str], plan: SweepPlan, pace: Pace, put: Put
) -> None:
    await ping(
        version,
        targets,
        lambda address, latency: put(Answer(address, "icmp", None, latency)),
        pace=pace,
        timeout=plan.timeout,
        retries=plan.retries,
    )


async def _tcp(targets: Collection[str], plan: SweepPlan, pace: Pace, put: Put) -> None:
    def found(address: str, port: int, latency: float, banner: str) -> None:
        put(Answer(address, "tcp", port, latency, _said(banner=banner)))

    await connect_all(targets, plan.tcp_ports, found, pace=pace, timeout=plan.timeout)


async def _snmp(
    targets: Collection[str],
    plan: SweepPlan,
    probe: SnmpProbe,
    rate: float,
    put: Put,
) -> None:
    async for answer in probe(
        targets,
        plan.snmp,
        port=plan.snmp_port,
        rate=rate,
        timeout=plan.timeout,
        retries=plan.retries,
    ):
        put(_from_snmp(answer, plan.snmp_port))


def _from_snmp(answer: SnmpAnswer, port: int) -> Answer:
    detail = _said(
        credential=answer.credential,
        engine_id=answer.engine_id,
        descr=answer.descr,
        object_id=answer.object_id,
    )
    return Answer(answer.address, "snmp", port, answer.latency, detail)


async def _sip(
    targets: Collection[str], plan: SweepPlan, port: int, pace: Pace, put: Put
) -> None:
    def found(answer: SipAnswer, latency: float) -> None:
        detail = _said(
            status=str(answer.status),
            user_agent=answer.user_agent,
            server=answer.server,
        )
        put(Answer(answer.address, "sip", port, latency, detail))

    sip = UdpSip()
    try:
        await sip.options_many(
            targets,
            port,
            found,
            pace=pace,
            timeout=plan.timeout,
            retries=plan.retries,
        )
    finally:
        await sip.close()


async def _arp(link: Link, network: str, interface: str, put: Put) -> None:
    begun = asyncio.get_running_loop().time()
    for entry in await link.arp(network, interface=interface):
        latency = asyncio.get_running_loop().time() - begun
        put(Answer(entry.ip, "arp", None, latency, {"mac": entry.mac}))


def _said(**detail: str | None) -> dict[str, str]:
    return {name: printable(value) for name, value in detail.items() if value}
