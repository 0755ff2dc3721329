"""The words of a declaration: columns, filters and inputs as metadata of fields.

A list is two classes of pydantic fields: the rows (`RowModel`, its fields are the
columns) and the question (`Question`, its fields are the filters). What one thing
looks like is a third (`DetailModel`), and what an act needs a fourth
(`api.http.actions.Given` with `Input`). Titles are English; the pages translate them.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Literal, Protocol, Self

from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    PrivateAttr,
    field_validator,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from api.http.callers import STAFF, Caller, Role
from api.resources.annotations import words_in
from inventory.kernel.clean_text import checked, cleaned

if TYPE_CHECKING:
    from api.compose.wiring import App

Row = Mapping[str, Any]
EVERYBODY = STAFF
ANYBODY = frozenset(Role)
"""Who sees a column, unless it says otherwise: whoever sees the row."""

Text = str | None
Number = int | None
Day = date | None
Moment = datetime | None


def _first_moment(given: object) -> object:
    """Return a day as its first moment in UTC."""
    alone = isinstance(given, str) and len(given.strip()) == len("2026-01-31")
    return f"{given}T00:00:00Z" if alone else given


AskedMoment = Annotated[AwareDatetime, BeforeValidator(_first_moment)]
"""The type of a filter that is a moment: with its zone; a day is its first moment."""
Word = Annotated[str | None, Field(max_length=200)]


class Show(StrEnum):
    """How a page shows a value; exports, the API and commands have it as it is.

    A word of the data (`in_use`) and a sentence of ours are told in the reader's
    language; money is minor units, an amount decimal text, both of the `currency` of
    the row. A code is a number that names something (a VLAN, a port): it has no
    separators. Speed is bits per second.
    """

    TEXT = "text"
    MONO = "mono"
    STATE = "state"
    WORD = "word"
    SAID = "said"
    NUMBER = "number"
    CODE = "code"
    SPEED = "speed"
    BYTES = "bytes"
    MONEY = "money"
    AMOUNT = "amount"
    DAY = "day"
    AGO = "ago"
    YES = "yes"


@dataclass(frozen=True, slots=True)
class Cell:
    """What a page shows in a cell, where it is more than the value itself.

    Attributes:
        value: As of the column, or another.
        href: Path of the page it leads to.
        under: A second, quieter line.
    """

    value: Any
    href: str = ""
    under: str = ""


@dataclass(frozen=True, slots=True)
class Thing:
    """A thing of the register, which a page calls by its name.

    Attributes:
        base: Its table, or what `<base>_id` calls it.
        number: Its id.
    """

    base: str
    number: int


class _Described:
    """Gives its `about` to the JSON schema as the description of the field."""

    about: str

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        found = handler(schema)
        if self.about:
            found["description"] = self.about
        return found


@dataclass(frozen=True, slots=True)
class Column(_Described):
    """A column of a list: metadata of a field of a `RowModel`.

    Attributes:
        title: Heading.
        show: How the pages show it.
        sort: One can sort by it; the name of the field is the key.
        shown: It is there unless the reader chooses columns.
        lead: It names the row: leads to its page, heads its card on a phone.
        cell: Makes more of it than the value, for a page.
        total: Summed at the foot of the list.
        roles: Who sees it, everywhere.
        about: For the description of the API and the tool tip.
    """

    title: str
    show: Show = Show.TEXT
    _: KW_ONLY
    sort: bool = False
    shown: bool = True
    lead: bool = False
    cell: Callable[[Row, Caller], Cell] | None = None
    total: bool = False
    roles: frozenset[Role] = ANYBODY
    about: str = ""


@dataclass(frozen=True, slots=True)
class Choice(_Described):
    """A filter: metadata of a field of a `Question`.

    Attributes:
        title: Label.
        main: It stands beside the search; others stand under "More filters".
        pick: Resource to pick from, for a field that refers to a thing.
        lookups: Of `api.resources.lookups.OPERATORS`; None: those of its type.
        about: For the description of the API and of the command.
    """

    title: str
    _: KW_ONLY
    main: bool = True
    pick: str = ""
    lookups: tuple[str, ...] | None = None
    about: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """An entry of a mapping that a form asks for by a field of its own.

    Attributes:
        name: Its key in the mapping.
        title: Label.
        only: Asked for where the field `Input.by` has one of these values.
        kind: text, area, lines, number, choose, tick, or secret and secret-area, which
            are never shown again.
        options: What there is to choose from.
        hint: A line below it.
    """

    name: str
    title: str
    only: tuple[str, ...]
    kind: str = "text"
    options: tuple[str, ...] = ()
    hint: str = ""

    def label(self, field: str) -> str:
        """Return the name of its input: parts of one name differ by what has them."""
        return f"{field}.{self.only[0]}.{self.name}"


@dataclass(frozen=True, slots=True)
class Input(_Described):
    """A field of what an act is given: metadata of a field of a `Given`.

    Attributes:
        title: Label.
        hint: A line below the field of a form.
        kind: text, area, day, money, number, choose, pick, tick; `file` for the bytes
            of a file in base64 and `text-file` for its text, which pages and commands
            take from a file; `document` for a text that a page shows, too; empty: as
            its type says.
        pick: Resource to pick from, for a field that refers to a thing.
        group: Heading under which a form shows it.
        about: For the description of the API and of the command; else the hint.
        known: From the App, the values that a form offers, where no type names them.
        parts: Entries of a mapping, asked for one by one in a form.
        by: The field whose value says which parts there are.
    """

    title: str
    _: KW_ONLY
    hint: str = ""
    kind: str = ""
    pick: str = ""
    known: Callable[[Any], Iterable[str]] | None = None
    parts: tuple[Part, ...] = ()
    by: str = ""
    group: str = ""
    about: str = ""

    def of_file(self, data: bytes) -> str:
        """Return a file as the field takes it: in base64, or as text.

        Text without a mark of Unicode that is not UTF-8 is taken for Windows-1252, as
        spreadsheets save it.
        """
        if self.kind == "file":
            return base64.b64encode(data).decode()
        if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return data.decode("utf-16", "replace")
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError:
            return data.decode("cp1252", "replace")

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        found = handler(schema)
        if self.about or self.hint:
            found["description"] = self.about or self.hint
        return found


FILE_KINDS = ("file", "text-file", "document")
"""Kinds of inputs whose value is the content of a file."""


@dataclass(frozen=True, slots=True)
class Lookup:
    """One condition beyond equality: `cost_minor__gte=100000`.

    Attributes:
        field: Name of a filter.
        operator: One of `api.resources.lookups.OPERATORS`.
        value: As its type says; a list for `in`.
    """

    field: str
    operator: str
    value: Any


class Question(BaseModel):
    """What is asked of a list: its fields are the filters; None is not asked."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, frozen=True)

    search: Annotated[
        str,
        Field(max_length=200),
        Choice("Search", about="Words, each must occur.", lookups=()),
    ] = ""
    _lookups: tuple[Lookup, ...] = PrivateAttr(default=())

    @model_validator(mode="before")
    @classmethod
    def _clean(cls, sent: Any) -> Any:  # noqa: ANN401 - whatever was asked
        return cleaned(sent) if isinstance(sent, dict) else sent

    @field_validator("*")
    @classmethod
    def _sane(cls, value: Any) -> Any:  # noqa: ANN401 - of any filter
        return checked(value)

    @property
    def lookups(self) -> tuple[Lookup, ...]:
        """The conditions beyond equality."""
        return self._lookups

    def looked_up(self, lookups: tuple[Lookup, ...]) -> Self:
        """Return the same question with these conditions beyond equality."""
        copied = self.model_copy()
        copied._lookups = lookups
        return copied

    def asked(self) -> dict[str, Any]:
        """Return the filters that are set, by name."""
        return {
            name: value
            for name, value in self
            if value is not None and value != "" and name in choices_of(type(self))
        }


