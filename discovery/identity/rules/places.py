"""Where in a protocol a device says what it is: the table `announced.tsv`. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from discovery.identity.device_types import GENERAL
from discovery.identity.rules.patterns import PatternRefused, compile_pattern
from discovery.identity.rules.schema import KnowledgeError
from discovery.identity.verdicts import FIELDS

MEANINGS = frozenset(
    (*FIELDS, "make-and-model", "known-vendor", "enterprise", "about", "software")
)
"""What a place may hold: a field; maker and model in one text; a vendor, if it is a
known one; the number of an enterprise; words about what it is; the name of a program,
so that all the protocol says is of the program and not of the machine."""


@dataclass(frozen=True, slots=True)
class Place:
    """What a value at one place of a protocol means.

    Attributes:
        field: One of `MEANINGS`.
        weight: How far it can be trusted, 0 to 1.
        match: The value must match this; its group `v`, or else the match, counts.
        value: What to say instead of what stands there; empty for that itself.
    """

    field: str
    weight: float
    match: re.Pattern[str] | None = None
    value: str = ""


def build_places(
    rows: Sequence[tuple[int, list[str]]],
) -> dict[str, tuple[Place, ...]]:
    """Return source -> what a value there means.

    Args:
        rows: Line number and cells: source, field, weight in percent, pattern, value.

    Raises:
        KnowledgeError: A row is broken; names its line.
    """
    found: dict[str, tuple[Place, ...]] = {}
    for line, cells in rows:
        source, field, weight, *more = cells
        pattern, value = (*more, "", "")[:2]
        if field not in MEANINGS or not weight.isdigit():
            raise KnowledgeError(
                f"announced.tsv, line {line}: {field!r} at {weight!r} is not a field"
                " and a weight in percent"
            )
        if field == "type" and value not in GENERAL:
            raise KnowledgeError(f"announced.tsv, line {line}: unknown type {value!r}")
        try:
            match = compile_pattern(pattern) if pattern else None
        except PatternRefused as error:
            raise KnowledgeError(f"announced.tsv, line {line}: {error}") from error
        place = Place(field, int(weight) / 100, match, value)
        found[source] = (*found.get(source, ()), place)
    return found
