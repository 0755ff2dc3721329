"""A resource: what is listed and shown, by whom, and what may be done with it."""

from __future__ import annotations

from collections.abc import (
    Callable,
    Collection,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any, Generic, TypeVar, get_args
from urllib.parse import quote

from pydantic import BaseModel
from sqlalchemy import Connection, select

from api.http.actions import Act
from api.http.callers import Caller, Role
from api.resources.declare import (
    ANYBODY,
    EVERYBODY,
    Column,
    Group,
    Question,
    Row,
    RowModel,
    Viewer,
    columns_of,
)
from api.resources.extracts import Extract
from api.resources.listed import Listed
from api.resources.references import Reference
from api.resources.sources import Source, TableSource
from inventory.kernel.errors import NotFound
from inventory.kernel.texts import N_

Q = TypeVar("Q", bound=Question)
RowsOf = Callable[[Connection, Collection[int], Viewer], Mapping[int, Row]]


@dataclass(frozen=True, kw_only=True, eq=False)
class Resource(Generic[Q]):
    """Something that is listed; everything else about it is optional.

    Attributes:
        name: In addresses: `/devices`, `/api/v1/devices`; nouns in the plural.
        command: In the command line: `purser device list`.
        title: Of the list.
        counted: "1 device" and "{count} devices", for the pages.
        icon: A symbol of the pages.
        group: Group of the navigation.
        roles: Who may see it.
        rows: Columns.
        question: Filters.
        sort: Order without another.
        source: What the rows are read from.
        reference: How one is named; None: rows have no address of their own.
        detail: What one looks like as a whole; None: nothing but its row.
        get: Reads one as a whole by id; None if there is none.
        called: What a row is called.
        rows_of: Reads what `called` needs of many by id; None: rows of the list do, or
            columns of the table of `reference`.
        acts: What may be done, in the order of the buttons.
        extracts: What else can be read of one.
        as_of: Its detail has a history: `as_of` asks for another day than today.
        list_as_of: So has its list.
        searched: It is found by the search over everything.
        links: Further pages about the list, path -> title.
    """

    name: str
    command: str
    title: str
    counted: tuple[str, str]
    group: Group
    rows: type[RowModel]
    question: type[Q]
    sort: str
    source: Source[Q]
    icon: str = ""
    roles: frozenset[Role] = EVERYBODY
    reference: Reference | Listed | None = None
    detail: type[BaseModel] | None = None
    get: Callable[[Connection, int, Viewer], Row | None] | None = None
    called: Callable[[Row], str] = lambda row: str(row["id"])
    rows_of: RowsOf | None = None
    acts: Sequence[Act] = ()
    extracts: Sequence[Extract] = ()
    as_of: bool = False
    list_as_of: bool = False
    searched: bool = False
    links: Mapping[str, str] = field(default_factory=dict)

    def columns(self, caller: Caller) -> dict[str, Column]:
        """Return the columns the caller may see, by name."""
        return {
            name: column
            for name, column in columns_of(self.rows).items()
            if not caller.roles.isdisjoint(column.roles)
        }

    def hidden(self, caller: Caller, model: type[BaseModel] | None = None) -> set[str]:
        """Return the fields the caller may not see: of the rows, or of a model, too.

        What is hidden in the rows is hidden by its name in every model of the thing.
        """
        found = {**restricted(self.rows), **restricted(model)}
        return {n for n, roles in found.items() if caller.roles.isdisjoint(roles)}

    def may_see(self, caller: Caller) -> bool:
        """Whether the caller may see the list."""
        return not caller.roles.isdisjoint(self.roles)

    def act(self, verb: str) -> Act | None:
        """Return the act with a verb."""
        return self._by_verb.get(verb)

    @cached_property
    def _by_verb(self) -> dict[str, Act]:
        found = {act.verb: act for act in self.acts}
        if len(found) != len(self.acts):
            raise ValueError(f"{self.name} has two acts of one verb")
        return found

    def path(self, row: Row) -> str:
        """Return the path of the page of a row; empty where it has none."""
        key = self.reference.key if self.reference else "id"
        if self.get is None or key not in row:
            return ""
        return f"/{self.name}/{quote(str(row[key]), safe='')}"

    def resolve(self, connection: Connection, ref: int | str) -> int:
        """Return the id of what a path or an argument names.

        Raises:
            NotFound: Nothing is called so, or rows have no names.
            Ambiguous: Several are.
        """
        if self.reference is None:
            raise NotFound(N_("One of {name} has no address."), name=self.name)
        return self.reference.resolve(connection, ref)

    def whole(self, connection: Connection, row_id: int, viewer: Viewer) -> Row:
        """Return one as a whole, without what the viewer may not see.

        Raises:
            NotFound: There is none of that id.
        """
        found = self.get(connection, row_id, viewer) if self.get else None
        if found is None:
            noun = self.reference.noun if self.reference else self.name
            text = N_("There is no {noun} {given}.")
            raise NotFound(text, noun=noun, given=row_id)
        hidden = self.hidden(viewer.caller, self.detail)
        return without(found, hidden) if hidden else found

    def names(
        self, connection: Connection, ids: Collection[int], viewer: Viewer
    ) -> dict[int, str]:
        """Return what things are called, of those that the viewer may see.

        Their rows say it, all at once; things that are in no list, or are named by
        what only the whole of one has, are read one by one.
        """
        hidden, found = self.hidden(viewer.caller), dict[int, str]()
        for number, row in self._rows(connection, ids, viewer).items():
            with suppress(KeyError):
                found[number] = self.called(without(row, hidden))
        for number in set(ids) - found.keys():
            # Gone, or a detail that is not named as the list is.
            with suppress(NotFound, KeyError):
                found[number] = self.called(self.whole(connection, number, viewer))
        return found

    def _rows(
        self, connection: Connection, ids: Collection[int], viewer: Viewer
    ) -> Mapping[int, Row]:
        """Return what rows of the list, or else of the table, say of things."""
        if self.rows_of is not None:
            return self.rows_of(connection, ids, viewer)
        source = self.source
        if isinstance(source, TableSource) and "id" in source.table.c:
            return source.some(connection, ids, viewer)
        if not isinstance(self.reference, Reference):
            return {}
        table = self.reference.table
        read = connection.execute(select(table).where(table.c.id.in_(sorted(ids))))
        return {row["id"]: dict(row) for row in read.mappings()}

    def etag(self, connection: Connection, row_id: int, *, lock: bool = False) -> str:
        """Return the version of a thing as an ETag: it changes with its own row.

        Args:
            connection: Where to look.
            row_id: The thing.
            lock: Keep others from changing it until the transaction ends.
        """
        if self.reference is None:
            return ""
        digest = self.reference.version(connection, row_id, lock=lock)
        return f'"{self.name}-{row_id}-{digest}"'


@cache
def restricted(model: type[BaseModel] | None) -> Mapping[str, frozenset[Role]]:
    """Return the fields of a model, and of those in it, that are not for everybody."""
    if model is None:
        return {}
    found = {
        name: column.roles
        for name, column in columns_of(model).items()
        if column.roles != ANYBODY
    }
    for part in models_in(model):
        found |= restricted(part)
    return found


def models_in(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """Yield the models that the fields of a model hold."""
    kinds = [field.annotation for field in model.model_fields.values()]
    while kinds:
        kind = kinds.pop()
        kinds += get_args(kind)
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield kind


def without(row: Row, names: Iterable[str]) -> Row:
    """Return a row without some fields, in what is within it, too."""
    left_out = frozenset(names)
    return {
        name: _within(value, left_out)
        for name, value in row.items()
        if name not in left_out
    }


def _within(value: Any, left_out: frozenset[str]) -> Any:  # noqa: ANN401
    if isinstance(value, Mapping):
        return without(value, left_out)
    if isinstance(value, list | tuple):
        return [_within(one, left_out) for one in value]
    return value
