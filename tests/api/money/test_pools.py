"""Pools from an empty installation: additions, allowances, declared years."""

from __future__ import annotations

from datetime import date
from typing import Any

from api.compose.wiring import App
from inventory.accounting.catalogue.templates import as_json
from tests.api.conftest import calling
from tests.api.keeping_books import Books

UK = {
    "template": "uk",
    "legal_entity": "100",
    "name": "Example",
    "begins_on": date(2022, 4, 1),
}
AUSTRALIA = UK | {"template": "au", "begins_on": date(2023, 7, 1)}


class Register(Books):
    """Buys, sells, and looks at pools."""

    async def buys(self, tag: str, kind: str, cost: str, day: str, **more: Any) -> Any:  # noqa: ANN401 - JSON
        thing = {"tag": tag, "kind": "other", "asset_class": kind}
        await self.post("assets", **thing, legal_entity="100", since="2020-01-01")
        bought = {"asset": tag, "book": self.book, "cost": cost, "in_service": day}
        return await self.post("schedules", **bought, **more)

    async def happens(self, tag: str, kind: str, day: str, **more: str) -> None:
        event = {"type": kind, "effective": day, **more}
        await self.post(f"schedules/{tag}:{self.book}:record-event", **event)

    async def year(self, pool: str, year: str, day: str = "2026-06-30") -> Any:  # noqa: ANN401 - JSON
        answer = await self.client.get(f"/api/v1/pools/{pool}", params={"as_of": day})
        assert answer.status_code == 200, answer.text
        (found,) = (one for one in answer.json()["years"] if one["year"] == year)
        return found


async def test_a_balance_taken_over_is_written_down_as_the_guide_shows(
    app: App,
) -> None:
    """9,000 brought forward, a car of 1,200 bought, 200 received: 18 % of 10,000."""
    async with calling(app, "accounting", "it", "hr") as client:
        books = Register(client, "CA")
        await books.post("books:open", **as_json(UK))
        pool = {"book": "CA", "name": "uk-main-corporation", "opening": "9000"}
        await books.post("pools", **pool, begins_on="2023-04-01")
        await books.buys("OLD", "vehicle", "5000", "2022-06-01")
        await books.buys("CAR", "vehicle", "1200", "2023-09-01")
        await books.happens("OLD", "dispose", "2024-01-10", proceeds="200")
        found = await books.year("uk-main-corporation", "2024")
        assert (found["allowance"], found["closing"]) == ("1800.00", "8200.00")
        assert found["rate"] == "18.00"
        done = await books.post("pools/uk-main-corporation:declare", year="2024")
        again = await books.post("pools/uk-main-corporation:declare", year="2024")
        assert done == again
        (row,) = await books.items("pools", as_of="2024-03-31")
        assert (row["closing_minor"], row["declared"]) == (820_000, True)
        # A late credit note, and the price of a sale that comes down: the next year.
        await books.happens("CAR", "add-cost", "2024-02-01", amount="-100")
        after = await books.year("uk-main-corporation", "2024")
        assert after["closing"] == "8200.00"
        following = await books.year("uk-main-corporation", "2025")
        assert (following["opening"], following["earlier"]) == ("8200.00", "-100.00")
        assert following["allowance"] == "1458.00"
        rows = await books.rows("pool-allowances", book="CA", year="2025")
        assert rows[-1]["allowance"] == "1458.00"


async def test_the_annual_investment_allowance_goes_to_the_special_rate_first(
    app: App,
) -> None:
    async with calling(app, "accounting", "it", "hr") as client:
        books = Register(client, "CA")
        await books.post("books:open", **as_json(UK))
        await books.buys("AC", "integral-feature", "700000", "2023-05-01")
        await books.buys("SRV", "server", "500000", "2023-05-01")
        special = await books.year("uk-special-corporation", "2024")
        main = await books.year("uk-main-corporation", "2024")
        assert (special["at_once"], main["at_once"]) == ("700000.00", "300000.00")
        # 18 % of the 200,000 that are left.
        assert (main["allowance"], main["closing"]) == ("36000.00", "164000.00")
        # Sold for more than is left: a charge; the proceeds count up to the cost.
        await books.happens("SRV", "dispose", "2024-06-01", proceeds="600000")
        main = await books.year("uk-main-corporation", "2025")
        assert (main["disposals"], main["charge"]) == ("500000.00", "336000.00")
        refused = await client.post(
            "/api/v1/pools/uk-main-corporation:declare",
            json={"year": "2025"},
        )
        assert "next year of the pool" in refused.json()["detail"]
        less = {"year": "2024", "at_once": "0", "by_rate": "0"}
        await books.post("pools/uk-main-corporation:declare", **less)
        main = await books.year("uk-main-corporation", "2025")
        assert (main["opening"], main["charge"]) == ("500000.00", "0.00")


async def test_a_small_pool_is_written_off_and_so_is_what_is_left_at_the_end(
    app: App,
) -> None:
    async with calling(app, "accounting", "it", "hr") as client:
        books = Register(client, "CA")
        await books.post("books:open", **as_json(UK))
        pool = {"book": "CA", "begins_on": "2022-04-01"}
        await books.post("pools", **pool, name="uk-main-corporation", opening="1000")
        await books.post("pools", **pool, name="uk-special-corporation", opening="5000")
        small = await books.year("uk-main-corporation", "2023")
        assert (small["allowance"], small["closing"]) == ("1000.00", "0.00")
        year = {"year": "2023", "ceases": True}
        done = await books.post("pools/CA:uk-special-corporation:declare", **year)
        assert done["years"][0]["allowance"] == "5000.00"


