"""Worklists, neighbours, places and the map over HTTP."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from typing import Any

import httpx
import networkx as nx
import pytest
from sqlalchemy import insert, select, update

from api.compose.wiring import App
from api.resources.listing import page_model
from api.resources.network.neighbours import NEIGHBOURS, NeighbourRow
from api.resources.network.sightings import SIGHTINGS, SightingRow
from api.resources.network.worklist import WORKLIST, Owned, WorkRow
from api.resources.resource import Resource
from api.routes.network_map import NetworkMap
from inventory.storage.all_tables import load_tables
from inventory.storage.audit import verify
from inventory.storage.engine import writing
from tests.api.conftest import calling
from tests.api.test_devices import SEEN, sample_devices
from tests.api.test_frame import assert_problem
from tests.prepared import prepared

API = "/api/v1"


def switches(app: App) -> None:
    """Sample devices; a switch heard another one outside, and is linked."""
    sample_devices(app)
    tables = load_tables().tables
    with writing(app.engine) as connection:
        base = {"device_id": 1, "protocol": "lldp", "capabilities": ["bridge"]}
        rows = [
            {"id": 1, "port": "Gi1/0/1", "key": "a", "sys_name": "far", "med": None},
            {"id": 2, "port": "Gi1/0/2", "key": "b", "sys_name": "tel", "med": None},
        ]
        rows[0]["reason"], rows[1]["reason"] = "outside", None
        connection.execute(
            insert(tables["neighbour"]),
            [row | base | {"addresses": []} for row in rows],
        )
        link = {"site": "hq", "a_device_id": 1, "a_interface_id": 1, "b_device_id": 2}
        connection.execute(
            insert(tables["link"]).values(
                link | {"evidence": ["lldp a"], "first_seen": SEEN, "last_seen": SEEN}
            )
        )


database_url = prepared(switches)


@pytest.fixture
async def it(app: App) -> AsyncIterator[httpx.AsyncClient]:
    """A client with the role it."""
    async with calling(app, "it") as client:
        yield client


async def listed(
    it: httpx.AsyncClient, resource: Resource[Any], **params: str | int
) -> list[Any]:
    answer = await it.get(f"{API}/{resource.name}", params=params)
    assert answer.status_code == 200, answer.text
    page = page_model(resource).model_validate_json(answer.text, strict=True)
    found: list[Any] = getattr(page, "items")  # noqa: B009 - made at run time
    return found


async def rows(it: httpx.AsyncClient, **params: str) -> list[WorkRow]:
    return await listed(it, WORKLIST, **params)


async def post(it: httpx.AsyncClient, path: str, **body: Any) -> httpx.Response:  # noqa: ANN401
    return await it.post(f"{API}{path}", json=body)


async def test_the_worklist_says_what_it_is_about(it: httpx.AsyncClient) -> None:
    found = {row.state: row for row in await rows(it)}
    assert found.keys() == {"missing", "unregistered"}
    assert (found["missing"].tag, found["missing"].asset_kind) == ("T-002", "laptop")
    assert found["unregistered"].device_name == "pc-003"
    assert [row.state for row in await rows(it, state="matched")] == ["matched"]
    assert await rows(it, reason="in-stock") == []


async def test_an_unregistered_device_is_adopted_in_one_call(
    it: httpx.AsyncClient, app: App
) -> None:
    (row,) = await rows(it, state="unregistered")
    answer = await post(it, f"/worklist/{row.id}:adopt", tag="IT-77")
    owned = Owned.model_validate_json(answer.text, strict=True)
    assert owned.device_id == row.device_id
    asset = (await it.get(f"{API}/assets/{owned.asset_id}")).json()
    assert (asset["tag"], asset["serial"], asset["kind"]) == (
        "IT-77",
        "D0003",
        "computer",
    )
    assert await rows(it, state="unregistered") == []
    assert_problem(await post(it, f"/worklist/{row.id}:adopt"), 404, "not-found")
    assert verify(app.engine) == []


async def test_an_adoption_with_its_cost_is_taken_back_and_made_again(
    it: httpx.AsyncClient, app: App
) -> None:
    (row,) = await rows(it, state="unregistered")
    bought = {"tag": "IT-77", "cost": "1249.00", "currency": "EUR"}
    answer = await post(it, f"/worklist/{row.id}:adopt", **bought)
    assert answer.status_code == 200, answer.text
    first = answer.json()
    asset = (await it.get(f"{API}/assets/{first['asset_id']}")).json()
    assert (asset["cost_minor"], asset["currency"]) == (124900, "EUR")
    (matched,) = [r for r in await rows(it, state="matched") if r.tag == "IT-77"]
    path = f"/worklist/{matched.id}:take-back"
    assert_problem(await post(it, path), 422, "invalid")
    answer = await post(it, path, note="it is a visitor's")
    assert answer.json() == first
    asset = (await it.get(f"{API}/assets/{first['asset_id']}")).json()
    assert (asset["state"], asset["serial"]) == ("disposed", None)
    (again,) = await rows(it, state="unregistered")
    assert again.detail == "its adoption was taken back: it is a visitor's"
    second = (await post(it, f"/worklist/{again.id}:adopt", tag="IT-78")).json()
    assert second["device_id"] == first["device_id"]
    assert verify(app.engine) == []


async def test_an_adoption_says_class_and_holder_and_can_still_be_taken_back(
    it: httpx.AsyncClient,
) -> None:
    (row,) = await rows(it, state="unregistered")
    given = {"tag": "IT-79", "holder": "p-1", "cost": "900", "currency": "EUR"}
    wrong = await post(it, f"/worklist/{row.id}:adopt", **given, asset_class="boat")
    assert_problem(wrong, 422, "invalid")
    answer = await post(
        it, f"/worklist/{row.id}:adopt", **given, asset_class="computer"
    )
    assert answer.status_code == 200, answer.text
    asset = (await it.get(f"{API}/assets/IT-79")).json()
    assert asset["asset_class"] == "computer"
    assert asset["holder_on_day"]["holder"] == "Ada Berg"
    (matched,) = [r for r in await rows(it, state="matched") if r.tag == "IT-79"]
    undone = await post(it, f"/worklist/{matched.id}:take-back", note="not ours")
    assert undone.status_code == 200, undone.text
    assert len(await rows(it, state="unregistered")) == 1


async def test_a_dry_run_tells_which_device_a_serial_almost_is(
    it: httpx.AsyncClient, app: App
) -> None:
    device = load_tables().tables["device"]
    with writing(app.engine) as connection:
        connection.execute(
            update(device).where(device.c.id == 3).values(serial="FOC1234X0AB")
        )
    table = b"tag,kind,serial\nX-1,laptop,FOC1234XOAB\nX-2,laptop,ZZZ99999999\n"
    sent = {"file": ("a.csv", table, "text/csv")}
    first, second = (await it.post(f"{API}/imports", files=sent)).json()["effects"]
    assert "pc-003 was seen with the serial number FOC1234X0AB" in first["notes"][0]
    assert second["notes"] == []


async def test_an_asset_cannot_be_adopted_again(it: httpx.AsyncClient) -> None:
    (row,) = await rows(it, state="matched")
    assert_problem(await post(it, f"/worklist/{row.id}:adopt"), 409, "not-allowed")


async def test_a_tag_that_is_taken_is_refused(it: httpx.AsyncClient) -> None:
    (row,) = await rows(it, state="unregistered")
    answer = await post(it, f"/worklist/{row.id}:adopt", tag="T-001")
    assert_problem(answer, 409, "conflict")
    assert len(await rows(it, state="unregistered")) == 1


async def test_a_missing_asset_is_linked_to_the_device_it_is(
    it: httpx.AsyncClient,
) -> None:
    (row,) = await rows(it, state="missing")
    assert_problem(await post(it, f"/worklist/{row.id}:link"), 422, "invalid")
    answer = await post(it, f"/worklist/{row.id}:link", device=3, note="label read")
    assert answer.json() == {"device_id": 3, "asset_id": row.asset_id}
    assert await rows(it) == []
    assert len(await rows(it, state="matched")) == 2


async def test_a_row_is_ignored_with_a_reason_and_taken_up_again(
    it: httpx.AsyncClient,
) -> None:
    (row,) = await rows(it, state="missing")
    path = f"/worklist/{row.id}"
    assert_problem(await post(it, f"{path}:ignore", note=" "), 422, "invalid")
    await post(it, f"{path}:ignore", note="lent to the fair")
    assert await rows(it, state="missing") == []
    (kept,) = await rows(it, state="missing", acknowledged="yes")
    assert kept.note == "lent to the fair"
    await post(it, f"{path}:reopen")
    assert len(await rows(it, state="missing")) == 1


async def test_unknown_rows_and_numbers_are_problems(it: httpx.AsyncClient) -> None:
    for path in ("/worklist/999:adopt", "/worklist/999:reopen", "/decisions/9:revoke"):
        assert_problem(await post(it, path), 404, "not-found")
    said = {"note": "x"}
    for path in ("/worklist/999:ignore", "/neighbours/9:acknowledge"):
        assert_problem(await post(it, path, **said), 404, "not-found")
    assert_problem(await post(it, "/conflicts/9:settle", **said), 404, "not-found")
    answer = await post(it, "/worklist/1:link", asset=10**9)
    assert answer.status_code == 404


async def test_neighbours_not_visited_have_a_reason_and_can_be_acknowledged(
    it: httpx.AsyncClient,
) -> None:
    async def left() -> list[NeighbourRow]:
        return await listed(it, NEIGHBOURS)

    (row,) = await left()
    assert (row.sys_name, row.reason, row.device_name) == ("far", "outside", "sw-1")
    await post(it, f"/neighbours/{row.id}:acknowledge", note="of the landlord")
    assert await left() == []
    await post(it, f"/neighbours/{row.id}:reopen")
    assert len(await left()) == 1


@pytest.mark.parametrize("role", ["auditor", "accounting"])
async def test_who_only_reads_changes_nothing(app: App, role: str) -> None:
    async with calling(app, role) as client:
        assert (await client.get(f"{API}/worklist")).status_code == 200
        answer = await post(client, "/worklist/1:adopt")
        assert_problem(answer, 403, "forbidden")
        answer = await post(client, "/devices/3:merge", other=4)
        assert_problem(answer, 403, "forbidden")


async def places(it: httpx.AsyncClient, **params: str | int) -> list[SightingRow]:
    return await listed(it, SIGHTINGS, **params)


@pytest.mark.parametrize(
    ("params", "found"),
    [
        ({"mac": "0000.5e00.5301"}, True),
        ({"mac": "00-00-5E-00-53-01", "at": "2026-03-17"}, True),
        ({"mac": "00:00:5e:00:53:01", "at": "2026-03-16"}, False),
        ({"ip": "192.0.2.3", "at": "2026-03-17T09:30:02Z"}, True),
        ({"ip": "192.0.2.3", "at": "2026-03-17T09:00+00:00"}, False),
        ({"device": 1, "port": "gi1/0/14"}, True),
        ({"device": "sw-1", "port": "Desk 14", "at": "2026-03-18"}, True),
        ({"device": 1, "port": "Desk 14", "at": "2026-03-10"}, False),
        ({"device": 1, "port": "Gi9/9"}, False),
        ({"device": 1}, True),
        ({}, True),
    ],
)
async def test_where_it_was_and_what_was_on_the_port_that_day(
    it: httpx.AsyncClient, params: dict[str, str | int], found: bool
) -> None:
    assert [row.endpoint_name for row in await places(it, **params)] == (
        ["pc-003"] if found else []
    )


@pytest.mark.parametrize(
    ("params", "status"),
    [
        ({"mac": "nonsense"}, 422),
        ({"mac": "00:00:5e:00:53:01", "at": "yesterday"}, 422),
        ({"device": "nowhere", "port": "Gi9/9"}, 404),
        ({"device_id": 1}, 422),
    ],
)
async def test_a_question_that_cannot_be_answered_is_a_problem(
    it: httpx.AsyncClient, params: dict[str, str | int], status: int
) -> None:
    answer = await it.get(f"{API}/sightings", params=params)
    assert_problem(answer, status, "invalid" if status == 422 else "not-found")


async def test_the_map_has_nodes_and_edges_with_ports(it: httpx.AsyncClient) -> None:
    answer = await it.get(f"{API}/map", params={"site": "hq", "endpoints": True})
    drawn = NetworkMap.model_validate_json(answer.text, strict=True)
    names = {node.id: node.name for node in drawn.nodes}
    assert names.keys() == {1, 2, 3, -1, -2}
    assert (names[-1], names[-2]) == ("far", "tel"), "heard, but not visited"
    edges = {(edge.a, edge.b, edge.a_port, edge.kind) for edge in drawn.edges}
    assert edges == {
        (1, 2, "Gi1/0/14", "direct"),
        (1, 3, "Gi1/0/14", "phone"),
        (1, -1, "Gi1/0/1", "unvisited"),
        (1, -2, "Gi1/0/2", "unvisited"),
    }
    nowhere = await it.get(f"{API}/map", params={"site": "elsewhere"})
    assert nowhere.json() == {"nodes": [], "edges": []}


async def test_graphml_is_read_back_by_networkx(it: httpx.AsyncClient) -> None:
    media = "application/graphml+xml"
    answer = await it.get(f"{API}/map", headers={"Accept": f"{media}, */*;q=0.1"})
    assert answer.headers["content-type"].startswith(media)
    graph = nx.read_graphml(io.BytesIO(answer.content))
    assert graph.nodes["d2"]["name"] == "phone-<b>2</b>"
    assert graph.nodes["n1"]["name"] == "far"
    ports = {said["a_port"] for *_, said in graph.edges(data=True)}
    assert ports == {"Gi1/0/14", "Gi1/0/1"}


async def test_dot_names_the_ports_at_their_ends(it: httpx.AsyncClient) -> None:
    answer = await it.get(f"{API}/map", params={"format": "dot"})
    assert answer.headers["content-type"].startswith("text/vnd.graphviz")
    assert '"d1" -- "d2" [taillabel="Gi1/0/14", class="direct"];' in answer.text


async def test_merging_and_taking_back_over_http(
    it: httpx.AsyncClient, app: App
) -> None:
    table = load_tables().tables["identifier"]
    with writing(app.engine) as connection:
        for device in (3, 4):
            connection.execute(
                insert(table).values(
                    device_id=device,
                    kind="serial",
                    value=f"D000{device}",
                    scope="dell",
                    strength=100,
                    first_seen=SEEN,
                )
            )
    answer = await post(it, "/devices/3:merge", other=3)
    assert_problem(answer, 422, "invalid")
    (made, *_) = (await it.get(f"{API}/decisions")).json()["items"] or [None]
    assert made is None, "what was refused is not remembered"
    with app.engine.connect() as connection:
        assert connection.execute(select(table.c.id)).all()
