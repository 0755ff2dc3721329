"""Entries balance, split costs to the cent, and tie to the schedule."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inventory.accounting.engine.schedule import schedule
from inventory.accounting.model.events import Dispose, Event, Impair, Revalue
from inventory.accounting.model.journal import Accounts, Entry, JournalError, Line
from inventory.accounting.model.terms import Conventions, DepreciationTerms, Disposal
from inventory.accounting.posting.cost_split import CostShare, cost_centre_weights
from inventory.accounting.posting.entries import Context, entries_of
from inventory.kernel.periods import fiscal_calendar

MONTHS = fiscal_calendar(2020, 2032)
ACCOUNTS = Accounts(
    asset="1500",
    accumulated="1590",
    expense="6500",
    clearing="2100",
    proceeds="1100",
    impairment="1595",
    impairment_loss="6510",
    impairment_reversal="4510",
    surplus="3200",
    revaluation_result="6520",
    retained="3300",
    gain="4500",
    loss="6530",
)


def balance(entries: list[Entry], account: str) -> int:
    """Sum an account over entries."""
    return sum(
        line.amount for e in entries for line in e.lines if line.account == account
    )


def journal(
    terms: DepreciationTerms, events: list[Event], cost_shares: list[CostShare]
) -> list[Entry]:
    """Return all entries of an asset's life."""
    made = schedule(terms, events, MONTHS)
    entries = []
    for row in made.rows:
        context = Context(
            reference=f"IT-1/IFRS/{row.period}",
            currency="EUR",
            accounts=ACCOUNTS,
            cost_shares=cost_shares,
        )
        entries += entries_of(row, context, made.moved)
    return entries


def test_an_entry_that_does_not_balance_cannot_be_built() -> None:
    with pytest.raises(JournalError, match="does not balance"):
        Entry(
            day=date(2026, 1, 31),
            period="2026-01",
            memo="x",
            reference="r",
            lines=(
                Line(account="1", amount=5, currency="EUR"),
                Line(account="2", amount=-4, currency="EUR"),
            ),
        )


def test_an_entry_in_two_currencies_cannot_be_built() -> None:
    with pytest.raises(JournalError, match="EUR and USD"):
        Entry(
            day=date(2026, 1, 31),
            period="2026-01",
            memo="x",
            reference="r",
            lines=(
                Line(account="1", amount=5, currency="EUR"),
                Line(account="2", amount=-5, currency="USD"),
            ),
        )


def test_a_transfer_inside_a_month_splits_the_expense_by_days() -> None:
    moved = date(2026, 4, 11)
    weights = cost_centre_weights(
        [
            CostShare("4100", 1_000_000, date(2020, 1, 1), moved),
            CostShare("4200", 600_000, moved),
            CostShare("4300", 400_000, moved),
        ],
        date(2026, 4, 1),
        date(2026, 5, 1),
    )
    assert dict(weights) == {"4100": 10_000_000, "4200": 12_000_000, "4300": 8_000_000}


def test_days_that_nobody_bears_are_shown_and_not_spread() -> None:
    weights = cost_centre_weights(
        [CostShare("4100", 1_000_000, date(2026, 4, 16))],
        date(2026, 4, 1),
        date(2026, 5, 1),
    )
    assert dict(weights) == {"4100": 15_000_000, None: 15_000_000}


def test_a_sale_clears_the_asset_and_shows_the_loss() -> None:
    entries = journal(
        DepreciationTerms(
            cost=5000000,
            in_service=date(2020, 1, 1),
            life_months=125,
            conventions=Conventions(disposal=Disposal.MONTH),
        ),
        [Dispose(id="sale", effective=date(2028, 5, 31), proceeds=500000)],
        [CostShare("4100", 1_000_000, date(2020, 1, 1))],
    )
    sale = entries[-1]
    assert {line.account: line.amount for line in sale.lines} == {
        "1590": 4040000,
        "1100": 500000,
        "6530": 460000,
        "1500": -5000000,
    }
    assert balance(entries, "1500") == balance(entries, "1590") == 0


@st.composite
def lives(draw: st.DrawFn) -> tuple[DepreciationTerms, list[Event], list[CostShare]]:
    """Draw an asset with remeasurements, a disposal and changing cost centres."""
    cost = draw(st.integers(1000, 10**8))
    terms = DepreciationTerms(
        cost=cost,
        residual_value=draw(st.integers(0, cost // 2)),
        in_service=draw(st.dates(date(2020, 1, 1), date(2020, 12, 31))),
        life_months=draw(st.integers(6, 60)),
    )
    events: list[Event] = []
    if draw(st.booleans()):
        events.append(
            Revalue(
                id="up",
                effective=date(2021, 6, 30),
                fair_value=draw(st.integers(0, 2 * cost)),
                proportional=draw(st.booleans()),
            )
        )
    if draw(st.booleans()):
        events.append(
            Impair(
                id="down",
                effective=date(2022, 3, 31),
                recoverable=draw(st.integers(0, cost)),
            )
        )
    if draw(st.booleans()):
        events.append(
            Dispose(
                id="out",
                effective=date(2023, 8, 9),
                proceeds=draw(st.integers(0, cost)),
                share=draw(st.sampled_from([Fraction(1), Fraction(1, 3)])),
            )
        )
    moved = draw(st.dates(date(2020, 1, 2), date(2023, 1, 1)))
    share = draw(st.integers(1, 999_999))
    cost_shares = [
        CostShare("A", 1_000_000, date(2019, 1, 1), moved),
        CostShare("B", share, moved),
        CostShare("C", 1_000_000 - share, moved),
    ]
    return terms, events, cost_shares


@given(life=lives())
@settings(max_examples=80, deadline=None)
def test_the_journal_ties_to_the_schedule(
    life: tuple[DepreciationTerms, list[Event], list[CostShare]],
) -> None:
    terms, events, cost_shares = life
    made = schedule(terms, events, MONTHS)
    entries = journal(terms, events, cost_shares)
    last = made.rows[-1]
    assert balance(entries, "1500") == last.cost
    assert balance(entries, "1590") == -last.accumulated
    assert balance(entries, "1595") == -last.impairment
    assert balance(entries, "6500") == made.total
    assert {
        line.cost_centre for e in entries for line in e.lines if line.account == "6500"
    } <= {"A", "B", "C"}


def test_a_reversal_mirrors_every_line() -> None:
    entry = journal(
        DepreciationTerms(cost=120000, in_service=date(2020, 1, 1), life_months=12),
        [],
        [CostShare("4100", 1_000_000, date(2020, 1, 1))],
    )[1]
    back = entry.reversal(date(2021, 1, 31), "2021-01")
    assert [line.amount for line in back.lines] == [
        -line.amount for line in entry.lines
    ]
    assert back.period == "2021-01"
