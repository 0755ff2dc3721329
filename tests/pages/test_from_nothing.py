"""From an empty folder to a scanned network, people, a posted month and a signature.

By the browser alone, as whoever installs Purser does it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from api.demo import RunningOffice
from tests.pages.browsing import browser, served, strict_page

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

PASSWORD = "jeruk-dan-cengkeh"
COMMUNITY = "rempah-ro"
SWITCH = "127.10.99.1"
PEOPLE = (
    "key,given_name,family_name,number,legal_entity,from,cost_centre\n"
    "p1,Sari,Wijaya,1001,100,2024-01-01,4100\n"
    "p2,Budi,Santoso,1002,100,2024-01-01,4100\n"
)
ASSETS = (
    "tag,kind,serial,asset_class,state,purchased_on,currency,legal_entity,cost,"
    "person,held_from\n"
    "IT-001,laptop,A1,computer,in_use,2026-01-10,IDR,100,18000000,p1,2026-01-12\n"
    "IT-002,laptop,A2,computer,in_stock,2026-01-10,IDR,100,17500000,,\n"
)


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[dict[str, Any]]:
    """`purser serve` on an empty folder, beside an office with devices."""
    office = RunningOffice()
    office.start()
    ports = office.plan.ports
    settings = {
        "PURSER_SCAN__ICMP": "false",
        "PURSER_SCAN__TCP_PORTS": "[]",
        "PURSER_SCAN__SNMP_PORT": str(ports.snmp),
        "PURSER_SCAN__SSH_PORTS": json.dumps([ports.ssh]),
        "PURSER_SCAN__SIP_PORT": str(ports.sip),
    }
    with served(tmp_path, settings) as told:
        yield told
    office.stop()


class Person:
    """Who sits before the browser."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url.rstrip("/")

    def begin(self, step: str) -> None:
        """Begin a step of the set-up."""
        self.page.goto(f"{self.url}/setup")
        self.page.get_by_role("link", name=f"Begin {step}", exact=True).click()

    def fill(self, **fields: str) -> None:
        """Fill fields by their names."""
        for name, value in fields.items():
            self.page.locator(f"main [name='{name}']").fill(value)

    def send(self, button: str, said: str) -> None:
        """Press the button of the form and wait for what is said then."""
        self.page.locator("main form").get_by_role("button", name=button).click()
        self.page.locator("main").get_by_text(said).first.wait_for()


def test_everything_is_set_up_by_the_browser(
    installation: dict[str, Any], tmp_path: Path
) -> None:
    with browser() as chromium, strict_page(chromium) as page:
        person = Person(page, installation["url"])
        page.goto(installation["url"])
        page.get_by_text("Nobody has an account yet.").wait_for()
        page.goto(installation["welcome"])
        person.fill(login="ari", name="Ari", password=PASSWORD)
        person.send("Begin", "Set-up")
        _company(person)
        _people_and_assets(person, tmp_path)
        _network(person)
        _month(person)
        _signature(person)


def _company(person: Person) -> None:
    person.begin("Company")
    person.fill(code="100", name="PT Contoh", currency="IDR", country="ID")
    person.send("Save", "Saved.")
    person.begin("Cost centres")
    person.fill(code="4100", name="Sales", legal_entity="100")
    person.send("Save", "Saved.")
    person.begin("Calendar and books")
    person.page.locator("main [name=template]").select_option("indonesia")
    person.fill(legal_entity="100", begins_on="2026-01-01", default_cost_centre="4100")
    person.send("Open books from a template", "FISKAL")
    person.begin("Places")
    person.fill(code="hq", name="Head office")
    person.send("Save", "Saved.")


def _people_and_assets(person: Person, folder: Path) -> None:
    person.begin("People")
    person.fill(rows=PEOPLE)
    person.send("Only try", "2 people can be read.")
    person.send("Read them", "2 people are read.")
    person.begin("Assets")
    file = folder / "assets.csv"
    file.write_text(ASSETS, encoding="utf-8")
    person.page.locator("main [name=file]").set_input_files(file)
    person.page.locator("main [name=profile]").select_option("purser")
    person.send("Show what it does", "18,000,000.00 IDR")
    run = person.page.locator("#mapping")
    run.get_by_role("button", name="Import", exact=True).click()
    person.page.get_by_text("Imported: 2 create.").wait_for()


def _network(person: Person) -> None:
    page = person.page
    person.begin("Credentials")
    person.fill(name="read")
    page.locator("main [name=kind]").select_option("snmp-v2c")
    assert not page.get_by_label("Privacy pass phrase").is_visible()
    page.get_by_label("Community").fill(COMMUNITY)
    page.get_by_label("Offered to new hosts").check()
    person.send("Store a credential", "Set-up")
    person.begin("First scan")
    person.fill(targets=f"{SWITCH}\n127.10.99.31", site="hq")
    page.get_by_label("Offer to new hosts").check()
    person.send("Start a scan", "Set-up")
    page.goto(f"{person.url}/scans/1")
    page.locator("main").get_by_text("finished").wait_for()
    page.goto(f"{person.url}/devices?managed=yes")
    rows = page.locator("table.list tbody tr").all_inner_texts()
    assert len(rows) == 2
    assert any("C9500" in row for row in rows), rows
    assert any("Smart-UPS" in row for row in rows), rows


def _month(person: Person) -> None:
    page = person.page
    page.goto(f"{person.url}/books/PSAK?year=2026")
    row = page.locator("main tbody tr", has_text="2026-01")
    row.get_by_role("link", name="Post").click()
    # 18,000,000 over the four years of group 1, the whole first month (PMK 72/2023).
    page.locator("dialog").get_by_role("button", name="Post").click()
    page.get_by_text("2026-01 is posted").wait_for()
    page.locator("main tbody tr", has_text="2026-01").get_by_text(
        "375,000.00 IDR"
    ).wait_for()
    page.goto(f"{person.url}/assets/IT-001")
    page.get_by_text("18,000,000.00 IDR").first.wait_for()


def _signature(person: Person) -> None:
    page = person.page
    page.goto(f"{person.url}/assets/IT-002")
    page.get_by_role("link", name="Hand out").first.click()
    form = page.locator("dialog")
    form.get_by_label("Holder", exact=True).fill("p2")
    form.get_by_label("Confirm").check()
    form.get_by_role("button", name="Hand over").click()
    link = page.get_by_text("/accept/").first
    link.wait_for()
    page.goto(link.inner_text().strip())
    page.get_by_label("Your name").fill("Budi Santoso")
    page.get_by_role("button", name="I got these things").click()
    page.get_by_text("Your answer is recorded.").wait_for()
    page.goto(f"{person.url}/acceptances")
    page.locator("table.list").get_by_text("accepted").wait_for()
