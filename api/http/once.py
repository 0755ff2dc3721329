"""Requests that have one effect: `Idempotency-Key`, `ETag` and `If-Match`.

The key is a quoted string as in the draft of the IETF, or bare; it belongs to caller
and path. An `ETag` is the version of a case; `If-Match` with another one is refused.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from typing import Annotated, Any, ClassVar

from fastapi import Depends, Header, Request, Response
from starlette.requests import ClientDisconnect

from api.compose.wiring import App
from api.http.answers import answer
from api.http.callers import Caller
from api.http.errors import ApiError, Stale
from inventory.hr.events import idempotency
from inventory.storage.work import UnitOfWork

LONGEST_KEY = 255


class BadKey(ApiError):
    """The Idempotency-Key cannot be used."""

    status: ClassVar[int] = 400
    code = "bad-idempotency-key"
    remedy = 'Send it as a short quoted text, such as "8e03978e-40d5".'


class HalfSent(ApiError):
    """The line went down before the whole body had come; nobody reads this answer."""

    status: ClassVar[int] = 400
    code = "half-sent"
    remedy = "Send it again."


async def body_of(request: Request) -> bytes:
    """Return the body as it was sent.

    Raises:
        HalfSent: The client went away.
    """
    try:
        return await request.body()
    except ClientDisconnect:
        raise HalfSent from None


Body = Annotated[bytes, Depends(body_of)]
Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        description="The same key and body again gets the same answer.",
    ),
]
IfMatch = Annotated[
    str | None,
    Header(alias="If-Match", description="The ETag the caller has seen."),
]


def etag(case_id: int, version: int) -> str:
    """Return the ETag of a case."""
    return f'"case-{case_id}-{version}"'


def check_match(sent: str | None, case_id: int, version: int) -> None:
    """Refuse a change of something the caller has not seen.

    Raises:
        Stale: It was changed meanwhile.
    """
    if sent is None or sent.strip() == "*":
        return
    tags = {tag.strip().removeprefix("W/") for tag in sent.split(",")}
    if etag(case_id, version) not in tags:
        raise Stale(f"The case has now the ETag {etag(case_id, version)}.")


def once(
    app: App,
    who: Caller,
    request: Request,
    key: str | None,
    body: bytes,
    act: Callable[[UnitOfWork], tuple[int, Any]],
    headers: Callable[[Any], dict[str, str]] = lambda _: {},
    shown_once: Collection[str] = (),
) -> Response:
    """Carry out a request, once for a key.

    Args:
        app: The composition.
        who: The caller.
        request: The request.
        key: As it was sent.
        body: As it was sent.
        act: Does the work in a unit of work; returns status and answer.
        headers: Headers of an answer.
        shown_once: Fields that are secrets: they are not kept with the answer, and
            are null when it is given again.

    Raises:
        BadKey: The key is empty or too long.
        KeyReused, KeyInFlight: See `inventory.hr.events.idempotency`.
    """
    if key is None:
        with app.work(who.actor) as work:
            status, found = act(work)
            work.commit()
        return answer(found, status, headers(found))
    name, scope = _key(key), f"{who.actor} {request.method} {request.url.path}"
    with app.work(who.actor) as work:
        known = idempotency.claim_key(work, scope, name, body)
    if known is not None:
        sent = {**headers(known.body), "Idempotency-Replayed": "true"}
        return answer(known.body, known.status, sent)
    done = False
    try:
        with app.work(who.actor) as work:
            status, found = act(work)
            plain = json.loads(bytes(answer(found).body))
            plain |= dict.fromkeys(shown_once)
            idempotency.store_answer(work, scope, name, status, plain)
            work.commit()
            done = True
    finally:
        if not done:
            with app.work(who.actor) as work:
                idempotency.release_key(work, scope, name)
    return answer(found, status, headers(found))


def _key(sent: str) -> str:
    key = sent.strip()
    if len(key) >= 2 and key[0] == key[-1] == '"':
        key = key[1:-1]
    if not key or len(key) > LONGEST_KEY or not key.isprintable():
        raise BadKey
    return key
