"""A client of an application in this process, without `await` and without a server."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import httpx
from anyio.from_thread import start_blocking_portal
from starlette.types import ASGIApp


class Client:
    """Sends requests to an ASGI application and waits for the answers.

    The application lives in a loop that runs until the client is closed: with a run
    for each request, the threads that answer would be started for each too.

    Args:
        site: The application.
        base: Address that paths are added to.
        headers: Of every request.
    """

    def __init__(self, site: ASGIApp, base: str, headers: Mapping[str, str]) -> None:
        self._running = start_blocking_portal()
        self._portal = self._running.__enter__()
        transport = httpx.ASGITransport(site)
        self._base = base
        self._client = httpx.AsyncClient(transport=transport, headers=dict(headers))

    def request(self, method: str, path: str, **more: Any) -> httpx.Response:  # noqa: ANN401
        """Send a request."""
        # Not joined by httpx: it takes `assets:check-out` for another scheme.
        url = path if path.startswith("http") else self._base + path
        return self._portal.call(partial(self._client.request, method, url, **more))

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
        self._portal.call(self._client.aclose)
        self._running.__exit__(None, None, None)
