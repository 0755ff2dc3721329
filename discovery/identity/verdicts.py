"""Statements that clues make about a device, and the verdict per field.

Pure: standard library only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

FIELDS = (
    "type",
    "subtype",
    "vendor",
    "family",
    "model",
    "serial",
    "os",
    "version",
    "hardware_rev",
    "firmware",
)
"""What identification answers, in the order it is shown."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One clue's opinion about one field.

    Attributes:
        field: One of `FIELDS`.
        value: The opinion, already cleaned.
        weight: How far it can be trusted on its own, 0 to 1.
        reason: For a person: which rule or object says so.
        source: The clue it rests on; statements of one source never add up.
        vendor: The vendor whose rule it is; doubted when another vendor wins.
        default: It says only what a maker of many kinds mostly makes.
    """

    field: str
    value: str
    weight: float
    reason: str
    source: str
    vendor: str | None = None
    default: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of all statements about one field.

    Attributes:
        value: The answer; None when nothing trustworthy was said.
        confidence: How often such an answer is right, 0 to 1.
        reasons: Why, the strongest first.
        source: The clue the winning statement rests on.
        weighed: What the statements for it amount to, 0 to 1.
        suggested: It is right too seldom to be told for a fact.
    """

    value: str | None = None
    confidence: float = 0.0
    reasons: tuple[str, ...] = ()
    source: str = ""
    weighed: float = 0.0
    suggested: bool = False


@dataclass(frozen=True, slots=True)
class Identity:
    """What a device is, as far as the evidence says.

    Attributes:
        fields: A verdict for every name of `FIELDS`.
        conflicts: Strong evidence that disagrees, one sentence each.
        statements: Everything that was weighed, for an explanation.
    """

    fields: Mapping[str, Verdict]
    conflicts: tuple[str, ...] = ()
    statements: tuple[Statement, ...] = field(default=(), repr=False)

    def value(self, name: str) -> str | None:
        """Return the answer for a field, None when unknown."""
        return self.fields[name].value

    @property
    def kind(self) -> str | None:
        """The sub-type where known, else the general type."""
        return self.value("subtype") or self.value("type")
