"""The office scanned as a job, into both databases."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import datetime

import pytest
from sqlalchemy import Engine

from collectors.office.expected_findings import expected
from discovery.scan.context import resolve_by_system
from discovery.scan.jobs import ScanJobs
from discovery.scan.requests import Progress
from inventory.network.queries.devices import list_devices
from inventory.storage.audit import verify
from tests.discovery.office import (
    office,
    office_context,
    office_request,
    running_office,
)


@pytest.mark.slow
def test_jobs_scan_the_office_and_tell_how_far_they_are(
    engine: Engine, clock: Callable[[], datetime]
) -> None:
    jobs = ScanJobs(
        engine, clock, lambda r: office_context(engine, clock, r), resolve_by_system
    )
    told: list[Progress] = []
    with running_office(), closing(jobs):
        scan_id = jobs.start(office_request(), requested_by="person:1")
        jobs.subscribe(scan_id, told.append)
        assert jobs.wait(scan_id, timeout=120).state == "finished"
    assert told[-1].done == told[-1].answered > 40
    with engine.connect() as connection:
        assert len(list_devices(connection, limit=1000).rows) == len(
            expected(office()).devices
        )
    assert verify(engine) == []
