"""The published worked cases, where the collection is at hand."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.inventory.accounting.published import EXAMPLES, Values
from tests.inventory.accounting.published_more import (
    FIGURES,
    NOT_COMPARED,
    days_without_leap,
)
from tests.needs import SHARED

CASES_FILE = SHARED / "cases" / "depreciation.json"
CENT = 0.0051


def cases() -> dict[str, dict[str, Any]]:
    """Return the acceptance cases by id; empty where the collection is absent."""
    if not CASES_FILE.exists():
        return {}
    read = json.loads(CASES_FILE.read_text("utf-8"))["cases"]
    return {c["id"]: c for c in read if c["recommended_as_acceptance_test"]}


CASES = cases()


def computed(case: dict[str, Any]) -> Values:
    """Return our values for a case."""
    name = case["id"]
    if name in EXAMPLES:
        return EXAMPLES[name].run()
    if name == "TRY-04":
        return [v for row in case["expected"] for v in days_without_leap(row["label"])]
    return FIGURES[name]()


@pytest.mark.skipif(not CASES, reason="the collection of published cases is not here")
@pytest.mark.parametrize("name", sorted(CASES))
def test_a_published_case_is_met_to_the_cent(name: str) -> None:
    case = CASES[name]
    ours = computed(case)
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


@pytest.mark.skipif(not CASES, reason="the collection of published cases is not here")
def test_every_acceptance_case_is_put_to_the_engine() -> None:
    assert set(CASES) <= {*EXAMPLES, *FIGURES, "TRY-04"}
