"""Forms of the pages, links without a login, and log-outs, without a browser."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from fastapi import FastAPI

from api.compose.wiring import App
from api.http import errors
from api.http.middleware import RequestContext, told_path
from api.http.stock_take_links import person_token
from api.web import accept, acts, files, login, mine, papers, short, upkeep
from api.web.gate import COOKIE, Gate
from inventory.assets.stocktake.rules import ExpectedItem
from inventory.assets.stocktake.service import open_stock_take
from inventory.assets.stocktake.tables import StockTake
from inventory.people import accounts
from inventory.storage.rows import find
from tests.inventory.world import World, build

PASSWORD = "maple-street-7"


@pytest.fixture
def world(app: App) -> World:
    """A small company, and an account of IT that belongs to Sari."""
    world = build(app.engine, app.clock)
    with app.work("test") as work:
        for name in ("it", "auditor"):
            accounts.add_account(work, name, PASSWORD, [name], person_id=world.sari)
        work.commit()
    return world


@asynccontextmanager
async def browsing(app: App, who: str = "") -> AsyncIterator[httpx.AsyncClient]:
    """Yield a client of the pages' forms, logged in as `who` if that is given."""
    site = FastAPI()
    site.state.purser = app
    errors.install(site)
    for module in (login, accept, acts, files, mine, papers, short, upkeep):
        site.include_router(module.router)
    transport = httpx.ASGITransport(RequestContext(Gate(site, app)))
    async with httpx.AsyncClient(
        transport=transport, base_url="http://purser.example"
    ) as client:
        if who:
            sent = {"login": who, "password": PASSWORD}
            assert (await client.post("/login", data=sent)).status_code == 303
        yield client


async def do(
    client: httpx.AsyncClient, act: str, **fields: object
) -> tuple[str, tuple[str, bool]]:
    """Send a form; return where it leads, and what is said there."""
    answer = await client.post(f"/do/{act}", data={"_back": "/stock"} | fields)
    assert answer.status_code == 303, answer.text
    path, _, name = answer.headers["location"].partition("?said=")
    return path, acts._notes[name]


async def test_a_form_does_what_the_api_does_and_leads_on(
    app: App, world: World
) -> None:
    async with browsing(app, "it") as client:
        fields = {
            "assets": "IT-00001\r\ncn-0abc\r\n",
            "holder": "p-1",
            "confirm": "true",
        }
        path, (said, well) = await do(client, "check-out", **fields)
        assert well
        assert path.startswith("/handovers/handover-")
        assert said.startswith("2 handed over.")
        assert "http://purser.example/accept/" in said
        path, (said, well) = await do(client, "check-in", assets="nothing")
        assert (path, well) == ("/stock", False)
        assert "nothing" in said
        path, (said, well) = await do(client, "check-in", assets="")
        assert (path, well) == ("/stock", False)
        assert said.startswith("assets:")
        path, (said, well) = await do(client, "minimum", location="R1", kind="x")
        assert not well


async def test_a_form_leads_nowhere_else_and_is_not_taken_from_elsewhere(
    app: App, world: World
) -> None:
    async with browsing(app, "it") as client:
        path, _ = await do(client, "release", request="x", _back="https://evil.example")
        assert path == "/"
        origin = {"Origin": "https://evil.example"}
        for target in ("/do/release", "/scan", "/change-many/run", "/import/run"):
            refused = await client.post(target, headers=origin, data={"request": "x"})
            assert refused.status_code == 403, target
        assert (await client.post("/do/nothing")).status_code == 404


async def test_roles_decide_about_forms_and_nobody_gets_in_without_a_login(
    app: App, world: World
) -> None:
    async with browsing(app, "auditor") as client:
        _, (said, well) = await do(client, "check-out", assets="IT-00001", holder="p-1")
        assert not well
        assert "role it" in said
    async with browsing(app) as client:
        assert (await client.post("/do/check-out")).status_code == 401
        assert (await client.get("/export/assets")).status_code == 401


async def link_to_confirm(client: httpx.AsyncClient) -> str:
    fields = {"assets": "IT-00001", "holder": "p-2", "confirm": "true"}
    _, (said, _) = await do(client, "check-out", **fields)
    (link,) = re.findall(r"http://purser\.example(/accept/\S+)", said)
    return str(link)


STROKES = json.dumps([[[10, 10], [20, 40], [30, 10]]])


async def test_a_handover_is_confirmed_by_a_link_without_a_login_once(
    app: App, world: World
) -> None:
    async with browsing(app, "it") as client:
        link = await link_to_confirm(client)
    async with browsing(app) as client:
        page = await client.get(link)
        assert page.status_code == 200
        assert "IT-00001" in page.text
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["referrer-policy"] == "no-referrer"
        wrong = await client.post(link, data={"signature": "B", "drawing": "[[9]]"})
        assert wrong.status_code == 422
        answer = {"signature": "Budi <b>", "drawing": STROKES}
        done = await client.post(link, data=answer)
        assert done.status_code == 200
        (target,) = re.findall(r'href="(/accepted/[^"]+)"', done.text)
        document = await client.get(target)
        assert document.content.startswith(b"%PDF-")
        refused = await client.get(target.partition("?")[0] + "?proof=x")
        assert refused.status_code == 404
        for again in (await client.get(link), await client.post(link, data=answer)):
            assert again.status_code == 410
        assert (await client.get("/accept/x.y")).status_code == 404
        foreign = {"Origin": "https://evil.example"}
        assert (await client.post(link, headers=foreign)).status_code == 403


