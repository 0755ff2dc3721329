"""The array path gives the same cents as the row engine."""

from __future__ import annotations

from datetime import date

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from inventory.accounting.engine.schedule import schedule
from inventory.accounting.engine.straight_line import month_number
from inventory.accounting.model.terms import Conventions, DepreciationTerms, Start
from inventory.accounting.projection.arrays import (
    covers,
    lines_of,
    month_by_month,
    totals,
)
from inventory.kernel.periods import fiscal_calendar

MONTHS = fiscal_calendar(2020, 2040)
FIRST = month_number(date(2020, 1, 1))


@st.composite
def plain_terms(draw: st.DrawFn) -> DepreciationTerms:
    """Draw terms that the array path covers."""
    cost = draw(st.integers(0, 10**13))
    return DepreciationTerms(
        cost=cost,
        residual_value=draw(st.integers(0, cost)),
        in_service=draw(st.dates(date(2020, 1, 1), date(2026, 12, 31))),
        life_months=draw(st.integers(1, 120)),
        conventions=Conventions(
            start=draw(
                st.sampled_from([Start.MONTH, Start.NEXT_MONTH, Start.MID_MONTH])
            )
        ),
    )


@given(assets=st.lists(plain_terms(), min_size=1, max_size=6))
@settings(max_examples=25, deadline=None)
def test_arrays_and_rows_agree_to_the_cent(assets: list[DepreciationTerms]) -> None:
    assert all(covers(terms) for terms in assets)
    months = len(MONTHS.periods)
    table = month_by_month(lines_of(assets), FIRST, months)
    for terms, charged in zip(assets, table, strict=True):
        rows = {r.period: r.depreciation for r in schedule(terms, [], MONTHS).rows}
        expected = [rows.get(period.id, 0) for period in MONTHS.periods]
        assert charged.tolist() == expected
    groups = np.arange(len(assets)) % 2
    summed = totals(lines_of(assets), groups, 2, FIRST, months)
    for group in (0, 1):
        assert summed[group].tolist() == table[groups == group].sum(axis=0).tolist()


def test_other_terms_are_left_to_the_row_engine() -> None:
    plain = DepreciationTerms(cost=100, in_service=date(2020, 1, 1), life_months=3)
    assert covers(plain)
    for other in (
        DepreciationTerms(cost=100, in_service=date(2020, 1, 1), method="immediate"),
        DepreciationTerms(
            cost=100,
            in_service=date(2020, 1, 1),
            life_months=3,
            conventions=Conventions(start=Start.DAY),
        ),
        DepreciationTerms(cost=2**60, in_service=date(2020, 1, 1), life_months=36),
    ):
        assert not covers(other)
