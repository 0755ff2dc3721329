"""The way to devices behind jump hosts: one connection per hop, shared by all logins.

A hop that refused us is not asked again while this lives: a hundred devices behind it
would otherwise be a hundred failed logins of one account. Imports asyncssh.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Protocol

import asyncssh

from collectors.credentials import JumpHost, SshCredential
from collectors.errors import CollectError, LockedOut, Unreachable
from collectors.sentences import N_
from collectors.ssh.guarded_openers import LoginGate


class Hop(Protocol):
    """A logged-in connection, with the key its server has shown."""

    @property
    def connection(self) -> asyncssh.SSHClientConnection:
        """The connection."""

    @property
    def host_key(self) -> str:
        """Fingerprint of the server's key."""


HopLogin = Callable[
    [str, int, SshCredential, str | None, asyncssh.SSHClientConnection | None],
    Awaitable[Hop],
]
"""Logs in: address, port, account, pinned keys, tunnel."""


class Tunnels:
    """Connections to jump hosts, opened when first needed.

    Args:
        log_in: Logs in to one host, through a tunnel or not.
        gate: Guards the accounts of the hops as it guards all others.
    """

    def __init__(self, log_in: HopLogin, gate: LoginGate | None = None) -> None:
        self._log_in = log_in
        self._gate = gate
        self._open: dict[tuple[str, ...], Hop] = {}
        self._broken: dict[tuple[str, ...], CollectError] = {}
        self._locks: dict[tuple[str, ...], asyncio.Lock] = {}

    async def through(
        self, jumps: Sequence[JumpHost]
    ) -> asyncssh.SSHClientConnection | None:
        """Return the connection to the last jump host, None for no jumps.

        Raises:
            Unreachable: A hop does not let us through; the text names it.
        """
        tunnel: asyncssh.SSHClientConnection | None = None
        for number, jump in enumerate(jumps, 1):
            way = tuple(each.login.name for each in jumps[:number])
            lock = self._locks.setdefault(way, asyncio.Lock())
            async with lock:
                tunnel = (await self._hop(way, jump, tunnel)).connection
        return tunnel

    async def close(self) -> None:
        """Log out everywhere, the farthest hop first."""
        for way in sorted(self._open, key=len, reverse=True):
            connection = self._open[way].connection
            connection.close()
            with suppress(TimeoutError, asyncssh.Error, OSError):
                await asyncio.wait_for(connection.wait_closed(), 2)
            connection.abort()
        self._open.clear()

    async def _hop(
        self,
        way: tuple[str, ...],
        jump: JumpHost,
        tunnel: asyncssh.SSHClientConnection | None,
    ) -> Hop:
        known = self._open.get(way)
        if known is not None and not known.connection.is_closed():
            return known
        if way in self._broken:
            raise self._told(jump, self._broken[way])
        try:
            hop = await self._enter(jump, tunnel)
        except CollectError as error:
            self._broken[way] = error
            raise self._told(jump, error) from error
        self._open[way] = hop
        return hop

    async def _enter(
        self, jump: JumpHost, tunnel: asyncssh.SSHClientConnection | None
    ) -> Hop:
        async def attempt(pins: str | None) -> Hop:
            return await self._log_in(jump.host, jump.port, jump.login, pins, tunnel)

        if self._gate is None:
            return await attempt(None)
        return await self._gate.open(
            jump.login.name, jump.host, jump.port, None, attempt
        )

    @staticmethod
    def _told(jump: JumpHost, error: CollectError) -> CollectError:
        kind = LockedOut if isinstance(error, LockedOut) else Unreachable
        return kind(
            N_("jump host {name} ({host}): {why}"),
            name=repr(jump.login.name),
            host=jump.host,
            why=error.detail,
        )
