"""Cases of public bug trackers: handing out, signing, reminding, giving back; by HTTP.

Each test names where the case is from.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from api.compose.wiring import App
from api.http.auth import scope_of
from api.http.callers import Caller, Role
from api.jobs.housekeeping import follow_day
from api.pages.site import create_pages
from api.resources.declare import Viewer
from api.resources.perform import Call, perform
from api.resources.registry import resource
from inventory.kernel.errors import NotAllowed, NotFound
from tests.api.conftest import calling
from tests.api.test_hr_findings import API, ROLES, Answer, Office, Today, line_of
from tests.api.test_hr_findings import app as app
from tests.api.test_hr_findings import data_dir as data_dir
from tests.api.test_hr_findings import today as today
from tests.api.test_mail import post as post
from tests.api.test_mail import settings
from tests.postbox import Postbox

KITS = """
currency: EUR
items:
  laptop: {kind: laptop}
  phone: {kind: phone, benefit: true}
  headset: {kind: accessory, tracked: false}
kits:
  - {name: everybody, items: [laptop, phone, headset]}
"""


@pytest.fixture(autouse=True)
def kit(data_dir: Any) -> None:  # noqa: ANN401
    (data_dir / "provisioning" / "kits.yaml").write_text(KITS)


async def other_hands(app: App, path: str, **body: Any) -> httpx.Response:  # noqa: ANN401
    """Do something as somebody else of the staff."""
    async with calling(app, *ROLES) as client:
        return await client.post(f"{API}/{path}", json=body)


async def signs(app: App, link: str, name: str) -> httpx.Response:
    """Open a link without a log-in, and sign."""
    transport = httpx.ASGITransport(create_pages(app))
    base = "http://purser.example"
    async with httpx.AsyncClient(transport=transport, base_url=base) as browser:
        page = await browser.get(link)
        if page.status_code != 200:
            return page
        headers = {"Origin": base, "Sec-Fetch-Site": "same-origin"}
        form = {"say": "accept", "signature": name}
        return await browser.post(link, data=form, headers=headers)


def states(case: Answer) -> dict[str, str]:
    return {line["slot"]: line["state"] for line in case["lines"]}


async def test_a_kit_is_handed_over_in_one_act_and_signed_for_once(app: App) -> None:
    """snipe-it#17843 (five things at once), #5376 (accept on the spot)."""
    async with calling(app, *ROLES) as client:
        office = Office(app, client)
        told = await office.hr("hire", "2026-08-03")
        case = told["case_id"]
        done = await office.post(f"cases/{case}:hand-over")
        assert len(done["lines"]) == 3
        now = await office.get(f"cases/{case}")
        assert set(states(now).values()) == {"delivered"}
        (asked,) = await office.items("acceptances")
        assert sorted(item["kind"] for item in asked["items"]) == [
            "accessory",
            "laptop",
            "phone",
        ]
        thanks = await signs(app, done["link"], "Tia")
        assert thanks.status_code == 200
        now = await office.get(f"cases/{case}")
        assert set(states(now).values()) == {"accepted"}
        assert now["state"] == "closed"
        paper = await client.get(f"{API}/acceptances/{asked['id']}/pdf")
        assert paper.content.startswith(b"%PDF-")
        again = await client.post(f"{API}/cases/{case}:hand-over", json={})
        assert again.status_code == 409
        assert "ready" in again.json()["detail"]


async def test_a_new_link_voids_the_one_that_was_lost(
    app: App, post: tuple[Postbox, int]
) -> None:
    """snipe-it#9203: sent again without check-in and check-out; by mail."""
    box, port = post
    async with calling(app, *ROLES) as client:
        office = Office(app, client)
        await office.post("mail-settings:set", **settings(port))
        told = await office.hr("hire", "2026-08-03", email="tia@example.com")
        done = await office.post(f"cases/{told['case_id']}:hand-over")
        assert done["mailed"]
        path = f"acceptances/{done['acceptance_id']}"
        new = await office.post(f"{path}:renew")
        assert new["mailed"]
        assert (await signs(app, done["link"], "Tia")).status_code == 404
        listed = str(await office.items("mails"))
        secret = new["link"].rpartition("/")[2]
        assert secret not in listed
        with app.engine.connect() as connection:
            trail = connection.execute(text("SELECT after FROM audit_entry")).all()
        assert trail
        assert secret not in str(trail)
        await office.post("mails:send")
        mails = [m for m in box.to("tia@example.com") if "confirm" in m["Subject"]]
        assert len(mails) == 2
        plain = mails[-1].get_body(("plain",))
        assert plain is not None
        told_her = plain.get_content()
        assert f"https://purser.example.com/accept/{secret}" in told_her
        assert "- headset" in told_her
        assert (await signs(app, new["link"], "Tia")).status_code == 200
        late = await client.post(f"{API}/{path}:renew", json={})
        assert late.status_code == 409


