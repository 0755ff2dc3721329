"""A total followed to its rows, posting, events, papers and device."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import insert

from api.compose.wiring import App
from inventory.accounting.catalogue.templates import as_json
from inventory.network.identity_tables import Reconciliation
from inventory.network.tables import Device, DeviceField
from inventory.storage.rows import table_of
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


LATE = (("2026-01-10", "600"), ("2026-02-03", "300"), ("2026-02-20", "300"))
"""Invoices of January and February that come in March."""


def _found_by_a_scan(app: App, asset_id: int) -> None:
    """Let the asset be a device that a scan has read."""
    now = app.clock()
    device = {"id": 1, "name": "srv-1", "managed": True, "first_seen": now}
    clue = {"device_id": 1, "field": "serial", "origin": "fused", "value": "S-77"}
    clue |= {"source": "ENTITY-MIB", "confidence": 0.99, "reasons": [], "chosen": True}
    match = {"state": "matched", "asset_id": asset_id, "device_id": 1, "since": now}
    with app.work("scan") as work:
        for model, row in (
            (Device, device | {"last_seen": now}),
            (DeviceField, clue | {"observed_at": now}),
            (Reconciliation, match | {"reason": "same serial number"}),
        ):
            table = table_of(model)
            known = {name: row[name] for name in row if name in table.columns}
            work.connection.execute(insert(table).values(known))
        work.commit()


async def test_an_auditor_follows_three_late_invoices_to_their_papers(app: App) -> None:
    async with calling(app, "accounting", "it", "hr") as client:
        books = Books(client, "IFRS")
        await books.post("books:open", **as_json(PLAN))
        for tag in ("SRV", "TWIN"):
            made = await books.post("assets", **SERVER | {"tag": tag})
            bought = {"asset": tag, "book": "IFRS", "in_service": "2026-01-05"}
            await books.post("schedules", **bought)
            if tag == "SRV":
                _found_by_a_scan(app, made["id"])
        invoice = {"type": "add-cost", "book": "IFRS"}
        for number, (day, amount) in enumerate(LATE):
            event = {"id": f"R-{number}", "effective": day, "amount": amount}
            await books.post("assets/TWIN:record-event", **invoice, **event)
        await books.booked("2026-01")
        await books.booked("2026-02")
        before = await books.items("journal-lines", book="IFRS", limit=200)
        for number, (day, amount) in enumerate(LATE):
            event = {"id": f"R-{number}", "effective": day, "amount": amount}
            await books.post("assets/SRV:record-event", **invoice, **event)
        await books.booked("2026-03")
        after = await books.items("journal-lines", book="IFRS", limit=200)
        known = {(line["entry_id"], line["position"]) for line in before}
        march = [x for x in after if (x["entry_id"], x["position"]) not in known]
        assert [x for x in after if x not in march] == before
        assert {line["period"] for line in march} == {"2026-03"}
    async with calling(app, "auditor") as client:
        await _walk(Books(client, "IFRS"))


async def _walk(books: Books) -> None:
    """Go from a total to the papers with what an auditor may see."""
    asked = {"book": "IFRS", "from": "2026-03", "to": "2026-03", "by": "asset"}
    totals = await books.rows("depreciation", **asked)
    (srv, twin) = sorted(totals, key=lambda row: row["group"])
    # Known in time or late: the same charges to the end of March.
    sums = {}
    for tag in ("SRV", "TWIN"):
        shown = await books.one(f"schedules/{tag}:IFRS", as_of="2026-03-31")
        sums[tag] = shown["as_of"]["accumulated"], shown["as_of"]["cost"]
    assert sums["SRV"] == sums["TWIN"]
    assert float(srv["total"]) > float(twin["total"])
    rows = (await books.one(srv["made_of"].removeprefix("/")))["items"]
    assert [row["depreciation"] for row in rows] == [srv["total"]]
    told = await books.one(
        f"schedules/{rows[0]['schedule_id']}/explain", period="2026-03"
    )
    assert [event["book_event"] for event in told["events"]] == ["R-0", "R-1", "R-2"]
    acquired = [one for one in told["entries"] if one["account"] == "0420"]
    assert len([one for one in told["entries"] if "acquisition" in one["reference"]])
    for event in told["events"]:
        found = await books.one(f"book-events/{event['book_event_id']}")
        assert found["effective"] == event["effective"]
        own = f"acquisition/{event['book_event']}"
        lines = [one for one in told["entries"] if one["reference"].endswith(own)]
        assert len(lines) == 2, (event, acquired)
    posting = await books.one(f"postings/{told['posting_id']}")
    assert posting["period"] == "2026-03"
    device = await books.one(f"devices/{told['device_id']}")
    assert device["name"] == told["device"] == "srv-1"
    assert told["matched_by"] == "same serial number"
    assert [(one["value"], one["source"]) for one in told["clues"]] == [
        ("S-77", "ENTITY-MIB")
    ]
    assert (await books.one(f"assets/{told['asset_id']}"))["invoice_number"] == "R-17"
