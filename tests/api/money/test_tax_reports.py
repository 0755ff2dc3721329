"""What tax returns ask for: conventions of a year, recapture, low-value assets."""

from __future__ import annotations

from datetime import date
from typing import Any

from api.compose.wiring import App
from inventory.accounting.catalogue.templates import as_json
from tests.api.conftest import calling
from tests.api.keeping_books import Books
from tests.api.test_tax_years import by_year

US = {
    "template": "us",
    "legal_entity": "100",
    "name": "Example",
    "begins_on": date(2025, 1, 1),
}
GERMANY = US | {"template": "hgb-tax", "variant": "sammelposten"}
_PLACED = (
    ("MACHINE", "furniture", "4000", "2025-01-15"),
    ("DESK", "furniture", "1000", "2025-09-10"),
    ("COMPUTER", "computer", "5000", "2025-10-20"),
)


async def _bought(books: Books, tag: str, kind: str, cost: str, day: str) -> None:
    thing = {"tag": tag, "name": tag, "kind": "other", "asset_class": kind}
    await books.post("assets", **thing, legal_entity="100", since="2020-01-01")
    bought = {"asset": tag, "book": books.book, "cost": cost, "in_service": day}
    await books.post("schedules", **bought)


async def _first_year(books: Books, tag: str) -> str:
    answer = await books.client.get(f"/api/v1/schedules/{tag}:{books.book}")
    return by_year(answer.json())["2025"]


async def test_one_late_purchase_changes_the_convention_of_the_whole_year(
    app: App,
) -> None:
    """Half of 10,000 in the last quarter: 1,000, 107 and 250 (Pub. 946)."""
    async with calling(app, "accounting", "it", "hr") as client:
        books = Books(client, "MACRS")
        await books.post("books:open", **as_json(US))
        for placed in _PLACED[:2]:
            await _bought(books, *placed)
        posted = [await books.booked(f"2025-{month:02}") for month in range(1, 10)]
        assert not any("40 %" in str(one["warnings"]) for one in posted)
        before = await books.client.get("/api/v1/schedules/MACHINE:MACRS")
        await _bought(books, *_PLACED[2])
        tested = await books.rows("mid-quarter", book="MACRS", year="2025")
        assert (tested[-1]["applies"], tested[-1]["wrong"]) == (True, 3)
        warned = await books.booked("2025-10")
        assert "The purchases of 2025 need another" in warned["warnings"][-1]
        done = await books.post("books/MACRS:set-convention", year="2025")
        assert (done["convention"], done["last_quarter"], done["changed"]) == (
            "mid-quarter",
            "50.00",
            3,
        )
        again = await books.post("books/MACRS:set-convention", year="2025")
        assert again["changed"] == 0
        after = await books.client.get("/api/v1/schedules/MACHINE:MACRS")
        # What was booked stays, and the months that are open catch up.
        for old, new in zip(
            before.json()["rows"][:9], after.json()["rows"][:9], strict=True
        ):
            assert old == new
        assert "40 %" not in str((await books.booked("2025-11"))["warnings"])
        await books.booked("2025-12")
        assert await _first_year(books, "MACHINE") == "1000.00"
        assert abs(float(await _first_year(books, "DESK")) - 107.14) < 0.01
        assert await _first_year(books, "COMPUTER") == "250.00"
        told = await books.rows("reconciliation", book="MACRS")
        assert {row["difference"] for row in told} == {"0.00"}


async def test_a_gain_is_ordinary_income_up_to_the_depreciation_taken(app: App) -> None:
    async with calling(app, "accounting", "it", "hr") as client:
        books = Books(client, "MACRS")
        await books.post("books:open", **as_json(US))
        await _bought(books, "A", "computer", "10000", "2025-02-01")
        await _bought(books, "B", "computer", "10000", "2025-02-01")
        for tag, proceeds in (("A", "8000"), ("B", "12000")):
            sold = {"type": "dispose", "effective": "2026-03-01", "proceeds": proceeds}
            await books.post(f"schedules/{tag}:MACRS:record-event", **sold)
        rows = await books.rows("recapture", book="MACRS", year="2026")
        told: dict[str, Any] = {row["tag"]: row for row in rows}
        # 20 % in the first year, half of 32 % in that of the sale.
        assert (told["A"]["depreciation"], told["A"]["gain"]) == ("3600.00", "1600.00")
        assert (told["A"]["ordinary"], told["A"]["capital"]) == ("1600.00", "0.00")
        assert (told["B"]["ordinary"], told["B"]["capital"]) == ("3600.00", "2000.00")
        assert told["Total"]["gain"] == "7200.00"


async def test_low_value_assets_are_listed_and_the_collected_ones_dissolved(
    app: App,
) -> None:
    async with calling(app, "accounting", "it", "hr") as client:
        books = Books(client, "TAX")
        await books.post("books:open", **as_json(GERMANY))
        await _bought(books, "MOUSE", "network", "200", "2025-11-03")
        await _bought(books, "SWITCH", "network", "500", "2025-11-03")
        await _bought(books, "ROUTER", "network", "1000", "2025-02-03")
        gone = {"type": "dispose", "effective": "2026-03-01"}
        await books.post("schedules/ROUTER:TAX:record-event", **gone)
        (formed,) = await books.rows("sammelposten", book="TAX", year="2025")
        assert (formed["assets"], formed["cost"]) == (2, "1500.00")
        assert (formed["dissolved"], formed["closing"]) == ("300.00", "1200.00")
        # What leaves does not leave the Sammelposten.
        (formed,) = await books.rows("sammelposten", book="TAX", year="2026")
        assert (formed["opening"], formed["dissolved"]) == ("1200.00", "300.00")
        terms = {"preset": "de-gwg", "cost": "800", "in_service": "2025-05-02"}
        thing = {"tag": "PHONE", "kind": "other", "legal_entity": "100"}
        await books.post("assets", **thing, asset_class="phone")
        await books.post("schedules", asset="PHONE", book="TAX", **terms)
        rows = await books.rows("gwg-register", book="TAX", year="2025")
        # What costs no more than 250.00 needs no entry.
        assert [row["tag"] for row in rows] == ["PHONE", "Summe"]
        assert rows[-1]["cost"] == "800.00"
