"""A process that scans the office of another process, to be killed.

`python -m tests.discovery.scan_process URL [SCAN]`: starts a scan, or resumes one, and
prints its id before it begins.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime

from discovery.jobs import ScanJobs
from discovery.kit import resolve_by_system
from inventory.storage.all_tables import load_tables
from inventory.storage.engine import make_engine
from tests.discovery.office import office_kit, office_request


def now() -> datetime:
    return datetime.now(UTC)


def main(url: str, scan: str | None) -> None:
    load_tables()
    engine = make_engine(url)
    jobs = ScanJobs(
        engine, now, lambda request: office_kit(engine, now, request), resolve_by_system
    )
    jobs.recover()
    if scan is None:
        number = jobs.start(office_request(), requested_by="test")
    else:
        number = int(scan)
        jobs.resume(number)
    print(number, flush=True)
    print(jobs.wait(number).state, flush=True)
    jobs.close()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None)
