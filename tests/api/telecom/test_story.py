"""The whole story by HTTP: a contract, charges, an invoice with errors, a leaver."""

from __future__ import annotations

from collections import Counter, defaultdict
from decimal import Decimal
from typing import Any

from api.compose.wiring import App
from inventory.proving.replay import replay
from tests.api.conftest import calling
from tests.api.telecom.estate import (
    PEOPLE,
    PRICE,
    Caller,
    found_company,
    iccid,
    make_estate,
    msisdn,
)

HEADING = "invoice,account,date,first_day,last_day,currency,number,text,net,vat_rate"
MONTH = "R-3,5012345,2026-03-05,2026-03-01,2026-03-31,EUR"
TOTAL = 20 * 1999 + 10000
Body = dict[str, Any]


def invoice() -> str:
    """The invoice of March, with eight errors in it."""
    rows = []
    for number in range(1, PEOPLE + 1):
        net, text, key = PRICE, "Monthly charge", msisdn(number)
        if number == 1:
            net = "24.99"  # 1: another price than was agreed
        if number == 2:
            continue  # 2: not billed at all
        if number == 3:
            rows.append((key, text, net))  # 3: billed twice
        if number == 4:
            rows.append((key, "Handset insurance xyz", "4.00"))  # 4: unknown type
        if number == 5:
            rows.append((key, "Roaming option Europe", "5.00"))  # 5: never agreed
        if number == 6:
            key = iccid(6)  # by its ICCID: right
        rows.append((key, text, net))
    rows.append(("+491719999999", "Monthly charge", "9.95"))  # 6: not ours
    rows.append((msisdn(30), "Monthly charge", PRICE))  # 7: cancelled in January
    rows.append((msisdn(31), "Monthly charge", PRICE))  # 8: begins in May
    rows.append(("SIP/0815", "SIP trunk 30 channels", "100.00"))
    return "\n".join([HEADING, *(f"{MONTH},{','.join(row)},19" for row in rows)])


PLANTED = {
    "price-differs": 500,
    "not-billed": -1999,
    "billed-twice": 1999,
    "unknown-charge-type": 400,
    "not-agreed": 500,
    "not-in-inventory": 995,
    "after-cancellation": 1999,
    "before-start": 1999,
}
"""What the eight errors cost too much, in cents."""


async def balances(call: Caller) -> dict[str, int]:
    """What the journal sums to by account; each entry balances."""
    sums: Counter[str] = Counter()
    entries: defaultdict[int, int] = defaultdict(int)
    for row in await call.items("journal-lines", book="IFRS"):
        sums[row["account"]] += row["amount_minor"]
        entries[row["entry_id"]] += row["amount_minor"]
    assert set(entries.values()) <= {0}
    return {account: amount for account, amount in sums.items() if amount}


async def test_from_a_contract_to_the_lines_of_a_leaver(app: App) -> None:
    found_company(app)
    async with calling(app, "it", "accounting", "hr", "auditor") as client:
        call = Caller(client)
        await make_estate(call)
        await two_more_lines(call)
        await accrued(call)
        await billed(call)
        await settled(call)
        await handed_over(call)
        await left_behind(call)
    assert list(replay(app.engine)) == []


async def two_more_lines(call: Caller) -> None:
    """One that was cancelled in January, and one that begins in May."""
    line: Body = {"account": "5012345", "contract": "RV-1"}
    await call.post(
        "telecom-lines", name="Old", number=msisdn(30), active_from="2025-01-01", **line
    )
    await call.post("telecom-lines/Old:step", step="cancel", on="2026-02-01")
    await call.post(
        "telecom-lines", name="New", number=msisdn(31), active_from="2026-05-01", **line
    )


async def accrued(call: Caller) -> None:
    """Three months are accrued: by person, and the trunk by heads."""
    for month in ("2026-01", "2026-02", "2026-03"):
        done = await call.post("telecom-accruals:accrue", period=f"IFRS:{month}")
        assert (done["charges"], done["amount_minor"]) == (21, TOTAL)
        assert done["nobody_minor"] == 0
    again = await call.post("telecom-accruals:accrue", period="IFRS:2026-03")
    assert again["posting_id"] is None
    shares: Counter[str] = Counter()
    for row in await call.items("telecom-accruals", period="2026-03"):
        shares[row["cost_centre"]] += row["amount_minor"]
    assert shares == {"4100": 13 * 1999 + 6500, "4200": 7 * 1999 + 3500}
    assert await balances(call) == {"4920": 3 * TOTAL, "1605": -3 * TOTAL}


async def billed(call: Caller) -> None:
    """The eight errors are found, named, in money; loading again changes nothing."""
    loaded = await call.post(
        "carrier-invoices:load", account="5012345", content=invoice()
    )
    assert (loaded["number"], loaded["findings"]) == ("R-3", 8)
    again = await call.post(
        "carrier-invoices:load", account="5012345", content=invoice()
    )
    assert again == loaded | {"already": True}
    found = await call.items("invoice-findings", invoice="R-3")
    assert {row["kind"]: row["difference_minor"] for row in found} == PLANTED
    about = {row["kind"]: (row["line"], row["about"]) for row in found}
    assert about["price-differs"][0] == "M01"
    assert about["after-cancellation"][0] == "Old"
    assert about["not-billed"] == ("M02", "M02: Line rental")
    assert about["not-in-inventory"][1] == "+491719999999 Monthly charge"
    early = await call.post("carrier-invoices/R-3:approve", status=409)
    assert "8 findings" in early["detail"]


