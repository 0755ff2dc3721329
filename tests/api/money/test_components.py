"""An asset as its parts: capitalised, replaced, reported, disposed of (IAS 16.43)."""

from __future__ import annotations

from datetime import date

from api.compose.wiring import App
from inventory.accounting.catalogue.templates import as_json
from tests.api.conftest import calling
from tests.api.keeping_books import Books

PLAN = {
    "template": "indonesia",
    "legal_entity": "100",
    "name": "Example",
    "begins_on": date(2025, 1, 1),
    "default_cost_centre": "9000",
}
WHOLE = {
    "tag": "UPS-1",
    "kind": "other",
    "legal_entity": "100",
    "asset_class": "network",
    "cost": "120000000",
    "currency": "IDR",
    "since": "2025-01-01",
}
PARTS = [
    {"name": "Cabinet", "cost": "90000000", "life_months": 120},
    {"name": "Batteries", "cost": "30000000", "life_months": 36},
]
BUILT = {"asset": "UPS-1", "books": ["PSAK", "FISKAL"], "in_service": "2025-01-10"}


async def _values(books: Books, day: str) -> dict[str, str]:
    rows = await books.rows("components", book=books.book, as_of=day)
    return {row["part"] or row["tag"]: row["value"] for row in rows}


async def test_parts_have_lives_of_their_own_and_are_replaced(app: App) -> None:
    async with calling(app, "accounting", "it", "hr") as client:
        books = Books(client, "PSAK")
        await books.post("books:open", **as_json(PLAN))
        await books.post("cost-centres", code="4100", name="IT")
        await books.post("assets", **WHOLE)
        wrong = BUILT | {"parts": [*PARTS[:1], {"name": "Fan", "cost": "1"}]}
        answer = await client.post("/api/v1/asset-components", json=wrong)
        assert "The parts cost 90000001.00, the whole 120000000.00" in answer.text
        made = await books.post("asset-components", **BUILT, parts=PARTS)
        again = await books.post("asset-components", **BUILT, parts=PARTS)
        assert (made["id"], made["tag"]) == (again["id"], "UPS-1.1")
        shares = {"shares": ["4100=100"], "on": "2025-01-01"}
        await books.post("assets/UPS-1:allocate", **shares)
        # 90 m over ten years, 30 m over three; the fiscal group of the law is 4 years.
        await books.booked("2025-01")
        assert await books.expense("2025-01") == {"4100": "1583333.33"}
        tax = await client.get("/api/v1/schedules/UPS-1.2:FISKAL")
        assert tax.json()["rows"][0]["depreciation"] == "625000.00"
        for month in range(2, 13):
            await books.booked(f"2025-{month:02}")
        assert await _values(books, "2025-12-31") == {
            "Cabinet": "81000000.00",
            "Batteries": "20000000.00",
            "UPS-1": "101000000.00",
        }
        new = {"on": "2026-01-01", "cost": "36000000", "life_months": 36}
        done = await books.post("asset-components/UPS-1.2:replace", **new)
        assert done["replaced_on"] == "2026-01-01"
        assert await books.post("asset-components/UPS-1.2:replace", **new) == done
        await books.booked("2026-01")
        gone = await books.rows("disposals", book="PSAK", **_year(2026))
        assert [(row["tag"], row["gain"]) for row in gone] == [
            ("UPS-1.2", "-20000000.00")
        ]
        # 750,000 a month of the cabinet, 1,000,000 of the new batteries.
        assert await _values(books, "2026-01-31") == {
            "Cabinet": "80250000.00",
            "Batteries": "35000000.00",
            "UPS-1": "115250000.00",
        }
        told = await books.rows("reconciliation", book="PSAK")
        assert {row["difference"] for row in told} == {"0.00"}
        old = (await client.get("/api/v1/assets/UPS-1.2")).json()
        assert old["state"] == "disposed"
        waits = await books.rows("waiting", book="PSAK")
        assert [row["tag"] for row in waits] == []
        assert not await books.rows("unbooked-purchases")


def _year(year: int) -> dict[str, str]:
    return {"from": f"{year}-01", "to": f"{year}-12"}


async def test_what_leaves_the_register_as_a_whole_leaves_the_books_by_parts(
    app: App,
) -> None:
    async with calling(app, "accounting", "it", "hr") as client:
        books = Books(client, "PSAK")
        await books.post("books:open", **as_json(PLAN))
        await books.post("assets", **WHOLE)
        await books.post("asset-components", **BUILT, parts=PARTS)
        whole = {"asset": "UPS-1", "book": "PSAK"}
        terms = {"cost": "120000000", "in_service": "2025-01-10"}
        await books.post("assets/UPS-1:retire", reason="worn out")
        await books.post("assets/UPS-1:dispose", reason="sold")
        found = await books.items("book-proposals", state="proposed")
        assert {row["kind"] for row in found} == {"dispose"}
        assert len(found) == 4
        await books.post("assets", **WHOLE | {"tag": "UPS-2"})
        whole |= {"asset": "UPS-2"}
        await books.post("schedules", **whole, **terms)
        answer = await client.post(
            "/api/v1/asset-components",
            json=BUILT | {"asset": "UPS-2", "parts": PARTS},
        )
        assert answer.status_code == 409
        assert "as a whole already" in answer.text
