"""Liabilities of leases, against the illustrative examples of IFRS 16."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inventory.accounting.leases.measure import (
    Compounding,
    LeaseChange,
    LeaseTerms,
    Measured,
    Payment,
    Treatment,
    regular_payments,
)
from inventory.accounting.model.terms import TermsError

START = date(2020, 1, 1)


def lease(months: int, amount: int, rate: str, *, in_advance: bool) -> LeaseTerms:
    return LeaseTerms(
        commences=START,
        months=months,
        payments=regular_payments(START, months, amount, 12, in_advance=in_advance),
        rate=Decimal(rate),
    )


def test_an_extension_is_measured_anew_at_the_rate_of_its_day() -> None:
    """Example 13: 50,000 in advance for ten years at 5 %, then to year 15 at 6 %."""
    terms = lease(120, 50_000_00, "0.05", in_advance=True)
    terms = replace(terms, direct_costs=20_000_00, incentives=5_000_00)
    first = Measured(terms)
    assert round(first.recognised / 100) == 355_391
    assert round(first.right_of_use / 100) == 420_391
    change = date(2026, 1, 1)
    assert round(first.liability(change) / 100) == 186_162  # printed: 186,160
    kept = regular_payments(change, 48, 50_000_00, 12, in_advance=True)
    option = regular_payments(date(2030, 1, 1), 60, 55_000_00, 12, in_advance=True)
    longer = LeaseChange(
        id="extend",
        effective=change,
        payments=kept + option,
        ends=date(2035, 1, 1),
        rate=Decimal("0.06"),
    )
    after = Measured(terms, (longer,))
    assert round(after.liability(change, changed=True) / 100) == 378_174
    assert after.liability(date(2035, 1, 1)) == 0


def test_a_modification_that_extends_the_term() -> None:
    """Example 16: 100,000 in arrears for ten years at 6 %; four years more at 7 %."""
    terms = lease(120, 100_000_00, "0.06", in_advance=False)
    day = date(2026, 1, 1)
    longer = LeaseChange(
        id="more",
        effective=day,
        payments=regular_payments(day, 96, 100_000_00, 12, in_advance=False),
        ends=date(2034, 1, 1),
        rate=Decimal("0.07"),
    )
    after = Measured(terms, (longer,))
    before, now = after.liability(day), after.liability(day, changed=True)
    assert (round(before / 100), round(now / 100)) == (346_511, 597_130)
    assert round((now - before) / 100) == 250_619
    moved = after.moved(day, date(2027, 1, 1))
    assert moved.remeasured == now - before
    assert moved.closing == after.liability(date(2027, 1, 1))


def test_a_modification_that_gives_half_of_it_up() -> None:
    """Example 17: 50,000 in arrears at 6 %; half the space for 30,000 at 5 %."""
    terms = lease(120, 50_000_00, "0.06", in_advance=False)
    day = date(2025, 1, 1)
    first = Measured(terms)
    assert round(first.recognised / 100) == 368_004
    assert round(first.liability(day) / 100) == 210_618
    less = LeaseChange(
        id="less",
        effective=day,
        payments=regular_payments(day, 60, 30_000_00, 12, in_advance=False),
        ends=date(2030, 1, 1),
        rate=Decimal("0.05"),
    )
    after = Measured(terms, (less,))
    assert round(after.liability(day, changed=True) / 100) == 129_884


def test_an_exempt_lease_is_charged_straight_line() -> None:
    terms = LeaseTerms(
        commences=date(2026, 1, 16),
        months=12,
        payments=(Payment(date(2026, 1, 16), 1_200_00),),
        rate=Decimal(0),
        treatment=Treatment.SHORT_TERM,
    )
    found = Measured(terms)
    assert found.expensed(date(2026, 2, 1)) == 51_61  # 16 of 31 days of a month
    assert found.expensed(date(2026, 3, 16)) == 200_00
    assert found.expensed(date(2030, 1, 1)) == 1_200_00
    with pytest.raises(TermsError, match="short-term"):
        replace(terms, months=13)


@settings(max_examples=60, deadline=None)
@given(
    start=st.dates(date(2020, 1, 1), date(2030, 12, 31)),
    spans=st.integers(1, 24),
    every=st.sampled_from([1, 3, 12]),
    amount=st.integers(1, 10_000_000),
    rate=st.decimals("0", "0.30", places=4),
    in_advance=st.booleans(),
    compounding=st.sampled_from(list(Compounding)),
)
def test_interest_and_payments_leave_nothing(
    start: date,
    spans: int,
    every: int,
    amount: int,
    rate: Decimal,
    in_advance: bool,
    compounding: Compounding,
) -> None:
    months = spans * every
    terms = LeaseTerms(
        commences=start,
        months=months,
        payments=regular_payments(start, months, amount, every, in_advance=in_advance),
        rate=rate,
        compounding=compounding,
    )
    found, day, total = Measured(terms), start, 0
    balance = found.recognised
    while day < terms.ends:
        after = date(day.year + day.month // 12, day.month % 12 + 1, 1)
        moved = found.moved(day, after)
        assert moved.interest >= 0
        assert moved.opening in (0, balance)
        balance, total, day = moved.closing, total + moved.interest, after
    assert balance == 0
    assert terms.prepaid + found.recognised + total == amount * spans
