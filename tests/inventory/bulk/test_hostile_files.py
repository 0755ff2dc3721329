"""Files that are made to take a server down: refused with a reason, and soon."""

from __future__ import annotations

import io
import zipfile

import pytest
from openpyxl import Workbook

from inventory.bulk.files import workbooks
from inventory.bulk.files.tabular import read_table
from inventory.bulk.profiles.apply import read_rows
from inventory.bulk.profiles.profile import read_profile
from inventory.kernel.errors import Invalid

SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"
BEGIN = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
CELL = '<c t="inlineStr"><is><t>tag</t></is></c>'


def workbook(part: str, content: str | bytes) -> bytes:
    """A workbook with one part exchanged."""
    book = Workbook()
    book.worksheets[0].append(["tag", "name"])
    plain, out = io.BytesIO(), io.BytesIO()
    book.save(plain)
    with (
        zipfile.ZipFile(plain) as read,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as written,
    ):
        for one in read.namelist():
            if one != part:
                written.writestr(one, read.read(one))
        written.writestr(part, content)
    return out.getvalue()


def sheet(rows: str, before: str = "") -> bytes:
    return workbook(SHEET, f"{before}{BEGIN}<sheetData>{rows}</sheetData></worksheet>")


def laughs() -> str:
    entities = '<!ENTITY l0 "ha">' + "".join(
        f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10)
    )
    return f"<!DOCTYPE x [{entities}]>"


BOMBS = {
    "zeros": lambda: workbook(SHEET, b"0" * (workbooks.MAX_UNPACKED + 1)),
    "cells of one row": lambda: sheet(f"<row>{'<c/>' * 100_000}</row>"),
    "a far column": lambda: sheet('<row><c r="ZZZZZZ1"><v>1</v></c></row>'),
    "a far row": lambda: sheet(f'<row r="{10**15}">{CELL}</row>'),
    "entities": lambda: sheet(f"<row>{CELL}&l9;</row>", laughs()),
    "entities of the texts": lambda: workbook(STRINGS, f"{laughs()}<sst>&l9;</sst>"),
    "styles": lambda: workbook("xl/styles.xml", f"<s>{'<x/>' * 250_000}</s>"),
    "nesting": lambda: sheet("<x>" * 5_000 + "</x>" * 5_000),
    "parts": lambda: b"PK" + b"\x00" * 100,
    "half": lambda: sheet(f"<row>{CELL}</row>")[:2_000],
    "no sheet": lambda: workbook("xl/workbook.xml", "<workbook/>"),
    "a text that is not there": lambda: sheet('<row><c t="s"><v>99</v></c></row>'),
    "a number of many digits": lambda: sheet(
        f'<row><c t="s"><v>{"9" * 5000}</v></c></row>'
    ),
    "a long text": lambda: sheet(
        f'<row><c t="inlineStr"><is><t>{"x" * 40_000}</t></is></c></row>'
    ),
    "columns of csv": lambda: b"tag" + b",x" * 5_000 + b"\n",
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_with_a_reason(name: str) -> None:
    data = BOMBS[name]()
    assert len(data) < 2_000_000
    with pytest.raises(Invalid) as caught:
        read_table(data)
    assert caught.value.where == "file"


def test_what_a_file_says_of_its_own_size_is_not_believed() -> None:
    rows = f"<row>{CELL}</row><row>{CELL}</row>"
    for claimed in ("A1", "A1:XFD1048576"):
        part = f'{BEGIN}<dimension ref="{claimed}"/><sheetData>{rows}</sheetData>'
        table = read_table(workbook(SHEET, f"{part}</worksheet>"))
        assert (list(table.header), len(table.rows)) == (["tag"], 1)


def test_rows_that_are_left_out_are_counted() -> None:
    table = read_table(sheet(f'<row r="1">{CELL}</row><row r="900000">{CELL}</row>'))
    assert [number for number, _ in table.rows] == [900_000]


@pytest.mark.parametrize("bad", ["a\x00b", "a\x1bb", "safe\u202egpj.exe", "\u2066x"])
def test_a_cell_with_hidden_characters_is_a_problem_of_its_row(bad: str) -> None:
    profile = read_profile({"title": "x", "columns": {"tag": "tag", "note": "note"}})
    table = read_table(f"tag,note\nIT-00001,{bad}\nIT-00002,fine\n".encode())
    wrong, fine = read_rows(table, profile)
    assert [one.field for one in wrong.problems] == ["note"]
    assert "note" not in wrong.values
    assert fine.values["note"] == "fine"
    assert not fine.problems


def test_what_no_xml_may_hold_is_left_out_of_workbooks() -> None:
    from inventory.bulk.files.tabular import write_xlsx

    table = read_table(write_xlsx(["tag"], [["a\ufffeb\x0bc\uffff"], ["=1+1"]]))
    assert [list(cells) for _, cells in table.rows] == [["abc"], ["=1+1"]]
