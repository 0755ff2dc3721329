"""Which subscription gets which message, and when the next try is. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from inventory.outbox.event_catalogue import matches, roles_of

PAUSES = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
"""Between tries, 75 h 35 min in all: the example of the Standard Webhooks spec."""

JITTER = 0.2
"""Part of a pause by which it is shortened or prolonged, so that tries spread."""

MAX_RETRY_AFTER = timedelta(days=1)
"""How long a receiver may ask us to wait."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Where something happened.

    Attributes:
        sites: Codes of sites; empty if it has none.
        legal_entities: Codes of legal entities.
        confidential: It tells of a leave that is HR's alone until its last day.
    """

    sites: frozenset[str] = frozenset()
    legal_entities: frozenset[str] = frozenset()
    confidential: bool = False


TOLD = frozenset({"hr", "auditor"})
"""Roles of owners that are told of what is confidential."""


def wants(webhook: Mapping[str, Any], event_type: str, actor: str) -> bool:
    """Whether a subscription wants a type of event and may have it.

    What its owner caused is not sent to him, or two programs would answer each other
    for ever; `send_own` sends it, marked.
    """
    if webhook["owner"] == actor and not webhook["send_own"]:
        return False
    if roles_of(event_type).isdisjoint(webhook["roles"]):
        return False
    return matches(webhook["events"], event_type)


def within(webhook: Mapping[str, Any], scope: Scope) -> bool:
    """Whether something happened where a subscription looks.

    What happened nowhere in particular is sent to those only who look everywhere.
    What is confidential is not sent later either: a leave may be taken back.
    """
    if scope.confidential and TOLD.isdisjoint(webhook["roles"]):
        return False
    for wanted, where in (
        (webhook["sites"], scope.sites),
        (webhook["legal_entities"], scope.legal_entities),
    ):
        if wanted and where.isdisjoint(wanted):
            return False
    return True


def is_scoped(webhooks: Sequence[Mapping[str, Any]]) -> bool:
    """Whether it matters to any subscription where and what something was."""
    return any(
        each["sites"] or each["legal_entities"] or TOLD.isdisjoint(each["roles"])
        for each in webhooks
    )


def retry_delay(
    attempts: int, chance: float, retry_after: timedelta | None = None
) -> timedelta | None:
    """Return how long to wait after a failed try; None if it was the last.

    Args:
        attempts: Tries so far, from 1.
        chance: A number from 0 to 1 that spreads tries.
        retry_after: How long the receiver asks us to wait.
    """
    if attempts > len(PAUSES):
        return None
    spread = PAUSES[attempts - 1] * (1 + JITTER * (2 * chance - 1))
    return max(spread, min(retry_after, MAX_RETRY_AFTER)) if retry_after else spread
