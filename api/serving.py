"""Runs the site with uvicorn, on a socket that is bound before anything else.

So a port in use is a sentence for the user, and not a line in a log.
"""

from __future__ import annotations

import asyncio
import gc
import signal
import socket
import sys
from collections.abc import Callable, Coroutine
from contextlib import suppress
from types import FrameType
from typing import Any

import uvicorn

from api.app import create_site
from api.compose.wiring import App
from api.graceful_stop import Ending
from api.patience import ImpatientProtocol
from api.webhooks.assembly import worker_of
from inventory.kernel.errors import Invalid

GRACE_SECONDS = 2
"""For requests that were begun when the process is asked to end."""

SWITCH_SECONDS = 0.0005
"""A thread that works gives way after it; Python's own 5 ms, once for each request in
progress, would keep the loop from saying that the server is busy."""


def bind(host: str, port: int) -> socket.socket:
    """Return a bound socket; port 0 takes any free one.

    Raises:
        Invalid: The address is not ours, or another program has the port.
    """
    try:
        family, _, _, _, address = socket.getaddrinfo(
            host, port or 0, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        return socket.create_server(address, family=family, backlog=512)
    except OSError as error:
        raise Invalid(
            f"Cannot listen on {host} port {port}: {error.strerror or error}.",
            where="http",
            remedy="Choose another with --host and --port, or http.host and http.port.",
        ) from error


def url_of(bound: socket.socket) -> str:
    """Return the address a browser opens."""
    host, port = bound.getsockname()[:2]
    if host in {"0.0.0.0", "::"}:  # noqa: S104 - compared, not bound
        host = "localhost"
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


class Server(uvicorn.Server):
    """Tells when it answers; runs a task beside, such as the delivery of webhooks.

    Args:
        config: Of uvicorn.
        ready: Called when it answers.
        closing: Called as soon as it is to end.
        beside: What runs beside.
    """

    def __init__(
        self,
        config: uvicorn.Config,
        ready: Callable[[], None],
        closing: Callable[[], None],
        beside: Callable[[], Coroutine[Any, Any, None]] | None = None,
    ) -> None:
        super().__init__(config)
        self._ready = ready
        self._closing = closing
        self._beside = beside
        self._task: asyncio.Task[None] | None = None

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to end (signal handler)."""
        self._closing()
        super().handle_exit(sig, frame)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start; `started` is set unless the application refused to."""
        await super().startup(sockets)
        if self.started:
            # What a process starts with stays; to look through it again and again for
            # garbage takes a quarter of the time of posting.
            gc.freeze()
            if self._beside is not None:
                self._task = asyncio.create_task(self._beside())
            self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop; what runs beside is cancelled and waited for."""
        await super().shutdown(sockets)
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)


def _most_connections() -> int:
    """Return how many connections are kept; files and the database need some, too."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return 1000
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return 4000 if soft < 0 else max(100, min(4000, soft - 300))


def serve(
    app: App,
    bound: socket.socket,
    ready: Callable[[], None] = lambda: None,
    ending: Ending | None = None,
) -> bool:
    """Serve until Ctrl-C or SIGTERM; return whether it ran at all.

    Args:
        app: The composition.
        bound: From `bind`.
        ready: Called when the first request can come.
        ending: Begins to count with the signal.
    """
    site = create_site(app)

    def closing() -> None:
        site.close()
        if ending is not None:
            ending.begin()

    config = uvicorn.Config(
        site,
        log_config=None,
        access_log=False,
        http=ImpatientProtocol,
        limit_concurrency=_most_connections(),
        server_header=False,
        proxy_headers=app.settings.http.public_url is not None,
        forwarded_allow_ips=",".join(app.settings.http.trusted_proxies),
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    sys.setswitchinterval(SWITCH_SECONDS)
    deliver = worker_of(app).run if app.settings.webhooks.deliver else None
    server = Server(config, ready, closing, deliver)
    # uvicorn shuts down on Ctrl-C and SIGTERM and then raises the signal again; as a
    # KeyboardInterrupt both leave us the time to end scans and connections.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with suppress(KeyboardInterrupt):
        server.run(sockets=[bound])
    return server.started