async def test_a_dispute_says_why_and_custody_stays(app: App, world: World) -> None:
    async with browsing(app, "it") as client:
        link = await link_to_confirm(client)
        empty = await client.post(link, data={"say": "dispute"})
        assert empty.status_code == 422
        sent = {"say": "dispute", "remark": "The lid is broken."}
        assert (await client.post(link, data=sent)).status_code == 200
        given = await client.get("/handover-document/1")
        assert given.content.startswith(b"%PDF-")
        _, (said, well) = await do(client, "check-in", assets="IT-00001")
        assert (said, well) == ("1 taken back.", True)


def test_a_secret_link_does_not_stand_in_a_log() -> None:
    assert told_path("/accept/abc.def") == "/accept/..."
    assert told_path("/mine/1.2.abc") == "/mine/..."
    assert told_path("/assets/1") == "/assets/1"


async def test_a_log_out_ends_the_session_on_the_server(app: App, world: World) -> None:
    async with browsing(app, "it") as client:
        stolen = client.cookies[COOKIE]
        assert (await client.get("/export/assets")).status_code == 200
        assert (await client.post("/logout")).status_code == 303
    async with browsing(app) as client:
        client.cookies.set(COOKIE, stolen)
        assert (await client.get("/export/assets")).status_code == 401
    async with browsing(app, "it") as client:
        assert (await client.get("/export/assets")).status_code == 200


async def test_a_label_opens_its_asset(app: App, world: World) -> None:
    async with browsing(app, "it") as client:
        for text in ("IT-00001", "pf3abcde"):
            answer = await client.get(f"/a/{text}")
            assert answer.headers["location"] == f"/assets/{world.laptop}"
        assert (await client.get("/a/nothing%3Cb%3E")).status_code == 404
        sheet = {"tags": "IT-00001\nIT-00002", "medium": "24mm"}
        labels = await client.post("/print-labels", data=sheet)
        assert labels.content.startswith(b"%PDF-")


async def test_people_say_whether_their_things_are_with_them(
    app: App, world: World
) -> None:
    with app.work("test") as work:
        items = [
            ExpectedItem(world.laptop, None, world.sari),
            ExpectedItem(world.monitor, None),
        ]
        take = open_stock_take(work, "Spring", items)
        work.commit()
    token = person_token(app.seal.derived("stock-take"), take, world.sari)
    async with browsing(app) as client:
        page = await client.get(f"/mine/{token}")
        assert "IT-00001" in page.text
        assert "IT-00002" not in page.text
        sent = {"not_mine": "IT-00001", "note": "at home"}
        assert (await client.post(f"/mine/{token}", data=sent)).status_code == 200
        strange = await client.post(f"/mine/{token}", data={"have": "IT-00002"})
        assert strange.status_code == 422
        forged = token.replace(f"{take}.{world.sari}.", f"{take}.{world.budi}.")
        assert (await client.get(f"/mine/{forged}")).status_code == 404
    async with browsing(app, "it") as client:
        _, (said, well) = await do(client, "mine", take=str(take), have="IT-00001")
        assert (said, well) == ("Thank you: 1 confirmed.", True)
        scan = {"take": str(take), "texts": "http://x.example/a/IT-00002"}
        answer = await client.post("/scan", data=scan)
        assert answer.json() == {"said": "IT-00002", "well": True}
        answer = await client.post("/scan", data=scan | {"texts": "ZZ"})
        assert answer.json() == {"said": "ZZ (unknown)", "well": False}
        await do(client, "cancel-stock-take", take=str(take))
        answer = await client.post("/scan", data=scan)
        assert answer.json()["well"] is False
    with app.engine.connect() as reading:
        row = find(reading, StockTake, id=take)
        assert row is not None
        assert row["state"] == "cancelled"


async def test_a_table_is_uploaded_tried_and_imported(app: App, world: World) -> None:
    async with browsing(app, "it") as client:
        table = {"file": ("a.csv", b"tag,kind\nX-1,laptop\n", "text/csv")}
        sent = {"profile": "purser"}
        answer = await client.post("/import/file", files=table, data=sent)
        name = answer.headers["location"].partition("file=")[2].partition("&")[0]
        run = {"kept": name, "profile": "purser", "atomic": "true"}
        answer = await client.post("/import/run", data=run)
        note = answer.headers["location"].partition("said=")[2]
        assert acts._notes[note] == ("Imported: 1 create.", True)
        gone = await client.post("/import/run", data=run | {"kept": "../../etc"})
        assert gone.status_code == 303
        note = gone.headers["location"].partition("said=")[2]
        assert acts._notes[note][1] is False


async def test_files_come_back_as_downloads_that_cannot_run(
    app: App, world: World
) -> None:
    async with browsing(app, "it") as client:
        html = {"file": ("x.html", b"<script>alert(1)</script>", "text/html")}
        await client.post(f"/assets/{world.laptop}/keep", files=html)
        answer = await client.get("/kept/1")
        assert answer.headers["content-type"].startswith("text/plain")
        assert answer.headers["content-disposition"].startswith("attachment")
        assert "sandbox" in answer.headers["content-security-policy"]
        path, _ = await do(client, "note", tag="IT-00001", text="dented")
        assert path == "/stock"


async def test_many_are_changed_after_a_preview(app: App, world: World) -> None:
    async with browsing(app, "it") as client:
        sent = {"tags": "IT-00001\nIT-00002", "set_location": "R1"}
        ways = {"true": "2 of 2 would change.", "false": "2 of 2 changed."}
        for preview, word in ways.items():
            more = {"preview": preview}
            answer = await client.post("/change-many/run", data=sent | more)
            note = answer.headers["location"].partition("said=")[2]
            said, well = acts._notes[note]
            assert said.startswith(word)
            assert well
