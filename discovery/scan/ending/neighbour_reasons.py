"""Why a neighbour that announced itself is not a device that answers.

May import `inventory.network.tables`, SQLAlchemy and the pure modules of `discovery`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache

from sqlalchemy import Connection, select

import inventory.network.tables  # noqa: F401  (fills the metadata)
from collectors.facts import Reason
from discovery.scan.requests import ScanRequest
from discovery.scan.targets import TargetError, Targets, parse_targets
from discovery.topology.links import Remote
from discovery.topology.load_site import SiteNetwork
from discovery.topology.model import Announcement
from inventory.network.scan_tables import ScanHost
from inventory.network.topology_tables import DeviceNeighbour
from inventory.storage.rows import col, id_of

OUTSIDE = "outside"
"""Its address is in none of the networks that are scanned."""
NO_ADDRESS = "no-address"
"""It does not say at which address it can be asked."""

_INFRASTRUCTURE = frozenset(("bridge", "router", "wlan-ap", "repeater"))


@dataclass(frozen=True, slots=True)
class Asked:
    """A scan: what it was asked for, and when it began."""

    scan_id: int
    request: ScanRequest
    started_at: datetime


def neighbour_reasons(
    connection: Connection,
    found: SiteNetwork,
    remotes: Mapping[tuple[int, str, str], Remote],
    scans: Sequence[Asked],
) -> dict[int, str | None]:
    """Return neighbour row -> reason, None where nothing needs explaining.

    Endpoints need no reason: phones and computers are devices by being heard.

    Args:
        connection: Where.
        found: The site.
        remotes: Who the neighbours are.
        scans: The scans that ended, in order.
    """
    asked = [(each.request, _failures(connection, each.scan_id)) for each in scans]
    stored = {
        row.id: row.reason
        for row in connection.execute(
            select(id_of(DeviceNeighbour), col(DeviceNeighbour.reason)).where(
                col(DeviceNeighbour.reason).is_not(None)
            )
        )
    }
    reasons: dict[int, str | None] = {}
    for announcement in found.network.announcements:
        key = (announcement.node, announcement.port_name, announcement.key)
        remote = remotes.get(key)
        row_id = found.heard[key]
        node = found.network.nodes[remote.node] if remote else None
        if node is not None and (node.managed or not _is_infrastructure(announcement)):
            reasons[row_id] = None
            continue
        reason = stored.get(row_id)
        for request, failures in asked:
            why = _why(announcement, request, failures)
            # Another scan of other networks says nothing about this neighbour.
            reason = reason or why if why == OUTSIDE else why
        reasons[row_id] = reason
    return reasons


def _failures(connection: Connection, scan_id: int) -> dict[str, str]:
    """Return why addresses of a scan could not be read."""
    hosts = select(col(ScanHost.address), col(ScanHost.reason)).where(
        col(ScanHost.scan_id) == scan_id
    )
    return {
        row.address: row.reason or Reason.UNSUPPORTED.value
        for row in connection.execute(hosts)
    }


def _is_infrastructure(announcement: Announcement) -> bool:
    return bool(_INFRASTRUCTURE & announcement.capabilities) and (
        "telephone" not in announcement.capabilities
    )


def _why(
    announcement: Announcement, request: ScanRequest, failures: Mapping[str, str]
) -> str:
    if not announcement.addresses:
        return NO_ADDRESS
    for address in announcement.addresses:
        if address in failures:
            return failures[address]
    for address in announcement.addresses:
        if _among(request.exclude, address):
            return Reason.EXCLUDED.value
        if _among(request.targets, address):
            return Reason.TIMED_OUT.value
    return OUTSIDE


@cache
def _targets(texts: tuple[str, ...]) -> Targets | None:
    try:
        return parse_targets(texts, resolve=lambda _: (), limit=2**128)
    except TargetError:
        return None


@lru_cache(maxsize=100_000)  # many hear the same neighbour
def _among(texts: tuple[str, ...], address: str) -> bool:
    targets = _targets(texts)
    try:
        return targets is not None and address in targets
    except ValueError:
        return False
