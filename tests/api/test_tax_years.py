"""Tax: what is elected, what a year allows, what the tax office asks for."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from api.compose.wiring import App
from inventory.accounting.catalogue.templates import as_json
from tests.api.conftest import calling
from tests.api.keeping_books import Books

PLAN = {
    "legal_entity": "100",
    "name": "Example",
    "begins_on": date(2025, 1, 1),
}
US = PLAN | {"template": "us"}
INDONESIA = PLAN | {"template": "indonesia", "variant": "saldo-menurun"}


def by_year(schedule: dict[str, Any]) -> dict[str, str]:
    """Return the depreciation of each fiscal year of a schedule."""
    sums: Counter[str] = Counter()
    for row in schedule["rows"]:
        sums[row["year"]] += round(float(row["depreciation"]) * 100)
    return {year: f"{amount / 100:.2f}" for year, amount in sums.items()}


async def test_the_fiscal_list_has_the_groups_of_the_law(app: App) -> None:
    async with calling(app, "accounting", "it", "hr") as client:
        books = Books(client, "FISKAL")
        await books.post("books:open", **as_json(INDONESIA))
        for tag, asset_class in (
            ("A", "computer"),
            ("B", "vehicle"),
            ("C", "computer"),
        ):
            thing = {"tag": tag, "kind": "other", "asset_class": asset_class}
            await books.post("assets", **thing, legal_entity="100")
            cost = "100000000" if tag == "A" else "8000000"
            bought = {"cost": cost, "in_service": "2025-07-10"}
            await books.post("schedules", asset=tag, book="FISKAL", **bought)
        # Half of 100 m over six months, then half of what is left, the rest at once.
        for year, amount in {
            "2025": "25000000.00",
            "2026": "37500000.00",
            "2027": "18750000.00",
            "2028": "9375000.00",
            "2029": "9375000.00",
        }.items():
            rows = await books.rows("fiscal-list", book="FISKAL", year=year)
            (laptop,) = (row for row in rows if row["tag"] == "A")
            assert (laptop["depreciation"], laptop["acquired"]) == (amount, "2025-07")
        rows = await books.rows("fiscal-list", book="FISKAL", year="2025")
        assert [(row["group"], row["tag"], row["depreciation"]) for row in rows] == [
            ("Kelompok 1", "A", "25000000.00"),
            ("Kelompok 1", "C", "2000000.00"),
            ("Kelompok 1", "Jumlah", "27000000.00"),
            ("Kelompok 2", "B", "1000000.00"),
            ("Kelompok 2", "Jumlah", "1000000.00"),
            ("Jumlah", "Jumlah", "28000000.00"),
        ]


async def test_a_year_allows_so_much_of_section_179(app: App) -> None:
    async with calling(app, "accounting", "it", "hr") as client:
        books = Books(client, "MACRS")
        await books.post("books:open", **as_json(US))
        for tag in ("A", "B"):
            thing = {"tag": tag, "kind": "server", "legal_entity": "100"}
            await books.post("assets", **thing, asset_class="computer")
        bought = {"asset": "A", "book": "MACRS", "cost": "4500000"}
        bought |= {"in_service": "2026-03-01", "preset": "us-macrs-5"}
        # 2,560,000 less the 410,000 above the threshold of 4,090,000.
        answer = await client.post(
            "/api/v1/schedules", json=bought | {"section_179": "2500000"}
        )
        assert answer.status_code == 422
        problem = answer.json()
        assert problem["detail"].startswith("Section 179 allows 2150000.00 in 2026")
        assert problem["remedy"] == "Elect 2150000.00 at most."
        made = await books.post("schedules", **bought, section_179="2150000")
        assert by_year(made)["2026"] == f"{2_150_000 + 2_350_000 / 5:.2f}"
        # Any more property lowers the limit further.
        more = bought | {"asset": "B", "cost": "100000", "section_179": "1"}
        answer = await client.post("/api/v1/schedules", json=more)
        assert "2050000.00" in answer.text
        await books.post("schedules", **{**more, "section_179": None})
        (year,) = await books.rows("section-179", book="MACRS", year="2026")
        assert (year["limit"], year["over"]) == ("2050000.00", "100000.00")


async def test_bonus_by_the_day_acquired_and_limits_of_cars(app: App) -> None:
    async with calling(app, "accounting", "it", "hr") as client:
        books = Books(client, "MACRS")
        await books.post("books:open", **as_json(US))
        asked = {"book": "MACRS", "preset": "us-macrs-5", "asset_class": "vehicle"}

        async def first(**given: Any) -> str:  # noqa: ANN401 - JSON
            made = await books.post("schedules:preview", **asked, **given)
            return by_year(made)["2025"]

        bought = {"cost": "10000", "in_service": "2025-03-01"}
        assert await first(**bought) == "2000.00"
        assert await first(**bought, bonus=True) == "10000.00"
        # Acquired before 20 January 2025: 40 %, and a fifth of the rest.
        old = await first(**bought, bonus=True, acquired_on="2025-01-19")
        assert old == "5200.00"
        car = bought | {"cost": "80000", "passenger_car": True}
        assert await first(**car) == "12200.00"
        assert await first(**car, bonus=True) == "20200.00"


async def test_terms_are_corrected_until_they_are_booked(app: App) -> None:
    async with calling(app, "accounting", "it", "hr") as client:
        books = Books(client, "PSAK")
        await books.post("books:open", **as_json(INDONESIA))
        thing = {"tag": "A", "kind": "laptop", "legal_entity": "100"}
        await books.post("assets", **thing, asset_class="computer")
        wrong = {"cost": "4800000", "in_service": "2025-02-01"}
        await books.post("schedules", asset="A", book="PSAK", **wrong)
        right = {"cost": "9600000", "in_service": "2025-01-15"}
        now = await books.post("schedules/A:PSAK:correct", **right)
        assert now["rows"][0]["depreciation"] == "200000.00"
        assert now["rows"][0]["period"] == "2025-01"
        now = await books.post("schedules/A:PSAK:correct", asset_class="furniture")
        assert (now["asset_class"], now["rows"][0]["depreciation"]) == (
            "furniture",
            "100000.00",
        )
        await books.booked("2025-01")
        answer = await client.post(
            "/api/v1/schedules/A:PSAK:correct", json={"cost": "1"}
        )
        assert "is booked since 2025-01-01" in answer.json()["detail"]