async def test_pools_of_a_small_business_in_australia(app: App) -> None:
    """15 % of what is bought, then 30 %; below 20,000 the rest goes at once."""
    async with calling(app, "accounting", "it", "hr") as client:
        books = Register(client, "TAX")
        await books.post("books:open", **as_json(AUSTRALIA))
        at_once = await books.buys("PC", "computer", "1500", "2023-08-01")
        assert at_once["rows"][0]["depreciation"] == "1500.00"
        await books.buys("VAN", "vehicle", "60000", "2024-06-29")
        first = await books.year("au-small-business", "2024")
        assert (first["allowance"], first["closing"]) == ("9000.00", "51000.00")
        await books.happens("VAN", "dispose", "2025-06-01", proceeds="20000")
        second = await books.year("au-small-business", "2025")
        # 30 % of what was brought forward; then the proceeds come off.
        assert (second["allowance"], second["closing"]) == ("15300.00", "15700.00")
        third = await books.year("au-small-business", "2026")
        assert (third["allowance"], third["closing"]) == ("15700.00", "0.00")


async def test_a_low_value_pool_gets_half_the_rate_in_the_first_year(app: App) -> None:
    async with calling(app, "accounting", "it", "hr") as client:
        books = Register(client, "TAX")
        plan = AUSTRALIA | {"variant": "low-value-pool"}
        await books.post("books:open", **as_json(plan))
        await books.buys("PC", "computer", "960", "2024-06-29")
        year = await books.year("au-low-value", "2024")
        assert (year["allowance"], year["closing"]) == ("180.00", "780.00")
        year = await books.year("au-low-value", "2025")
        assert (year["allowance"], year["closing"]) == ("292.50", "487.50")
        shown = await books.post(
            "schedules:preview",
            book="TAX",
            preset="au-low-value-pool",
            cost="960",
            in_service="2024-06-29",
        )
        assert {row["depreciation"] for row in shown["rows"]} <= {"0.00"}
        wrong = {"method": "pooled", "cost": "1", "in_service": "2024-06-29"}
        answer = await client.post(
            "/api/v1/schedules:preview",
            json={"book": "TAX", "terms": {**wrong, "params": {"pool": "none"}}},
        )
        assert "no pool none" in answer.text


async def test_full_expensing_is_taken_whole_and_taxed_whole_when_sold(
    app: App,
) -> None:
    """The figures of a company beyond the annual investment allowance, by hand."""
    plan = UK | {"begins_on": date(2023, 4, 1), "variant": "full-expensing"}
    async with calling(app, "accounting", "it", "hr") as client:
        books = Register(client, "CA")
        await books.post("books:open", **as_json(plan))
        await books.buys("SRV", "server", "2000000", "2023-05-01")
        await books.buys("AC", "integral-feature", "300000", "2023-06-01")
        main = await books.year("uk-main-corporation", "2024")
        assert (main["first_year"], main["allowance"]) == ("2000000.00", "0.00")
        assert (main["additions"], main["closing"]) == ("2000000.00", "0.00")
        special = await books.year("uk-special-corporation", "2024")
        # Half at once; the other half is not written down before the next year.
        assert (special["first_year"], special["allowance"]) == ("150000.00", "0.00")
        assert special["closing"] == "150000.00"
        done = await books.post("pools/uk-special-corporation:declare", year="2024")
        assert done["years"][0]["declared"]
        following = await books.year("uk-special-corporation", "2025")
        assert (following["opening"], following["allowance"]) == (
            "150000.00",
            "9000.00",
        )
        # Sold: a charge of the whole price; of half of it, and half off the pool.
        await books.happens("SRV", "dispose", "2024-06-01", proceeds="500000")
        await books.happens("AC", "dispose", "2025-05-01", proceeds="100000")
        main = await books.year("uk-main-corporation", "2025")
        assert (main["charge"], main["closing"]) == ("500000.00", "0.00")
        special = await books.year("uk-special-corporation", "2026")
        assert (special["disposals"], special["charge"]) == ("100000.00", "50000.00")
        # 141,000 brought forward less 50,000, written down by 6 %.
        assert (special["allowance"], special["closing"]) == ("5460.00", "85540.00")


async def test_forty_percent_in_the_first_year_and_the_rest_in_the_pool(
    app: App,
) -> None:
    plan = UK | {"begins_on": date(2025, 4, 1)}
    async with calling(app, "accounting", "it", "hr") as client:
        books = Register(client, "CA")
        await books.post("books:open", **as_json(plan))
        await books.buys("SRV", "server", "10000", "2026-02-01", preset="uk-main-forty")
        main = await books.year("uk-main-corporation", "2026", "2026-03-31")
        assert (main["first_year"], main["at_once"]) == ("4000.00", "0.00")
        assert (main["allowance"], main["closing"]) == ("0.00", "6000.00")
