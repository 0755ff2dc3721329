"""A sweep of a loopback /16 with 1,000 agents, next to onesixtyone."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
from ipaddress import ip_network
from pathlib import Path
from statistics import median

import pytest
from pydantic import SecretStr

from collectors.credentials import SnmpCredential
from collectors.snmp.probe import probe_snmp
from tests.bench.farm import Cost, farm, measured, report
from tests.needs import missing

pytestmark = [pytest.mark.bench, pytest.mark.timeout(1800)]

PORT = 16330
NETWORK = ip_network("127.32.0.0/16")
ADDRESSES = [str(address) for address in NETWORK]
ANSWERING = "127.32.100.1-127.32.103.232"
EXPECTED = 1000
CREDENTIAL = SnmpCredential(name="bench", community=SecretStr("public"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
PACE = 20_000.0

Run = tuple[int, Cost]


def ours(rate: float, retries: int) -> Run:
    """Sweep with our prober."""

    async def sweep() -> int:
        found = set()
        async for answer in probe_snmp(
            ADDRESSES,
            [CREDENTIAL],
            port=PORT,
            rate=rate,
            timeout=1.0,
            retries=retries,
        ):
            found.add(answer.address)
        return len(found)

    with measured() as meter:
        found = asyncio.run(sweep())
    return found, meter.cost


def theirs(folder: Path, wait_ms: float) -> Run:
    """Sweep with onesixtyone.

    It waits between packets and 5 s after the last, and never repeats.
    """
    if shutil.which("onesixtyone") is None:
        missing("lab", "onesixtyone is not installed (Debian: onesixtyone)")
    hosts = folder / "hosts"
    hosts.write_text("\n".join(ADDRESSES) + "\n")
    words = folder / "words"
    words.write_text("public\n")
    command = ["onesixtyone", "-c", str(words), "-i", str(hosts), "-w", str(wait_ms)]
    command += ["-p", str(PORT)]
    with measured() as meter:
        done = subprocess.run(command, capture_output=True, check=False)
    return done.stdout.count(b"[public]"), meter.cost


def line(name: str, runs: list[Run]) -> tuple[object, ...]:
    """Return one row of the report."""
    return (
        f"{name:30}",
        f"found {min(found for found, _ in runs)} of {EXPECTED}",
        f"wall {median(cost.wall for _, cost in runs):.2f} s",
        f"cpu {median(cost.cpu for _, cost in runs):.2f} s",
    )


def test_sweep_of_a_16(tmp_path: Path) -> None:
    own_paced, own_free, other_paced, other_free, own_twice = [], [], [], [], []
    with farm(ANSWERING, port=PORT, recordings=("cisco-c3750",)):
        for _ in range(ROUNDS):
            own_paced.append(ours(PACE, 0))
            other_paced.append(theirs(tmp_path, 1000 / PACE))
            own_free.append(ours(0, 0))
            other_free.append(theirs(tmp_path, 0))
            own_twice.append(ours(0, 1))
    report(
        "sweep of a /16, 1,000 answering",
        [
            line(f"ours, {PACE:g} packets/s", own_paced),
            line("onesixtyone, same pace", other_paced),
            line("ours, unpaced", own_free),
            line("onesixtyone, unpaced", other_free),
            line("ours, unpaced, 1 retry", own_twice),
        ],
    )
