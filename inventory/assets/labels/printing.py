"""A PDF with fonts for any name, and a pen for it. Imports fpdf2.

The system's own fonts are used where they are found, since the fonts every PDF reader
has know western letters only; without them other letters become `?`.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import XPos, YPos

_FONTS = (
    "/usr/share/fonts/truetype/dejavu/DejaVuSans{}.ttf",
    "/usr/share/fonts/dejavu-sans-fonts/DejaVuSans{}.ttf",
    "/usr/share/fonts/TTF/DejaVuSans{}.ttf",
    "/usr/share/fonts/dejavu/DejaVuSans{}.ttf",
)
"""Where distributions put a font with most alphabets; `{}` is empty or `-Bold`."""

POINT = 25.4 / 72
"""Millimetres."""


@cache
def _font() -> str | None:
    for pattern in _FONTS:
        if all(Path(pattern.format(one)).is_file() for one in ("", "-Bold")):
            return pattern
    return None


class Pen:
    """Draws on the current page; lengths in millimetres from the upper left."""

    def __init__(self, pdf: FPDF, family: str) -> None:
        self._pdf = pdf
        self._family = family
        self._wide = _font() is not None

    def rect(self, x: float, y: float, width: float, height: float) -> None:
        """Draw a filled rectangle without an edge."""
        self._pdf.rect(x, y, width, height, style="F")

    def line(
        self,
        text: str,
        x: float,
        y: float,
        width: float,
        size: float,
        *,
        bold: bool = False,
    ) -> None:
        """Write one line of `size` millimetres, made smaller until it fits."""
        text = self.known(text)
        self._pdf.set_font(self._family, "B" if bold else "", size / POINT)
        needed = self._pdf.get_string_width(text)
        if needed > width:
            size = max(size * width / needed * 0.98, 0.8)
            self._pdf.set_font_size(size / POINT)
        self._pdf.text(x, y + size * 0.82, text)

    def paragraph(
        self, text: str, size: float, *, bold: bool = False, gap: float = 1.5
    ) -> None:
        """Write text from margin to margin below what is there, over pages."""
        self._pdf.set_font(self._family, "B" if bold else "", size / POINT)
        self._pdf.multi_cell(
            0,
            size * 1.35,
            self.known(text),
            align="L",
            new_x=XPos.LMARGIN,
            new_y=YPos.NEXT,
        )
        self._pdf.ln(gap)

    def known(self, text: str) -> str:
        """Return text with letters the font does not have as `?`."""
        if self._wide:
            return text
        return text.encode("latin-1", "replace").decode("latin-1")


def new_pdf(page: tuple[float, float]) -> tuple[FPDF, Pen]:
    """Return an empty PDF of pages of a size in millimetres, and a pen for it."""
    pdf = FPDF(unit="mm", format=page)
    pdf.set_auto_page_break(auto=False)
    pdf.set_margin(0)
    pdf.c_margin = 0
    pdf.set_creator("Purser")
    family = "Helvetica"
    pattern = _font()
    if pattern is not None:
        family = "Sans"
        pdf.add_font(family, "", pattern.format(""))
        pdf.add_font(family, "B", pattern.format("-Bold"))
    pdf.set_fill_color(0, 0, 0)
    return pdf, Pen(pdf, family)
