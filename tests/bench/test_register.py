"""200,000 assets and 2,000,000 rows of history, read through HTTP.

REGISTER_ASSETS makes it smaller, to try it out. Requests go to the application without
a socket, then one list over a socket of uvicorn. CPU is that of this process, without
the server of PostgreSQL; other programs do not disturb it.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import httpx
import pytest
import uvicorn
from cryptography.fernet import Fernet
from sqlalchemy import Engine, text

from api.app import create_api
from api.compose.keys import Seal
from api.compose.wiring import App, compose
from config.settings import Settings
from inventory.queries.register.audit_trail import list_trail
from tests.api.conftest import bearer, cheap_passwords, make_token, quiet
from tests.bench.register import Register

__all__ = ["cheap_passwords", "quiet"]

ASSETS = int(os.environ.get("REGISTER_ASSETS", "200000"))
ROUNDS = 20
API = "/api/v1"
Tell = Callable[[str], None]


def questions(count: int) -> dict[str, Callable[[int], str]]:
    """Return address by name; the number makes each request another one."""
    return {
        "list, first page": lambda n: f"/assets?limit={50 + n % 2}",
        "list of a state": lambda n: f"/assets?state={('in_use', 'in_stock')[n % 2]}",
        "list of a kind": lambda n: f"/assets?kind={('monitor', 'phone')[n % 2]}",
        "list of a place": lambda n: f"/assets?location_id={1 + n}",
        "list of a cost centre": lambda n: f"/assets?cost_centre_id={2 + n}",
        "list of 25,000 of one": lambda _n: "/assets?cost_centre_id=1",
        "list of a person": lambda n: f"/assets?person_id={1 + n * 97 % (count // 8)}",
        "list by kind": lambda n: f"/assets?sort={('kind', '-kind')[n % 2]}",
        "list by state, in stock": lambda _n: "/assets?sort=-state&held=false",
        "search: tag": lambda n: f"/assets?search=IT-{count - n:06}",
        "search: tag, 1,000 fit": lambda n: f"/assets?search=it-{100 + n % 90}",
        "search: tag, half fits": lambda _n: "/assets?search=it-1",
        "search: serial's middle": lambda n: f"/assets?search={0x1A3C + n * 7:04X}",
        "search: model": lambda n: f"/assets?search=elitebook g{6 + n % 5}",
        "search: short words": lambda n: f"/assets?search=t1 {n % 10}",
        "search: nothing": lambda n: f"/assets?search=nothing{n}",
        "asset": lambda n: f"/assets/{1 + n * 4001 % count}",
        "people, first page": lambda _n: "/people",
        "search: person": lambda n: f"/people?search=rossi-{100 + n * 10 % 900}9",
        "person": lambda n: f"/people/{1 + n * 97 % (count // 8)}",
        "cost centre": lambda n: f"/cost-centres/{2 + n}",
        "cost centre of 25,000": lambda _n: "/cost-centres/1",
        "its next page": lambda _n: "/cost-centres/1/assets",
    }


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str]) -> Tell:
    def tell(line: str) -> None:
        with capsys.disabled():
            print(line, flush=True)

    return tell


@pytest.fixture
def full(engine: Engine, told: Tell, tmp_path: Path) -> Iterator[App]:
    start = time.perf_counter()
    from tests.conftest import NOW

    Register(ASSETS, NOW).fill(engine, lambda _name: None)
    with engine.connect() as connection:
        size = sum(
            connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one()
            for name in ("custody", "asset_state", "audit_entry")
        )
    took = time.perf_counter() - start
    told(f"\n{engine.dialect.name}: {ASSETS:,} assets, {size:,} rows, {took:.0f} s")
    seal = Seal(Fernet.generate_key(), 12)
    app = compose(Settings(data_dir=tmp_path), engine, lambda: NOW, seal)
    yield app
    app.close()


@pytest.mark.bench
@pytest.mark.timeout(3000)
async def test_lists_searches_and_details_at_size(full: App, told: Tell) -> None:
    token = bearer(make_token(full, "it", "auditor"))
    slow: dict[str, float] = {}
    transport = httpx.ASGITransport(create_api(full))
    async with httpx.AsyncClient(
        transport=transport, base_url="http://bench.example", headers=token
    ) as client:
        deep = await deepest(client)
        asked = questions(ASSETS) | {"list, deep page": lambda n: deep[n % len(deep)]}
        for name, address in asked.items():
            took = [await one(client, address(n)) for n in range(ROUNDS + 2)][2:]
            slow[name] = show(told, name, took)
    show(told, "trail of an asset (query)", [trail(full, 1 + n) for n in range(ROUNDS)])
    with (
        served(full) as base,
        httpx.Client(base_url=base, headers=token, timeout=60) as socket,
    ):
        took = []
        for n in range(ROUNDS):
            wall, cpu = time.perf_counter(), time.process_time()
            assert socket.get(f"{API}/assets?limit={50 + n % 2}").status_code == 200
            took.append((time.perf_counter() - wall, time.process_time() - cpu, 0))
        show(told, "over a socket: first page", took)
    told(f"over 50 ms of CPU at p95: {[n for n, ms in slow.items() if ms > 50]}")
    # Reading the whole register takes many times that.
    assert all(ms < 1000 for ms in slow.values())


async def one(client: httpx.AsyncClient, address: str) -> tuple[float, float, int]:
    wall, cpu = time.perf_counter(), time.process_time()
    answer = await client.get(API + address)
    took = time.perf_counter() - wall, time.process_time() - cpu
    assert answer.status_code == 200, (address, answer.text)
    return *took, len(answer.json().get("items", ()))


def trail(app: App, asset_id: int) -> tuple[float, float, int]:
    wall, cpu = time.perf_counter(), time.process_time()
    with app.engine.connect() as connection:
        page = list_trail(connection, entity="asset", entity_id=asset_id)
    return time.perf_counter() - wall, time.process_time() - cpu, len(page.rows)


async def deepest(client: httpx.AsyncClient) -> list[str]:
    """Return addresses of pages deep in the list, one after the other."""
    import base64
    import json

    found = []
    for n in range(10):
        number = ASSETS * 9 // 10 + n * 50
        cursor = json.dumps(["tag", f"IT-{number:06}", number]).encode()
        after = base64.urlsafe_b64encode(cursor).decode().rstrip("=")
        found.append(f"/assets?after={after}")
    return found


def show(told: Tell, name: str, took: list[tuple[float, float, int]]) -> float:
    """Print p50 and p95; return the p95 of CPU in milliseconds."""
    walls = sorted(wall * 1000 for wall, _cpu, _rows in took)
    cpus = sorted(cpu * 1000 for _wall, cpu, _rows in took)
    last = int(len(took) * 0.95)
    told(
        f"{name:26} wall p50 {median(walls):7.1f} p95 {walls[last]:7.1f} ms"
        f"   CPU p50 {median(cpus):6.1f} p95 {cpus[last]:6.1f} ms"
        f"   up to {max(rows for _w, _c, rows in took)} rows"
    )
    return cpus[last]


@contextmanager
def served(app: App) -> Iterator[str]:
    """Serve the API on a free port of this machine in a thread."""
    config = uvicorn.Config(
        create_api(app), host="127.0.0.1", port=0, log_level="error", lifespan="off"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            time.sleep(0.01)
        [listening] = server.servers
        port = listening.sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()
