"""Amounts as a column has them: which mark stands before the cents, which currency."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.bulk.files.cells import currency_in, mark_of, read_amount


@pytest.mark.parametrize(
    ("cells", "mark"),
    [
        (["1.249,00", "210,00"], ","),
        (["1,249.00", "210.00"], "."),
        (["1.249", "2.100", "850"], ","),
        (["1.249", "850,50"], ","),
        (["Rp 15.000.000"], ","),
        (["12,345,678"], "."),
        (["1'249.50"], "."),
        (["1 249,50"], ","),
        (["1249", "850"], "."),
        ([], "."),
        (["", "n/a"], "."),
        (["1.249", "12.5"], "."),
    ],
)
def test_one_amount_tells_how_the_others_are_meant(cells: list[str], mark: str) -> None:
    assert mark_of(cells) == mark


AMOUNTS = st.lists(st.integers(1, 10**11), min_size=1, max_size=8)


@given(AMOUNTS, st.sampled_from([(",", "."), (".", ",")]))
def test_a_column_written_with_cents_is_read_as_it_was_meant(
    minor: list[int], marks: tuple[str, str]
) -> None:
    group, mark = marks
    cells = [
        f"{one // 100:,}".replace(",", group) + f"{mark}{one % 100:02}" for one in minor
    ]
    found = mark_of(cells)
    assert found == mark
    read = [read_amount(cell, found) for cell in cells]
    assert read == [Decimal(one) / 100 for one in minor]


@pytest.mark.parametrize(
    ("cell", "currency"),
    [
        ("Rp 15.000.000", "IDR"),
        ("1.249,00 \N{EURO SIGN}", "EUR"),
        ("EUR 12", "EUR"),
        ("12 USD", "USD"),
        ("$ 12", None),
        ("NET 12", None),
        ("12", None),
        ("EUR 12 (USD 13)", None),
    ],
)
def test_the_currency_beside_an_amount(cell: str, currency: str | None) -> None:
    assert currency_in(cell) == currency
