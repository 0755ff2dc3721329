"""Who may speak SCIM, and how much: tokens with the role `scim`, limits of rate.

The name of a token is the name of its provider: a new token of the same name goes on
with the same records, so that tokens can be exchanged.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from threading import Lock

from scim2_models import ForbiddenException, SCIMException, UnauthorizedException

from api.compose.wiring import App
from api.http import auth

ROLE = "scim"
_MARKS = re.compile(r"[^a-z0-9]+")


class TooFast(SCIMException):
    """The client sends more requests than it may.

    Attributes:
        seconds: When to try again.
    """

    status = 429
    _default_detail = "Too many requests; try again later."

    def __init__(self, seconds: int) -> None:
        super().__init__()
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Speaker:
    """An identity provider that is let in.

    Attributes:
        actor: As the audit trail names it.
        source: As its records name it, such as `scim:okta`.
    """

    actor: str
    source: str


def source_of(name: str) -> str:
    """Return the source of a token's name: `Okta (prod)` is `scim:okta-prod`."""
    return "scim:" + (_MARKS.sub("-", name.casefold()).strip("-") or "token")


def admit(app: App, header: str | None) -> Speaker:
    """Return who speaks, by the header `Authorization`.

    Raises:
        UnauthorizedException: No token, or one that is unknown, revoked or expired.
        ForbiddenException: The token has not the role `scim`.
    """
    scheme, _, token = (header or "").partition(" ")
    if scheme.casefold() != "bearer" or not token.strip():
        raise UnauthorizedException(detail="Send Authorization: Bearer TOKEN.")
    row = auth.token_row(app, token.strip())
    if row is None:
        raise UnauthorizedException(detail="The token is unknown, revoked or expired.")
    if ROLE not in row.roles:
        raise ForbiddenException(
            detail="The token has not the role scim; `purser token create` gives it."
        )
    return Speaker(f"token:{row.id}", source_of(row.name))


@dataclass(slots=True)
class Pace:
    """Token buckets, one a client: a burst is let through, a flood is not.

    Attributes:
        rate: Requests per second in the long run.
        burst: Requests at once.
        capacity: Clients remembered.
    """

    rate: float = 50.0
    burst: float = 200.0
    capacity: int = 1000
    _buckets: dict[str, tuple[float, float]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def take(self, key: str, now: float) -> float:
        """Take one request; return 0, or the seconds until there is one.

        Args:
            key: Who asks.
            now: Seconds of any steady clock.
        """
        with self._lock:
            left, last = self._buckets.pop(key, (self.burst, now))
            left = min(self.burst, left + (now - last) * self.rate)
            wait = 0.0 if left >= 1 else (1 - left) / self.rate
            self._buckets[key] = (left if wait else left - 1, now)
            while len(self._buckets) > self.capacity:
                del self._buckets[next(iter(self._buckets))]
            return wait
