"""Money as whole minor units of one currency; no float ever touches it. Pure.

A `Money` of 31250 EUR is 312.50. The number of minor digits is the currency's
(ISO 4217): 2 for EUR, 0 for JPY, 3 for KWD. May be imported by everybody in
`inventory`; imports nothing of ours.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from fractions import Fraction

_MINOR_DIGITS = {
    **dict.fromkeys(
        "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(),
        0,
    ),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),
    "CLF": 4,
    "UYW": 4,
}
"""ISO 4217 minor units other than two."""

_LONGEST = 17
"""Digits of an amount in minor units: sums of many still fit into 64 bits."""

_CODE = re.compile(r"[A-Z]{3}")


class MoneyError(ValueError):
    """Two currencies were mixed, or an amount cannot be written in minor units."""


def minor_digits(currency: str) -> int:
    """Return the number of decimal places of a currency (ISO 4217).

    Raises:
        MoneyError: `currency` is not three capital letters.
    """
    if not _CODE.fullmatch(currency):
        raise MoneyError(
            f"currency {currency!r} is not an ISO 4217 code; write e.g. EUR or IDR"
        )
    return _MINOR_DIGITS.get(currency, 2)


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An amount in whole minor units.

    Attributes:
        minor: Signed number of minor units (cents).
        currency: ISO 4217 code.
    """

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if not isinstance(self.minor, int) or isinstance(self.minor, bool):
            raise MoneyError(f"{self.minor!r} is not a whole number of minor units")
        minor_digits(self.currency)

    def _same(self, other: Money) -> None:
        if self.currency != other.currency:
            raise MoneyError(
                f"cannot mix {self.currency} and {other.currency}; "
                "convert one of them first"
            )

    def __add__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.minor - other.minor, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __lt__(self, other: Money) -> bool:
        self._same(other)
        return self.minor < other.minor

    def __le__(self, other: Money) -> bool:
        self._same(other)
        return self.minor <= other.minor

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"

    @property
    def amount(self) -> str:
        """The number alone as text with the currency's decimal places."""
        return amount_text(self.minor, minor_digits(self.currency))


def amount_text(minor: int, digits: int) -> str:
    """Return minor units as text with some decimal places, exactly.

    Args:
        minor: Whole minor units.
        digits: Decimal places of the currency, see `minor_digits`.
    """
    if not digits:
        return str(minor)
    text = f"{abs(minor):0{digits + 1}d}"
    return f"{'-' if minor < 0 else ''}{text[:-digits]}.{text[-digits:]}"


def parse_money(text: str | Decimal | int, currency: str) -> Money:
    """Read an amount such as `1234.50`; refuses more decimals than the currency has.

    Thousands separators are not guessed: `1,234.50` is an error, since the comma
    is a decimal sign in half of the world.

    Raises:
        MoneyError: Not a number, finer than a minor unit, or beyond what is stored.
    """
    digits = minor_digits(currency)
    written = str(text).strip()
    try:
        value = Decimal(written if written.isascii() else "NaN")
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite():
        raise MoneyError(
            f"{written[:40]!r} is not an amount; write digits with a point, e.g. "
            "1234.50"
        )
    if value.adjusted() + digits >= _LONGEST:
        raise MoneyError(
            f"an amount of {value.adjusted() + 1} digits is more than a book can hold"
        )
    scaled = value.scaleb(digits)
    if scaled != scaled.to_integral_value():
        raise MoneyError(
            f"{text} {currency} is finer than the currency's {digits} decimal places"
        )
    return Money(int(scaled), currency)


def round_half_up(value: Fraction) -> int:
    """Round to the nearest whole number, halves away from zero."""
    up, down = value.numerator, value.denominator
    whole = (2 * abs(up) + down) // (2 * down)
    return whole if up >= 0 else -whole


def round_decimal(value: Decimal) -> int:
    """Round to the nearest whole number, halves away from zero."""
    return int(value.to_integral_value(rounding=ROUND_HALF_UP))


def split(total: int, weights: Sequence[int]) -> list[int]:
    """Share a whole number by weights so that the parts sum to it exactly.

    Each part is the difference of two rounded running totals, so no part is
    further than one unit from its exact share and equal inputs give equal results.

    Args:
        total: Minor units to share; may be negative.
        weights: Non-negative weights, at least one above zero.

    Returns:
        One part for each weight, in the same order.

    Raises:
        MoneyError: No weight above zero, or a negative one.
    """
    whole = sum(weights)
    if whole <= 0 or any(weight < 0 for weight in weights):
        raise MoneyError("shares must not be negative and at least one must be above 0")
    parts = []
    so_far = assigned = 0
    for weight in weights:
        so_far += weight
        upto = round_half_up(Fraction(total * so_far, whole))
        parts.append(upto - assigned)
        assigned = upto
    return parts
