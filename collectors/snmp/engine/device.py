"""What is learnt about one agent while it is asked: pace, sizes, weaknesses.

Pure: the time is an argument. Imports the settings only.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from collectors.ports import Oid
from collectors.sentences import N_, Told
from collectors.snmp.engine.settings import EngineSettings

_FIRST_TARGET = 1400
_SMALLEST_TARGET = 400
_PATIENCE = 3
_SUSPICIONS = 2
_SHRINK = 8
_DISTANT = 0.008
"""Seconds to an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuning:
    """What is known beforehand about a kind of agent; given as data per vendor.

    Attributes:
        bulk: Whether the agent can be asked by GETBULK.
        repetitions: Most rows it bears in one GETBULK; 0 for no bound of its own.
        columns: Most columns it bears in one message; 0 for no bound of its own.
        no_bulk: Columns or whole tables for which only GETNEXT works.
    """

    bulk: bool = True
    repetitions: int = 0
    columns: int = 0
    no_bulk: tuple[Oid, ...] = ()


@dataclass(slots=True)
class Device:
    """The state shared by all requests to one agent under one credential.

    Attributes:
        settings: The engine's.
        tuning: What is known about its kind.
        target: Octets of answer to ask for in one GETBULK.
        proven: Octets of the largest answer that arrived.
        capped: `target` has met the limit of the agent or of the path.
        rows: Rows of each table read so far: the next columns of that table can be
            asked for exactly.
        answers: Answers received.
        streak: Requests in a row that went unanswered.
        suspicions: How often in a row only GETNEXT was answered where GETBULK was not.
        shrunk: How often in a row only a smaller GETBULK was answered.
        repetitions: Most rows it was found to bear in one GETBULK.
        lossy: Answers fail to come whatever is asked for: it is not the size.
        bytes: Octets received.
        waited: Seconds of waiting, over all requests.
    """

    settings: EngineSettings
    tuning: Tuning = field(default_factory=Tuning)
    target: int = _FIRST_TARGET
    proven: int = 0
    capped: bool = False
    rows: dict[Oid, int] = field(default_factory=dict)
    answers: int = 0
    streak: int = 0
    suspicions: int = 0
    shrunk: int = 0
    repetitions: int = 0
    lossy: bool = False
    bytes: int = 0
    waited: float = 0.0
    _mean: float = 0.0
    _spread: float = 0.0

    def __post_init__(self) -> None:
        self.tune(self.tuning)

    def tune(self, tuning: Tuning) -> None:
        """Take into account what is known about this kind of agent."""
        most = self.settings.repetitions
        self.tuning = tuning
        self.repetitions = min(most, tuning.repetitions or most)

    @property
    def bulk(self) -> bool:
        """Whether GETBULK is worth trying."""
        return self.tuning.bulk and self.suspicions < _SUSPICIONS

    @property
    def attempts(self) -> int:
        """How often the next request is sent: once, where the device seems gone."""
        return 1 if self.streak >= _PATIENCE else self.settings.retries + 1

    def answered(self, size: int, seconds: float, *, first: bool) -> None:
        """Note an answer.

        Args:
            size: Its octets.
            seconds: Since the request was first sent.
            first: Whether the request was sent only once, so that the answer
                measures the way (Karn's rule).
        """
        self.answers += 1
        self.streak = 0
        self.bytes += size
        self.waited += seconds
        self.proven = max(self.proven, size)
        if not first:
            return
        if not self._mean:
            self._mean, self._spread = seconds, seconds / 2
        else:
            self._spread += (abs(seconds - self._mean) - self._spread) / 4
            self._mean += (seconds - self._mean) / 8

    @property
    def is_touchy(self) -> bool:
        """Whether it bears fewer rows in one answer than devices usually do."""
        return self.repetitions < self.settings.repetitions

    @property
    def is_distant(self) -> bool:
        """Whether its answers are rather waited for than worked on."""
        return self._mean > _DISTANT and not self.lossy

    def silent(self, seconds: float) -> None:
        """Note a request that went unanswered to its end."""
        self.streak += 1
        self.waited += seconds

    def patience(self, attempt: int) -> float:
        """Return the seconds until attempt number `attempt` (from 1) is repeated.

        As TCP's retransmission timer (RFC 6298), within the settings.
        """
        settings = self.settings
        base = self._mean + 4 * self._spread if self._mean else settings.timeout / 2
        base = max(base, settings.quickest) * 2.0 ** (attempt - 1)
        return min(base, settings.timeout)

    def smaller(self, repetitions: int) -> int:
        """Return how many rows to ask for when that many went unanswered."""
        return repetitions if self.lossy else max(1, repetitions // _SHRINK)

    def filled(self, size: int, *, whole: bool) -> None:
        """Note how large the answer to an unrepeated GETBULK was.

        Args:
            size: Its octets.
            whole: It held all rows asked for, so that more could be asked next time.
        """
        self.suspicions = self.shrunk = 0
        if whole and not self.capped and size * 5 > self.target * 4:
            self.target = min(self.target * 2, max(self.settings.reply_bytes, 1))
        elif not whole:
            self.target = max(size, _SMALLEST_TARGET)
            self.capped = True

    def hesitated(self, repetitions: int, *, bulk: bool) -> None:
        """Note that an answer came only when less was asked for.

        Once may be a loss on the way; twice in a row is the agent, unless it goes on
        like that with the smaller requests.

        Args:
            repetitions: Rows that were asked for then.
            bulk: By GETBULK, not by GETNEXT.
        """
        if not bulk:
            self.suspicions += 1
            return
        self.suspicions = 0
        self.shrunk += 1
        if self.shrunk == _SUSPICIONS:
            self.repetitions = max(1, repetitions)
        elif self.shrunk > _SUSPICIONS:
            self.lossy = True
            self.tune(self.tuning)

    def lost(self, expected: int) -> None:
        """Note that a request for an answer of `expected` octets went unanswered.

        Where nothing as large ever arrived, the path may not carry it.
        """
        if self.proven and expected > self.proven:
            self.target = max(self.proven, _SMALLEST_TARGET)
            self.capped = True

    def exhausted(self) -> str | None:
        """Return why the device is asked no more, None where it may be."""
        if self.bytes > self.settings.device_bytes:
            most = self.settings.device_bytes
            return Told(N_("the device sent over {count} octets"), count=most)
        if self.waited > self.settings.device_seconds:
            most_seconds = f"{self.settings.device_seconds:g}"
            return Told(N_("the device took over {seconds} s"), seconds=most_seconds)
        return None
