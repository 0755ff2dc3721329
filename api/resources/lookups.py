"""Filters beyond equality, in NetBox's habit: `tag__contains`, `cost_minor__gte`.

Every filter whose name is a column of the list has the lookups of its type; they are
parameters of the HTTP list, described in OpenAPI, and `--filter` on the command line.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, create_model
from pydantic.fields import FieldInfo
from sqlalchemy import ColumnElement, Connection, func

from api.resources.annotations import words_in
from api.resources.declare import Choice, Lookup, Question, choices_of
from api.resources.references import ref_of, refs_in, resolve_all, resolved
from inventory.kernel.errors import Invalid
from inventory.kernel.texts import N_

Q = TypeVar("Q", bound=Question)
OPERATORS: dict[str, str] = {
    "in": "One of these: repeated, or once with commas.",
    "contains": "Occurs in it, in any letter case.",
    "gte": "At least that; of a day, that day or later.",
    "lte": "At most that; of a day, that day or earlier.",
    "isnull": "It is not known (true) or known (false).",
}
_OF_TEXT = ("in", "contains", "isnull")
_OF_NUMBERS = ("in", "gte", "lte", "isnull")
_OF_TIME = ("gte", "lte", "isnull")
_OF_REFERENCES = _OF_CHOICES = ("in", "isnull")
_MOST_VALUES = 500


def operators_of(field: FieldInfo, choice: Choice) -> tuple[str, ...]:
    """Return the lookups of a filter that is a column."""
    if choice.lookups is not None:
        return choice.lookups
    if ref_of(field.annotation, field.metadata)[0] is not None:
        return _OF_REFERENCES
    if words_in(field.annotation):
        return _OF_CHOICES
    kind = plain_type(field.annotation)
    if kind is bool:
        return ("isnull",)
    if kind is int or kind is float:
        return _OF_NUMBERS
    if isinstance(kind, type) and issubclass(kind, date):
        return _OF_TIME
    return _OF_TEXT


def plain_type(annotation: Any) -> Any:  # noqa: ANN401
    """Return the type without None, metadata and, of choices, their kind."""
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return plain_type(parts[0])
    if origin in (Union, UnionType):
        kinds = [plain_type(one) for one in parts if one is not type(None)]
        return kinds[0] if len(kinds) == 1 else str
    if annotation is AwareDatetime:
        return datetime
    return str if origin is not None else annotation


def lookup_fields(
    question: type[Question], columns: Mapping[str, ColumnElement[Any]]
) -> dict[str, tuple[Any, FieldInfo]]:
    """Return the fields that a question has for lookups, as `create_model` takes them.

    Args:
        question: The filters.
        columns: The columns of the list; a filter without one has no lookups.
    """
    found: dict[str, tuple[Any, FieldInfo]] = {}
    for name, choice in choices_of(question).items():
        if name not in columns:
            continue
        field = question.model_fields[name]
        for operator in operators_of(field, choice):
            title = choice.title
            text = f"{title}: {OPERATORS[operator]}"
            value: Any = Field(default=None, description=text)
            found[f"{name}__{operator}"] = (_type_of(field, operator), value)
    return found


def _type_of(field: FieldInfo, operator: str) -> Any:  # noqa: ANN401
    if operator == "isnull":
        return bool | None
    if operator == "contains":
        return Annotated[str | None, Field(min_length=1, max_length=200)]
    one = _bare(field)
    if operator == "in":
        values: Any = list.__class_getitem__(one)
        return Annotated[values | None, Field(max_length=_MOST_VALUES)]
    return one | None


def _bare(field: FieldInfo) -> Any:  # noqa: ANN401
    """Return the type of one value of a filter: its own, without None."""
    parts = [one for one in get_args(field.annotation) if one is not type(None)]
    origin = get_origin(field.annotation)
    kind = Union[tuple(parts)] if origin in (Union, UnionType) else field.annotation  # noqa: UP007
    kept = [one for one in field.metadata if not isinstance(one, Choice)]
    return Annotated[(kind, *kept)] if kept else kind


def split_lookups(values: Mapping[str, Any]) -> Iterator[Lookup]:
    """Yield the lookups among validated parameters."""
    for name, value in values.items():
        field, mark, operator = name.rpartition("__")
        if mark and value is not None:
            yield Lookup(field, operator, value)


def resolved_question(connection: Connection, asked: Q) -> Q:
    """Return a question with ids in place of names, in filters and lookups.

    Raises:
        InventoryError: Something is not there, or not certain; names the filter.
    """
    asked = resolved(connection, asked)
    refs = refs_in(type(asked))
    ids = tuple(
        replace(
            one,
            value=resolve_all(
                connection, refs[one.field][0].reference, one.value, f"{one.field}__in"
            ),
        )
        if one.operator == "in" and one.field in refs
        else one
        for one in asked.lookups
    )
    return asked.looked_up(ids) if ids else asked


def conditions(
    asked: Question, columns: Mapping[str, ColumnElement[Any]]
) -> Iterator[ColumnElement[bool]]:
    """Yield the conditions of the lookups of a question."""
    for one in asked.lookups:
        yield condition(columns[one.field], one)


def equalities(
    asked: Question, columns: Mapping[str, ColumnElement[Any]]
) -> Iterator[ColumnElement[bool]]:
    """Yield the conditions of the plain filters of a question that are columns."""
    for name, value in asked.asked().items():
        if name in columns:
            yield columns[name] == value


def condition(column: ColumnElement[Any], lookup: Lookup) -> ColumnElement[bool]:
    """Return what a lookup means for a column."""
    value: Any = lookup.value
    found: ColumnElement[bool]
    match lookup.operator:
        case "in":
            found = column.in_(value)
        case "contains":
            found = func.lower(column).contains(value.lower(), autoescape=True)
        case "gte":
            found = column >= value
        case "lte":
            found = column <= value
        case "isnull":
            found = column.is_(None) if value else column.is_not(None)
        case other:
            raise Invalid(
                N_("There is no lookup {other!r}."), where=lookup.field, other=other
            )
    return found


@cache
def _forbidding() -> type[BaseModel]:
    class Parameters(BaseModel):
        model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    return Parameters


def parameters(name: str, fields: Mapping[str, tuple[Any, Any]]) -> type[BaseModel]:
    """Return a model of parameters: these and no others."""
    return create_model(name, __base__=_forbidding(), **fields)  # type: ignore[call-overload,no-any-return]
