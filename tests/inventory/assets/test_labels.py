"""Labels: Code 128 read back as a scanner reads it, sheets that fit their paper."""

from __future__ import annotations

import re
import shutil
import subprocess
from itertools import groupby
from pathlib import Path

import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from inventory.assets.custody.signatures import check_drawing
from inventory.assets.labels import code128
from inventory.assets.labels.code128 import PATTERNS, STOP, symbols, widths
from inventory.assets.labels.drawing import Label, draw_labels
from inventory.assets.labels.media import SHEETS, TAPES, medium
from inventory.kernel.errors import Invalid
from tests.needs import missing

TAGS = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1)
BY_PATTERN = {pattern: value for value, pattern in enumerate(PATTERNS)}


def read(bars: list[int]) -> str:
    """Read widths as a scanner does: symbols, check symbol, code sets."""
    values = [
        BY_PATTERN["".join(map(str, bars[start : start + 6]))]
        for start in range(0, len(bars) - 7, 6)
    ]
    assert BY_PATTERN["".join(map(str, bars[-7:]))] == STOP
    *data, check = values
    total = data[0] + sum(place * one for place, one in enumerate(data))
    assert total % 103 == check
    text, in_c = "", data[0] == code128.START_C
    for value in data[1:]:
        if in_c and value < 100:
            text += f"{value:02d}"
        elif value in (code128.TO_B, code128.TO_C):
            in_c = value == code128.TO_C
        else:
            text += chr(value + 32)
    return text


def test_the_table_is_that_of_the_standard() -> None:
    assert len(PATTERNS) == len(set(PATTERNS)) == 107
    for pattern in PATTERNS[:-1]:
        assert sum(map(int, pattern)) == 11
        assert sum(map(int, pattern[::2])) % 2 == 0
    assert sum(map(int, PATTERNS[-1])) == 13


@given(TAGS)
def test_any_printable_tag_is_read_back(tag: str) -> None:
    assert read(widths(tag)) == tag


@given(st.text(st.sampled_from("0123456789A"), min_size=1, max_size=30))
def test_digits_are_packed_and_read_back(tag: str) -> None:
    assert read(widths(tag)) == tag
    assert len(symbols(tag)) <= len(tag) + 4


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        # Wikipedia, "Code 128", has PJJ123C in code A with the check symbol 54; begun
        # in code B, whose start symbol is one more, it is 55.
        ("PJJ123C", [104, 48, 42, 42, 17, 18, 19, 35, 55, 106]),
        ("00001234", [105, 0, 0, 12, 34, 71, 106]),
        ("12", [105, 12, 14, 106]),
    ],
)
def test_symbols_of_known_texts(tag: str, expected: list[int]) -> None:
    assert symbols(tag) == expected


@pytest.mark.parametrize("tag", ["", "Żółw", "a\n"])
def test_what_has_no_bars_is_refused(tag: str) -> None:
    with pytest.raises(Invalid, match="Code 128"):
        symbols(tag)


@pytest.mark.parametrize("name", SHEETS)
def test_labels_lie_on_their_paper_side_by_side(name: str) -> None:
    sheet = SHEETS[name]
    boxes = list(sheet.boxes())
    assert len(boxes) == sheet.count
    for box in boxes:
        assert box.x >= 0
        assert box.y >= 0
        assert box.x + box.width <= sheet.page[0] + 0.05
        assert box.y + box.height <= sheet.page[1] + 0.05
    assert sheet.across >= sheet.width
    assert sheet.down >= sheet.height
    # What is left over is the same on both sides.
    right = sheet.page[0] - boxes[-1].x - sheet.width
    assert right == pytest.approx(sheet.left, abs=1.0)
    bottom = sheet.page[1] - boxes[-1].y - sheet.height
    assert bottom == pytest.approx(sheet.top, abs=1.0)


def pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b", pdf))


