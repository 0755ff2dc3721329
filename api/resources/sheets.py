"""A list as a file: CSV, XLSX or JSON lines, written while it is read.

Exactly the filters, the order and the columns that were asked for. Text that a
spreadsheet would take for a formula is marked as text.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from itertools import chain
from tempfile import TemporaryFile
from typing import IO, Any

from sqlalchemy import Connection, Engine

from api.http.files import content_of
from api.resources.declare import Row
from inventory.kernel.clean_text import safe, xml_text

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "jsonl": "application/jsonl",
}
_BY_TYPE = {kind.split(";")[0]: name for name, kind in TYPES.items()}
_AT_ONCE = 500
_PIECE = 65536


def wanted(accept: str) -> str | None:
    """Return the format that an Accept header asks for by name; None for JSON."""
    for part in accept.split(","):
        found = _BY_TYPE.get(part.split(";")[0].strip().lower())
        if found is not None:
            return found
    return None


def described() -> dict[int | str, dict[str, Any]]:
    """Return the files of a list for its description."""
    text = "A page of the list, or a file of all of it"
    return {200: {"description": text, **content_of(*_BY_TYPE)}}


def from_engine(
    engine: Engine, read: Callable[[Connection], Iterator[Row]]
) -> Iterator[Row]:
    """Yield rows on a connection that stays open until the last is taken."""
    with engine.connect() as connection:
        yield from read(connection)


def begun(rows: Iterator[Row]) -> Iterator[Row]:
    """Return the rows after reading the first, so that what is wrong shows now."""
    first = next(rows, None)
    return rows if first is None else chain([first], rows)


def pieces(
    form: str, name: str, header: Sequence[str], rows: Iterable[Row]
) -> Iterator[bytes]:
    """Yield a file of a format, as its rows are read.

    Args:
        form: csv, xlsx or jsonl.
        name: Of the sheet of a workbook.
        header: Columns, in order.
        rows: Mappings that have them.
    """
    if form == "xlsx":
        yield from read_file(workbook(name, header, rows))
        return
    lines = csv_lines if form == "csv" else json_lines
    for text in lines(header, rows):
        yield text.encode()


def csv_lines(header: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
    """Yield CSV in pieces, with the byte-order mark that spreadsheets need."""
    buffer = io.StringIO()
    buffer.write("\ufeff")
    writer = csv.writer(buffer)
    writer.writerow(header)
    for number, row in enumerate(rows, 1):
        writer.writerow([_csv_cell(row[name]) for name in header])
        if number % _AT_ONCE == 0:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def json_lines(header: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
    """Yield one JSON object a line, some at once."""
    lines: list[str] = []
    for row in rows:
        values = {name: _json_value(row[name]) for name in header}
        text = json.dumps(
            values, ensure_ascii=False, separators=(",", ":"), default=_json_value
        )
        lines.append(text)
        if len(lines) == _AT_ONCE:
            yield "\n".join(lines) + "\n"
            lines.clear()
    if lines:
        yield "\n".join(lines) + "\n"


def workbook(name: str, header: Sequence[str], rows: Iterable[Row]) -> IO[bytes]:
    """Return a file of a workbook, at its beginning; it vanishes when it is closed."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet(name[:31])
    sheet.freeze_panes = "A2"

    def cell(value: Any) -> Any:  # noqa: ANN401
        plain = _xlsx_value(value)
        if not isinstance(plain, str):
            return plain
        made = WriteOnlyCell(sheet, plain)
        # Text stays text, whatever it begins with.
        made.data_type = "s"
        return made

    file = TemporaryFile()
    try:
        sheet.append([cell(one) for one in header])
        for row in rows:
            sheet.append([cell(row[one]) for one in header])
        book.save(file)
    except BaseException:
        if not sheet.closed:
            sheet.close()
        file.close()
        raise
    file.seek(0)
    return file


def read_file(file: IO[bytes]) -> Iterator[bytes]:
    """Yield a file in pieces and close it."""
    with file:
        while piece := file.read(_PIECE):
            yield piece


def _json_value(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    return value


def _text(value: Any) -> Any:  # noqa: ANN401
    """Return a value as a cell has it: lists and mappings as JSON."""
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=_json_value)
    return _json_value(value)


def _csv_cell(value: Any) -> Any:  # noqa: ANN401
    plain = _text(value)
    if plain is None:
        return ""
    if isinstance(plain, bool):
        return "true" if plain else "false"
    return safe(plain) if isinstance(plain, str) else plain


def _xlsx_value(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    plain = _text(value)
    if isinstance(plain, str):
        return xml_text(plain)
    return plain
