"""Lists whose rows are computed: settings, rules, results that no table holds.

`ComputedSource` has all rows in memory and filters, sorts and pages them as
`sources.TableSource` lets the database do: by the same filters, lookups and cursors.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any, Generic, TypeVar

from pydantic import BaseModel
from sqlalchemy import Connection, column

from api.resources.declare import Lookup, PageRequest, Question, Row, Viewer
from api.resources.sources import Columns
from inventory.kernel.clean_text import parsed
from inventory.kernel.errors import BadCursor, Invalid
from inventory.kernel.texts import N_
from inventory.storage.paging import Page
from inventory.storage.searching import words_of

Q = TypeVar("Q", bound=Question)
_Key = tuple[bool, Any, str]

LONGEST_TIE = 300
"""Characters of what tells rows of one sort key apart: a cursor stands in addresses."""


@dataclass(frozen=True, kw_only=True)
class ComputedSource(Generic[Q]):
    """A list that a function computes.

    Attributes:
        rows: Class of the rows.
        compute: Returns them; it may look at the question to compute less.
        answered: Filters that `compute` answers itself; others are equality with the
            field of their name.
        key: Fields that tell rows apart; empty: all of them.
    """

    rows: type[BaseModel]
    compute: Callable[[Connection, Q, Viewer], Iterable[Row]]
    answered: frozenset[str] = field(default_factory=frozenset)
    key: Sequence[str] = ()

    @cached_property
    def columns(self) -> Columns:
        """The fields that have lookups."""
        names = self.rows.model_fields.keys() - self.answered
        return {name: column(name) for name in names}

    def read(
        self, connection: Connection, asked: Q, viewer: Viewer, page: PageRequest
    ) -> Page:
        """Read a page.

        Raises:
            Invalid: The sort key or the cursor is not one of this list.
        """
        name, down = page.sort.removeprefix("-"), page.sort.startswith("-")
        if name not in self.rows.model_fields:
            raise Invalid(
                N_("Rows cannot be sorted by {name}."), where="sort", name=name
            )
        found = [
            (self._place(row, name), row)
            for row in self._found(connection, asked, viewer)
        ]
        found.sort(key=lambda one: one[0], reverse=down)
        if page.after is not None:
            found = list(_behind(found, page.after, page.sort, down=down))
        shown = found[: page.limit]
        more = len(found) > page.limit
        cursor = _encode(page.sort, shown[-1][0]) if more else None
        return Page([dict(row) for _, row in shown], cursor)

    def count(self, connection: Connection, asked: Q, viewer: Viewer) -> int | None:
        """Return how many there are."""
        return sum(1 for _ in self._found(connection, asked, viewer))

    def choices(self, _connection: Connection) -> Mapping[str, Sequence[str]]:
        """Return nothing: filters offer what their types allow."""
        return {}

    def _found(self, connection: Connection, asked: Q, viewer: Viewer) -> Iterator[Row]:
        words = words_of(asked.search)
        plain = {
            name: value
            for name, value in asked.asked().items()
            if name != "search" and name not in self.answered
        }
        for row in self.compute(connection, asked, viewer):
            if any(row[name] != value for name, value in plain.items()):
                continue
            if not all(_satisfies(row[one.field], one) for one in asked.lookups):
                continue
            text = " ".join(str(v) for v in row.values() if v is not None).lower()
            if all(word in text for word in words):
                yield row

    def _place(self, row: Row, name: str) -> _Key:
        value = _plain(row[name])
        names = self.key or tuple(self.rows.model_fields)
        tie = json.dumps([_plain(row[one]) for one in names], default=str)
        if len(tie) > LONGEST_TIE:
            tie = hashlib.sha256(tie.encode()).hexdigest()
        return value is not None, 0 if value is None else value, tie


def _satisfies(value: Any, lookup: Lookup) -> bool:  # noqa: ANN401
    """Whether a value satisfies a lookup, as `lookups.condition` has it in SQL."""
    if lookup.operator == "isnull":
        return (value is None) is bool(lookup.value)
    if value is None:
        return False
    match lookup.operator:
        case "in":
            return bool(value in lookup.value)
        case "contains":
            return str(lookup.value).lower() in str(value).lower()
        case "gte":
            return bool(value >= lookup.value)
        case "lte":
            return bool(value <= lookup.value)
        case other:
            raise Invalid(
                N_("There is no lookup {name}."), where=lookup.field, name=other
            )


def _plain(value: Any) -> Any:  # noqa: ANN401
    """Return a value as JSON has it; days and moments in the order of time."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value


def _encode(sort: str, place: _Key) -> str:
    text = json.dumps([sort, *place])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _behind(
    found: Iterable[tuple[_Key, Row]], cursor: str, sort: str, *, down: bool
) -> Iterator[tuple[_Key, Row]]:
    """Yield the rows behind the place a cursor names.

    Raises:
        Invalid: The cursor is not one of this list.
    """
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        made_for, known, value, tie = parsed(base64.urlsafe_b64decode(padded))
        last = (known, value, tie)
        if made_for != sort or type(known) is not bool or type(tie) is not str:
            raise ValueError(cursor)
        for place, row in found:
            if place < last if down else place > last:
                yield place, row
    except (ValueError, TypeError) as error:
        raise BadCursor from error
