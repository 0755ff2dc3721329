"""What putting a backup back would undo: told before it is done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, String, cast, func, select

from inventory.backup.facts import Facts, facts_of
from inventory.backup.tables import Backup
from inventory.storage.audit import Head
from inventory.storage.rows import table_of
from inventory.storage.tables import AuditEntry

PREPARE = "prepare-restore"
_audit, _backup = table_of(AuditEntry), table_of(Backup)


@dataclass(frozen=True, slots=True)
class Undone:
    """What is in the database and not in a backup of it.

    Attributes:
        same_house: The audit trail goes on from that of the backup; else the backup
            is of another database, or of a time that was itself undone.
        changes: Rows of the audit trail since then; all of them for another house.
        by_entity: The same, by what was changed.
        rows: Table -> how many rows it has more than in the backup, or less.
        older_tables: The tables of the backup are those of an older release.
    """

    same_house: bool
    changes: int
    by_entity: Mapping[str, int]
    rows: Mapping[str, int]
    older_tables: bool


def undone(connection: Connection, backup: Facts) -> Undone:
    """Compare a database with what a backup holds."""
    now = facts_of(connection)
    same = _goes_on_from(connection, backup.head)
    since = backup.head.count if same else 0
    names = sorted(backup.counts.keys() | now.counts.keys())
    more = {n: now.counts.get(n, 0) - backup.counts.get(n, 0) for n in names}
    by_entity = changes_since(connection, since)
    return Undone(
        same_house=same,
        changes=sum(by_entity.values()),
        by_entity=by_entity,
        rows={name: count for name, count in more.items() if count},
        older_tables=backup.revision != now.revision,
    )


def changes_since(connection: Connection, seq: int) -> dict[str, int]:
    """Return how many rows the audit trail has after one, by what was changed."""
    query = (
        select(_audit.c.entity, func.count())
        .where(_audit.c.seq > seq)
        .group_by(_audit.c.entity)
        .order_by(_audit.c.entity)
    )
    return {entity: int(count) for entity, count in connection.execute(query)}


def prepared(connection: Connection) -> tuple[str, int] | None:
    """Return the file that is to be put back, and where the trail was then.

    None if nobody prepared that.
    """
    query = (
        select(_backup.c.path, func.max(_audit.c.seq))
        .join_from(_backup, _audit, _audit.c.entity_id == cast(_backup.c.id, String))
        .where(
            _backup.c.prepared_at.is_not(None),
            _backup.c.removed_at.is_(None),
            _audit.c.entity == "backup",
            _audit.c.action == PREPARE,
        )
        .group_by(_backup.c.path)
        .order_by(func.max(_audit.c.seq).desc())
        .limit(1)
    )
    row = connection.execute(query).one_or_none()
    return None if row is None else (str(row[0]), int(row[1]))


def _goes_on_from(connection: Connection, head: Head) -> bool:
    if not head.count:
        return True
    query = select(_audit.c.hash).where(_audit.c.seq == head.count)
    return connection.execute(query).scalar() == head.hash
