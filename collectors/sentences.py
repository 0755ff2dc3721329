"""Sentences for a person that still know their parts, to be told in any language. Pure.

The collectors say in English what went wrong; whoever keeps or shows it takes text and
values apart (`discovery.scan.hosts.said`). `pybabel extract -k N_` finds the texts.
"""

from __future__ import annotations

from collections.abc import Mapping


def N_(text: str) -> str:
    """Return a text unchanged: it is translated where it is shown."""
    return text


class Told(str):
    """An English sentence with its parts.

    Attributes:
        text: With `{name}` for each value.
        values: The values by name: text of others, numbers, and such sentences.
    """

    __slots__ = ("text", "values")
    text: str
    values: Mapping[str, object]

    def __new__(cls, text: str, /, **values: object) -> Told:
        """Return the sentence with its values in it."""
        made = super().__new__(cls, text.format(**values))
        made.text, made.values = text, values
        return made

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, object]]:
        """Return what a copy is made of."""
        return (self.text,), dict(self.values)
