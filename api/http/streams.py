"""Tables and texts as files that are made while they are sent.

JSON, JSON lines, CSV, XLSX and plain text. Nothing is made before the first piece is
asked for.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any, Literal

from api.http.files import File, content_of
from inventory.reports.sheets import csv_lines, json_lines, write_xlsx

if TYPE_CHECKING:
    from inventory.reports.base import Column, Row

TableFormat = Literal["json", "jsonl", "csv", "xlsx"]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TYPES = {
    "json": "application/json",
    "jsonl": "application/jsonl",
    "csv": "text/csv; charset=utf-8",
    "xlsx": XLSX,
    "beancount": "text/plain; charset=utf-8",
    "hledger": "text/plain; charset=utf-8",
}
SUFFIXES = {"beancount": "beancount", "hledger": "journal"}
_READ_AS_IT_COMES = ("json", "jsonl")
_PIECE = 65536


def media_of(*formats: str) -> tuple[str, ...]:
    """Return the types of formats, for the description of an answer."""
    return tuple(dict.fromkeys(TYPES[name].split(";")[0] for name in formats))


def described(*formats: str) -> dict[int | str, dict[str, Any]]:
    """Return the 200 answer of a route that also gives files, for its description."""
    return {200: content_of(*media_of(*formats))}


def text(pieces: Iterator[str], kind: str, name: str) -> File:
    """Return text as a file.

    Args:
        pieces: The text.
        kind: One of `TYPES`.
        name: Name of the file without its suffix.
    """
    return File(_saved_as(kind, name), TYPES[kind], _gathered(pieces))


def _gathered(pieces: Iterator[str]) -> Iterator[bytes]:
    """Join small pieces: each costs a step between threads."""
    waiting: list[str] = []
    size = 0
    for piece in pieces:
        waiting.append(piece)
        size += len(piece)
        if size > _PIECE:
            yield "".join(waiting).encode()
            waiting, size = [], 0
    yield "".join(waiting).encode()


def _saved_as(kind: str, name: str) -> str:
    return "" if kind in _READ_AS_IT_COMES else f"{name}.{SUFFIXES.get(kind, kind)}"


def table_file(
    columns: Sequence[Column], rows: Iterable[Row], kind: TableFormat, name: str
) -> File:
    """Return a table as a file in any of the formats."""
    match kind:
        case "csv":
            return text(csv_lines(columns, rows), kind, name)
        case "jsonl":
            return text(json_lines(columns, rows), kind, name)
        case "xlsx":
            return File(f"{name}.xlsx", XLSX, _workbook(columns, rows, name))
        case _:
            return text(items(json_lines(columns, rows)), kind, name)


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


def _workbook(
    columns: Sequence[Column], rows: Iterable[Row], name: str
) -> Iterator[bytes]:
    with TemporaryFile() as file:
        write_xlsx(columns, rows, name, file)
        file.seek(0)
        while piece := file.read(_PIECE):
            yield piece
