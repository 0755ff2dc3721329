"""Tables as CSV, XLSX and JSON lines, safe to open in a spreadsheet.

A cell of text that a spreadsheet would take for a formula is marked as text; numbers
stay numbers. Rows are written as they come, so memory does not grow with them.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import IO, Any

from inventory.kernel.clean_text import safe, xml_text
from inventory.kernel.money import minor_digits
from inventory.reports.base import Column, Kind, Row, json_row

FORMATS = ("json", "csv", "xlsx", "jsonl")
_AT_ONCE = 500


def _cell(column: Column, value: Any) -> str:  # noqa: ANN401
    """Return a value of `json_row` as a CSV cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if column.kind in (Kind.AMOUNT, Kind.NUMBER, Kind.DAY):
        return str(value)
    return safe(str(value))


def csv_lines(columns: Sequence[Column], rows: Iterable[Row]) -> Iterator[str]:
    """Yield a CSV file (RFC 4180) in pieces; names of columns first."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow([column.name for column in columns])
    for number, row in enumerate(rows, 1):
        shown = json_row(tuple(columns), row)
        writer.writerow([_cell(column, shown[column.name]) for column in columns])
        if number % _AT_ONCE == 0:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def json_lines(columns: Sequence[Column], rows: Iterable[Row]) -> Iterator[str]:
    """Yield one JSON object a line."""
    columns_shown = tuple(columns)
    for row in rows:
        text = json.dumps(
            json_row(columns_shown, row), ensure_ascii=False, separators=(",", ":")
        )
        yield text + "\n"


def write_xlsx(
    columns: Sequence[Column], rows: Iterable[Row], title: str, target: IO[bytes]
) -> None:
    """Write a workbook with one sheet.

    Args:
        columns: Columns; their titles head the sheet.
        rows: Rows.
        title: Name of the sheet.
        target: Where the file goes.
    """
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    book = Workbook(write_only=True)
    sheet = book.create_sheet(_sheet_name(title))
    sheet.freeze_panes = "A2"
    heads = []
    for column in columns:
        head = WriteOnlyCell(sheet, value=column.title)
        head.font = Font(bold=True)
        heads.append(head)
    try:
        sheet.append(heads)
        for row in rows:
            sheet.append([_xlsx_cell(sheet, column, row) for column in columns])
        book.save(target)
    finally:
        # Whoever asked may go away, or a row be wrong: its file is still open then.
        if not sheet.closed:
            sheet.close()


def _sheet_name(title: str) -> str:
    cleaned = "".join(" " if c in "[]:*?/\\" else c for c in title)
    return cleaned[:31] or "Sheet"


def _xlsx_cell(sheet: Any, column: Column, row: Row) -> Any:  # noqa: ANN401
    from openpyxl.cell import WriteOnlyCell

    value = row[column.name]
    if value is None:
        return None
    if column.kind is Kind.AMOUNT:
        digits = minor_digits(row["currency"])
        number: Any = Decimal(value).scaleb(-digits)
        cell = WriteOnlyCell(sheet, value=number)
        cell.number_format = "#,##0" + ("." + "0" * digits if digits else "")
        return cell
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | Decimal | date):
        return value
    cell = WriteOnlyCell(sheet, value=_printable(str(value)))
    # Text stays text, whatever it begins with.
    cell.data_type = "s"
    return cell


def _printable(text: str) -> str:
    """Leave out control characters, which no workbook may hold."""
    return xml_text(text)
