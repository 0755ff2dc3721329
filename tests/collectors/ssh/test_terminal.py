"""Consoles over real SSH: prompts, enable, detection, and devices that misbehave."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import asyncssh
import pytest
from pydantic import SecretStr

from collectors.credentials import SshCredential
from collectors.errors import (
    AuthFailed,
    CollectError,
    HostKeyChanged,
    TimedOut,
    TooMuch,
    Unsupported,
)
from collectors.ssh import terminal
from collectors.ssh.connection import Connector
from collectors.ssh.consoles.platforms import CliKnowledge, build_knowledge
from collectors.ssh.consoles.read import collect_cli
from collectors.ssh.terminal import NetmikoOpener, steady_prompt
from config.catalog import load_folder
from tests.collectors.ssh.servers import HOST_KEY, Account, ssh_server
from tests.collectors.ssh.test_network import SWITCH

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
HOST = "127.0.0.8"
READER = SshCredential(name="net", user="reader", password=SecretStr("right"))
ENABLER = SshCredential(
    name="net",
    user="reader",
    password=SecretStr("right"),
    enable_secret=SecretStr("en-secret"),
)


class Device:
    """A console that echoes, knows a table of commands and shows a prompt."""

    def __init__(
        self, answers: Mapping[str, str], name: str = "acme-sw1", mode: str = "#"
    ) -> None:
        self.answers = answers
        self.name = name
        self.mode = mode
        self.typed: list[str] = []

    async def serve(self, process: asyncssh.SSHServerProcess[Any]) -> None:
        out, line = process.stdout, b""
        out.write(f"\r\n{self.name}{self.mode}".encode())
        while data := await process.stdin.read(1):
            if data not in b"\r\n":
                line += data
                continue
            command, line = line.decode().strip(), b""
            if command == "exit":
                break
            out.write(f"{command}\r\n".encode())
            await self.answer(process, command)
            out.write(f"{self.name}{self.mode}".encode())
        process.exit(0)

    async def answer(
        self, process: asyncssh.SSHServerProcess[Any], command: str
    ) -> None:
        self.typed.append(command)
        if not command or command.startswith("terminal "):
            return
        if command in {"enable", "en-secret"}:
            if command == "enable":
                process.stdout.write(b"Password: ")
                secret = b""
                while (byte := await process.stdin.read(1)) not in b"\r\n":
                    secret += byte
                self.mode = "#" if secret == b"en-secret" else ">"
                process.stdout.write(b"\r\n")
            return
        refusal = "% Invalid input detected at '^' marker."
        text = self.answers.get(command, refusal).replace("\n", "\r\n")
        process.stdout.write(f"{text}\r\n".encode())


@pytest.fixture(scope="module")
def knowledge() -> CliKnowledge:
    return build_knowledge(load_folder("platforms"))


@asynccontextmanager
async def opener(knowledge: CliKnowledge) -> AsyncIterator[NetmikoOpener]:
    made = NetmikoOpener(
        knowledge, Connector(connect_timeout=30, login_timeout=30), sessions=4
    )
    try:
        yield made
    finally:
        await made.close()


async def test_a_switch_is_read_over_one_connection(knowledge: CliKnowledge) -> None:
    account, device = Account(), Device(SWITCH)
    async with (
        ssh_server(device.serve, account=account) as port,
        opener(knowledge) as consoles,
    ):
        cli = await consoles.open(HOST, port, READER, "cisco_ios")
        seen = await collect_cli(
            cli, knowledge=knowledge, address=HOST, port=port, seen_at=NOON
        )
        await cli.close()
    assert seen.hardware is not None
    assert (seen.hardware.model, seen.hardware.serial) == (
        "WS-C2960X-48FPD-L",
        "FOC1111A1AA",
    )
    assert len(seen.fdb) == 3
    assert [k.fingerprint for k in seen.host_keys] == [HOST_KEY.get_fingerprint()]
    assert account.began == 1
    assert account.secrets == ["right"]


async def test_what_the_device_is_is_found_out_by_one_command(
    knowledge: CliKnowledge,
) -> None:
    device = Device(SWITCH)
    async with ssh_server(device.serve) as port, opener(knowledge) as consoles:
        cli = await consoles.open(HOST, port, READER)
        assert cli.device_type == "cisco_ios"
        assert "15.2(7)E3" in await cli.run("show version")
        await cli.close()
    probes = [c for c in device.typed if c.startswith("show")]
    assert probes == ["show version", "show version"]


async def test_a_device_that_cannot_be_told_is_unsupported(
    knowledge: CliKnowledge,
) -> None:
    device = Device({"show version": "Acme OS 1.0"})
    async with ssh_server(device.serve) as port, opener(knowledge) as consoles:
        with pytest.raises(Unsupported, match="cannot tell what this device is"):
            await consoles.open(HOST, port, READER)
        with pytest.raises(Unsupported, match="not a device type"):
            await consoles.open(HOST, port, READER, "acme_os")


async def test_the_enable_secret_is_sent_only_where_it_is_needed(
    knowledge: CliKnowledge,
) -> None:
    user, privileged = Device(SWITCH, mode=">"), Device(SWITCH, mode="#")
    async with ssh_server(user.serve) as port, opener(knowledge) as consoles:
        cli = await consoles.open(HOST, port, ENABLER, "cisco_ios")
        await cli.close()
    assert user.mode == "#"
    async with ssh_server(privileged.serve) as port, opener(knowledge) as consoles:
        cli = await consoles.open(HOST, port, ENABLER, "cisco_ios")
        await cli.close()
    assert "enable" not in privileged.typed


async def test_a_wrong_password_and_a_changed_key_stop_as_for_computers(
    knowledge: CliKnowledge,
) -> None:
    account = Account()
    wrong = SshCredential(name="w", user="reader", password=SecretStr("s3cr3t-wrong"))
    device = Device(SWITCH)
    async with (
        ssh_server(device.serve, account=account) as port,
        opener(knowledge) as consoles,
    ):
        with pytest.raises(HostKeyChanged):
            await consoles.open(
                HOST, port, READER, "cisco_ios", pinned_key="SHA256:other"
            )
        assert account.secrets == []
        with pytest.raises(AuthFailed) as refusal:
            await consoles.open(HOST, port, wrong, "cisco_ios")
    assert account.secrets == ["s3cr3t-wrong"]
    assert "s3cr3t" not in str(refusal.value)


class Flood(Device):
    """Answers one command without end."""

    async def answer(
        self, process: asyncssh.SSHServerProcess[Any], command: str
    ) -> None:
        if command != "show tech":
            return await super().answer(process, command)
        while True:
            process.stdout.write(b"noise without end\r\n" * 500)
            await process.stdout.drain()


async def test_endless_output_is_cut_off_with_a_reason(
    knowledge: CliKnowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(terminal, "MAX_OUTPUT", 200_000)
    device = Flood(SWITCH)
    async with ssh_server(device.serve) as port, opener(knowledge) as consoles:
        cli = await consoles.open(HOST, port, READER, "cisco_ios")
        with pytest.raises(TooMuch):
            await cli.run("show tech", timeout=60)
        await cli.close()


class Mute(Device):
    """Never shows its prompt again after one command."""

    async def answer(
        self, process: asyncssh.SSHServerProcess[Any], command: str
    ) -> None:
        if command == "show hang":
            await asyncio.sleep(30)
        await super().answer(process, command)


async def test_a_prompt_that_does_not_come_back_times_out(
    knowledge: CliKnowledge,
) -> None:
    device = Mute(SWITCH)
    async with ssh_server(device.serve) as port, opener(knowledge) as consoles:
        cli = await consoles.open(HOST, port, READER, "cisco_ios")
        with pytest.raises(TimedOut):
            await cli.run("show hang", timeout=1)
        await cli.close()


async def silent(process: asyncssh.SSHServerProcess[Any]) -> None:
    await process.stdin.read()


async def hangs_up(process: asyncssh.SSHServerProcess[Any]) -> None:
    process.stdout.write(b"\r\nbusy, try later\r\n")
    process.exit(1)


async def babbles(process: asyncssh.SSHServerProcess[Any]) -> None:
    while True:
        process.stdout.write(b"\x1b[2J\x1b[31mWelcome " * 200)
        await process.stdout.drain()


@pytest.mark.parametrize("handler", [silent, hangs_up, babbles])
async def test_a_console_without_a_prompt_is_a_reason(
    knowledge: CliKnowledge,
    monkeypatch: pytest.MonkeyPatch,
    handler: Any,  # noqa: ANN401
) -> None:
    monkeypatch.setattr(terminal, "READY_TIMEOUT", 5.0)
    async with ssh_server(handler) as port, opener(knowledge) as consoles:
        with pytest.raises(CollectError) as refusal:
            await consoles.open(HOST, port, READER, "cisco_ios")
    assert str(refusal.value).isprintable()
    assert refusal.value.reason.value != "internal"


@pytest.mark.parametrize(
    ("prompt", "pattern"),
    [
        ("acme-sw1#", r"acme\-sw1\#"),
        ("*A:core-1#", r"A:core\-1\#"),
        ("[admin@router] >", r"\[admin@router\]\ >"),
        ("14:02:33 core#", None),
        ("[17] core>", None),
        ("#", None),
        ("", None),
    ],
)
def test_a_prompt_is_looked_up_each_time_only_where_it_changes(
    prompt: str, pattern: str | None
) -> None:
    assert steady_prompt(prompt) == pattern
