"""Rows of an input from tables as people have them."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from inventory.bulk.files.named_rows import (
    rows_of_file,
    rows_of_text,
    text_of_rows,
)
from inventory.kernel.errors import Invalid

NAMES = ["asset", "accumulated", "asset_class"]


@pytest.mark.parametrize(
    "text",
    [
        "asset\taccumulated\nC1\t1,5\nC2\t2\n",
        "Asset;Accumulated;Asset class\nC1;1,5;\nC2;2\n",
        '\ufeffACCUMULATED,asset\r\n"1,5",C1\r\n2,C2\r\n',
    ],
)
def test_a_pasted_table_is_read_by_its_headings(text: str) -> None:
    assert rows_of_text(text, NAMES) == [
        {"asset": "C1", "accumulated": "1,5"},
        {"asset": "C2", "accumulated": "2"},
    ]


def test_a_workbook_gives_rows() -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    for row in (["Asset class", "Asset"], ["computer", "IT-1"], [None, "IT-2"]):
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    rows = rows_of_file(out.getvalue(), NAMES)
    assert rows == [{"asset_class": "computer", "asset": "IT-1"}, {"asset": "IT-2"}]


@pytest.mark.parametrize("heads", ["asset;total", "asset;asset"])
def test_a_column_that_is_not_known_or_stands_twice_is_refused(heads: str) -> None:
    with pytest.raises(Invalid, match="not known, or stands twice"):
        rows_of_text(f"{heads}\nC1;2\n", NAMES)


def test_a_table_of_one_column_is_one() -> None:
    assert rows_of_text("Asset\nC1\nC2\n", NAMES) == [{"asset": "C1"}, {"asset": "C2"}]


def test_text_that_is_no_table_is_left_to_others() -> None:
    assert rows_of_text("asset = C1; accumulated = 2", NAMES) is None


@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(NAMES),
            st.from_regex(r"[A-Za-z0-9äß;,\"'.-]{1,8}", fullmatch=True),
            min_size=1,
        ),
        min_size=1,
        max_size=5,
    )
)
def test_rows_come_back_from_their_text(rows: list[dict[str, str]]) -> None:
    assert rows_of_text(text_of_rows(rows, NAMES), NAMES) == rows
