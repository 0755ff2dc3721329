"""Columns, filters and inputs of the details of an asset, made of their declaration.

A class that has a field of a detail already keeps it, such as a column that shows more
than the value.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, Field, create_model
from pydantic.fields import FieldInfo

from api.resources.declare import Choice, Column, Day, Input, Show, Text, Word
from inventory.assets.register.details import DAYS, DETAILS, LISTED, group_of

_LONGEST = {"note": 10_000}
_LONG_TEXT = 200
M = TypeVar("M", bound=BaseModel)


def with_columns(rows: type[M]) -> type[M]:
    """Return rows that have a column of each listed detail, shown on request."""
    return _extended(rows, {name: _column(name) for name in LISTED})


def with_filters(question: type[M]) -> type[M]:
    """Return a question that filters by each detail."""
    return _extended(question, {name: _filter(name) for name in DETAILS})


def with_inputs(given: type[M]) -> type[M]:
    """Return the input of an act that takes each detail."""
    return _extended(given, {name: _input(name, DETAILS[name]) for name in DETAILS})


def _extended(model: type[M], fields: dict[str, Any]) -> type[M]:
    more = {name: fields[name] for name in fields.keys() - model.model_fields.keys()}
    ordered = {name: more[name] for name in DETAILS if name in more}
    made: type[M] = create_model(
        model.__name__,
        __base__=model,
        __doc__=model.__doc__,
        __module__=model.__module__,
        **ordered,
    )
    return made


def _column(name: str) -> Any:  # noqa: ANN401
    title = DETAILS[name].title or name
    if name in DAYS:
        return Annotated[Day, Column(title, Show.DAY, shown=False)], ...
    return Annotated[Text, Column(title, shown=False)], ...


def _filter(name: str) -> Any:  # noqa: ANN401
    title = DETAILS[name].title or name
    kind: Any = date | None if name in DAYS else Word
    return Annotated[kind, Choice(title, main=False)], None


def _input(name: str, field: FieldInfo) -> Any:  # noqa: ANN401
    title, group = field.title or name, group_of(field)
    if name in DAYS:
        return Annotated[date | None, Input(title, group=group)], None
    most = _LONGEST.get(name, _LONG_TEXT)
    shown = Input(title, group=group, kind="area" if most > _LONG_TEXT else "")
    kind: Any = str if field.annotation is str else str | None
    return Annotated[kind, Field(max_length=most), shown], field.default
