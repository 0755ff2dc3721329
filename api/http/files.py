"""A file that is given: what it holds is made while it is sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


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
