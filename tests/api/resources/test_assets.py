"""Assets through their declaration: made, changed, many at once, told apart."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from api.app import create_api
from api.compose.wiring import App
from api.resources.references import ASSET
from inventory.storage.audit import verify
from inventory.storage.rows import table_of
from inventory.storage.tables import AuditEntry
from tests.api.conftest import make_token
from tests.api.resources.client import Client
from tests.inventory.world import World, build

API = "http://purser.example/api/v1/"


@pytest.fixture
def world(app: App) -> World:
    """A small company."""
    return build(app.engine, app.clock)


@pytest.fixture
def it(app: App, world: World) -> Iterator[Client]:
    """A client of IT."""
    token = make_token(app, "it")
    client = Client(create_api(app), API, {"Authorization": f"Bearer {token}"})
    yield client
    client.close()


def counted(app: App) -> int:
    with app.engine.connect() as connection:
        query = select(func.count()).select_from(ASSET.table)
        return int(connection.execute(query).scalar_one())


def problem(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    body: dict[str, Any] = answer.json()
    assert body["type"] == f"urn:purser:problem:{code}"
    return body


def test_a_new_asset_is_answered_whole_and_changed_by_what_was_seen(
    app: App, it: Client
) -> None:
    body = {
        "kind": "laptop",
        "tag": "IT-7",
        "location": "R1",
        "legal_entity": "100",
        "cost": "1249.00",
        "currency": "EUR",
        "fields": {"colour": "grey"},
    }
    made = it.post("assets", json=body)
    assert made.status_code == 201, made.text
    asset = made.json()
    assert made.headers["location"] == f"/api/v1/assets/{asset['id']}"
    shown = it.get("assets/IT-7")
    assert (shown.json(), shown.headers["etag"]) == (asset, made.headers["etag"])
    assert (asset["location"], asset["cost_minor"]) == ("R1", 124900)

    seen = {"If-Match": made.headers["etag"]}
    body = {"serial": "PF9", "cost": "1300.00", "fields": {"colour": None, "size": 14}}
    changed = it.patch("assets/IT-7", json=body, headers=seen)
    assert changed.status_code == 200, changed.text
    after = changed.json()
    assert (after["serial"], after["cost_minor"]) == ("PF9", 130000)
    assert after["fields"] == {"size": 14}
    assert after["kind"] == "laptop", "what is left out stays"
    problem(it.patch("assets/IT-7", json={"name": "x"}, headers=seen), 412, "stale")
    emptied = it.patch("assets/IT-7", json={"serial": None, "location": None}).json()
    assert (emptied["serial"], emptied["location"]) == (None, None)
    assert verify(app.engine) == []


def test_what_is_taken_or_not_there_is_told_with_its_values(it: Client) -> None:
    taken = it.post("assets", json={"kind": "laptop", "tag": "IT-00001", "name": "n"})
    body = problem(taken, 409, "conflict")
    assert body["where"] == "tag"
    nowhere = it.post("assets", json={"kind": "laptop", "location": "R9"})
    body = problem(nowhere, 404, "not-found")
    assert body["where"] == "location"
    assert body["text"] == "There is no {noun} {given}."
    assert body["values"] == {"noun": "place", "given": "R9"}
    assert body["detail"] == "There is no place R9."
    problem(it.post("assets", json={"kind": "laptop", "colour": "red"}), 422, "invalid")
    problem(it.patch("assets/IT-00001", json={"tag": None}), 422, "invalid")


def test_a_repeated_request_has_one_effect(app: App, it: Client) -> None:
    before = counted(app)
    key = {"Idempotency-Key": '"one"'}
    first = it.post("assets", json={"kind": "phone"}, headers=key)
    again = it.post("assets", json={"kind": "phone"}, headers=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert again.headers["idempotency-replayed"] == "true"
    assert counted(app) == before + 1
    other = it.post("assets", json={"kind": "laptop"}, headers=key)
    problem(other, 422, "idempotency-key-reused")


def test_a_preview_says_what_would_be_and_writes_nothing(app: App, it: Client) -> None:
    before = counted(app)
    tried = it.post("assets", params={"preview": "true"}, json={"kind": "phone"})
    assert (tried.status_code, tried.headers["preview"]) == (200, "true")
    assert tried.json()["kind"] == "phone"
    assert counted(app) == before
    body = {"reason": "old"}
    tried = it.post("assets/IT-00001:retire", params={"preview": "true"}, json=body)
    assert tried.json()["state"] == "retired"
    assert it.get("assets/IT-00001").json()["state"] == "in_stock"


def test_many_are_changed_all_or_each_that_can(it: Client) -> None:
    rows = [
        {"ref": "IT-00001", "name": "first"},
        {"ref": "IT-9", "name": "nobody"},
        {"ref": "IT-00002", "kind": "spaceship"},
    ]
    refused = problem(it.post("assets:update", json=rows), 422, "invalid-rows")
    assert [one["location"] for one in refused["errors"]] == ["2", "3"]
    assert it.get("assets/IT-00001").json()["name"] == ""
    some = it.post("assets:update", params={"atomic": "false"}, json=rows)
    assert some.status_code == 200, some.text
    told = some.json()
    assert (told["done"], told["failed"]) == (1, 2)
    assert [row["problem"] is None for row in told["results"]] == [True, False, False]
    assert it.get("assets/IT-00001").json()["name"] == "first"
    made = it.post("assets:create", json=[{"kind": "phone"}, {"kind": "phone"}]).json()
    ids = [row["id"] for row in made["results"]]
    assert len(set(ids)) == 2
    assert all(it.get(f"assets/{number}").status_code == 200 for number in ids)


def test_a_row_that_fails_leaves_no_trace_in_the_audit_trail(
    app: App, it: Client
) -> None:
    rows = [
        {"kind": "phone", "tag": "A-1"},
        {"kind": "phone", "tag": "A-1", "name": "x"},
    ]
    some = it.post("assets:create", params={"atomic": "false"}, json=rows)
    assert some.json()["failed"] == 1
    entry = table_of(AuditEntry)
    made = (entry.c.entity == "asset") & (entry.c.action == "create")
    query = select(func.count()).where(made & entry.c.after.contains("A-1"))
    with app.engine.connect() as connection:
        assert connection.execute(query).scalar() == 1


def test_a_number_that_names_two_things_is_refused(it: Client, world: World) -> None:
    made = it.post("assets", json={"kind": "phone", "tag": str(world.laptop)})
    assert made.status_code == 201, made.text
    body = problem(it.get(f"assets/{world.laptop}"), 422, "ambiguous")
    assert f"id:{world.laptop} (IT-00001)" in body["values"]["candidates"]
    assert it.get(f"assets/id:{world.laptop}").json()["tag"] == "IT-00001"
    assert it.get(f"assets/tag:{world.laptop}").json()["id"] == made.json()["id"]


def test_names_are_taken_in_filters_and_in_any_case(it: Client, world: World) -> None:
    body = {"assets": ["pf3abcde"], "holder": "p-1", "on": "2026-03-01"}
    assert it.post("assets:check-out", json=body).status_code == 200

    def tags(**params: str) -> list[str]:
        answer = it.get("assets", params=params)
        assert answer.status_code == 200, answer.text
        return [row["tag"] for row in answer.json()["items"]]

    for name in ("SARI@example.com", "p-1", "Sari Wijaya", f"id:{world.sari}"):
        assert tags(person=name) == ["IT-00001"], name
    assert tags(person="p-2") == []
    assert tags(held="false") == ["IT-00002"]
    assert tags(manufacturer__in="lenovo,Dell") == ["IT-00001", "IT-00002"]
    assert tags(cost_centre="4100") == ["IT-00001"]
    assert tags(location__isnull="true") == ["IT-00001", "IT-00002"]
    assert it.get("assets/it-00001").json()["id"] == world.laptop
    body = problem(it.get("assets", params={"person": "nobody"}), 404, "not-found")
    assert body["where"] == "person"


def test_the_search_over_everything_names_what_it_finds(app: App, it: Client) -> None:
    found = it.get("search", params={"q": "lenovo"}).json()["items"]
    assert [(one["resource"], one["called"]) for one in found] == [
        ("assets", "IT-00001")
    ]
    problem(it.get("search", params={"q": ""}), 422, "invalid")
