"""Parameters and columns that several reports share. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from inventory.reports.base import Column, Kind, Parameter

BOOK = Parameter("book", "The book", Kind.BOOK, required=True)
FROM = Parameter("from", "First period", Kind.PERIOD, required=True)
TO = Parameter("to", "Last period", Kind.PERIOD, required=True)
AS_OF = Parameter("as_of", "Balances at the end of this day; today if empty", Kind.DAY)
CLASS = Parameter("class", "Only this asset class")
CENTRE = Parameter("cost_centre", "Only what is charged to this cost centre")


def amounts(names: Mapping[str, str]) -> tuple[Column, ...]:
    """Return columns of amounts by name and title."""
    return tuple(Column(name, title, Kind.AMOUNT) for name, title in names.items())
