"""Money is exact, keeps its currency and can be shared without losing a cent."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.kernel.money import Money, MoneyError, parse_money, round_half_up, split


@pytest.mark.parametrize(
    ("text", "currency", "minor", "shown"),
    [
        ("312.50", "EUR", 31250, "312.50 EUR"),
        ("1500", "JPY", 1500, "1500 JPY"),
        ("1.234", "KWD", 1234, "1.234 KWD"),
        ("-0.05", "USD", -5, "-0.05 USD"),
        ("999999999999999.99", "IDR", 99999999999999999, "999999999999999.99 IDR"),
    ],
)
def test_an_amount_reads_and_prints_in_its_currency(
    text: str, currency: str, minor: int, shown: str
) -> None:
    money = parse_money(text, currency)
    assert money == Money(minor, currency)
    assert str(money) == shown


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("0.001", "EUR"),
        ("1.5", "JPY"),
        ("1,234.50", "EUR"),
        ("NaN", "EUR"),
        ("Infinity", "EUR"),
        ("", "EUR"),
        ("12", "euro"),
    ],
)
def test_what_is_no_amount_is_refused(text: str, currency: str) -> None:
    with pytest.raises(MoneyError):
        parse_money(text, currency)


def test_two_currencies_are_never_added() -> None:
    with pytest.raises(MoneyError, match="EUR and USD"):
        Money(1, "EUR") + Money(1, "USD")


def test_a_float_is_no_number_of_cents() -> None:
    with pytest.raises(MoneyError):
        Money(1.0, "EUR")  # type: ignore[arg-type]


@given(
    total=st.integers(-(10**15), 10**15),
    weights=st.lists(st.integers(0, 10**6), min_size=1, max_size=20).filter(sum),
)
def test_parts_sum_to_the_whole_and_stay_within_a_cent(
    total: int, weights: list[int]
) -> None:
    parts = split(total, weights)
    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - Fraction(total * weight, sum(weights))) <= 1


@pytest.mark.parametrize("weights", [[], [0, 0], [1, -1, 3]])
def test_shares_that_share_nothing_are_refused(weights: list[int]) -> None:
    with pytest.raises(MoneyError):
        split(100, weights)


@given(value=st.fractions())
def test_halves_round_away_from_zero(value: Fraction) -> None:
    rounded = round_half_up(value)
    assert abs(rounded - value) <= Fraction(1, 2)
    assert round_half_up(-value) == -rounded
