"""Files what fits several devices on a worklist, for a person to decide.

Works inside the unit of work of `apply`. May import `inventory.storage` and the
tables of `inventory.network`.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence

from sqlalchemy import insert, select, update

from discovery.matching.identifiers import Identifier
from discovery.matching.match import Resolution
from discovery.observations import fact_rows, store
from discovery.observations.store import UNIQUE, Stored, key_of, shared_key
from discovery.observations.visit import NEW, Visit
from inventory.kernel.texts import N_, Said
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
        key = key_of([f"{i.kind}={i.value}" for i in conflict.shared])
        address = visit.address or (held[0].address if held else "")
        told = candidates, conflict.reasons
        conflict_id = _file(work, key, told, address, visit)
        for row in held:
            if row.device_id is not None:
                work.connection.execute(
                    update(_rows)
                    .where(id_of(StoredObservation) == row.id)
                    .values(device_id=None, conflict_id=conflict_id)
                )
        if NEW in conflict.keys:
            _store_in_conflict(work, conflict_id, held, visit)


def file_shared(
    work: UnitOfWork,
    resolution: Resolution,
    device_of: Mapping[Hashable, int],
    visit: Visit,
) -> None:
    """Write a worklist row for each value that several devices bear.

    The value has no weight any more; what was joined by it comes apart again.

    Args:
        work: The transaction.
        resolution: From `match.resolve`.
        device_of: Record -> device, as it is written.
        visit: The visit that is being applied.
    """
    asked = {i for conflict in resolution.conflicts for i in conflict.shared}
    for borne in resolution.borne:
        found = {device_of.get(key) for keys in borne.by for key in keys} - {None}
        devices = sorted(d for d in found if d is not None)
        if borne.value.kind in UNIQUE and borne.value not in asked and len(devices) > 1:
            named = f"{borne.value.kind} {borne.value.value}"
            key = store.filed_as(work.connection, borne.value)
            reason = Said(
                N_("{value} is borne by {count} devices that are not the same"),
                value=named,
                count=len(devices),
            )
            if borne.proven:
                key = _proven(work, borne.value)
            _file(work, key, (devices, [reason]), "", visit)


def _proven(work: UnitOfWork, value: Identifier) -> str:
    """Return the key of a question whose value was proven to be of several devices.

    From then on it joins nothing, also when the devices that proved it are gone.
    """
    key, before = shared_key(value, proven=True), shared_key(value)
    work.connection.execute(
        update(_conflict).where(col(IdentityConflict.key) == before).values(key=key)
    )
    return key


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
    key: str,
    told: tuple[Sequence[int], Sequence[str]],
    address: str,
    visit: Visit,
) -> int:
    """Return the id of a worklist row; one row per question."""
    candidates, reasons = told
    found = work.connection.execute(
        select(id_of(IdentityConflict), col(IdentityConflict.last_seen)).where(
            col(IdentityConflict.key) == key
        )
    ).first()
    values: Mapping[str, object] = {
        "candidates": list(candidates),
        "reasons": list(reasons),
        "last_seen": visit.seen_at,
    }
    if found is not None:
        work.connection.execute(
            update(_conflict).where(id_of(IdentityConflict) == found.id).values(values)
        )
        existing: int = found.id
        return existing
    inserted = work.connection.execute(
        insert(_conflict)
        .values(site=visit.site, address=address, key=key, first_seen=visit.seen_at)
        .values(values)
        .returning(id_of(IdentityConflict))
    )
    conflict_id: int = inserted.scalar_one()
    work.audit(
        "identity_conflict", conflict_id, "create", None, {"reasons": list(reasons)}
    )
    return conflict_id
