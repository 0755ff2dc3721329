"""Filters that follow from the columns of a list, for lists that filter by all of them.

A list with filters of its own declares a `Question`, and may begin with these::

    class PartQuestion(filters_of(PartRow, Question, "Which parts are asked for.")):
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Annotated, Any, Literal, get_origin

from pydantic import BaseModel, create_model

from api.resources.annotations import types_in
from api.resources.declare import AskedMoment, Choice, Question, Word, columns_of

_FILTERS: dict[Any, Any] = {
    str: Word,
    int: int | None,
    float: float | None,
    bool: bool | None,
    date: date | None,
    datetime: AskedMoment | None,
}
"""Type of a column -> type of its filter; other columns have none."""


def filters_of(
    rows: type[BaseModel],
    base: type[Question],
    about: str,
    *,
    main: Collection[str] = (),
) -> type[Question]:
    """Return a question with a filter for each column that can have one.

    Args:
        rows: The rows; fields without a `Column`, ids among them, have no filter.
        base: Filters it begins with; its own are left as they are.
        about: Which rows are asked for, as a sentence.
        main: Filters that stand beside the search.
    """
    fields: dict[str, Any] = {}
    for name, column in columns_of(rows).items():
        kind = _filter(rows.model_fields[name].annotation)
        if name != "id" and name not in base.model_fields and kind is not None:
            choice = Choice(column.title, main=name in main, about=column.about)
            fields[name] = (Annotated[kind, choice], None)
    stem = rows.__name__.removesuffix("Row")
    return create_model(f"{stem}Question", __base__=base, __doc__=about, **fields)


def _filter(annotation: Any) -> Any:  # noqa: ANN401
    (kind, *more) = types_in(annotation) or [None]
    if more:
        return None
    if get_origin(kind) is Literal:
        return kind | None
    return _FILTERS.get(kind)
