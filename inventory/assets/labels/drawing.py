"""Labels as PDF. Imports fpdf2 and segno.

What is on a label follows its size: from 18 mm of height on a Code 128 stands below
the text if it fits at a width a hand-held reads (`FINEST`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle, islice

import segno
from fpdf import FPDF

from inventory.assets.labels import code128
from inventory.assets.labels.media import Box, Sheet, Tape, medium
from inventory.assets.labels.printing import Pen, new_pdf
from inventory.kernel.errors import Invalid
from inventory.kernel.texts import N_

FINEST = 0.19
"""Millimetres: the narrowest bar of a Code 128 (7.5 mil) that is printed."""

_TALL = 18.0
"""Millimetres: a label that has room for bars below the text."""

_NEARLY_SQUARE = 0.8

_QUIET_QR = 2
"""White modules around a QR code on a label, which is white itself."""


@dataclass(frozen=True, slots=True)
class Label:
    """What is on a label.

    Attributes:
        tag: Of the asset; as text, and as Code 128 where it fits.
        url: What the QR code opens.
        lines: Smaller lines below the tag.
    """

    tag: str
    url: str
    lines: tuple[str, ...] = ()


def draw_labels(labels: Sequence[Label], name: str, *, skip: int = 0) -> bytes:
    """Return a PDF of labels.

    Args:
        labels: The labels, in their order.
        name: Name of the sheet or the tape, see `media`.
        skip: Labels of the first sheet that are used already.

    Raises:
        Invalid: There is no such sheet or tape, no label, or too many are skipped.
    """
    if not labels:
        raise Invalid(N_("There is no label to print."), where="tags")
    kind = medium(name)
    if isinstance(kind, Tape):
        pdf, pen = new_pdf((kind.length, kind.width))
        for label in labels:
            pdf.add_page(format=(kind.length, kind.width))
            edge = (kind.width - kind.printed) / 2
            _draw(pen, label, Box(1.0, edge, kind.length - 2.0, kind.printed))
        return bytes(pdf.output())
    if not 0 <= skip < kind.count:
        raise Invalid(
            N_("A sheet has {count} labels; {skip} cannot be skipped."),
            where="skip",
            count=kind.count,
            skip=skip,
        )
    pdf, pen = new_pdf(kind.page)
    places = islice(_places(pdf, kind, skip), len(labels))
    for label, box in zip(labels, places, strict=True):
        _draw(pen, label, _inside(box, 1.2))
    return bytes(pdf.output())


def _places(pdf: FPDF, sheet: Sheet, skip: int) -> Iterator[Box]:
    first = skip
    for number, box in enumerate(cycle(list(sheet.boxes()))):
        place = number % sheet.count
        if number < skip:
            continue
        if place == 0 or number == first:
            pdf.add_page(format=sheet.page)
        yield box


def _inside(box: Box, edge: float) -> Box:
    return Box(box.x + edge, box.y + edge, box.width - 2 * edge, box.height - 2 * edge)


def _draw(pen: Pen, label: Label, box: Box) -> None:
    if box.height > _NEARLY_SQUARE * box.width:
        # Beside the QR code there is no room for bars: they take the whole width.
        bars = _bar_width(label.tag, box.width)
        height = box.height * 0.24
        _beside(pen, label, Box(box.x, box.y, box.width, box.height - height - 2))
        if bars:
            _code128(pen, label.tag, box, bars, height)
        return
    text = _text_box(box)
    bars = _bar_width(label.tag, text.width) if box.height >= _TALL else None
    height = text.height * 0.34 if bars else 0.0
    _beside(pen, label, box, height)
    if bars:
        _code128(pen, label.tag, text, bars, height)


def _text_box(box: Box) -> Box:
    side = min(box.height, box.width / 2) + 1.0
    return Box(box.x + side, box.y, max(box.width - side, 1.0), box.height)


def _beside(pen: Pen, label: Label, box: Box, used_width: float = 0.0) -> None:
    """Draw the QR code, and beside it the tag and what is said below it."""
    side = min(box.height, box.width / 2)
    _qr(pen, label.url, Box(box.x, box.y, side, side))
    text = _text_box(box)
    size = min(text.height * (0.22 if used_width else 0.3), 6.0)
    pen.line(label.tag, text.x, text.y, text.width, size, bold=True)
    below = text.y + size * 1.25
    room = text.y + text.height - below - used_width * 1.1
    small = min(size * 0.62, 3.2)
    for line in label.lines[: max(int(room / (small * 1.25)), 0)]:
        pen.line(line, text.x, below, text.width, small)
        below += small * 1.25


def _bar_width(tag: str, room: float) -> float | None:
    """Return the width of a module; None if the code does not fit or has no form."""
    try:
        width = room / code128.modules(tag)
    except Invalid:
        return None
    return min(width, 0.5) if width >= FINEST else None


def _qr(pen: Pen, url: str, box: Box) -> None:
    code = segno.make_qr(url, error="m", boost_error=False)
    rows = [bytes(row) for row in code.matrix]
    count = len(rows) + 2 * _QUIET_QR
    size = min(box.width, box.height) / count
    for y, row in enumerate(rows):
        for start, end in _runs(row):
            pen.rect(
                box.x + (start + _QUIET_QR) * size,
                box.y + (y + _QUIET_QR) * size,
                (end - start) * size,
                size,
            )


def _runs(row: bytes) -> Iterator[tuple[int, int]]:
    """Yield where dark modules begin and end in a row."""
    start: int | None = None
    for place, dark in enumerate((*row, 0)):
        if dark and start is None:
            start = place
        elif not dark and start is not None:
            yield start, place
            start = None


def _code128(pen: Pen, tag: str, box: Box, module: float, height: float) -> None:
    x = box.x + code128.QUIET * module
    top = box.y + box.height - height
    for place, width in enumerate(code128.widths(tag)):
        if place % 2 == 0:
            pen.rect(x, top, width * module, height)
        x += width * module
