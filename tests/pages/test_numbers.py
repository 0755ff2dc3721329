"""Numbers as people read them: names without separators, speeds and sizes in units."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from api.pages.cells import shown
from api.pages.words import Words
from api.resources.declare import Cell, Show

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("show", "value", "english", "indonesian"),
    [
        (Show.NUMBER, 16100, "16,100", "16.100"),
        (Show.CODE, 16100, "16100", "16100"),
        (Show.CODE, 0, "0", "0"),
        (Show.SPEED, 0, "", ""),
        (Show.SPEED, 999, "999 bit/s", "999 bit/s"),
        (Show.SPEED, 10_000_000, "10 Mbit/s", "10 Mbit/s"),
        (Show.SPEED, 2_500_000_000, "2.5 Gbit/s", "2,5 Gbit/s"),
        (Show.SPEED, 400_000_000_000, "400 Gbit/s", "400 Gbit/s"),
        (Show.BYTES, 1023, "1,023 B", "1.023 B"),
        (Show.BYTES, 25_276_514_304, "23.5 GiB", "23,5 GiB"),
        (Show.CODE, None, "", ""),
    ],
)
def test_numbers_are_shown_as_what_they_are(
    show: Show, value: int | None, english: str, indonesian: str
) -> None:
    said = [shown(show, Cell(value), {}, Words(one, NOW)).text for one in ("en", "id")]
    assert said == [english, indonesian]
