"""Loads SCIM with the first request to it: its models take half a second to build."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Receive, Scope, Send

from api.compose.wiring import App, Lazy


class ScimMount:
    """The ASGI application that is mounted; makes the real one when it is asked."""

    def __init__(self, app: App) -> None:
        def make() -> ASGIApp:
            from api.scim.application import ScimSite

            return ScimSite(app)

        self._site = Lazy(make)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI)."""
        site = self._site.made()
        if site is None:
            site = await run_in_threadpool(self._site)
        await site(scope, receive, send)
