"""What any text that comes in must be. Pure.

Normalised (NFC), without characters that hide or turn what a person sees: NUL and
other controls, halves of surrogates, overrides of the direction of writing. A text of
nothing but invisible characters is empty.
"""

from __future__ import annotations

import json
import unicodedata
from datetime import date
from typing import Any

from inventory.kernel.errors import Invalid
from inventory.kernel.texts import N_

_ALLOWED = frozenset("\t\n\r")
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_NO_CHARACTERS = frozenset("\ufffe\uffff")
"""No XML may hold them, so no workbook and no answer to a telephone."""
_INVISIBLE = frozenset("\u200b\u200c\u200d\u2060\ufeff\u00ad")
_REFUSED = _TURNING | _NO_CHARACTERS
FIRST_YEAR, LAST_YEAR = 1900, 2200
DEEPEST = 40
LARGEST = 2**63 - 1
"""The largest whole number of both databases."""

BAD_CHARACTER = N_(
    "The text has a character that cannot be seen or turns others round."
)
RETYPE = N_("Type it again instead of copying it.")
BAD_YEAR = N_("The year is not between 1900 and 2200.")
TOO_LARGE = N_("The number is larger than any that can be kept.")
TOO_DEEP = N_("It is nested too deeply.")


_FORMULA = (
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
    "\n",
    "\uff1d",
    "\uff0b",
    "\uff0d",
    "\uff20",
)
"""First letters that make a cell a formula, the wide forms included."""


def cleaned(value: Any, depth: int = 0) -> Any:  # noqa: ANN401
    """Return what was sent with its texts normalised, whatever holds them.

    Raises:
        ValueError: A text has a character that no text has, a day has a year far off,
            or lists are nested too deeply.
    """
    if depth > DEEPEST:
        raise ValueError(TOO_DEEP)
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, dict):
        return {_text(str(k)): cleaned(one, depth + 1) for k, one in value.items()}
    if isinstance(value, list | tuple):
        return [cleaned(one, depth + 1) for one in value]
    if isinstance(value, date) and not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise ValueError(BAD_YEAR)
    return value


def parsed(text: str | bytes) -> Any:  # noqa: ANN401
    """Return the value of a JSON text that somebody sent.

    Raises:
        ValueError: It is none: RFC 8259 has no NaN and no infinity, and no limit of
            depth, but a reader of it has one.
    """
    try:
        return json.loads(text, parse_constant=_no_number)
    except RecursionError:
        raise ValueError(TOO_DEEP) from None


def read_json(text: str | bytes, where: str) -> Any:  # noqa: ANN401
    """Return the value of a JSON text that somebody sent.

    Raises:
        Invalid: It is none; says what is wrong with `where`.
    """
    try:
        return parsed(text)
    except ValueError as error:
        raise Invalid(
            N_("It is not JSON: {error}."), where=where, error=str(error).rstrip(".")
        ) from error


def _no_number(text: str) -> None:
    raise ValueError(f"{text} is not a number")


def checked(value: Any) -> Any:  # noqa: ANN401
    """Return a value that was read; a day has a sane year, a number fits the database.

    Raises:
        ValueError: It does not.
    """
    if isinstance(value, list | tuple | set | frozenset):
        for one in value:
            checked(one)
    elif isinstance(value, date):
        if not FIRST_YEAR <= value.year <= LAST_YEAR:
            raise ValueError(BAD_YEAR)
    elif isinstance(value, int) and not -LARGEST <= value <= LARGEST:
        raise ValueError(TOO_LARGE)
    return value


def xml_text(text: str) -> str:
    """Return a text without what XML 1.0 cannot hold (section 2.2); for workbooks."""
    if text.isprintable():
        return text
    return "".join(
        one
        for one in text
        if (one >= " " or one in _ALLOWED)
        and one not in _NO_CHARACTERS
        and not "\ud800" <= one <= "\udfff"
    )


def safe(text: str) -> str:
    """Return text that no spreadsheet takes for a formula (OWASP, CSV injection)."""
    return f"'{text}" if text.lstrip(" '").startswith(_FORMULA) else text


def clean_words(text: str, where: str) -> str:
    """Return a text that somebody looks for, normalised.

    Raises:
        Invalid: It has a character that no text has.
    """
    try:
        return _text(text)
    except ValueError:
        raise Invalid(BAD_CHARACTER, where=where, remedy=RETYPE) from None


def _text(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    normal = unicodedata.normalize("NFC", text)
    for one in normal:
        kind = unicodedata.category(one)
        if (kind in ("Cc", "Cs") and one not in _ALLOWED) or one in _REFUSED:
            raise ValueError(BAD_CHARACTER)
    return normal if set(normal) - _INVISIBLE else ""
