"""How fast we may ask, and how often we may fail. Pure: the time is an argument.

`Pace` spaces packets, `backoff` spaces retries, `LockoutGuard` stops logins before an
account or a device locks us out. Nothing here sleeps or reads a clock; the callers in
`sweep`, `phones` and `ssh` do. Imports the error tree only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from shlex import quote

from collectors.errors import LockedOut
from collectors.sentences import N_, Told


@dataclass(slots=True)
class Pace:
    """A steady stream of packets with a small burst to make up for late wake-ups.

    Attributes:
        rate: Packets per second; must be positive.
        burst: How many packets may go at once after a pause.
    """

    rate: float
    burst: int = 8
    _next: float = field(default=float("-inf"), repr=False)

    def __post_init__(self) -> None:
        if not self.rate > 0 or self.burst < 1:
            raise ValueError(
                f"rate {self.rate} and burst {self.burst} must be positive: "
                "give packets per second, e.g. 500"
            )

    def claim(self, now: float) -> float:
        """Take the next slot and return how many seconds from `now` it lies.

        Args:
            now: Monotonic time in seconds.
        """
        slot = max(self._next, now - (self.burst - 1) / self.rate)
        self._next = slot + 1 / self.rate
        return max(0.0, slot - now)


def backoff(
    attempt: int, *, base: float = 0.5, ceiling: float = 30.0, spread: float = 0.0
) -> float:
    """Return the seconds to wait before try number `attempt`, counted from 1.

    Doubles from `base` up to `ceiling`. `spread`, a number in 0..1 that the caller
    draws, shortens the wait by up to half so that many devices do not retry at once.
    """
    if attempt < 1:
        return 0.0
    whole = min(ceiling, base * float(2 ** min(attempt - 1, 32)))
    return whole * (1 - min(max(spread, 0.0), 1.0) / 2)


class Admission(Enum):
    """What the guard says to one more login."""

    GO = "go"
    WAIT = "wait"
    OFF = "off"


@dataclass(slots=True)
class LockoutGuard:
    """Counts failed logins per account and per device and turns both off in time.

    Directories lock an account after a handful of failures wherever they happen, and
    devices block an address after a handful whoever fails. A login that is under way
    may still fail, so it counts as a failure until it ended; an account that has
    succeeded once is known to be good and its logins under way count no more.
    A success sets both counts back, as it does in a directory.

    Attributes:
        per_account: Failures in a row of one account after which it is off.
        per_device: Failures in a row at one device after which it is off.
    """

    per_account: int = 5
    per_device: int = 3
    _account: Counter[str] = field(default_factory=Counter, repr=False)
    _device: Counter[str] = field(default_factory=Counter, repr=False)
    _open: Counter[Hashable] = field(default_factory=Counter, repr=False)
    _good: set[str] = field(default_factory=set, repr=False)

    def admit(self, account: str, device: str) -> Admission:
        """Say whether a login may start now; on `GO` it is counted as under way.

        `WAIT` means the logins under way could use up what is left: ask again when
        one of them ended.
        """
        if self.refusal(account, device) is not None:
            return Admission.OFF
        pending = 0 if account in self._good else self._open["account", account]
        if self._account[account] + pending >= self.per_account:
            return Admission.WAIT
        if self._device[device] + self._open["device", device] >= self.per_device:
            return Admission.WAIT
        self._open["account", account] += 1
        self._open["device", device] += 1
        return Admission.GO

    def ended(self, account: str, device: str, *, accepted: bool | None) -> None:
        """Note how an admitted login ended.

        Args:
            account: As given to `admit`.
            device: As given to `admit`.
            accepted: True for a login, False for a refused credential, None when it
                broke off before the device judged the credential.
        """
        for key in (("account", account), ("device", device)):
            self._open[key] = max(0, self._open[key] - 1)
        if accepted is None:
            return
        if accepted:
            self._good.add(account)
            self._account.pop(account, None)
            self._device.pop(device, None)
        else:
            self._account[account] += 1
            self._device[device] += 1

    def is_good(self, account: str) -> bool:
        """Whether an account has opened something since this guard was made."""
        return account in self._good

    def refusal(
        self, account: str, device: str, last: tuple[str, str] = ("", "")
    ) -> LockedOut | None:
        """Return why no login is tried here, or None where one may be.

        Args:
            account: As given to `admit`.
            device: As given to `admit`.
            last: How the account's last login failed and where, and the device's.
        """
        of_account, at_device = (
            Told(N_(", last {why}"), why=why) if why else "" for why in last
        )
        if (failed := self._account[account]) >= self.per_account:
            name = quote(account)
            return LockedOut(
                N_(
                    "account {account} failed {failed} times in a"
                    " row{of_account}; it is off until `purser credential edit"
                    " {name}` changes its secret; one that is right, or was"
                    " corrected in the settings, needs `purser login-failure"
                    " unlock {name}`"
                ),
                account=repr(account),
                failed=failed,
                of_account=of_account,
                name=name,
            )
        if (failed := self._device[device]) >= self.per_device:
            return LockedOut(
                N_(
                    "{failed} logins in a row failed at {device}{at_device};"
                    " none is tried there until it has a credential that fits"
                    " and `purser login-failure unlock {device2}`"
                ),
                failed=failed,
                device=device,
                at_device=at_device,
                device2=quote(device),
            )
        return None

    def reset(self, *, account: str | None = None, device: str | None = None) -> None:
        """Forget the failures of an account or of a device."""
        if account is not None:
            self._account.pop(account, None)
        if device is not None:
            self._device.pop(device, None)

    def failures(self) -> tuple[Mapping[str, int], Mapping[str, int]]:
        """Return failures in a row by account and by device, to be stored."""
        return dict(self._account), dict(self._device)

    def restore(self, accounts: Mapping[str, int], devices: Mapping[str, int]) -> None:
        """Take up counts stored elsewhere: a restart is no way round the guard.

        Accounts and devices that are not named keep their counts.
        """
        self._account.update({n: c - self._account[n] for n, c in accounts.items()})
        self._device.update({n: c - self._device[n] for n, c in devices.items()})
