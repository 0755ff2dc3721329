from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from inventory.bulk.files.cells import heading, read_amount, read_day, read_whole_number
from inventory.bulk.files.sections import BadValue
from inventory.bulk.files.tabular import read_table, write_csv, write_xlsx
from inventory.bulk.profiles.profile import read_profile
from inventory.kernel.errors import Invalid

LINES = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\u2028\u2029"),
    max_size=12,
).map(str.strip)


@pytest.mark.parametrize(
    ("text", "mark", "value"),
    [
        ("1249", ".", "1249"),
        ("1,249.00", ".", "1249.00"),
        ("EUR 1.249,50", ",", "1249.50"),
        ("1 249,50 €", ",", "1249.50"),
        ("-5.10", ".", "-5.10"),
        ("1'249.05", ".", "1249.05"),
    ],
)
def test_amounts_are_read_with_their_mark(text: str, mark: str, value: str) -> None:
    assert read_amount(text, mark) == Decimal(value)


@pytest.mark.parametrize("text", ["1.249,5", "12,49", "1249,500", "abc", "1.2.3", ""])
def test_an_amount_that_could_be_two_is_none(text: str) -> None:
    with pytest.raises(BadValue):
        read_amount(text, ".")


def test_a_number_of_a_workbook_is_written_with_the_mark_it_is_read_by() -> None:
    book, file = Workbook(), io.BytesIO()
    assert book.active is not None
    for row in (("tag", "cost"), ("IT-1", 1249.5), ("IT-2", 1249)):
        book.active.append(row)
    book.save(file)
    rows = read_table(file.getvalue(), decimal=",").rows
    costs = [read_amount(cells[1], ",") for _, cells in rows]
    assert costs == [Decimal("1249.5"), Decimal(1249)]


def test_days_are_read_as_the_profile_says_and_never_guessed() -> None:
    assert read_day("2026-03-04", []) == date(2026, 3, 4)
    assert read_day("2026-03-04 00:00:00", []) == date(2026, 3, 4)
    assert read_day("3/4/26", ["%m/%d/%y"]) == date(2026, 3, 4)
    with pytest.raises(BadValue, match="is not a date"):
        read_day("3/4/26", [])
    assert read_whole_number("36 months") == 36


def test_headings_differ_by_more_than_case_and_spaces() -> None:
    assert heading("\ufeffAsset  Tag ") == heading("asset tag")


@settings(deadline=None, max_examples=50)
@given(st.lists(st.lists(LINES, min_size=2, max_size=2), max_size=5))
def test_cells_come_back_as_they_went_out(rows: list[list[str]]) -> None:
    kept = [row for row in rows if any(row)]
    for data in (write_csv(["a", "b"], rows), write_xlsx(["a", "b"], rows)):
        read = read_table(data)
        assert list(read.header) == ["a", "b"]
        assert [list(cells) for _row, cells in read.rows] == kept


@settings(deadline=None, max_examples=50)
@given(LINES)
def test_no_cell_of_an_export_is_a_formula(text: str) -> None:
    lines = write_csv(["a"], [[text]]).decode("utf-8-sig").splitlines()
    [cell] = list(csv.reader(lines))[1] or [""]
    assert not cell.startswith(("=", "+", "-", "@", "\t"))
    book = load_workbook(io.BytesIO(write_xlsx(["a"], [[text]])))
    assert book.worksheets[0].cell(2, 1).data_type != "f"


def test_workbooks_with_days_and_numbers_are_read_as_text() -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["tag", "purchased_on", "cost"])
    sheet.append(["7", date(2026, 3, 4), 12.0])
    out = io.BytesIO()
    book.save(out)
    read = read_table(out.getvalue())
    assert read.rows == [(2, ["7", "2026-03-04", "12"])]


@pytest.mark.parametrize(
    ("data", "said"),
    [(b"", "empty"), (b"PK\x03\x04nothing", "workbook"), (b"a,b\n\xff\xfe", "UTF-8")],
)
def test_what_is_no_table_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        read_table(data)


@pytest.mark.parametrize(
    "wrong",
    [
        {"columns": {"a": "colour"}},
        {"kinds": {"x": "spaceship"}},
        {"create": ["money"]},
        {"erase": ["tag"]},
        {"delimeter": ";"},
        {"unknown": "guess"},
    ],
)
def test_a_wrong_profile_names_the_mistake(wrong: dict[str, object]) -> None:
    with pytest.raises(Invalid, match="There is no"):
        read_profile(wrong)
