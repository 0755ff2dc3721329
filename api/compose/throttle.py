"""How long to wait after failed logins; the moment is an argument.

A login is counted before its password is looked at, so that guesses sent side by side
are counted like those sent one after the other; a success takes its count back. What
is counted are three things, each with failures that are free: an account from one
network, the account from anywhere, and the network. So a person who mistypes waits
alone: neither the colleagues behind the same address nor, unless guesses come from
many networks, the person at another address wait with him. The memory is bounded.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from ipaddress import IPv6Address, ip_address, ip_network
from threading import Lock
from typing import NamedTuple

_IPV6_CUSTOMER = 64
"""Bits of an IPv6 address that name a network: one customer has all below it."""


class Counted(NamedTuple):
    """Something whose failures are counted.

    Attributes:
        key: Its name.
        free: Failures before the first wait.
    """

    key: str
    free: int


@dataclass(slots=True)
class Throttle:
    """Counts attempts by key.

    Attributes:
        free: Failures of an account from one network before the first wait.
        free_account: Failures of an account from all networks together.
        free_network: Failures of all accounts from one network.
        first: Seconds of the first wait; each further failure doubles it.
        longest: Seconds of the longest wait.
        forget: Seconds after which failures are forgotten.
        capacity: Keys remembered; the oldest are dropped first.
    """

    free: int = 5
    free_account: int = 30
    free_network: int = 60
    first: float = 2.0
    longest: float = 900.0
    forget: float = 3600.0
    capacity: int = 10_000
    _seen: OrderedDict[str, tuple[int, float]] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def counted(self, account: str, address: str) -> tuple[Counted, ...]:
        """Return what a login of an account from an address counts for."""
        network = network_of(address)
        return (
            Counted(f"account {account} from {network}", self.free),
            Counted(f"account {account}", self.free_account),
            Counted(f"network {network}", self.free_network),
        )

    def admit(self, counted: Iterable[Counted], now: float) -> float:
        """Count an attempt at `now`, in seconds of any steady clock, or refuse it.

        Returns:
            0 if the attempt may be made; it is counted as failed until `succeeded`.
            Else the seconds to wait; nothing is counted.
        """
        with self._lock:
            wanted = tuple(counted)
            wait = max((self._wait(one, now) for one in wanted), default=0.0)
            if wait <= 0:
                for one in wanted:
                    self._count(one.key, now)
            return wait

    def succeeded(self, counted: Iterable[Counted]) -> None:
        """Take the attempt back, and forget the failures of the account from there.

        Other failures of the account and of the network stay, so that one known
        password does not open the way to guess others.
        """
        with self._lock:
            here, *wider = counted
            self._seen.pop(here.key, None)
            for one in wider:
                if one.key in self._seen:
                    failures, last = self._seen[one.key]
                    self._seen[one.key] = (max(failures - 1, 0), last)

    def _wait(self, one: Counted, now: float) -> float:
        failures, last = self._seen.get(one.key, (0, now))
        if failures < one.free or now - last >= self.forget:
            return 0.0
        pause = min(self.longest, self.first * 2.0 ** (failures - one.free))
        return max(0.0, last + pause - now)

    def _count(self, key: str, now: float) -> None:
        failures, last = self._seen.pop(key, (0, now))
        if now - last >= self.forget:
            failures = 0
        self._seen[key] = (min(failures + 1, 64), now)
        while len(self._seen) > self.capacity:
            self._seen.popitem(last=False)


def network_of(address: str) -> str:
    """Return the network an address stands for: itself, or its /64 with IPv6."""
    try:
        read = ip_address(address.split("%")[0])
    except ValueError:
        return address
    if isinstance(read, IPv6Address):
        if read.ipv4_mapped is not None:
            return str(read.ipv4_mapped)
        return str(ip_network((read, _IPV6_CUSTOMER), strict=False))
    return str(read)
