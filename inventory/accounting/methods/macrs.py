"""MACRS: yearly percentages of the unadjusted basis (IRS Publication 946). Pure.

The residual value is ignored. The first year's fraction comes from the conventions'
start rule (half-year, mid-quarter, or half a month for mid-month); in a short tax year
it is that part of the short year, and later years follow the formula. Parameters:

    mode: `formula`, or `table` with the printed percentages in `rates`.
    rates: Shares of the basis, one a tax year (table mode).
    factor: 2 or 3/2; leave out for straight line (formula mode; also ADS).
    section-179: Expensed first, minor units.
    bonus-rate: Special allowance on what is left.
    business-use: Share of business use.
"""

from __future__ import annotations

from fractions import Fraction

from inventory.accounting.macrs import first_year
from inventory.accounting.methods.base import (
    ZERO,
    Method,
    Segment,
    Slot,
    by_year,
    capped,
    choice,
    fraction,
    fractions,
    spread,
)
from inventory.accounting.terms import TermsError
from inventory.money import round_half_up


def plan(segment: Segment) -> list[Fraction]:
    """Plan a segment; see the module for the parameters."""
    params = segment.params
    one = Fraction(1)
    start = first_year(
        segment.cost,
        business_use=fraction(params, "business-use", one) or one,
        section_179=int(fraction(params, "section-179", ZERO) or 0),
        bonus_rate=fraction(params, "bonus-rate", ZERO) or ZERO,
    )
    years = [some for _, some in by_year(segment.slots)]
    if choice(params, "mode", ("formula", "table")) == "table":
        rates = fractions(params, "rates")
        yearly = _by_table(years, start.basis, rates, segment.since)
    else:
        yearly = _by_formula(years, segment, start.basis)
    extra = start.section_179 + start.bonus if segment.since == 0 else 0
    amounts: list[Fraction] = []
    for slots, amount in zip(years, yearly, strict=True):
        served = any(slot.years for slot in slots)
        amounts += spread(amount + (extra if served else 0), slots)
        extra = 0 if served else extra
    return capped(amounts, segment.opening)


def _by_table(
    years: list[list[Slot]], basis: int, rates: tuple[Fraction, ...], since: Fraction
) -> list[Fraction]:
    position = -(-since.numerator // since.denominator)
    yearly = []
    for slots in years:
        served = any(slot.years for slot in slots)
        rate = rates[position] if served and position < len(rates) else ZERO
        yearly.append(basis * rate)
        position += served
    return yearly


def _by_formula(
    years: list[list[Slot]], segment: Segment, basis: int
) -> list[Fraction]:
    """Follow the Form 4562 rule, whole minor units being carried from year to year."""
    life = segment.life
    if life is None:
        raise TermsError("MACRS by formula needs the recovery period as useful life")
    factor = fraction(segment.params, "factor")
    balance = Fraction(basis if segment.since == 0 else segment.opening)
    yearly = []
    for slots in years:
        share = sum((slot.years for slot in slots), ZERO)
        left = life - slots[0].opens
        straight = 1 / left if left > 1 else Fraction(1)
        rate = straight if factor is None else max(factor / life, straight)
        amount = Fraction(round_half_up(balance * rate * share))
        if left <= share:
            amount = balance
        amount = min(amount, balance)
        yearly.append(amount)
        balance -= amount
    return yearly


METHOD = Method(
    "macrs",
    plan,
    frozenset({"mode", "rates", "factor", "section-179", "bonus-rate", "business-use"}),
    needs_life=False,
)
