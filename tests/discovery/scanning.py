"""Runs scans over hand-made networks and reads what came of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Engine

from discovery.scan.requests import Progress, ScanOptions, ScanRequest
from discovery.scan.scan import run_scan
from discovery.scan.scan_rows import create_scan
from inventory.network.queries.devices import list_devices
from inventory.network.queries.worklist import scan_hosts
from tests.discovery.fake_network import FakeNetwork

Clock = Callable[[], datetime]
SMALL = ScanOptions(tcp_ports=(), ssh_ports=(), sip_port=None, chunk=4, concurrency=3)


def request(*targets: str, **more: Any) -> ScanRequest:  # noqa: ANN401
    return ScanRequest(targets=targets, **({"options": SMALL} | more))


def scan(
    network: FakeNetwork,
    engine: Engine,
    clock: Clock,
    wanted: ScanRequest,
    told: list[Progress] | None = None,
) -> Progress:
    async def whole() -> Progress:
        async with network.context(engine, clock) as context:
            scan_id = create_scan(engine, clock, wanted, "test")
            tell = told.append if told is not None else lambda _: None
            return await run_scan(scan_id, context, owner="here", tell=tell)

    return asyncio.run(whole())


def hosts(engine: Engine, scan_id: int = 1) -> dict[str, dict[str, Any]]:
    with engine.connect() as connection:
        rows = scan_hosts(connection, scan_id, limit=1000).rows
    return {row["address"]: row for row in rows}


def devices(engine: Engine) -> list[dict[str, Any]]:
    with engine.connect() as connection:
        return list_devices(connection, limit=1000).rows
