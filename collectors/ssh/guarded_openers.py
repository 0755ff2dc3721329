"""Openers behind the lock-out guard: no account and no device is tried too often.

Wraps any `ShellOpener`, `RemotingOpener` or `CliOpener`. An account is counted by the
name of its credential, so that a new password under a new name gets its own chances.
All openers of one scan share one gate. With a `LoginBook` the counts and the host keys
outlive the scan, and other scans at the same time are seen.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Generic, Protocol, TypeVar

from collectors.credentials import SshCredential
from collectors.errors import AnotherHost, AuthFailed, HostKeyChanged, LockedOut
from collectors.pacing import Admission, LockoutGuard
from collectors.ports import Cli, CliOpener, Shell

T = TypeVar("T")
ELSEWHERE = 0.5
"""Seconds after which other processes are asked again."""


class LoginBook(Protocol):
    """What is written down about logins; called from threads, so it may block.

    A device is named `SITE/ADDRESS`, or by its address alone.
    """

    def failures(self, account: str, device: str) -> tuple[int, int]:
        """Return the failures in a row of an account and at a device."""

    def last(self, account: str, device: str) -> tuple[str, str]:
        """Return how the last login of an account failed, and that at a device.

        Such as `at HQ/10.0.0.3: refused` and `as reader: refused`; empty for none.
        """

    def reserve(self, account: str, device: str) -> int | None:
        """Lease a login that may fail, before all processes.

        Returns:
            The lease; None while logins under way elsewhere could use up what is left.
        """

    def release(self, lease: int) -> None:
        """Give a lease back, after the login was counted."""

    def failed(self, account: str, device: str, detail: str) -> None:
        """Count one more for both."""

    def succeeded(self, account: str, device: str) -> None:
        """Set both back."""

    def pinned(self, device: str, port: int) -> str:
        """Return the host keys seen there, blank-separated."""

    def saw_key(self, device: str, port: int, fingerprint: str) -> None:
        """Pin a host key at first sight."""

    def saw_other_key(self, device: str, port: int, fingerprint: str) -> bool:
        """Note a key that is not the pinned one.

        Returns:
            Whether it is the key of another host that is known; then it is pinned
            here from now on, else it is an alarm.
        """


class LoginGate:
    """Lets logins through one by one as the guard admits them.

    Args:
        guard: Counts.
        book: Where counts are kept; None for this gate's life only.
        site: Whose addresses these are.
    """

    def __init__(
        self, guard: LockoutGuard, book: LoginBook | None = None, *, site: str = ""
    ) -> None:
        self.guard = guard
        self._book = book
        self._site = site
        self._ended = asyncio.Condition()

    async def login(
        self, account: str, address: str, attempt: Callable[[], Awaitable[T]]
    ) -> T:
        """Run `attempt` when admitted and note how it ended.

        Raises:
            LockedOut: The guard has turned the account or the device off.
        """
        device = self._device(address)
        leases: list[int] = []
        async with self._ended:
            while True:
                admission = await self._ask(account, device, leases)
                if admission is not Admission.WAIT:
                    break
                await self._wait()
        if admission is Admission.OFF:
            raise await self._refusal(account, device)
        accepted: bool | None = None
        detail = ""
        try:
            opened = await attempt()
            accepted = True
        except AuthFailed as error:
            accepted, detail = False, error.detail
            raise
        finally:
            async with self._ended:
                self.guard.ended(account, device, accepted=accepted)
                self._ended.notify_all()
                await self._write(account, device, accepted, detail, leases)
        return opened

    async def _refusal(self, account: str, device: str) -> LockedOut:
        last = ("", "")
        if self._book is not None:
            last = await asyncio.to_thread(self._book.last, account, device)
        return self.guard.refusal(account, device, last) or LockedOut()

    async def _wait(self) -> None:
        """Wait until a login ended here, or may have ended elsewhere."""
        if self._book is None:
            await self._ended.wait()
            return
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._ended.wait(), ELSEWHERE)

    async def open(
        self,
        account: str,
        address: str,
        port: int,
        pinned_key: str | None,
        attempt: Callable[[str | None], Awaitable[T]],
    ) -> T:
        """Like `login`, with the host key that is pinned there.

        Args:
            account: Name of the credential.
            address: Where.
            port: Port.
            pinned_key: What the caller knows; a book knows better.
            attempt: Logs in, given the pinned keys; its result has a `host_key`.
        """
        book, device = self._book, self._device(address)
        if book is None:
            return await self.login(account, address, lambda: attempt(pinned_key))
        pins = await asyncio.to_thread(book.pinned, device, port)
        try:
            opened = await self.login(account, address, lambda: attempt(pins or None))
        except HostKeyChanged as error:
            shown, known = error.shown, False
            if shown:
                known = await asyncio.to_thread(
                    lambda: book.saw_other_key(device, port, shown)
                )
            if known:
                raise AnotherHost(error.detail, shown) from error
            raise
        key = getattr(opened, "host_key", "")
        if key and key not in pins.split():
            await asyncio.to_thread(book.saw_key, device, port, key)
        return opened

    def _device(self, address: str) -> str:
        return f"{self._site}/{address}" if self._site else address

    async def _ask(self, account: str, device: str, leases: list[int]) -> Admission:
        if self._book is None:
            return self.guard.admit(account, device)
        mine, there = await asyncio.to_thread(self._book.failures, account, device)
        self.guard.restore({account: mine}, {device: there})
        admission = self.guard.admit(account, device)
        if admission is Admission.GO and not self.guard.is_good(account):
            lease = await asyncio.to_thread(self._book.reserve, account, device)
            if lease is None:
                self.guard.ended(account, device, accepted=None)
                return Admission.WAIT
            leases.append(lease)
        return admission

    async def _write(
        self,
        account: str,
        device: str,
        accepted: bool | None,
        detail: str,
        leases: list[int],
    ) -> None:
        book = self._book
        if book is None:
            return

        def note() -> None:
            if accepted is not None and accepted:
                book.succeeded(account, device)
            elif accepted is not None:
                book.failed(account, device, detail)
            for lease in leases:
                book.release(lease)

        # Shielded: a cancelled scan must not forget that a login has failed.
        await asyncio.shield(asyncio.to_thread(note))


class Account(Protocol):
    """A credential, by whose name logins are counted."""

    @property
    def name(self) -> str:
        """Its name."""


Given = TypeVar("Given", bound=Account, contravariant=True)
Opened = TypeVar("Opened", covariant=True)


class Opener(Protocol[Given, Opened]):
    """Logs in with a credential; raises as `ShellOpener.open`."""

    async def open(
        self,
        address: str,
        port: int,
        credential: Given,
        *,
        pinned_key: str | None = None,
    ) -> Opened:
        """Log in."""


class GuardedOpener(Generic[Given, Opened]):
    """An opener, of shells or of anything else, that asks the gate first."""

    def __init__(self, opener: Opener[Given, Opened], gate: LoginGate) -> None:
        self._opener = opener
        self._gate = gate

    async def open(
        self,
        address: str,
        port: int,
        credential: Given,
        *,
        pinned_key: str | None = None,
    ) -> Opened:
        """Log in, or raise `LockedOut` without trying."""
        return await self._gate.open(
            credential.name,
            address,
            port,
            pinned_key,
            lambda pins: self._opener.open(address, port, credential, pinned_key=pins),
        )


class GuardedShellOpener(GuardedOpener[SshCredential, Shell]):
    """A `ShellOpener` that asks the gate first."""


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
        return await self._gate.open(
            credential.name,
            address,
            port,
            pinned_key,
            lambda pins: self._opener.open(
                address, port, credential, device_type, pinned_key=pins
            ),
        )
