"""What a database holds, so that a restored one can be compared with its original."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, func, inspect, select
from sqlalchemy import table as plain_table

from inventory.storage.audit import Head, read_head
from inventory.storage.searching import is_compared


@dataclass(frozen=True, slots=True)
class Facts:
    """What a database holds at a moment.

    Attributes:
        revision: Of its tables.
        counts: Table -> rows.
        head: End of the audit trail.
    """

    revision: str
    counts: Mapping[str, int]
    head: Head

    def as_json(self) -> dict[str, Any]:
        """Return it as it stands in a manifest."""
        return asdict(self)


def from_json(found: Mapping[str, Any]) -> Facts:
    """Return what `Facts.as_json` returned."""
    return Facts(found["revision"], found["counts"], Head(**found["head"]))


def facts_of(connection: Connection) -> Facts:
    """Count the rows of every table, in the snapshot of the connection."""
    names = inspect(connection).get_table_names()
    counts = {
        name: int(
            connection.execute(
                select(func.count()).select_from(plain_table(name))
            ).scalar_one()
        )
        for name in sorted(names)
        if is_compared(name, "table", {})
    }
    revision = MigrationContext.configure(connection).get_current_revision() or ""
    return Facts(revision, counts, read_head(connection) or Head(0, ""))


def differences(expected: Facts, found: Facts) -> Iterator[str]:
    """Yield a sentence for everything that is not equal."""
    if expected.revision != found.revision:
        yield f"The revision is {found.revision}, not {expected.revision}."
    if expected.head != found.head:
        yield f"The audit trail ends at {found.head}, not at {expected.head}."
    for name in sorted(expected.counts.keys() | found.counts.keys()):
        before, after = expected.counts.get(name), found.counts.get(name)
        if before != after:
            yield f"Table {name} has {after} rows, not {before}."
