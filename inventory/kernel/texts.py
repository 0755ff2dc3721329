"""Texts that are shown to people, marked where they are written. Pure.

The texts are English; whoever shows one translates it, and puts its values in last.
`pybabel extract -k N_ -k NN_:1,2` finds them.
"""

from __future__ import annotations

from collections.abc import Mapping


def N_(text: str) -> str:
    """Return a text unchanged: it is translated where it is shown."""
    return text


class Said(str):
    """An English sentence that still knows its parts, so that pages can translate it.

    Attributes:
        text: With `{name}` for each value.
        values: The values by name; words of the data among them are translated, too.
    """

    __slots__ = ("text", "values")
    text: str
    values: Mapping[str, str]

    def __new__(cls, text: str, /, **values: str) -> Said:
        """Return the sentence with its values in it."""
        made = super().__new__(cls, text.format(**values))
        made.text, made.values = text, values
        return made


def NN_(one: str, many: str) -> tuple[str, str]:
    """Return a text for one and for many, both translated where they are shown."""
    return one, many
