"""Sum of the years' digits, on years of the asset, not of the calendar. Pure.

The digits run on asset years: with a start inside the fiscal year, that year's amount
mixes parts of two digits. No parameters.
"""

from __future__ import annotations

from fractions import Fraction

from inventory.accounting.methods.base import ZERO, Method, Segment, along, at_once


def share_after(years: Fraction, life: Fraction) -> Fraction:
    """Return the share depreciated after some years of a life.

    A life of n years and a part has the digits life, life - 1, ... of which the last
    is charged for its part only.
    """
    done = min(years, life)
    return _digits(done, life) / _digits(life, life)


def _digits(years: Fraction, life: Fraction) -> Fraction:
    """Sum the digits of whole years and the part of the year that has begun."""
    whole = int(years)
    total = sum((life - k for k in range(whole)), ZERO)
    return total + (years - whole) * (life - whole)


def plan(segment: Segment) -> list[Fraction]:
    """Plan a segment."""
    life = segment.life
    assert life is not None
    if life <= segment.since:
        return at_once(segment)
    return along(segment, lambda years: share_after(years, life))


METHOD = Method("sum-of-digits", plan)
