"""What the declaration of a resource promises, as tests ask for it."""

from __future__ import annotations

from typing import Any, Literal, get_args, get_origin

from api.resources.declare import columns_of
from api.resources.listing import list_parameters
from api.resources.lookups import plain_type
from api.resources.resource import Resource
from tests.api.resources.client import Client

PAGING = {"sort", "after", "limit", "fields", "format", "as_of"}


SAMPLES = {
    "bool": ["true", "false"],
    "int": ["1", "0", "99999999"],
    "float": ["0.5"],
    "date": ["2026-01-31"],
    "datetime": ["2026-01-31T12:00:00Z", "2026-01-31T12:00:00+02:00", "2026-01-31"],
}


def samples(found: Resource[Any], name: str) -> list[str]:
    """Values of a filter: of its type, or those it is limited to."""
    annotation = found.question.model_fields[name].annotation
    for part in (annotation, *get_args(annotation)):
        if get_origin(part) is Literal:
            return [str(value) for value in get_args(part)]
    kind = plain_type(annotation)
    return SAMPLES.get(getattr(kind, "__name__", ""), ["x", "%", "'; --"])


def sorts(found: Resource[Any]) -> list[str]:
    return [name for name, column in columns_of(found.rows).items() if column.sort]


def plain(found: Resource[Any], name: str) -> Any:  # noqa: ANN401
    """The annotation of a column, of one kind with all that are sorted alike."""
    return found.rows.model_fields[name].annotation


def lookups(found: Resource[Any], name: str) -> list[str]:
    """The lookups that a filter has."""
    start = f"{name}__"
    return [
        one.removeprefix(start)
        for one in list_parameters(found).model_fields
        if one.startswith(start)
    ]


def wrong(client: Client, name: str, told: str, **params: str) -> None:
    """Assert that a list refuses parameters and names one."""
    answer = client.get(name, params=params)
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert told in answer.text
