"""Published worked cases: our schedules against the figures that others printed.

`published_figures.json` holds, for each case, where it was published and its figures.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.inventory.accounting.published import EXAMPLES, Values
from tests.inventory.accounting.published_more import (
    FIGURES,
    NOT_COMPARED,
    days_without_leap,
)

FIGURES_FILE = Path(__file__).with_name("published_figures.json")
CENT = 0.0051


CASES: dict[str, dict[str, Any]] = json.loads(FIGURES_FILE.read_text("utf-8"))


def computed(name: str, case: dict[str, Any]) -> Values:
    """Return our values for a case."""
    if name in EXAMPLES:
        return EXAMPLES[name].run()
    if name == "TRY-04":
        return [
            value
            for row in case["expected"]
            for value in days_without_leap(row["start"], row["end"])
        ]
    return FIGURES[name]()


@pytest.mark.parametrize("name", sorted(CASES))
def test_a_published_case_is_met_to_the_cent(name: str) -> None:
    case = CASES[name]
    ours = computed(name, case)
    wanted = [
        row
        for position, row in enumerate(case["expected"])
        if (name, position) not in NOT_COMPARED
    ]
    assert len(ours) == len(wanted)
    compared = 0
    for position, (mine, theirs) in enumerate(zip(ours, wanted, strict=True)):
        for column in mine.keys() & theirs.keys():
            assert mine[column] == pytest.approx(theirs[column], abs=CENT), (
                f"row {position + 1}, {column}"
            )
            compared += 1
    assert compared


def test_every_acceptance_case_is_put_to_the_engine() -> None:
    assert len(CASES) == 77
    assert set(CASES) <= {*EXAMPLES, *FIGURES, "TRY-04"}
