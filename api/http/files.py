"""A file as an answer: what it holds is made while it is sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any
from urllib.parse import quote

from fastapi import Response
from fastapi.responses import StreamingResponse


@dataclass(frozen=True, slots=True)
class File:
    """A file that is given.

    Attributes:
        name: Under which it is saved; empty for what a program reads as it comes.
        media: Its type.
        pieces: Its bytes; they may be made while they are sent.
        headers: Further headers.
        shown: A browser may show it instead of saving it.
    """

    name: str
    media: str
    pieces: Iterable[bytes]
    headers: Mapping[str, str] = field(default_factory=dict)
    shown: bool = False


def content_of(*media: str) -> dict[str, Any]:
    """Return the description of an answer that is a file of one of some types.

    What JSON holds, the model of the answer says.
    """
    binary = {"schema": {"type": "string", "format": "binary"}}
    return {
        "content": {one: {} if one == "application/json" else binary for one in media}
    }


def as_answer(file: File) -> Response:
    """Return a file to save or to show.

    Its first piece is made before the answer begins, so that what is wrong with a
    request is still a problem and not a broken file.
    """
    pieces = iter(file.pieces)
    first = next(pieces, b"")
    return StreamingResponse(
        chain([first], pieces),
        media_type=file.media,
        headers={**_saved(file), **file.headers},
    )


def _saved(file: File) -> dict[str, str]:
    if not file.name:
        return {}
    how = "inline" if file.shown else "attachment"
    if file.name.isascii() and '"' not in file.name:
        return {"Content-Disposition": f'{how}; filename="{file.name}"'}
    return {"Content-Disposition": f"{how}; filename*=UTF-8''{quote(file.name)}"}
