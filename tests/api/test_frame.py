"""What every answer of the API has: ids, headers, problem details, a description."""

from __future__ import annotations

import json
import shutil
from html.parser import HTMLParser
from pathlib import Path

import httpx
import pytest

from api.app import create_api
from api.compose.wiring import App
from api.http.admission import Limits
from inventory.kernel import errors as register

PROBLEM = "application/problem+json"


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """One kind of database is enough for what is around every answer."""
    shutil.copyfile(sqlite_template, tmp_path / "purser.sqlite")
    return f"sqlite:///{tmp_path / 'purser.sqlite'}"


def assert_problem(answer: httpx.Response, status: int, code: str) -> dict[str, object]:
    assert answer.status_code == status
    assert answer.headers["content-type"] == PROBLEM
    body: dict[str, object] = answer.json()
    assert body["type"] == f"urn:purser:problem:{code}"
    assert body["status"] == status
    assert body["title"]
    assert body["request_id"] == answer.headers["x-request-id"]
    return body


async def test_health_says_which_database(client: httpx.AsyncClient, app: App) -> None:
    answer = await client.get("/health")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "database": app.engine.dialect.name}


async def test_an_unknown_path_is_a_problem(client: httpx.AsyncClient) -> None:
    body = assert_problem(await client.get("/api/v1/nope"), 404, "not-found")
    assert body["instance"] == "/api/v1/nope"


async def test_a_wrong_method_is_a_problem(client: httpx.AsyncClient) -> None:
    answer = await client.delete("/health")
    assert_problem(answer, 405, "method-not-allowed")
    assert answer.headers["allow"] == "GET"


async def test_a_request_id_is_kept_if_it_is_harmless(
    client: httpx.AsyncClient,
) -> None:
    kept = await client.get("/health", headers={"X-Request-ID": "trace-1.2_3"})
    assert kept.headers["x-request-id"] == "trace-1.2_3"
    made = await client.get("/health", headers={"X-Request-ID": "<script>"})
    assert made.headers["x-request-id"] not in {"<script>", "trace-1.2_3"}


async def test_answers_carry_headers_that_protect(client: httpx.AsyncClient) -> None:
    headers = (await client.get("/health")).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"


async def test_a_body_too_large_is_refused_unread(client: httpx.AsyncClient) -> None:
    answer = await client.post(
        "/api/v1/scans", headers={"Content-Length": str(Limits().body + 1)}
    )
    assert_problem(answer, 413, "too-large")


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (register.NotFound("No asset 7.", where="asset"), 404, "not-found"),
        (register.Invalid("Not a number.", where="limit"), 422, "invalid"),
        (register.Conflict(), 409, "conflict"),
        (register.NotAllowed(), 409, "not-allowed"),
        (register.DatabaseLocked(), 503, "database-locked"),
        (register.DatabaseFull(), 507, "database-full"),
        (register.SchemaMismatch(), 503, "schema-mismatch"),
    ],
)
async def test_errors_of_the_register_keep_place_and_remedy(
    error: register.InventoryError, status: int, code: str
) -> None:
    answer = await asked(error)
    body = assert_problem(answer, status, code)
    assert body["detail"] == error.problem
    assert body["remedy"] == error.remedy
    assert body.get("where", "") == error.where


async def test_rows_of_a_file_that_are_wrong_are_listed() -> None:
    row = register.RowProblem("assets", 3, "cost", "Not a number.", "Write 12.50.")
    body = assert_problem(await asked(register.InvalidRows([row])), 422, "invalid-rows")
    told = {"location": "3", "problem": str(row), "field": "cost"}
    told |= {"text": "Not a number.", "advice": "Write 12.50."}
    assert body["errors"] == [told | {"values": {}}]


async def test_an_unforeseen_error_tells_only_the_request_id() -> None:
    answer = await asked(KeyError("S3CRET"))
    assert_problem(answer, 500, "internal")
    assert "S3CRET" not in answer.text
    assert "KeyError" not in answer.text
    assert "Traceback" not in answer.text


async def asked(error: Exception) -> httpx.Response:
    """Ask a path that raises `error`, through the frame of the real API."""
    from fastapi import FastAPI

    from api.http import problems
    from api.http.middleware import RequestContext

    api = FastAPI()
    problems.install(api)

    @api.get("/raise")
    def fail() -> None:
        raise error

    transport = httpx.ASGITransport(RequestContext(api), raise_app_exceptions=False)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://purser.example"
    ) as client:
        return await client.get("/raise")


async def test_every_path_describes_its_answers(client: httpx.AsyncClient) -> None:
    description = (await client.get("/openapi.json")).json()
    text = json.dumps(description)
    assert "HTTPValidationError" not in text
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            place = f"{method} {path}"
            assert operation["tags"], place
            assert operation["summary"], place
            assert operation["description"], place
            if path.startswith("/api/"):
                assert {"401", "403"} <= set(operation["responses"]), place
                assert operation["security"], place
            for status, response in operation["responses"].items():
                if status >= "400":
                    assert set(response["content"]) == {PROBLEM}, place
                described = list(response.get("content", {}).values())
                assert described or status in ("204", "304"), (place, status)
                assert all(one.get("schema") for one in described), (place, status)
    ids = [
        one["operationId"] for o in description["paths"].values() for one in o.values()
    ]
    assert len(set(ids)) == len(ids) > 500


class Links(HTMLParser):
    """Collects what a page would fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        fetched = {"src"} if tag != "link" else {"href"}
        self.found += [value or "" for name, value in attrs if name in fetched]


async def test_the_description_for_readers_needs_no_other_server(
    client: httpx.AsyncClient,
) -> None:
    page = await client.get("/docs")
    assert page.headers["content-type"].startswith("text/html")
    assert "/health" in page.text
    links = Links()
    links.feed(page.text)
    assert links.found == []
    assert "@import" not in page.text


async def test_two_apps_do_not_share_state(app: App) -> None:
    first, second = create_api(app), create_api(app)
    assert first is not second
