"""Days as people write them in lists, beyond what a profile names. Pure.

A list is written by one hand: one day of it that can only be read day first, such as
25/03/2026, says how its other days with slashes are meant. Without one they are not
guessed. A month that is named is always clear, in English, Indonesian and German.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from inventory.bulk.files.cells import read_day
from inventory.kernel.errors import Invalid

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan",
            "feb peb",
            "mar mär mrz",
            "apr",
            "mei mai may",
            "jun",
            "jul",
            "agu ags agt aug",
            "sep",
            "okt oct",
            "nov nop",
            "des dez dec",
        ),
        1,
    )
    for name in names.split()
}
_FIGURES = re.compile(r"(\d{1,2})\s*[/.-]\s*(\d{1,2})\s*[/.-]\s*(\d{4})")
_NAMED = re.compile(r"(\d{1,2})[ ./-]+([A-Za-zäÄ]{3,})\.?[ ./-]+(\d{4})")
_SERIAL = re.compile(r"\d{5}(\.0)?")
_FIRST_SERIAL = date(1899, 12, 30)
"""Day 0 of spreadsheets."""


def ways_of(cells: Iterable[str], formats: Sequence[str]) -> Sequence[str]:
    """Return the formats of a profile, with the one that the cells themselves tell.

    Args:
        cells: All days of a list.
        formats: As of `strptime`.
    """
    found = [match for cell in cells if (match := _FIGURES.fullmatch(cell.strip()))]
    day_first = any(int(one[1]) > 12 for one in found)
    month_first = any(int(one[2]) > 12 for one in found)
    if day_first == month_first:
        return formats
    order = ("%d", "%m") if day_first else ("%m", "%d")
    told = [f"{order[0]}{mark}{order[1]}{mark}%Y" for mark in "/.-"]
    return [*formats, *(one for one in told if one not in formats)]


def read_listed_day(text: str, formats: Sequence[str]) -> date:
    """Read a day as a list writes it.

    Raises:
        Invalid: It is none, or could be two.
    """
    try:
        return read_day(text, formats)
    except Invalid:
        found = _spelled(text.strip())
        if found is None:
            raise
        return found


def _spelled(text: str) -> date | None:
    named = _NAMED.fullmatch(text)
    month = _MONTHS.get(named[2][:3].casefold()) if named else None
    if named and month:
        try:
            return date(int(named[3]), month, int(named[1]))
        except ValueError:
            return None
    if _SERIAL.fullmatch(text):
        return _FIRST_SERIAL + timedelta(days=int(text[:5]))
    return None