def labels(count: int, tag: str = "IT-0001") -> list[Label]:
    return [Label(tag, f"https://p.example/a/{tag}", ("Żółw GmbH",))] * count


@pytest.mark.parametrize("name", [*SHEETS, *TAPES])
def test_every_sheet_and_tape_prints(name: str) -> None:
    kind = medium(name.lower())
    if name in TAPES:
        assert pages(draw_labels(labels(2), name)) == 2
        return
    count = getattr(kind, "count")  # noqa: B009 - of sheets only
    assert pages(draw_labels(labels(3), name, skip=count - 2)) == 2
    with pytest.raises(Invalid, match="skipped"):
        draw_labels(labels(1), name, skip=count)


def test_nothing_is_printed_on_unknown_paper_or_without_labels() -> None:
    with pytest.raises(Invalid, match="L7160"):
        draw_labels(labels(1), "A5")
    with pytest.raises(Invalid, match="no label"):
        draw_labels([], "L7160")


DPI = 600


@pytest.fixture
def picture(tmp_path: Path) -> Image.Image:
    """A label on a tape, as a picture."""
    tool = shutil.which("pdftoppm")
    if tool is None:  # `missing` ends the test
        missing("lab", "pdftoppm is not installed")
    pdf = tmp_path / "label.pdf"
    pdf.write_bytes(draw_labels(labels(1, "IT-00412"), "36mm"))
    subprocess.run(
        [str(tool), "-r", str(DPI), "-gray", "-png", str(pdf), str(tmp_path / "label")],
        check=True,
    )
    (file,) = tmp_path.glob("label*.png")
    return Image.open(file).convert("1")


def row(picture: Image.Image, y: int, left: int, right: int) -> list[tuple[bool, int]]:
    """Return runs of dark and light of a line of the picture."""
    line = [picture.getpixel((x, y)) == 0 for x in range(left, right)]
    return [(dark, len(list(run))) for dark, run in groupby(line)]


def test_the_printed_bars_are_read_from_a_picture(picture: Image.Image) -> None:
    millimetre = DPI / 25.4
    y = int(30 * millimetre)
    runs = row(picture, y, int(33 * millimetre), picture.width)[1:-1]
    module = sum(width for _, width in runs) / sum(widths("IT-00412"))
    assert read([round(width / module) for _, width in runs]) == "IT-00412"
    assert module / millimetre >= 0.19


def test_the_printed_qr_code_is_that_of_the_address(picture: Image.Image) -> None:
    url = "https://p.example/a/IT-00412"
    code = segno.make_qr(url, error="m", boost_error=False)
    rows = [bytes(line) for line in code.matrix]
    millimetre = DPI / 25.4
    side, left, top = 29.0 * millimetre, 1.0 * millimetre, 3.5 * millimetre
    size = side / (len(rows) + 4)
    for y, line in enumerate(rows):
        for x, dark in enumerate(line):
            point = (int(left + (x + 2.5) * size), int(top + (y + 2.5) * size))
            assert (picture.getpixel(point) == 0) == bool(dark), (x, y)


STROKE = [[0, 0], [10, 10], [20, 0]]


@pytest.mark.parametrize("given", [None, [], "", [STROKE], [STROKE, [[1000, 300]]]])
def test_a_drawing_is_strokes_of_points(given: object) -> None:
    assert check_drawing(given) == (given or None)


@pytest.mark.parametrize(
    "given",
    [
        "text",
        {},
        [[]],
        [[[1]]],
        [[[1, True]]],
        [[[1.5, 2]]],
        [[[-1, 2]]],
        [[[1001, 2]]],
        [[[5, 5]]],
        [[[5, 5], [5, 5]]],
        [STROKE] * 201,
        [[[1, 1]] * 5001],
    ],
)
def test_what_is_no_drawing_is_refused(given: object) -> None:
    with pytest.raises(Invalid, match="signature"):
        check_drawing(given)
