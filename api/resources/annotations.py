"""What the annotation of a field allows: its types, and its words if they are few."""

from __future__ import annotations

import types
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel


def types_in(annotation: Any) -> list[Any]:  # noqa: ANN401
    """Return the types of an annotation, without None and what only describes."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return types_in(get_args(annotation)[0])
    if origin in (Union, types.UnionType):
        return [one for part in get_args(annotation) for one in types_in(part)]
    return [] if annotation is type(None) else [annotation]


def words_in(annotation: Any) -> list[str]:  # noqa: ANN401
    """Return the words a closed vocabulary allows; nothing for any other type."""
    return [
        str(value)
        for one in types_in(annotation)
        if get_origin(one) is Literal
        for value in get_args(one)
    ]


def row_in(annotation: Any) -> type[BaseModel] | None:  # noqa: ANN401
    """Return what a row is where an annotation is a list of things with fields."""
    for one in types_in(annotation):
        if get_origin(one) not in (list, tuple):
            continue
        for part in get_args(one):
            for each in types_in(part):
                if isinstance(each, type) and issubclass(each, BaseModel):
                    return each
    return None
