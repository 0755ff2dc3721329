"""A process that scans, to be killed.

`python -m tests.discovery.scan_process NETWORK URL [SCAN]`: starts a scan, or resumes
one, and prints its id before it begins. NETWORK is `office`, run by another process, or
`fake`, hand-made and slow enough to be interrupted.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime

from api.compose import logs
from discovery.scan.context import resolve_by_system
from discovery.scan.jobs import ScanJobs
from discovery.scan.requests import ScanOptions, ScanRequest
from inventory.storage.all_tables import load_tables
from inventory.storage.engine import make_engine
from tests.discovery.fake_network import FakeNetwork
from tests.discovery.scenes import computers, office_floor

FAKE = FakeNetwork(computers(30) | office_floor(), delay=0.1)
FAKE_REQUEST = ScanRequest(
    targets=("10.0.0.0/26",),
    options=ScanOptions(
        tcp_ports=(), ssh_ports=(), sip_port=None, chunk=16, concurrency=4
    ),
)


def now() -> datetime:
    return datetime.now(UTC)


def main(network: str, url: str, scan: str | None) -> None:
    logs.configure("error", as_json=False)
    load_tables()
    engine = make_engine(url)
    if network == "office":
        from tests.discovery.office import office_context as context
        from tests.discovery.office import office_request

        request = office_request()
    else:
        context, request = FAKE.context, FAKE_REQUEST
    jobs = ScanJobs(
        engine, now, lambda wanted: context(engine, now, wanted), resolve_by_system
    )
    jobs.recover()
    if scan is None:
        number = jobs.start(request, requested_by="test")
    else:
        number = int(scan)
        jobs.resume(number)
    print(number, flush=True)
    print(jobs.wait(number).state, flush=True)
    jobs.close()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3] if len(sys.argv) > 3 else None)
