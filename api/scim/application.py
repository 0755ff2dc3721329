"""SCIM as an ASGI application, mounted at `/scim`.

The protocol and the database are not asynchronous: a request is read here, served in
a worker thread, and answered here. The boundary below turns every error into one as
SCIM has them.
"""

from __future__ import annotations

import json
import math
import time
from functools import partial
from typing import Any
from urllib.parse import parse_qsl

import structlog
from scim2_models import (
    InvalidSyntaxException,
    InvalidValueException,
    SCIMException,
)
from scim2_server.applications.base import VERSION_PREFIX, BaseApplication
from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse
from starlette.concurrency import run_in_threadpool
from starlette.types import Receive, Scope, Send

from api.compose.rulebooks import (
    context_of,
    provisioning_in_force,
    provisioning_of,
)
from api.compose.wiring import App
from api.scim.admission import Pace, Speaker, TooFast, admit
from api.scim.handler import DirectoryHandler
from api.scim.models import MAX_BODY, provider
from api.scim.register_effects import Register
from api.scim.service import DirectoryService
from api.scim.storage import DirectoryStorage
from inventory.kernel.errors import InventoryError, StorageError
from inventory.provisioning.employing_directories import directory_of

_READS = frozenset({"GET", "HEAD", "OPTIONS"})

log = structlog.get_logger("purser.scim")


class Unavailable(SCIMException):
    """The database cannot be used now."""

    status = 503
    _default_detail = "The database cannot be used now; try again."


class ScimSite(BaseApplication):
    """Serves SCIM for all identity providers.

    Args:
        app: The composition.
        pace: How many requests a client may send.
    """

    def __init__(self, app: App, pace: Pace | None = None) -> None:
        self._app = app
        self._secret = app.seal.derive("scim cursors")
        super().__init__(provider(), self._service("scim:"))
        self._pace = pace or Pace(rate=app.settings.directory.rate)

    def _service(self, source: str) -> DirectoryService:
        owners = self._app.settings.directory.owners_of_work_data
        return DirectoryService(
            provider(), secret=self._secret, owns_work_data=source in owners
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI)."""
        request = self._request(scope)
        request_id = scope.get("state", {}).get("request_id")
        request.body = await _body(receive)
        answer = await run_in_threadpool(partial(self.serve, request, request_id))
        await _send(answer, send)

    def serve(self, request: ScimRequest, request_id: str | None) -> ScimResponse:
        """Serve one request; errors become answers."""
        try:
            answer = self._served(request, request_id)
        except Exception as error:  # noqa: BLE001 - the boundary to the network
            answer = self.handle_exception(request, error)
        return self.finalize_response(request, answer)

    def _served(self, request: ScimRequest, request_id: str | None) -> ScimResponse:
        if not self.needs_auth(request):
            return DirectoryHandler(
                self.service, self._storage(None, None, writes=False)
            ).handle(request)
        who = admit(self._app, request.header("Authorization"))
        wait = self._pace.take(who.actor, time.monotonic())
        if wait:
            raise TooFast(math.ceil(wait))
        search = request.path.endswith("/.search")
        writes = request.method.upper() not in _READS and not search
        storage = self._storage(who, request_id, writes=writes)
        return DirectoryHandler(self._service(who.source), storage).handle(request)

    def _storage(
        self, who: Speaker | None, request_id: str | None, *, writes: bool
    ) -> DirectoryStorage:
        actor, source = (who.actor, who.source) if who else ("", "")
        return DirectoryStorage(
            self.provider,
            self._app.engine,
            partial(self._app.work, actor, request_id),
            source,
            self._register(source, writes=writes),
            writes=writes,
        )

    def _register(self, source: str, *, writes: bool) -> Register:
        settings = self._app.settings
        rules = provisioning_of(settings)
        if writes:  # who reads asks the database no more than it must
            with self._app.engine.connect() as reading:
                rules = provisioning_in_force(settings, reading)
        employs = source and directory_of(rules.directories, source) is not None
        return Register(
            source,
            settings.directory.ranking,
            rules.policy.joining,
            partial(context_of, settings) if employs else None,
        )

    def handle_exception(
        self, request: ScimRequest, exception: Exception
    ) -> ScimResponse:
        """Return the answer of an error; only unforeseen ones are logged whole."""
        known = _known(exception)
        if known is None:
            log.exception("unforeseen", path=request.path, exc_info=exception)
            return self.service.error_response(exception)
        log.info("refused", status=known.status, path=request.path)
        answer = self.service.error_response(known)
        if isinstance(known, TooFast):
            answer.headers["Retry-After"] = str(known.seconds)
        elif isinstance(known, Unavailable):
            answer.headers["Retry-After"] = "5"
        return answer

    def _request(self, scope: Scope) -> ScimRequest:
        headers = [
            (name.decode("latin-1"), value.decode("latin-1"))
            for name, value in scope["headers"]
        ]
        root: str = scope.get("root_path", "")
        path = str(scope["path"]).removeprefix(root)
        query = scope["query_string"].decode("latin-1")
        request = ScimRequest(
            method=scope["method"],
            base_url="",
            path=self.split_path(path),
            query=dict(parse_qsl(query, keep_blank_values=True)),
            headers=headers,
        )
        request.base_url = self._base(scope, request) + VERSION_PREFIX
        return request

    def _base(self, scope: Scope, request: ScimRequest) -> str:
        root = str(scope.get("root_path", ""))
        public = self._app.settings.http.public_url
        if public:
            return public.rstrip("/") + root
        server = scope.get("server") or ("localhost", None)
        host = request.header("Host") or ":".join(str(part) for part in server if part)
        return f"{scope['scheme']}://{host}{root}"


def _known(error: Exception) -> SCIMException | None:
    """Return an error as SCIM says it; None if nobody foresaw it."""
    if isinstance(error, SCIMException):
        return error
    if isinstance(error, StorageError):
        log.error("storage", code=error.code, problem=error.problem)
        return Unavailable()
    if isinstance(error, InventoryError):
        return InvalidValueException(detail=error.problem)
    if isinstance(error, RecursionError):
        return InvalidSyntaxException(detail="The request is nested too deeply.")
    return None


async def _body(receive: Receive) -> bytes:
    """Return the body, at most one byte more than is allowed."""
    parts: list[bytes] = []
    size = 0
    more = True
    while more:
        message = await receive()
        part: bytes = message.get("body", b"")
        if size <= MAX_BODY:
            parts.append(part)
            size += len(part)
        more = message.get("more_body", False)
    return b"".join(parts)[: MAX_BODY + 1]


async def _send(answer: ScimResponse, send: Send) -> None:
    body = b"" if answer.body is None else _json(answer.body)
    headers = [
        (n.encode(), v.encode("latin-1", "replace")) for n, v in answer.headers.items()
    ]
    status = int(answer.status)
    if status not in (204, 304):  # which have no body, so no length either
        headers.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _json(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
