"""An invoice of a carrier is loaded as a file by command, by API and by page."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.compose.wiring import App
from inventory.telecom.billing.carrier_files import Said
from inventory.telecom.billing.drafts import InvoiceDraft
from inventory.telecom.billing.layouts import Layout
from inventory.telecom.estate.agreements import add_provider
from inventory.telecom_expense import invoices
from tests.api.conftest import calling
from tests.api.jobs.test_long_requests import at_work
from tests.api.resources.test_commands import purser
from tests.api.telecom.estate import Caller, found_company
from tests.api.telecom.test_rights import body
from tests.discovery.work.jobs import ended
from tests.inventory.telecom.test_electronic_invoices import HEAD, LINES, SUMS, pdf
from tests.inventory.telecom.test_invoice_files import CII
from tests.pages.conftest import Office, opened

ACCOUNT = "5012345"
LOAD = "carrier-invoices:load"
EDIFACT = (HEAD + LINES + SUMS).encode("latin-1")


@pytest.fixture
def carrier(tmp_path: Path) -> Iterator[Office]:
    """An office with an account at a carrier."""
    with opened(tmp_path / "data") as office:
        form = office("it").see("/telecom-providers/new")
        form.send("form.form", name="Netz AG", country="DE")
        form = office("it").see("/telecom-accounts/new")
        form.send(
            "form.form",
            provider="Netz AG",
            number=ACCOUNT,
            legal_entity="100",
            currency="EUR",
        )
        yield office


def test_by_page_a_file_is_chosen_and_its_lines_are_seen(carrier: Office) -> None:
    form = carrier("it").see("/carrier-invoices/load")
    assert form.one("form.form").get("enctype") == "multipart/form-data"
    assert form.one("#f-file").get("type") == "file"
    nothing = form.send("form.form", account=ACCOUNT)
    assert "nothing to load" in nothing.text(".wrong")
    sent = form.send(
        "form.form",
        account=ACCOUNT,
        files={"file": ("r.edi", EDIFACT, "application/edifact")},
    )
    assert "3 lines" in sent.text("main")
    rows = carrier("it").see("/carrier-invoices").rows()
    assert [(row["Invoice"], row["Net"]) for row in rows] == [
        ("7301-2026-11", "25.31 EUR")
    ]
    again = form.send(
        "form.form",
        account=ACCOUNT,
        files={"file": ("r.pdf", pdf(), "application/pdf")},
    )
    assert "a picture for people only" in again.text(".wrong")


def test_by_command_from_a_file_that_may_be_a_pdf(
    carrier: Office, tmp_path: Path
) -> None:
    file = tmp_path / "invoice.pdf"
    file.write_bytes(pdf(**{"factur-x_xml": CII.encode()}))
    words = ("carrier-invoice", "load", "--account", ACCOUNT, "--file")
    loaded = json.loads(purser(tmp_path, *words, str(file), "--json"))
    assert (loaded["lines"], loaded["already"]) == (1, False)
    again = json.loads(purser(tmp_path, *words, str(file), "--json"))
    assert again == loaded | {"already": True}
    assert "missing.pdf" in purser(tmp_path, *words, "missing.pdf", code=2)


async def test_by_api_in_base64_and_only_at_the_account_it_names(light: App) -> None:
    found_company(light)
    async with calling(light, "it", "accounting") as client:
        call = Caller(client)
        await call.post("telecom-providers", name="Netz AG", country="DE")
        for number in (ACCOUNT, "777"):
            account = {"provider": "Netz AG", "number": number, "legal_entity": "100"}
            await call.post("telecom-accounts", currency="EUR", **body(account))
        sent = {"file": base64.b64encode(EDIFACT).decode()}
        other = await call.post(LOAD, 409, **body({"account": "777"} | sent))
        assert "is of account 5012345, not of 777" in other["detail"]
        loaded = await call.post(LOAD, **body({"account": ACCOUNT} | sent))
        assert (loaded["lines"], loaded["number"]) == (3, "7301-2026-11")
        broken = await call.post(LOAD, 422, account=ACCOUNT, file="not base64!")
        assert broken["where"] == "file"


async def test_a_large_one_is_loaded_by_a_job_and_read_before_anybody_waits(
    light: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the file is read, another process may write."""
    found_company(light)
    heading = "invoice,account,date,first_day,last_day,currency,number,text,net"
    head = f"R-1,{ACCOUNT},2026-03-05,2026-03-01,2026-03-31,EUR"
    rows = [f"{head},+4917{n:08},Monthly charge,19.99" for n in range(6_000)]
    content = "\n".join([heading, *rows])
    read = invoices.read_file

    def writing_meanwhile(
        data: bytes, layout: Layout, said: Said
    ) -> list[InvoiceDraft]:
        with light.work("another") as work:
            add_provider(work, {"name": "Meanwhile", "country": "DE"})
            work.commit()
        return read(data, layout, said)

    monkeypatch.setattr(invoices, "read_file", writing_meanwhile)
    async with calling(light, "it", "accounting") as client:
        call = Caller(client)
        await call.post("telecom-providers", name="Netz AG", country="DE")
        account = {"provider": "Netz AG", "number": ACCOUNT, "legal_entity": "100"}
        await call.post("telecom-accounts", currency="EUR", **body(account))
        with at_work(light):
            asked = await client.post(
                f"/api/v1/{LOAD}", json={"account": ACCOUNT, "content": content}
            )
            assert asked.status_code == 202, asked.text
            done = ended(light.engine, asked.json()["job"])
        assert done["state"] == "done", done["error"]
        loaded = (await client.get(asked.json()["result"])).json()
        assert (loaded["lines"], loaded["already"]) == (6_000, False)
        names = [one["name"] for one in await call.items("telecom-providers")]
        assert "Meanwhile" in names


async def test_a_calendar_program_sends_the_token_as_a_password(light: App) -> None:
    async with calling(light, "it") as client:
        token = client.headers.pop("authorization").partition(" ")[2]
        path = "/api/v1/calendars/contract-exits.ics"
        assert (await client.get(path)).status_code == 401
        answer = await client.get(path, auth=("anybody", token))
        assert answer.text.startswith("BEGIN:VCALENDAR")
        for sent in ("Basic !", "Basic " + base64.b64encode(b"\xff").decode()):
            headers = {"authorization": sent}
            assert (await client.get(path, headers=headers)).status_code == 401
        others = await client.get("/api/v1/devices", auth=("anybody", token))
        assert others.status_code == 401
