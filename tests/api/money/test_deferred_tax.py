"""Deferred tax: rates of the entity, differences of a pair of books, entries."""

from __future__ import annotations

from datetime import date

from api.compose.wiring import App
from inventory.accounting.catalogue.templates import as_json
from tests.api.conftest import calling
from tests.api.keeping_books import Books

PLAN = {
    "template": "indonesia",
    "variant": "saldo-menurun",
    "legal_entity": "100",
    "name": "Example",
    "begins_on": date(2025, 1, 1),
    "default_cost_centre": "9000",
}
ACCOUNTS = {"liability": "2-2200", "asset": "1-2800", "expense": "8-1000"}


async def test_deferred_tax_follows_the_differences_and_the_rate(app: App) -> None:
    async with calling(app, "accounting", "it", "hr") as client:
        books = Books(client, "PSAK")
        await books.post("books:open", **as_json(PLAN))
        thing = {"tag": "A", "kind": "server", "legal_entity": "100"}
        await books.post("assets", **thing, asset_class="server", since="2025-01-01")
        for book in ("PSAK", "FISKAL"):
            bought = {"cost": "48000000", "in_service": "2025-01-01"}
            await books.post("schedules", asset="A", book=book, **bought)
        for month in range(1, 13):
            await books.booked(f"2025-{month:02}")
        asked = {"tax_book": "FISKAL", "period": "2025-12", **ACCOUNTS}
        path = "/api/v1/books/PSAK:book-deferred-tax"
        answer = await client.post(path, json=asked)
        assert "tax rate of 2025-12-31 is not known" in answer.json()["detail"]
        rate = {"legal_entity": "100", "since": "2022-01-01", "percent": "22"}
        first = await books.post("income-tax-rates", **rate, source="UU HPP")
        assert first == await books.post("income-tax-rates", **rate, source="UU HPP")
        # 36 m in the books, 24 m for tax: 12 m are taxable later, 22 % of them.
        done = await books.post("books/PSAK:book-deferred-tax", **asked)
        assert (done["taxable"], done["liability"]) == ("12000000.00", "2640000.00")
        assert (done["expense"], done["rate"]) == ("2640000.00", "22")
        again = await books.post("books/PSAK:book-deferred-tax", **asked)
        assert (again["posting_id"], again["expense"]) == (None, "0.00")
        (compared,) = await books.rows(
            "book-tax", book="PSAK", tax_book="FISKAL", as_of="2025-12-31"
        )
        assert compared["deferred_tax"] == "-2640000.00"
        # A lower rate from 2026 on: what was owed comes down with it.
        lower = {"legal_entity": "100", "since": "2026-01-01", "percent": "20"}
        await books.post("income-tax-rates", **lower)
        for month in range(1, 13):
            await books.booked(f"2026-{month:02}")
        asked["period"] = "2026-12"
        done = await books.post("books/PSAK:book-deferred-tax", **asked)
        # 24 m and 12 m: the same difference at 20 %.
        assert (done["liability"], done["expense"]) == ("2400000.00", "-240000.00")
        lines = await books.items("journal-lines", book="PSAK", account="2-2200")
        assert sum(row["amount_minor"] for row in lines) == -240_000_000
        told = await books.rows("reconciliation", book="PSAK")
        assert {row["difference"] for row in told} == {"0.00"}


async def test_a_pool_is_the_tax_value_of_its_members(app: App) -> None:
    async with calling(app, "accounting", "it", "hr") as client:
        books = Books(client, "FRS")
        plan = {"template": "uk", "legal_entity": "100", "name": "Example"}
        await books.post("books:open", **plan, begins_on="2024-04-01")
        thing = {"tag": "VAN", "kind": "other", "legal_entity": "100"}
        await books.post("assets", **thing, asset_class="vehicle", since="2024-04-01")
        for book in ("FRS", "CA"):
            bought = {"cost": "20000", "in_service": "2024-04-01"}
            await books.post("schedules", asset="VAN", book=book, **bought)
        rows = await books.rows(
            "book-tax", book="FRS", tax_book="CA", as_of="2025-03-31", rate="25"
        )
        # 25 % written down in the books, 18 % in the pool.
        assert [(row["book_value"], row["tax_value"]) for row in rows] == [
            ("15000.00", "16400.00"),
        ]
        assert [row["deferred_tax"] for row in rows] == ["350.00"]