async def test_who_has_a_loan_too_long_is_reminded_by_a_button_and_by_the_day(
    app: App, post: tuple[Postbox, int]
) -> None:
    """snipe-it#1542, #18655."""
    _, port = post
    async with calling(app, *ROLES) as client:
        office = Office(app, client)
        await office.post("mail-settings:set", **settings(port))
        told = await office.hr("hire", "2026-06-01", email="tia@example.com")
        person = told["event"]["person_id"]
        refused = await client.post(f"{API}/people/{person}:remind", json={})
        assert refused.status_code == 409
        (spare, *_) = await office.items("assets", kind="laptop", state="in_stock")
        loan: Answer = {"assets": [spare["tag"]], "holder": "sap:007"}
        days: Answer = {"on": "2026-07-01", "expected_return": "2026-07-15"}
        await office.post("assets:check-out", **loan, **days)
        overdue = await office.items("holdings", overdue="true")
        assert spare["tag"] in [row["tag"] for row in overdue]
        assert await office.post(f"people/{person}:remind") == {"overdue": 1}
        mails = await office.items("mails", kind="overdue")
        assert [spare["tag"] in mail["subject"] for mail in mails] == [True]
        twice = await client.post(f"{API}/people/{person}:remind", json={})
        assert twice.status_code == 409, "once a day is enough"


async def test_who_asks_does_not_approve_and_the_manager_may(app: App) -> None:
    """snipe-it#7760; ISO/IEC 27001:2022 A.5.3."""
    async with calling(app, *ROLES) as client:
        office = Office(app, client)
        boss = await office.hr("hire", "2026-06-01", "001")
        told = await office.hr("hire", "2026-08-10", manager="001")
        case = told["case_id"]
        wanted: Answer = {"item": "Second screen", "kind": "monitor", "cost": "249.00"}
        now = await office.post(f"cases/{case}:add-item", **wanted)
        extra = line_of(now, "extra:1")
        assert (extra["state"], extra["owner"]) == ("proposed", "manager")
        step = {"line": extra["id"], "step": "approve"}
        own = await client.post(f"{API}/cases/{case}:step", json=step)
        assert own.status_code == 409
        assert "does not approve" in own.json()["detail"]
        path = f"case-lines/{extra['id']}:approve"
        assert (await client.post(f"{API}/{path}", json={})).status_code == 409
        with pytest.raises(NotAllowed, match="for himself"):
            as_manager(app, told["event"]["person_id"], extra["id"])
        other = await office.hr("hire", "2026-06-01", "002")
        with pytest.raises(NotFound):
            as_manager(app, other["event"]["person_id"], extra["id"])
        done = as_manager(app, boss["event"]["person_id"], extra["id"])
        assert done["state"] in ("requested", "shortage", "reserved")


def as_manager(app: App, person_id: int, line: int) -> Answer:
    """Approve a line as a manager who is a person of the register does on a page."""
    roles = frozenset({Role.MANAGER})
    scope = scope_of({}, roles, person_id)
    who = Caller(f"user:{person_id}", "boss", roles, person_id, scope)
    lines = resource("case-lines")
    (act,) = [one for one in lines.acts if one.verb == "approve"]
    call = Call(app, Viewer(who, app.clock().date(), app.clock().date(), app))
    with app.work(who.actor) as work:
        perform(lines, act, call, work, act.given(), line)
        work.commit()
    with app.engine.connect() as connection:
        query = text("SELECT state FROM case_line WHERE id = :id")
        return dict(connection.execute(query, {"id": line}).mappings().one())


