"""What months of recurring charges cost: examples, month by month."""

from __future__ import annotations

from datetime import date

import pytest

from inventory.kernel.spans import Span
from inventory.telecom.billing.charging import (
    ChargeTerms,
    amount_between,
    amount_of,
    billed_between,
    charged_on,
)

JANUARY, MARCH, JULY = date(2026, 1, 1), date(2026, 3, 1), date(2026, 7, 1)
MONTHS = [date(2026, month, 1) for month in range(1, 13)]


def terms(amount: int, every: int, start: date, end: date | None = None) -> ChargeTerms:
    return ChargeTerms(amount, every, Span(start, end))


def test_a_month_is_charged_by_the_days_on_which_it_runs() -> None:
    charge = terms(3100, 1, date(2026, 1, 11), date(2026, 3, 16))
    assert [amount_of(charge, month) for month in MONTHS[:4]] == [2100, 3100, 1500, 0]
    assert amount_of(charge, date(2025, 12, 1)) == 0
    assert amount_between(charge, JANUARY, date(2026, 12, 31)) == 6700


def test_a_year_is_shared_over_its_months_without_a_rest() -> None:
    charge = terms(10_000, 12, JANUARY)
    shares = [amount_of(charge, month) for month in MONTHS]
    assert sum(shares) == 10_000
    assert set(shares) == {833, 834}
    assert amount_of(charge, date(2027, 1, 1)) == shares[0]


@pytest.mark.parametrize(
    ("first", "last", "billed"),
    [
        (JANUARY, date(2026, 3, 31), 12_000),
        (date(2026, 2, 1), date(2026, 12, 31), 0),
        (date(2025, 1, 1), date(2025, 12, 31), 0),
        (date(2026, 12, 1), date(2027, 1, 31), 12_000),
        (JANUARY, date(2027, 1, 31), 24_000),
    ],
)
def test_a_year_is_billed_in_advance_and_as_a_whole(
    first: date, last: date, billed: int
) -> None:
    assert billed_between(terms(12_000, 12, JANUARY), first, last) == billed


def test_of_a_year_that_ends_early_the_months_until_then_are_billed() -> None:
    assert billed_between(terms(12_000, 12, JANUARY, JULY), JANUARY, JANUARY) == 6_000


def test_a_monthly_charge_is_billed_month_by_month() -> None:
    charge = terms(1_000, 1, date(2026, 2, 1))
    assert billed_between(charge, JANUARY, date(2026, 4, 30)) == 3_000


@pytest.mark.parametrize(
    ("month", "day", "due"),
    [
        (JANUARY, 1, date(2026, 1, 11)),
        (JANUARY, 20, date(2026, 1, 20)),
        (date(2026, 2, 1), 15, date(2026, 2, 15)),
        (MARCH, 15, date(2026, 3, 4)),
        (MARCH, 2, date(2026, 3, 2)),
    ],
)
def test_a_charge_is_due_on_a_day_on_which_it_runs(
    month: date, day: int, due: date
) -> None:
    assert charged_on(Span(date(2026, 1, 11), date(2026, 3, 5)), month, day) == due


def test_without_an_end_the_day_is_the_day() -> None:
    assert charged_on(Span(JANUARY, None), MARCH, 28) == date(2026, 3, 28)
