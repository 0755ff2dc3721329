"""Handovers, stock, imports, exports and labels over HTTP, on both databases."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from api.compose.wiring import App
from tests.api.conftest import calling
from tests.api.test_frame import assert_problem
from tests.inventory.world import World, build

API = "/api/v1"


@pytest.fixture
def world(app: App) -> World:
    """A small company."""
    return build(app.engine, app.clock)


@pytest.fixture
async def it(app: App, world: World) -> AsyncIterator[httpx.AsyncClient]:
    """A client of IT on the small company."""
    async with calling(app, "it") as client:
        yield client


async def done(client: httpx.AsyncClient, path: str, **body: object) -> object:
    answer = await client.post(f"{API}/{path}", json=body)
    assert answer.status_code in (200, 201), answer.text
    return answer.json()


async def test_many_things_are_handed_over_and_confirmed_in_one_act(
    it: httpx.AsyncClient, world: World
) -> None:
    made = await done(
        it,
        "assets:check-out",
        assets=["IT-00001", "cn-0abc"],
        holder="sari@example.com",
        on="2026-03-02",
        confirm=True,
    )
    assert isinstance(made, dict)
    assert made["changed"] == 2
    assert made["link"].startswith("http://purser.example/accept/")
    listed = (
        await it.get(f"{API}/acceptances", params={"handover_id": made["handover_id"]})
    ).json()
    (row,) = listed["items"]
    assert (row["state"], row["person"]) == ("pending", "Sari Wijaya")
    assert [item["tag"] for item in row["items"]] == ["IT-00001", "IT-00002"]
    given = await it.get(f"{API}/acceptances/{row['id']}/pdf")
    assert given.content.startswith(b"%PDF-")
    assert await done(it, "assets:check-in", assets=["IT-00001"]) == {"changed": 1}
    asset = (await it.get(f"{API}/assets/{world.laptop}")).json()
    assert (asset["state"], asset["holder_on_day"]) == ("in_stock", None)


async def test_a_handover_that_cannot_be_is_refused_whole_with_every_reason(
    it: httpx.AsyncClient, world: World
) -> None:
    await done(it, "assets/IT-00001:retire", reason="old")
    body = {"assets": ["IT-00001", "IT-00002"], "holder": "p-1"}
    refused = await it.post(f"{API}/assets:check-out", json=body)
    assert_problem(refused, 422, "invalid-rows")
    assert "IT-00001" in refused.text
    assert "retired" in refused.text
    other = (await it.get(f"{API}/assets/{world.monitor}")).json()
    assert other["custody"] == []
    refused = await it.post(f"{API}/assets:check-out", json=body | {"holder": "nobody"})
    assert_problem(refused, 404, "not-found")


async def test_steps_say_what_is_possible_now_and_who_may(
    app: App, it: httpx.AsyncClient, world: World
) -> None:
    asset = (await it.get(f"{API}/assets/{world.laptop}")).json()
    steps = {one["name"]: one for one in asset["steps"]}
    assert steps["reserve"]["allowed"]
    assert not steps["recall"]["allowed"]
    assert steps["recall"]["reasons"] == ["it is in_stock, the step begins at in_use"]
    refused = await it.post(f"{API}/assets/IT-00001:recall", json={})
    assert_problem(refused, 409, "not-allowed")
    assert "reserve" in refused.json()["remedy"]
    async with calling(app, "accounting") as client:
        answer = await client.post(f"{API}/assets/IT-00001:reserve", json={})
        assert_problem(answer, 403, "forbidden")
        await done(it, "assets/IT-00001:retire", reason="old")
        await done(client, "assets/IT-00001:dispose", reason="sold")


async def test_cost_centres_share_an_asset_or_follow_its_holder(
    it: httpx.AsyncClient, world: World
) -> None:
    body = {"shares": ["4100=60", "4200=30"]}
    refused = await it.post(f"{API}/assets/IT-00001:allocate", json=body)
    assert_problem(refused, 422, "invalid")
    assert "90 %" in refused.text
    await done(it, "assets/IT-00001:allocate", shares=["4100=60", "4200=40"])
    asset = (await it.get(f"{API}/assets/{world.laptop}")).json()
    assert [s["ppm"] for s in asset["bearing"]["shares"]] == [600_000, 400_000]
    await done(it, "assets/IT-00001:follow-holder")
    asset = (await it.get(f"{API}/assets/{world.laptop}")).json()
    assert asset["bearing"]["shares"] == []


async def test_orders_come_in_as_assets_and_are_reserved_once(
    it: httpx.AsyncClient, world: World
) -> None:
    lines = ["2; laptop; Lenovo; T14; 1200.00"]
    made = await done(
        it, "orders", number="PO-1", supplier="Bechtle", currency="EUR", lines=lines
    )
    assert isinstance(made, dict)
    await done(it, "orders/PO-1:receive", serials=["A1", "A2"], location="R1")
    order = (await it.get(f"{API}/orders/{made['id']}")).json()
    assert order["close_reason"] == "received"
    assert [one["serial"] for one in order["assets"]] == ["A1", "A2"]
    body = {"location": "R1", "kind": "laptop", "minimum": 3}
    await done(it, "stock-minima:set", **body)
    (minimum,) = (await it.get(f"{API}/stock-minima")).json()["items"]
    assert (minimum["in_stock"], minimum["lacking"]) == (2, 1)
    want = {"kind": "laptop", "model": "T14"}
    got = {
        (await it.post(f"{API}/reservations", json=want | {"request": name})).json()[
            "tag"
        ]
        for name in ("case:1", "case:2")
    }
    assert len(got) == 2
    third = await it.post(f"{API}/reservations", json=want | {"request": "case:3"})
    assert_problem(third, 409, "not-allowed")
    await done(it, "reservations/case:1:release")
    open_ = {"open": "true"}
    listed = (await it.get(f"{API}/reservations", params=open_)).json()["items"]
    assert [one["request"] for one in listed] == ["case:2"]


async def test_a_table_is_tried_then_imported_then_exported_unchanged(
    it: httpx.AsyncClient, world: World
) -> None:
    table = "tag,kind,model,person\nX-1,laptop,=1+1,p-1\nX-2,spaceship,M,\n"
    sent = {"file": ("a.csv", table.encode(), "text/csv")}
    tried = (await it.post(f"{API}/imports", files=sent)).json()
    assert tried["counts"] == {"create": 1, "error": 1}
    assert tried["written"] is False
    assert tried["effects"][1]["problems"][0]["field"] == "kind"
    atomic = await it.post(f"{API}/imports", files=sent, data={"dry_run": "false"})
    assert atomic.json()["written"] is False
    by_row = await it.post(
        f"{API}/imports", files=sent, data={"dry_run": "false", "atomic": "false"}
    )
    assert by_row.json()["written"] is True
    csv = await it.get(f"{API}/asset-sheet", params={"format": "csv"})
    assert "'=1+1" in csv.text
    again = {"file": ("b.csv", csv.content, "text/csv")}
    same = (await it.post(f"{API}/imports", files=again)).json()
    assert same["counts"] == {"same": 3}
    book = await it.get(f"{API}/asset-sheet", params={"format": "xlsx"})
    again = {"file": ("b.xlsx", book.content, "application/octet-stream")}
    same = (await it.post(f"{API}/imports", files=again)).json()
    assert same["counts"] == {"same": 3}
    some = {"person": "p-1", "format": "csv", "fields": "tag,person"}
    held = await it.get(f"{API}/asset-sheet", params=some)
    assert held.text.removeprefix("\ufeff").splitlines() == ["tag,person", "X-1,p-1"]


async def test_a_heading_is_mapped_for_one_file(
    it: httpx.AsyncClient, world: World
) -> None:
    sent = {"file": ("a.csv", b"Inventar;Art\nY-1;laptop\n", "text/csv")}
    assert_problem(await it.post(f"{API}/imports", files=sent), 422, "invalid")
    mapping = {"columns": '{"Inventar": "tag", "Art": "kind"}'}
    tried = (await it.post(f"{API}/imports", files=sent, data=mapping)).json()
    assert tried["counts"] == {"create": 1}
    saved = {
        "name": "ours",
        "document": {"columns": {"Inventar": "tag", "Art": "kind"}},
    }
    made = await it.post(f"{API}/import-profiles", json=saved)
    assert made.status_code == 201, made.text
    assert made.headers["location"] == "/api/v1/import-profiles/ours"
    told = {"title": "ours", "saved": True, "about": "assets"}
    assert made.json() == saved | told
    tried = (
        await it.post(f"{API}/imports", files=sent, data={"profile": "ours"})
    ).json()
    assert tried["counts"] == {"create": 1}


async def test_labels_are_printed_for_tags_and_serials(
    it: httpx.AsyncClient, world: World
) -> None:
    body = {"tags": ["IT-00001", "CN-0ABC"], "medium": "5160", "skip": 29}
    made = await it.post(f"{API}/labels", json=body)
    assert made.headers["content-type"] == "application/pdf"
    assert made.content.count(b"/Type /Page\n") == 2
    wrong = await it.post(f"{API}/labels", json=body | {"medium": "A5"})
    assert_problem(wrong, 422, "invalid")
    assert "L7160" in wrong.text
    unknown = await it.post(f"{API}/labels", json={"tags": ["IT-00001", "nothing"]})
    assert_problem(unknown, 422, "invalid-rows")


async def test_units_are_added_corrected_and_hold_things(
    it: httpx.AsyncClient, world: World
) -> None:
    await done(it, "teams", code="LAB", name="Lab team", cost_centre="4200")
    corrected = await it.patch(f"{API}/teams/LAB", json={"name": "Laboratory"})
    assert corrected.status_code == 200
    (row,) = (await it.get(f"{API}/teams")).json()["items"]
    assert (row["name"], row["cost_centre"]) == ("Laboratory", "4200")
    await done(
        it, "assets:check-out", assets=["IT-00001"], holder_kind="team", holder="LAB"
    )
    asset = (await it.get(f"{API}/assets/{world.laptop}")).json()
    assert asset["holder_on_day"]["holder"] == "Laboratory"
    assert [one["code"] for one in asset["bearing"]["shares"]] == ["4200"]
    loop = await it.patch(f"{API}/places/office", json={"parent": "R1"})
    assert_problem(loop, 409, "conflict")
    listed = (await it.get(f"{API}/places")).json()["items"]
    assert {one["code"]: one["parent"] for one in listed} == {
        "R1": "office",
        "office": None,
    }


async def test_the_past_is_asked_over_http(it: httpx.AsyncClient, world: World) -> None:
    await done(
        it, "assets:check-out", assets=["IT-00001"], holder="p-1", on="2026-02-01"
    )
    await done(it, "assets:check-in", assets=["IT-00001"], on="2026-03-01")
    week = {"from": "2026-02-25", "to": "2026-03-05"}
    held = (await it.get(f"{API}/people/p-1/held", params=week)).json()
    (row,) = held["items"]
    assert (row["from"], row["to"]) == ("2026-02-25", "2026-03-01")
    one = await it.get(f"{API}/assets/IT-00001/history", params={"day": "2026-02-28"})
    told = one.json()
    assert [part["state"] for part in told["states"]] == ["in_use"]
    assert told["bearing"][0]["shares"][0]["code"] == "4100"
    centre = await it.get(f"{API}/cost-centres/4100/charged", params=week)
    assert [row["tag"] for row in centre.json()["items"]] == ["IT-00001"]
    both = week | {"day": "2026-02-28"}
    refused = await it.get(f"{API}/people/p-1/held", params=both)
    assert_problem(refused, 422, "invalid")
    lines = (await it.get(f"{API}/assets/{world.laptop}/timeline")).json()["items"]
    assert {line["kind"] for line in lines} >= {"custody", "state"}
