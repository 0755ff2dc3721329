"""Reading a list as it is asked for: parameters, columns, pages, all rows.

HTTP and the command line read lists by these functions, so both know the same filters.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, Field, create_model
from sqlalchemy import Connection

from api.http.callers import Caller
from api.resources.declare import (
    PageRequest,
    Question,
    Row,
    Viewer,
    choices_of,
    columns_of,
)
from api.resources.lookups import (
    lookup_fields,
    parameters,
    resolved_question,
    split_lookups,
)
from api.resources.resource import Resource
from inventory.kernel.errors import Invalid
from inventory.kernel.texts import N_
from inventory.storage.paging import MAX_LIMIT

if TYPE_CHECKING:
    from api.compose.wiring import App

Format = Literal["json", "csv", "xlsx", "jsonl"]


@dataclass(frozen=True, slots=True)
class ListCall:
    """A list as it is asked for.

    Attributes:
        asked: The filters; names are not yet ids.
        page: Sort order and place.
        fields: Names of the columns, in order; empty: all.
        day: `as_of`.
        format: Of the answer.
    """

    asked: Question
    page: PageRequest
    fields: tuple[str, ...]
    day: date | None
    format: str


@cache
def list_parameters(resource: Resource[Any]) -> type[BaseModel]:
    """Return the model of the parameters of a list: filters, lookups, paging."""
    fields: dict[str, Any] = {
        name: (field.annotation, field)
        for name, field in resource.question.model_fields.items()
    }
    fields |= lookup_fields(resource.question, resource.source.columns)
    return parameters(f"{resource.rows.__name__}Query", fields | _paging(resource))


def _paging(resource: Resource[Any]) -> dict[str, Any]:
    sorts = [name for name, one in columns_of(resource.rows).items() if one.sort]
    order = f"{', '.join(sorts)}; `-` in front for descending."
    about = {
        "sort": order,
        "after": "`next` of the page before.",
        "limit": "Rows on a page; a file has all rows.",
        "fields": "Columns, with commas: these and in this order; all without.",
        "format": "json, or a file of all rows: csv, xlsx, jsonl.",
    }
    found: dict[str, Any] = {
        "sort": (str, Field(resource.sort, max_length=40, description=about["sort"])),
        "after": (str | None, Field(None, max_length=2000, description=about["after"])),
        "limit": (int, Field(50, ge=1, le=MAX_LIMIT, description=about["limit"])),
        "fields": (
            str | None,
            Field(None, max_length=2000, description=about["fields"]),
        ),
        "format": (Format | None, Field(None, description=about["format"])),
    }
    if resource.list_as_of:
        line = "As of this day; today without."
        found["as_of"] = (date | None, Field(None, description=line))
    return found


def list_call(
    resource: Resource[Any], sent: Mapping[str, Any], form: str = "json"
) -> ListCall:
    """Return a list as it is asked for.

    Args:
        resource: What is listed.
        sent: Parameters as of `parameters_of`.
        form: Format where the parameters name none.

    Raises:
        ValidationError: A parameter is unknown or its value not accepted.
        Invalid: A column is unknown, or one cannot sort by it.
    """
    given = list_parameters(resource).model_validate(sent)
    values = {name: getattr(given, name) for name in given.model_fields_set}
    own = {n: v for n, v in values.items() if n in resource.question.model_fields}
    asked = resource.question.model_validate(own)
    asked._lookups = tuple(split_lookups(values))
    paging = type(given).model_fields
    defaults = {n: values.get(n, paging[n].default) for n in ("sort", "after", "limit")}
    names = [one.strip() for one in (values.get("fields") or "").split(",")]
    return ListCall(
        asked,
        PageRequest(**defaults),
        tuple(name for name in names if name),
        values.get("as_of"),
        values.get("format") or form,
    )


def parameters_of(
    sent: Iterable[tuple[str, str]], model: type[BaseModel]
) -> dict[str, Any]:
    """Return the parameters of an address as a model takes them.

    A list is repeated, or given once with commas; of others the last one counts.
    """
    given: dict[str, list[str]] = {}
    for name, text in sent:
        given.setdefault(name, []).append(text)
    values: dict[str, Any] = {}
    for name, texts in given.items():
        if name.endswith("__in") and name in model.model_fields:
            values[name] = texts[0].split(",") if len(texts) == 1 else texts
        else:
            values[name] = texts[-1]
    return {name: value for name, value in values.items() if value != ""}


def shown_fields(resource: Resource[Any], who: Caller, call: ListCall) -> list[str]:
    """Return the names of the columns to answer with; all fields without a choice.

    Raises:
        Invalid: One is not there, or not for the caller; or one cannot sort or filter
            so: what is found by a value tells the value.
    """
    hidden = resource.hidden(who)
    filters = [n for n in choices_of(resource.question) if not tells(n, hidden)]
    for name in (*call.asked.asked(), *(one.field for one in call.asked.lookups)):
        _check(name, filters, "filter")
    names = [name for name in resource.rows.model_fields if name not in hidden]
    sort = call.page.sort.removeprefix("-")
    sorts = [n for n, one in columns_of(resource.rows).items() if one.sort]
    _check(sort, [n for n in sorts if n not in hidden], "sort")
    for name in call.fields:
        _check(name, names, "fields")
    return list(call.fields) or names


def tells(filter_name: str, hidden: Collection[str]) -> bool:
    """Whether a filter tells of a column that is hidden."""
    return filter_name in hidden or f"{filter_name}_id" in hidden


def _check(name: str, names: list[str], where: str) -> None:
    if name not in names:
        raise Invalid(
            N_("There is no column {name} here."),
            where=where,
            remedy=N_("Use one of {choices}."),
            name=name or '""',
            choices=", ".join(names),
        )


def viewer_of(app: App, who: Caller, day: date | None = None) -> Viewer:
    """Return who looks, as of a day or of today."""
    today = app.clock().date()
    return Viewer(who, today, day or today, app)


def read_page(
    resource: Resource[Any],
    connection: Connection,
    viewer: Viewer,
    call: ListCall,
) -> tuple[list[Row], str | None]:
    """Return the rows of a page with the fields asked for, and the next cursor."""
    names = shown_fields(resource, viewer.caller, call)
    asked = resolved_question(connection, call.asked)
    page = resource.source.read(connection, asked, viewer, call.page)
    return _cut(resource, page.rows, names), page.next


def read_all(
    resource: Resource[Any],
    connection: Connection,
    viewer: Viewer,
    call: ListCall,
) -> Iterator[Row]:
    """Yield all rows of a list with the fields asked for, page by page."""
    after: str | None = None
    while True:
        page = replace(call.page, after=after, limit=MAX_LIMIT)
        rows, after = read_page(resource, connection, viewer, replace(call, page=page))
        yield from rows
        if after is None:
            return


def _cut(resource: Resource[Any], rows: Any, names: list[str]) -> list[Row]:  # noqa: ANN401
    if names == list(resource.rows.model_fields):
        return list(rows)
    return [{name: row[name] for name in names} for row in rows]


@cache
def page_model(resource: Resource[Any]) -> type[BaseModel]:
    """Return the model of a page of a list."""
    stem = resource.name.replace("-", " ").title().replace(" ", "")
    after = "Ask again with this as `after`; null on the last page."
    made: type[BaseModel] = create_model(
        f"{stem}Page",
        __doc__=f"A page of {resource.name.replace('-', ' ')}.",
        items=(list[resource.rows], ...),  # type: ignore[name-defined]
        next=(str | None, Field(..., description=after)),
    )
    return made
