"""After all hosts: endpoints, topology, reconciliation. Idempotent."""

from __future__ import annotations

from datetime import datetime

from discovery.kit import ScanKit
from discovery.requests import ScanRequest


def finish_scan(
    kit: ScanKit, request: ScanRequest, scan_id: int, started_at: datetime
) -> None:
    """Draw the conclusions that need the whole network."""
