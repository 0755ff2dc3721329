"""Answers that are made while they are sent: JSON lines, CSV, XLSX, plain text.

The first piece is made before the answer begins, so that what is wrong with a request
is still a problem and not a broken file.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from tempfile import TemporaryFile
from typing import IO, Annotated, Any, Literal

from fastapi import Query, Response
from fastapi.responses import StreamingResponse

from inventory.reports.base import Column, Row
from inventory.reports.sheets import csv_lines, json_lines, write_xlsx

TableFormat = Literal["json", "ndjson", "csv", "xlsx"]
Format = Annotated[
    TableFormat,
    Query(description="json, ndjson (one object a line), csv or xlsx."),
]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TYPES = {
    "json": "application/json",
    "ndjson": "application/x-ndjson",
    "csv": "text/csv; charset=utf-8",
    "xlsx": XLSX,
    "beancount": "text/plain; charset=utf-8",
    "hledger": "text/plain; charset=utf-8",
}
SUFFIXES = {"beancount": "beancount", "hledger": "journal"}
_PIECE = 65536


def described(*formats: str) -> dict[int | str, dict[str, Any]]:
    """Return the 200 answer of a route that also gives files, for its description."""
    return {200: {"content": {TYPES[name].split(";")[0]: {} for name in formats}}}


def streamed(pieces: Iterator[str], kind: str, name: str) -> Response:
    """Return text as it is made.

    Args:
        pieces: The text.
        kind: One of `TYPES`.
        name: Name of the file without its suffix.
    """
    first = next(pieces, "")
    body = (piece.encode() for piece in chain([first], _gathered(pieces)))
    return StreamingResponse(body, media_type=TYPES[kind], headers=_saved(kind, name))


def _gathered(pieces: Iterator[str]) -> Iterator[str]:
    """Join small pieces: each costs a step between threads."""
    waiting: list[str] = []
    size = 0
    for piece in pieces:
        waiting.append(piece)
        size += len(piece)
        if size > _PIECE:
            yield "".join(waiting)
            waiting, size = [], 0
    yield "".join(waiting)


def _saved(kind: str, name: str) -> dict[str, str]:
    if kind in ("json", "ndjson"):
        return {}
    suffix = SUFFIXES.get(kind, kind)
    return {"Content-Disposition": f'attachment; filename="{name}.{suffix}"'}


def table(
    columns: Sequence[Column], rows: Iterable[Row], kind: TableFormat, name: str
) -> Response:
    """Return a table in any of the formats."""
    match kind:
        case "csv":
            return streamed(csv_lines(columns, rows), kind, name)
        case "ndjson":
            return streamed(json_lines(columns, rows), kind, name)
        case "xlsx":
            return _workbook(columns, rows, name)
        case _:
            return streamed(items(json_lines(columns, rows)), kind, name)


def items(lines: Iterable[str]) -> Iterator[str]:
    """Yield JSON texts, one for each item, as the last page of a list."""
    before = '{"items":['
    for line in lines:
        yield before + line.rstrip("\n")
        before = ","
    yield ("" if before == "," else before) + '],"next":null}'


def objects(values: Iterable[Any]) -> Iterator[str]:
    """Yield values as JSON lines."""
    for value in values:
        yield json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"


def _workbook(columns: Sequence[Column], rows: Iterable[Row], name: str) -> Response:
    file = TemporaryFile()
    try:
        write_xlsx(columns, rows, name, file)
    except BaseException:
        file.close()
        raise
    return StreamingResponse(_read(file), media_type=XLSX, headers=_saved("xlsx", name))


def _read(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        file.seek(0)
        while piece := file.read(_PIECE):
            yield piece
