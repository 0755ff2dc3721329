"""Amounts in minor units: ISO 4217 digits, signs, limits, and no mixing."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from inventory.kernel.money import (
    Money,
    MoneyError,
    amount_text,
    minor_digits,
    parse_money,
    round_decimal,
    round_half_up,
    split,
)


@pytest.mark.parametrize(
    ("currency", "digits"),
    [
        ("EUR", 2),
        ("IDR", 2),
        ("JPY", 0),
        ("XPF", 0),
        ("BHD", 3),
        ("KWD", 3),
        ("CLF", 4),
        ("UYW", 4),
    ],
)
def test_a_currency_has_the_minor_digits_of_iso_4217(
    currency: str, digits: int
) -> None:
    assert minor_digits(currency) == digits


@pytest.mark.parametrize("code", ["eur", "EU", "EURO", "E1R", ""])
def test_what_is_no_currency_code_is_refused(code: str) -> None:
    with pytest.raises(MoneyError, match="ISO 4217"):
        minor_digits(code)
    with pytest.raises(MoneyError, match="ISO 4217"):
        Money(1, code)


def test_amounts_are_added_taken_away_and_compared() -> None:
    two, five = Money(200, "EUR"), Money(500, "EUR")
    assert two + five == Money(700, "EUR")
    assert two - five == Money(-300, "EUR")
    assert -two == Money(-200, "EUR")
    assert two < five
    assert not five < two
    assert not two < Money(200, "EUR")
    assert two <= Money(200, "EUR")
    assert not five <= two


def test_amounts_of_two_currencies_are_not_mixed_in_any_way() -> None:
    euro, yen = Money(200, "EUR"), Money(200, "JPY")
    for mix in (
        lambda: euro + yen,
        lambda: euro - yen,
        lambda: euro < yen,
        lambda: euro <= yen,
    ):
        with pytest.raises(MoneyError, match="EUR and JPY"):
            mix()


@pytest.mark.parametrize("wrong", [True, 1.0, "1", None])
def test_minor_units_are_whole_numbers(wrong: object) -> None:
    with pytest.raises(MoneyError, match="not a whole number"):
        Money(wrong, "EUR")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("minor", "digits", "text"),
    [
        (0, 2, "0.00"),
        (-1, 2, "-0.01"),
        (1, 2, "0.01"),
        (99, 2, "0.99"),
        (100, 2, "1.00"),
        (-123, 0, "-123"),
        (5, 3, "0.005"),
        (-10050, 2, "-100.50"),
    ],
)
def test_an_amount_is_written_with_all_its_digits(
    minor: int, digits: int, text: str
) -> None:
    assert amount_text(minor, digits) == text


def test_an_amount_has_its_digits_and_a_whole_one_its_currency() -> None:
    assert Money(-1, "EUR").amount == "-0.01"
    assert str(Money(5, "JPY")) == "5 JPY"


@pytest.mark.parametrize(
    ("written", "currency", "minor"),
    [
        (" 12.5 ", "EUR", 1250),
        ("1e3", "EUR", 100_000),
        (Decimal("-0.01"), "EUR", -1),
        (7, "JPY", 7),
        ("0", "EUR", 0),
    ],
)
def test_an_amount_is_read_as_it_is_written(
    written: str | Decimal | int, currency: str, minor: int
) -> None:
    assert parse_money(written, currency).minor == minor


def test_the_longest_amount_that_a_book_can_hold() -> None:
    """Seventeen digits of minor units: sums of many still fit into 64 bits."""
    assert parse_money("9" * 15 + ".99", "EUR").minor == 10**17 - 1
    assert parse_money("9" * 17, "JPY").minor == 10**17 - 1
    for amount, currency in (("1" + "0" * 15, "EUR"), ("1" + "0" * 17, "JPY")):
        with pytest.raises(MoneyError, match="more than a book can hold"):
            parse_money(amount, currency)


def test_an_amount_finer_than_its_currency_is_refused() -> None:
    with pytest.raises(MoneyError, match="finer than the currency's 2"):
        parse_money("0.005", "EUR")
    with pytest.raises(MoneyError, match="finer than the currency's 0"):
        parse_money("0.5", "JPY")


def test_digits_of_other_scripts_are_no_amount() -> None:
    with pytest.raises(MoneyError, match="is not an amount"):
        parse_money("١٢", "EUR")


@pytest.mark.parametrize(
    ("value", "whole"),
    [("0.5", 1), ("1.5", 2), ("2.5", 3), ("-0.5", -1), ("0.49", 0), ("-2.51", -3)],
)
def test_halves_go_away_from_zero(value: str, whole: int) -> None:
    assert round_half_up(Fraction(value)) == whole
    assert round_decimal(Decimal(value)) == whole


@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [
        (100, [1, 1, 1], [33, 34, 33]),
        (100, [1, 0, 1], [50, 0, 50]),
        (1, [1, 1], [1, 0]),
        (-1, [1, 1], [-1, 0]),
        (0, [3, 4], [0, 0]),
        (10, [7], [10]),
    ],
)
def test_an_amount_is_shared_by_weights(
    total: int, weights: list[int], parts: list[int]
) -> None:
    assert split(total, weights) == parts
