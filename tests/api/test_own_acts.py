"""What people do with their own things, by HTTP and by command, not by page only."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.app import create_api
from api.compose.wiring import App, build
from config.settings import Settings
from inventory.assets.register.registration import NewAsset
from inventory.assets.register.service import register_asset
from inventory.people import accounts
from inventory.people.organisation import ensure
from tests.api.conftest import bearer, calling
from tests.api.test_cli import Terminal, purser, ready

__all__ = ["purser", "ready"]
API = "/api/v1"
Row = dict[str, Any]


def hire(who: str, **more: str) -> Row:
    data = {"effective_on": "2026-03-02", "family_name": who.title(), **more}
    return {
        "specversion": "1.0",
        "source": "sap",
        "id": who,
        "type": "hire",
        "subject": who,
        "time": "2026-03-01T09:00:00Z",
        "data": {"legal_entity": "100", "department": "LAB", **data},
    }


@pytest.fixture
def company(app: App) -> App:
    with app.work("test") as work:
        centre = ensure(work, "cost_centre", "C-LAB", name="Laboratory")
        ensure(work, "legal_entity", "100", name="Example", currency="EUR")
        ensure(work, "department", "LAB", name="Laboratory", cost_centre_id=centre)
        for _ in range(3):
            register_asset(work, NewAsset(kind="laptop", since=app.clock().date()))
        work.commit()
    return app


@asynccontextmanager
async def of_person(
    app: App, person: int, role: str
) -> AsyncIterator[httpx.AsyncClient]:
    """A client with a token that is somebody's own."""
    with app.work("test") as work:
        _, token = accounts.add_token(work, "own", [role], person_id=person)
        work.commit()
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(create_api(app)),
        base_url="http://purser.example",
        headers=bearer(token),
    ) as client:
        yield client


