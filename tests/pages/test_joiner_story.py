"""From the announcement of somebody to the return she signs, by pages and mails alone.

`STORY_PICTURES=FOLDER` keeps a picture of each mail, as its reader sees it, and of the
pages on the way.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from api.compose.wiring import App, build
from config.settings import Settings
from inventory.assets.register.registration import NewAsset
from inventory.assets.register.service import register_asset
from inventory.people import accounts
from inventory.people.organisation import ensure
from inventory.people.persons import NewPerson, add_person
from inventory.storage import upgrade
from tests.pages.browsing import browser, new_context, served
from tests.pages.stopwatch.person import Person
from tests.postbox import Postbox, listening, part

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

PASSWORD = "maple-street-7"
TODAY = date.today()
MOVES, LEAVES = TODAY + timedelta(10), TODAY + timedelta(20)
SARI, BUDI, IT = "sari@example.com", "budi@example.com", "it@example.com"
PICTURES = os.environ.get("STORY_PICTURES", "")


def found_company(app: App) -> None:
    """A company with two departments, a manager, and one screen and one dock."""
    with app.work("test") as work:
        entity = ensure(work, "legal_entity", "100", name="Rempah", currency="EUR")
        of = {"legal_entity_id": entity}
        for code, name in (("FIN", "Finance"), ("LAB", "Laboratory")):
            centre = ensure(work, "cost_centre", f"C-{code}", name=name, **of)
            ensure(work, "department", code, name=name, cost_centre_id=centre, **of)
        ensure(work, "location", "hq", name="Head office", kind="site")
        budi = {"given_name": "Budi", "family_name": "Santoso", "email": BUDI}
        add_person(work, NewPerson(key="budi", **budi))
        for kind, serial in (("monitor", "MON-1"), ("dock", "DOCK-1")):
            register_asset(
                work, NewAsset(kind=kind, model="U2724", serial=serial, since=TODAY)
            )
        for role in ("it", "hr"):
            accounts.add_account(work, role, PASSWORD, [role], name=f"The {role}")
        work.commit()


@dataclass
class Story:
    """The served company, the mails, and the browsers of those who take part."""

    url: str
    chromium: Browser
    box: Postbox
    port: int
    at: dict[str, Person] = field(default_factory=dict)
    read: int = 0
    pictures: int = 0

    def person(self, login: str) -> Person:
        """Return somebody who is logged in, on his first page."""
        if login not in self.at:
            page = self.page()
            page.goto(f"{self.url}/login")
            page.locator("[name=login]").fill(login)
            page.locator("[name=password]").fill(PASSWORD)
            page.locator("[name=password]").press("Enter")
            page.wait_for_url(f"{self.url}/*")
            self.at[login] = Person(page, self.url, password=PASSWORD)
        self.at[login].home()
        return self.at[login]

    def page(self) -> Page:
        """Return a browser of its own, that knows nobody."""
        return new_context(self.chromium, (1280, 900), locale="en-GB").new_page()

    def mails(self, *expected: tuple[str, str]) -> list[str]:
        """Let IT send what waits; check to whom and about what; return the texts."""
        it = self.person("it")
        it.page.goto(f"{self.url}/mails")
        it.act("Send")
        it.press("Send")
        it.page.locator(".said", has_text="0 not taken").wait_for()
        new = self.box.mails[self.read :]
        self.read = len(self.box.mails)
        told = sorted((str(mail["To"]), str(mail["Subject"])) for mail in new)
        assert told == sorted(expected)
        for mail in new:
            self.shoot_mail(str(mail["Subject"]), str(mail["To"]), part(mail, "html"))
        by_name = {(str(mail["To"]), str(mail["Subject"])): mail for mail in new}
        return [part(by_name[one], "plain") for one in expected]

    def shoot_mail(self, subject: str, to: str, html: str) -> None:
        """Keep a picture of a mail."""
        if PICTURES:
            page = self.page()
            page.set_content(f"<p><b>{subject}</b><br>To: {to}</p><hr>{html}")
            self.shoot(page, f"mail {to.partition('@')[0]} {subject}")
            page.context.close()

    def shoot(self, page: Page, name: str) -> None:
        """Keep a picture of a page."""
        if PICTURES:
            self.pictures += 1
            title = re.sub(r"\W+", "-", name)[:60]
            path = Path(PICTURES) / f"{self.pictures:02}-{title}.png"
            page.screenshot(path=path, full_page=True)

    def lines(self, case: str) -> dict[str, dict[str, Any]]:
        """Return the lines of a case as they are stored, by what they are of."""
        rows = self.person("it").stored("case-lines", case=case)
        return {row["item"]: row for row in rows}


@pytest.fixture
def story(tmp_path: Path) -> Iterator[Story]:
    """The company is served; nobody has done anything."""
    app = build(Settings(data_dir=tmp_path), check=False)
    upgrade.upgrade(app.engine)
    found_company(app)
    app.close()
    # The timetable would send the mails at a moment of its own.
    with listening() as (box, port), served(tmp_path) as told, browser() as chromium:
        yield Story(told["url"].rstrip("/"), chromium, box, port)


def test_somebody_comes_moves_and_leaves(story: Story) -> None:
    say_how_mail_is_sent(story)
    joining = announce_joiner(story)
    buy_what_is_short(story, joining)
    hand_over_and_sign(story, joining)
    move(story)
    leave(story)


def say_how_mail_is_sent(story: Story) -> None:
    it = story.person("it")
    it.page.goto(f"{story.url}/mail-settings")
    it.act("Set")
    it.fill(host="127.0.0.1", port=str(story.port), sender="purser@example.com")
    it.fill(it_address=IT, base_url=story.url)
    it.choose(security="none")
    it.send("Set")
    assert it.stored("mail-settings")[0]["enabled"]


def announce_joiner(story: Story) -> str:
    hr = story.person("hr")
    hr.click(hr.page.locator("main .acts a", has_text="Somebody joins"))
    hr.fill(effective_on=TODAY.isoformat(), given_name="Sari", family_name="Wijaya")
    hr.fill(number="1001", legal_entity="100", department="FIN", manager="budi")
    hr.fill(email=SARI, location="hq")
    hr.page.locator("#preview tbody tr", has_text="laptop").wait_for()
    story.shoot(hr.page, "announced")
    hr.press("Announce")
    hr.heading("Joining")
    (case,) = hr.stored("cases", kind="joining")
    lines = story.lines(str(case["id"]))
    assert {name: line["state"] for name, line in lines.items()} == {
        "laptop": "shortage",
        "dock": "reserved",
        "monitor": "reserved",
        "mail account": "requested",
        "extension": "requested",
    }
    return str(case["id"])


def buy_what_is_short(story: Story, case: str) -> None:
    it = story.person("it")
    it.page.goto(f"{story.url}/cases/{case}")
    it.click(it.page.get_by_role("link", name="Order it laptop"))
    it.opened()
    it.fill(number="PO-1", supplier="Bechtle", price="1200.00", currency="EUR")
    it.fill(model="T14")
    it.send("Order it")
    it.link("PO-1")
    it.heading("PO-1")
    it.act("Receive")
    it.fill(serials="SN-4711")
    it.press("Receive")
    it.sees("IT-")
    it.page.goto(f"{story.url}/cases/{case}")
    it.page.locator("main tbody tr", has_text="laptop").first.wait_for()
    story.shoot(it.page, "bought")
    laptop = story.lines(case)["laptop"]
    (asset,) = it.stored("assets", serial="SN-4711")
    assert (laptop["state"], laptop["asset_id"]) == ("reserved", asset["id"])
    assert asset["order_number"] == "PO-1"


def hand_over_and_sign(story: Story, case: str) -> None:
    it = story.person("it")
    it.page.goto(f"{story.url}/cases/{case}")
    it.act("Hand over")
    it.press("Hand over")
    it.page.locator("svg.qr").wait_for()
    story.shoot(it.page, "handed-over")
    first = f"{TODAY.day} {TODAY:%B %Y}"
    told, *_others = story.mails(
        (BUDI, f"Sari Wijaya joins on {first}"),
        (IT, f"Sari Wijaya joins on {first}"),
        (SARI, f"Your equipment for {first}"),
        (SARI, "Please confirm what you received"),
    )
    assert "- laptop" in told
    give_account(story)
    sari = story.person("sari")
    sari.page.goto(f"{story.url}/my-things")
    sari.sees("To be signed by you: what you got", "SN-4711")
    story.shoot(sari.page, "to-sign")
    sign(sari, "Sari Wijaya", "I got these things")
    states = {line["state"] for line in story.lines(case).values()}
    assert states == {"accepted"}
    (signed,) = story.person("it").stored("acceptances", state="accepted")
    assert signed["signature"] == "Sari Wijaya"
    (closed,) = story.person("hr").stored("cases", kind="joining")
    assert closed["state"] == "closed"


def give_account(story: Story) -> None:
    it = story.person("it")
    it.page.goto(f"{story.url}/users")
    it.act("New")
    it.fill(login="sari", password=PASSWORD, person="Sari Wijaya")
    it.click(it.form.get_by_label("employee", exact=True))
    it.send("Save")


def sign(person: Person, name: str, button: str) -> None:
    person.page.locator("main [name=signature]").fill(name)
    person.click(person.page.get_by_role("button", name=button))
    person.page.locator(".said", has_text="it is signed").wait_for()


def move(story: Story) -> None:
    hr = story.person("hr")
    hr.click(hr.page.locator("main .acts a", has_text="Somebody moves"))
    hr.fill(person="Sari Wijaya", effective_on=MOVES.isoformat(), department="LAB")
    hr.page.locator("#preview tbody tr", has_text="monitor").wait_for()
    story.shoot(hr.page, "moves")
    hr.press("Announce")
    hr.heading("Moving")
    (case,) = hr.stored("cases", kind="moving")
    lines = story.lines(str(case["id"]))
    assert {name: line["action"] for name, line in lines.items()} == {
        "laptop": "keep",
        "mail account": "keep",
        "extension": "keep",
        "dock IT-00002": "return",
        "monitor IT-00001": "return",
    }
    on = f"{MOVES.day} {MOVES:%B %Y}"
    told, *_others = story.mails(
        *((to, f"Sari Wijaya moves on {on}") for to in (SARI, BUDI, IT))
    )
    assert "- monitor" in told
    take_back(story, str(case["id"]))
    sari = story.person("sari")
    sari.page.goto(f"{story.url}/my-things")
    sari.sees("To be signed by you: what you gave back", "DOCK-1")
    sign(sari, "Sari Wijaya", "I gave back these things")


def leave(story: Story) -> None:
    hr = story.person("hr")
    hr.click(hr.page.locator("main .acts a", has_text="Somebody leaves"))
    hr.fill(person="Sari Wijaya", effective_on=LEAVES.isoformat())
    hr.page.locator("#preview tbody tr", has_text="laptop").wait_for()
    # The move that is announced already does not follow from it.
    assert hr.page.locator("#preview p strong").all_inner_texts() == ["Leaving"]
    story.shoot(hr.page, "leaves")
    hr.press("Announce")
    hr.heading("Leaving")
    (row,) = hr.stored("cases", kind="leaving")
    on = f"{LEAVES.day} {LEAVES:%B %Y}"
    asked, *_others = story.mails(
        (SARI, f"Please give back by {on}"),
        (BUDI, f"Sari Wijaya leaves on {on}"),
        (IT, f"Sari Wijaya leaves on {on}"),
    )
    assert "- laptop" in asked
    case = str(row["id"])
    link = take_back(story, case)
    page = story.page()
    page.goto(link)
    story.shoot(page, "return-to-sign")
    assert "SN-4711" in page.locator("main").inner_text()
    page.locator("[name=signature]").fill("Sari Wijaya")
    page.get_by_role("button", name="I gave back these things").click()
    page.get_by_role("link", name="Save the document (PDF)").wait_for()
    it = story.person("it")
    signed = it.stored("acceptances", state="accepted", sort="id")
    assert [one["handover_id"].partition(":")[0] for one in signed] == [
        "case",
        "return",
        "return",
    ]
    assert it.stored("holdings", person="Sari Wijaya") == []
    put_away(story, case)


def take_back(story: Story, case: str) -> str:
    """Take back what a case asks for; return the link to sign by, from the mail."""
    it = story.person("it")
    it.page.goto(f"{story.url}/cases/{case}")
    it.act("Take back")
    it.press("Take back")
    it.page.locator("svg.qr").wait_for()
    (asked,) = story.mails((SARI, "Please confirm what you gave back"))
    (link,) = re.findall(r"http\S+/accept/\S+", asked)
    return str(link)


def put_away(story: Story, case: str) -> None:
    """Look at what came back and put it into stock again."""
    it = story.person("it")
    it.page.goto(f"{story.url}/cases/{case}")
    for item in story.lines(case):
        it.page.goto(f"{story.url}/cases/{case}")
        for step in ("Evaluate", "Restock"):
            button = it.page.get_by_role("button", name=f"{step} {item}")
            it.click(button)
            button.wait_for(state="detached")
    story.shoot(it.page, "put away")
    states = {line["state"] for line in story.lines(case).values()}
    assert states == {"restocked"}
    # Until her last day something may still be handed to her.
    (left,) = it.stored("cases", kind="leaving")
    assert (left["state"], left["open_lines"]) == ("open", 0)
    (laptop,) = it.stored("assets", serial="SN-4711")
    assert (laptop["state"], laptop["holder"]) == ("in_stock", None)
