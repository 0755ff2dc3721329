"""Webhooks over HTTP and on the command line: made, changed, seen by whom."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from api.compose.wiring import App, compose
from api.resources.house.deliveries import DeliveryRow
from api.resources.house.webhooks import WebhookCreated, WebhookRow
from api.webhooks.assembly import worker_of
from inventory.assets.register.registration import NewAsset
from inventory.assets.register.service import register_asset
from inventory.outbox.queries import list_deliveries
from tests.api.conftest import bearer, calling, make_token

# What is stored is tested on both databases in `test_delivery`.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

NEW: dict[str, Any] = {
    "name": "Device management",
    "url": "https://mdm.example.com/purser",
    "events": ["asset.*"],
}
HOOKS = "/api/v1/webhooks"
DELIVERIES = "/api/v1/deliveries"


async def test_a_webhook_is_made_shown_changed_and_removed(app: App) -> None:
    async with calling(app, "it") as client:
        made = await client.post(HOOKS, json=NEW)
        assert made.status_code == 201
        told = WebhookCreated.model_validate(made.json())
        assert told.signing_key is not None
        assert told.signing_key.startswith("whsec_")
        path = f"{HOOKS}/{told.id}"
        shown = await client.get(path)
        assert WebhookRow.model_validate(shown.json()).events == ["asset.*"]
        assert told.signing_key not in shown.text
        listed = await client.get(HOOKS)
        assert [row["id"] for row in listed.json()["items"]] == [told.id]
        assert told.signing_key not in listed.text
        changed = await client.patch(path, json={"events": ["custody.changed"]})
        assert changed.json()["events"] == ["custody.changed"]
        again = await client.patch(path, json={"events": ["custody.changed"]})
        assert again.headers["ETag"] == changed.headers["ETag"]
        fresh = await client.post(f"{path}:rotate", json={})
        assert fresh.json()["signing_key"] not in (None, told.signing_key)
        assert (await client.delete(path)).status_code == 204
        assert (await client.get(path)).status_code == 404
        assert (await client.post(f"{path}:ping", json={})).status_code == 404


async def test_a_ping_waits_is_listed_and_can_be_replayed(app: App) -> None:
    async with calling(app, "it") as client:
        number = (await client.post(HOOKS, json=NEW)).json()["id"]
        sent = await client.post(f"{HOOKS}/{number}:ping", json={})
        assert sent.status_code == 200
        page = await client.get(f"{DELIVERIES}?webhook={number}")
        (one,) = map(DeliveryRow.model_validate, page.json()["items"])
        assert (one.type, one.state) == ("webhook.ping", "pending")
        assert one.message == sent.json()["message"]
        again = await client.post(f"{DELIVERIES}/{one.id}:replay", json={})
        assert again.json()["message"] == one.message
        none = await client.get(f"{DELIVERIES}?webhook={number}&state=delivered")
        assert none.json()["items"] == []


async def test_deliveries_come_in_pages(app: App) -> None:
    async with calling(app, "it") as client:
        number = (await client.post(HOOKS, json=NEW)).json()["id"]
        for _ in range(5):
            await client.post(f"{HOOKS}/{number}:ping", json={})
        path, seen = f"{DELIVERIES}?webhook={number}", []
        after = ""
        while True:
            page = (await client.get(f"{path}&limit=2{after}")).json()
            seen += [item["id"] for item in page["items"]]
            if page["next"] is None:
                break
            after = f"&after={page['next']}"
        assert seen == sorted(set(seen), reverse=True)
        assert len(seen) == 5
        assert (await client.get(f"{path}&after=x")).status_code == 400


IMPOSSIBLE: tuple[tuple[dict[str, Any], str], ...] = (
    ({"url": "http://127.0.0.1/hook"}, "url"),
    ({"url": "https://[::1]/hook"}, "url"),
    ({"url": "https://localhost/hook"}, "url"),
    ({"url": "https://169.254.169.254/latest/meta-data"}, "url"),
    ({"url": "https://user:secret@mdm.example.com/"}, "url"),
    ({"url": "ftp://mdm.example.com/"}, "url"),
    ({"events": ["aset.*"]}, "events"),
    ({"name": " "}, "name"),
)


async def test_what_cannot_be_is_refused_with_where(app: App) -> None:
    async with calling(app, "it") as client:
        for change, where in IMPOSSIBLE:
            refused = await client.post(HOOKS, json=NEW | change)
            assert refused.status_code == 422, refused.text
            told = refused.json()
            place = told.get("where") or told["errors"][0]["location"]
            assert place.removeprefix("body.") == where
            assert "secret" not in refused.text


async def test_who_may_do_what(app: App, client: httpx.AsyncClient) -> None:
    assert (await client.get(HOOKS)).status_code == 401
    tokens = {
        role: bearer(make_token(app, role, name=role))
        for role in ("it", "hr", "accounting", "auditor", "scim")
    }
    made = await client.post(HOOKS, json=NEW | {"events": ["*"]}, headers=tokens["hr"])
    path = f"{HOOKS}/{made.json()['id']}"
    seen = {
        role: (await client.get(path, headers=headers)).status_code
        for role, headers in tokens.items()
    }
    assert seen == {
        "it": 200,
        "hr": 200,
        "accounting": 404,
        "auditor": 200,
        "scim": 403,
    }
    assert (await client.get(path, headers=tokens["hr"])).json()["roles"] == ["hr"]
    for role in ("auditor", "scim"):
        refused = await client.post(HOOKS, json=NEW, headers=tokens[role])
        assert refused.status_code == 403
    foreign = await client.delete(path, headers=tokens["accounting"])
    assert foreign.status_code == 404


async def test_the_catalogue_lists_what_the_caller_may_be_told(app: App) -> None:
    async with calling(app, "it") as client:
        body = (await client.get("/api/v1/event-types?limit=1000")).json()
        kinds = {kind["type"] for kind in body["items"]}
    assert "asset.registered" in kinds
    assert "case.changed" not in kinds


async def test_a_change_over_the_whole_composition_is_queued(app: App) -> None:
    async with calling(app, "it") as client:
        number = (await client.post(HOOKS, json=NEW)).json()["id"]
    new = NewAsset(tag="A-1", kind="computer", since=app.clock().date())
    with app.work("user:1") as work:
        register_asset(work, new)
        work.commit()
    with app.engine.connect() as connection:
        (row,) = list_deliveries(connection, number).rows
    assert row["type"] == "asset.registered"


async def test_the_worker_of_the_settings_calls_no_private_address(app: App) -> None:
    allowed = app.settings.webhooks.model_copy(
        update={"allowed_networks": ("127.0.0.0/8",)}
    )
    settings = app.settings.model_copy(update={"webhooks": allowed})
    lenient = compose(settings, app.engine, app.clock, app.seal)
    async with calling(lenient, "it") as client:
        wanted = NEW | {"url": "http://127.0.0.1:9/hook"}
        number = (await client.post(HOOKS, json=wanted)).json()["id"]
        await client.post(f"{HOOKS}/{number}:ping", json={})
    await worker_of(app).drain()
    with app.engine.connect() as connection:
        (row,) = list_deliveries(connection, number).rows
    assert row["last_problem"].startswith("127.0.0.1 is not a public address")
