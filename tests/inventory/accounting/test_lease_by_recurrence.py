"""Leases against a second computation, written from IFRS 16 and not from the program.

It knows no dates and no powers: only a list of payments by month, what a month earns,
and the sentences of the standard. The present value is taken step by step from the
last payment back (16.26); from then on the liability grows by interest and shrinks by
what is paid (16.36); an index changes the payments and keeps the rate (16.42-43); a
longer term gets a revised rate (16.40-41); a smaller scope takes its share of the
liability and of the right of use, and the rest of the difference goes to the right of
use (16.45-46).
"""

from __future__ import annotations

import random
from datetime import date
from decimal import Decimal, getcontext
from fractions import Fraction

import pytest

from inventory.accounting.leases.measure import (
    Compounding,
    LeaseChange,
    LeaseTerms,
    Measured,
    Payment,
)

getcontext().prec = 60
FIRST_YEAR, FIRST_MONTH = 2024, 1


def first_of(month: int) -> date:
    years, months = divmod(FIRST_MONTH - 1 + month, 12)
    return date(FIRST_YEAR + years, months + 1, 1)


def last_of(month: int) -> date:
    return date.fromordinal(first_of(month + 1).toordinal() - 1)


def earned(rate: Decimal, *, nominal: bool) -> Decimal:
    """What one unit is after a month: bisected, so that no root is taken."""
    if nominal:
        return 1 + rate / 12
    low, high = Decimal(1), 1 + rate
    for _ in range(220):
        middle = (low + high) / 2
        low, high = (middle, high) if _power12(middle) < 1 + rate else (low, middle)
    return low


def _power12(value: Decimal) -> Decimal:
    square = value * value
    fourth = square * square
    return fourth * fourth * fourth


class Recurrence:
    """A liability by months: `before[m]` is paid as month m begins, `after[m]` as it
    ends."""

    def __init__(
        self, before: list[int], after: list[int], rate: Decimal, nominal: bool
    ) -> None:
        self.before, self.after, self.nominal = before, after, nominal
        self.growth = earned(rate, nominal=nominal)
        self.before[0] = 0  # paid at the commencement: no part of the liability (16.27)
        self.value = self.present(0)

    def present(self, month: int) -> Decimal:
        worth = Decimal(0)
        for number in reversed(range(month, len(self.before))):
            worth = (worth + self.after[number]) / self.growth + self.before[number]
        return worth

    def month_passes(self, month: int) -> None:
        self.value = (self.value - self.before[month]) * self.growth - self.after[month]

    def remeasure(self, month: int, before: list[int], after: list[int]) -> Decimal:
        """Take other payments from a month on; return what the liability gains."""
        self.before[month:], self.after[month:] = before, after
        old, self.value = self.value, self.present(month)
        return self.value - old


def cents(value: Decimal) -> int:
    return int((value + Decimal("0.5")) // 1)


def payments(start: int, before: list[int], after: list[int]) -> tuple[Payment, ...]:
    found = [
        Payment(day, amount)
        for number, (first, last) in enumerate(zip(before, after, strict=True), start)
        for day, amount in ((first_of(number), first), (last_of(number), last))
        if amount
    ]
    return tuple(found)


@pytest.mark.parametrize("seed", range(60))
def test_every_month_end_is_that_of_the_recurrence(seed: int) -> None:
    """Random leases with an index, then a longer term: each balance to the cent."""
    dice = random.Random(seed)
    nominal, in_advance = dice.random() < 0.5, dice.random() < 0.5
    every = dice.choice([1, 3, 12])
    months = every * dice.randint(2, 60 // every)
    amount, rate = dice.randint(1_00, 90_000_00), Decimal(dice.randint(5, 1500)) / 10000

    def regular(length: int, each: int) -> tuple[list[int], list[int]]:
        due = [each if number % every == 0 else 0 for number in range(length)]
        late = [each if number % every == every - 1 else 0 for number in range(length)]
        return (due, [0] * length) if in_advance else ([0] * length, late)

    before, after = regular(months, amount)
    terms = LeaseTerms(
        commences=first_of(0),
        months=months,
        payments=payments(0, before, after),
        rate=rate,
        compounding=Compounding.MONTHLY if nominal else Compounding.YEARLY,
    )
    oracle = Recurrence(before, after, rate, nominal)
    indexed = every * dice.randint(1, months // every - 1)
    new = regular(months - indexed, amount * 103 // 100)
    index = LeaseChange(
        id="index",
        effective=first_of(indexed),
        payments=payments(indexed, *new),
        ends=first_of(months),
    )
    lease = Measured(terms, (index,))
    assert lease.recognised == cents(oracle.value)
    for month in range(months):
        if month == indexed:
            gained = oracle.remeasure(month, *map(list, new))
            moved = lease.moved(first_of(month), first_of(month + 1))
            assert abs(moved.remeasured - gained) <= 1
            assert lease.liability(first_of(month), changed=True) == cents(oracle.value)
        oracle.month_passes(month)
        assert lease.liability(first_of(month + 1)) == cents(oracle.value), month
    assert oracle.value.copy_abs() < Decimal("1e-20")
    whole = lease.moved(first_of(0), first_of(months))
    paid = sum(one.amount for one in lease.due())
    assert whole.interest == paid - whole.recognised - whole.remeasured


def test_a_longer_term_is_measured_at_the_revised_rate() -> None:
    before, after = [10_000_00] * 24, [0] * 24
    terms = LeaseTerms(
        commences=first_of(0),
        months=24,
        payments=payments(0, before, after),
        rate=Decimal("0.06"),
        compounding=Compounding.MONTHLY,
    )
    oracle = Recurrence(before, after, Decimal("0.06"), nominal=True)
    for month in range(12):
        oracle.month_passes(month)
    longer = ([10_000_00] * 36, [0] * 36)
    change = LeaseChange(
        id="longer",
        effective=first_of(12),
        payments=payments(12, *longer),
        ends=first_of(48),
        rate=Decimal("0.09"),
    )
    lease = Measured(terms, (change,))
    assert lease.liability(first_of(12)) == cents(oracle.value)
    oracle.growth = earned(Decimal("0.09"), nominal=True)
    oracle.remeasure(12, *map(list, longer))
    for month in range(12, 48):
        assert lease.liability(first_of(month), changed=True) == cents(oracle.value)
        oracle.month_passes(month)
    assert lease.liability(first_of(48)) == 0


def test_the_share_given_up_leaves_with_a_gain_or_loss() -> None:
    """16.45-46: half of the space; what the standard says, worked through by hand."""
    before, after = [0] * 60, [5_000_00] * 60
    oracle = Recurrence(list(before), list(after), Decimal("0.05"), nominal=False)
    right_of_use = oracle.value
    for month in range(24):
        oracle.month_passes(month)
    carried = right_of_use * 36 / 60
    gain = oracle.value / 2 - carried / 2
    terms = LeaseTerms(
        commences=first_of(0),
        months=60,
        payments=payments(0, before, after),
        rate=Decimal("0.05"),
    )
    half = ([0] * 36, [2_500_00] * 36)
    change = LeaseChange(
        id="half",
        effective=first_of(24),
        payments=payments(24, *half),
        ends=first_of(60),
        given_up=Fraction(1, 2),
    )
    lease = Measured(terms, (change,))
    assert cents(right_of_use) == lease.right_of_use
    remaining = lease.liability(first_of(24), changed=True)
    assert remaining == cents(oracle.value / 2)
    assert gain > 0  # a liability is paid off later than its asset is used up
