"""MACRS: yearly percentages of the unadjusted basis (IRS Publication 946). Pure.

The residual value is ignored. The first year's fraction comes from the conventions'
start rule (half-year, mid-quarter, or half a month for mid-month); in a short tax year
it is that part of the short year, and later years follow the formula. Parameters:

    mode: `formula`, or `table` with the printed percentages in `rates`.
    rates: Shares of the basis, one a tax year (table mode).
    factor: 2 or 3/2; leave out for straight line (formula mode; also ADS).
    section-179: Expensed first, minor units.
    bonus-rate: Special allowance on what is left.
    basis-reduction: Credits that reduce the basis (section 50(c)), minor units.
    business-use: Share of business use.
    caps: Limits of the whole deduction, one a tax year, the last for all later ones
        (passenger automobiles, section 280F(a)), minor units; what they cut off is
        deducted after the recovery period.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from inventory.accounting.methods.base import (
    ZERO,
    Method,
    Planned,
    Segment,
    Slot,
    by_year,
    capped,
    choice,
    fraction,
    fractions,
    spread,
)
from inventory.accounting.model.terms import Param, TermsError
from inventory.accounting.tax.macrs import FirstYear, first_year
from inventory.kernel.money import round_half_up

ONE = Fraction(1)
Years = list[list[Slot]]
Yearly = list[tuple[Fraction, Fraction | None]]


def split_cost(
    cost: int, params: Mapping[str, Param], left: Fraction = ONE
) -> FirstYear:
    """Return how the parameters split a cost before MACRS.

    Args:
        cost: Gross cost, minor units.
        params: Parameters of the method.
        left: Share of the asset that is left, for parameters that are amounts.
    """
    return first_year(
        cost,
        business_use=_business(params),
        section_179=round_half_up((fraction(params, "section-179") or ZERO) * left),
        bonus_rate=fraction(params, "bonus-rate", most=1) or ZERO,
        reduction=round_half_up((fraction(params, "basis-reduction") or ZERO) * left),
    )


def _business(params: Mapping[str, Param]) -> Fraction:
    use = fraction(params, "business-use", ONE, most=1)
    if not use:
        raise TermsError("without business use (`business-use` 0) nothing is deducted")
    return use


def plan(segment: Segment) -> Planned:
    """Plan a segment; see the module for the parameters."""
    params = segment.params
    start = split_cost(segment.cost, params, segment.left)
    years = [some for _, some in by_year(segment.slots)]
    if choice(params, "mode", ("formula", "table")) == "table":
        yearly = _by_table(segment, years, start.basis, fractions(params, "rates"))
    else:
        yearly = _by_formula(years, segment, start.basis)
    extra = start.section_179 + start.bonus if segment.since == 0 else 0
    totals: list[Fraction] = []
    for slots, (amount, _) in zip(years, yearly, strict=True):
        served = _served(slots)
        totals.append(amount + (extra if served else 0))
        extra = 0 if served else extra
    if "caps" in params:
        limits = fractions(params, "caps")
        use = _business(params) * segment.left
        totals = _limited(totals, years, [limit * use for limit in limits])
    amounts: list[Fraction] = []
    rates: list[Fraction | None] = []
    for slots, total, (_, rate) in zip(years, totals, yearly, strict=True):
        amounts += spread(total, slots)
        rates += [rate] * len(slots)
    return Planned(capped(amounts, segment.opening), rates)


def _served(slots: list[Slot]) -> bool:
    return any(slot.years for slot in slots)


def _by_table(
    segment: Segment, years: Years, basis: int, rates: tuple[Fraction, ...]
) -> Yearly:
    yearly: Yearly = []
    for slots in years:
        nth = slots[0].nth_year
        if _served(slots) and nth < len(rates):
            yearly.append((basis * rates[nth] * segment.rest(slots), rates[nth]))
        else:
            yearly.append((ZERO, None))
    return yearly


def _by_formula(years: Years, segment: Segment, basis: int) -> Yearly:
    """Follow the Form 4562 rule, whole minor units being carried from year to year."""
    life = segment.life
    if life is None:
        raise TermsError("MACRS by formula needs the recovery period as useful life")
    factor = fraction(segment.params, "factor")
    if factor == 0:
        raise TermsError("parameter factor is 0; leave it out for straight line")
    begun, before = segment.year_charged, segment.year_served
    balance = Fraction(basis if segment.since == 0 else segment.opening + begun)
    yearly: Yearly = []
    for slots in years:
        share = sum((slot.years for slot in slots), before)
        left = life - slots[0].opens + before
        straight = 1 / left if left > 1 else ONE
        rate = straight if factor is None else max(factor / life, straight)
        amount = Fraction(round_half_up(balance * rate * share))
        if left <= share:
            amount = balance
        amount = min(amount, balance)
        yearly.append((max(amount - begun, ZERO), rate if amount else None))
        balance -= amount
        begun, before = 0, ZERO
    return yearly


def _limited(
    totals: list[Fraction], years: Years, limits: list[Fraction]
) -> list[Fraction]:
    """Cut each year's deduction at its limit; deduct the rest after the last year."""
    last = max((n for n, total in enumerate(totals) if total), default=0)
    waiting, result = ZERO, []
    for number, (total, slots) in enumerate(zip(totals, years, strict=True)):
        if not _served(slots):
            result.append(ZERO)
            continue
        limit = limits[min(slots[0].nth_year, len(limits) - 1)]
        due = total if number <= last else waiting
        deducted = min(due, limit)
        waiting += total - deducted
        result.append(deducted)
    return result


METHOD = Method(
    "macrs",
    plan,
    frozenset(
        {
            "mode",
            "rates",
            "factor",
            "section-179",
            "bonus-rate",
            "basis-reduction",
            "business-use",
            "caps",
        }
    ),
    needs_life=False,
)
