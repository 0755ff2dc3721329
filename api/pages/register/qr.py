"""A link as a QR code, drawn in the page, to be read by a phone. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import segno

QUIET = 3
"""Modules left white around a code."""


@dataclass(frozen=True, slots=True)
class Code:
    """A code as geometry for SVG.

    Attributes:
        size: Modules from side to side, the quiet zone included.
        path: `d` of a path that draws the dark ones.
    """

    size: int
    path: str


def code_of(text: str) -> Code:
    """Return the QR code of a text."""
    matrix = segno.make_qr(text, error="m").matrix
    path = "".join(
        f"M{x + QUIET},{y + QUIET}h1v1h-1z"
        for y, row in enumerate(matrix)
        for x, dark in enumerate(row)
        if dark
    )
    return Code(len(matrix) + 2 * QUIET, path)