async def settled(call: Caller) -> None:
    """Five are disputed; the provider credits four and refuses one."""
    disputed = 0
    findings = await call.items("invoice-findings", invoice="R-3")
    for row in findings:
        accept = row["kind"] in ("not-billed", "unknown-charge-type", "not-agreed")
        verb = "accept" if accept else "dispute"
        await call.post(f"invoice-findings/{row['id']}:{verb}", remark="looked at")
        disputed += 0 if accept else row["difference_minor"]
    lines = await call.items("carrier-invoice-lines", invoice="R-3")
    net = sum(row["net_minor"] for row in lines)
    accrued = TOTAL - 1999
    done = await call.post("carrier-invoices/R-3:approve")
    assert done["accrued_minor"] == accrued
    assert done["disputed_minor"] == disputed
    assert done["expense_minor"] == net - accrued - disputed == 900
    one = await call.get("carrier-invoices/R-3")
    assert one["state"] == "approved"
    books = await balances(call)
    assert books["1605"] == -3 * TOTAL + accrued
    assert books["1630"] == disputed
    assert books["1610"] == -one["gross_minor"]
    credited = 0
    for row in findings:
        if row["kind"] == "price-differs":
            await call.post(
                f"invoice-findings/{row['id']}:settle", credit="0", final=True
            )
        elif row["kind"] not in ("not-billed", "unknown-charge-type", "not-agreed"):
            amount = str(Decimal(row["difference_minor"]) / 100)
            await call.post(f"invoice-findings/{row['id']}:settle", credit=amount)
            credited += row["difference_minor"]
    books = await balances(call)
    assert "1630" not in books
    assert books["1610"] == -one["gross_minor"] + credited
    assert books["4920"] == 3 * TOTAL + 900 + 500
    states = Counter(
        row["state"] for row in await call.items("invoice-findings", invoice="R-3")
    )
    assert states == {"accepted": 3, "credited": 4, "rejected": 1}


async def handed_over(call: Caller) -> None:
    """The journal is exported for accounting, and as a file of beancount."""
    export: Any = await call.post("journal-exports", book="IFRS", profile="odoo")
    assert export["lines"] > 0
    asked = {"format": "beancount", "from": "2026-01", "to": "2026-12"}
    text = await call.client.get("/api/v1/books/IFRS/journal", params=asked)
    assert text.status_code == 200, text.text
    assert "4920" in text.text


async def left_behind(call: Caller) -> None:
    """A leaver's line is paid for nobody, with the last day to get out of it."""
    event: Body = {"source": "sap", "id": "1", "type": "termination", "subject": "7"}
    data = {"effective_on": "2026-03-15", "person": "p7", "legal_entity": "100"}
    await call.post("hr/events", data=data, **event)
    line = await call.get("telecom-lines/M07")
    assert (line["state"], line["person"]) == ("quarantine", None)
    waste = await call.items("telecom-waste", kind="billed-for-nobody")
    found = next(row for row in waste if row["line_id"] == line["id"])
    assert found["person"] == "Person No7"
    assert found["monthly_minor"] == 1999
    assert (found["contract"], found["cancel_by"]) == ("RV-1", "2026-09-30")
    assert found["ends_by"] == "2026-12-31"
    exits = await call.items("contract-exits")
    assert [row["days_left"] for row in exits] == [197]
    feed = await call.client.get("/api/v1/calendars/contract-exits.ics")
    assert "DTSTART;VALUE=DATE:20260930\r\n" in feed.text
    assert feed.text.count("TRIGGER:-P") == 3
    planned = await call.post("carrier-contracts/RV-1:plan-notice", lines=["M07"])
    assert planned == await call.post("carrier-contracts/RV-1:plan-notice")
    (task,) = await call.items("tasks", kind="carrier-notice")
    assert (task["id"], task["due_on"]) == (planned["task_id"], "2026-09-30")
    assert task["subject"] == "RV-1 (Netz AG)"
    assert task["detail"].startswith("M07; ")
    other = await call.post("carrier-contracts/RV-1:plan-notice", 422, lines=["M99"])
    assert "There is no line M99" in other["errors"][0]["problem"]
    for language in ("en", "id"):
        letter = await call.client.get(
            "/api/v1/carrier-contracts/RV-1/letter",
            params={"language": language, "lines": "M07"},
        )
        assert letter.content.startswith(b"%PDF-")
    await call.post("carrier-contracts/RV-1:give-notice", on="2026-09-01")
    assert await call.items("tasks", kind="carrier-notice", open="true") == []
    await call.post("carrier-contracts/RV-1:plan-notice", 409)
    await call.post("carrier-contracts/RV-1:withdraw-notice")
