"""Worked examples that carry their figures with them."""

from __future__ import annotations

import pytest

from tests.inventory.accounting.published_tax import LAWS, MACRS
from tests.inventory.accounting.published_worked import (
    STANDARDS,
    TEXTBOOKS,
    YEAR_ENDS,
    Worked,
)

ALL: dict[str, Worked] = {**TEXTBOOKS, **YEAR_ENDS, **STANDARDS, **MACRS, **LAWS}


@pytest.mark.parametrize("name", ALL)
def test_a_worked_example_is_met(name: str) -> None:
    example = ALL[name]
    charges, closing = example.computed()
    assert charges == pytest.approx(list(example.charges), abs=example.within)
    assert closing == pytest.approx(list(example.closing), abs=example.within)


def test_no_example_hides_another() -> None:
    assert len(ALL) == sum(map(len, (TEXTBOOKS, YEAR_ENDS, STANDARDS, MACRS, LAWS)))
