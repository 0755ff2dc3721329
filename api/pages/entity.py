"""The page of one thing of any resource: what it is, and what may be done with it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from types import MappingProxyType
from typing import Any, Protocol, TypeGuard

from pydantic import BaseModel

from api.http.actions import Act
from api.http.callers import Caller
from api.pages.cells import STATES, Shown, plain, shown
from api.pages.field_titles import TITLES
from api.pages.links import href_of, is_id_of
from api.pages.listing import may_do
from api.pages.navigation import place_of
from api.pages.visit import Answer, View, Visit, missing, refused
from api.pages.words import Words
from api.resources.annotations import row_in
from api.resources.declare import Cell, Column, Show, Viewer, columns_of
from api.resources.listed import Listed
from api.resources.registry import all_resources
from api.resources.resource import Resource
from inventory.kernel.errors import InventoryError
from inventory.kernel.money import minor_digits
from inventory.kernel.texts import N_

MOST_ROWS = 200
"""Of a table within a page; the list of the resource has all of them."""

WIDE = 10
"""Columns of a table from which on it leaves out what is zero in all of its rows."""

_HIDDEN = ("id", "search", "version")
_EMPTY: tuple[Any, ...] = (None, "", [], {})


_CURRENCY = re.compile("[A-Z]{3}")
_NOTHING = re.compile(r"0(\.0+)?")


class Reader(Protocol):
    """Who looks, in which language."""

    @property
    def words(self) -> Words:
        """The language."""

    @property
    def caller(self) -> Caller:
        """Whose rights count."""


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
        rows: Cells.
        more: Rows that are not shown.
    """

    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Shown]]
    more: int


@dataclass(frozen=True, slots=True)
class Found:
    """A thing that a page is about.

    Attributes:
        resource: Of what.
        id: Its number.
        row: The whole of it.
        acts: What the caller may do with it.
    """

    resource: Resource[Any]
    id: int
    row: Mapping[str, Any]
    acts: Sequence[Act]

    @property
    def path(self) -> str:
        """Path of its page."""
        listed = isinstance(self.resource.reference, Listed)
        return f"/{self.resource.name}/{self.row['name'] if listed else self.id}"

    @property
    def name(self) -> str:
        """What it is called."""
        try:
            return self.resource.called(self.row)
        except KeyError:  # a list may name its rows by what a detail has elsewhere
            return str(self.row.get("name") or self.row["id"])

    def act(self, verb: str) -> Act | None:
        """Return an act the caller may do."""
        return next((act for act in self.acts if act.verb == verb), None)


def find(visit: Visit, resource: Resource[Any], ref: str) -> Found | View:
    """Return the thing a path names, or the page that says why not."""
    if not resource.may_see(visit.caller):
        return refused(resource.title)
    try:
        number = resource.resolve(visit.reading, ref)
        row = resource.whole(visit.reading, number, _viewer(visit, resource))
    except InventoryError as error:
        return missing(visit.words.problem(error))
    acts = [
        act
        for act in resource.acts
        if act.on == "one" and act.verb != "create" and may_do(visit, act)
    ]
    return Found(resource, number, row, acts)


def _viewer(visit: Visit, resource: Resource[Any]) -> Viewer:
    """Return who looks, as of the day the address asks for."""
    asked = visit.query.get("as_of", "")
    if not resource.as_of or not asked:
        return visit.viewer
    try:
        return replace(visit.viewer, day=date.fromisoformat(asked))
    except ValueError:
        return visit.viewer


def show_entity(visit: Visit, resource: Resource[Any], ref: str) -> Answer:
    """Draw one thing."""
    found = find(visit, resource, ref)
    return found if isinstance(found, View) else draw(visit, found)


def draw(visit: Visit, found: Found, **about: Any) -> View:  # noqa: ANN401
    """Return the page of a thing; `about` adds to what the template shows."""
    resource, row = found.resource, found.row
    whole = resource.detail or resource.rows
    columns = columns_of(whole) | resource.columns(visit.caller)
    facts, groups, tables = parts_of(visit, row, columns, columns_within(whole))
    return View(
        template=about.pop("template", "entity.html"),
        title=visit.words.said(found.name),
        here=place_of(resource.name),
        about={
            "resource": resource,
            "name": visit.words.said(found.name),
            "state": row.get("state"),
            "facts_of": facts,
            "fact_groups": groups,
            "tables": tables,
            "edit": found.act("update"),
            "acts": [act for act in found.acts if act.verb != "update"],
            "path": found.path,
            "files": (),
            "thing": found,
            **about,
        },
    )


