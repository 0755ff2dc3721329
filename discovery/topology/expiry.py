"""When a place is believed no more, and how long the past is kept.

A place that nobody confirmed for long ends at its last sighting. Ended places are the
history of a device; they are deleted after years, and never those of a device that was
ever an asset: custody, money and audit may ask where it was. May import `inventory`.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import delete, select

import inventory.network.tables  # noqa: F401  (fills the metadata)
from inventory.network.identity_tables import Reconciliation
from inventory.network.topology_tables import Sighting
from inventory.network.write_topology import expire_sightings
from inventory.storage.rows import table_of
from inventory.storage.work import UnitOfWork

_sighting = table_of(Sighting)
_match = table_of(Reconciliation)


class Expired(NamedTuple):
    """How many places were closed and forgotten, and whose the closed ones were."""

    closed: int
    forgotten: int
    devices: frozenset[int]


def expire(
    work: UnitOfWork, site: str, *, place: timedelta, history: timedelta
) -> Expired:
    """Close old places and forget very old ones.

    Args:
        work: The transaction; not committed here.
        site: Whose places.
        place: Unconfirmed for so long, a place is closed.
        history: Closed for so long, the place of what is no asset is deleted.
    """
    now = work.clock()
    closed = expire_sightings(work, site, before=now - place)
    forgotten = _forget(work, site, now - history)
    if closed or forgotten:
        counts = {"closed": len(closed), "forgotten": forgotten}
        work.audit("sighting", site or "-", "expire", None, counts)
    devices = frozenset(device for device in closed if device is not None)
    return Expired(len(closed), forgotten, devices)


def _forget(work: UnitOfWork, site: str, before: datetime) -> int:
    """Delete closed places of devices that never went with an asset."""
    owned = select(_match.c.device_id).where(
        _match.c.asset_id.is_not(None), _match.c.device_id.is_not(None)
    )
    found = work.connection.execute(
        delete(_sighting).where(
            _sighting.c.site == site,
            _sighting.c.closed_at < before,
            _sighting.c.endpoint_id.is_(None) | _sighting.c.endpoint_id.not_in(owned),
        )
    )
    return int(found.rowcount)
