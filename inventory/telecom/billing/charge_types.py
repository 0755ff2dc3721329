"""Kinds of charges, recognised by words of an invoice. Pure.

What is shipped is in `config/telecom/charge_types.yaml`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from inventory.kernel.errors import Invalid
from inventory.kernel.texts import N_

KINDS = ("recurring", "usage", "once", "credit", "tax")


@dataclass(frozen=True, slots=True)
class ChargeType:
    """A kind of charge.

    Attributes:
        kind: One of `KINDS`.
        words: Lower-case texts that it is recognised by.
    """

    name: str
    title: str
    kind: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class ChargeTypes:
    """All kinds of charges by name."""

    types: Mapping[str, ChargeType]

    @cached_property
    def _words(self) -> list[tuple[re.Pattern[str], str]]:
        words = [(word, one.name) for one in self.types.values() for word in one.words]
        words.sort(key=lambda pair: (-len(pair[0]), pair[0]))
        return [
            (re.compile(rf"(?<!\w){re.escape(word)}(?!\w)"), name)
            for word, name in words
        ]

    def recognise(self, text: str) -> str:
        """Return the type a text on an invoice speaks of; empty: none is known."""
        lower = " ".join(text.casefold().split())
        for pattern, name in self._words:
            if pattern.search(lower):
                return name
        return ""

    def kind(self, name: str) -> str:
        """Return the kind of a type; empty for none that is known."""
        found = self.types.get(name)
        return found.kind if found else ""

    def checked(self, name: str, where: str = "charge_type") -> str:
        """Return the name of a type.

        Raises:
            Invalid: There is no such type.
        """
        if name not in self.types:
            raise Invalid(
                N_("There is no type of charge {name}."),
                where=where,
                remedy=N_("Use one of {names}."),
                name=name,
                names=", ".join(self.types),
            )
        return name


def read_charge_types(document: Mapping[str, Any]) -> ChargeTypes:
    """Read and check the types.

    Raises:
        Invalid: One has no kind that there is.
    """
    types = {}
    for name, row in document["types"].items():
        if row.get("kind") not in KINDS:
            raise Invalid(
                N_("The type of charge {name} has no kind."),
                where="charge_types",
                remedy=N_("Use one of {names}."),
                name=name,
                names=", ".join(KINDS),
            )
        words = tuple(str(word).casefold() for word in row.get("words", ()))
        types[name] = ChargeType(name, str(row["title"]), row["kind"], words)
    return ChargeTypes(types)
