"""From statements to verdicts: the best consistent set wins.

Statements about one value add up as independent chances of being wrong, but only
across different sources. The vendor is decided first; what another vendor's rules
said is then doubted. A sub-type counts only within the general type that won.
Pure: standard library only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from discovery.identity.clean_text import key
from discovery.identity.device_types import GENERAL
from discovery.identity.verdicts import FIELDS, Identity, Statement, Verdict
from inventory.kernel.texts import N_, Said

DOUBT = 0.25
"""What is left of a statement when its vendor is not the one that won."""
STRONG = 0.6
"""From here on, disagreement is worth reporting."""
FLOOR = 0.2
"""Below this a field stays unknown."""
MOST = 0.99
ROLES = frozenset({"pbx"})
"""Sub-types that software makes of a computer."""


@dataclass(slots=True)
class _Candidate:
    value: str
    best: Statement
    weight: float
    sources: dict[str, float]
    reasons: list[str]

    def total(self) -> float:
        wrong = 1.0
        for weight in self.sources.values():
            wrong *= 1.0 - min(weight, MOST)
        return min(1.0 - wrong, MOST)


def weigh(statements: Sequence[Statement]) -> Identity:
    """Decide every field."""
    by_field: dict[str, list[Statement]] = {name: [] for name in FIELDS}
    for statement in statements:
        by_field[statement.field].append(statement)
    by_field["type"] = list(_by_role(by_field["type"], by_field["subtype"]))
    verdicts: dict[str, Verdict] = {}
    conflicts: list[str] = []
    verdicts["vendor"], found = _decide(by_field["vendor"], None)
    conflicts += found
    vendor = verdicts["vendor"].value
    for name in FIELDS:
        if name in ("vendor", "subtype"):
            continue
        verdicts[name], found = _decide(by_field[name], vendor)
        conflicts += found
    general = verdicts["type"].value
    below = [s for s in by_field["subtype"] if GENERAL.get(s.value) == general]
    verdicts["subtype"], found = _decide(below, vendor)
    conflicts += found
    ordered = {name: verdicts[name] for name in FIELDS}
    return Identity(ordered, tuple(conflicts), tuple(statements))


def _by_role(
    types: Sequence[Statement], below: Sequence[Statement]
) -> Iterator[Statement]:
    """Doubt that a box is a computer where its software gives it a role.

    An exchange is a computer by its hardware and its system, and both say so loudly;
    what people look for is the exchange.
    """
    roles = [s for s in below if s.value in ROLES and s.weight >= STRONG]
    for statement in types:
        if roles and statement.value == "computer":
            statement = replace(statement, weight=statement.weight * DOUBT)
        yield statement


def _decide(
    statements: Iterable[Statement], vendor: str | None
) -> tuple[Verdict, list[str]]:
    candidates: dict[str, _Candidate] = {}

    def rank(statement: Statement) -> tuple[float, str, str]:
        return -_weight(statement, vendor), statement.value, statement.source

    for statement in sorted(statements, key=rank):
        _count(candidates, statement, _weight(statement, vendor), vendor)
    if not candidates:
        return Verdict(), []
    # The order of counting breaks ties: the strongest single statement comes first.
    ranked = sorted(candidates.values(), key=lambda c: -round(c.total(), 6))
    winner = ranked[0]
    confidence = winner.total()
    conflicts: list[str] = [
        Said(
            N_("{field}: {value!r} ({reason}) against {value2!r} ({reason2})"),
            field=winner.best.field,
            value=winner.value,
            reason=winner.best.reason,
            value2=other.value,
            reason2=other.best.reason,
        )
        for other in ranked[1:]
        if other.total() >= STRONG and not _alike(winner.value, other.value)
    ]
    reasons, weighed = tuple(winner.reasons), round(confidence, 3)
    if confidence < FLOOR:
        return Verdict(None, weighed, reasons, weighed=weighed), conflicts
    source = winner.best.source
    return Verdict(winner.value, weighed, reasons, source, weighed), conflicts


def _weight(statement: Statement, vendor: str | None) -> float:
    if vendor is None or statement.vendor is None or statement.vendor == vendor:
        return statement.weight
    return statement.weight * DOUBT


def _count(
    candidates: dict[str, _Candidate],
    statement: Statement,
    weight: float,
    vendor: str | None,
) -> None:
    """Add a statement to what else says the same, the vendor's name before it aside."""
    name = key(statement.value) or statement.value
    if vendor and statement.field == "model":
        name = name.removeprefix(key(vendor)) or name
    candidate = candidates.get(name)
    if candidate is None:
        candidate = _Candidate(statement.value, statement, weight, {}, [])
        candidates[name] = candidate
    source = statement.source
    candidate.sources[source] = max(weight, candidate.sources.get(source, 0.0))
    if statement.reason not in candidate.reasons:
        candidate.reasons.append(statement.reason)


def _alike(one: str, other: str) -> bool:
    """Whether two values may be the same thing said at different length."""
    a, b = key(one), key(other)
    return a in b or b in a
