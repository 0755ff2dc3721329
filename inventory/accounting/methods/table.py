"""Percentages a year from a table: user-defined methods and tax tables. Pure.

Parameters:
    rates: Shares of cost, one a year (`1/5` for 20 %).
    by: `fiscal-year`: the n-th rate belongs to the n-th fiscal year; `asset-year`: to
        the n-th twelve months of service.
    prorate-first: With `fiscal-year`, the first rate counts for the part of the year
        in service only; what is left over is charged after the table.
"""

from __future__ import annotations

from fractions import Fraction

from inventory.accounting.methods.base import (
    ZERO,
    Method,
    Segment,
    along,
    by_year,
    capped,
    choice,
    fractions,
    spread,
)


def plan(segment: Segment) -> list[Fraction]:
    """Plan a segment; see the module for the parameters."""
    rates = fractions(segment.params, "rates")
    if choice(segment.params, "by", ("fiscal-year", "asset-year")) == "asset-year":
        whole = sum(rates, ZERO)
        return along(segment, lambda years: _curve(rates, years) / whole)
    return _by_fiscal_year(segment, rates)


def _curve(rates: tuple[Fraction, ...], years: Fraction) -> Fraction:
    done = min(int(years), len(rates))
    total = sum(rates[:done], ZERO)
    if done < len(rates):
        total += rates[done] * (years - done)
    return total


def _by_fiscal_year(segment: Segment, rates: tuple[Fraction, ...]) -> list[Fraction]:
    prorate = bool(segment.params.get("prorate-first", False))
    # A segment that starts later continues the table where its first year stands.
    position = _years_before(segment)
    amounts: list[Fraction] = []
    for _, slots in by_year(segment.slots):
        if not any(slot.years for slot in slots):
            amounts += [ZERO] * len(slots)
            continue
        if position < len(rates):
            yearly = segment.cost * rates[position]
            if position == 0 and prorate:
                yearly *= sum((slot.years for slot in slots), ZERO)
        else:
            yearly = Fraction(segment.base) - sum(amounts, ZERO)
        amounts += spread(yearly, slots)
        position += 1
    return capped(amounts, segment.base)


def _years_before(segment: Segment) -> int:
    """Return how many fiscal years of service lie before the segment."""
    whole = int(segment.since)
    return whole + (1 if segment.since > whole else 0)


METHOD = Method(
    "table", plan, frozenset({"rates", "by", "prorate-first"}), needs_life=False
)
