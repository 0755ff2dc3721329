"""A total followed to its rows, posting, events, papers and device."""

from __future__ import annotations

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
    "country": "DE",
    "currency": "EUR",
    "begins_on": date(2026, 1, 1),
    "default_cost_centre": "9000",
}
SERVER = {
    "tag": "SRV",
    "kind": "server",
    "asset_class": "server",
    "legal_entity": "100",
    "cost": "6000",
    "currency": "EUR",
    "supplier": "Kabel AG",
    "invoice_number": "R-17",
    "since": "2026-01-01",
}


@pytest.mark.parametrize("by", ["cost_centre", "class", "asset"])
async def test_a_total_leads_to_its_invoice(app: App, by: str) -> None:
    async with calling(app, "accounting", "it", "hr") as client:
        books = Books(client, "IFRS")
        await books.post("books:open", **as_json(PLAN))
        await books.post("assets", **SERVER)
        bought = {"asset": "SRV", "book": "IFRS", "in_service": "2026-01-05"}
        await books.post("schedules", **bought)
        more = {"type": "add-cost", "effective": "2026-02-01", "amount": "590"}
        await books.post("assets/SRV:record-event", **more, book="IFRS")
        await books.booked("2026-01")
        await books.booked("2026-02")
        await books.post("journal-exports", book="IFRS", profile="odoo")
        asked = {"book": "IFRS", "from": "2026-02", "to": "2026-02", "by": by}
        (total,) = await books.rows("depreciation", **asked, periods="yes")
        answer = await client.get(f"/api/v1{total['made_of']}")
        rows = answer.json()["items"]
        name = "debit" if by == "cost_centre" else "depreciation"
        assert [row[name] for row in rows] == [total["total"]]
        path = f"/api/v1/schedules/{rows[0]['schedule_id']}/explain"
        found = await client.get(path, params={"period": rows[0]["period"]})
        assert found.status_code == 200, found.text
        told = found.json()
        assert told["posting_id"] == rows[0]["posting_id"]
        assert (told["depreciation"], told["closing"]) == (["110.00"], "6380.00")
        assert (told["supplier"], told["invoice_number"]) == ("Kabel AG", "R-17")
        assert told["exported_as"]
        (event,) = told["events"]
        assert (event["kind"], event["effective"]) == ("add-cost", "2026-02-01")
        assert event["recorded_by"]
        booked = await books.items(
            "journal-lines", entry_id=told["entries"][0]["entry_id"]
        )
        assert {row["schedule_id"] for row in booked} == {told["schedule_id"]}
        assert {one["name"] for one in told["why"]} >= {"method", "numerator", "days"}
        missing = await client.get(path, params={"period": "1999-01"})
        assert missing.status_code == 404
