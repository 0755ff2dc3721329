"""Who sees PIN and PUK, and what is refused with a reason."""

from __future__ import annotations

from typing import Any

import pytest

from api.compose.wiring import App
from inventory.storage.audit import verify
from tests.api.conftest import calling
from tests.api.telecom.estate import Caller, found_company, iccid

PIN, PUK = "4711", "90817263"


async def begin(call: Caller) -> None:
    """A provider with an account, a line and a SIM."""
    await call.post("telecom-providers", name="Netz AG", country="DE")
    account = {"provider": "Netz AG", "number": "501", "legal_entity": "100"}
    await call.post("telecom-accounts", currency="EUR", **body(account))
    line = {"account": "501", "number": "+491712345678", "active_from": "2026-01-01"}
    await call.post("telecom-lines", name="M1", **body(line))
    await call.post("sims", iccid=iccid(1), account="501", line="M1")


def body(values: dict[str, Any]) -> dict[str, Any]:
    """Return fields as they are: the type checker cannot see that none is a status."""
    return values


async def test_codes_are_shown_by_an_own_right_and_each_time_is_kept(
    light: App,
) -> None:
    found_company(light)
    async with calling(light, "it", "accounting", "auditor") as client:
        call = Caller(client)
        await begin(call)
        path = f"sims/{iccid(1)}"
        sim = await call.post(f"{path}:keep-codes", pin1=PIN, puk1=PUK)
        assert sim["codes"] is True
        refused = await call.post(f"{path}:show-codes", 403, reason="locked")
        assert "sim-codes" in refused["detail"]
        everything = await client.get("/api/v1/audit-trail", params={"limit": 1000})
        assert PUK not in everything.text
    async with calling(light, "it", "sim-codes") as client:
        call = Caller(client)
        shown = await call.post(f"{path}:show-codes", reason="phone asks for the PUK")
        assert (shown["pin1"], shown["puk1"], shown["pin2"]) == (PIN, PUK, None)
        await call.post(f"{path}:show-codes", 422, reason="")
    async with calling(light, "auditor") as client:
        rows = await Caller(client).items("audit-trail", entity="telecom_sim")
        told = [row for row in rows if row["action"] == "show-codes"]
        assert len(told) == 1
        assert "phone asks for the PUK" in str(told[0])
    assert verify(light.engine) == []


@pytest.mark.parametrize("role", ["hr", "auditor", "employee"])
async def test_who_does_not_buy_changes_nothing(light: App, role: str) -> None:
    async with calling(light, role) as client:
        await Caller(client).post("telecom-providers", 403, name="Netz AG")


REFUSED: tuple[tuple[str, int, dict[str, Any], str], ...] = (
    ("telecom-lines", 422, {"name": "X", "account": "501", "number": "2001"}, "exten"),
    ("telecom-lines", 409, {"name": "M1", "account": "501"}, "a line M1 already"),
    (
        *("telecom-lines", 409),
        {"name": "Y", "account": "501", "number": "0171 2345678"},
        "The line M1 has the number",
    ),
    ("sims", 422, {"iccid": "12", "account": "501"}, "18 to 20 digits"),
    ("sims", 409, {"iccid": iccid(1), "account": "501"}, "already"),
    ("number-ranges", 422, {"account": "501", "first": "100"}, "public network"),
    (
        *("number-ranges", 409),
        {"account": "501", "first": "+4989123405", "last": "+4989123420"},
        "overlaps +4989123400 to +4989123409",
    ),
    (
        *("telecom-charges", 422),
        {"line": "M1", "charge_type": "magic", "amount": "1.00"},
        "line-rental",
    ),
    ("telecom-charges", 422, {"line": "M1", "amount": "1.005"}, "decimal places"),
    ("telecom-charges", 422, {"line": "M1"}, "no tariff"),
    ("telecom-lines/M1:step", 409, {"step": "resume"}, "suspend"),
    ("telecom-lines/M1:step", 422, {"step": "quarantine"}, "Say why"),
    ("carrier-invoices:load", 404, {"account": "501", "layout": "x"}, "no layout x"),
    (
        *("carrier-invoices:load", 422),
        {"account": "501", "content": "number,text,net\n1,x,1.00"},
        "number of the invoice",
    ),
    (
        *("carrier-invoices:load", 409),
        {
            "account": "501",
            "content": "invoice,date,currency,number,text,net\nR,2026-03-05,IDR,1,x,1",
        },
        "in IDR, the account in EUR",
    ),
)


async def test_what_is_refused_says_how_to_mend_it(light: App) -> None:
    found_company(light)
    async with calling(light, "it", "accounting") as client:
        call = Caller(client)
        await begin(call)
        first = {"account": "501", "first": "+4989123400", "last": "+4989123409"}
        await call.post("number-ranges", **body(first))
        for path, status, fields, told in REFUSED:
            answer = await client.post(f"/api/v1/{path}", json=fields)
            assert answer.status_code == status, (path, fields, answer.text)
            assert told in answer.text, (path, answer.text)
        assert await call.items("carrier-invoices") == []
        odd = await call.post("sims", iccid="89490200001234567890", account="501")
        assert "check digit" in odd["warning"]
        ledger = {"expense_account": "9999"}
        await call.patch("telecom-accounts/501", **ledger)
        await call.post("telecom-charges", line="M1", amount="1.00")
        done = await call.post("telecom-accruals:accrue", 422, period="IFRS:2026-01")
        assert "9999" in done["detail"]
        await call.patch("telecom-accounts/501", expense_account="4920")
        await call.post("periods/IFRS:2025-01:close")
        done = await call.post("telecom-accruals:accrue", 409, period="IFRS:2025-01")
        assert "2025-01 is closed" in done["detail"]
