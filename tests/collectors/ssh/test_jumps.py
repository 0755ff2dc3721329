"""Devices behind jump hosts, and logins with the keys of an ssh-agent."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import asyncssh
import pytest
from pydantic import SecretStr

from collectors.credentials import JumpHost, SshCredential
from collectors.errors import (
    AuthFailed,
    CollectError,
    LockedOut,
    Unreachable,
    Unsupported,
)
from collectors.pacing import LockoutGuard
from collectors.ssh.connection import Connector
from collectors.ssh.guarded_openers import GuardedShellOpener, LoginGate
from collectors.ssh.shell import AsyncsshOpener
from tests.collectors.ssh.servers import HOST_KEY, Account, ssh_server
from tests.collectors.ssh.test_shell import HOST, echo
from tests.needs import missing

SECRET = "s3cr3t-of-the-hop"


@dataclass
class Hop:
    """A jump host that counts."""

    account: Account
    port: int

    def jump(self, name: str, password: str = SECRET) -> JumpHost:
        login = SshCredential(name=name, user="hop", password=SecretStr(password))
        return JumpHost(host=HOST, port=self.port, login=login)


@asynccontextmanager
async def hops(number: int, *, forwards: bool = True) -> AsyncIterator[list[Hop]]:
    async with AsyncExitStack() as stack:
        found = []
        for _ in range(number):
            account = Account(user="hop", password=SECRET, forwards=forwards)
            port = await stack.enter_async_context(ssh_server(echo, account=account))
            found.append(Hop(account, port))
        yield found


def device(
    *jumps: JumpHost, password: str = "right", name: str = "device"
) -> SshCredential:
    return SshCredential(
        name=name, user="reader", password=SecretStr(password), jumps=jumps
    )


@asynccontextmanager
async def connector(gate: LoginGate | None = None) -> AsyncIterator[Connector]:
    made = Connector(connect_timeout=30, login_timeout=30, gate=gate)
    try:
        yield made
    finally:
        await made.close()


async def test_a_device_behind_two_jump_hosts_is_reached_through_both() -> None:
    target = Account()
    async with (
        hops(2) as (first, second),
        ssh_server(echo, account=target) as port,
        connector() as connecting,
    ):
        account = device(first.jump("one"), second.jump("two"))
        shell = await AsyncsshOpener(connecting).open(HOST, port, account)
        assert (await shell.run("x", stdin="hello")).stdout == "got hello"
        await shell.close()
    assert first.account.forwarded == [(HOST, second.port)]
    assert second.account.forwarded == [(HOST, port)]
    assert target.secrets == ["right"]
    assert first.account.secrets == second.account.secrets == [SECRET]


async def test_many_devices_share_one_login_at_the_jump_host() -> None:
    target = Account()
    async with (
        hops(1) as (hop,),
        ssh_server(echo, account=target) as port,
        connector() as connecting,
    ):
        opener = AsyncsshOpener(connecting)
        account = device(hop.jump("one"))
        shells = await asyncio.gather(
            *(opener.open(HOST, port, account) for _ in range(12))
        )
        for shell in shells:
            await shell.close()
    assert len(target.secrets) == 12
    assert len(hop.account.secrets) == 1


async def test_a_jump_host_that_refuses_is_asked_once_for_all_devices() -> None:
    target = Account()
    guard = LockoutGuard(per_account=5, per_device=5)
    gate = LoginGate(guard)
    async with (
        hops(1) as (hop,),
        ssh_server(echo, account=target) as port,
        connector(gate) as connecting,
    ):
        opener = GuardedShellOpener(AsyncsshOpener(connecting), gate)
        account = device(hop.jump("one", "wrong-s3cr3t"))

        async def attempt() -> CollectError:
            with pytest.raises(CollectError) as refused:
                await opener.open(HOST, port, account)
            return refused.value

        errors = await asyncio.gather(*(attempt() for _ in range(10)))
    assert hop.account.secrets == ["wrong-s3cr3t"]
    assert target.began == 0
    assert {type(e) for e in errors} == {Unreachable}
    assert "jump host 'one'" in str(errors[0])
    assert "s3cr3t" not in "".join(str(e) for e in errors)
    # The hop's account has failed once; the device and its account not at all.
    assert guard.failures() == ({"one": 1}, {HOST: 1})


async def test_the_jump_host_itself_is_not_reached_through_itself() -> None:
    async with hops(1) as (hop,), connector() as connecting:
        jump = hop.jump("one")
        account = replace(jump.login, name="hop as a device", jumps=(jump,))
        await (await connecting.login(HOST, hop.port, account)).close()
    assert hop.account.forwarded == []
    assert len(hop.account.secrets) == 1


async def test_a_wrong_password_behind_a_jump_host_counts_for_the_device() -> None:
    target = Account()
    gate = LoginGate(LockoutGuard(per_account=2, per_device=9))
    async with (
        hops(1) as (hop,),
        ssh_server(echo, account=target) as port,
        connector(gate) as connecting,
    ):
        opener = GuardedShellOpener(AsyncsshOpener(connecting), gate)
        account = device(hop.jump("one"), password="wrong")
        for _ in range(2):
            with pytest.raises(AuthFailed):
                await opener.open(HOST, port, account)
        with pytest.raises(LockedOut):
            await opener.open(HOST, port, account)
    assert len(target.secrets) == 2


async def test_a_jump_host_that_forwards_nothing_is_a_reason() -> None:
    async with (
        hops(1, forwards=False) as (hop,),
        ssh_server(echo) as port,
        connector() as connecting,
    ):
        with pytest.raises(CollectError):
            await connecting.login(HOST, port, device(hop.jump("one")))


async def test_a_connection_that_broke_is_made_again() -> None:
    async with (
        hops(1) as (hop,),
        ssh_server(echo) as port,
        connector() as connecting,
    ):
        account = device(hop.jump("one"))
        login = await connecting.login(HOST, port, account)
        tunnel = await connecting._tunnels.through(account.jumps)
        assert tunnel is not None
        tunnel.abort()
        await login.close()
        await (await connecting.login(HOST, port, account)).close()
    assert len(hop.account.secrets) == 2


class Pins:
    """A book that knows one pinned key."""

    def __init__(self, port: int, key: str) -> None:
        self.port, self.key = port, key
        self.other: list[str] = []

    def failures(self, account: str, device: str) -> tuple[int, int]:
        return 0, 0

    def last(self, account: str, device: str) -> tuple[str, str]:
        return "", ""

    def failed(self, account: str, device: str, detail: str) -> None:
        raise AssertionError

    def reserve(self, account: str, device: str) -> int | None:
        return 1

    def release(self, lease: int) -> None:
        pass

    def succeeded(self, account: str, device: str) -> None:
        pass

    def pinned(self, device: str, port: int) -> str:
        return self.key if port == self.port else ""

    def saw_key(self, device: str, port: int, fingerprint: str) -> None:
        pass

    def saw_other_key(self, device: str, port: int, fingerprint: str) -> bool:
        self.other.append(fingerprint)
        return False


async def test_a_jump_host_with_another_key_gets_no_secret() -> None:
    target = Account()
    async with hops(1) as (hop,), ssh_server(echo, account=target) as port:
        book = Pins(hop.port, "SHA256:another")
        gate = LoginGate(LockoutGuard(), book)
        async with connector(gate) as connecting:
            with pytest.raises(Unreachable, match=r"jump host 'one'.*host key"):
                await connecting.login(HOST, port, device(hop.jump("one")))
    assert hop.account.secrets == target.secrets == []
    assert book.other == [HOST_KEY.get_fingerprint()]


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[str]:
    """The socket of a running ssh-agent without keys."""
    if shutil.which("ssh-agent") is None:
        missing("lab", "ssh-agent is missing: apt-get install openssh-client")
    socket = tmp_path / "agent.sock"
    said = subprocess.run(
        ["ssh-agent", "-s", "-a", str(socket)],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    pid = int(said.split("SSH_AGENT_PID=")[1].split(";")[0])
    yield str(socket)
    os.kill(pid, signal.SIGTERM)


def _load(socket: str, folder: Path, *keys: asyncssh.SSHKey) -> None:
    for number, key in enumerate(keys):
        file = folder / f"key{number}"
        key.write_private_key(str(file))
        file.chmod(0o600)
        subprocess.run(
            ["ssh-add", "-q", str(file)],
            env={**os.environ, "SSH_AUTH_SOCK": socket},
            check=True,
            capture_output=True,
        )
        file.unlink()


async def test_the_agent_logs_in_with_the_key_that_was_named(
    agent: str, tmp_path: Path
) -> None:
    keys = [asyncssh.generate_private_key("ssh-ed25519") for _ in range(8)]
    _load(agent, tmp_path, *keys)
    target = Account(public_key=keys[7].convert_to_public(), methods=())
    connecting = Connector(connect_timeout=30, login_timeout=30, agent=agent)
    named = SshCredential(
        name="robot", user="reader", agent=True, agent_key=keys[7].get_fingerprint()
    )
    async with ssh_server(echo, account=target) as port:
        await (await connecting.login(HOST, port, named)).close()
        with pytest.raises(AuthFailed):
            # The right key is the eighth; a server ends a login long before.
            await connecting.login(
                HOST, port, SshCredential(name="any", user="reader", agent=True)
            )
        with pytest.raises(Unsupported, match="8 keys, none of them SHA256:x"):
            await connecting.login(
                HOST,
                port,
                SshCredential(
                    name="r", user="reader", agent=True, agent_key="SHA256:x"
                ),
            )


async def test_an_agent_is_used_only_where_the_credential_says_so(
    agent: str, tmp_path: Path
) -> None:
    key = asyncssh.generate_private_key("ssh-ed25519")
    _load(agent, tmp_path, key)
    target = Account(public_key=key.convert_to_public(), methods=("password",))
    connecting = Connector(connect_timeout=30, login_timeout=30, agent=agent)
    async with ssh_server(echo, account=target) as port:
        with pytest.raises(AuthFailed):
            await connecting.login(HOST, port, device(password="wrong"))
    assert target.secrets == ["wrong"]


@pytest.mark.parametrize("path", [None, "/nonexistent/agent.sock"])
async def test_an_agent_that_is_not_there_is_named(path: str | None) -> None:
    wants = SshCredential(name="robot", user="reader", agent=True)
    with pytest.raises(Unsupported, match="ssh-agent"):
        await Connector(agent=path).login(HOST, 1, wants)
