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
    Planned,
    Segment,
    along,
    by_year,
    capped,
    choice,
    fractions,
    spread,
    truth,
)
from inventory.accounting.model.terms import TermsError


def plan(segment: Segment) -> Planned:
    """Plan a segment; see the module for the parameters."""
    rates = fractions(segment.params, "rates")
    if not any(rates):
        raise TermsError("the rates of the table are all 0; nothing would be charged")
    if choice(segment.params, "by", ("fiscal-year", "asset-year")) == "asset-year":
        whole = sum(rates, ZERO)
        amounts = along(segment, lambda years: _curve(rates, years) / whole)
        return Planned(amounts, [_at(rates, int(s.opens)) for s in segment.slots])
    return _by_fiscal_year(segment, rates)


def _at(rates: tuple[Fraction, ...], position: int) -> Fraction | None:
    return rates[position] if position < len(rates) else None


def _curve(rates: tuple[Fraction, ...], years: Fraction) -> Fraction:
    done = min(int(years), len(rates))
    total = sum(rates[:done], ZERO)
    if done < len(rates):
        total += rates[done] * (years - done)
    return total


def _by_fiscal_year(segment: Segment, rates: tuple[Fraction, ...]) -> Planned:
    prorate = truth(segment.params, "prorate-first")
    amounts: list[Fraction] = []
    applied: list[Fraction | None] = []
    for _, slots in by_year(segment.slots):
        if not any(slot.years for slot in slots):
            amounts += [ZERO] * len(slots)
            applied += [None] * len(slots)
            continue
        # Counted in years of service, so a later segment continues the table.
        position = slots[0].nth_year
        if position < len(rates):
            yearly = segment.cost * rates[position] * segment.rest(slots)
            if position == 0 and prorate:
                yearly = segment.cost * rates[0] * sum((s.years for s in slots), ZERO)
        else:
            yearly = max(ZERO, segment.base - sum(amounts, ZERO))
        amounts += spread(yearly, slots)
        applied += [_at(rates, position)] * len(slots)
    return Planned(capped(amounts, segment.base), applied)


METHOD = Method(
    "table", plan, frozenset({"rates", "by", "prorate-first"}), needs_life=False
)
