"""Amounts or weights given by hand, and expensing at once. Pure.

* `manual`: parameter `amounts`: minor units, one for each period of service.
* `weighted`: parameter `weights`: one for each period of service; the depreciable
  amount is shared by them (shifts worked, seasons of use).
* `immediate` (low-value assets, German section 6(2) EStG): no parameter.
"""

from __future__ import annotations

from fractions import Fraction

from inventory.accounting.methods.base import (
    ZERO,
    Method,
    Planned,
    Segment,
    at_once,
    capped,
    fractions,
    per_period,
)


def plan_manual(segment: Segment) -> Planned:
    """Plan a segment with the given amounts; what they leave stays undepreciated."""
    whole = fractions(segment.params, "amounts")
    amounts = per_period(segment, [amount * segment.left for amount in whole])
    return Planned.at(capped(amounts, segment.base))


def plan_weighted(segment: Segment) -> Planned:
    """Share what is left by the weights that are left."""
    weights = fractions(segment.params, "weights")
    here = per_period(segment, weights)
    left = sum(here, ZERO)
    if left <= 0:
        return Planned.at(at_once(segment))
    return Planned.at([segment.base * weight / left for weight in here])


def plan_immediate(segment: Segment) -> Planned:
    """Expense all that is left at once."""
    return Planned.at(at_once(segment), Fraction(1))


METHODS = (
    Method("manual", plan_manual, frozenset({"amounts"}), needs_life=False),
    Method("weighted", plan_weighted, frozenset({"weights"}), needs_life=False),
    Method("immediate", plan_immediate, needs_life=False),
)
