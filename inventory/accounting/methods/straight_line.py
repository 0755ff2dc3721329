"""Straight line: the same amount for each year of service (IAS 16.62). Pure.

Parameters:
    form: `remaining` spreads what is left over the life that is left, so changes are
        prospective (IAS 8.36); `original` keeps (cost - residual value) / life, so an
        addition runs beyond the life; `full-cost` charges cost / life until the
        residual value is reached.
    rate: A yearly rate instead of a life; charged on cost until the residual value.
    amount: A yearly amount instead, minor units; charged until the residual value.
"""

from __future__ import annotations

from fractions import Fraction

from inventory.accounting.methods.base import (
    Method,
    Planned,
    Segment,
    along,
    at_once,
    capped,
    choice,
    fraction,
)
from inventory.accounting.model.terms import TermsError

_ONE = Fraction(1)


def plan(segment: Segment) -> Planned:
    """Plan a segment; see the module for the parameters."""
    rate = fraction(segment.params, "rate")
    form = choice(segment.params, "form", ("remaining", "original", "full-cost"))
    life = segment.life
    fixed = fraction(segment.params, "amount")
    if fixed is not None:
        if fixed <= 0:
            raise TermsError("the yearly amount must be above 0")
        yearly = [fixed * segment.left * slot.years for slot in segment.slots]
        return Planned.at(capped(yearly, segment.base))
    if rate is not None and rate <= 0:
        raise TermsError(f"yearly rate {rate} must be above 0")
    if rate is None and life is None:
        raise TermsError("straight line needs a useful life, a rate or an amount")
    if rate is None and life is not None:
        if form == "remaining":
            if life <= segment.since:
                return Planned.at(at_once(segment))
            amounts = along(
                segment, lambda years: years / life if years < life else _ONE
            )
            return Planned.at(amounts, 1 / (life - segment.since))
        rate = 1 / life
    gross = segment.cost - (segment.residual_value if form == "original" else 0)
    assert rate is not None
    amounts = [gross * rate * slot.years for slot in segment.slots]
    return Planned.at(capped(amounts, segment.base), rate)


METHOD = Method(
    "straight-line", plan, frozenset({"form", "rate", "amount"}), needs_life=False
)
