"""A hundred clients at once: `python -m tests.bench.load [CLIENTS] [SECONDS]`.

The site as `purser serve` runs it, on SQLite with the sample company, beside a plain
FastAPI application that answers a document of the same size; each in a process of its
own, by turns, with the same clients. Every tenth request writes. Prints requests a
second, the median, the 95th percentile, statuses, what hung, and memory.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import resource
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import uvicorn
from cryptography.fernet import Fernet
from fastapi import FastAPI
from starlette.types import ASGIApp

from api.app import create_site
from api.compose import logs
from api.compose.keys import Seal
from api.compose.wiring import compose
from api.patience import ImpatientProtocol
from api.serving import bind
from config.settings import Settings
from inventory.people import accounts
from inventory.storage.engine import make_engine
from inventory.storage.upgrade import upgrade
from tests.pages.sample import fill

PATHS = ("/api/v1/assets", "/api/v1/devices", "/api/v1/people", "/api/v1/cost-centres")
WRITES = 10
HUNG_SECONDS = 30.0
ROWS = 50


@dataclass
class Load:
    """What the clients saw."""

    seconds: list[float] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)
    hung: int = 0


def purser() -> tuple[ASGIApp, str]:
    """Return the site and a token."""
    folder = Path(tempfile.mkdtemp(prefix="purser-load-"))
    engine = make_engine(f"sqlite:///{folder}/purser.sqlite")
    upgrade(engine)
    seal = Seal(Fernet.generate_key(), 12)
    app = compose(Settings(data_dir=folder), engine, lambda: datetime.now(UTC), seal)
    fill(app, datetime.now(UTC))
    with app.work("load") as work:
        _, token = accounts.add_token(work, "load", ["it", "hr", "accounting"])
        work.commit()
    return create_site(app), token


def plain() -> tuple[ASGIApp, str]:
    """Return a plain application whose lists are as long."""
    app = FastAPI()
    row = {"id": 1, "tag": "IT-00001", "kind": "laptop", "model": "x" * 40, "note": ""}

    @app.get("/api/v1/{name}")
    def listed(name: str) -> dict[str, Any]:
        return {"items": [row | {"name": name}] * ROWS, "next": None}

    @app.post("/api/v1/{name}", status_code=201)
    def made(name: str, sent: dict[str, Any]) -> dict[str, Any]:
        return sent | {"id": 1, "list": name}

    return app, "none"


def _serve(make: Callable[[], tuple[ASGIApp, str]], told: Connection) -> None:
    logs.configure("error", as_json=True)
    application, token = make()
    bound = bind("127.0.0.1", 0)
    config = uvicorn.Config(
        application, http=ImpatientProtocol, log_config=None, access_log=False
    )
    told.send((bound.getsockname()[1], token))
    uvicorn.Server(config).run(sockets=[bound])


@contextmanager
def running(
    make: Callable[[], tuple[ASGIApp, str]],
) -> Iterator[tuple[int, str, Callable[[], int]]]:
    """Yield port, token, and what tells the memory of the process in MB."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_serve, args=(make, there), daemon=True)
    process.start()
    port, token = here.recv()

    def memory() -> int:
        text = Path(f"/proc/{process.pid}/status").read_text()
        (line,) = [one for one in text.splitlines() if one.startswith("VmRSS")]
        return int(line.split()[1]) // 1024

    try:
        yield port, token, memory
    finally:
        process.terminate()
        process.join(30)


async def client(number: int, port: int, token: str, until: float, load: Load) -> None:
    """Ask one request after the other on one connection."""
    head = f"Host: x\r\nAuthorization: Bearer {token}\r\n"
    count = number
    while time.monotonic() < until:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            while time.monotonic() < until:
                count += 1
                started = time.monotonic()
                writer.write(_request(count, number, head))
                async with asyncio.timeout(HUNG_SECONDS):
                    load.statuses[await _answer(reader)] += 1
                load.seconds.append(time.monotonic() - started)
        except TimeoutError:
            load.hung += 1
        except (ConnectionError, asyncio.IncompleteReadError):
            load.statuses["closed"] += 1
        finally:
            writer.close()


def _request(count: int, number: int, head: str) -> bytes:
    if count % WRITES:
        path = PATHS[count % len(PATHS)]
        return f"GET {path}?limit={ROWS} HTTP/1.1\r\n{head}\r\n".encode()
    body = json.dumps({"name": f"Supplier {number}-{count}"})
    kind = f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    return f"POST /api/v1/suppliers HTTP/1.1\r\n{head}{kind}\r\n{body}".encode()


async def _answer(reader: asyncio.StreamReader) -> str:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    lines = head.split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines[1:] if ": " in line)
    if "content-length" in headers:
        await reader.readexactly(int(headers["content-length"]))
    else:
        while size := int((await reader.readline()).strip(), 16):
            await reader.readexactly(size + 2)
        await reader.readline()
    return lines[0].split()[1]


async def crowd(clients: int, seconds: float, port: int, token: str) -> Load:
    """Let clients ask for some seconds."""
    load, until = Load(), time.monotonic() + seconds
    asked = (client(n, port, token, until, load) for n in range(clients))
    await asyncio.gather(*asked)
    return load


def main(clients: int = 100, seconds: float = 20.0) -> None:
    """Measure both and print what was seen."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (4096, 4096))
    for name, make in (("purser", purser), ("plain FastAPI", plain)):
        with running(make) as (port, token, memory):
            asyncio.run(crowd(4, 2.0, port, token))  # first requests build caches
            before = memory()
            load = asyncio.run(crowd(clients, seconds, port, token))
            after = memory()
        times = sorted(load.seconds) or [0.0]
        p95 = times[int(len(times) * 0.95)] * 1000
        print(
            f"{name}: {clients} clients, {len(load.seconds) / seconds:.0f} requests/s,"
            f" median {statistics.median(times) * 1000:.0f} ms, p95 {p95:.0f} ms,"
            f" hung {load.hung}, {dict(load.statuses)},"
            f" memory {before} -> {after} MB"
        )


if __name__ == "__main__":
    main(*(int(one) for one in sys.argv[1:]))
