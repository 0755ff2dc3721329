"""Who has to know is told by mail: a real SMTP server hears it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from api.compose.wiring import App
from tests.api.conftest import calling
from tests.api.test_hr_findings import ROLES, Office, app, data_dir, line_of
from tests.postbox import Postbox, listening

__all__ = ["app", "data_dir"]


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
    app: App,
    post: tuple[Postbox, int],
) -> None:
    box, port = post
    async with calling(app, *ROLES) as client:
        office = Office(app, client)
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
    app: App,
    post: tuple[Postbox, int],
) -> None:
    box, port = post
    async with calling(app, *ROLES) as client:
        office = Office(app, client)
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


async def test_what_the_server_refuses_is_kept_and_tried_again(app: App) -> None:
    async with calling(app, *ROLES) as client:
        office = Office(app, client)
        await office.post("mail-settings:set", **settings(9, password="secret"))
        await office.hr("hire", "2026-09-01", email="tia@example.com")
        assert (await office.post("mails:send"))["failed"] == 2
        rows = await office.items("mails", state="queued")
        assert all(row["error"] for row in rows)
        assert "secret" not in str(await office.items("mail-settings"))
