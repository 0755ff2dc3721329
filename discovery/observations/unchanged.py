"""The short way for a visit that read exactly what was read before: only times move.

Works inside the unit of work of `apply`.
"""

from __future__ import annotations

from sqlalchemy import Connection, update

from collectors.facts import Observation
from discovery.observations import codec, fact_rows, store
from discovery.observations.store import Stored
from discovery.observations.visit import Visit
from inventory.network.scan_tables import StoredObservation
from inventory.network.write_device import touch_devices
from inventory.storage.rows import col, id_of, table_of
from inventory.storage.work import UnitOfWork

_rows = table_of(StoredObservation)


def touch_if_unchanged(work: UnitOfWork, visit: Visit) -> int | None:
    """If exactly this was read at this address before, move the times; else None."""
    same_rows: list[tuple[Stored, Observation]] = []
    devices: set[int | None] = set()
    stored = store.rows_at(
        work.connection, visit.site, (o.address for o in visit.observations)
    )
    for observation in visit.observations:
        same = [
            row
            for row in stored.get(observation.address, ())
            if (row.collector, row.port)
            == (observation.collector, observation.port or 0)
        ]
        if len(same) != 1 or same[0].digest != codec.digest(observation):
            return None
        same_rows.append((same[0], observation))
        devices.add(same[0].device_id)
    found = next(iter(devices))
    if len(devices) != 1 or found is None:
        return None
    for row, observation in same_rows:
        _touch(work.connection, row, observation)
    touch_devices(work, [found], visit.seen_at)
    return found


def _touch(connection: Connection, row: Stored, observation: Observation) -> None:
    learned = fact_rows.learned_tables(observation, row)
    values = learned | {"last_seen": observation.seen_at}
    connection.execute(
        update(_rows)
        .where(
            id_of(StoredObservation) == row.id,
            col(StoredObservation.last_seen) <= observation.seen_at,
        )
        .values(values)
    )
