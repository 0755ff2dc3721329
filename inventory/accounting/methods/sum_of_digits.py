"""Sum of the years' digits, on years of the asset, not of the calendar. Pure.

The digits run on asset years: with a start inside the fiscal year, that year's amount
mixes parts of two digits. Parameters:

    digits: `years`, or `months`: the digits count months of service.
    order: `falling`, or `rising` (progressive depreciation).
"""

from __future__ import annotations

from fractions import Fraction

from inventory.accounting.methods.base import (
    ZERO,
    Method,
    Planned,
    Segment,
    along,
    at_once,
    choice,
)


def share_after(
    years: Fraction, life: Fraction, per_year: int = 1, rising: bool = False
) -> Fraction:
    """Return the share depreciated after some years of a life.

    A life of n years and a part has the digits life, life - 1, ... of which the last
    is charged for its part only.

    Args:
        years: Years of service.
        life: Useful life in years.
        per_year: Digits a year: 1, or 12 for months.
        rising: The smallest digit comes first.
    """
    done, whole = min(years, life) * per_year, life * per_year
    if rising:
        return 1 - _digits(whole - done, whole) / _digits(whole, whole)
    return _digits(done, whole) / _digits(whole, whole)


def _digits(steps: Fraction, life: Fraction) -> Fraction:
    """Sum the digits of whole steps and the part of the step that has begun."""
    whole = int(steps)
    total = whole * life - Fraction(whole * (whole - 1), 2)
    return total + (steps - whole) * (life - whole)


def plan(segment: Segment) -> Planned:
    """Plan a segment; the rate is that of the gross depreciable amount."""
    life = segment.life
    assert life is not None
    if life <= segment.since:
        return Planned.at(at_once(segment))
    months = choice(segment.params, "digits", ("years", "months")) == "months"
    rising = choice(segment.params, "order", ("falling", "rising")) == "rising"
    per_year = 12 if months else 1
    curve = {
        years: share_after(years, life, per_year, rising)
        for slot in segment.slots
        for years in (slot.opens, slot.closes)
    }
    curve[segment.since] = share_after(segment.since, life, per_year, rising)
    rates = [
        (curve[slot.closes] - curve[slot.opens]) / slot.years if slot.years else ZERO
        for slot in segment.slots
    ]
    return Planned(along(segment, curve.__getitem__), list(rates))


METHOD = Method("sum-of-digits", plan, frozenset({"digits", "order"}))
