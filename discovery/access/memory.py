"""What a scan remembers: credentials that worked, neighbours that were announced.

May import `inventory.network.tables` and SQLAlchemy.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Engine, select
from sqlmodel import SQLModel

import inventory.network.tables  # noqa: F401  (fills the metadata)
from discovery.access.credentials import Memory
from discovery.observations.damage import facts_or_none
from inventory.network.scan_tables import StoredObservation
from inventory.storage.rows import col


def remember(engine: Engine, site: str, addresses: Sequence[str]) -> Memory:
    """Return what worked before at some addresses, and the SSH keys seen there."""
    worked: dict[tuple[str, str], str] = {}
    pins: dict[str, str] = {}
    with engine.connect() as connection:
        for row in _rows_at(connection, site, addresses):
            if row.credential:
                worked[row.address, row.collector] = row.credential
            if row.collector == "ssh":
                seen = facts_or_none(row.facts, seen_at=row.last_seen)
                if seen is not None and seen.host_keys:
                    pins[row.address] = seen.host_keys[0].fingerprint
    return Memory(worked, pins)


def _rows_at(
    connection: Connection, site: str, addresses: Sequence[str]
) -> Iterable[Any]:
    for start in range(0, len(addresses), 400):
        yield from connection.execute(
            select(
                col(StoredObservation.address),
                col(StoredObservation.collector),
                col(StoredObservation.credential),
                col(StoredObservation.facts),
                col(StoredObservation.last_seen),
            )
            .where(col(StoredObservation.site) == site)
            .where(col(StoredObservation.address).in_(addresses[start : start + 400]))
            .where(col(StoredObservation.device_id).is_not(None))
            .order_by(col(StoredObservation.last_seen))
        )


def unanswered_neighbours(engine: Engine, site: str) -> list[str]:
    """Return the management addresses of neighbours where nothing was read yet."""
    neighbour, device = (SQLModel.metadata.tables[n] for n in ("neighbour", "device"))
    read = select(col(StoredObservation.address)).where(
        col(StoredObservation.site) == site,
        col(StoredObservation.collector).not_in(("heard", "seen", "sweep")),
    )
    query = (
        select(neighbour.c.addresses)
        .join(device, device.c.id == neighbour.c.device_id)
        .where(device.c.site == site, neighbour.c.removed_at.is_(None))
    )
    with engine.connect() as connection:
        known = set(connection.scalars(read))
        found = {ip for ips in connection.scalars(query) for ip in ips}
    return sorted(found - known)
