"""Files what fits several devices on a worklist, for a person to decide.

Works inside the unit of work of `apply`. May import `inventory.storage` and the
tables of `inventory.network`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from sqlalchemy import insert, select, update

from discovery.matching.match import Conflict, Resolution
from discovery.observations import fact_rows
from discovery.observations.store import Stored
from discovery.observations.visit import NEW, Visit
from inventory.network.identity_tables import IdentityConflict
from inventory.network.scan_tables import StoredObservation
from inventory.storage.rows import col, id_of, table_of
from inventory.storage.work import UnitOfWork

_rows = table_of(StoredObservation)
_conflict = table_of(IdentityConflict)


def file_conflicts(
    work: UnitOfWork, resolution: Resolution, stored: Sequence[Stored], visit: Visit
) -> None:
    """Write a worklist row per conflict and keep its observations with it.

    Args:
        work: The transaction.
        resolution: From `match.resolve`, of the stored rows and the visit.
        stored: The rows, by whose ids `resolution` speaks.
        visit: The visit that is being applied.
    """
    by_id = {row.id: row for row in stored}
    for conflict in resolution.conflicts:
        held = [by_id[k] for k in conflict.keys if isinstance(k, int)]
        candidates = sorted(
            {
                device_id
                for keys in conflict.between
                for key in keys
                if isinstance(key, int) and (device_id := by_id[key].device_id)
            }
            - {row.device_id for row in held}
        )
        conflict_id = _file(work, conflict, candidates, held, visit)
        for row in held:
            if row.device_id is not None:
                work.connection.execute(
                    update(_rows)
                    .where(id_of(StoredObservation) == row.id)
                    .values(device_id=None, conflict_id=conflict_id)
                )
        if NEW in conflict.keys:
            _store_in_conflict(work, conflict_id, held, visit)


def _store_in_conflict(
    work: UnitOfWork, conflict_id: int, held: Sequence[Stored], visit: Visit
) -> None:
    rows = {(r.site, r.address, r.collector, r.port): r for r in held}
    for observation in visit.observations:
        fact_rows.write_observation(
            work.connection,
            observation,
            row=rows.get(
                (
                    observation.site,
                    observation.address,
                    observation.collector,
                    observation.port or 0,
                )
            ),
            device_id=None,
            conflict_id=conflict_id,
            identifiers=visit.identifiers,
        )


def _file(
    work: UnitOfWork,
    conflict: Conflict,
    candidates: Sequence[int],
    held: Sequence[Stored],
    visit: Visit,
) -> int:
    """Return the id of the worklist row of a conflict; one row per question."""
    named = [f"{i.kind}={i.value}" for i in conflict.shared]
    key = hashlib.sha256(" ".join(named).encode()).hexdigest()[:32]
    found = work.connection.execute(
        select(id_of(IdentityConflict), col(IdentityConflict.last_seen)).where(
            col(IdentityConflict.key) == key
        )
    ).first()
    values: Mapping[str, object] = {
        "candidates": list(candidates),
        "reasons": list(conflict.reasons),
        "last_seen": visit.seen_at,
    }
    if found is not None:
        work.connection.execute(
            update(_conflict).where(id_of(IdentityConflict) == found.id).values(values)
        )
        existing: int = found.id
        return existing
    address = visit.address or (held[0].address if held else "")
    inserted = work.connection.execute(
        insert(_conflict)
        .values(site=visit.site, address=address, key=key, first_seen=visit.seen_at)
        .values(values)
        .returning(id_of(IdentityConflict))
    )
    conflict_id: int = inserted.scalar_one()
    work.audit("identity_conflict", conflict_id, "create", None, {"shared": named})
    return conflict_id
