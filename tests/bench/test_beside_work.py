"""What requests take beside a scan that the same process runs, against an idle one.

`BESIDE_DEVICES=300 pytest -m bench -n0 -s tests/bench/test_beside_work.py`: `purser
serve` alone, SQLite and PostgreSQL; two clients read lists, one request at a time each.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from sqlalchemy import Engine, select

from inventory.network.scan_tables import Scan
from inventory.people import accounts
from inventory.storage.all_tables import load_tables
from inventory.storage.rows import table_of
from inventory.storage.work import UnitOfWork
from tests.api.jobs.test_killed_import import now, url_of
from tests.bench import test_workers as workers
from tests.bench.farm import farm, report

DEVICES = int(os.environ.get("BESIDE_DEVICES", "300"))
PATHS = ("devices", "assets", "jobs", "scans")
IDLE = 200
"""Requests of each client to the idle server."""


def read(url: str, token: str, more: Callable[[int], bool]) -> list[float]:
    """Return how long requests of two clients took, sorted."""
    took: list[float] = []

    def client() -> None:
        headers = {"Authorization": f"Bearer {token}"}
        with httpx.Client(base_url=url, headers=headers, timeout=60) as http:
            number = 0
            while more(number):
                begun = time.perf_counter()
                answer = http.get(f"/api/v1/{PATHS[number % len(PATHS)]}?limit=50")
                took.append(time.perf_counter() - begun)
                assert answer.status_code == 200, answer.text
                number += 1

    threads = [threading.Thread(target=client) for _ in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return sorted(took)


def line(name: str, took: list[float]) -> tuple[object, ...]:
    middle, most = took[len(took) // 2], took[int(len(took) * 0.95)]
    return (
        f"{name:8}",
        f"{len(took)} requests",
        f"median {middle * 1e3:.0f} ms",
        f"p95 {most * 1e3:.0f} ms",
    )


@pytest.mark.bench
@pytest.mark.timeout(1800)
def test_lists_beside_a_scan(engine: Engine, database_url: str, tmp_path: Path) -> None:
    load_tables()
    with UnitOfWork(engine, actor="bench", clock=now) as work:
        _, token = accounts.add_token(work, "bench", ["it"])
        work.commit()
    ends = f"{workers.ADDRESSES[0]}-{workers.ADDRESSES[DEVICES - 1]}"
    processes = workers.Processes(tmp_path, database_url)
    scan = table_of(Scan)
    try:
        with farm(ends, port=workers.PORT):
            url = url_of(processes.start("serve", "--port", "0", "--json"))
            read(url, token, lambda number: number < 20)
            idle = read(url, token, lambda number: number < IDLE)
            asked = httpx.post(
                f"{url}api/v1/scans",
                json={"site": "farm", "targets": [ends]},
                headers={"Authorization": f"Bearer {token}"},
                timeout=60,
            )
            assert asked.status_code == 201, asked.text

            def runs(number: int) -> bool:
                if number % 4:
                    return True
                with engine.connect() as connection:
                    state = connection.execute(select(scan.c.state)).scalar_one()
                return state in {"queued", "running"}

            beside = read(url, token, runs)
            with engine.connect() as connection:
                state = connection.execute(select(scan.c.state)).scalar_one()
    finally:
        processes.close()
    report(
        f"lists of {engine.dialect.name} beside a scan of {DEVICES} agents,"
        f" load {os.getloadavg()[0]:.1f}",
        [line("idle", idle), line("beside", beside)],
    )
    assert state == "finished"