async def test_what_is_taken_back_has_no_custodian(app: App) -> None:
    """frappe/erpnext#49502."""
    async with calling(app, *ROLES) as client:
        office = Office(app, client)
        await office.hr("hire", "2026-06-01")
        (spare, *_) = await office.items("assets", kind="laptop", state="in_stock")
        tags = [spare["tag"]]
        given: Answer = {"assets": tags, "holder": "sap:007", "on": "2026-07-01"}
        await office.post("assets:check-out", **given)
        await office.post("assets:check-in", assets=tags, on="2026-08-01")
        asset = await office.get(f"assets/{tags[0]}")
        assert (asset["state"], asset["holder_on_day"]) == ("in_stock", None)


async def test_tools_come_back_by_the_last_day_at_work_benefits_by_the_last_day(
    app: App,
) -> None:
    """odoo#264667: dismissal and departure are two days."""
    async with calling(app, *ROLES) as client:
        office = Office(app, client)
        told = await office.hr("hire", "2026-06-01")
        await office.post(f"cases/{told['case_id']}:hand-over", sign=False)
        left = await office.hr(
            "termination", "2026-09-30", last_working_day="2026-08-31"
        )
        case = left["cases"][-1]
        due = {line["kind"]: line["due_on"] for line in case["lines"]}
        assert (due["laptop"], due["phone"]) == ("2026-08-31", "2026-09-30")


async def test_custody_of_a_leaver_stays_until_the_thing_is_received(
    app: App, today: Today
) -> None:
    """odoo/odoo#160707: nothing came back, and nothing is unassigned by the day."""
    async with calling(app, *ROLES) as client:
        office = Office(app, client)
        told = await office.hr("hire", "2026-06-01")
        person = told["event"]["person_id"]
        await office.post(f"cases/{told['case_id']}:hand-over", sign=False)
        left = await office.hr("termination", "2026-08-31")
        today.day = date(2026, 9, 20)
        follow_day(app)
        assert await office.employed(person, "2026-09-20") == []
        case = await office.get(f"cases/{left['case_id']}")
        assert case["state"] == "open"
        assert set(states(case).values()) == {"due"}
        things = await office.items("holdings", left="true")
        assert {row["kind"] for row in things} == {"laptop", "phone", "accessory"}
        back = next(one for one in case["lines"] if one["kind"] == "laptop")
        asset = await office.get(f"assets/{back['tag']}")
        assert asset["state"] == "due_back"
        assert asset["holder_on_day"]["holder_id"] == person
        (held,) = await custody_of(office, person, back["tag"])
        assert held["valid_to"] is None

        await office.step(back, "receive")
        (held,) = await custody_of(office, person, back["tag"])
        assert held["valid_to"] == "2026-09-20"
        asset = await office.get(f"assets/{back['tag']}")
        assert asset["holder_on_day"] is None
        things = await office.items("holdings", left="true")
        assert {row["kind"] for row in things} == {"phone", "accessory"}


async def custody_of(office: Office, person: int, tag: str) -> list[Answer]:
    """Return when somebody had a thing."""
    found = await office.get(f"people/{person}")
    return [row for row in found["custody"] if row["tag"] == tag]


async def test_the_seat_of_a_leaver_is_a_line_of_the_case_and_is_freed(
    app: App,
) -> None:
    """snipe-it#5310: the account is gone, and the licences are left."""
    async with calling(app, *ROLES) as client:
        office = Office(app, client)
        told = await office.hr("hire", "2026-06-01")
        other = await office.hr("hire", "2026-06-01", "008")
        made = {"key": "cad", "product": "CAD", "seats": 1, "starts_on": "2026-01-01"}
        licence = await office.post("licences", 201, **made)
        path = f"licences/{licence['id']}:assign"
        used: Answer = {"person": told["event"]["person_id"], "on": "2026-06-02"}
        await office.post(path, **used)
        next_user: Answer = {"person": other["event"]["person_id"], "on": "2026-08-03"}
        full = await client.post(f"{API}/{path}", json=next_user)
        assert full.status_code == 409, "there is one seat"

        left = await office.hr("termination", "2026-07-31")
        (seat,) = [
            one for one in left["cases"][-1]["lines"] if one["kind"] == "licence"
        ]
        assert (seat["action"], seat["state"], seat["owner"]) == ("return", "due", "it")
        assert seat["item"].startswith("CAD")
        (held,) = await office.items("holdings", left="true", what="seat")
        assert held["person_id"] == used["person"]
        await office.step(seat, "receive")
        assert await office.items("holdings", what="seat") == []
        await office.post(path, **next_user)
        (held,) = await office.items("holdings", what="seat")
        assert held["person_id"] == next_user["person"]


