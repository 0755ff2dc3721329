"""The cells of a workbook somebody sent, in bounded memory and time.

An XLSX file is a ZIP of XML: ten megabytes of it can unpack to gigabytes, a row can
claim to be number 10^12, an entity can name itself again. Everything is counted by a
parser that keeps nothing (expat) before a library builds anything of it.
"""

from __future__ import annotations

import io
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any
from xml.parsers import expat

from openpyxl import load_workbook

from inventory.kernel.errors import Invalid
from inventory.kernel.texts import N_

MAX_ROWS = 1_000_000
MAX_COLUMNS = 1_000
"""Of a row; tables of people and things have dozens."""
MAX_UNPACKED = 128 * 1024 * 1024
"""Bytes of all parts together."""
MAX_PARTS = 1_000
MAX_CELLS = 5_000_000
MAX_OTHERS = 200_000
"""Elements beside rows, cells and their texts: styles, merged cells, rules. Each costs
a library far more than a cell."""
MAX_DEPTH = 64
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
"""As of ECMA-376 and every spreadsheet."""

_ROW, _CELL = "row", "c"
_TEXTS = frozenset("v is t f si r".split())
_PIECE = 64 * 1024
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    expat.ExpatError,
    SyntaxError,  # what parsers of XML raise
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    ArithmeticError,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
)
"""What reading a broken workbook raises, whichever part of it is broken."""


def sheet_cells(data: bytes) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """Yield the rows of the first sheet with their numbers, from 1.

    Formulas are read as the value they had when the file was saved.

    Raises:
        Invalid: It cannot be read, or is larger than any table.
    """
    try:
        _check(data)
        yield from _rows(data)
    except Invalid:
        raise
    except _BROKEN as error:
        raise Invalid(
            N_("It is not a workbook that can be read: {error}."),
            where="file",
            remedy=N_("Save it as .xlsx or as CSV UTF-8."),
            error=str(error)[:200],
        ) from error


def _rows(data: bytes) -> Iterator[tuple[int, tuple[Any, ...]]]:
    with warnings.catch_warnings():
        # About what it does not keep, such as a rule for input or a date too far off.
        warnings.simplefilter("ignore")
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        try:
            sheet = book.worksheets[0]
            # What a file says of its own size is a claim.
            sheet.reset_dimensions()
            yield from enumerate(sheet.iter_rows(values_only=True), 1)
        finally:
            book.close()


def _check(data: bytes) -> None:
    count = _Count()
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        parts = packed.infolist()
        # The size that a part claims is the most that is unpacked of it.
        if sum(part.file_size for part in parts) > MAX_UNPACKED:
            raise _too_large(N_("It unpacks to more than {most} bytes."), MAX_UNPACKED)
        if len(parts) > MAX_PARTS:
            raise _too_large(N_("It has more than {most} parts."), MAX_PARTS)
        for part in parts:
            if part.filename.endswith((".xml", ".rels")):
                with packed.open(part) as file:
                    _count_part(file, count)


def _count_part(file: IO[bytes], count: _Count) -> None:
    count.row_number = count.depth = 0
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = count.begin
    parser.EndElementHandler = count.end
    parser.StartDoctypeDeclHandler = _no_doctype
    while piece := file.read(_PIECE):
        parser.Parse(piece, False)
    parser.Parse(b"", True)


@dataclass(slots=True)
class _Count:
    cells: int = 0
    others: int = 0
    in_row: int = 0
    row_number: int = 0
    depth: int = 0

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise _too_large(N_("It is nested deeper than {most}."), MAX_DEPTH)
        kind = name.rpartition(" ")[2]
        if kind == _CELL:
            self._cell(attributes.get("r", ""))
        elif kind == _ROW:
            self._row(attributes.get("r", ""))
        elif kind in _TEXTS:
            self._bounded(1, 0)
        else:
            self._bounded(0, 1)

    def end(self, _name: str) -> None:
        self.depth -= 1

    def _cell(self, reference: str) -> None:
        self.in_row += 1
        if self.in_row > LAST_COLUMN:
            raise _too_large(N_("A row has more than {most} cells."), LAST_COLUMN)
        letters = reference.rstrip("0123456789")
        if len(letters) > len("XFD"):
            raise _too_large(N_("A row has more than {most} cells."), LAST_COLUMN)
        self._bounded(1, 0)

    def _row(self, number: str) -> None:
        self.in_row = 0
        self.row_number = int(number) if number else self.row_number + 1
        if self.row_number > LAST_ROW:
            raise _too_large(N_("It has more than {most} rows."), LAST_ROW)
        self._bounded(1, 0)

    def _bounded(self, cells: int, others: int) -> None:
        self.cells += cells
        self.others += others
        # A cell has up to two more elements for its text.
        if self.cells > 3 * MAX_CELLS:
            raise _too_large(N_("It has more than {most} cells."), MAX_CELLS)
        if self.others > MAX_OTHERS:
            text = N_("It has more than {most} formats, rules and links.")
            raise _too_large(text, MAX_OTHERS)


def _no_doctype(*_told: object) -> None:
    raise Invalid(
        N_("It declares XML entities, which no workbook needs."),
        where="file",
        remedy=N_("Save it as .xlsx or as CSV UTF-8."),
    )


def _too_large(text: str, most: int) -> Invalid:
    return Invalid(
        text,
        where="file",
        remedy=N_("Leave out what is not needed, or send it in several files."),
        most=most,
    )
