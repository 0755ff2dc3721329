"""However many ask at once and whatever they send: the server answers, and goes on."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Message, Receive, Scope, Send

from api.app import create_api
from api.compose.wiring import App
from api.http.admission import Admission, Limits
from tests.api.conftest import bearer, make_token

PATIENCE = 120.0


async def parts(count: int, size: int, pause: float = 0.0) -> AsyncIterator[bytes]:
    for _ in range(count):
        await asyncio.sleep(pause)
        yield b"a" * size


async def sizes(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers the number of bytes of the body."""
    body = await Request(scope, receive).body()
    await PlainTextResponse(str(len(body)))(scope, receive, send)


def client_of(app: Admission) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://edge.example"
    )


@pytest.mark.timeout(PATIENCE)
async def test_five_hundred_simultaneous_reads_are_answered(app: App) -> None:
    transport = httpx.ASGITransport(create_api(app))
    async with httpx.AsyncClient(
        transport=transport,
        base_url="http://edge.example",
        headers=bearer(make_token(app, "it", "accounting")),
        timeout=PATIENCE,
    ) as client:
        paths = ("/api/v1/assets", "/api/v1/devices", "/api/v1/cost-centres")
        answers = await asyncio.gather(
            *(client.get(paths[n % len(paths)]) for n in range(500))
        )
        told = Counter(answer.status_code for answer in answers)
        assert set(told) <= {200, 503}
        assert told[200] >= 8
        assert all(
            answer.headers["retry-after"] == "1"
            and answer.json()["type"] == "urn:purser:problem:busy"
            for answer in answers
            if answer.status_code == 503
        )
        # The crowd has gone: everybody is answered again.
        assert (await client.get("/api/v1/assets")).status_code == 200


async def test_who_comes_too_many_is_told_to_come_back() -> None:
    open_gate = asyncio.Event()

    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        await open_gate.wait()
        await PlainTextResponse("in")(scope, receive, send)

    limits = Limits(at_once=2, waiting=1, wait=0.2, next_in_line=0)
    async with client_of(Admission(slow, limits)) as client:
        inside = [asyncio.create_task(client.get("/a")) for _ in range(2)]
        await asyncio.sleep(0.05)
        outside = await asyncio.gather(*(client.get("/a") for _ in range(5)))
        open_gate.set()
        assert {answer.status_code for answer in outside} == {503}
        assert [(await one).status_code for one in inside] == [200, 200]
        assert (await client.get("/a")).status_code == 200


async def test_a_few_who_wait_are_let_in_however_busy_the_machine_is() -> None:
    open_gate = asyncio.Event()

    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        await open_gate.wait()
        await PlainTextResponse("in")(scope, receive, send)

    limits = Limits(at_once=1, wait=0.05, next_in_line=2, patience=60)
    async with client_of(Admission(slow, limits)) as client:
        few = []
        for _ in range(3):
            few.append(asyncio.create_task(client.get("/a")))
            await asyncio.sleep(0.05)
        crowd = await asyncio.gather(*(client.get("/a") for _ in range(3)))
        assert {answer.status_code for answer in crowd} == {503}
        open_gate.set()
        assert [(await one).status_code for one in few] == [200, 200, 200]


async def test_a_body_in_chunks_is_counted_as_it_comes() -> None:
    async with client_of(Admission(sizes, Limits(body=1000))) as client:
        assert (await client.post("/", content=parts(10, 100))).text == "1000"
        refused = await client.post("/", content=parts(11, 100))
    assert refused.status_code == 413
    assert refused.json()["type"] == "urn:purser:problem:too-large"


async def test_a_body_that_does_not_come_gives_its_place_back() -> None:
    limits = Limits(at_once=1, body_seconds=0.2, wait=30)
    async with client_of(Admission(sizes, limits)) as client:
        late = asyncio.create_task(client.post("/", content=parts(3, 10, pause=1.0)))
        await asyncio.sleep(0.1)
        assert (await client.post("/", content=b"abc")).text == "3"
        assert (await late).status_code == 408


async def test_an_answer_that_nobody_reads_gives_its_place_back() -> None:
    never = asyncio.Event()
    app = Admission(sizes, Limits(at_once=1, taking_seconds=0.2, wait=30))
    scope = {"type": "http", "path": "/", "method": "GET", "headers": []}

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(_message: Message) -> None:
        await never.wait()

    await app(scope, receive, send)
    async with client_of(app) as client:
        assert (await client.get("/")).status_code == 200


async def test_health_is_answered_when_nothing_else_is() -> None:
    open_gate = asyncio.Event()

    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] != "/health":
            await open_gate.wait()
        await PlainTextResponse("in")(scope, receive, send)

    app = Admission(slow, Limits(at_once=1, waiting=0))
    async with client_of(app) as client:
        inside = asyncio.create_task(client.get("/a"))
        await asyncio.sleep(0.05)
        assert (await client.get("/a")).status_code == 503
        assert (await client.get("/health")).status_code == 200
        open_gate.set()
        assert (await inside).status_code == 200


async def test_a_failure_of_the_application_is_not_hidden() -> None:
    async def broken(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise RuntimeError("broken")

    app = Admission(broken)
    async with client_of(app) as client:
        with pytest.raises(RuntimeError, match="broken"):
            await client.get("/")
