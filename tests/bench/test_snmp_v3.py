"""SNMPv3 next to v2c: CPU of ours per varbind, walking net-snmp's snmpd."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from statistics import median

import pytest
from pydantic import SecretStr

from collectors.credentials import SnmpCredential
from collectors.snmp.engine import EngineSettings, OwnEngine
from tests.bench.farm import report
from tests.collectors.snmp_engine.snmpd import credential, running

pytestmark = [pytest.mark.bench, pytest.mark.timeout(600)]

HOST = (1, 3, 6, 1, 2, 1, 25)
COLUMNS = [(*HOST, 6, 3, 1, number) for number in range(1, 6)]
COLUMNS += [(*HOST, 4, 2, 1, number) for number in range(1, 8)]
"""Installed and running software: thousands of varbinds on most machines."""

USERS = {
    "v2c": SnmpCredential(name="v2c", community=SecretStr("public")),
    "v3 sha1": credential("sha1", None),
    "v3 sha1 + aes128": credential("sha1", "aes128"),
    "v3 sha256 + aes256": credential("sha256", "aes256"),
    "v3 sha512 + aes256": credential("sha512", "aes256"),
    "v3 md5 + des": credential("md5", "des"),
}
ROUNDS = 5


async def per_varbind(port: int) -> dict[str, list[float]]:
    """Walk under each user in turn; return microseconds of CPU per varbind."""
    engine = OwnEngine(EngineSettings(timeout=10.0))
    found: dict[str, list[float]] = {name: [] for name in USERS}
    for number in range(ROUNDS + 1):
        for name, user in USERS.items():
            session = engine.session("127.0.0.1", port, user)
            await session.get([(1, 3, 6, 1, 2, 1, 1, 1, 0)])
            cpu = time.process_time()
            table = await session.walk(COLUMNS)
            cpu = time.process_time() - cpu
            assert table.problem is None
            cells = sum(len(rows) for rows in table.columns.values())
            if number:
                found[name].append(cpu / cells * 1e6)
    await engine.close()
    return found


def test_cost_of_security(tmp_path: Path) -> None:
    with running(tmp_path) as port:
        found = asyncio.run(per_varbind(port))
    base = median(found["v2c"])
    report(
        "SNMPv3 against v2c, CPU per varbind",
        [
            (f"{name:20}", f"{median(us):.2f} us", f"{median(us) / base:.2f} x")
            for name, us in found.items()
        ],
    )
