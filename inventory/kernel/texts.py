"""Texts that are shown to people, marked where they are written. Pure.

The texts are English; whoever shows one translates it, and puts its values in last.
`pybabel extract -k N_ -k NN_:1,2` finds them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)?")


def N_(text: str) -> str:
    """Return a text unchanged: it is translated where it is shown."""
    return text


class Said(str):
    """An English sentence that still knows its parts, so that it can be translated.

    It is kept as its parts (`inventory.storage.types.Sentence`), and who knows nothing
    of them has the English.

    Attributes:
        text: With `{name}` for each value.
        values: The values by name: words, which are translated too, numbers, days,
            and other sentences.
    """

    __slots__ = ("text", "values")
    text: str
    values: Mapping[str, object]

    def __new__(cls, text: str, /, **values: object) -> Said:
        """Return the sentence with its values in it."""
        english = {name: _in_english(value) for name, value in values.items()}
        made = super().__new__(cls, text.format(**english))
        made.text, made.values = text, values
        return made

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, object]]:
        """Return what a copy is made of."""
        return (self.text,), dict(self.values)

    @classmethod
    def joined(cls, parts: Iterable[str], by: str = "; ") -> str:
        """Return several sentences as one; each of them is translated by itself."""
        found = list(parts)
        if len(found) < 2:
            return found[0] if found else ""
        values = {f"part{number}": part for number, part in enumerate(found)}
        return cls(by.join(f"{{{name}}}" for name in values), **values)

    def data(self) -> dict[str, Any]:
        """Return the parts as JSON has them."""
        return {
            "text": self.text,
            "values": {name: _plain(value) for name, value in self.values.items()},
        }


def sentence(data: object) -> str | None:
    """Return the sentence of the parts that `Said.data` gave; None for other data."""
    if not isinstance(data, Mapping) or data.keys() != {"text", "values"}:
        return None
    if not isinstance(data["text"], str) or not isinstance(data["values"], Mapping):
        return None
    values = {n: sentence(v) or v for n, v in data["values"].items()}
    try:
        return Said(data["text"], **values)
    except (KeyError, IndexError, ValueError):  # parts that do not fit
        return None


def _in_english(value: object) -> object:
    """Return a value as English has it: moments, kept as text too, to the minute."""
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        value = datetime.fromisoformat(value)
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M} {value.tzname() or ''}".strip()
    return value


def _plain(value: object) -> object:
    match value:
        case Said():
            return value.data()
        case bool() | int() | float():
            return value
        case date():
            return value.isoformat()
        case _:
            return str(value)


def NN_(one: str, many: str) -> tuple[str, str]:
    """Return a text for one and for many, both translated where they are shown."""
    return one, many
