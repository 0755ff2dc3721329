"""Rows to JSON, files to what is sent.

Answers are written as they are: validating them against their own models would cost
more than reading them from the database; tests compare both.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from itertools import chain
from typing import Any, Protocol
from urllib.parse import quote

from fastapi import Response
from fastapi.responses import StreamingResponse

from api.http.errors import MEDIA_TYPE, TYPE_PREFIX
from api.http.files import File


class Page(Protocol):
    """A page of a list: rows and the cursor of the page after."""

    @property
    def rows(self) -> Sequence[Mapping[str, Any]]:
        """The rows of this page."""

    @property
    def next(self) -> str | None:
        """The cursor of the page after, None at the end."""


def answer(
    value: Any,  # noqa: ANN401 - any JSON value
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return a value as a JSON answer; moments in UTC with a final Z."""
    text = json.dumps(value, default=_plain, ensure_ascii=False, separators=(",", ":"))
    return Response(text, status, headers, media_type="application/json")


def answer_page(page: Page) -> Response:
    """Return a page of a list: `items`, and `next` for the page after."""
    return answer({"items": page.rows, "next": page.next})


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no JSON form")


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
    if (
        file.name.isascii()
        and file.name.isprintable()
        and not set(file.name) & {*'"\\'}
    ):
        return {"Content-Disposition": f'{how}; filename="{file.name}"'}
    return {"Content-Disposition": f"{how}; filename*=UTF-8''{quote(file.name)}"}


_MEANINGS = {
    401: "No token, or one that is unknown, revoked or expired",
    403: "The token's roles do not allow this",
    404: "There is no such thing",
    400: "The request cannot be understood",
    409: "It contradicts what is recorded, or the state does not allow it",
    412: "It was changed since the caller has read it",
    422: "A value of the request cannot be accepted",
    405: "The path does not know this method",
    408: "The body did not come in time",
    413: "The body is larger than any that is taken",
    415: "The body is of a type that is not understood here",
    503: "The database cannot be used now, or too many ask at once",
    507: "The disk of the database is full",
}
_ALWAYS = (400, 503)
_WITH_BODY = (408, 413, 507)


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the error answers of a route for its OpenAPI description."""
    return {
        status: {
            "description": _MEANINGS[status],
            "content": {
                MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}
            },
        }
        for status in statuses
    }


def add_refusals(schema: dict[str, Any]) -> None:
    """Describe what the edge may answer to any operation, whatever is behind it."""
    for path in schema["paths"].values():
        for operation in path.values():
            sent = _WITH_BODY if "requestBody" in operation else ()
            told = {str(status): one for status, one in problems(*sent).items()}
            for status, one in problems(*_ALWAYS).items():
                told[str(status)] = one
            operation["responses"] = told | operation["responses"]


ALL_PROBLEMS = problems(401, 403, 404, 409, 422, 503)
"""Of routers that change things: what they may refuse, in one place."""

PROBLEM_SCHEMA: dict[str, Any] = {
    "title": "Problem",
    "description": "An error as of RFC 9457.",
    "type": "object",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string", "examples": [TYPE_PREFIX + "not-found"]},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string", "description": "The path asked for."},
        "request_id": {"type": "string", "description": "Finds it in the log."},
        "text": {"type": "string", "description": "`detail` without its values."},
        "values": {"type": "object", "description": "The values of `text` by name."},
        "where": {"type": "string", "description": "Field or row concerned."},
        "remedy": {"type": "string", "description": "What to do."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["location", "problem"],
                "properties": {
                    "location": {"type": "string"},
                    "problem": {"type": "string"},
                    "field": {"type": "string"},
                    "text": {"type": "string", "description": "As `text` above."},
                    "advice": {"type": "string", "description": "What to do."},
                    "values": {"type": "object"},
                },
            },
        },
    },
}
