"""Everything a collector may raise.

    CollectError                 anything below; `.reason` says which kind
    +-- Unreachable              no route, ICMP says unreachable
    +-- TimedOut                 asked, no answer in time
    +-- Refused                  the port is closed
    +-- AuthFailed               the credential is wrong
    +-- LockedOut                the guard stopped further tries
    +-- HostKeyChanged           the SSH host key differs from the pinned one
        +-- AnotherHost          it is the key of another host that we know
    +-- Unsupported              the device cannot do what was asked
        +-- UnusableCredential   our own credential is not fit to be tried
    +-- Malformed                the answer breaks its protocol
    +-- TooMuch                  the answer exceeds a bound (rows, bytes, time)

An absent object is not an error: it is missing from the answer. Pure.
"""

from __future__ import annotations

from typing import ClassVar

from collectors.facts import Problem, Reason
from collectors.sentences import Told


class CollectError(Exception):
    """A device, table or login did not answer as it should.

    Attributes:
        detail: What is wrong, as it was given: a sentence may know its parts.
        printed: What a command had printed when it failed; empty for nothing.
    """

    reason: ClassVar[Reason] = Reason.INTERNAL
    printed: str = ""

    def __init__(self, detail: str = "", **values: object) -> None:
        """Keep what is wrong.

        Args:
            detail: A sentence, with `{name}` for each value; empty: that of the kind.
            values: The values by name. Without any the detail is finished.
        """
        told = Told(detail, **values) if values else detail
        self.detail = told or (self.__doc__ or "").split("\n")[0]
        super().__init__(self.detail)

    def as_problem(self, where: str) -> Problem:
        """Return this error as a fact about `where` (e.g. `snmp:fdb`)."""
        return Problem(where, self.reason, self.detail)


class Unreachable(CollectError):
    """The address cannot be reached from here."""

    reason = Reason.UNREACHABLE


class TimedOut(CollectError):
    """No answer came in time."""

    reason = Reason.TIMED_OUT


class Refused(CollectError):
    """The port is closed."""

    reason = Reason.REFUSED


class AuthFailed(CollectError):
    """The device refused the credential."""

    reason = Reason.AUTH_FAILED


class LockedOut(CollectError):
    """Too many failed logins here; no more are tried until an administrator says so."""

    reason = Reason.LOCKED_OUT


class HostKeyChanged(CollectError):
    """The SSH host key is not the one seen before; the login was stopped.

    Attributes:
        shown: Fingerprint of the other key; empty if it is not known.
    """

    reason = Reason.HOST_KEY_CHANGED

    def __init__(self, detail: str = "", shown: str = "", **values: object) -> None:
        super().__init__(detail, **values)
        self.shown = shown


class AnotherHost(HostKeyChanged):
    """The SSH host key is that of another known host: the address has changed hands."""


class Unsupported(CollectError):
    """The device cannot do what was asked."""

    reason = Reason.UNSUPPORTED


class UnusableCredential(Unsupported):
    """A credential of ours cannot be used: no key in its file, no agent."""

    reason = Reason.NO_CREDENTIAL


class Malformed(CollectError):
    """The answer breaks its protocol."""

    reason = Reason.MALFORMED


class TooMuch(CollectError):
    """The answer exceeds the bound set for it."""

    reason = Reason.TOO_MUCH
