"""What the lab tests run inside the manager's namespace: collectors and the guard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from collectors.credentials import JumpHost, SnmpCredential, SshCredential
from collectors.errors import CollectError
from collectors.facts import ArpEntry, Observation, Problem
from collectors.link.frames import Sign, parse_frame
from collectors.link.scapy_link import ScapyLink
from collectors.pacing import LockoutGuard
from collectors.phones.sip_over_udp import UdpSip, collect_sip
from collectors.snmp.collect import collect_snmp
from collectors.snmp.engine.own_engine import OwnEngine
from collectors.ssh.computers.read import collect_shell
from collectors.ssh.connection import Connector
from collectors.ssh.guarded_openers import GuardedShellOpener, LoginGate
from collectors.ssh.shell import AsyncsshOpener
from collectors.sweep.sweep import Answer, SweepPlan, sweep
from discovery.access.login_guard import StoredLogins
from inventory.storage.engine import make_engine

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


async def sweep_all(
    addresses: Sequence[str], plan: SweepPlan
) -> tuple[list[Answer], list[Problem]]:
    """Return everything that answers."""
    problems: list[Problem] = []
    found = [a async for a in sweep(addresses, plan, on_problem=problems.append)]
    return found, problems


async def snmp(address: str, credential: SnmpCredential) -> Observation:
    """Return what an agent tells."""
    engine = OwnEngine()
    session = engine.session(address, 161, credential)
    try:
        return await collect_snmp(
            session,
            address=address,
            port=161,
            site="lab",
            credential=credential.name,
            seen_at=NOON,
        )
    finally:
        await session.close()
        await engine.close()


async def ssh(
    address: str, credential: SshCredential, pinned_key: str | None = None
) -> Observation:
    """Return the inventory of a host."""
    opener = AsyncsshOpener()
    shell = await opener.open(address, 22, credential, pinned_key=pinned_key)
    try:
        return await collect_shell(
            shell, address=address, credential=credential.name, seen_at=NOON
        )
    finally:
        await shell.close()


async def many_logins(
    address: str, credential: SshCredential, times: int, guard: LockoutGuard
) -> list[str]:
    """Try to log in again and again; return how each try ended."""
    opener = GuardedShellOpener(AsyncsshOpener(), LoginGate(guard))
    ends = []
    for _ in range(times):
        try:
            shell = await opener.open(address, 22, credential)
            await shell.close()
            ends.append("in")
        except CollectError as error:
            ends.append(error.reason.value)
    return ends


async def stored_logins(
    address: str, credential: SshCredential, times: int, url: str
) -> list[str]:
    """Like `many_logins`, but each try is a new start that has only the database."""
    ends = []
    for _ in range(times):
        engine, limits = make_engine(url), LockoutGuard(per_account=3, per_device=9)
        book = StoredLogins(engine, lambda: NOON, limits)
        gate = LoginGate(limits, book, site="lab")
        opener = GuardedShellOpener(AsyncsshOpener(), gate)
        try:
            await (await opener.open(address, 22, credential)).close()
            ends.append("in")
        except CollectError as error:
            ends.append(error.reason.value)
        engine.dispose()
    return ends


async def through(
    address: str, credential: SshCredential, jumps: Sequence[JumpHost]
) -> str:
    """Return what a host behind jump hosts calls itself."""
    connector = Connector()
    try:
        opener = AsyncsshOpener(connector)
        shell = await opener.open(address, 22, replace(credential, jumps=tuple(jumps)))
        told = await shell.run("hostname; echo $SSH_CLIENT")
        await shell.close()
    finally:
        await connector.close()
    return told.stdout


async def link(
    network: str, interface: str, seconds: float
) -> tuple[list[ArpEntry], list[Sign]]:
    """Return who answers ARP and what is heard on an interface."""
    raw = ScapyLink(timeout=1.0)
    answered = await raw.arp(network, interface=interface)
    heard = []
    async for frame in raw.listen(interface=interface, seconds=seconds):
        if (sign := parse_frame(frame, interface)) is not None:
            heard.append(sign)
            break
    return answered, heard


async def sip(address: str) -> Observation:
    """Return what a SIP user agent answers."""
    port = UdpSip()
    try:
        return await collect_sip(port, address=address, seen_at=NOON)
    finally:
        await port.close()
