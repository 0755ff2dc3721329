"""Signatures drawn with finger, pen or mouse: strokes of points. Pure.

A drawing is a list of strokes, a stroke a list of points `[x, y]`, whole numbers from
0 to `WIDTH` and 0 to `HEIGHT`; so it is small, scales, and holds no foreign picture.
"""

from __future__ import annotations

from inventory.kernel.errors import Invalid
from inventory.kernel.texts import N_

WIDTH, HEIGHT = 1000, 300
MAX_STROKES = 200
MAX_POINTS = 5000
_SHORTEST = 3
"""Points of a drawing that is more than a slip."""

Drawing = list[list[list[int]]]


def check_drawing(drawing: object) -> Drawing | None:
    """Return a drawing; None for none.

    Raises:
        Invalid: It is not made of strokes and points, is too large, or is a slip.
    """
    if drawing in (None, [], ""):
        return None
    if not isinstance(drawing, list) or len(drawing) > MAX_STROKES:
        raise _no_drawing()
    points = [point for stroke in drawing for point in _stroke(stroke)]
    if len(points) > MAX_POINTS:
        raise _no_drawing()
    if len({tuple(point) for point in points}) < _SHORTEST:
        raise Invalid(
            N_("The drawn signature is only a dot."),
            where="drawing",
            remedy=N_("Draw it again, or leave it out and type the name."),
        )
    return [_stroke(stroke) for stroke in drawing]


def _stroke(stroke: object) -> list[list[int]]:
    if not isinstance(stroke, list) or not stroke:
        raise _no_drawing()
    return [_point(point) for point in stroke]


def _point(point: object) -> list[int]:
    if not isinstance(point, list) or len(point) != 2:
        raise _no_drawing()
    x, y = point
    if type(x) is not int or type(y) is not int:
        raise _no_drawing()
    if not (0 <= x <= WIDTH and 0 <= y <= HEIGHT):
        raise _no_drawing()
    return [x, y]


def _no_drawing() -> Invalid:
    return Invalid(
        N_("The drawn signature cannot be read."),
        where="drawing",
        remedy=N_("Draw it again, or leave it out and type the name."),
    )
