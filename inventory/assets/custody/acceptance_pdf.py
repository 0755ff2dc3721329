"""One PDF of a handover for all its things: terms, items, answer, signature.

Made from the frozen row alone, so it is the same whenever it is made. Imports fpdf2.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from fpdf import FPDF

from inventory.assets.custody.acceptance import RETURNED
from inventory.assets.custody.signatures import HEIGHT, WIDTH, Drawing
from inventory.assets.labels.media import A4
from inventory.assets.labels.printing import Pen, new_pdf

_COLUMNS = (
    ("tag", "Tag", 30.0),
    ("kind", "Kind", 26.0),
    ("model", "Model", 58.0),
    ("serial", "Serial", 40.0),
    ("from", "From", 24.0),
)
_MARGIN = 16.0
_DRAWN = 60.0
"""Millimetres: width of a drawn signature."""

_ANSWERS = {
    "pending": "Not answered yet.",
    "accepted": "Accepted.",
    "disputed": "Disputed. The things are recorded with the person until taken back.",
    "withdrawn": "Withdrawn.",
}


def acceptance_pdf(row: Mapping[str, Any], person: str) -> bytes:
    """Return the PDF of an acceptance.

    Args:
        row: The row of `acceptance`.
        person: Name of who was asked.
    """
    pdf, pen = new_pdf(A4)
    pdf.set_margins(_MARGIN, _MARGIN, _MARGIN)
    pdf.set_auto_page_break(auto=True, margin=_MARGIN)
    pdf.set_creation_date(row["recorded_at"])
    pdf.add_page()
    back = row["handover_id"].startswith(RETURNED)
    title = "Return of equipment" if back else "Handover of equipment"
    pen.paragraph(title, 6.0, bold=True)
    way = f"From {person}. Return" if back else f"To {person}. Handover"
    pen.paragraph(f"{way} {row['handover_id']}.", 3.9, gap=3)
    _items(pdf, pen, row["items"])
    pdf.ln(4)
    pen.paragraph("Terms", 4.2, bold=True)
    pen.paragraph(row["terms"], 3.6, gap=4)
    pen.paragraph(_ANSWERS[row["state"]], 4.2, bold=True)
    if row["remark"]:
        pen.paragraph(row["remark"], 3.6)
    if row["signature"]:
        pen.paragraph(f"Signed by {row['signature']}", 3.9)
    if row["drawing"]:
        _draw(pdf, row["drawing"])
    if row["answered_at"]:
        pen.paragraph(f"Answered {_moment(row['answered_at'])}.", 3.6)
    pen.paragraph(f"SHA-256 of terms and items: {row['digest']}", 2.6)
    return bytes(pdf.output())


def _items(pdf: FPDF, pen: Pen, items: list[Mapping[str, Any]]) -> None:
    _line(pdf, pen, {name: title for name, title, _ in _COLUMNS}, bold=True)
    for item in items:
        _line(pdf, pen, item)


def _line(pdf: FPDF, pen: Pen, cells: Mapping[str, Any], *, bold: bool = False) -> None:
    if pdf.will_page_break(6.5):
        pdf.add_page()
    x, y = _MARGIN, pdf.get_y()
    for name, _, width in _COLUMNS:
        pen.line(str(cells.get(name) or ""), x, y + 1.2, width - 2, 3.5, bold=bold)
        x += width
    pdf.set_draw_color(200)
    pdf.line(_MARGIN, y + 6.3, x, y + 6.3)
    pdf.set_draw_color(0)
    pdf.set_y(y + 6.5)


def _draw(pdf: FPDF, drawing: Drawing) -> None:
    scale = _DRAWN / WIDTH
    if pdf.will_page_break(HEIGHT * scale + 3):
        pdf.add_page()
    left, top = _MARGIN, pdf.get_y()
    pdf.set_line_width(0.5)
    for stroke in drawing:
        points = [(left + x * scale, top + y * scale) for x, y in stroke]
        if len(points) == 1:
            points *= 2
        pdf.polyline(points)
    pdf.set_line_width(0.2)
    pdf.set_y(top + HEIGHT * scale + 3)


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
