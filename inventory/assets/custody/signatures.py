"""Signatures drawn with finger, pen or mouse: strokes of points. Pure.

A drawing is a list of strokes, a stroke a list of points `[x, y]`, whole numbers from
0 to `WIDTH` and 0 to `HEIGHT`; so it is small, scales, and holds no foreign picture.
"""

from __future__ import annotations

from inventory.kernel.errors import Invalid

WIDTH, HEIGHT = 1000, 300
MAX_STROKES = 200
MAX_POINTS = 5000
_SHORTEST = 3
"""Points of a drawing that is more than a slip."""

Drawing = list[list[list[int]]]


def check_drawing(given: object) -> Drawing | None:
    """Return a drawing; None for none.

    Raises:
        Invalid: It is not made of strokes and points, is too large, or is a slip.
    """
    if given in (None, [], ""):
        return None
    if not isinstance(given, list) or len(given) > MAX_STROKES:
        raise _no_drawing()
    points = [point for stroke in given for point in _stroke(stroke)]
    if len(points) > MAX_POINTS:
        raise _no_drawing()
    if len({tuple(point) for point in points}) < _SHORTEST:
        raise Invalid(
            "The drawn signature is only a dot.",
            where="drawing",
            remedy="Draw it again, or leave it out and type the name.",
        )
    return [_stroke(stroke) for stroke in given]


def _stroke(given: object) -> list[list[int]]:
    if not isinstance(given, list) or not given:
        raise _no_drawing()
    return [_point(point) for point in given]


def _point(given: object) -> list[int]:
    if not isinstance(given, list) or len(given) != 2:
        raise _no_drawing()
    x, y = given
    if type(x) is not int or type(y) is not int:
        raise _no_drawing()
    if not (0 <= x <= WIDTH and 0 <= y <= HEIGHT):
        raise _no_drawing()
    return [x, y]


def _no_drawing() -> Invalid:
    return Invalid(
        "The drawn signature cannot be read.",
        where="drawing",
        remedy="Draw it again, or leave it out and type the name.",
    )
