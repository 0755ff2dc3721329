"""Days as people write them in lists, beyond what a profile names. Pure.

A list is written by one hand: one day of it that can only be read day first, such as
25/03/2026, says how its other days with slashes are meant, whatever the profile says.
Without one they are not guessed, and where days contradict each other, as in a list put
together from two, those that could be either are refused. A month that is named is
always clear, in English, Indonesian and German.
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
_FIGURES = re.compile(r"(\d{1,2})\s*([/.-])\s*(\d{1,2})\s*\2\s*(\d{4})")
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
    told: dict[str, set[bool]] = {}
    for cell in cells:
        figures = _FIGURES.fullmatch(cell.strip())
        day_first = _day_first(figures) if figures else None
        if figures and day_first is not None:
            told.setdefault(figures[2], set()).add(day_first)
    every = set().union(*told.values())
    ways = list(formats)
    for mark in "/.-":
        mine = told.get(mark, set())
        for day_first in (True, False):
            form = _form(mark, day_first=day_first)
            if (not day_first) in mine:
                ways = [way for way in ways if way != form]
            elif (mine or every) == {day_first} and form not in ways:
                ways.append(form)
    return ways


def _form(mark: str, *, day_first: bool) -> str:
    return mark.join(("%d", "%m", "%Y") if day_first else ("%m", "%d", "%Y"))


def _day_first(figures: re.Match[str]) -> bool | None:
    """Return in which way alone a day can be read; None if in both or in none."""
    first, second = int(figures[1]) > 12, int(figures[3]) > 12
    return None if first == second else first


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
    figures = _FIGURES.fullmatch(text)
    day_first = _day_first(figures) if figures else None
    if figures and (day_first is not None or figures[1] == figures[3]):
        month, day = int(figures[1]), int(figures[3])
        if day_first:
            month, day = day, month
        try:
            return date(int(figures[4]), month, day)
        except ValueError:
            return None
    if _SERIAL.fullmatch(text):
        return _FIRST_SERIAL + timedelta(days=int(text[:5]))
    return None
