"""SSH servers on loopback addresses, well-behaved and hostile, for the tests here."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import asyncssh

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
Handler = Callable[[asyncssh.SSHServerProcess[Any]], Awaitable[None]]


@dataclass
class Account:
    """What the server accepts, and what it saw."""

    user: str = "reader"
    password: str = "right"
    methods: tuple[str, ...] = ("password", "keyboard-interactive")
    public_key: asyncssh.SSHKey | None = None
    began: int = 0
    secrets: list[str] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    forwards: bool = False
    forwarded: list[tuple[str, int]] = field(default_factory=list)


class Server(asyncssh.SSHServer):
    """Checks one account and writes down every secret it is sent."""

    def __init__(self, account: Account) -> None:
        self.account = account

    def begin_auth(self, username: str) -> bool:
        self.account.began += 1
        return True

    def connection_requested(
        self, dest_host: str, dest_port: int, orig_host: str, orig_port: int
    ) -> bool:
        self.account.forwarded.append((dest_host, dest_port))
        return self.account.forwards

    def password_auth_supported(self) -> bool:
        return "password" in self.account.methods

    def validate_password(self, username: str, password: str) -> bool:
        self.account.secrets.append(password)
        return (username, password) == (self.account.user, self.account.password)

    def kbdint_auth_supported(self) -> bool:
        return "keyboard-interactive" in self.account.methods

    def get_kbdint_challenge(
        self, username: str, lang: str, submethods: str
    ) -> tuple[str, str, str, list[tuple[str, bool]]]:
        return "", "", "", [("Password: ", False)]

    def validate_kbdint_response(self, username: str, responses: Sequence[str]) -> bool:
        self.account.secrets.extend(responses)
        return list(responses) == [self.account.password]

    def public_key_auth_supported(self) -> bool:
        return self.account.public_key is not None

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        return key == self.account.public_key


@asynccontextmanager
async def ssh_server(
    handler: Handler,
    *,
    account: Account | None = None,
    host: str = "127.0.0.8",
    keys: list[asyncssh.SSHKey] | None = None,
    port: int = 0,
    **options: Any,  # noqa: ANN401
) -> AsyncIterator[int]:
    """Run a server whose commands are played by `handler`; yields the port."""
    seen = account or Account()

    async def play(process: asyncssh.SSHServerProcess[Any]) -> None:
        seen.commands.append(process.command or "")
        with suppress(asyncssh.Error, OSError):
            await handler(process)

    server = await asyncssh.listen(
        host,
        port,
        server_factory=lambda: Server(seen),
        server_host_keys=keys or [HOST_KEY],
        process_factory=play,
        encoding=None,
        **options,
    )
    try:
        yield server.get_port()
    finally:
        server.close()
        with suppress(TimeoutError):
            await asyncio.wait_for(server.wait_closed(), 2)


HOST_KEY = asyncssh.generate_private_key("ssh-ed25519")


@asynccontextmanager
async def raw_server(
    talk: Talk,
    host: str = "127.0.0.8",
) -> AsyncIterator[int]:
    """Run a TCP server that says what `talk` says; yields the port."""
    tasks: set[asyncio.Task[Any]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        with suppress(OSError, asyncio.CancelledError):
            await talk(reader, writer)
        writer.close()

    server = await asyncio.start_server(serve, host, 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
