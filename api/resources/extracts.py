"""What else can be read of one thing: its timeline, its schedule, its PDF.

    GET /assets/{ref}/timeline        purser asset timeline IT-1
    GET /acceptances/{ref}/pdf        purser acceptance pdf 7 --output handover.pdf

An extract is declared with its resource, as its acts are: a function that reads, a
model of its parameters and one of its answer, or the types of the file it gives.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection

from api.http.callers import Role
from api.http.files import File
from api.resources.declare import Viewer


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
