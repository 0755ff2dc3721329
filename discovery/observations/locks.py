"""One lock per identity: two visits that may be of one device wait for each other.

SQLite has one writer at a time, so there is nothing to do. On PostgreSQL a visit takes
advisory locks, held until its transaction ends, on

* each device that its identifiers lead to,
* each of its identifiers that no device has yet, and its address.

Whoever is about to make or change one of these devices holds one of these locks, so
nobody else decides about them meanwhile. What the identifiers lead to may change while
waiting, so it is read again until no lock is missing. Further locks are only taken if
that needs no waiting; else the visit starts over with all of them in one order, so that
no two visits wait for each other. What concerns more than one device at a time (open
conflicts, decisions by hand, batches) locks everybody out instead.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence

from sqlalchemy import Connection, select, text

from discovery.observations.store import Stored
from discovery.observations.visit import Visit
from inventory.network.tables import Device
from inventory.storage.rows import col, id_of
from inventory.storage.work import UnitOfWork

_EVERYBODY = 0x5075727365
"""Key of the lock that each visit shares, and that is taken alone for all else."""


MOST = 48
"""Locks a visit may hold: PostgreSQL keeps all locks in memory of a fixed size."""

TRIES = 8

_ALONE = text("SELECT pg_advisory_xact_lock(:key)")
_SHARED = text("SELECT pg_advisory_xact_lock_shared(:key)")
_EACH = text(
    "SELECT pg_advisory_xact_lock(key) FROM unnest(CAST(:keys AS bigint[])) AS key"
)
_TRY = text(
    "SELECT bool_and(pg_try_advisory_xact_lock(key))"
    " FROM unnest(CAST(:keys AS bigint[])) AS key"
)

Read = Callable[[], Sequence[Stored]]


def lock_everybody(connection: Connection) -> None:
    """Wait until no visit is being written, and keep new ones out."""
    if connection.dialect.name == "postgresql":
        connection.execute(_ALONE, {"key": _EVERYBODY})


def join_in(connection: Connection) -> None:
    """Keep those out who want everybody out."""
    if connection.dialect.name == "postgresql":
        connection.execute(_SHARED, {"key": _EVERYBODY})


def locked_closure(work: UnitOfWork, visit: Visit, read: Read) -> Sequence[Stored]:
    """Lock what a visit is about and return the stored observations of it.

    Args:
        work: The transaction. Nothing was written in it yet: it may be rolled back and
            begun again.
        visit: The visit.
        read: Reads the observations that may be of the same device.
    """
    if work.connection.dialect.name != "postgresql":
        return read()
    keys = _keys(visit, read())
    for _ in range(TRIES):
        if keys is None:
            break
        work.rollback()
        join_in(work.connection)
        work.connection.execute(_EACH, {"keys": sorted(keys)})
        found = _settled(work.connection, visit, read, keys)
        if found is not None:
            return found
        now = _keys(visit, read())
        keys = None if now is None else keys | now
    work.rollback()
    lock_everybody(work.connection)
    return read()


def may_revive(connection: Connection, device_id: int) -> bool:
    """Lock a device that ended, to give it back its identifiers, if nobody else does.

    Two halves of what it once was may be seen again at the same time.
    """
    if connection.dialect.name != "postgresql":
        return True
    keys = {"keys": [_key(f"device {device_id}")]}
    if not connection.execute(_TRY, keys).scalar_one():
        return False
    still = select(id_of(Device)).where(
        id_of(Device) == device_id, col(Device.merged_at).is_not(None)
    )
    return connection.execute(still).first() is not None


def _settled(
    connection: Connection, visit: Visit, read: Read, held: set[int]
) -> Sequence[Stored] | None:
    """Return what is stored once all its locks are held; None if one is taken."""
    held = set(held)
    while True:
        found = read()
        keys = _keys(visit, found)
        if keys is None:
            return None
        missing = sorted(keys - held)
        if not missing:
            return found
        if not connection.execute(_TRY, {"keys": missing}).scalar_one():
            return None
        held.update(missing)


def _keys(visit: Visit, stored: Iterable[Stored]) -> set[int] | None:
    """Return the keys to lock for a visit; None if everybody has to be locked out."""
    stored = list(stored)
    if any(row.device_id is None for row in stored):
        return None
    known = {i for row in stored for i in row.identifiers}
    names = {f"device {row.device_id}" for row in stored}
    names |= {
        f"{i.kind} {i.value}" for i in visit.identifiers if i.joins and i not in known
    }
    if visit.address:
        names.add(f"address {visit.site} {visit.address}")
    return {_key(name) for name in names} if len(names) <= MOST else None


def _key(name: str) -> int:
    digest = hashlib.blake2b(name.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
