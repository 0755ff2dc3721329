"""Rows of an input as a table: a spreadsheet, or text pasted from one. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable, Mapping, Sequence

from inventory.bulk.files.cells import CellTable, heading
from inventory.bulk.files.tabular import read_table
from inventory.kernel.errors import Invalid
from inventory.kernel.texts import N_


def rows_of_file(data: bytes, names: Collection[str]) -> list[dict[str, str]]:
    """Return the rows of a CSV or XLSX file; see `rows_of_table`.

    Raises:
        Invalid: It cannot be read, or has a column that is not known.
    """
    return rows_of_table(read_table(data), names)


def rows_of_table(table: CellTable, names: Collection[str]) -> list[dict[str, str]]:
    """Return the rows of a table by the names that its headings stand for.

    A heading is a name, in any case and with blanks for underscores. Empty cells are
    left out.

    Args:
        table: Heading and rows.
        names: Fields that a row may have.

    Raises:
        Invalid: A heading is none of the names, or stands twice.
    """
    known = {_plain(name): name for name in names}
    columns: list[str] = []
    for text in table.header:
        name = known.get(_plain(text), "")
        if text.strip() and (not name or name in columns):
            raise Invalid(
                N_("The column {column!r} is not known, or stands twice."),
                where="file",
                remedy=N_("Columns: {names}."),
                column=text,
                names=", ".join(names),
            )
        columns.append(name)
    return [
        {
            name: cell.strip()
            for name, cell in zip(columns, cells, strict=False)
            if name and cell.strip()
        }
        for _, cells in table.rows
    ]


def rows_of_text(text: str, names: Collection[str]) -> list[dict[str, str]] | None:
    """Return the rows of a pasted table; None for text that does not begin like one.

    It begins with its headings, which stand between tabs, semicolons or commas.

    Raises:
        Invalid: As for `rows_of_table`.
    """
    first = text.lstrip("\ufeff").split("\n", 1)[0]
    known = {_plain(name) for name in names}
    for mark in "\t;,":
        cells = [_plain(cell) for cell in first.split(mark) if cell.strip()]
        if any(cell in known for cell in cells):
            table = read_table(text.encode(), delimiter=mark)
            return rows_of_table(table, names)
    return None


def text_of_rows(rows: Iterable[Mapping[str, str]], names: Sequence[str]) -> str:
    """Return rows as text that `rows_of_text` reads, tabs between the cells."""
    listed = list(rows)
    used = [name for name in names if any(name in row for row in listed)]
    out = io.StringIO()
    writer = csv.writer(out, delimiter="\t", lineterminator="\n")
    writer.writerow(used)
    writer.writerows([row.get(name, "") for name in used] for row in listed)
    return out.getvalue()


def _plain(text: str) -> str:
    return heading(text).replace(" ", "_")
