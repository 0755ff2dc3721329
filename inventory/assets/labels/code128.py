"""Code 128 (ISO/IEC 15417) as widths of bars and spaces. Pure.

Code set B holds printable ASCII; set C packs two digits into one symbol. Even runs of
digits that are long enough are written in C, as annex E of the standard advises.
"""

from __future__ import annotations

from inventory.kernel.errors import Invalid
from inventory.kernel.texts import N_

PATTERNS = (
    "212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 "
    "231212 112232 122132 122231 113222 123122 123221 223211 221132 221231 213212 "
    "223112 312131 311222 321122 321221 312212 322112 322211 212123 212321 232121 "
    "111323 131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 "
    "132131 113123 113321 133121 313121 211331 231131 213113 213311 213131 311123 "
    "311321 331121 312113 312311 332111 314111 221411 431111 111224 111422 121124 "
    "121421 141122 141221 112214 112412 122114 122411 142112 142211 241211 221114 "
    "413111 241112 134111 111242 121142 121241 114212 124112 124211 411212 421112 "
    "421211 212141 214121 412121 111143 111341 131141 114113 114311 411113 411311 "
    "113141 114131 311141 411131 211412 211214 211232 2331112"
).split()
"""Widths of bar, space, bar ... of the symbols 0 to 106, in modules."""

TO_C, TO_B = 99, 100
START_B, START_C = 104, 105
STOP = 106
QUIET = 10
"""Modules that stay white on both sides."""

_LONG_RUN = 4
"""Digits that are worth a change to set C at the beginning or at the end."""
_INNER_RUN = 6
"""And in the middle, where two changes are needed."""


def symbols(text: str) -> list[int]:
    """Return the symbols of a text: start, data, check symbol, stop.

    Raises:
        Invalid: The text is empty or holds what is not printable ASCII.
    """
    wrong = sorted({letter for letter in text if not " " <= letter <= "~"})
    if wrong or not text:
        raise Invalid(
            N_("{given!r} cannot be written in Code 128."),
            where="tag",
            remedy=N_("Print it with a QR code only."),
            given=text,
        )
    values = _data(text)
    check = values[0] + sum(place * one for place, one in enumerate(values))
    return [*values, check % 103, STOP]


def widths(text: str) -> list[int]:
    """Return the widths of bar, space, bar ... of a text, in modules.

    Raises:
        Invalid: As `symbols`.
    """
    return [int(width) for one in symbols(text) for width in PATTERNS[one]]


def modules(text: str) -> int:
    """Return how many modules a text needs, with the white ones at both sides.

    Raises:
        Invalid: As `symbols`.
    """
    return sum(widths(text)) + 2 * QUIET


def _data(text: str) -> list[int]:
    values: list[int] = []
    in_c: bool | None = None
    place = 0
    while place < len(text):
        pairs = _pairs(text, place)
        if pairs:
            values += [] if in_c else [START_C if in_c is None else TO_C]
            in_c = True
            for _ in range(pairs):
                values.append(int(text[place : place + 2]))
                place += 2
            continue
        if in_c is not False:
            values.append(START_B if in_c is None else TO_B)
            in_c = False
        values.append(ord(text[place]) - 32)
        place += 1
    return values


def _pairs(text: str, place: int) -> int:
    """Return how many pairs of digits to write in set C from a place on."""
    end = place
    while end < len(text) and text[end].isdecimal():
        end += 1
    run = end - place
    if run == len(text) == 2:
        return 1
    least = _LONG_RUN if place == 0 or end == len(text) else _INNER_RUN
    if run < least:
        return 0
    # Of an odd run the first digit is written in B, so that the rest is even: except
    # at the beginning, where the last one is.
    if run % 2 and place > 0:
        return 0
    return run // 2
