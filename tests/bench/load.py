"""A crowd: `python -m tests.bench.load [CLIENTS] [SECONDS] [REQUESTS] [KIND]...`.

`purser serve` on SQLite, then on PostgreSQL, with the sample company, and then a plain
FastAPI application that answers a document of the same size; each in a process of its
own, with the same clients. Every tenth request writes. Prints requests a second, the
median and the 95th percentile of what was answered and of what was sent away (503),
statuses, what hung, memory, and how long the process took to end while the crowd was
still asking. With REQUESTS, eight clients ask so many first, and the memory is shown
ten times on the way.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI
from pydantic import SecretStr

from api.compose.wiring import Settings, build
from api.patience import ImpatientProtocol
from api.serving import bind
from inventory.people import accounts
from tests.pages.sample import fill
from tests.postgres import postgres

PATHS = ("/api/v1/assets", "/api/v1/devices", "/api/v1/people", "/api/v1/cost-centres")
RUN = "import api.cli; api.cli.main()"
WRITES = 10
HUNG_SECONDS = 30.0
ROWS = 50


@dataclass
class Load:
    """What the clients saw."""

    served: list[float] = field(default_factory=list)
    refused: list[float] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)
    hung: int = 0

    def count(self, status: str, seconds: float) -> None:
        """Take an answer down."""
        self.statuses[status] += 1
        (self.refused if status == "503" else self.served).append(seconds)


@dataclass
class Served:
    """A process that serves.

    Attributes:
        pid: Its id.
        port: Where it listens.
        token: Of the clients.
        stop: Ends it and returns after how many seconds it was gone.
    """

    pid: int
    port: int
    token: str
    stop: Callable[[], float]

    @property
    def memory(self) -> int:
        """Resident memory in MB."""
        text = Path(f"/proc/{self.pid}/status").read_text()
        (line,) = [one for one in text.splitlines() if one.startswith("VmRSS")]
        return int(line.split()[1]) // 1024


@contextmanager
def purser(url: str) -> Iterator[Served]:
    """Run `purser serve` on a new database."""
    folder = Path(tempfile.mkdtemp(prefix="purser-load-"))
    settings = Settings(data_dir=folder, database_url=SecretStr(url) if url else None)
    app = build(settings, make=True)
    fill(app, datetime.now(UTC))
    with app.work("load") as work:
        _, token = accounts.add_token(work, "load", ["it", "hr", "accounting"])
        work.commit()
    app.close()
    environment = os.environ | {"PURSER_DATA_DIR": str(folder)}
    if url:
        environment["PURSER_DATABASE_URL"] = url
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-c", RUN, "serve", "--port", "0", "--json"],
            env=environment, cwd=folder, stdout=subprocess.PIPE, stderr=log, text=True,
        )  # fmt: skip

    def stop() -> float:
        started = time.monotonic()
        process.send_signal(signal.SIGTERM)
        process.wait(120)
        return time.monotonic() - started

    assert process.stdout is not None
    told = "".join(iter(process.stdout.readline, "}\n"))
    port = int(json.loads(told + "}")["url"].rpartition(":")[2][:-1])
    try:
        yield Served(process.pid, port, token, stop)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def plain() -> FastAPI:
    """Return a plain application whose lists are as long."""
    app = FastAPI()
    row = {"id": 1, "tag": "IT-00001", "kind": "laptop", "model": "x" * 40, "note": ""}

    @app.get("/api/v1/{name}")
    def listed(name: str) -> dict[str, Any]:
        return {"items": [row | {"name": name}] * ROWS, "next": None}

    @app.post("/api/v1/{name}", status_code=201)
    def made(name: str, sent: dict[str, Any]) -> dict[str, Any]:
        return sent | {"id": 1, "list": name}

    return app


def _serve(told: Connection) -> None:
    bound = bind("127.0.0.1", 0)
    config = uvicorn.Config(
        plain(), http=ImpatientProtocol, log_config=None, access_log=False
    )
    told.send(bound.getsockname()[1])
    uvicorn.Server(config).run(sockets=[bound])


@contextmanager
def beside() -> Iterator[Served]:
    """Run the plain application."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_serve, args=(there,), daemon=True)
    process.start()
    yield Served(process.pid or 0, here.recv(), "none", lambda: 0.0)
    process.kill()
    process.join(30)


async def client(number: int, port: int, token: str, until: float, load: Load) -> None:
    """Ask one request after the other on one connection."""
    head = f"Host: x\r\nAuthorization: Bearer {token}\r\n"
    count = number
    while time.monotonic() < until:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:  # it ends
            return
        try:
            while time.monotonic() < until:
                count += 1
                started = time.monotonic()
                writer.write(_request(count, number, head))
                async with asyncio.timeout(HUNG_SECONDS):
                    status = await _answer(reader)
                load.count(status, time.monotonic() - started)
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


async def crowd(
    clients: int, seconds: float, served: Served, end: bool = False
) -> tuple[Load, float]:
    """Let clients ask for some seconds; with `end`, the process is ended meanwhile.

    Returns:
        What they saw before the end, and how long it took.
    """
    load, until = Load(), time.monotonic() + seconds
    last = until + (60 if end else 0)
    asked = [
        asyncio.create_task(client(n, served.port, served.token, last, load))
        for n in range(clients)
    ]
    if not end:
        await asyncio.gather(*asked)
        return load, 0.0
    await asyncio.sleep(seconds)
    seen = Load(load.served[:], load.refused[:], load.statuses.copy(), load.hung)
    took = await asyncio.to_thread(served.stop)
    for one in asked:
        one.cancel()
    await asyncio.gather(*asked, return_exceptions=True)
    return seen, took


def _quantiles(seconds: list[float]) -> str:
    times = sorted(seconds) or [0.0]
    p95 = times[int(len(times) * 0.95)] * 1000
    return f"{len(seconds)}: p50 {statistics.median(times) * 1000:.0f} p95 {p95:.0f} ms"


def measure(name: str, served: Served, clients: int, seconds: float, many: int) -> None:
    """Measure one server and print what was seen."""
    asyncio.run(crowd(4, 2.0, served))  # first requests build caches
    sizes = [served.memory]
    answered = 0
    while answered < many:
        load, _ = asyncio.run(crowd(8, 5.0, served))
        answered += sum(load.statuses.values())
        sizes.append(served.memory)
    if many:
        print(f"{name}: {answered} requests, memory {sizes} MB", flush=True)
    load, took = asyncio.run(crowd(clients, seconds, served, end=name != "plain"))
    print(
        f"{name}: {clients} clients, {sum(load.statuses.values()) / seconds:.0f}"
        f" requests/s, served {_quantiles(load.served)}, sent away"
        f" {_quantiles(load.refused)}, hung {load.hung}, {dict(load.statuses)},"
        f" memory before {sizes[-1]} MB, ended after {took:.1f} s",
        flush=True,
    )


def main(clients: int, seconds: int, many: int, kinds: str) -> None:
    """Measure each server and print what was seen."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (4096, 4096))
    for name in (kinds or "sqlite,postgresql,plain").split(","):
        with postgres() if name == "postgresql" else nullcontext() as database:
            url = ""
            if database is not None:
                database.run("CREATE DATABASE load")
                url = database.url("load")
            with beside() if name == "plain" else purser(url) as served:
                measure(name, served, clients, float(seconds), many)


if __name__ == "__main__":
    first, second, third, *kinds = [
        *sys.argv[1:],
        *"100 20 0".split()[len(sys.argv) - 1 :],
    ]
    main(int(first), int(second), int(third), ",".join(kinds))
