"""A hundred switches over SSH: ours next to bare netmiko threads, same commands.

CPU is that of this process; the consoles are played by another one. Where the time of
ours goes is measured by doing less and less of it: parsing alone, and sessions that
only log in, or only come to their prompt.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import netmiko
import pytest
from pydantic import SecretStr

from collectors.credentials import SshCredential
from collectors.facts import Observation
from collectors.ports import Cli
from collectors.ssh.connection import Connector
from collectors.ssh.consoles import templates
from collectors.ssh.consoles.platforms import CliKnowledge, build_knowledge
from collectors.ssh.consoles.read import collect_cli
from collectors.ssh.terminal import NetmikoOpener
from config.catalog import load_folder
from tests.bench.consoles import addresses, consoles
from tests.bench.farm import report
from tests.collectors.ssh.test_network import SWITCH
from tests.collectors.ssh.test_terminal import NOON

pytestmark = [pytest.mark.bench, pytest.mark.timeout(900)]

DEVICES = 100
SESSIONS = 16
READER = SshCredential(name="net", user="reader", password=SecretStr("right"))
KIND = "cisco_ios"


@dataclass
class Cost:
    """What a run over all devices took."""

    wall: float
    cpu: float

    def row(self, name: str) -> tuple[str, str, str]:
        rate = f"{DEVICES / self.wall * 60:6.0f} devices/min"
        return f"{name:30}", rate, f"{self.cpu / DEVICES * 1e3:6.1f} ms CPU/device"


@dataclass
class Listening:
    """A `Cli` that writes down what it is asked."""

    inner: Cli
    asked: list[str]

    @property
    def device_type(self) -> str:
        return self.inner.device_type

    async def run(self, command: str, *, timeout: float = 60.0) -> str:
        self.asked.append(command)
        return await self.inner.run(command, timeout=timeout)


async def over(
    hosts: Iterable[str], work: Callable[[str], Awaitable[object]]
) -> list[object]:
    """Do something with every host, `SESSIONS` at a time."""
    slots = asyncio.Semaphore(SESSIONS)

    async def one(host: str) -> object:
        async with slots:
            return await work(host)

    return await asyncio.gather(*(one(host) for host in hosts))


async def timed(work: Callable[[], Awaitable[object]]) -> Cost:
    wall, cpu = time.perf_counter(), time.process_time()
    await work()
    return Cost(time.perf_counter() - wall, time.process_time() - cpu)


class Ours:
    """Our collector in parts."""

    def __init__(self, port: int, knowledge: CliKnowledge) -> None:
        self.port = port
        self.knowledge = knowledge
        self.connector = Connector()
        self.opener = NetmikoOpener(knowledge, self.connector, sessions=SESSIONS)
        self.asked: list[str] = []

    async def login(self, host: str) -> None:
        await (await self.connector.login(host, self.port, READER)).close()

    async def prompt(self, host: str) -> None:
        await (await self.opener.open(host, self.port, READER, KIND)).close()

    async def whole(self, host: str) -> Observation:
        cli = await self.opener.open(host, self.port, READER, KIND)
        try:
            return await collect_cli(
                cli, knowledge=self.knowledge, address=host, seen_at=NOON
            )
        finally:
            await cli.close()

    async def commands(self, host: str) -> list[str]:
        asked: list[str] = []
        cli = await self.opener.open(host, self.port, READER, KIND)
        listening: Any = Listening(cli, asked)
        await collect_cli(
            listening, knowledge=self.knowledge, address=host, seen_at=NOON
        )
        await cli.close()
        return asked


def bare(host: str, port: int, asked: list[str]) -> None:
    """What a script with netmiko does."""
    with netmiko.ConnectHandler(
        device_type=KIND,
        host=host,
        port=port,
        username="reader",
        password="right",
        fast_cli=True,
    ) as connection:
        for command in asked:
            connection.send_command(command, read_timeout=60)


async def parsing(knowledge: CliKnowledge) -> None:
    """Parse what a device answers, as often as there are devices."""
    names = [
        (read.template or read.command)
        for read in knowledge.platform(KIND).reads
        if read.command in SWITCH
    ]
    for _ in range(DEVICES):
        for name in names:
            templates.parse(KIND, name, SWITCH.get(name, ""))


async def test_a_hundred_switches(capsys: pytest.CaptureFixture[str]) -> None:
    knowledge = build_knowledge(load_folder("platforms"))
    hosts = addresses(DEVICES)
    with consoles(DEVICES) as port:
        ours = Ours(port, knowledge)
        asked = await ours.commands(hosts[0])
        threads = ThreadPoolExecutor(SESSIONS)
        loop = asyncio.get_running_loop()

        async def by_threads() -> None:
            await asyncio.gather(
                *(
                    loop.run_in_executor(threads, bare, host, port, asked)
                    for host in hosts
                )
            )

        costs = {
            "bare netmiko threads": await timed(by_threads),
            "ours, whole": await timed(lambda: over(hosts, ours.whole)),
            "ours, to the prompt": await timed(lambda: over(hosts, ours.prompt)),
            "ours, login alone": await timed(lambda: over(hosts, ours.login)),
            "ours, parsing alone": await timed(lambda: parsing(knowledge)),
        }
        await ours.opener.close()
        threads.shutdown()
    rows = [cost.row(name) for name, cost in costs.items()]
    rows.append((f"{len(asked)} commands a device", f"{SESSIONS} at a time", ""))
    report("100 switches over SSH", rows)
    ratio = costs["ours, whole"].cpu / costs["bare netmiko threads"].cpu
    assert ratio < 1.2, f"ours takes {ratio:.2f} of bare netmiko's CPU"
