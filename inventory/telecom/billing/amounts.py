"""Amounts and days as carriers write them. Pure.

`1.234,56` in Germany and Indonesia, `1,234.56` in the United States; a minus may stand
behind, a loss in brackets, a currency in front. Which it is says the layout: a comma is
never guessed.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from inventory.kernel.errors import Invalid
from inventory.kernel.money import MoneyError, minor_digits, parse_money, round_decimal
from inventory.kernel.texts import N_

_BESIDES = re.compile(r"[\s\u00a0\u202f'\u2019]|[A-Za-z]{2,3}\.?|[€$£]")
_TWO_WAYS = re.compile(r"-?[1-9]\d{0,2}[.,]\d{3}")
"""What is one amount with a decimal comma and another with a decimal point."""
_FINEST = 10
"""Decimals of the finest price; more are a number that is no price."""
_PLAIN = re.compile(r"-?\d+(\.\d+)?")
_GROUPED = re.compile(r"-?(\d+|\d{1,3}([.,]\d{3})+)")


def amount_of(text: str, decimal: str, currency: str, where: str) -> int:
    """Return an amount in minor units.

    For totals; lines may be finer, see `exact_amount_of`.

    Args:
        text: As it stands there.
        decimal: The decimal mark of the layout, `,` or `.`.
        currency: ISO 4217.
        where: Column or element, for the error.

    Raises:
        Invalid: It is not an amount of that currency.
    """
    try:
        return parse_money(_trimmed(_plain(text, decimal, where)), currency).minor
    except MoneyError as error:
        raise Invalid(f"{error}.", where=where) from error


def exact_amount_of(text: str, decimal: str, currency: str, where: str) -> Fraction:
    """Return an amount in minor units with what is finer than one: 0,0125 EUR is 5/4.

    Args:
        text: As it stands there.
        decimal: The decimal mark of the layout, `,` or `.`.
        currency: ISO 4217.
        where: Column or element, for the error.

    Raises:
        Invalid: It is not an amount, has more than ten decimals or too many digits.
    """
    plain = _trimmed(_plain(text, decimal, where))
    whole, _, rest = plain.partition(".")
    if len(rest) > _FINEST:
        raise _no_amount(text, where)
    if _TWO_WAYS.fullmatch(text.strip()) and len(rest) == 3:
        raise Invalid(
            N_("{given!r} could be {one} or a thousand times as much."),
            where=where,
            remedy=N_("Check the decimal mark of the layout, or write four decimals."),
            given=text[:40],
            one=plain,
        )
    try:
        parse_money(whole.replace("-", "") or "0", currency)
        return Fraction(plain) * int(10 ** minor_digits(currency))
    except MoneyError as error:
        raise Invalid(f"{error}.", where=where) from error


def _plain(text: str, decimal: str, where: str) -> str:
    """Return an amount with a point and a minus in front, as Python reads it.

    Raises:
        Invalid: It is not an amount.
    """
    bare = _BESIDES.sub("", text.strip())
    if bare.startswith("(") and bare.endswith(")"):
        bare = f"-{bare[1:-1]}"
    if bare.endswith("-"):
        bare = f"-{bare[:-1]}"
    grouping = "." if decimal == "," else ","
    whole, mark, rest = bare.partition(decimal)
    # 19.99 is no amount with a decimal comma: a point stands before three digits.
    whole = f"{whole}0" if mark and whole in ("", "-") else whole
    if not _GROUPED.fullmatch(whole):
        raise _no_amount(text, where)
    plain = whole.replace(grouping, "") + (f".{rest}" if mark else "")
    if not _PLAIN.fullmatch(plain):
        raise _no_amount(text, where)
    return plain


def permille_of(text: str, where: str) -> int:
    """Return a rate of tax, `19`, `19,00 %` or `0.19`, in thousandths.

    Raises:
        Invalid: It is not a rate from 0 to 100 percent.
    """
    bare = text.replace("%", "").strip().replace(",", ".")
    try:
        rate = Decimal(bare)
    except ArithmeticError as error:
        raise _no_rate(text, where) from error
    if not rate.is_finite() or not 0 <= rate <= 100:
        raise _no_rate(text, where)
    if 0 < rate < 1 and "%" not in text:
        rate *= 100
    return round_decimal(rate * 10)


def day_of(text: str, formats: tuple[str, ...], where: str) -> date:
    """Return a day written in one of some formats (of `strptime`), or as ISO 8601.

    Raises:
        Invalid: It is in none of them.
    """
    bare = text.strip()
    for one in (*formats, "%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y%m%d"):
        try:
            return datetime.strptime(bare, one).date()
        except ValueError:
            continue
    raise Invalid(
        N_("{given!r} is not a date."),
        where=where,
        remedy=N_("The layout expects {formats}."),
        given=text[:40],
        formats=", ".join(formats) or "YYYY-MM-DD",
    )


def units_of(text: str, decimal: str) -> int | None:
    """Return a number of units, rounded; None where it is none."""
    bare = re.sub(r"[^\d,.\-]", "", text)
    grouping = "." if decimal == "," else ","
    try:
        return round_decimal(Decimal(bare.replace(grouping, "").replace(decimal, ".")))
    except ArithmeticError:
        return None


def _trimmed(plain: str) -> str:
    """Return an amount without zeros that are finer than any currency."""
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def _no_amount(text: str, where: str) -> Invalid:
    return Invalid(
        N_("{given!r} is not an amount."),
        where=where,
        remedy=N_("Check the decimal mark of the layout."),
        given=text[:40],
    )


def _no_rate(text: str, where: str) -> Invalid:
    return Invalid(N_("{given!r} is not a rate of tax."), where=where, given=text[:40])
