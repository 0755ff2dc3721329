"""Amounts given by hand, and expensing at once. Pure.

`manual` has the parameter `amounts`: minor units, one for each period from the first
with service time; `immediate` (low-value assets, German section 6(2) EStG) has none.
"""

from __future__ import annotations

from fractions import Fraction

from inventory.accounting.methods.base import (
    ZERO,
    Method,
    Segment,
    at_once,
    capped,
    fractions,
)


def plan_manual(segment: Segment) -> list[Fraction]:
    """Plan a segment with the given amounts; what they leave stays undepreciated."""
    given = list(fractions(segment.params, "amounts"))
    amounts: list[Fraction] = []
    for slot in segment.slots:
        amounts.append(given.pop(0) if slot.years > 0 and given else ZERO)
    return capped(amounts, segment.base)


METHODS = (
    Method("manual", plan_manual, frozenset({"amounts"}), needs_life=False),
    Method("immediate", at_once, needs_life=False),
)
