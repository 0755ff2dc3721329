"""Walks of 200 replayed switches: our engine next to net-snmp's tools and pysnmp."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
from collections.abc import Sequence
from statistics import median

import pytest
from pydantic import SecretStr

from collectors.credentials import SnmpCredential
from collectors.ports import SnmpEngine
from collectors.snmp.engine import OwnEngine
from collectors.snmp.reference.pysnmp_engine import PysnmpEngine
from tests.bench.farm import SYSTEM, TABLES, Cost, columns, farm, measured, report
from tests.needs import missing

pytestmark = [pytest.mark.bench, pytest.mark.timeout(1800)]

PORT = 16310
DEVICES = [f"127.30.0.{number}" for number in range(1, 201)]
RANGE = f"{DEVICES[0]}-{DEVICES[-1]}"
CREDENTIAL = SnmpCredential(name="bench", community=SecretStr("public"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))


async def read_device(engine: SnmpEngine, address: str) -> int:
    """Read the typical table set of one device; return the number of varbinds."""
    session = engine.session(address, PORT, CREDENTIAL)
    cells = len(await session.get(SYSTEM))
    for name in TABLES:
        table = await session.walk(columns(name))
        assert table.problem is None, (address, name, table.problem)
        cells += sum(len(rows) for rows in table.columns.values())
    return cells


async def read_all(engine: SnmpEngine, addresses: Sequence[str], at_once: int) -> int:
    """Read many devices, some at a time."""
    gate = asyncio.Semaphore(at_once)

    async def one(address: str) -> int:
        async with gate:
            return await read_device(engine, address)

    try:
        return sum(await asyncio.gather(*map(one, addresses)))
    finally:
        await engine.close()


def by_engine(
    engine: SnmpEngine, addresses: Sequence[str], at_once: int
) -> tuple[int, Cost]:
    """Measure an engine behind the port."""
    with measured() as meter:
        cells = asyncio.run(read_all(engine, addresses, at_once))
    return cells, meter.cost


def by_tools(addresses: Sequence[str], at_once: int) -> tuple[int, Cost]:
    """Measure net-snmp's tools: a process per table and device, under xargs."""
    if shutil.which("snmpbulkwalk") is None:
        missing("lab", "snmpbulkwalk is not installed (Debian: snmp)")
    options = ["-v2c", "-cpublic", "-Cr50", "-On", "-Oe", "-m", "", "-t2", "-r2"]
    rows = [(1, 3, 6, 1, 2, 1, 1), *(row for row, _ in TABLES.values())]
    asked = "".join(
        f"{address}:{PORT} {'.'.join(map(str, row))}\n"
        for address in addresses
        for row in rows
    )
    with measured() as meter:
        done = subprocess.run(
            ["xargs", "-P", str(at_once), "-n", "2", "snmpbulkwalk", *options],
            input=asked,
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "MIBS": ""},
        )
    cells = sum(
        line.startswith(".") and "No Such" not in line and "No more" not in line
        for line in done.stdout.splitlines()
    )
    return cells, meter.cost


def line(name: str, devices: int, runs: list[tuple[int, Cost]]) -> tuple[object, ...]:
    """Return one row of the report, medians over the runs."""
    cells = runs[0][0]
    cpu = median(cost.cpu for _, cost in runs)
    wall = median(cost.wall for _, cost in runs)
    return (
        f"{name:34}",
        f"{devices} devices",
        f"{cells} varbinds",
        f"wall {wall:.2f} s",
        f"cpu {cpu:.2f} s",
        f"{cpu / cells * 1e6:.2f} us/varbind",
        f"{cpu / devices * 1e3:.1f} ms/device",
    )


def test_walks_of_200_devices() -> None:
    few = DEVICES[:4]
    own50, own200, tools, pysnmp = [], [], [], []
    with farm(RANGE, port=PORT):
        by_engine(OwnEngine(), DEVICES, 50)
        for number in range(ROUNDS):
            own50.append(by_engine(OwnEngine(), DEVICES, 50))
            tools.append(by_tools(DEVICES[:40], 4))
            own200.append(by_engine(OwnEngine(), DEVICES, 200))
            if number < 2:
                pysnmp.append(by_engine(PysnmpEngine(), few, 4))
    report(
        "walks of the typical table set",
        [
            line("own engine, 50 at once", len(DEVICES), own50),
            line("own engine, 200 at once", len(DEVICES), own200),
            line("snmpbulkwalk per table, xargs -P4", 40, tools),
            line("pysnmp engine", len(few), pysnmp),
        ],
    )
