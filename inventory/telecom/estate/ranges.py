"""Ranges of numbers: how many they hold, whether two overlap. Pure."""

from __future__ import annotations

import phonenumbers

from inventory.kernel.errors import Invalid
from inventory.kernel.texts import N_
from inventory.telecom.numbers import to_e164

MOST_NUMBERS = 100_000

_KINDS = {
    phonenumbers.PhoneNumberType.FIXED_LINE: "geographic",
    phonenumbers.PhoneNumberType.MOBILE: "mobile",
    phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE: "geographic",
    phonenumbers.PhoneNumberType.TOLL_FREE: "toll-free",
    phonenumbers.PhoneNumberType.PREMIUM_RATE: "premium",
    phonenumbers.PhoneNumberType.SHARED_COST: "shared-cost",
    phonenumbers.PhoneNumberType.VOIP: "voip",
    phonenumbers.PhoneNumberType.UAN: "universal",
}


def number_of(text: str, region: str = "", where: str = "number") -> str:
    """Return a number of the public network in E.164.

    Args:
        text: As somebody wrote it.
        region: ISO 3166 code of the country for numbers written without one.
        where: The field, for the error.

    Raises:
        Invalid: It is none that can be dialled: an extension, too short, too long.
    """
    found = to_e164(text, region)
    if found is None:
        raise Invalid(
            N_("{value!r} is not a number of the public network."),
            where=where,
            remedy=N_(
                "Write it with + and the country code, e.g. +49 89 12345678; the number"
                " inside of a telephone system is an extension, not a line."
            ),
            value=text[:40],
        )
    return found


def kind_of(e164: str) -> str:
    """Return what kind of number the numbering plan says it is."""
    number = phonenumbers.parse(e164)
    return _KINDS.get(phonenumbers.number_type(number), "other")


def size_of(first: str, last: str) -> int:
    """Return how many numbers a range holds."""
    return int(last) - int(first) + 1


def checked_range(first: str, last: str) -> tuple[str, str]:
    """Return the bounds of a range, both in E.164.

    Raises:
        Invalid: They have not as many digits, are in the wrong order, or hold too many.
    """
    if len(first) != len(last):
        raise Invalid(
            N_("{first} and {last} have not as many digits."),
            where="last",
            first=first,
            last=last,
        )
    if last < first:
        raise Invalid(
            N_("The range ends before it begins: {last} is below {first}."),
            where="last",
            first=first,
            last=last,
        )
    if size_of(first, last) > MOST_NUMBERS:
        raise Invalid(
            N_("A range holds up to {most} numbers."), where="last", most=MOST_NUMBERS
        )
    return first, last


def numbers_in(first: str, last: str) -> list[str]:
    """Return all numbers of a range."""
    start = int(first)
    return [f"+{start + place}" for place in range(size_of(first, last))]
