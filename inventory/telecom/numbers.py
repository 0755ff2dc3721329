"""Numbers of the public network in E.164, by the plans of `phonenumbers`. Pure.

An extension is never read as one: `2001` would become a number of some town.
"""

from __future__ import annotations

import phonenumbers

LONGEST = 64


def to_e164(text: str, region: str = "") -> str | None:
    """Return a number as `+498912345678`; None if it is none that could be dialled.

    Args:
        text: As somebody wrote it: with blanks, brackets, `tel:`.
        region: ISO 3166 code of the country for numbers written without one.
    """
    text = text.strip()[:LONGEST]
    try:
        number = phonenumbers.parse(text, region.upper() or None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def written(e164: str) -> str:
    """Return a number with its blanks, as people read it abroad."""
    try:
        number = phonenumbers.parse(e164)
    except phonenumbers.NumberParseException:
        return e164
    return phonenumbers.format_number(
        number, phonenumbers.PhoneNumberFormat.INTERNATIONAL
    )
