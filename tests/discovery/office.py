"""The simulated office as a network for tests of discovery, and its scan context."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from functools import cache, partial
from pathlib import Path

import yaml
from sqlalchemy import Engine

from collectors.office.model import Office
from collectors.office.server import OfficeServer
from collectors.office.settings import Plan, read_plan
from collectors.office.truth import load_office
from collectors.pacing import LockoutGuard
from collectors.phones.sip_over_udp import UdpSip
from collectors.probes.collect import Prober
from collectors.snmp.engine import OwnEngine
from collectors.snmp.probe import probe_snmp
from collectors.ssh.guarded_openers import GuardedShellOpener, LoginGate
from collectors.ssh.shell import AsyncsshOpener
from collectors.sweep.sweep import sweep
from config import catalog
from discovery.access.credentials import Credentials, CredentialSet
from discovery.identity.identification import RuleIdentification
from discovery.identity.identify import Knowledge, build_knowledge
from discovery.scan.context import ScanContext
from discovery.scan.requests import ScanOptions, ScanRequest

PATIENT = 10.0
"""Seconds for an answer: closed ports of loopback say so at once."""
PORTS = "PURSER_TEST_OFFICE_PORTS"
FOLDER = Path(__file__).resolve().parents[2] / "config" / "office"


@cache
def knowledge() -> Knowledge:
    return build_knowledge(
        catalog.vendors(), catalog.fingerprints(), tables=catalog.tables()
    )


@cache
def plan() -> Plan:
    """The scan file with ports of this process, so that test runs do not collide.

    A process that scans the office of another one is told its ports.
    """
    scan = yaml.safe_load((FOLDER / "scan.yaml").read_text())
    base = int(os.environ.get(PORTS, 20_000 + os.getpid() % 4000 * 3))
    scan["ports"] = {"snmp": base, "ssh": base + 1, "sip": base + 2}
    return read_plan(scan)


@cache
def office() -> Office:
    return load_office(yaml.safe_load((FOLDER / "truth.yaml").read_text()))


@contextmanager
def running_office() -> Iterator[OfficeServer]:
    """The office in a thread and event loop of its own."""
    with serving(OfficeServer(office(), plan())) as server:
        yield server


@contextmanager
def serving(server: OfficeServer) -> Iterator[OfficeServer]:
    """Run any office in a thread and event loop of its own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    def call(make: Callable[[], Coroutine[None, None, None]]) -> None:
        asyncio.run_coroutine_threadsafe(make(), loop).result(60)

    call(server.start)
    try:
        yield server
    finally:
        call(server.stop)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def office_request(**options: object) -> ScanRequest:
    """A scan of all networks of the office."""
    where = plan()
    ports = where.ports
    chosen: dict[str, object] = {
        "icmp": where.icmp,
        "tcp_ports": where.probed_ports,
        "snmp_port": ports.snmp,
        "ssh_ports": (ports.ssh,),
        "sip_port": ports.sip,
        "timeout": 1.0,
        "retries": 2,
        "rate": 20_000.0,
    }
    return ScanRequest(
        targets=where.networks,
        site=where.site,
        options=ScanOptions(**(chosen | options)),  # type: ignore[arg-type]
    )


def office_credentials() -> Credentials:
    where = plan()
    return Credentials(
        (
            CredentialSet(
                "office",
                snmp=tuple(where.snmp.values()),
                ssh=tuple(where.ssh.values()),
                offer_to_new=True,
            ),
        )
    )


def prober() -> Prober:
    """What asks the machines of the office without a credential."""
    return Prober(rate=20_000, timeout=PATIENT, offset=plan().ports.probes)


@asynccontextmanager
async def office_context(
    engine: Engine, clock: Callable[[], datetime], _request: ScanRequest | None = None
) -> AsyncIterator[ScanContext]:
    """The real collectors, as the program uses them."""
    snmp, sip = OwnEngine(), UdpSip()
    gate = LoginGate(LockoutGuard(per_account=1000, per_device=20))
    try:
        yield ScanContext(
            engine=engine,
            clock=clock,
            identify=RuleIdentification(knowledge()),
            credentials=office_credentials(),
            sweep=partial(sweep, snmp_probe=probe_snmp),
            probe=prober().collect,
            snmp=snmp,
            shells=GuardedShellOpener(AsyncsshOpener(), gate),
            sip=sip,
        )
    finally:
        await snmp.close()
        await sip.close()
