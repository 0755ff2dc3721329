"""What nobody bears goes to the default cost centre, day by day."""

from __future__ import annotations

from datetime import date

from inventory.accounting.posting.cost_split import (
    CostShare,
    cost_centre_weights,
    with_default,
)
from inventory.kernel.spans import Span

MAY = date(2026, 5, 1)
APRIL = Span(date(2026, 4, 1), MAY)


def test_the_default_cost_centre_bears_the_rest() -> None:
    half = CostShare("4100", 500_000, date(2026, 4, 11), date(2026, 4, 21))
    weights = dict(
        cost_centre_weights(with_default([half], "9000", APRIL), APRIL.start, MAY)
    )
    # Ten of thirty days half, the other twenty all of it.
    assert weights == {"4100": 10 * 500_000, "9000": 20 * 1_000_000 + 10 * 500_000}


def test_it_bears_all_of_what_nobody_bears_and_nothing_else() -> None:
    assert with_default([], "9000", APRIL) == [
        CostShare("9000", 1_000_000, APRIL.start, APRIL.end)
    ]
    whole = CostShare("4100", 1_000_000, date(2020, 1, 1))
    assert with_default([whole], "9000", APRIL) == [whole]
