"""What else can be read of one thing: its timeline, its schedule, its PDF.

    GET /assets/{ref}/timeline        purser asset timeline IT-1
    GET /acceptances/{ref}/pdf        purser acceptance pdf 7 --output handover.pdf

An extract is declared with its resource, as its acts are: a function that reads, a
model of its parameters and one of its answer, or the types of the file it gives.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from typing import Any, TypeVar, overload

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection

from api.http.callers import Role
from api.http.files import File
from api.resources.declare import Viewer

T = TypeVar("T")


class Elsewhere(Sequence[T]):
    """Acts or extracts of other modules, which are loaded when one is asked for.

    A list needs none of them, and they may load half of the house.

    Args:
        paths: `module:NAME` below `api.resources`; NAME is one, or several of them.
    """

    def __init__(self, *paths: str) -> None:
        self._paths = paths

    @cached_property
    def _found(self) -> tuple[T, ...]:
        found: list[T] = []
        for path in self._paths:
            module, _, name = path.partition(":")
            declared = getattr(import_module(f"api.resources.{module}"), name)
            found += declared if isinstance(declared, tuple) else (declared,)
        return tuple(found)

    @overload
    def __getitem__(self, place: int) -> T: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[T]: ...
    def __getitem__(self, place: int | slice) -> T | Sequence[T]:
        return self._found[place]

    def __len__(self) -> int:
        return len(self._found)


class Parameters(BaseModel):
    """Base of the parameters of an extract: these and no others."""

    model_config = ConfigDict(
        extra="forbid", str_strip_whitespace=True, populate_by_name=True
    )


Read = Callable[[Connection, int, Viewer, Any], File | Any]
"""Connection, id of the thing, who looks, parameters -> the answer or a `File`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extract:
    """Something else that can be read of one thing.

    Attributes:
        name: In addresses and of its command.
        about: A sentence for the API and the command line.
        read: Reads it. The connection ends with the call: what is made while it is
            sent opens its own.
        answer: Model of the answer; None: it is always a file.
        media: Types of the files it gives; `*/*` for any.
        parameters: Its parameters.
        roles: Who may read it; None: who may see the thing.
        shown: Columns of its tables on a terminal, in order; empty: all.
    """

    name: str
    about: str
    read: Read
    answer: type[BaseModel] | None = None
    media: tuple[str, ...] = ()
    parameters: type[Parameters] = Parameters
    roles: frozenset[Role] | None = None
    shown: tuple[str, ...] = ()
