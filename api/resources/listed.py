"""References to things that are no rows of a table: reports, import profiles."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from sqlalchemy import Connection

from inventory.kernel.errors import NotFound
from inventory.kernel.texts import N_


@dataclass(frozen=True, slots=True)
class Listed:
    """How things are named that are no rows of a table: by their `name`.

    Their id is their place in the list, counted from 1; it is never shown.

    Attributes:
        noun: What one is called in errors: `report`.
        read: Returns all of them, each with its `name`, in order.
    """

    noun: str
    read: Callable[[Connection], Sequence[Mapping[str, Any]]]

    key: ClassVar[str] = "name"
    """Field of a row that always names it."""
    by: ClassVar[tuple[str, ...]] = ("name",)

    def resolve(self, connection: Connection, given: int | str, where: str = "") -> int:
        """Return the place of what is meant: a text is a name, a number a place.

        Raises:
            NotFound: Nothing is called so; names those there are.
        """
        names = [str(one["name"]) for one in self.read(connection)]
        if isinstance(given, int) and 1 <= given <= len(names):
            return given
        if str(given).strip() in names:
            return names.index(str(given).strip()) + 1
        raise NotFound(
            N_("There is no {noun} {given}."),
            where=where,
            remedy=N_("Use one of {names}."),
            noun=self.noun,
            given=given,
            names=", ".join(names),
        )

    def name_of(self, connection: Connection, row_id: int) -> str:
        """Return the name of the thing at a place."""
        return str(self.read(connection)[row_id - 1]["name"])

    def version(
        self, connection: Connection, row_id: int, *, lock: bool = False
    ) -> str:
        """Return a digest of a thing; nothing is locked."""
        del lock
        return digest_of(sorted(self.read(connection)[row_id - 1].items()))


def digest_of(row: Sequence[Any]) -> str:
    """Return a short digest of values: others have another."""
    return hashlib.sha256(repr(row).encode()).hexdigest()[:16]