async def sent(
    client: httpx.AsyncClient,
    path: str,
    status: int = 200,
    **body: Any,  # noqa: ANN401
) -> Any:  # noqa: ANN401
    answer = await client.post(f"{API}/{path}", json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


async def test_own_things_and_those_of_the_team_by_http(company: App) -> None:
    app = company
    async with calling(app, "hr", "it") as office:
        people = {}
        for who, more in (("budi", {}), ("sari", {"manager": "budi"})):
            told = await sent(office, "hr/events", 201, **hire(who, **more))
            people[who] = told["event"]["person_id"]
        (case,) = told["cases"]
        laptop = next(one for one in case["lines"] if one["kind"] == "laptop")
        await sent(
            office, f"cases/{case['id']}:step", line=laptop["id"], step="deliver"
        )
    async with of_person(app, people["sari"], "employee") as sari:
        confirmed = await sent(sari, f"case-lines/{laptop['id']}:confirm")
        assert confirmed["state"] == "accepted"
        asked = await sent(sari, "case-lines:ask", item="workstation", why="Renders")
        assert asked["state"] == "proposed"
        await sent(sari, f"case-lines/{asked['id']}:approve", 403)
        mine = (await sari.get(f"{API}/case-lines")).json()["items"]
        assert {one["person_id"] for one in mine} == {people["sari"]}
        await sent(
            sari, f"assets/{laptop['asset_id']}:report-missing", what="On the train"
        )
    async with of_person(app, people["budi"], "manager") as budi:
        waits = (await budi.get(f"{API}/case-lines?watch=to-approve")).json()["items"]
        assert [one["id"] for one in waits] == [asked["id"]]
        approved = await sent(budi, f"case-lines/{asked['id']}:approve")
        assert approved["state"] in ("budget", "shortage")
        # Whose things these are may not be said by somebody else.
        other = await budi.post(f"{API}/case-lines/{laptop['id']}:confirm", json={})
        assert other.status_code in (403, 404, 409)
    async with calling(app, "it") as client:
        tasks = (await client.get(f"{API}/tasks")).json()["items"]
        assert "reported-missing" in {one["kind"] for one in tasks}


async def test_what_was_handed_over_is_signed_by_its_person_logged_in(
    company: App,
) -> None:
    app = company
    async with calling(app, "hr", "it") as office:
        told = await sent(office, "hr/events", 201, **hire("sari"))
        await sent(office, "hr/events", 201, **hire("budi"))
        (case,) = told["cases"]
        given = await sent(office, f"cases/{case['id']}:hand-over")
        path = f"acceptances/{given['acceptance_id']}"
        # Who handed it over does not sign for her.
        await sent(office, f"{path}:sign", 409, signature="Sari")
        people = (await office.get(f"{API}/people?sort=id")).json()["items"]
    sari, budi = (one["id"] for one in people)
    async with of_person(app, budi, "employee") as client:
        refused = await client.post(f"{API}/{path}:sign", json={"signature": "Sari"})
        assert refused.status_code in (404, 409)
    async with of_person(app, sari, "employee") as client:
        await sent(client, f"{path}:sign", 422, signature="  ")
        signed = await sent(client, f"{path}:sign", signature="Sari")
        assert (signed["state"], signed["signature"]) == ("accepted", "Sari")
        again = await sent(client, f"{path}:sign", 409, signature="Sari")
        assert "already" in str(again)
        mine = (await client.get(f"{API}/case-lines")).json()["items"]
        assert {one["state"] for one in mine} == {"accepted"}


def test_own_things_by_command(ready: Terminal) -> None:
    app = build(Settings())
    today = app.clock().date()
    with app.work("test") as work:
        ensure(work, "legal_entity", "100", name="Example", currency="EUR")
        register_asset(work, NewAsset(kind="laptop", since=today))
        work.commit()
    app.close()
    file = Path("hr.csv")
    head = "source,type,subject,effective_on,id,time,given_name,family_name"
    row = f"csv,hire,00099,{today},1,2026-01-05T09:00:00Z,Tia,Anggraini"
    file.write_text(f"{head},legal_entity\n{row},100\n", "utf-8")
    assert ready("hr", "import", str(file)).code == 0
    (line,) = ready("case-line", "list", "--kind", "laptop", "--json").json["items"]
    case, number = str(line["case_id"]), str(line["id"])
    ready("case", "step", case, "--line", number, "--step", "deliver", "--json")
    assert ready("case-line", "confirm", number).code != 0, "it is somebody else's"
    signed = ("--signer", "Tia Anggraini", "--json")
    assert ready("case-line", "confirm", number, *signed).json["state"] == "accepted"
    story = ready("case", "show", case, "--json").json["lines"]
    (accepted,) = [
        step
        for one in story
        for step in one["story"]
        if one["id"] == line["id"] and step["name"] == "accept"
    ]
    assert accepted["attested"]
    who = ("--person", str(line["person_id"]))
    asked = ready("case-line", "ask", "--item", "workstation", "--why", "x", *who)
    assert asked.code == 0, asked.err
    tag = line["tag"] or ready("asset", "list", "--json").json["items"][0]["tag"]
    lost = ready("asset", "report-missing", tag, "--what", "On the train")
    assert lost.code == 0, lost.err
    last = (today + timedelta(20)).isoformat()
    row = f"csv,termination,00099,{last},2,2026-01-06T09:00:00Z,,,"
    file.write_text(f"{head},legal_entity\n{row}\n", "utf-8")
    assert ready("hr", "import", str(file)).code == 0
    given = ready("case", "hand-over", case, "--json").json
    number = str(given["acceptance_id"])
    told = ready("acceptance", "sign", number, "--signature", "Tia", "--json")
    assert told.code != 0, "the command line signs for nobody"
    (back,) = ready(
        "case-line", "list", "--action", "return", "--kind", "laptop", "--json"
    ).json["items"]
    day = (today + timedelta(15)).isoformat()
    appointed = ready("case-line", "appoint", str(back["id"]), "--on", day, "--json")
    assert day in appointed.json["note"] or appointed.code == 0
    of_it = str(back["case_id"])
    taken = ready("case", "take-back", of_it, "--json").json
    assert back["id"] in taken["lines"]
    assert "/accept/" in taken["link"]
