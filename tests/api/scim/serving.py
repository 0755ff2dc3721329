"""The API over HTTP on a free port of this machine, and a SCIM client to ask it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

import httpx
import uvicorn
from scim2_client.client import BaseSyncSCIMClient, RawResponse

from api.app import create_api
from api.compose.wiring import App
from api.serving import bind


@contextmanager
def served(app: App) -> Iterator[str]:
    """Serve the API in a thread; yield its URL."""
    bound = bind("127.0.0.1", 0)
    server = uvicorn.Server(
        uvicorn.Config(create_api(app), log_config=None, lifespan="off")
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]})
    thread.start()
    deadline = time.monotonic() + 60
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{bound.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(60)
        bound.close()


class HttpScimClient(BaseSyncSCIMClient):
    """The client of scim2-client over httpx, which is what is installed."""

    def __init__(self, client: httpx.Client, **options: object) -> None:
        super().__init__(**cast("dict[str, Any]", options))
        self._client = client

    def _stays_under_base_url(self, endpoint: str) -> bool:
        base = self._client.base_url
        url = self._client.build_request("GET", endpoint).url
        return url.host == base.host and url.raw_path.startswith(base.raw_path)

    def _parse_json(self, response: RawResponse) -> object:
        return cast("httpx.Response", response).json()

    def request(self, method: str, url: str, **kwargs: Any) -> httpx.Response:  # noqa: ANN401
        """Send one request."""
        return self._client.request(method, url, **kwargs)
