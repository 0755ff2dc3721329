"""A server that is asked to end: nobody new is let in, and nobody keeps it."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import Engine, text
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from api.compose.wiring import build
from api.graceful_stop import Ending
from api.http.admission import Admission, Limits
from config.settings import Settings
from inventory.storage.audit import verify
from inventory.storage.engine import for_writing
from tests.api.conftest import bearer, make_token
from tests.api.test_admission import client_of
from tests.api.test_cli import PURSER

PATIENCE = 120.0


async def test_nobody_is_let_in_any_more_and_who_is_inside_is_answered() -> None:
    gate, never = asyncio.Event(), asyncio.Event()

    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        await (never if scope["path"] == "/never" else gate).wait()
        await PlainTextResponse("in")(scope, receive, send)

    admission = Admission(slow, Limits(at_once=2, wait=30))
    async with client_of(admission) as client:
        inside = asyncio.create_task(client.get("/a"))
        endless = asyncio.create_task(client.post("/never"))
        await asyncio.sleep(0.05)
        waits = asyncio.create_task(client.get("/b"))
        await asyncio.sleep(0.05)
        admission.close()
        comes = await client.get("/c")
        gate.set()
        assert (await inside).text == "in"
        for told in (comes, await waits):
            assert told.status_code == 503
            assert told.json()["type"] == "urn:purser:problem:stopping"
            assert told.headers["connection"] == "close"
        endless.cancel()
        told = await endless
        assert told.status_code == 503
        assert "Idempotency-Key" in told.json()["remedy"]


def test_what_does_not_end_is_ended_once() -> None:
    ended: list[int] = []
    ending = Ending(0.01, lambda: ended.append(1))
    ending.begin()
    ending.begin()
    ending._timer.join()
    assert ended == [1]


@contextmanager
def nobody_writes(engine: Engine) -> Iterator[None]:
    """Keep every writer waiting, for longer than a server may take to end."""
    with for_writing(engine).connect() as connection, connection.begin() as held:
        if engine.dialect.name == "postgresql":
            connection.execute(text("LOCK TABLE supplier IN SHARE ROW EXCLUSIVE MODE"))
        else:
            connection.execute(text("SELECT 1"))
        yield
        held.rollback()


@contextmanager
def serving(
    url: str, folder: Path
) -> Iterator[tuple[subprocess.Popen[str], httpx.Client]]:
    """Yield `purser serve` in a process of its own, and a client of it."""
    (folder / "purser.toml").write_text(f'data_dir = "{folder}/data"\n')
    settings = Settings(data_dir=folder / "data", database_url=SecretStr(url))
    app = build(settings)
    token = make_token(app, "it", "accounting")
    app.close()
    environment = os.environ | {"PURSER_DATABASE_URL": url}
    with subprocess.Popen(
        [*PURSER, "--config", folder / "purser.toml", "serve", "--port", "0", "--json"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment,
    ) as process:  # fmt: skip
        try:
            assert process.stdout is not None
            told = "".join(iter(process.stdout.readline, "}\n")) + "}"
            with httpx.Client(
                base_url=json.loads(told)["url"] + "api/v1/",
                headers=bearer(token),
                timeout=PATIENCE,
            ) as client:
                yield process, client
        finally:
            process.kill()


def open_to_others(folder: Path) -> list[str]:
    """Return what other users of the machine may read or write."""
    found = [folder, *folder.rglob("*")]
    return [str(one) for one in found if one.stat().st_mode & 0o077]


def sent(client: httpx.Client) -> int:
    """Return the status of a supplier's creation, 0 if there was no answer."""
    try:
        return client.post("suppliers", json={"name": "Late"}).status_code
    except httpx.TransportError:
        return 0


@pytest.mark.parametrize(
    "database_url",
    ["sqlite", pytest.param("postgres", marks=pytest.mark.slow)],
    indirect=True,
)
def test_a_request_that_cannot_end_is_ended_and_rolled_back(
    database_url: str, engine: Engine, tmp_path: Path
) -> None:
    with serving(database_url, tmp_path) as (process, client):
        assert client.get("suppliers").json()["items"] == []
        tag = client.post("assets", json={"kind": "laptop"}).json()["tag"]
        kept = {"file": ("invoice.pdf", b"%PDF-1.4")}
        assert client.post(f"assets/{tag}/files", files=kept).status_code == 201
        assert open_to_others(tmp_path / "data") == []
        with nobody_writes(engine), ThreadPoolExecutor() as pool:
            answer = pool.submit(sent, client)
            assert client.get("suppliers/1").status_code in (404, 503)
            process.send_signal(signal.SIGTERM)
            _, said = process.communicate(timeout=PATIENCE)
            assert answer.result() in (0, 503)
        assert process.returncode == 0, said
        assert "ended before everything had" in said
        with pytest.raises(httpx.ConnectError):
            client.get("suppliers")
    with engine.connect() as connection:
        count = text("SELECT count(*) FROM supplier")
        assert connection.execute(count).scalar_one() == 0
    assert verify(engine) == []
