"""A trap while a /16 is scanned by the same process: seconds until its device is read.

`pytest -m bench -n0 -s tests/bench/test_trap_beside_network.py`; needs `snmptrap`.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine, select

from inventory.network.scan_tables import Scan, ScanHost
from inventory.people import accounts
from inventory.storage.all_tables import load_tables
from inventory.storage.rows import table_of
from inventory.storage.work import UnitOfWork
from tests.api.jobs.test_killed_import import now, url_of, wait_for
from tests.bench import test_workers as workers
from tests.bench.farm import farm, report
from tests.needs import missing

DEVICE = "127.20.0.9"
TRAPS = """
[traps]
enabled = true
address = "127.0.0.1"
port = {port}
settle = 1.0
"""


def scans(engine: Engine) -> list[dict[str, Any]]:
    table = table_of(Scan)
    with engine.connect() as connection:
        query = select(table).order_by(table.c.id)
        return [dict(row) for row in connection.execute(query).mappings()]


@pytest.mark.bench
@pytest.mark.timeout(900)
def test_a_trap_during_a_16(engine: Engine, database_url: str, tmp_path: Path) -> None:
    if shutil.which("snmptrap") is None:
        missing("lab", "snmptrap is not installed (Debian: snmp)")
    load_tables()
    with UnitOfWork(engine, actor="bench", clock=now) as work:
        _, token = accounts.add_token(work, "bench", ["it"])
        work.commit()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    processes = workers.Processes(tmp_path, database_url)
    settings = tmp_path / "purser.toml"
    text = settings.read_text().replace("127.20.0.1-127.20.7.208", "127.20.0.0/16")
    settings.write_text(text + TRAPS.format(port=port))
    try:
        with farm(f"{DEVICE}-{DEVICE}", port=workers.PORT):
            url = url_of(processes.start("serve", "--port", "0", "--json"))
            asked = httpx.post(
                f"{url}api/v1/scans",
                json={"site": "farm"},
                headers={"Authorization": f"Bearer {token}"},
                timeout=60,
            )
            assert asked.status_code == 201, asked.text
            wait_for(lambda: scans(engine)[0]["state"] == "running")
            begun = time.monotonic()
            subprocess.run(
                [
                    *("snmptrap", "-v2c", "-c", "public", "--clientaddr=" + DEVICE),
                    *(f"127.0.0.1:{port}", "", "1.3.6.1.6.3.1.1.5.3"),
                    *("1.3.6.1.2.1.2.2.1.1.3", "i", "3"),
                ],
                check=True,
                env={**os.environ, "MIBS": ""},
            )
            wait_for(lambda: len(scans(engine)) == 2)
            asked_after = time.monotonic() - begun
            wait_for(lambda: scans(engine)[1]["state"] == "finished")
            took = time.monotonic() - begun
            network = scans(engine)[0]
    finally:
        processes.close()
    host = table_of(ScanHost)
    with engine.connect() as connection:
        query = select(host.c.outcome).where(host.c.scan_id == scans(engine)[1]["id"])
        outcomes = list(connection.scalars(query))
    report(
        f"a trap beside a /16, {engine.dialect.name}, load {os.getloadavg()[0]:.1f}",
        [
            (
                f"asked for after {asked_after:.1f} s (of it 1 s to settle)",
                f"read and stored after {took:.1f} s",
                f"meanwhile the network is {network['state']}",
            )
        ],
    )
    assert network["state"] == "running"
    # The network may have come by the device meanwhile.
    assert outcomes in (["new"], ["same"])
