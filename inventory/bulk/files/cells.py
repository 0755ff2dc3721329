"""What is written in one cell of a table: days, amounts, words. Pure.

Tables come from other programs, so the same day may be written in several ways; which
ones is told by the profile, or by the column as a whole (`listed_days`, `mark_of`), and
never guessed: 3/4/26 is a day in March or in April.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from babel.numbers import is_currency

from inventory.bulk.files.sections import BadValue
from inventory.kernel.texts import N_

_AROUND = re.compile(r"^[^\d,.+-]+|[^\d,.]+$")
"""Currency signs and letters before and after an amount."""
_MARKS = re.compile("[\ufeff.:*]")
_CODE = re.compile(r"\b[A-Z]{3}\b")
_SIGNS = {"\N{EURO SIGN}": "EUR", "\N{POUND SIGN}": "GBP", "Rp": "IDR"}
_GROUP = 3
"""Digits between two marks of thousands."""
_GAPS = re.compile(r"[\s'\u00a0\u202f]")


@dataclass(frozen=True, slots=True)
class CellTable:
    """A heading and rows of text; rows are numbered as in the file."""

    header: Sequence[str]
    rows: Sequence[tuple[int, Sequence[str]]]


def heading(text: str) -> str:
    """Return what headings are compared by: words without case, stops and marks."""
    return " ".join(_MARKS.sub("", text).split()).casefold()


def read_day(text: str, formats: Iterable[str]) -> date:
    """Read a day as YYYY-MM-DD, with or without a time, or in one of some formats.

    Args:
        text: The cell.
        formats: As of `strptime`, such as `%d.%m.%Y`.

    Raises:
        BadValue: It is written in none of these ways.
    """
    try:
        return datetime.fromisoformat(text).date()
    except ValueError:
        pass
    for form in formats:
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    known = ", ".join(["YYYY-MM-DD", *formats])
    raise BadValue(
        N_("{value!r} is not a date."),
        remedy=N_("Write it as one of {known}."),
        value=text,
        known=known,
    )


def read_amount(text: str, mark: str) -> Decimal:
    """Read an amount, with or without a currency and marks between the thousands.

    Args:
        text: The cell, such as `EUR 1.249,00`.
        mark: What stands before the cents, `.` or `,`.

    Raises:
        BadValue: It is no number, or could be two different ones.
    """
    other = "," if mark == "." else "."
    bare = _GAPS.sub("", _AROUND.sub("", text.strip()))
    whole, _, cents = bare.partition(mark)
    groups = whole.split(other)
    digits = "".join(groups)
    if not digits and not cents:
        raise _not_an_amount(text, mark)
    leading = groups[0].lstrip("+-")
    if len(groups) > 1 and (
        len(leading) > 3 or any(len(group) != 3 for group in groups[1:])
    ):
        raise BadValue(
            N_("{value!r} is not an amount with {mark!r} before the cents."),
            remedy=N_(
                "Write it as 1249{mark}00, or change the decimal mark of the profile."
            ),
            value=text,
            mark=mark,
        )
    try:
        return Decimal(f"{digits}.{cents or '0'}")
    except InvalidOperation:
        raise _not_an_amount(text, mark) from None


def currency_in(text: str) -> str | None:
    """Return the currency that stands beside an amount, by its code or its sign.

    A sign that several currencies have, such as `$`, names none.
    """
    found = {one for one in _CODE.findall(text) if is_currency(one)}
    found |= {code for sign, code in _SIGNS.items() if sign in text}
    return found.pop() if len(found) == 1 else None


def mark_of(cells: Iterable[str]) -> str:
    """Return what stands before the cents in the amounts of a column.

    One hand writes a column, so that one amount that can be read in one way only, such
    as `6.480,50` or `1,249.00`, says how the others are meant. Where all could be
    either, three digits at the end are thousands: money has rarely three decimals.
    """
    sure, likely = Counter[str](), Counter[str]()
    for cell in cells:
        bare = _GAPS.sub("", _AROUND.sub("", cell.strip()))
        marks = [one for one in bare if one in ".,"]
        if not marks:
            continue
        last = marks[-1]
        other = "," if last == "." else "."
        if len(set(marks)) == 1 and (
            len(marks) > 1 or len(bare.rpartition(last)[2]) == _GROUP
        ):
            (sure if len(marks) > 1 else likely)[other] += 1
        else:
            sure[last] += 1
    for found in (sure, likely):
        if found:
            return found.most_common(1)[0][0]
    return "."


def _not_an_amount(text: str, mark: str) -> BadValue:
    return BadValue(
        N_("{value!r} is not an amount."),
        remedy=N_("Write digits, such as 1249{mark}00."),
        value=text,
        mark=mark,
    )


def read_whole_number(text: str) -> int:
    """Read a whole number, such as the 36 of `36 months`.

    Raises:
        BadValue: There is none.
    """
    found = re.match(r"-?\d+", text)
    if found is None:
        raise BadValue(
            N_("{value!r} is not a whole number."),
            remedy=N_("Write digits, such as 36."),
            value=text,
        )
    return int(found.group())


def read_word(text: str, words: Mapping[str, str], choices: Iterable[str]) -> str:
    """Read one of our words, or one that the profile translates into it.

    Args:
        text: The cell.
        words: Their words, as `heading` writes them, to ours; `*` is for all others.
        choices: Our words.

    Raises:
        BadValue: It is neither.
    """
    key = heading(text)
    ours = words.get(key) or (key if key in choices else words.get("*"))
    if ours is None:
        raise BadValue(
            N_("{value!r} is unknown."),
            remedy=N_("Use one of {choices}, or translate it in the profile."),
            value=text,
            choices=", ".join(choices),
        )
    return ours
