"""Leases from an empty database to the exported journal (IFRS 16)."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

from api.compose.wiring import App
from inventory.accounting.catalogue.templates import as_json
from tests.api.conftest import calling
from tests.api.keeping_books import Books
from tests.api.test_opening_books import check_journals

PLAN = {
    "template": "ifrs",
    "legal_entity": "100",
    "name": "Example",
    "country": "DE",
    "currency": "EUR",
    "begins_on": date(2026, 1, 1),
    "default_cost_centre": "9000",
}
COPIER = {"kind": "printer", "legal_entity": "100", "since": "2020-01-01"}
LIABILITY, ROU, INTEREST, PAYABLES = "1650", "0680", "4600", "1600"


class Ledger(Books):
    """Posts months and knows what the journal leaves on each account."""

    async def opened(self) -> None:
        await self.post("books:open", **as_json(PLAN))
        for tag in ("A", "B"):
            await self.post("assets", **COPIER, tag=tag)

    async def post_year(self, year: int, months: range = range(1, 13)) -> None:
        for month in months:
            await self.booked(f"{year}-{month:02}")

    async def balances(self) -> dict[str, float]:
        rows = await self.items("journal-lines", book=self.book, limit=1000)
        sums: Counter[str] = Counter()
        for row in rows:
            sums[row["account"]] += row["amount_minor"]
        return {account: amount / 100 for account, amount in sums.items() if amount}

    async def journal(self, folder: Path) -> None:
        """Let the programs of plain-text accounting read the journal."""
        for name, kind in (("q.journal", "hledger"), ("q.beancount", "beancount")):
            span = {"from": "2026-01-01", "to": "2027-12-31", "format": kind}
            path = f"/api/v1/books/{self.book}/journal"
            answer = await self.client.get(path, params=span)
            assert answer.status_code == 200, answer.text
            (folder / name).write_text(answer.text)
        check_journals(folder)

    async def lease(self, reference: str, **day: str) -> dict[str, Any]:
        answer = await self.client.get(f"/api/v1/leases/{reference}", params=day)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found


COPIERS = {
    "asset": "A",
    "book": "IFRS",
    "reference": "L-1",
    "commences_on": "2026-01-01",
    "months": 36,
    "payment": "100.00",
    "rate": "6",
    "compounding": "monthly",
    "direct_costs": "60.00",
}


async def test_a_leased_copier_from_its_commencement_to_its_early_end(
    app: App, tmp_path: Path
) -> None:
    async with calling(app, "accounting", "it", "hr") as client:
        books = Ledger(client)
        await books.opened()
        made = await books.post("leases", **COPIERS)
        # 100.00 at once, and 35 more at half a percent a month.
        assert made["recognised"] == "3203.54"
        assert made["right_of_use"] == "3363.54"
        again = await client.post("/api/v1/leases", json=COPIERS)
        assert again.json()["id"] == made["id"]
        await books.post_year(2026, range(1, 4))
        lease = await books.lease("L-1", as_of="2026-03-31")
        sums = await books.balances()
        assert sums[LIABILITY] == -float(lease["liability"])
        assert sums[ROU] == 3363.54
        # 100 at the start, 60 of costs, and the rents of February and March.
        assert sums[PAYABLES] == -(100 + 60 + 200)
        interest = sum(float(row["interest"]) for row in lease["rows"][:3])
        assert sums[INTEREST] == round(interest, 2)
        assert [row["posting_id"] is None for row in lease["rows"][:4]] == [
            *(False, False, False),
            True,
        ]
        await books.journal(tmp_path)
        ended = {"last_day": "2026-06-30", "reason": "returned"}
        early = await client.post("/api/v1/leases/L-1:end?preview=true", json=ended)
        assert early.status_code == 200, early.text
        await books.post("leases/L-1:end", **ended)
        await books.post_year(2026, range(4, 8))
        sums = await books.balances()
        assert not {LIABILITY, ROU, "0681"} & set(sums)
        # What was not depreciated yet against what was still to be paid.
        assert abs(sums.get("4530", 0) + sums.get("8530", 0)) > 0
        await books.journal(tmp_path)
        proposals = await books.items("book-proposals", state="proposed")
        assert [row["kind"] for row in proposals] in ([], ["leave-register"])


async def test_giving_half_up_is_the_example_of_the_standard(app: App) -> None:
    """Example 17 of IFRS 16, each year a hundredth of its amounts, over five years."""
    space = COPIERS | {
        "commences_on": "2021-01-01",
        "months": 120,
        "payment": "50000.00",
        "every_months": 12,
        "in_advance": False,
        "compounding": "yearly",
        "direct_costs": "0",
    }
    async with calling(app, "accounting", "it", "hr") as client:
        books = Ledger(client)
        await books.opened()
        made = await books.post("leases", **space)
        assert made["recognised"] == "368004.35"
        await books.post("books/IFRS:take-over")
        changed = {
            "effective": "2026-01-01",
            "payment": "30000.00",
            "every_months": 12,
            "in_advance": False,
            "rate": "5",
            "given_up": "50",
            "reason": "half the space",
        }
        done = await books.post("leases/L-1:change", **changed)
        assert done["taken_over_on"] == "2026-01-01"
        assert done["rows"][0]["opening"] == "210618.19"
        await books.post_year(2026)
        sums = await books.balances()
        assert sums["8530"] == -13_308.01  # 105,309.10 less 92,001.09
        lease = await books.lease("L-1", as_of="2026-12-31")
        assert sums[LIABILITY] == -float(lease["liability"])
        # 129,884.30 and 5 % of it, less a payment.
        assert lease["liability"] == "106378.52"
        assert lease["due_within_a_year"] == "30000.00"
        value = sums[ROU] + sums["0681"]
        assert round(value, 2) == round((92_001.09 + 24_575.20) * 4 / 5, 2)


async def test_exempt_leases_are_an_expense_and_wrong_ones_are_refused(
    app: App,
) -> None:
    async with calling(app, "accounting", "it", "hr") as client:
        books = Ledger(client)
        await books.opened()
        short = COPIERS | {"reference": "S-1", "treatment": "short-term", "rate": "0"}
        short |= {"direct_costs": "0", "in_advance": False, "every_months": 3}
        too_long = await client.post("/api/v1/leases", json=short)
        assert "no short-term lease" in too_long.json()["detail"]
        await books.post("leases", **short | {"months": 12})
        await books.post_year(2026, range(1, 3))
        sums = await books.balances()
        assert sums == {"4540": 66.67, PAYABLES: -66.67}
        for wrong, field in (
            ({"payment": None}, "payment"),
            ({"every_months": 12, "months": 30}, "payments"),
            ({"asset_class": "computer"}, "asset_class"),
            ({"payments": [{"on": "2031-01-01", "amount": "1"}]}, "lease"),
        ):
            body = COPIERS | {"asset": "B", "reference": "X"} | wrong
            answer = await client.post("/api/v1/leases", json=body)
            assert answer.status_code == 422, answer.text
            assert field in answer.text
        exempt = {"effective": "2026-06-01", "payment": "10.00", "reason": "less"}
        refused = await client.post("/api/v1/leases/S-1:change", json=exempt)
        assert refused.status_code == 409, refused.text
