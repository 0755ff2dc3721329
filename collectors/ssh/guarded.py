"""Openers behind the lock-out guard: no account and no device is tried too often.

Wraps any `ShellOpener` or `CliOpener`. An account is counted by the name of its
credential, so that a new password under a new name gets its own chances. All openers of
one scan share one guard.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from collectors.credentials import SshCredential
from collectors.errors import AuthFailed, LockedOut
from collectors.pacing import Admission, LockoutGuard
from collectors.ports import Cli, CliOpener, Shell, ShellOpener

T = TypeVar("T")


class LoginGate:
    """Lets logins through one by one as the guard admits them."""

    def __init__(self, guard: LockoutGuard) -> None:
        self.guard = guard
        self._ended = asyncio.Condition()

    async def login(
        self, account: str, device: str, attempt: Callable[[], Awaitable[T]]
    ) -> T:
        """Run `attempt` when admitted and note how it ended.

        Raises:
            LockedOut: The guard has turned the account or the device off.
        """
        async with self._ended:
            while (said := self.guard.admit(account, device)) is Admission.WAIT:
                await self._ended.wait()
        if said is Admission.OFF:
            raise self.guard.refusal(account, device) or LockedOut()
        accepted: bool | None = None
        try:
            opened = await attempt()
            accepted = True
        except AuthFailed:
            accepted = False
            raise
        finally:
            self.guard.ended(account, device, accepted=accepted)
            async with self._ended:
                self._ended.notify_all()
        return opened


class GuardedShellOpener:
    """A `ShellOpener` that asks the gate first."""

    def __init__(self, opener: ShellOpener, gate: LoginGate) -> None:
        self._opener = opener
        self._gate = gate

    async def open(
        self,
        address: str,
        port: int,
        credential: SshCredential,
        *,
        pinned_key: str | None = None,
    ) -> Shell:
        """Log in, or raise `LockedOut` without trying."""
        return await self._gate.login(
            credential.name,
            address,
            lambda: self._opener.open(address, port, credential, pinned_key=pinned_key),
        )


class GuardedCliOpener:
    """A `CliOpener` that asks the gate first."""

    def __init__(self, opener: CliOpener, gate: LoginGate) -> None:
        self._opener = opener
        self._gate = gate

    async def open(
        self,
        address: str,
        port: int,
        credential: SshCredential,
        device_type: str,
        *,
        pinned_key: str | None = None,
    ) -> Cli:
        """Log in, or raise `LockedOut` without trying."""
        return await self._gate.login(
            credential.name,
            address,
            lambda: self._opener.open(
                address, port, credential, device_type, pinned_key=pinned_key
            ),
        )
