"""Devices first known by what they say to anybody, then read with a credential."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, text

from discovery.access.credentials import Credentials
from discovery.scan.requests import Progress
from discovery.scan.scan import run_scan
from discovery.scan.scan_rows import create_scan
from inventory.network.queries.devices import list_devices
from tests.discovery.office import office_context, office_request, running_office

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def running() -> Iterator[None]:
    """The office, for all databases."""
    with running_office():
        yield


def scan(engine: Engine, at: datetime, credentials: Credentials | None) -> Progress:
    """Scan the office at a moment, with other credentials than its own if any."""
    clock: Callable[[], datetime] = lambda: at  # noqa: E731

    async def whole() -> Progress:
        async with office_context(engine, clock) as context:
            if credentials is not None:
                context = replace(context, credentials=credentials)
            scan_id = create_scan(engine, clock, office_request(), "test")
            return await run_scan(scan_id, context, owner="here")

    return asyncio.run(whole())


def by_address(engine: Engine) -> dict[str, int]:
    with engine.connect() as connection:
        rows = list_devices(connection, limit=1000).rows
    return {row["address"]: row["id"] for row in rows if row["address"]}


@pytest.mark.usefixtures("running")
def test_what_is_read_later_is_the_same_device_and_what_was_said_stays(
    engine: Engine,
) -> None:
    scan(engine, MONDAY, Credentials(()))
    before = by_address(engine)
    assert len(before) > 20
    scan(engine, MONDAY + timedelta(days=3), None)
    after = by_address(engine)
    moved = {a: (before[a], after.get(a)) for a in before if after.get(a) != before[a]}
    assert moved == {}
    with engine.connect() as connection:
        both = connection.execute(
            text(
                "SELECT count(*) FROM observation p JOIN observation s"
                " ON s.device_id = p.device_id AND s.collector IN ('snmp', 'ssh')"
                " WHERE p.collector = 'probe'"
            )
        ).scalar()
    assert both, "what a probe heard stays beside what was read"
