"""Logging in and running a command: right, wrong, and in front of hostile peers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncssh
import pytest
from pydantic import SecretStr

from collectors.credentials import SshCredential
from collectors.errors import (
    AuthFailed,
    CollectError,
    HostKeyChanged,
    LockedOut,
    Malformed,
    Refused,
    TimedOut,
    Unsupported,
)
from collectors.pacing import LockoutGuard
from collectors.ports import Shell
from collectors.ssh.connection import Connector
from collectors.ssh.guarded_openers import GuardedShellOpener, LoginGate
from collectors.ssh.shell import AsyncsshOpener
from tests.collectors.ssh.servers import (
    HOST_KEY,
    Account,
    Talk,
    raw_server,
    ssh_server,
)

HOST = "127.0.0.8"
READER = SshCredential(name="readers", user="reader", password=SecretStr("right"))
WRONG = SshCredential(name="typo", user="reader", password=SecretStr("s3cr3t-wrong"))
PIN = HOST_KEY.get_fingerprint()


def opener(
    *,
    max_output: int = 1 << 24,
    **options: Any,  # noqa: ANN401
) -> AsyncsshOpener:
    patient = Connector(**{"connect_timeout": 60, "login_timeout": 60, **options})
    return AsyncsshOpener(patient, max_output=max_output)


@asynccontextmanager
async def shell(
    port: int,
    credential: SshCredential = READER,
    pin: str | None = None,
    **options: Any,  # noqa: ANN401
) -> AsyncIterator[Shell]:
    opened = await opener(**options).open(HOST, port, credential, pinned_key=pin)
    try:
        yield opened
    finally:
        await opened.close()


async def echo(process: asyncssh.SSHServerProcess[Any]) -> None:
    process.stdout.write(b"got " + await process.stdin.read())
    process.stderr.write(b"warning")
    process.exit(3)


async def test_a_command_gets_its_input_and_gives_output_errors_and_status() -> None:
    account = Account()
    async with ssh_server(echo, account=account) as port, shell(port) as opened:
        result = await opened.run("cat", stdin="täxt")
        assert opened.host_key == PIN
    assert (result.stdout, result.stderr, result.status) == ("got täxt", "warning", 3)
    assert not result.truncated
    assert account.commands == ["cat"]


@pytest.mark.parametrize("method", ["password", "keyboard-interactive"])
async def test_either_way_of_asking_for_a_password_works(method: str) -> None:
    account = Account(methods=(method,))
    async with ssh_server(echo, account=account) as port, shell(port) as opened:
        assert (await opened.run("x")).status == 3
    assert account.secrets == ["right"]


async def test_a_wrong_password_is_sent_once_whatever_else_the_server_offers() -> None:
    account = Account()
    async with ssh_server(echo, account=account) as port:
        with pytest.raises(AuthFailed) as refusal:
            await opener().open(HOST, port, WRONG)
    assert account.secrets == ["s3cr3t-wrong"]
    assert "s3cr3t" not in str(refusal.value) + repr(refusal.value.__cause__)


FEW_ROUNDS = pytest.mark.filterwarnings("ignore:.*bcrypt.*:UserWarning")
"""Keys with little work in their pass phrase: how much is not the matter here."""


@FEW_ROUNDS
@pytest.mark.parametrize("phrase", [None, "open sesame"])
async def test_a_private_key_logs_in(phrase: str | None) -> None:
    key = asyncssh.generate_private_key("ssh-ed25519")
    account = Account(public_key=key.convert_to_public(), methods=())
    credential = SshCredential(
        name="robot",
        user="reader",
        private_key=SecretStr(
            key.export_private_key(passphrase=phrase, rounds=8).decode()
        ),
        key_secret=SecretStr(phrase) if phrase else None,
    )
    async with (
        ssh_server(echo, account=account) as port,
        shell(port, credential) as opened,
    ):
        assert (await opened.run("x")).status == 3


@FEW_ROUNDS
async def test_a_key_with_a_pass_phrase_is_opened_once_for_many_devices() -> None:
    key = asyncssh.generate_private_key("ssh-ed25519")
    account = Account(public_key=key.convert_to_public(), methods=())
    text = key.export_private_key(passphrase="open sesame", rounds=16).decode()
    credential = SshCredential(
        name="robot",
        user="reader",
        private_key=SecretStr(text),
        key_secret=SecretStr("open sesame"),
    )
    async with ssh_server(echo, account=account) as port:
        await (await opener().open(HOST, port, credential)).close()
        cpu = time.process_time()
        await (await opener().open(HOST, port, credential)).close()
    again = time.process_time() - cpu
    cpu = time.process_time()
    asyncssh.import_private_key(text, "open sesame")
    assert again < time.process_time() - cpu


async def test_a_key_that_cannot_be_read_says_so_without_asking_the_device() -> None:
    credential = SshCredential(
        name="robot", user="reader", private_key=SecretStr("-----BEGIN NONSENSE")
    )
    with pytest.raises(Unsupported, match=r"'robot' cannot be read.*pass phrase"):
        await opener().open(HOST, 1, credential)


async def test_the_pinned_key_lets_in_and_another_stops_before_any_secret() -> None:
    account = Account()
    async with ssh_server(echo, account=account) as port:
        async with shell(port, pin=PIN) as opened:
            assert opened.host_key == PIN
        assert account.secrets == ["right"]
        with pytest.raises(HostKeyChanged, match="SHA256:"):
            await opener().open(HOST, port, READER, pinned_key="SHA256:other")
    assert account.secrets == ["right"]
    assert account.began == 1


async def test_a_server_with_a_further_newer_key_has_not_changed() -> None:
    old = asyncssh.generate_private_key("ecdsa-sha2-nistp256")
    pin = old.get_fingerprint()
    async with (
        ssh_server(echo, keys=[HOST_KEY, old]) as port,
        shell(port, pin=pin) as opened,
    ):
        assert opened.host_key == pin


@pytest.mark.filterwarnings("ignore:Diffie-Hellman over finite fields")
async def test_old_algorithms_need_permission() -> None:
    old: dict[str, Any] = {
        "kex_algs": ["diffie-hellman-group1-sha1"],
        "encryption_algs": ["aes128-cbc"],
    }
    async with ssh_server(echo, **old) as port:
        with pytest.raises(Unsupported, match="legacy algorithms"):
            await opener().open(HOST, port, READER)
        async with shell(port, legacy=lambda address: address == HOST) as opened:
            assert (await opened.run("x")).status == 3


async def test_a_closed_port_is_refused() -> None:
    async with raw_server(silent) as port:
        pass
    with pytest.raises(Refused):
        await opener().open(HOST, port, READER)


async def test_a_server_without_commands_is_unsupported() -> None:
    async with raw_server(silent) as port:
        pass
    server = await asyncssh.listen(
        HOST, port, server_host_keys=[HOST_KEY], server_factory=_NoSession
    )
    async with shell(port) as opened:
        with pytest.raises(CollectError):
            await opened.run("x", timeout=2)
    server.close()
    await server.wait_closed()


class _NoSession(asyncssh.SSHServer):
    def begin_auth(self, username: str) -> bool:
        return False


async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()


async def endless_banner(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    while True:
        writer.write(b"Welcome! " * 10 + b"\r\n")
        await writer.drain()


async def endless_line(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    while True:
        writer.write(b"A" * 4_096)
        await writer.drain()


async def slow_loris(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    for byte in b"SSH-2.0-" + b"x" * 240:
        writer.write(bytes([byte]))
        await writer.drain()
        await asyncio.sleep(0.1)


async def web_server(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n\x1b[2J")
    await writer.drain()


async def garbage(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"SSH-2.0-x\r\n" + bytes(range(256)) * 500)
    await writer.drain()
    await reader.read()


@pytest.mark.parametrize(
    "talk", [silent, endless_banner, endless_line, slow_loris, web_server, garbage]
)
async def test_a_peer_that_does_not_play_along_is_a_reason_within_the_time(
    talk: Talk,
) -> None:
    impatient = opener(connect_timeout=0.5, login_timeout=0.5)
    begun = asyncio.get_running_loop().time()
    async with raw_server(talk) as port:
        with pytest.raises((TimedOut, Malformed)) as refusal:
            await impatient.open(HOST, port, READER)
    assert asyncio.get_running_loop().time() - begun < 60
    assert str(refusal.value).isprintable()


async def flood(process: asyncssh.SSHServerProcess[Any]) -> None:
    for _ in range(1_600):
        process.stdout.write(b"x" * 65_536)
        await process.stdout.drain()


async def test_a_hundred_megabytes_are_cut_at_the_bound() -> None:
    async with ssh_server(flood) as port, shell(port, max_output=1 << 20) as opened:
        result = await opened.run("yes")
    assert result.truncated
    assert len(result.stdout) == 1 << 20


async def stuck(process: asyncssh.SSHServerProcess[Any]) -> None:
    process.stdout.write(b"so far")
    await process.stdin.read()
    await asyncio.sleep(30)


async def test_a_command_that_never_ends_times_out() -> None:
    async with ssh_server(stuck) as port, shell(port) as opened:
        with pytest.raises(TimedOut, match=r"longer than 0\.3 s"):
            await opened.run("sleep 99", timeout=0.3)


async def test_the_guard_stops_after_its_failures_and_says_why() -> None:
    account = Account()
    guard = LockoutGuard(per_account=3, per_device=9)
    async with ssh_server(echo, account=account) as port:
        guarded = GuardedShellOpener(opener(), LoginGate(guard))

        async def attempt() -> str:
            try:
                await guarded.open(HOST, port, WRONG)
            except CollectError as error:
                return error.reason.value
            return "in"

        results = await asyncio.gather(*(attempt() for _ in range(8)))
    assert sorted(results) == ["auth-failed"] * 3 + ["locked-out"] * 5
    assert len(account.secrets) == 3
    with pytest.raises(LockedOut, match="'typo' failed 3 times"):
        await guarded.open(HOST, port, WRONG)
