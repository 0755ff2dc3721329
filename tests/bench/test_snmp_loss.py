"""1,000 devices 20 ms away, without and with 1 % of loss; memory in flight."""

from __future__ import annotations

import asyncio
import os
import tracemalloc
from statistics import median

import pytest
from pydantic import SecretStr

from collectors.credentials import SnmpCredential
from collectors.snmp.engine import OwnEngine
from tests.bench.farm import SYSTEM, TABLES, Cost, columns, farm, measured, report

pytestmark = [pytest.mark.bench, pytest.mark.timeout(1800)]

PORT = 16320
DEVICES = [f"127.31.{block}.{host}" for block in range(4) for host in range(1, 251)]
RANGE = "127.31.0.1-127.31.3.250"
CREDENTIAL = SnmpCredential(name="bench", community=SecretStr("public"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))


async def read_all(engine: OwnEngine) -> tuple[int, int]:
    """Read the table set of all devices at once; return varbinds and problems."""

    async def one(address: str) -> tuple[int, int]:
        session = engine.session(address, PORT, CREDENTIAL)
        cells, problems = len(await session.get(SYSTEM)), 0
        for name in TABLES:
            table = await session.walk(columns(name))
            cells += sum(len(rows) for rows in table.columns.values())
            problems += table.problem is not None
        return cells, problems

    try:
        found = await asyncio.gather(*map(one, DEVICES))
    finally:
        await engine.close()
    return sum(cells for cells, _ in found), sum(faults for _, faults in found)


def measure(loss: float) -> list[tuple[tuple[int, int], Cost]]:
    """Read all devices several times under one farm."""
    runs = []
    with farm(RANGE, "--latency-ms", "20", "--loss", str(loss), port=PORT):
        for _ in range(ROUNDS):
            with measured() as meter:
                found = asyncio.run(read_all(OwnEngine()))
            runs.append((found, meter.cost))
    return runs


def test_latency_and_loss() -> None:
    rows: list[tuple[object, ...]] = []
    walls = []
    for loss in (0.0, 0.01):
        runs = measure(loss)
        walls.append(median(cost.wall for _, cost in runs))
        (cells, problems), _ = runs[-1]
        cpu = median(cost.cpu for _, cost in runs)
        rows.append(
            (
                f"loss {loss:.0%}",
                f"{cells} varbinds",
                f"{problems} problems",
                f"wall {walls[-1]:.2f} s",
                f"cpu {cpu:.2f} s",
                f"{cpu / cells * 1e6:.2f} us/varbind",
            )
        )
    rows.append(("wall with loss / without", f"{walls[1] / walls[0]:.2f}"))
    report("1,000 devices, 20 ms latency", rows)


def test_memory_of_devices_in_flight() -> None:
    async def hold() -> int:
        engine = OwnEngine()
        tasks = [
            asyncio.ensure_future(
                engine.session(address, PORT, CREDENTIAL).walk(columns("ifTable"))
            )
            for address in DEVICES
        ]
        await asyncio.sleep(0.05)
        used = tracemalloc.get_traced_memory()[0]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await engine.close()
        return used

    with farm(RANGE, "--latency-ms", "500", port=PORT):
        tracemalloc.start()
        before = tracemalloc.get_traced_memory()[0]
        used = asyncio.run(hold()) - before
        tracemalloc.stop()
    each = used / len(DEVICES) / 1024
    report("memory per device in flight, before rows", [(f"{each:.1f} KiB",)])
