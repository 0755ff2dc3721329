"""Who bears an asset may become known late: the journal follows, no period changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from datetime import date

import pytest

from api.compose.wiring import App
from inventory.accounting.catalogue.templates import as_json
from tests.api.conftest import calling
from tests.api.keeping_books import Books

PLAN = {
    "template": "ifrs",
    "legal_entity": "100",
    "name": "Example",
    "currency": "EUR",
    "begins_on": date(2026, 1, 1),
}
LAPTOP = {
    "kind": "laptop",
    "tag": "L1",
    "asset_class": "computer",
    "cost": "3600.00",
    "currency": "EUR",
    "legal_entity": "100",
    "since": "2026-01-01",
}


@pytest.fixture
async def books(app: App) -> AsyncIterator[Books]:
    """An empty installation with a book, two cost centres and a laptop in use."""
    async with calling(app, "accounting", "it", "hr") as client:
        found = Books(client)
        await found.post("books:open", **as_json(PLAN))
        for code in ("4100", "4200"):
            await found.post("cost-centres", code=code, name=code, legal_entity="100")
        await found.post("people", key="p1", family_name="Sari")
        await found.post("assets", **LAPTOP)
        held = {"holder": "p1", "assets": ["L1"], "on": "2026-01-01"}
        await found.post("assets:check-out", **held)
        yield found


async def borne_by(books: Books, centre: str, on: str) -> None:
    await books.post("assets/L1:allocate", shares=[f"{centre}=100"], on=on)


async def test_a_late_allocation_is_corrected_in_the_next_posting(books: Books) -> None:
    await borne_by(books, "4100", "2026-01-01")
    monthly = (await books.booked("2026-01"))["depreciation"]
    await books.booked("2026-02")
    # On a day in March it becomes known that the other bears it since 15 February.
    await borne_by(books, "4200", "2026-02-15")
    done = await books.booked("2026-03")
    half = f"{float(monthly) / 2:.2f}"  # 14 of 28 days
    assert done["corrected"] == half
    assert await books.expense("2026-02") == {"4100": monthly}
    assert await books.expense("2026-03") == {
        "4100": f"-{half}",
        "4200": f"{float(monthly) + float(half):.2f}",
    }
    # It is corrected once.
    again = await books.booked("2026-04")
    assert again["corrected"] == "0.00"
    assert await books.expense("2026-04") == {"4200": monthly}


async def test_rows_of_a_cost_centre_carry_its_share(books: Books) -> None:
    await books.post(
        "assets/L1:allocate", shares=["4100=25", "4200=75"], on="2026-01-01"
    )
    monthly = float((await books.booked("2026-01"))["depreciation"])
    rows = await books.items("schedule-rows", book="IFRS", cost_centre="4200", limit=2)
    assert [row["posted"] for row in rows] == [True, False]
    for row in rows:
        assert float(row["borne"]) == monthly * 3 / 4
        assert row["split"] == [
            f"4100 {monthly / 4:.2f}",
            f"4200 {monthly * 3 / 4:.2f}",
        ]


async def test_what_nobody_bears_is_said_when_it_is_posted(books: Books) -> None:
    done = await books.booked("2026-01")
    assert done["unallocated"] == done["depreciation"]
    assert done["warnings"] == [f"No cost centre bears {done['depreciation']} EUR."]
    # Once somebody bears it, the next posting moves it there.
    await borne_by(books, "4100", "2026-01-01")
    done = await books.booked("2026-02")
    assert (done["warnings"], done["corrected"]) == ([], done["depreciation"])


async def test_balances_are_those_of_the_lines_after_a_reversal(books: Books) -> None:
    await borne_by(books, "4100", "2026-01-01")
    await books.booked("2026-01")
    posting = (await books.booked("2026-02"))["posting_id"]
    await books.post(f"postings/{posting}:reverse", reason="too early")
    await borne_by(books, "4200", "2026-01-01")
    await books.booked("2026-02")
    sums: Counter[tuple[str, str | None]] = Counter()
    for line in await books.items("journal-lines", book="IFRS", limit=500):
        sums[line["account"], line["cost_centre"]] += line["amount_minor"]
    found = await books.items("account-balances", book="IFRS", limit=500)
    assert len(found) > 4
    assert {
        (one["account"], one["cost_centre"]): round(float(one["balance"]) * 100)
        for one in found
    } == dict(sums)
    (one,) = await books.items("account-balances", book="IFRS", cost_centre="4200")
    assert (one["debit"], one["credit"]) == (one["balance"], "0.00")
