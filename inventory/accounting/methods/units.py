"""Units of production: by use, not by time (IAS 16.62). Pure.

Usage readings come as events. The amount never goes below the residual value and is
never forced to it by time. Parameter:

    total-units: Units the asset is expected to produce over its life; a changed
        estimate spreads what is left over the units that are left.
"""

from __future__ import annotations

from fractions import Fraction

from inventory.accounting.methods.base import Method, Planned, Segment, capped, fraction
from inventory.accounting.model.terms import TermsError


def plan(segment: Segment) -> Planned:
    """Plan a segment; see the module for the parameter."""
    total = fraction(segment.params, "total-units")
    if total is None or total <= 0:
        raise TermsError("units of production needs `total-units` above 0")
    left = (total - segment.units_before) * segment.left
    if left <= 0:
        left = Fraction(1)
    amounts = [segment.base * slot.units / left for slot in segment.slots]
    return Planned.at(capped(amounts, segment.base))


METHOD = Method(
    "units-of-production",
    plan,
    frozenset({"total-units"}),
    needs_life=False,
    by_use=True,
)
