"""A scanner that the system stops for longer than its time-outs misses nobody."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from collectors.office.server import OfficeServer
from collectors.phones.sip_over_udp import UdpSip
from collectors.probes.collect import Prober
from collectors.sweep.sweep import SweepPlan, sweep
from tests.discovery.office import office_request, plan, running_office

LIMIT, STOP = 0.1, 0.25
"""Seconds for an answer, and for which each turn of the loop is stopped at first."""
TURNS = 8
NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def office() -> Iterator[OfficeServer]:
    with running_office() as server:
        yield server


async def stop_now_and_then() -> None:
    """Hold every turn of this loop up; the office goes on in its own."""
    for _ in range(TURNS):
        time.sleep(STOP)
        await asyncio.sleep(0)


async def swept(addresses: tuple[str, ...], limit: float) -> set[tuple[str, str]]:
    where = plan()
    found = sweep(
        addresses,
        SweepPlan(
            icmp=False,
            tcp_ports=where.probed_ports,
            snmp=tuple(where.snmp.values()),
            snmp_port=where.ports.snmp,
            sip_port=where.ports.sip,
            timeout=limit,
            retries=0,
            rate=20_000.0,
        ),
    )
    return {(answer.address, answer.protocol) async for answer in found}


@pytest.fixture
def network_of_some_length(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let connections take a moment: those of loopback are there at once."""
    connect = asyncio.SelectorEventLoop.sock_connect

    async def far(
        loop: asyncio.SelectorEventLoop, sock: socket.socket, to: tuple[str, int]
    ) -> None:
        await connect(loop, sock, to)
        await asyncio.sleep(0.01)

    monkeypatch.setattr(asyncio.SelectorEventLoop, "sock_connect", far)


@pytest.mark.usefixtures("network_of_some_length")
async def test_a_sweep_that_is_stopped_hears_everybody(office: OfficeServer) -> None:
    unhurried = await swept(office.addresses, 5.0)
    stopping = asyncio.create_task(stop_now_and_then())
    assert await swept(office.addresses, LIMIT) == unhurried
    await stopping
    kinds = {protocol for _, protocol in unhurried}
    assert kinds == {"tcp", "snmp", "sip"}


@pytest.mark.parametrize("key", ["cam-1", "door-1"])
async def test_probes_that_are_stopped_hear_what_a_device_says(
    office: OfficeServer, key: str
) -> None:
    address = str(office.office.devices[key].address)
    rules = office_request().options.probe_rules()

    async def asked(limit: float) -> set[tuple[str, str]]:
        prober = Prober(rate=20_000, timeout=limit, offset=plan().ports.probes)
        found = await prober.collect(rules, address=address, seen_at=NOON)
        assert found is not None
        return {(clue.kind, clue.value) for clue in found.clues}

    unhurried = await asked(10.0)
    stopping = asyncio.create_task(stop_now_and_then())
    assert await asked(LIMIT) == unhurried
    await stopping


async def test_a_phone_that_is_asked_by_a_stopped_process_answers(
    office: OfficeServer,
) -> None:
    address = str(office.office.devices["tel-01"].address)
    sip = UdpSip()
    stopping = asyncio.create_task(stop_now_and_then())
    try:
        answer = await sip.options(address, plan().ports.sip, timeout=LIMIT)
    finally:
        await stopping
        await sip.close()
    assert answer.user_agent
