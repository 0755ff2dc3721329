"""An asyncssh connection as netmiko sees one: blocking calls out of a worker thread.

netmiko knows prompts, paging and logins of a hundred platforms, but its own transport
has lost the algorithms of older devices. These two classes offer the few calls that
netmiko makes of paramiko's client and channel, over a connection of ours: the same
host key check, the same bounds, half the processor time.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, TypeVar, cast

import asyncssh

from collectors.credentials import SshCredential
from collectors.errors import TimedOut, TooMuch, Unreachable
from collectors.sentences import N_
from collectors.ssh.connection import Login

T = TypeVar("T")

LogIn = Callable[[SshCredential], Awaitable[Login]]

HELD_BACK = 1 << 20
"""Bytes waiting to be read above which the peer is not read from."""

PATIENCE = 60.0
"""Seconds a thread waits for the event loop at most."""


class _Screen(asyncssh.SSHClientSession[bytes]):
    """Collects what the device prints until the thread reads it."""

    def __init__(self) -> None:
        self.pieces: deque[bytes] = deque()
        self.waiting = 0
        self.closed = False
        self.held_back = False
        self.lock = threading.Lock()
        self._channel: asyncssh.SSHClientChannel[bytes] | None = None

    def connection_made(self, chan: asyncssh.SSHClientChannel[bytes]) -> None:
        """Remember the channel, to hold it back when too much is waiting."""
        self._channel = chan

    def data_received(self, data: bytes, datatype: int | None) -> None:
        """Keep a piece of output."""
        with self.lock:
            self.pieces.append(data)
            self.waiting += len(data)
            full = self.waiting > HELD_BACK
        if full and self._channel and not self.held_back:
            self.held_back = True
            self._channel.pause_reading()

    def eof_received(self) -> bool:
        """Note that nothing more comes."""
        self.closed = True
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        """Note that nothing more comes."""
        self.closed = True

    def take(self, size: int) -> bytes:
        """Return what is there, up to `size` bytes."""
        with self.lock:
            if not self.pieces:
                return b""
            data = self.pieces.popleft()
            if len(data) > size:
                self.pieces.appendleft(data[size:])
                data = data[:size]
            self.waiting -= len(data)
        return data

    def go_on(self) -> None:
        """Let the peer send again."""
        self.held_back = False
        if self._channel and not self.closed:
            self._channel.resume_reading()


class BridgeChannel:
    """A terminal session, with the calls netmiko makes of a paramiko channel.

    Attributes:
        budget: Bytes that may still be read; the opener sets it for each command.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        channel: asyncssh.SSHClientChannel[bytes],
        screen: _Screen,
        budget: int,
    ) -> None:
        self._loop = loop
        self._channel = channel
        self._screen = screen
        self.budget = budget

    def recv_ready(self) -> bool:
        """Whether there is anything to read, the end included."""
        return bool(self._screen.pieces) or self._screen.closed

    def recv(self, size: int) -> bytes:
        """Return what has come; empty at the end of the session.

        Raises:
            TooMuch: The budget is spent.
        """
        data = self._screen.take(size)
        self.budget -= len(data)
        if self.budget < 0:
            raise TooMuch(N_("the device printed more than is kept for one command"))
        if self._screen.held_back and self._screen.waiting < HELD_BACK // 2:
            self._loop.call_soon_threadsafe(self._screen.go_on)
        return data

    def sendall(self, data: bytes) -> None:
        """Type something."""
        if self._screen.closed:
            raise Unreachable(N_("the device ended the session"))
        self._loop.call_soon_threadsafe(self._write, bytes(data))

    def _write(self, data: bytes) -> None:
        if not self._channel.is_closing():
            self._channel.write(data)

    def settimeout(self, seconds: float) -> None:
        """Nothing here blocks."""

    def close(self) -> None:
        """End the session."""
        self._loop.call_soon_threadsafe(self._channel.close)


class BridgeClient:
    """Logs in from a worker thread, with the calls netmiko makes of a paramiko client.

    Args:
        loop: Where the connection lives.
        log_in: Opens it; gets the credential with the user name netmiko chose.
        credential: The account.
        budget: Bytes that may be read until the device is ready.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        log_in: LogIn,
        credential: SshCredential,
        budget: int,
    ) -> None:
        self._loop = loop
        self._log_in = log_in
        self._credential = credential
        self._budget = budget
        self._given_up = False
        self.login: Login | None = None

    async def give_up(self) -> None:
        """End what is going on; a login still under way ends as soon as it is in."""
        self._given_up = True
        if self.login is not None:
            await self.login.close()

    def connect(self, *, username: str, **_: Any) -> None:  # noqa: ANN401
        """Log in; some platforms put options behind the user name."""
        account = replace(self._credential, user=username)
        self.login = self._wait(self._log_in(account))
        if self._given_up:
            self.close()
            raise TimedOut(N_("the login came too late"))

    def invoke_shell(self, *, term: str, width: int, height: int) -> BridgeChannel:
        """Open a terminal."""
        if self.login is None:
            raise Unreachable(N_("not logged in"))
        channel, screen = self._wait(
            self.login.connection.create_session(
                _Screen,
                term_type=term,
                term_size=(width, height),
                request_pty="force",
                encoding=None,
            )
        )
        return BridgeChannel(self._loop, channel, cast(_Screen, screen), self._budget)

    def close(self) -> None:
        """Log out; the loop finishes it."""
        if self.login is not None:
            self._loop.call_soon_threadsafe(self.login.connection.close)

    def _wait(self, work: Awaitable[T]) -> T:
        async def done() -> T:
            return await work

        future = asyncio.run_coroutine_threadsafe(done(), self._loop)
        try:
            return future.result(PATIENCE)
        except TimeoutError as error:
            future.cancel()
            raise TimedOut(N_("the login did not finish in time")) from error