async def test_what_belongs_to_a_thing_of_a_leaver_comes_back_too(app: App) -> None:
    """snipe-it#18595, pull request 18800: a dock handed out to a laptop."""
    async with calling(app, *ROLES) as client:
        office = Office(app, client)
        told = await office.hr("hire", "2026-06-01")
        laptop = line_of(told["cases"][0], "laptop")
        await office.step(laptop, "deliver")
        made = {"kind": "dock", "since": "2026-01-05", "legal_entity": "100"}
        dock = await office.post("assets", 201, **made)
        given: Answer = {
            "holder_kind": "asset",
            "holder": laptop["tag"],
            "on": "2026-07-01",
        }
        await office.post("assets:check-out", assets=[dock["tag"]], **given)
        left = await office.hr("termination", "2026-08-31")
        slots = {line["slot"]: line for line in left["cases"][-1]["lines"]}
        assert slots[f"asset:{dock['id']}"]["state"] == "due"


async def test_who_signs_is_who_acts_and_a_paper_is_marked(app: App) -> None:
    """Shelf.nu pull request 2549: the signature was attributed to who asked."""
    async with calling(app, *ROLES) as client:
        office = Office(app, client)
        told = await office.hr("hire", "2026-08-03")
        case = told["case_id"]
        laptop = line_of(told["cases"][0], "laptop")
        await office.step(laptop, "deliver")
        paper = await office.step(laptop, "accept", "Tia Person")
        signed = paper["story"][-1]
        assert (signed["name"], signed["note"]) == ("accept", "Tia Person")
        assert signed["attested"]
        assert signed["by"].startswith("token:")
        done = await office.post(f"cases/{case}:hand-over")
        await signs(app, done["link"], "Tia P.")
        phone = line_of(await office.get(f"cases/{case}"), "phone")
        signed = phone["story"][-1]
        assert (signed["by"], signed["note"]) == ("link", "Tia P.")
        assert not signed["attested"]


async def test_three_of_ten_adapters_come_back_in_one_act(app: App) -> None:
    """snipe-it#16395."""
    async with calling(app, *ROLES) as client:
        office = Office(app, client)
        told = await office.hr("hire", "2026-06-01")
        person = told["event"]["person_id"]
        room = {"code": "R1", "name": "Store", "kind": "room"}
        await office.post("places", 201, **room)
        await office.post("consumables", 201, key="usb-c", name="Adapter")
        move: Answer = {"location": "R1"}
        path = "consumables/usb-c:move"
        await office.post(path, kind="bought", quantity=10, **move)
        await office.post(path, kind="used", quantity=10, person=person, **move)
        back = move | {"kind": "returned", "person": person}
        found = await office.post(path, quantity=3, **back)
        assert found["quantity"] == 3
        over = await client.post(f"{API}/{path}", json=back | {"quantity": 8})
        assert over.status_code == 409
        assert "has 7, not 8" in over.json()["detail"]


async def test_who_proposed_a_write_off_does_not_approve_it(app: App) -> None:
    async with calling(app, *ROLES) as client:
        office = Office(app, client)
        told = await office.hr("hire", "2026-06-01")
        laptop = line_of(told["cases"][0], "laptop")
        await office.step(laptop, "deliver")
        await office.step(laptop, "lose")
        (proposal,) = await office.items("write-offs", state="proposed")
        path = f"write-offs/{proposal['id']}:approve"
        own = await client.post(f"{API}/{path}", json={"remark": "gone"})
        assert own.status_code == 409
        done = await other_hands(app, path, remark="gone")
        assert done.json()["state"] == "approved"
        assert done.json()["proposed_by"] != done.json()["decided_by"]
