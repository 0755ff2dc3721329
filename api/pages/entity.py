"""The page of one thing of any resource: what it is, and what may be done with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from api.pages.cells import Shown, plain, shown
from api.pages.listing import may_do
from api.pages.visit import Answer, View, Visit, missing, refused
from api.resources.declare import Cell, Column, Show, columns_of
from api.resources.resource import Resource
from inventory.kernel.errors import InventoryError

MOST_ROWS = 200
"""Of a table within a page; the list of the resource has all of them."""

_HIDDEN = ("id", "search")


@dataclass(frozen=True, slots=True)
class Fact:
    """A name and a value."""

    title: str
    shown: Shown


@dataclass(frozen=True, slots=True)
class Table:
    """A table within the page.

    Attributes:
        title: Heading.
        heads: Of the columns.
        rows: Texts.
        more: Rows that are not shown.
    """

    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    more: int


def show_entity(visit: Visit, resource: Resource[Any], ref: str) -> Answer:
    """Draw one thing."""
    if not resource.may_see(visit.caller):
        return refused(resource.title)
    try:
        number = resource.resolve(visit.reading, ref)
        row = resource.whole(visit.reading, number, visit.viewer)
    except InventoryError as error:
        return missing(error.problem)
    columns = columns_of(resource.detail or resource.rows) | resource.columns(
        visit.caller
    )
    facts, groups, tables = _parts(visit, row, columns)
    acts = [
        act
        for act in resource.acts
        if act.on == "one" and act.verb != "create" and may_do(visit, act)
    ]
    return View(
        template="entity.html",
        title=resource.title,
        here=f"/{resource.name}",
        about={
            "resource": resource,
            "name": _name(resource, row),
            "state": row.get("state"),
            "facts_of": facts,
            "fact_groups": groups,
            "tables": tables,
            "edit": next((a for a in acts if a.verb == "update"), None),
            "acts": [a for a in acts if a.verb != "update"],
            "path": f"/{resource.name}/{number}",
        },
    )


def _name(resource: Resource[Any], row: Mapping[str, Any]) -> str:
    try:
        return resource.called(row)
    except KeyError:  # a list may name its rows by what a detail has elsewhere
        return str(row["id"])


def _parts(
    visit: Visit, row: Mapping[str, Any], columns: Mapping[str, Column]
) -> tuple[list[Fact], list[tuple[str, list[Fact]]], list[Table]]:
    facts: list[Fact] = []
    groups: list[tuple[str, list[Fact]]] = []
    tables: list[Table] = []
    for name, value in row.items():
        if name in _HIDDEN or (name.endswith("_id") and name[:-3] in row):
            continue
        if isinstance(value, Mapping):
            inside = [
                Fact(_title(key, columns), _value(visit, key, one, value, columns))
                for key, one in value.items()
                if key not in _HIDDEN and one not in (None, "", [], {})
            ]
            if inside:
                groups.append((_title(name, columns), inside))
        elif isinstance(value, list) and value and isinstance(value[0], Mapping):
            tables.append(_table(visit, _title(name, columns), value))
        elif value not in (None, "", []):
            cell = _value(visit, name, value, row, columns)
            facts.append(Fact(_title(name, columns), cell))
    return facts, groups, tables


def _title(name: str, columns: Mapping[str, Column]) -> str:
    if name in columns:
        return columns[name].title
    return name.removesuffix("_minor").replace("_", " ").capitalize()


def _value(
    visit: Visit,
    name: str,
    value: Any,  # noqa: ANN401
    row: Mapping[str, Any],
    columns: Mapping[str, Column],
) -> Shown:
    column = columns.get(name)
    show = column.show if column else Show.TEXT
    if name.endswith("_minor"):
        show = Show.MONEY
    return shown(show, Cell(value), row, visit.words)


def _table(visit: Visit, title: str, rows: Sequence[Mapping[str, Any]]) -> Table:
    some = rows[:MOST_ROWS]
    names = [
        name
        for name in some[0]
        if name not in _HIDDEN
        and not (name.endswith("_id") and name[:-3] in some[0])
        and any(row.get(name) not in (None, "", [], {}) for row in some)
    ]
    return Table(
        title=title,
        heads=[_title(name, {}) for name in names],
        rows=[
            [
                _value(visit, name, row.get(name), row, {}).text
                if name.endswith("_minor")
                else plain(row.get(name), visit.words)
                for name in names
            ]
            for row in some
        ],
        more=len(rows) - len(some),
    )
