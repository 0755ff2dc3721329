"""How often identification is right at which confidence: fingerprints/reliability.tsv.

Measured on devices that the knowledge left out. The shares are made to rise with the
confidence (pool adjacent violators), since a surer answer is never to count less.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from discovery.identity.identify import Identity
from discovery.identity.reliability import DEFAULT, by_default
from tests.discovery.identify.corpus import NEUTRAL

FIELDS = ("type", "vendor", "model", "version", "serial")
LEAST_CASES = 20
"""Cases of which a share is taken."""
Right = Callable[[str, str, Mapping[str, Any]], bool]


@dataclass(slots=True)
class Pool:
    """Answers of at least some weight, and how many of them are right."""

    least: float
    cases: int
    right: int

    @property
    def share(self) -> float:
        """How many are right, 0 to 1."""
        return self.right / self.cases


def table(
    found: Iterable[tuple[Identity, Mapping[str, Any]]], right: Right
) -> Iterator[str]:
    """Yield field, least weighed confidence, share right in per cent and cases.

    Args:
        found: Identities with what is expected of them.
        right: Whether a value of a field is what is expected.
    """
    rows = (*FIELDS, DEFAULT)
    answers: dict[str, list[tuple[float, bool]]] = {name: [] for name in rows}
    for identity, expected in found:
        for name in FIELDS:
            verdict = identity.fields[name]
            if expected["fair"][name] and verdict.value is not None:
                is_right = right(name, verdict.value, expected)
                row = DEFAULT if name == "type" and by_default(identity) else name
                answers[row].append((verdict.weighed, is_right))
    for name in rows:
        for pool in rising(sorted(answers[name])):
            share = round(100 * pool.share)
            yield f"{name}\t{round(100 * pool.least)}\t{share}\t{pool.cases}"


def rising(answers: list[tuple[float, bool]]) -> list[Pool]:
    """Return shares that rise, of answers in the order of what they weigh."""
    pools: list[Pool] = []
    before = -1.0
    for confidence, is_right in answers:
        # What weighs the same is one case to a table of weights.
        same, before = round(confidence, 2) == before, round(confidence, 2)
        if pools and (same or pools[-1].cases < LEAST_CASES):
            pools[-1].cases += 1
            pools[-1].right += is_right
        else:
            pools.append(Pool(confidence, 1, int(is_right)))
        while len(pools) > 1 and pools[-2].cases >= LEAST_CASES and _falls(pools):
            last = pools.pop()
            pools[-1].cases += last.cases
            pools[-1].right += last.right
    if len(pools) > 1 and pools[-1].cases < LEAST_CASES:
        last = pools.pop()
        pools[-1].cases += last.cases
        pools[-1].right += last.right
    return pools


def _falls(pools: list[Pool]) -> bool:
    last = pools[-1]
    return last.cases >= LEAST_CASES and last.share <= pools[-2].share


def judged_by(judge: ModuleType) -> Right:
    """Return the corpus' own judgement of one value."""

    def right(name: str, value: str, expected: Mapping[str, Any]) -> bool:
        if name == "type":
            return bool(judge.type_ok(expected["kinds"], NEUTRAL.get(value, value)))
        if name == "vendor":
            return bool(judge.vendor_ok(expected["vendor"], value))
        if name == "serial":
            return bool(judge.an(value) == judge.an(expected["serial"]))
        wanted = expected["hardware" if name == "model" else "version"]
        is_version = name == "version"
        return bool(judge.text_ok(wanted, value, expected["vendor"], is_version)[1])

    return right
