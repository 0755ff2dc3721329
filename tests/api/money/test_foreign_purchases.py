"""Assets bought in a foreign currency come into a book at the rate of the day."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from api.compose.wiring import App
from inventory.accounting.catalogue.templates import as_json
from inventory.accounting.rates.exchange import rates_of_file
from inventory.kernel.errors import Invalid
from tests.api.conftest import calling
from tests.api.keeping_books import Books

PLAN = {
    "template": "indonesia",
    "legal_entity": "100",
    "name": "PT Contoh",
    "begins_on": date(2026, 1, 1),
    "default_cost_centre": "9000",
}
SWITCH = {
    "kind": "switch",
    "tag": "S1",
    "asset_class": "network",
    "cost": "4800.00",
    "currency": "USD",
    "legal_entity": "100",
    "purchased_on": "2026-01-11",
    "since": "2026-01-11",
}


async def test_a_purchase_in_dollars_waits_for_the_rate_of_its_day(app: App) -> None:
    async with calling(app, "accounting", "it", "hr") as client:
        books = Books(client, "PSAK")
        await books.post("books:open", **as_json(PLAN))
        await books.post("people", key="p1", family_name="Wijaya")
        await books.post("assets", **SWITCH)
        out = {"holder": "p1", "assets": ["S1"], "on": "2026-01-20"}
        await books.post("assets:check-out", **out)
        came = await books.post("books/PSAK:capitalise")
        assert came["capitalised"] == 0
        assert "no rate of 2026-01-11" in came["waiting"][0]["reason"]
        rate = {"currency": "USD", "into": "IDR", "rate": "16250.50"}
        await books.post("exchange-rates", **rate, on="2026-01-03")  # too old
        assert (await books.post("books/PSAK:capitalise"))["capitalised"] == 0
        # 11 January is a Sunday: the rate of Friday holds.
        await books.post("exchange-rates", **rate | {"rate": "16300"}, on="2026-01-09")
        await books.post("exchange-rates", **rate, on="2026-01-12")
        assert (await books.post("books/PSAK:capitalise"))["tags"] == ["S1"]
        schedule = (await client.get("/api/v1/schedules/S1:PSAK")).json()
        assert schedule["terms"]["cost"] == "78240000.00"  # 4,800.00 at 16,300
        assert schedule["translated_from"] == {
            "amount": "4800.00",
            "currency": "USD",
            "rate": "1 USD = 16300 IDR",
            "on": "2026-01-09",
        }
        # The tax book takes it by hand, at the same rate.
        await books.post("schedules", asset="S1", book="FISKAL")
        fiscal = (await client.get("/api/v1/schedules/S1:FISKAL")).json()
        assert fiscal["terms"]["cost"] == "78240000.00"
        other = await client.post(
            "/api/v1/exchange-rates",
            json=rate | {"rate": "16301", "on": "2026-01-09"},
        )
        assert (other.status_code, "16300" in other.json()["detail"]) == (409, True)


async def test_rates_come_from_the_file_of_a_central_bank(app: App) -> None:
    text = "Date,USD,JPY,CYP,\n2026-01-09,1.0950,172.31,N/A,\n"
    async with calling(app, "accounting") as client:
        books = Books(client)
        for _ in range(2):  # the same file again changes nothing
            assert (await books.post("exchange-rates:import", csv=text))["rates"] == 2
        kept = await books.items("exchange-rates", currency="EUR")
        assert {(row["into"], row["rate"]) for row in kept} == {
            ("USD", "1.0950"),
            ("JPY", "172.31"),
        }
        number = kept[0]["id"]
        path = f"/api/v1/exchange-rates/{number}"
        wrong = await client.patch(path, json={"rate": "one"})
        assert wrong.status_code == 422
        right = await client.patch(path, json={"rate": "173"})
        assert right.json()["rate"] == "173"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "currency,into,on\nUSD,IDR,2026-01-09\n",
        "currency,into,on,rate\nUSD,IDR,9.1.2026,1\n",
        "currency,into,on,rate,units\nJPY,IDR,2026-01-09,108,0\n",
        "Date,USD\nyesterday,1.1\n",
    ],
)
def test_a_file_that_holds_no_rates_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        list[Any](rates_of_file(text))


async def test_a_rate_quoted_for_a_hundred_and_the_other_way_round(app: App) -> None:
    async with calling(app, "accounting", "it") as client:
        books = Books(client, "PSAK")
        await books.post("books:open", **as_json(PLAN))
        rate = {"currency": "JPY", "into": "IDR", "units": 100, "on": "2026-01-09"}
        await books.post("exchange-rates", **rate, rate="10800")
        other = {"currency": "IDR", "into": "EUR", "on": "2026-01-09"}
        await books.post("exchange-rates", **other, rate="0.00005")
        for tag, currency, cost, wanted in (
            ("J", "JPY", "150000", "16200000.00"),
            ("E", "EUR", "1000.00", "20000000.00"),
        ):
            thing = SWITCH | {"tag": tag, "currency": currency, "cost": cost}
            await books.post("assets", **thing)
            bought = {"asset": tag, "book": "PSAK", "in_service": "2026-01-20"}
            made = await books.post("schedules", **bought)
            assert made["terms"]["cost"] == wanted
