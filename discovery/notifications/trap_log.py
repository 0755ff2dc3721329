"""What was heard of devices lately, for people to look at. Pure but for its lock.

Kept in memory: it is news, and what came of it stands in the scans.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count, islice
from threading import Lock

from collectors.snmp.notifications import Notice

_KEPT = 500
"""Notices that are remembered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedNotice:
    """A notice, and what came of it.

    Attributes:
        number: Counts up from 1 since the process started.
        state: `waiting`; `collected`: see `scan_id`; `stranger`: neither a known
            device nor in a network of a site; `full`: too many are waiting; `failed`:
            the scan could not be started.
        address: Whom it asks to collect; of strangers, who sent it.
    """

    number: int
    at: datetime
    notice: Notice
    address: str
    site: str = ""
    state: str = "waiting"
    scan_id: int | None = None


@dataclass
class TrapLog:
    """The latest notices and how many there were, for any thread to read.

    Attributes:
        listening: Address and port that is listened on, None where it is not.
        tally: Numbers of the receiver; see `TrapReceiver.counts`.
        waiting: Devices whose turn to be collected is not yet.
        take: Takes a notice that a collector of a site has heard; None where nobody
            acts on it.
    """

    listening: str | None = None
    tally: Callable[[], Mapping[str, int]] = dict
    waiting: int = 0
    take: Callable[[str, Notice], None] | None = None
    _heard: deque[LoggedNotice] = field(default_factory=lambda: deque(maxlen=_KEPT))
    _states: Counter[str] = field(default_factory=Counter)
    _numbers: count[int] = field(default_factory=lambda: count(1))
    _lock: Lock = field(default_factory=Lock)

    def enter(
        self, at: datetime, notice: Notice, address: str, site: str, state: str
    ) -> LoggedNotice:
        """Note that something was heard."""
        with self._lock:
            logged = LoggedNotice(
                number=next(self._numbers),
                at=at,
                notice=notice,
                address=address,
                site=site,
                state=state,
            )
            self._heard.append(logged)
            self._states[state] += 1
        return logged

    def settle(
        self, site: str, addresses: Sequence[str], state: str, scan_id: int | None
    ) -> None:
        """Note what became of the notices of devices that were waiting."""
        collected = frozenset(addresses)
        with self._lock:
            for place, logged in enumerate(self._heard):
                if (
                    logged.state == "waiting"
                    and logged.site == site
                    and logged.address in collected
                ):
                    self._heard[place] = replace(logged, state=state, scan_id=scan_id)

    def latest(self, most: int = 100) -> list[LoggedNotice]:
        """Return the latest notices, newest first."""
        with self._lock:
            return list(islice(reversed(self._heard), most))

    def counts(self) -> dict[str, int]:
        """Return how many datagrams came and what became of them."""
        with self._lock:
            states = {state: self._states[state] for state in ("stranger", "full")}
        return dict(self.tally()) | {f"notices_{k}": n for k, n in states.items()}
