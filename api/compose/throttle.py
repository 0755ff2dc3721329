"""How long to wait after failed logins. Pure: the moment is an argument.

Per account and per address: after `free` failures each further one doubles the
wait, up to `longest`. A success forgets the account, not the address, so that one
known password does not open the way to guess others. The memory is bounded.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field


@dataclass(slots=True)
class Throttle:
    """Counts failures by key, an account name or an address.

    Attributes:
        free: Failures before the first wait.
        first: Seconds of the first wait.
        longest: Seconds of the longest wait.
        forget: Seconds after which failures are forgotten.
        capacity: Keys remembered; the oldest are dropped first.
    """

    free: int = 5
    first: float = 2.0
    longest: float = 900.0
    forget: float = 3600.0
    capacity: int = 10_000
    _seen: OrderedDict[str, tuple[int, float]] = field(default_factory=OrderedDict)

    def wait(self, key: str, now: float) -> float:
        """Return the seconds `key` has to wait at `now`; 0 when it may try."""
        failures, last = self._seen.get(key, (0, now))
        if failures < self.free or now - last >= self.forget:
            return 0.0
        pause = min(self.longest, self.first * 2.0 ** (failures - self.free))
        return max(0.0, last + pause - now)

    def failed(self, key: str, now: float) -> None:
        """Note a failed login of `key` at `now`, in seconds of any steady clock."""
        failures, last = self._seen.pop(key, (0, now))
        if now - last >= self.forget:
            failures = 0
        self._seen[key] = (min(failures + 1, 64), now)
        while len(self._seen) > self.capacity:
            self._seen.popitem(last=False)

    def succeeded(self, key: str) -> None:
        """Forget the failures of `key`."""
        self._seen.pop(key, None)
