"""A client of an application in this process, without `await` and without a server."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import httpx
from starlette.types import ASGIApp


class Client:
    """Sends requests to an ASGI application and waits for the answers.

    Args:
        site: The application.
        base: Address that paths are added to.
        headers: Of every request.
    """

    def __init__(self, site: ASGIApp, base: str, headers: Mapping[str, str]) -> None:
        self._runner = asyncio.Runner()
        transport = httpx.ASGITransport(site)
        self._base = base
        self._client = httpx.AsyncClient(transport=transport, headers=dict(headers))

    def request(self, method: str, path: str, **more: Any) -> httpx.Response:  # noqa: ANN401
        """Send a request."""
        # Not joined by httpx: it takes `assets:check-out` for another scheme.
        url = path if path.startswith("http") else self._base + path
        return self._runner.run(self._client.request(method, url, **more))

    def get(self, path: str, **more: Any) -> httpx.Response:  # noqa: ANN401
        """Send a GET."""
        return self.request("GET", path, **more)

    def post(self, path: str, **more: Any) -> httpx.Response:  # noqa: ANN401
        """Send a POST."""
        return self.request("POST", path, **more)

    def patch(self, path: str, **more: Any) -> httpx.Response:  # noqa: ANN401
        """Send a PATCH."""
        return self.request("PATCH", path, **more)

    def close(self) -> None:
        """End the connections and the loop."""
        self._runner.run(self._client.aclose())
        self._runner.close()
