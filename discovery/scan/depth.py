"""How much a scan asks: everything, only what is new, or only where things are.

A sweep that collects only what is new is cheap enough to be repeated every few hours;
tables of switches and routers, which tell where endpoints are, every few minutes. May
import `inventory.network` tables.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum

from sqlalchemy import Engine, select

from discovery.scan.requests import ScanOptions
from inventory.network.scan_tables import StoredObservation
from inventory.network.tables import Device
from inventory.storage.rows import chunks, col, id_of

_TALKATIVE = ("heard", "seen", "sweep")
"""Collectors that do not mean that a device was read itself."""
WHEREABOUTS = ("system", "arp", "fdb")
"""Topics of SNMP that tell where endpoints are, and whose tables these are."""


class Depth(StrEnum):
    """How much is asked."""

    ALL = "all"
    NEW = "new"
    """Only hosts at whose address nothing was read yet."""
    WHEREABOUTS = "whereabouts"
    """By SNMP only, and only forwarding and address tables."""


def options_for(depth: Depth, options: ScanOptions) -> ScanOptions:
    """Return the options of a scan that asks so much."""
    if depth is not Depth.WHEREABOUTS:
        return replace(options, depth=str(depth))
    return replace(
        options, depth=str(depth), icmp=False, tcp_ports=(), ssh_ports=(), sip_port=None
    )


def read_before(engine: Engine, site: str, addresses: Sequence[str]) -> set[str]:
    """Return at which of some addresses something was read before."""
    found: set[str] = set()
    with engine.connect() as connection:
        for some in chunks(addresses):
            query = select(col(StoredObservation.address)).where(
                col(StoredObservation.site) == site,
                col(StoredObservation.address).in_(some),
                col(StoredObservation.collector).not_in(_TALKATIVE),
            )
            found.update(connection.scalars(query))
    return found


def managed_addresses(engine: Engine, site: str) -> list[str]:
    """Return where the devices of a site answered to SNMP."""
    query = (
        select(col(StoredObservation.address))
        .join(Device, id_of(Device) == col(StoredObservation.device_id))
        .where(
            col(StoredObservation.site) == site,
            col(StoredObservation.collector) == "snmp",
            col(Device.merged_at).is_(None),
        )
        .distinct()
    )
    with engine.connect() as connection:
        return sorted(connection.scalars(query))
