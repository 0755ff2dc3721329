"""Several sources say different things: which one decides. Pure.

Of one source the last word counts. Of several the one with the highest authority for
the field; what the others say is kept, and told as a conflict. An identity provider
knows who has an account: every system of HR outranks it, without a conflict.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

REGISTER = "register"
"""What was known before any source spoke; everybody outranks it."""

_DIRECTORY = "scim:"
_UNRANKED = 1_000
_LAST = 1_000_000


def is_directory(source: str) -> bool:
    """Whether a source is an identity provider."""
    return source.startswith(_DIRECTORY)


@dataclass(frozen=True, slots=True)
class Claim:
    """A source says that a field has a value.

    Attributes:
        event: Key of the event that says it.
        order: Moment, and a tie-break; later claims of a source replace earlier ones.
    """

    field: str
    value: Any
    source: str
    event: str
    order: tuple[datetime, int, str]


@dataclass(frozen=True, slots=True)
class SourceConflict:
    """Two sources say different things of one field."""

    field: str
    applied: Claim
    refused: Claim


@dataclass(frozen=True, slots=True)
class Authority:
    """Which source decides which field.

    Attributes:
        fields: Field -> sources, the strongest first.
        others: Sources for all other fields, the strongest first.
    """

    fields: Mapping[str, Sequence[str]] = field(default_factory=dict)
    others: Sequence[str] = ()

    def rank(self, source: str, name: str) -> int:
        """Return how strong a source is for a field; lower is stronger."""
        if source == REGISTER:
            return _LAST
        order = self.fields.get(name, self.others)
        if source in order:
            return order.index(source)
        return _UNRANKED + is_directory(source)

    def decide(
        self, claims: Iterable[Claim]
    ) -> tuple[Claim | None, list[SourceConflict]]:
        """Return the claim that holds, and the conflicts with other sources."""
        last: dict[str, Claim] = {}
        for claim in sorted(claims, key=lambda each: each.order):
            last[claim.source] = claim
        if not last:
            return None, []
        best = min(self.rank(c.source, c.field) for c in last.values())
        strongest = [c for c in last.values() if self.rank(c.source, c.field) == best]
        winner = max(strongest, key=lambda claim: claim.order)
        losers = (c for c in last.values() if c.value != winner.value)
        return winner, [
            SourceConflict(winner.field, winner, loser)
            for loser in sorted(losers, key=lambda claim: claim.order)
            if loser.source != REGISTER
            and (is_directory(winner.source) or not is_directory(loser.source))
        ]
