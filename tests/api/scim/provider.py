"""An identity provider in a test: speaks SCIM, and counts what it finds right."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.routing import Mount

from api.compose.wiring import App
from api.scim.application import ScimSite
from tests.api.conftest import bearer, make_token

CORE = "urn:ietf:params:scim:schemas:core:2.0"
USER = f"{CORE}:User"
GROUP = f"{CORE}:Group"
WORK = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"
LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


@asynccontextmanager
async def speaking(app: App, *roles: str) -> AsyncIterator[httpx.AsyncClient]:
    """Yield a client of SCIM alone: building the whole API takes longer than a test."""
    site = Starlette(routes=[Mount("/scim", ScimSite(app))])
    headers = bearer(make_token(app, *roles)) if roles else {}
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(site),
        base_url="http://purser.example",
        headers=headers,
    ) as client:
        yield client


class IdentityProvider:
    """Sends requests; each `check` is one assertion, and they are counted."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client
        self.checks = 0
        self.answer: httpx.Response

    @property
    def body(self) -> Any:  # noqa: ANN401
        """The body of the last answer."""
        return self.answer.json()

    async def send(
        self, method: str, path: str, json: object = None, **headers: str
    ) -> Any:  # noqa: ANN401
        """Send a request; return the body of the answer, if it has one."""
        sent = {"Accept": "application/scim+json"} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        if json is not None:
            sent.setdefault("Content-Type", "application/scim+json; charset=utf-8")
        self.answer = await self._client.request(
            method, f"/scim/v2{path}", json=json, headers=sent
        )
        return self.answer.json() if self.answer.content else None

    async def find(self, kind: str, condition: str, **more: str) -> Any:  # noqa: ANN401
        """Ask by a filter."""
        query = httpx.QueryParams({"filter": condition, **more})
        return await self.send("GET", f"/{kind}?{query}")

    async def patch(self, path: str, *operations: dict[str, Any]) -> Any:  # noqa: ANN401
        """Send a PATCH."""
        body = {"schemas": [PATCH], "Operations": list(operations)}
        return await self.send("PATCH", path, body)

    def check(self, found: object, wanted: object, what: str = "") -> None:
        """Assert that something is as wanted."""
        self.checks += 1
        assert found == wanted, f"{what}: {found!r}, not {wanted!r}; {self.answer.text}"

    def status(self, wanted: int) -> None:
        """Assert the status of the last answer, and the media type of its body."""
        self.check(self.answer.status_code, wanted, "status")
        if self.answer.content:
            kind = self.answer.headers["content-type"].partition(";")[0]
            self.check(kind, "application/scim+json", "media type")

    def refused(self, status: int, scim_type: str | None = None) -> None:
        """Assert that the last answer is an error as SCIM has them."""
        self.status(status)
        self.check(self.body["schemas"], [ERROR], "schema")
        self.check(self.body["status"], str(status), "status in the body")
        self.check(bool(self.body["detail"]), True, "detail")
        if scim_type:
            self.check(self.body.get("scimType"), scim_type, "scimType")
