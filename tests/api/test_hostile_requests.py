"""Bodies and parameters that are made to break a server: each a clear refusal."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from api.app import create_api
from api.compose.wiring import App
from tests.api.conftest import bearer, make_token

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
DEEP = "[" * 200_000
HUGE = "9" * 5_000
LARGE = "99999999999999999999999"

EVENT = {
    "source": "hr",
    "type": "hire",
    "subject": "7",
    "data": {"effective_on": "2026-04-01", "given_name": "Ana", "family_name": "B"},
}

BAD_TEXTS = ["a\x00b", "a\x1bb", "\ud800", "safe\u202egpj.exe", "a\u2066b"]


@pytest.fixture
async def everybody(app: App) -> AsyncIterator[httpx.AsyncClient]:
    """A client with every role, that of identity providers included."""
    token = make_token(app, "it", "hr", "accounting", "scim")
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(create_api(app)),
        base_url="http://purser.example",
        headers=bearer(token) | {"Content-Type": "application/json"},
    ) as client:
        yield client


def refused(answer: httpx.Response, *statuses: int) -> dict[str, Any]:
    told: dict[str, Any] = answer.json()
    assert answer.status_code in (statuses or (400, 413, 422)), (answer, told)
    assert "detail" in told or "title" in told
    return told


@pytest.mark.parametrize("body", [DEEP, '{"a":' * 50_000, HUGE, "NaN", "", "\ufeff{"])
@pytest.mark.parametrize(
    "path", ["/api/v1/suppliers", "/api/v1/hr/events", "/scim/v2/Users"]
)
async def test_json_that_no_reader_survives_is_refused(
    everybody: httpx.AsyncClient, path: str, body: str
) -> None:
    refused(await everybody.post(path, content=body))


@pytest.mark.parametrize("bad", BAD_TEXTS)
async def test_no_door_takes_hidden_characters(
    everybody: httpx.AsyncClient, bad: str
) -> None:
    def sent(path: str, body: object) -> Any:  # noqa: ANN401
        return everybody.post(path, content=json.dumps(body))

    refused(await sent("/api/v1/suppliers", {"name": bad}))
    for part in ("source", "subject", "id"):
        refused(await sent("/api/v1/hr/events", EVENT | {part: bad}))
    for part in ("given_name", "department", "reason"):
        event = EVENT | {"data": EVENT["data"] | {part: bad}}  # type: ignore[operator]
        refused(await sent("/api/v1/hr/events", event))
    for more in ({"userName": bad}, {"name": {"familyName": bad}}, {"title": bad}):
        user = {"schemas": [USER], "userName": "ana"} | more
        refused(await sent("/scim/v2/Users", user))
    listed = await everybody.get("/api/v1/people")
    assert listed.json()["items"] == []


@pytest.mark.parametrize(
    "path",
    [
        f"/api/v1/addresses?if_index={LARGE}",
        f"/api/v1/addresses?if_index__in=1,{LARGE}",
        f"/api/v1/addresses?if_index__gte=-{LARGE}",
        f"/api/v1/assets?cost_minor__gte={LARGE}",
        "/api/v1/search?q=%1F",
        "/api/v1/assets?search=%00",
        "/api/v1/assets?tag=%E2%80%AE",
        "/api/v1/audit-trail?at__gte=9999-12-31T23:59:59-23:59",
    ],
)
async def test_what_no_column_holds_is_not_looked_for(
    everybody: httpx.AsyncClient, path: str
) -> None:
    refused(await everybody.get(path), 422)


@pytest.mark.parametrize("ref", [LARGE, "%00", "a" * 3_000, "%ED%A0%80", "..%2F.."])
async def test_what_cannot_be_there_is_not_found(
    everybody: httpx.AsyncClient, ref: str
) -> None:
    for kind in ("assets", "devices", "people", "books", "users", "jobs"):
        answer = await everybody.get(f"/api/v1/{kind}/{ref}")
        assert answer.status_code in (400, 404, 422), (kind, answer.text)


async def test_a_cursor_of_elsewhere_is_400(everybody: httpx.AsyncClient) -> None:
    forged = base64.urlsafe_b64encode(b'["tag", {"on": 5}, 1]').decode()
    for kind in ("assets", "audit-trail", "deliveries", "schedules", "traps", "kits"):
        for cursor in (forged, "rubbish", "\u00b2", "1" * 40, "%00"):
            answer = await everybody.get(f"/api/v1/{kind}", params={"after": cursor})
            told = refused(answer, 400, 422)
            # What is no text at all was refused before it was read as a cursor.
            assert answer.status_code == 400 or cursor == "%00", (kind, cursor, told)


async def test_headers_that_lie_are_answered(everybody: httpx.AsyncClient) -> None:
    for headers in (
        {"If-Match": "\t" * 10 + '"' * 1000},
        {"X-Request-ID": "a\tb" * 1000},
        {"Idempotency-Key": "x" * 3_000},
        {"Accept-Language": "," * 5_000},
        {"Authorization": "Bearer " + "x" * 50_000},
    ):
        answer = await everybody.post("/api/v1/suppliers", json={}, headers=headers)
        refused(answer, 400, 401, 412, 422)
