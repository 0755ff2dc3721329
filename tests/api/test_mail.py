"""Who has to know is told by mail: a real SMTP server hears it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from email.message import EmailMessage
from typing import Any

import pytest

from api.compose.wiring import App
from api.jobs.housekeeping import follow_day
from discovery.telephony.apply import apply_reading
from tests.api.conftest import calling
from tests.api.test_hr_findings import (
    ROLES,
    Answer,
    Office,
    Today,
    app,
    data_dir,
    embedded_app,
    line_of,
    today,
)
from tests.discovery.test_telephony import READING
from tests.postbox import Postbox, listening, part

__all__ = ["app", "data_dir", "embedded_app", "today"]


@pytest.fixture
def post() -> Iterator[tuple[Postbox, int]]:
    with listening() as found:
        yield found


def settings(port: int, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    return {
        "host": "127.0.0.1",
        "port": port,
        "security": "none",
        "sender": "purser@example.com",
        "it_address": "it@example.com",
        "base_url": "https://purser.example.com",
        **more,
    }


async def test_joiner_manager_and_it_are_told(
    embedded_app: App,
    post: tuple[Postbox, int],
) -> None:
    box, port = post
    async with calling(embedded_app, *ROLES) as client:
        office = Office(embedded_app, client)
        await office.hr("hire", "2026-08-01", "001", email="boss@example.com")
        assert await office.items("mails") == [], "nobody said how mail is sent"
        await office.post("mail-settings:set", **settings(port))
        told = await office.hr(
            "hire", "2026-09-01", manager="001", email="tia@example.com"
        )
        laptop = line_of(told["cases"][0], "laptop")
        await office.step(laptop, "deliver")
        assert (await office.post("mails:send")) == {"sent": 4, "failed": 0}
        assert (await office.post("mails:send")) == {"sent": 0, "failed": 0}
        (boss,) = box.to("boss@example.com")
        assert boss["Subject"] == "Tia Person 007 joins on 1 September 2026"
        kinds = [part.get_content_type() for part in boss.walk()]
        assert {"text/plain", "text/html", "text/calendar"} <= set(kinds)
        plain = boss.get_body(("plain",))
        assert plain is not None
        assert "- laptop" in plain.get_content()
        html = boss.get_body(("html",))
        assert html is not None
        assert "<li>laptop</li>" in html.get_content()
        # A manager sees no cases; he is led to his team, and IT to the case.
        assert '<a href="https://purser.example.com/team">' in html.get_content()
        (entry,) = [p for p in boss.walk() if p.get_content_type() == "text/calendar"]
        assert "DTSTART;VALUE=DATE:20260901" in entry.get_content()
        (for_it,) = box.to("it@example.com")
        told_it = for_it.get_body(("plain",))
        assert told_it is not None
        link = f"https://purser.example.com/cases/{told['case_id']}"
        assert link in told_it.get_content()
        subjects = [mail["Subject"] for mail in box.to("tia@example.com")]
        assert sorted(subjects) == [
            "Please confirm what you received",
            "Your equipment for 1 September 2026",
        ]


async def test_once_a_day_in_indonesian_and_nothing_of_a_quiet_case(
    embedded_app: App,
    post: tuple[Postbox, int],
) -> None:
    box, port = post
    async with calling(embedded_app, *ROLES) as client:
        office = Office(embedded_app, client)
        given = settings(port, language="id", digest=True)
        await office.post("mail-settings:set", **given)
        await office.hr("hire", "2026-09-01", email="tia@example.com")
        await office.hr("hire", "2026-09-01", "008", email="ani@example.com")
        await office.hr("deceased", "2026-08-02", "008", quiet=True)
        rows = await office.items("mails")
        assert {row["next_at"] for row in rows} == {"2026-08-04T06:00:00Z"}
        leavers = [row for row in rows if row["kind"] in ("please-return",)]
        assert leavers == []
        assert (await office.post("mails:send"))["sent"] == 0, "not before the digest"
        for row in rows:
            await office.post(f"mails/{row['id']}:retry")
        await office.post("mails:send")
        (it,) = box.to("it@example.com")
        assert it["Subject"] == "Tia Person 007 mulai bekerja 1 September 2026 (+1)"


async def test_what_the_server_refuses_is_kept_and_tried_again(
    embedded_app: App,
) -> None:
    async with calling(embedded_app, *ROLES) as client:
        office = Office(embedded_app, client)
        await office.post("mail-settings:set", **settings(9, password="secret"))
        await office.hr("hire", "2026-09-01", email="tia@example.com")
        assert (await office.post("mails:send"))["failed"] == 2
        rows = await office.items("mails", state="queued")
        assert all(row["error"] for row in rows)
        assert "secret" not in str(await office.items("mail-settings"))


async def test_a_leaver_is_asked_for_what_he_carries_and_it_frees_the_rest(
    app: App, post: tuple[Postbox, int], today: Today
) -> None:
    """Who gives back is asked; a number and a seat are freed by IT where they are."""
    box, port = post
    async with calling(app, *ROLES) as client:
        office = Office(app, client)
        await office.post("mail-settings:set", **settings(port))
        await office.hr("hire", "2026-06-01", "001", email="boss@example.com")
        hired = await office.hr(
            "hire",
            "2026-06-01",
            manager="001",
            department="SAL",
            email="tia@example.com",
        )
        person = hired["event"]["person_id"]
        await office.post(f"cases/{hired['case_id']}:hand-over", sign=False)
        for slot in ("laptop", "phone"):
            await office.step(line_of(hired["cases"][0], slot), "accept", "Tia")
        with app.work("scan:1") as work:
            apply_reading(work, READING, region="NL")
            work.commit()
        (free,) = await office.items("extensions", number="2003")
        own: Answer = {"person": person, "on": "2026-06-02"}
        await office.post(f"extensions/{free['id']}:assign", **own)
        made = {"key": "cad", "product": "CAD", "seats": 1, "starts_on": "2026-01-01"}
        licence = await office.post("licences", 201, **made)
        await office.post(f"licences/{licence['id']}:assign", **own)

        left = await office.hr("termination", "2026-08-05")
        case = left["cases"][-1]
        owners = {one["kind"]: one["owner"] for one in case["lines"]}
        assert owners == {
            "laptop": "employee",
            "phone": "employee",
            "extension": "it",
            "licence": "it",
        }
        today.day = date(2026, 8, 12)
        follow_day(app)
        await office.post("mails:send")
        told = {
            mail["Subject"].partition(":")[0]: items_of(mail)
            for mail in box.to("tia@example.com")
        }
        assert len(told) == len(box.to("tia@example.com"))
        things = [one["item"] for one in case["lines"] if one["owner"] == "employee"]
        assert told["Please give back by 5 August 2026"] == things
        assert told["Overdue"] == things
        assert [
            items_of(mail)
            for mail in box.to("boss@example.com")
            if mail["Subject"].startswith("Overdue for")
        ] == [things]
        # IT is told at once of all that is to come back, and has its own list.
        (leaver,) = [
            mail for mail in box.to("it@example.com") if "leaves" in mail["Subject"]
        ]
        assert sorted(items_of(leaver)) == sorted(one["item"] for one in case["lines"])
        mine = await office.items("case-lines", owner="it", open="true", person=person)
        assert sorted(row["kind"] for row in mine) == ["extension", "licence"]


async def test_a_manager_is_reminded_of_what_waits_for_his_approval(
    embedded_app: App, today: Today
) -> None:
    async with calling(embedded_app, *ROLES) as client:
        office = Office(embedded_app, client)
        await office.post("mail-settings:set", **settings(9))
        await office.hr("hire", "2026-06-01", "001", email="boss@example.com")
        told = await office.hr(
            "hire", "2026-09-01", manager="001", email="tia@example.com"
        )
        wanted: Answer = {"item": "Second screen", "kind": "monitor", "cost": "249"}
        await office.post(f"cases/{told['case_id']}:add-item", **wanted)
        today.day = date(2026, 8, 12)
        follow_day(embedded_app)
        late = [row for row in await office.items("mails") if "overdue" in row["kind"]]
        (mail,) = late
        assert mail["kind"] == "approval-overdue"
        assert mail["recipient"] == "boss@example.com"
        assert mail["subject"] == "Tia Person 007 still waits for Second screen"


def items_of(mail: EmailMessage) -> list[str]:
    """Return what a mail lists."""
    lines = part(mail, "plain").splitlines()
    return [line.removeprefix("- ") for line in lines if line.startswith("- ")]
