"""The facts of stored observations: reading them back and writing them.

May import `inventory.network.tables`, SQLAlchemy and the pure modules of `discovery`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy import Column, Connection, insert, select, update

from collectors.facts import Observation
from discovery.matching.identifiers import Identifier
from discovery.observations import codec
from discovery.observations.damage import entries_or_none, facts_or_none
from discovery.observations.store import chunks, pack
from inventory.network.scan_tables import StoredObservation
from inventory.storage.rows import col, id_of, table_of

_rows = table_of(StoredObservation)


def read_facts(
    connection: Connection, ids: Iterable[int], *, tables: bool = False
) -> list[Observation]:
    """Return the observations of some rows, oldest first; damaged ones are left out.

    Args:
        connection: Where.
        ids: Row ids.
        tables: With FDB and ARP.
    """
    columns: list[Column[Any]] = [
        col(StoredObservation.facts),
        col(StoredObservation.last_seen),
    ]
    columns += (
        [col(StoredObservation.fdb), col(StoredObservation.arp)] if tables else []
    )
    found = []
    for chunk in chunks(sorted(ids)):
        query = select(*columns).where(id_of(StoredObservation).in_(chunk))
        for row in connection.execute(query):
            seen = facts_or_none(row.facts, seen_at=row.last_seen)
            if seen is None:
                continue
            if tables:
                fdb = entries_or_none(codec.decode_fdb, row.fdb) if row.fdb else ()
                arp = entries_or_none(codec.decode_arp, row.arp) if row.arp else ()
                seen = replace(seen, fdb=fdb, arp=arp)
            found.append(seen)
    return sorted(found, key=lambda o: (o.seen_at, o.collector, o.address))


def write_observation(
    connection: Connection,
    observation: Observation,
    *,
    row_id: int | None,
    device_id: int | None,
    conflict_id: int | None = None,
    identifiers: Iterable[Identifier],
) -> int:
    """Write an observation over the row it replaces, or as a new row.

    The times of FDB and ARP move only when the collector brought rows of them: an
    old table must not look fresh.
    """
    digest, facts = codec.encode(observation)
    values: dict[str, Any] = {
        "device_id": device_id,
        "conflict_id": conflict_id,
        "credential": observation.credential,
        "identifiers": pack(identifiers),
        "digest": digest,
        "facts": facts,
        "last_seen": observation.seen_at,
    }
    values |= learned_tables(observation)
    if row_id is not None:
        connection.execute(
            update(_rows).where(id_of(StoredObservation) == row_id).values(values)
        )
        return row_id
    values |= {
        "site": observation.site,
        "address": observation.address,
        "collector": observation.collector,
        "port": observation.port or 0,
        "first_seen": observation.seen_at,
    }
    inserted = connection.execute(
        insert(_rows).values(values).returning(id_of(StoredObservation))
    )
    new: int = inserted.scalar_one()
    return new


def learned_tables(observation: Observation) -> dict[str, Any]:
    """Return the columns of FDB and ARP, for the tables that have rows."""
    found: dict[str, Any] = {}
    if observation.fdb:
        found |= {
            "fdb": codec.encode_fdb(observation.fdb),
            "fdb_at": observation.seen_at,
        }
    if observation.arp:
        found |= {
            "arp": codec.encode_arp(observation.arp),
            "arp_at": observation.seen_at,
        }
    return found
