"""What is kept about a person is told, and erased once it is not needed; by HTTP."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from api.compose.wiring import App
from api.jobs.housekeeping import follow_day
from inventory.proving.replay import replay
from inventory.storage.audit import verify
from tests.api.conftest import calling
from tests.api.test_staff_lists import Today, items
from tests.api.test_staff_lists import office as office
from tests.api.test_staff_lists import today as today

API = "/api/v1"
KITS = "currency: EUR\nitems: {laptop: {kind: laptop}}\nkits: []\n"


async def test_a_person_is_told_what_is_kept_and_erased_after_the_time(
    office: App, today: Today, tmp_path: Path
) -> None:
    folder = tmp_path / "provisioning"
    folder.mkdir()
    (folder / "kits.yaml").write_text(KITS)
    said = {"given_name": "Grace", "family_name": "Hopper", "email": "gh@example.com"}
    async with calling(office, "hr", "it") as client:
        for kind, day, data in (
            ("hire", "2026-08-03", said),
            ("termination", "2026-08-31", {"reason": "a better offer"}),
        ):
            event = {
                "source": "sap",
                "id": kind,
                "type": kind,
                "subject": "77",
                "data": {"effective_on": day, **data},
            }
            answer = await client.post(f"{API}/hr/events", json=event)
            assert answer.status_code == 201, answer.text
        person = answer.json()["event"]["person_id"]
        report = (await client.get(f"{API}/people/{person}/access-report")).json()
        assert report["person"]["family_name"] == "Hopper"
        assert {"employment", "hr_event", "hr_identity"} <= report["kept"].keys()
        assert report["audit"][0]["action"] == "create"
        path = f"{API}/people/{person}:erase"
        early = await client.post(path, json={"remark": "asked for"})
        assert early.status_code == 409
        assert "has not left" in early.json()["detail"]
        today.day = date(2037, 1, 1)
        follow_day(office, "test")
        assert (await client.post(path, json={})).status_code == 422
        tried = await client.post(f"{path}?preview=true", json={"remark": "retention"})
        assert tried.status_code == 200, tried.text
        assert tried.json()["rows"]["hr_event"] == 2
        assert "Hopper" in str(await items(client, "people"))
        done = await client.post(path, json={"remark": "retention"})
        assert done.status_code == 200, done.text
        for where in ("people", "hr-events", "cases", "mails", "tasks"):
            told = str(await items(client, where))
            assert "Hopper" not in told, where
            assert "gh@example.com" not in told, where
            assert "better offer" not in told, where
        (row,) = await items(client, "people")
        assert row["family_name"] == f"Former employee {person}"
        async with calling(office, "it") as other:
            assert (await other.post(path, json={"remark": "x"})).status_code == 403
    # The trail is whole, and still tells how the rows came to be what they are.
    assert verify(office.engine) == []
    assert list(replay(office.engine)) == []
