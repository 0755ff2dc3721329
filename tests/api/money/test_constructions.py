"""Construction in progress: gathered, then in service (IAS 16.16, 55, 74(b))."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from api.compose.wiring import App
from inventory.accounting.catalogue.templates import as_json
from tests.api.conftest import calling
from tests.api.money.test_leases import Ledger

PLAN = {
    "template": "hgb-tax",
    "legal_entity": "100",
    "name": "Example",
    "begins_on": date(2026, 1, 1),
    "default_cost_centre": "9000",
}
ROOM = {"tag": "DC-1", "kind": "other", "legal_entity": "100", "since": "2026-01-01"}


async def test_a_server_room_is_built_and_then_depreciated(
    app: App, tmp_path: Path
) -> None:
    async with calling(app, "accounting", "it", "hr") as client:
        books = Ledger(client, "HGB")
        await books.post("books:open", **as_json(PLAN))
        await books.post("assets", **ROOM, asset_class="network")
        begun = {"asset": "DC-1", "book": "HGB", "started_on": "2026-01-10"}
        await books.post("constructions", **begun)
        path = "constructions/DC-1:HGB"
        cabling = {"document": "R-1", "on": "2026-01-20", "amount": "40000.00"}
        await books.post(f"{path}:add-cost", **cabling)
        await books.post(f"{path}:add-cost", **cabling)  # once
        other = cabling | {"amount": "41000.00"}
        answer = await client.post(f"/api/v1/{path}:add-cost", json=other)
        assert answer.status_code == 409
        await books.post_year(2026, range(1, 3))
        assert await books.balances() == {"0498": 40_000, "1600": -40_000}
        switches = {"document": "R-2", "on": "2026-03-05", "amount": "21000.00"}
        await books.post(f"{path}:add-cost", **switches)
        credit = {"document": "R-3", "on": "2026-03-06", "amount": "-1000.00"}
        shown = await books.post(f"{path}:add-cost", **credit)
        assert (shown["gathered"], len(shown["costs"])) == ("60000.00", 3)
        done = await books.post(f"{path}:complete", on="2026-03-17")
        assert (done["depreciated_from"], done["asset_class"]) == (
            "2026-03-01",
            "network",
        )
        await books.post_year(2026, range(3, 6))
        # 60 months from March on, in the commercial book.
        assert await books.balances() == {
            "0420": 60_000,
            "0429": -3_000,
            "4830": 3_000,
            "1600": -60_000,
        }
        await books.journal(tmp_path)
        # The tax book has it from the day it was put into service.
        answer = await client.get("/api/v1/schedules/DC-1:TAX")
        assert answer.json()["terms"]["cost"] == "60000.00"
        assert answer.json()["terms"]["in_service"] == "2026-03-17"
        late = {"document": "R-4", "on": "2026-05-02", "amount": "10.00"}
        answer = await client.post(f"/api/v1/{path}:add-cost", json=late)
        assert "not under construction" in answer.json()["detail"]
        span = {"book": "HGB", "from": "2026-01", "to": "2026-05"}
        rows = {
            row["asset_class"]: row for row in await books.rows("roll-forward", **span)
        }
        assert "construction" in rows
        listed = await books.items("constructions", book="HGB")
        assert [(row["tag"], row["gathered_minor"]) for row in listed] == [
            ("DC-1", 60_000_00)
        ]


async def test_nothing_is_completed_that_cost_nothing(app: App) -> None:
    async with calling(app, "accounting", "it") as client:
        books = Ledger(client, "HGB")
        await books.post("books:open", **as_json(PLAN))
        await books.post("assets", **ROOM)
        begun = {"asset": "DC-1", "book": "HGB", "started_on": "2026-01-10"}
        answer = await client.post("/api/v1/constructions", json=begun)
        assert "class" in answer.json()["detail"]
        await books.post("constructions", **begun, asset_class="network")
        path = "/api/v1/constructions/DC-1:HGB"
        answer = await client.post(f"{path}:complete", json={"on": "2026-02-01"})
        assert answer.status_code == 422, answer.text
        gone = await client.get("/api/v1/constructions/DC-1:TAX")
        assert gone.status_code == 404