class RowModel(BaseModel):
    """A row of a list: its fields are the columns."""

    model_config = ConfigDict(extra="forbid")


class DetailModel(BaseModel):
    """One thing as a whole: these fields and no others."""

    model_config = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks, and as of when.

    Attributes:
        caller: Who looks.
        today: The day it is.
        day: The day it is looked at: `as_of`, else today.
        app: The composition, for what is not in the database: data files, scans that
            run, traps heard. None in tests of rules.
    """

    caller: Caller
    today: date
    day: date
    app: App | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRequest:
    """Which page of a list.

    Attributes:
        sort: A column, `-` in front for descending.
        after: `next` of the page before.
        limit: Rows on a page, 1 to 1000.
    """

    sort: str
    after: str | None = None
    limit: int = 50


class Page(Protocol):
    """Rows, and the cursor of the page after."""

    @property
    def rows(self) -> Sequence[Row]:
        """The rows."""

    @property
    def next(self) -> str | None:
        """None at the end."""


Group = Literal["home", "network", "register", "people", "telephony", "money", "house"]


def columns_of(rows: type[BaseModel]) -> dict[str, Column]:
    """Return the columns of a class of rows, by the name of the field.

    What has a closed vocabulary is shown by its words.
    """
    return dict(_columns_of(rows))


@cache
def _columns_of(rows: type[BaseModel]) -> tuple[tuple[str, Column], ...]:
    return tuple(
        (name, replace(one, show=Show.WORD))
        if one.show is Show.TEXT and words_in(rows.model_fields[name].annotation)
        else (name, one)
        for name, one in _marked(rows, Column)
    )


def choices_of(question: type[Question]) -> dict[str, Choice]:
    """Return the filters of a class of questions, by the name of the field."""
    return {name: one for name, one in _marked(question, Choice)}


def inputs_of(given: type[BaseModel]) -> dict[str, Input]:
    """Return the described inputs of an act, by the name of the field."""
    return {name: one for name, one in _marked(given, Input)}


def _marked(model: type[BaseModel], kind: type[Any]) -> list[tuple[str, Any]]:
    return [
        (name, one)
        for name, field in model.model_fields.items()
        for one in field.metadata
        if isinstance(one, kind)
    ]