def columns_within(model: type[BaseModel]) -> dict[str, dict[str, Column]]:
    """Return field -> columns of the rows that it holds, of fields that hold some."""
    rows = {name: row_in(one.annotation) for name, one in model.model_fields.items()}
    return {name: columns_of(row) for name, row in rows.items() if row}


def parts_by(
    reader: Reader, row: Mapping[str, Any], model: type[BaseModel] | None
) -> tuple[list[Fact], list[tuple[str, list[Fact]]], list[Table]]:
    """Return the parts of a row as its model declares them; see `parts_of`."""
    if model is None:
        return parts_of(reader, row, {})
    return parts_of(reader, row, columns_of(model), columns_within(model))


def parts_of(
    reader: Reader,
    row: Mapping[str, Any],
    columns: Mapping[str, Column],
    within: Mapping[str, Mapping[str, Column]] = MappingProxyType({}),
) -> tuple[list[Fact], list[tuple[str, list[Fact]]], list[Table]]:
    """Return facts, groups of facts and tables of a row that holds others.

    Args:
        reader: Who looks.
        row: The thing.
        columns: Of its fields.
        within: Of the rows that its fields hold, where they say any.
    """
    facts: list[Fact] = []
    groups: list[tuple[str, list[Fact]]] = []
    tables: list[Table] = []
    money = {"currency": row["currency"]} if row.get("currency") else {}
    for name, value in row.items():
        if name in _HIDDEN or is_id_of(name, row) or value in _EMPTY:
            continue
        if _is_sums(value):
            told = ", ".join(reader.words.money(n, c) for c, n in value.items())
            facts.append(Fact(title_of(name, columns), Shown(told, "num")))
        elif isinstance(value, Mapping):
            inside, below = _within(reader, {**money, **value}, columns, money)
            tables += below
            if inside:
                groups.append((title_of(name, columns), inside))
        elif isinstance(value, list) and isinstance(value[0], Mapping):
            title, inner = title_of(name, columns), within.get(name, {})
            tables.append(table_of(reader, title, value, money, inner))
        else:
            cell = value_of(reader, name, row, columns)
            facts.append(Fact(title_of(name, columns), cell))
    return facts, groups, tables


def _within(
    reader: Reader,
    value: Mapping[str, Any],
    columns: Mapping[str, Column],
    money: Mapping[str, Any],
) -> tuple[list[Fact], list[Table]]:
    """Return the facts and tables of a value that holds others."""
    facts: list[Fact] = []
    tables: list[Table] = []
    for key, one in value.items():
        title = title_of(key, columns)
        if _is_mapped(one):
            tables.append(_mapped(reader, title, one))
        elif isinstance(one, list) and one and isinstance(one[0], Mapping):
            tables.append(table_of(reader, title, one, money))
        elif (
            key not in (*_HIDDEN, *money)
            and one not in _EMPTY
            and not is_id_of(key, value)
        ):
            facts.append(Fact(title, value_of(reader, key, value, columns)))
    return facts, tables


def _is_sums(value: object) -> TypeGuard[Mapping[str, int]]:
    """Whether a value has an amount in minor units for each of some currencies."""
    return isinstance(value, Mapping) and all(
        _CURRENCY.fullmatch(str(key)) and isinstance(one, int)
        for key, one in value.items()
    )


def _is_mapped(value: object) -> bool:
    """Whether a value within another is a table of names and texts."""
    return isinstance(value, Mapping) and all(
        isinstance(one, str | Mapping | list) for one in value.values()
    )


def _mapped(reader: Reader, title: str, value: Mapping[str, Any]) -> Table:
    """Return a mapping as a table of two columns."""

    def told(one: object) -> Shown:
        if isinstance(one, str):
            return Shown(reader.words.text(title_of(one, {})) if one.islower() else one)
        return Shown(plain(one, reader.words), "mono")

    rows = [[Shown(name), told(one)] for name, one in value.items()]
    return Table(title, (N_("Name"), N_("Value")), rows, 0)


