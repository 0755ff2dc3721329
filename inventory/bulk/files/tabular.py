"""Tables as CSV and XLSX, in and out, as bytes. Imports `openpyxl` and `errors`.

What goes out is safe to open in a spreadsheet: text that a spreadsheet would take for
a formula begins with an apostrophe in CSV, and is stored as text in XLSX
(https://owasp.org/www-community/attacks/CSV_Injection). What comes in loses that
apostrophe again.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import date, datetime, time
from decimal import Decimal
from math import isfinite
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from inventory.bulk.files.cells import CellTable
from inventory.bulk.files.workbooks import MAX_COLUMNS, MAX_ROWS, sheet_cells
from inventory.kernel.clean_text import safe, xml_text
from inventory.kernel.errors import Invalid
from inventory.kernel.texts import N_

MAX_CELL = 32_767
"""What a cell of a spreadsheet holds; longer text is a broken file."""


def read_table(
    data: bytes, *, delimiter: str = ",;\t", code_page: str = "", decimal: str = "."
) -> CellTable:
    """Read CSV or XLSX, whichever it is; rows without any text are left out.

    Args:
        data: The file. CSV is UTF-8, with or without byte-order mark, or UTF-16 with
            one; the first sheet of a workbook counts.
        delimiter: Of CSV; of several the one that occurs most in the heading.
        code_page: Of CSV that is not Unicode, as spreadsheets save it; refused without.
        decimal: What whoever reads the cells takes for a decimal mark. A number of a
            workbook has none of its own, so it is written with this one.

    Raises:
        Invalid: It cannot be read; says where.
    """
    lines = (
        _sheet(data, decimal) if data[:2] == b"PK" else _csv(data, delimiter, code_page)
    )
    header: Sequence[str] | None = None
    rows: list[tuple[int, Sequence[str]]] = []
    for number, cells in lines:
        if not any(cells):
            continue
        if header is None:
            header = _checked(number, cells)
        elif len(rows) >= MAX_ROWS:
            raise Invalid(
                N_("It has more than {max_rows} rows."), where="file", max_rows=MAX_ROWS
            )
        else:
            rows.append((number, _checked(number, cells)))
    if header is None:
        raise Invalid(
            N_("It is empty."), where="file", remedy=N_("Begin with a heading.")
        )
    return CellTable(header, rows)


def _decoded(data: bytes, code_page: str) -> str:
    wide = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    try:
        return data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        if code_page and not wide and b"\0" not in data:
            with suppress(UnicodeDecodeError):
                return data.decode(code_page)
        raise Invalid(
            N_("Byte {start} is not UTF-8."),
            where="file",
            remedy=N_("Save it as CSV UTF-8."),
            start=error.start,
        ) from error


def _csv(
    data: bytes, delimiter: str, code_page: str
) -> Iterator[tuple[int, list[str]]]:
    text = _decoded(data, code_page)
    # Of several lines: above a list there may be titles without any mark.
    first = "\n".join(text.split("\n", 20)[:20])
    mark = max(delimiter, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    try:
        for cells in reader:
            yield reader.line_num, [_bare(cell) for cell in cells]
    except csv.Error as error:
        raise Invalid(
            N_("Line {line_num}: {error}."),
            where="file",
            remedy=N_("Check the quotes on that line and the ones before it."),
            line_num=reader.line_num,
            error=error,
        ) from error


def _bare(cell: str) -> str:
    cell = cell.strip()
    quoted = cell[:1] == "'" and safe(cell[1:]) == cell
    return cell[1:] if quoted else cell


def _checked(number: int, cells: Sequence[str]) -> Sequence[str]:
    """Return a row as it is; refuse one that no table has."""
    if any(cells[MAX_COLUMNS:]):
        raise Invalid(
            N_("Row {number} has more than {most} cells."),
            where="file",
            number=number,
            most=MAX_COLUMNS,
        )
    if any(len(cell) > MAX_CELL for cell in cells[:MAX_COLUMNS]):
        text = N_("A cell of row {number} has more than {most} characters.")
        raise Invalid(text, where="file", number=number, most=MAX_CELL)
    return cells[:MAX_COLUMNS]


def _sheet(data: bytes, decimal: str) -> Iterator[tuple[int, list[str]]]:
    for number, cells in sheet_cells(data):
        yield number, [_text(cell, decimal) for cell in cells]


def _text(cell: Any, decimal: str) -> str:  # noqa: ANN401
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return (cell.date() if cell.time() == time.min else cell).isoformat()
    if isinstance(cell, float) and isfinite(cell):
        # Spreadsheets calculate in binary and show fifteen digits: 0.1 + 0.2 is 0.3.
        return f"{Decimal(f'{cell:.15g}'):f}".replace(".", decimal)
    return str(cell).strip()


def write_csv(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """Return CSV as UTF-8 with byte-order mark, which spreadsheets need."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([safe(head) for head in header])
    writer.writerows([safe(_plain(cell)) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def write_xlsx(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """Return a workbook; text is stored as text, days as days."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("assets")
    sheet.freeze_panes = "A2"
    for row in (header, *rows):
        cells = []
        for value in row:
            plain: Any = value if isinstance(value, date | int) else _plain(value)
            cell = WriteOnlyCell(sheet, plain)
            if isinstance(plain, str):
                # Else openpyxl would make a formula of what begins with =.
                cell.data_type = "s"
            cells.append(cell)
        sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _plain(value: Any) -> str:  # noqa: ANN401
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return "; ".join(map(str, value))
    return xml_text(str(value)[:MAX_CELL])
