"""What a row says of itself is enough to work its figure out again."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inventory.accounting.catalogue.api_form import terms_from_wire, terms_to_wire
from inventory.accounting.catalogue.explain import RowPresenter
from inventory.accounting.engine.schedule import schedule
from inventory.accounting.model.rows import Row
from inventory.accounting.model.terms import (
    Basis,
    Conventions,
    DepreciationTerms,
    Residue,
    Start,
)
from inventory.kernel.periods import fiscal_calendar

CALENDAR = fiscal_calendar(2020, 2045)
CONVENTIONS = st.builds(
    Conventions,
    start=st.sampled_from([s for s in Start if s is not Start.TABLE]),
    basis=st.sampled_from([b for b in Basis if b is not Basis.DAYS_OF_LIFE]),
    residue=st.sampled_from(Residue),
)
DAYS = st.integers(0, 700).map(lambda n: date(2020, 1, 1) + timedelta(n))


def exact(row: Row) -> Fraction:
    """Return the charge of a row before it was rounded."""
    return row.depreciation - row.residue - row.caught_up


@settings(max_examples=40, deadline=None)
@given(
    cost=st.integers(10_000, 10**9),
    percent=st.integers(0, 40),
    months=st.integers(13, 120),
    day=DAYS,
    conventions=CONVENTIONS,
)
def test_a_straight_line_row_is_base_times_rate_times_service(
    cost: int, percent: int, months: int, day: date, conventions: Conventions
) -> None:
    terms = DepreciationTerms(
        cost=cost,
        residual_value=cost * percent // 100,
        in_service=day,
        life_months=months,
        conventions=conventions,
    )
    served = [row for row in schedule(terms, [], CALENDAR).rows if row.service]
    assert served
    for row in served[:-1]:
        assert row.rate == Fraction(12, months)
        assert exact(row) == (cost - terms.residual_value) * row.rate * row.service


@settings(max_examples=30, deadline=None)
@given(
    cost=st.integers(10**6, 10**9),
    percent=st.integers(5, 60),
    day=DAYS,
    conventions=CONVENTIONS,
)
def test_a_declining_row_is_the_years_first_value_times_rate_times_service(
    cost: int, percent: int, day: date, conventions: Conventions
) -> None:
    terms = DepreciationTerms(
        cost=cost,
        in_service=day,
        method="declining-balance",
        params={"rate": Fraction(percent, 100), "carry": "exact"},
        conventions=conventions,
    )
    value, year = Fraction(cost), ""
    left = value
    for row in schedule(terms, [], CALENDAR).rows[:60]:
        if row.year != year:
            value, year = left, row.year
        if row.service:
            assert row.rate == Fraction(percent, 100)
            assert exact(row) == value * row.rate * row.service
        left -= exact(row)


@pytest.mark.parametrize(
    ("currency", "cost", "rows", "last"),
    [
        ("KWD", "1000.001", ["27.778", "27.778", "27.777"], "27.778"),
        ("JPY", "1000", ["28", "28", "27"], "28"),
        ("EUR", "1000.00", ["27.78", "27.78", "27.77"], "27.78"),
    ],
)
def test_amounts_have_the_decimals_of_their_currency(
    currency: str, cost: str, rows: list[str], last: str
) -> None:
    data = {"cost": cost, "in_service": "2026-01-01", "life_months": 36}
    terms = terms_from_wire(data, currency)
    assert terms_to_wire(terms, currency)["cost"] == cost
    presenter = RowPresenter(currency, terms, {})
    told = [presenter.row(row) for row in schedule(terms, [], CALENDAR).rows]
    assert [row["depreciation"] for row in told[:3]] == rows
    assert told[-1]["depreciation"] == last
    assert sum(Decimal(row["depreciation"]) for row in told) == Decimal(cost)
    assert Decimal(told[-1]["closing"]) == 0
