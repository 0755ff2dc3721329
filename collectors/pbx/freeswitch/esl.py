"""The event socket of FreeSWITCH: headers, bodies, answers to `api`. Pure.

Messages are header lines, a blank line, and `Content-Length` bytes of body.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from collectors.errors import Malformed, TooMuch, Unsupported
from collectors.sentences import N_
from collectors.text import printable

MAX_HEADERS = 256


def header(line: bytes) -> tuple[str, str] | None:
    """Return name in lower case and value of a header line; None for a blank one.

    Raises:
        Malformed: It is no header.
    """
    text = line.strip()
    if not text:
        return None
    name, colon, value = text.partition(b":")
    if not colon or len(name) > 64:
        raise Malformed(N_("a line that is not a header of the event socket"))
    return name.strip().decode("ascii", "replace").lower(), printable(
        value.decode("utf-8", "replace")
    )


def length(headers: Mapping[str, str]) -> int:
    """Return how many bytes of body follow.

    Raises:
        Malformed: The number is none.
    """
    text = headers.get("content-length", "0")
    if not text.isdigit() or len(text) > 12:
        raise Malformed(N_("a Content-Length that is not a number"))
    return int(text)


def answer_text(command: str, body: bytes) -> str:
    """Return the text of an answer to `api`.

    Raises:
        Unsupported: FreeSWITCH knows no such command.
        Malformed: It says that the command failed.
    """
    text = body.decode("utf-8", "replace")
    if text.startswith("-ERR"):
        reason = printable(text.split("\n")[0])[5:200]
        if "not found" in reason.lower():
            raise Unsupported(N_("this FreeSWITCH knows no {command}"), command=command)
        raise Malformed(
            N_("{command} failed: {what}"),
            command=command,
            what=reason or "without a reason",
        )
    return text


def json_rows(text: str, most: int) -> list[dict[str, str]]:
    """Return the rows of a `show ... as json` answer; none where there are none.

    Raises:
        Malformed: It is not JSON of that form.
        TooMuch: There are more rows than `most`.
    """
    try:
        found: Any = json.loads(text)
        rows = found.get("rows", []) if isinstance(found, dict) else None
    except (ValueError, RecursionError):
        rows = None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Malformed(N_("an answer that is not the JSON of a list"))
    if len(rows) > most:
        raise TooMuch(N_("a list of {rows} rows"), rows=len(rows))
    return [
        {str(k): printable(str(v)) for k, v in row.items() if v is not None}
        for row in rows
    ]


def piped_rows(text: str, most: int) -> list[dict[str, str]]:
    """Return the rows of a table with `|` between its columns, names in the first.

    Raises:
        TooMuch: There are more rows than `most`.
    """
    lines = [line for line in text.splitlines() if "|" in line]
    if len(lines) > most + 1:
        raise TooMuch(N_("a list of more than {most} rows"), most=most)
    if not lines:
        return []
    names = [name.strip() for name in lines[0].split("|")]
    rows = []
    for line in lines[1:]:
        cells = [printable(cell) for cell in line.split("|")]
        rows.append(dict(zip(names, cells, strict=False)))
    return rows
