"""What each resource is asked: pages, sorts, filters, lookups, counts, details.

Values of filters come from the rows: one that is frequent, and one that no row has.
Filters by a reference get the first and the last thing of its kind.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, get_args, get_origin
from urllib.parse import urlencode

from sqlalchemy import Connection, func, select

from api.resources.declare import choices_of, columns_of
from api.resources.listing import list_parameters
from api.resources.lookups import plain_type
from api.resources.references import refs_in
from api.resources.resource import Resource
from inventory.storage.paging import MAX_LIMIT

Ask = Callable[[str], Any]
"""Address below the API -> its JSON."""

SAMPLED = 5
NOTHING: dict[type, str] = {str: "no-such-thing", int: "987654321", bool: "true"}


@dataclass(frozen=True, slots=True)
class Asked:
    """A question.

    Attributes:
        resource: Name of the resource.
        about: page, next, sort, filter, lookup, search or detail.
        params: Of the address; of a detail, empty.
        ref: Of a detail.
    """

    resource: str
    about: str
    params: tuple[tuple[str, str], ...] = ()
    ref: str = ""

    @property
    def address(self) -> str:
        """Path and parameters."""
        path = f"/{self.resource}/{self.ref}" if self.ref else f"/{self.resource}"
        return f"{path}?{urlencode(self.params)}" if self.params else path

    def __str__(self) -> str:
        params = "&".join(f"{name}={value}"[:60] for name, value in self.params)
        return f"{self.resource}{'/' + self.ref if self.ref else ''} {params}".strip()


def questions(
    one: Resource[Any], ask: Ask, reading: Connection, *, lookups: bool
) -> Iterator[Asked]:
    """Yield the questions of a resource; asks for rows to get values from."""
    rows = _sample(one, ask)
    yield Asked(one.name, "page")
    yield from _pages(one, ask)
    yield from _searches(one, rows)
    yield from _filters(one, rows, reading, lookups=lookups)
    if one.detail is not None and one.reference is not None:
        for row in rows[:: max(1, len(rows) // 3)]:
            yield Asked(one.name, "detail", ref=f"id:{row['id']}")


def _sample(one: Resource[Any], ask: Ask) -> list[dict[str, Any]]:
    """Return rows of both ends of the list."""
    found: list[dict[str, Any]] = []
    for sort in (one.sort, _reversed(one.sort)):
        page = ask(f"/{one.name}?{urlencode({'limit': 500, 'sort': sort})}")
        found += page["items"]
    return found


def _reversed(sort: str) -> str:
    return sort[1:] if sort.startswith("-") else f"-{sort}"


def _pages(one: Resource[Any], ask: Ask) -> Iterator[Asked]:
    for name, column in columns_of(one.rows).items():
        for sort in (name, f"-{name}") if column.sort else ():
            yield Asked(one.name, "sort", (("sort", sort),))
            far = (("sort", sort), ("limit", str(MAX_LIMIT)))
            after = ask(Asked(one.name, "sort", far).address)["next"]
            if after:
                yield Asked(one.name, "next", (("sort", sort), ("after", after)))


def _searches(one: Resource[Any], rows: Sequence[dict[str, Any]]) -> Iterator[Asked]:
    words = [
        str(one.called(row)).split()[-1]
        for row in rows[-1:]
        if "id" in row and one.called(row)
    ]
    for word in (*words, "no-such-word", "it", "a"):
        yield Asked(one.name, "search", (("search", word),))


def _filters(
    one: Resource[Any],
    rows: Sequence[dict[str, Any]],
    reading: Connection,
    *,
    lookups: bool,
) -> Iterator[Asked]:
    known = list_parameters(one).model_fields
    for name in choices_of(one.question):
        values = list(_values(one, name, rows, reading))
        for value in values if name != "search" else ():
            yield Asked(one.name, "filter", ((name, value),))
        for value in values[:1] if name != "search" else ():
            back = ("sort", _reversed(one.sort))
            yield Asked(one.name, "filter back", ((name, value), back))
        for operator in ("in", "contains", "gte", "lte", "isnull") if lookups else ():
            if f"{name}__{operator}" not in known:
                continue
            for value in _looked_up(operator, values):
                yield Asked(one.name, "lookup", ((f"{name}__{operator}", value),))


def _looked_up(operator: str, values: Sequence[str]) -> Sequence[str]:
    if operator == "isnull":
        return ("true", "false")
    if operator == "in":
        return (",".join(values[:2]),) if values else ()
    if operator == "contains":
        return [value[-4:] for value in (*values[:1], *values[-1:])]
    return values[-2:-1] or values


def _values(
    one: Resource[Any], name: str, rows: Sequence[dict[str, Any]], reading: Connection
) -> Iterator[str]:
    field = one.question.model_fields[name]
    refs = refs_in(one.question)
    if name in refs:
        table = refs[name][0].reference.table
        ends = select(func.min(table.c.id), func.max(table.c.id))
        first, last = reading.execute(ends).one()
        yield from dict.fromkeys(f"id:{n}" for n in (first, last) if n is not None)
        return
    for part in (field.annotation, *get_args(field.annotation)):
        if get_origin(part) is Literal:
            yield from (str(value) for value in get_args(part))
            return
    kind = plain_type(field.annotation)
    if kind is bool:
        yield from ("true", "false")
        return
    if name in one.rows.model_fields:
        counts = Counter(_text(row[name]) for row in rows if row[name] is not None)
        common = counts.most_common()
        yield from (value for value, _ in common[:1])
    if isinstance(kind, type) and issubclass(kind, date):
        moment = "T12:00:00Z" if issubclass(kind, datetime) else ""
        yield from (f"2023-05-05{moment}", f"2031-01-01{moment}")
    elif kind in NOTHING:
        yield NOTHING[kind]


def _text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else json.dumps(value)
