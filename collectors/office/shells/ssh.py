"""The SSH server of one device: accounts, host key, exec requests and consoles."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from hmac import compare_digest

import asyncssh

from collectors.office.shells.consoles import ENDINGS, Console
from collectors.office.shells.linux import LinuxShell

_KEX = ["curve25519-sha256", "ecdh-sha2-nistp256"]
_MAX_SCRIPT = 1 << 20


class Terminal:
    """Runs the sessions of one device.

    Args:
        accounts: Account name to password.
        key: The host key.
        banner: Software version shown in the protocol banner.
        shell: Makes a Linux shell for a user; None for a network device.
        console: The console of a network device; None for a computer.
    """

    def __init__(
        self,
        accounts: Mapping[str, str],
        key: asyncssh.SSHKey,
        banner: str,
        shell: LinuxShell | None = None,
        console: Console | None = None,
    ) -> None:
        self._accounts = dict(accounts)
        self._key = key
        self._banner = banner
        self._shell = shell
        self._console = console
        self._connections: set[asyncssh.SSHServerConnection] = set()
        self._listener: asyncssh.SSHAcceptor | None = None

    async def listen(self, address: str, port: int) -> None:
        """Open the port; raises OSError if it is taken."""
        self._listener = await asyncssh.listen(
            address,
            port,
            server_factory=lambda: _Login(self._accounts, self._connections),
            server_host_keys=[self._key],
            server_version=self._banner,
            process_factory=self._serve,
            kex_algs=_KEX,
            compression_algs=None,
            allow_scp=False,
            login_timeout=30,
            config=None,
        )

    async def close(self) -> None:
        """Close the port and every connection."""
        for connection in list(self._connections):
            connection.abort()
        if self._listener is not None:
            self._listener.close()
            await self._listener.wait_closed()
            self._listener = None

    async def _serve(self, process: asyncssh.SSHServerProcess[str]) -> None:
        try:
            if process.command is not None:
                await self._execute(process, process.command)
            else:
                await self._converse(process)
        except (asyncssh.Error, ConnectionError, asyncio.IncompleteReadError):
            process.close()

    async def _execute(
        self, process: asyncssh.SSHServerProcess[str], command: str
    ) -> None:
        if self._shell is None:
            process.stdout.write(self._console.run(command) if self._console else "")
            process.exit(0)
            return
        script = ""
        if command.split()[-1:] in (["-s"], ["sh"], ["bash"]):
            script = await process.stdin.read(_MAX_SCRIPT)
        outcome = self._shell.run(command, script)
        process.stdout.write(outcome.stdout)
        process.stderr.write(outcome.stderr)
        process.exit(outcome.status)

    async def _converse(self, process: asyncssh.SSHServerProcess[str]) -> None:
        told = self._console or self._shell
        prompt = told.prompt if told else ""
        process.stdout.write(prompt)
        async for line in process.stdin:
            text = line.strip()
            if text in ENDINGS:
                break
            process.stdout.write(self._spoken(text) + prompt)
        process.exit(0)

    def _spoken(self, line: str) -> str:
        if self._console is not None:
            return self._console.run(line)
        if self._shell is not None:
            outcome = self._shell.run(line)
            return outcome.stdout + outcome.stderr
        return ""


class _Login(asyncssh.SSHServer):
    """Checks passwords and remembers its connection."""

    def __init__(
        self,
        accounts: Mapping[str, str],
        connections: set[asyncssh.SSHServerConnection],
    ) -> None:
        self._accounts = accounts
        self._connections = connections
        self._connection: asyncssh.SSHServerConnection | None = None

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._connection = conn
        self._connections.add(conn)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._connection is not None:
            self._connections.discard(self._connection)

    def begin_auth(self, username: str) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        expected = self._accounts.get(username)
        return expected is not None and compare_digest(
            expected.encode(), password.encode()
        )
