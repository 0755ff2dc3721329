"""Straight line: the same amount for each year of service (IAS 16.62). Pure.

Parameters:
    form: `remaining` spreads what is left over the life that is left, so changes are
        prospective (IAS 8.36); `original` keeps (cost - residual value) / life, so an
        addition runs beyond the life; `full-cost` charges cost / life until the
        residual value is reached.
    rate: A yearly rate instead of a life; charged on cost until the residual value.
"""

from __future__ import annotations

from fractions import Fraction

from inventory.accounting.methods.base import (
    Method,
    Segment,
    along,
    at_once,
    capped,
    choice,
    fraction,
)
from inventory.accounting.terms import TermsError


def plan(segment: Segment) -> list[Fraction]:
    """Plan a segment; see the module for the parameters."""
    rate = fraction(segment.params, "rate")
    form = choice(segment.params, "form", ("remaining", "original", "full-cost"))
    life = segment.life
    if rate is None and life is None:
        raise TermsError("straight line needs a useful life or a yearly rate")
    if rate is None and life is not None:
        if form == "remaining":
            if life <= segment.since:
                return at_once(segment)
            return along(segment, lambda years: min(years / life, Fraction(1)))
        rate = 1 / life
    gross = segment.cost - (segment.salvage if form == "original" else 0)
    assert rate is not None
    yearly = gross * rate
    return capped([yearly * slot.years for slot in segment.slots], segment.base)


METHOD = Method("straight-line", plan, frozenset({"form", "rate"}), needs_life=False)
