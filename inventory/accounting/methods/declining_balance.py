"""Declining balance: a rate on what is left (IAS 16.62). Pure.

A declining balance never reaches the residual value by itself, so a terminal rule is
always in force. Parameters:

    rate: Yearly rate, e.g. 2/5. Otherwise one of:
    factor: Rate is factor / life (2 for double declining), at most `max_rate`.
    derived: `exact` or `excel`: rate 1 - (residual / cost)^(1/life); `excel` rounds it
        to three decimals, as the DB function of spreadsheets does.
    target: Minor units the derived rate aims at; otherwise the residual value.
    max_rate: Upper limit of the rate (German section 7(2) EStG).
    on: `book-value`, or `depreciable` (book value less residual value).
    in-year: `equal` parts of the year's amount, `compound`, or `period`: the rate is
        applied anew in each period.
    terminal: `switch` to straight line when that gives more; `write-off` what is left
        at the end of the life; `halves`: the last two years take half of it each, as
        AMORDEGRC does; `stop` at the end of the life, whatever is left; `none`: go on
        until the residual value is reached.
    switch-against: `remaining` life, or the `original` cost / life (Belgian rule).
    switch-after: Years of service after which straight line is forced.
    whole-years: The fiscal year of the start counts as a whole year of the life, and
        the life ends with a fiscal year (French degressive rule).
    guarantee: Share of cost; once a whole year's amount falls below it, `revised-rate`
        of the balance of that day is charged instead (Japanese rule since 2007).
    revised-rate: See `guarantee`.
    carry: `rounded` carries whole minor units from year to year, `exact` does not.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from itertools import pairwise

from inventory.accounting.methods.base import (
    ZERO,
    Method,
    Planned,
    Segment,
    Slot,
    by_year,
    choice,
    fraction,
    truth,
)
from inventory.accounting.model.terms import TermsError
from inventory.kernel.money import round_half_up

_DIGITS = 40

IN_YEAR = ("equal", "compound", "period")
TERMINALS = ("switch", "write-off", "none", "stop", "halves")


def power(base: Fraction, exponent: Fraction) -> Fraction:
    """Return base ** exponent to 40 digits; exact where the exponent is whole."""
    if exponent.denominator == 1:
        return base ** int(exponent)
    if base <= 0:
        return ZERO
    with localcontext() as context:
        context.prec = _DIGITS
        quotient = Decimal(base.numerator) / Decimal(base.denominator)
        raised = Decimal(exponent.numerator) / Decimal(exponent.denominator)
        return Fraction(quotient**raised)


def yearly_rate(segment: Segment) -> Fraction:
    """Return the yearly rate that the parameters give.

    Raises:
        TermsError: No rate is given, or it needs a life or a residual value.
    """
    params = segment.params
    rate = fraction(params, "rate")
    factor = fraction(params, "factor")
    if rate is None and segment.life is None:
        raise TermsError("declining balance needs a rate, or a factor and a life")
    if rate is None and segment.life is not None:
        if factor is not None:
            rate = factor / segment.life
        elif "derived" in params:
            rate = _derived(segment, segment.life)
        else:
            raise TermsError("declining balance needs `rate`, `factor` or `derived`")
    assert rate is not None
    limit = fraction(params, "max_rate")
    rate = rate if limit is None else min(rate, limit)
    if not 0 < rate:
        raise TermsError(f"yearly rate {rate} must be above 0")
    return min(rate, Fraction(1))


def _derived(segment: Segment, life: Fraction) -> Fraction:
    if segment.cost <= 0:
        return Fraction(1)
    target = fraction(segment.params, "target", Fraction(segment.residual_value))
    share = (target or ZERO) / segment.cost
    rate = 1 - power(share, 1 / life)
    if choice(segment.params, "derived", ("exact", "excel")) == "excel":
        return Fraction(round_half_up(rate * 1000), 1000)
    return rate


@dataclass(slots=True)
class _Run:
    """The state of one plan while it walks through the fiscal years."""

    segment: Segment
    rate: Fraction
    value: Fraction
    years_done: int
    begun: Fraction
    halving: bool = False
    revised: Fraction | None = None

    def option(self, name: str, *words: str) -> str:
        """Return a parameter that is one of a few words."""
        return choice(self.segment.params, name, words)

    @property
    def whole_years(self) -> bool:
        """Whether the life is counted in fiscal years."""
        return truth(self.segment.params, "whole-years")

    def service(self, slot: Slot) -> Fraction:
        """Return the years of service of a slot within the useful life."""
        life = self.segment.life
        endless = self.segment.params.get("terminal") in ("none", "halves")
        if life is None or self.whole_years or endless:
            return slot.years
        return max(ZERO, min(slot.closes, life) - min(slot.opens, life))

    def amount(self, slots: list[Slot]) -> tuple[Fraction, Fraction | None]:
        """Return amount and rate of one year, or of one period (`in-year: period`)."""
        left = self.value - self.segment.residual_value
        served = sum((self.service(slot) for slot in slots), ZERO)
        remaining = self._remaining(slots[0].opens)
        terminal = self.option("terminal", *TERMINALS)
        declined, rate = self._declined(served)
        if terminal == "halves":
            return self._halved(declined, left), rate
        if remaining is not None and terminal not in ("none", "stop"):
            if remaining <= (1 if self.whole_years else served):
                return left, None
            straight = self._straight(left, served, remaining)
            if self._forced(slots[0].opens) or (
                terminal == "switch" and straight > declined
            ):
                return min(straight, left), 1 / remaining
        return min(self._carried(declined), left), rate

    def _halved(self, declined: Fraction, left: Fraction) -> Fraction:
        if self.halving:
            return left
        self.halving = self._carried(declined) > left
        return self._carried(left / 2) if self.halving else self._carried(declined)

    def _carried(self, amount: Fraction) -> Fraction:
        """Round a declining amount, so that the next one follows from whole units.

        Straight amounts are not: equal rows must not feed their residue back.
        """
        if self.option("carry", "rounded", "exact") == "exact":
            return amount
        return Fraction(self.segment.whole(amount))

    def _forced(self, opens: Fraction) -> bool:
        after = fraction(self.segment.params, "switch-after")
        return after is not None and opens >= after

    def _remaining(self, opens: Fraction) -> Fraction | None:
        if self.segment.life is None:
            return None
        return self.segment.life - (self.years_done if self.whole_years else opens)

    def _declined(self, served: Fraction) -> tuple[Fraction, Fraction]:
        revised = self._revised()
        if revised is not None:
            return revised * served, revised / self.value if self.value else ZERO
        depreciable = self.option("on", "book-value", "depreciable") == "depreciable"
        value = self.value - (self.segment.residual_value if depreciable else 0)
        if self.option("in-year", *IN_YEAR) == "equal":
            # Inside a fiscal year the amount of its first day stays in force.
            value += self.begun
        if self.option("in-year", *IN_YEAR) == "compound":
            return value * (1 - power(1 - self.rate, served)), self.rate
        return value * self.rate * served, self.rate

    def _revised(self) -> Fraction | None:
        """Return the equal yearly amount once the guaranteed one is not reached."""
        params = self.segment.params
        guarantee = fraction(params, "guarantee", most=1)
        if guarantee is None or self.revised is not None:
            return self.revised
        whole_year = (self.value + self.begun) * self.rate
        if whole_year < self.segment.cost * guarantee:
            rate = fraction(params, "revised-rate", most=1)
            if rate is None:
                raise TermsError("`guarantee` needs a `revised-rate`")
            self.revised = self._carried((self.value + self.begun) * rate)
        return self.revised

    def _straight(
        self, left: Fraction, served: Fraction, remaining: Fraction
    ) -> Fraction:
        original = self.option("switch-against", "remaining", "original") == "original"
        if original and self.segment.life is not None:
            gross = self.segment.cost - self.segment.residual_value
            return gross / self.segment.life * served
        return left * served / remaining

    def inside(self, amount: Fraction, slots: list[Slot]) -> list[Fraction]:
        """Share a year's amount over its slots."""
        services = [self.service(slot) for slot in slots]
        if self.option("in-year", *IN_YEAR) == "compound":
            keep = 1 - self.rate
            running = [ZERO]
            for years in services:
                running.append(running[-1] + years)
            weights = [power(keep, a) - power(keep, b) for a, b in pairwise(running)]
        else:
            weights = services
        whole = sum(weights, ZERO)
        if whole == 0:
            return [ZERO] * len(slots)
        return [amount * weight / whole for weight in weights]


def plan(segment: Segment) -> Planned:
    """Plan a segment; see the module for the parameters."""
    run = _Run(
        segment,
        yearly_rate(segment),
        Fraction(segment.opening),
        segment.slots[0].nth_year,
        Fraction(segment.year_charged),
    )
    in_year = choice(segment.params, "in-year", IN_YEAR)
    amounts: list[Fraction] = []
    rates: list[Fraction | None] = []
    for _, slots in by_year(segment.slots):
        groups = [[slot] for slot in slots] if in_year == "period" else [slots]
        for group in groups:
            amount, applied = run.amount(group)
            parts = run.inside(amount, group)
            amounts += parts
            rates += [applied] * len(group)
            run.value -= sum(parts, ZERO)
            run.begun = ZERO
        if any(slot.years for slot in slots):
            run.years_done += 1
    return Planned(amounts, rates)


METHOD = Method(
    "declining-balance",
    plan,
    frozenset(
        {
            "rate",
            "factor",
            "derived",
            "target",
            "max_rate",
            "on",
            "in-year",
            "terminal",
            "switch-against",
            "switch-after",
            "whole-years",
            "guarantee",
            "revised-rate",
            "carry",
        }
    ),
    needs_life=False,
)
