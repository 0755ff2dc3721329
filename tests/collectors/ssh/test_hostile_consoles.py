"""Consoles that mean harm: escape sequences, drips, a crowd of them at once."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import Any

import asyncssh
import pytest

from collectors.errors import CollectError, TimedOut, TooMuch
from collectors.ssh import terminal
from collectors.ssh.consoles.platforms import CliKnowledge, build_knowledge
from collectors.ssh.consoles.read import collect_cli
from config.catalog import load_folder
from tests.collectors.ssh.servers import ssh_server
from tests.collectors.ssh.test_network import SWITCH
from tests.collectors.ssh.test_terminal import HOST, NOON, READER, Device, opener


@pytest.fixture(scope="module")
def knowledge() -> CliKnowledge:
    return build_knowledge(load_folder("platforms"))


BOMB = (
    "\x1b[2J\x1b[H" * 4_000
    + "\x1b]0;owned\x07" * 4_000
    + "\x1b[" + "9;" * 60_000 + "m"
    + "\x1b]52;c;" + "A" * 60_000
    + "\x1b(0lqqk\x1b(B"
)  # fmt: skip


class Painter(Device):
    """Answers one command with sequences that paint, retitle and write clipboards."""

    async def answer(
        self, process: asyncssh.SSHServerProcess[Any], command: str
    ) -> None:
        if command != "show paint":
            return await super().answer(process, command)
        process.stdout.write(f"before{BOMB}\x07\r\nafter\r\n".encode())
        await process.stdout.drain()


async def test_escape_sequences_are_taken_out_in_bounded_time(
    knowledge: CliKnowledge,
) -> None:
    begun = time.process_time()
    async with ssh_server(Painter(SWITCH).serve) as port, opener(knowledge) as consoles:
        cli = await consoles.open(HOST, port, READER, "cisco_ios")
        text = await cli.run("show paint", timeout=60)
        await cli.close()
    assert "before" in text
    assert "after" in text
    assert "\x1b" not in text
    assert "owned" not in text
    assert time.process_time() - begun < 15


class Hundred(Device):
    """Answers one command with a hundred megabytes."""

    async def answer(
        self, process: asyncssh.SSHServerProcess[Any], command: str
    ) -> None:
        if command != "show all":
            return await super().answer(process, command)
        for _ in range(1_600):
            process.stdout.write(b"x" * 65_500 + b"\r\n")
            await process.stdout.drain()


async def test_a_hundred_megabytes_are_not_kept(
    knowledge: CliKnowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(terminal, "MAX_OUTPUT", 1 << 20)
    async with ssh_server(Hundred(SWITCH).serve) as port, opener(knowledge) as consoles:
        cli = await consoles.open(HOST, port, READER, "cisco_ios")
        with pytest.raises(TooMuch):
            await cli.run("show all", timeout=60)
        await cli.close()


async def drips(process: asyncssh.SSHServerProcess[Any]) -> None:
    while True:
        process.stdout.write(b".")
        await process.stdout.drain()
        await asyncio.sleep(0.05)


async def test_a_crowd_of_drips_does_not_keep_others_out(
    knowledge: CliKnowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(terminal, "READY_TIMEOUT", 2.0)
    before = threading.active_count()
    async with (
        ssh_server(drips) as slow,
        ssh_server(Device(SWITCH).serve) as good,
        opener(knowledge) as consoles,
    ):

        async def attempt() -> str:
            try:
                await consoles.open(HOST, slow, READER, "cisco_ios")
            except CollectError as error:
                return error.reason.value
            return "in"

        ends = await asyncio.gather(*(attempt() for _ in range(8)))
        assert "in" not in ends
        monkeypatch.setattr(terminal, "READY_TIMEOUT", 60.0)
        cli = await consoles.open(HOST, good, READER, "cisco_ios")
        seen = await collect_cli(cli, knowledge=knowledge, address=HOST, seen_at=NOON)
        await cli.close()
    assert seen.hardware is not None
    for _ in range(300):  # a loaded machine is slow to end them
        if threading.active_count() <= before + 4:
            break
        await asyncio.sleep(0.1)
    assert threading.active_count() <= before + 4


class Dripping(Device):
    """Answers one command a byte at a time, without end."""

    async def answer(
        self, process: asyncssh.SSHServerProcess[Any], command: str
    ) -> None:
        if command != "show slowly":
            return await super().answer(process, command)
        await drips(process)


async def test_an_answer_that_drips_ends_at_its_time(knowledge: CliKnowledge) -> None:
    async with (
        ssh_server(Dripping(SWITCH).serve) as port,
        opener(knowledge) as consoles,
    ):
        cli = await consoles.open(HOST, port, READER, "cisco_ios")
        begun = time.monotonic()
        with pytest.raises(TimedOut):
            await cli.run("show slowly", timeout=1)
        assert time.monotonic() - begun < 60
        await cli.close()
