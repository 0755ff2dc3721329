"""Sheets of labels and tapes, as data; all lengths in millimetres. Pure.

Sizes of sheets are those the makers print on the package. A sheet that is not here
needs one row in `SHEETS`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from inventory.kernel.errors import Invalid
from inventory.kernel.texts import N_

A4 = (210.0, 297.0)
LETTER = (215.9, 279.4)


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page: left, top, width, height."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet with labels side by side.

    Attributes:
        page: Width and height of the paper.
        columns: Labels beside each other.
        rows: Labels below each other.
        width: Of a label.
        height: Of a label.
        left: From the edge of the paper to the first label.
        top: From the edge of the paper to the first label.
        across: From the left of a label to the left of the next.
        down: From the top of a label to the top of the next.
    """

    page: tuple[float, float]
    columns: int
    rows: int
    width: float
    height: float
    left: float
    top: float
    across: float
    down: float

    @property
    def count(self) -> int:
        """Labels on one sheet."""
        return self.columns * self.rows

    def boxes(self) -> Iterator[Box]:
        """Yield the labels, row by row."""
        for row in range(self.rows):
            for column in range(self.columns):
                yield Box(
                    self.left + column * self.across,
                    self.top + row * self.down,
                    self.width,
                    self.height,
                )


@dataclass(frozen=True, slots=True)
class Tape:
    """A tape; a label is as long as it needs to be, a page of its own.

    Attributes:
        width: Of the tape.
        printed: What a printer of such tapes prints of it.
        length: Of a label.
    """

    width: float
    printed: float
    length: float


SHEETS = {
    "L4731": Sheet(A4, 7, 27, 25.4, 10.0, 8.6, 13.5, 27.9, 10.0),
    "L7651": Sheet(A4, 5, 13, 38.1, 21.2, 4.65, 10.7, 40.6, 21.2),
    "L7159": Sheet(A4, 3, 8, 63.5, 33.9, 7.2, 12.9, 66.04, 33.9),
    "L7160": Sheet(A4, 3, 7, 63.5, 38.1, 7.2, 15.15, 66.04, 38.1),
    "L7162": Sheet(A4, 2, 8, 99.1, 33.9, 4.65, 12.9, 101.6, 33.9),
    "L7163": Sheet(A4, 2, 7, 99.1, 38.1, 4.65, 15.15, 101.6, 38.1),
    "L6008": Sheet(A4, 7, 27, 25.4, 10.0, 8.6, 13.5, 27.9, 10.0),
    "5160": Sheet(LETTER, 3, 10, 66.675, 25.4, 4.7625, 12.7, 69.85, 25.4),
    "5163": Sheet(LETTER, 2, 5, 101.6, 50.8, 3.96, 12.7, 106.36, 50.8),
    "5267": Sheet(LETTER, 4, 20, 44.45, 12.7, 7.62, 12.7, 52.07, 12.7),
    "22806": Sheet(LETTER, 3, 4, 50.8, 50.8, 15.875, 15.875, 66.675, 65.6167),
}
"""Avery and those of the same size, by their number."""

TAPES = {
    "12mm": Tape(12.0, 9.9, 45.0),
    "18mm": Tape(18.0, 15.8, 55.0),
    "24mm": Tape(24.0, 18.1, 65.0),
    "36mm": Tape(36.0, 29.0, 85.0),
    "62mm": Tape(62.0, 59.0, 100.0),
}
"""Tapes and rolls of label printers, by their width."""

Medium = Sheet | Tape


def medium(name: str) -> Medium:
    """Return a sheet or a tape by name; case does not matter.

    Raises:
        Invalid: There is none of that name.
    """
    known: dict[str, Medium] = {**SHEETS, **TAPES}
    for key, found in known.items():
        if key.casefold() == name.strip().casefold():
            return found
    raise Invalid(
        N_("There is no sheet or tape {name!r}."),
        where="medium",
        remedy=N_("Use one of {known}."),
        name=name,
        known=", ".join(known),
    )
