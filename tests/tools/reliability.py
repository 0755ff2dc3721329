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
from tests.discovery.identify.corpus import NEUTRAL

FIELDS = ("type", "vendor", "model", "version", "serial")
LEAST_CASES = 20
"""Cases of which a share is taken."""
Right = Callable[[str, str, Mapping[str, Any]], bool]


@dataclass(slots=True)
class _Pool:
    least: float
    cases: int
    right: int

    @property
    def share(self) -> float:
        return self.right / self.cases


def table(
    found: Iterable[tuple[Identity, Mapping[str, Any]]], right: Right
) -> Iterator[str]:
    """Yield field, least weighed confidence, share right in per cent and cases.

    Args:
        found: Identities with what is expected of them.
        right: Whether a value of a field is what is expected.
    """
    answers: dict[str, list[tuple[float, bool]]] = {name: [] for name in FIELDS}
    for identity, expected in found:
        for name in FIELDS:
            verdict = identity.fields[name]
            if expected["fair"][name] and verdict.value is not None:
                is_right = right(name, verdict.value, expected)
                answers[name].append((verdict.weighed, is_right))
    for name in FIELDS:
        for pool in _rising(sorted(answers[name])):
            share = round(100 * pool.share)
            yield f"{name}\t{round(100 * pool.least)}\t{share}\t{pool.cases}"


def _rising(answers: list[tuple[float, bool]]) -> list[_Pool]:
    pools: list[_Pool] = []
    for confidence, is_right in answers:
        if pools and pools[-1].cases < LEAST_CASES:
            pools[-1].cases += 1
            pools[-1].right += is_right
        else:
            pools.append(_Pool(confidence, 1, int(is_right)))
        while len(pools) > 1 and pools[-2].cases >= LEAST_CASES and _falls(pools):
            last = pools.pop()
            pools[-1].cases += last.cases
            pools[-1].right += last.right
    if len(pools) > 1 and pools[-1].cases < LEAST_CASES:
        last = pools.pop()
        pools[-1].cases += last.cases
        pools[-1].right += last.right
    return pools


def _falls(pools: list[_Pool]) -> bool:
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