@cache
def _titles() -> Mapping[str, tuple[str, Show]]:
    """Return what the lists call their columns, for fields that say no title.

    Where they do not agree, what most of them say.
    """
    found: dict[str, Counter[tuple[str, Show]]] = {}
    for one in all_resources():
        for name, column in columns_of(one.rows).items():
            found.setdefault(name, Counter())[column.title, column.show] += 1
    return {name: said.most_common(1)[0][0] for name, said in found.items()}


def title_of(name: str, columns: Mapping[str, Column]) -> str:
    """Return what a field is called."""
    if name in columns:
        return columns[name].title
    if name in _titles():
        return _titles()[name][0]
    return name.removesuffix("_minor").replace("_", " ").capitalize()


@cache
def _agreed() -> Mapping[str, str]:
    """Return the titles that most lists with such a column give it, two at least."""
    found: dict[str, Counter[str]] = {}
    for one in all_resources():
        for name, column in columns_of(one.rows).items():
            found.setdefault(name, Counter())[column.title] += 1
    most = {name: titles.most_common(1)[0] for name, titles in found.items()}
    return {
        name: title
        for name, (title, count) in most.items()
        if count > 1 and 2 * count > found[name].total()
    }


def field_title(name: str) -> str:
    """Return what a column of a table is called where nothing else is known of it."""
    short = name.removesuffix("_id").removesuffix("_minor")
    known = _agreed().get(short) or TITLES.get(short)
    return known or short.replace("_", " ").capitalize()


def value_of(
    reader: Reader,
    name: str,
    row: Mapping[str, Any],
    columns: Mapping[str, Column],
) -> Shown:
    """Return a value of a row as it is shown."""
    value, column = row[name], columns.get(name)
    show = column.show if column else _titles().get(name, ("", Show.TEXT))[1]
    href = href_of(name, row, reader.caller)
    if name.endswith("_minor"):
        show = Show.MONEY
    elif name.endswith("_id"):
        show = Show.CODE
    elif show is Show.TEXT and is_amount(value, row.get("currency")):
        show = Show.AMOUNT
    elif name in STATES:
        show = Show.STATE
    if show in (Show.MONO, Show.STATE) and not isinstance(value, str):
        return Shown(plain(value, reader.words), "text", href)
    return shown(show, Cell(value, href), row, reader.words)


def is_amount(value: object, currency: object) -> bool:
    """Whether text is an amount of a currency: it has all of its decimals."""
    if not isinstance(value, str) or not currency:
        return False
    digits = minor_digits(str(currency))
    whole, point, part = value.removeprefix("-").partition(".")
    return whole.isdecimal() and bool(point) and len(part) == digits


def _says_little(value: object) -> bool:
    """Whether a wide table can do without: zero, or what has a page of its own."""
    return isinstance(value, Mapping) or bool(_NOTHING.fullmatch(str(value)))


def table_of(
    reader: Reader,
    title: str,
    rows: Sequence[Mapping[str, Any]],
    money: Mapping[str, Any] = MappingProxyType({}),
    columns: Mapping[str, Column] = MappingProxyType({}),
) -> Table:
    """Return rows within a thing as a table; columns that are empty are left out.

    A `position` that is text only sorts them.

    Args:
        reader: Who looks.
        title: Heading.
        rows: One at least.
        money: The `currency` of the thing, for rows that name none.
        columns: Of the rows, where they say any.
    """
    every = dict.fromkeys(name for row in rows[:MOST_ROWS] for name in row)
    some = [{**every, **money, **row} for row in rows[:MOST_ROWS]]
    wide = len(every) > WIDE
    names = [
        name
        for name in every
        if name not in (*_HIDDEN, *money)
        and not is_id_of(name, some[0])
        and not (name == "position" and isinstance(some[0][name], str))
        and not (wide and all(_says_little(row.get(name)) for row in some))
        and any(row.get(name) not in _EMPTY for row in some)
    ]
    if any(is_amount(some[0].get(n), some[0].get("currency")) for n in names):
        # The amounts say it.
        names = [name for name in names if name != "currency"]
    return Table(
        title=title,
        heads=[title_of(name, columns) for name in names],
        rows=[[value_of(reader, name, row, columns) for name in names] for row in some],
        more=len(rows) - len(some),
    )
