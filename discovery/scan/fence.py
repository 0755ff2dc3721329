"""Whose scan it is: a process that slept may not write over what another one did.

Each time a scan is taken up it gets the number of a further attempt. Every
transaction of a scan asks for its number before it commits, and keeps others from
taking the scan up until then. May import `inventory`.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, Engine, bindparam, select

from inventory.kernel.errors import (
    DatabaseFull,
    DatabaseUnreachable,
    DatabaseUnwritable,
    InventoryError,
    SchemaMismatch,
)
from inventory.network.scan_tables import Scan
from inventory.storage.rows import col, id_of
from inventory.storage.work import Clock, UnitOfWork


class ScanTakenOver(InventoryError):
    """Another process goes on with this scan, or it was ended."""

    code = "scan-taken-over"
    remedy = "Nothing is lost: look at the scan to see who goes on with it."


FOR_ALL = (
    ScanTakenOver,
    DatabaseFull,
    DatabaseUnreachable,
    DatabaseUnwritable,
    SchemaMismatch,
)
"""What no host can help, and the next one meets as well."""

# Built once: building a statement costs as much as running it.
_OURS = (
    select(id_of(Scan))
    .where(
        id_of(Scan) == bindparam("scan"),
        col(Scan.attempt) == bindparam("number"),
        col(Scan.state) == "running",
    )
    .with_for_update(read=True)
)


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to write for a scan.

    Attributes:
        attempt: How many times the scan was taken up, this time included.
    """

    scan_id: int
    attempt: int

    @property
    def actor(self) -> str:
        """Who stands in the audit trail."""
        return f"scan:{self.scan_id}"

    def check(self, connection: Connection) -> None:
        """Make sure that the scan is still ours, until the transaction ends.

        Raises:
            ScanTakenOver: It is not.
        """
        mine = {"scan": self.scan_id, "number": self.attempt}
        if connection.execute(_OURS, mine).first() is None:
            raise ScanTakenOver(where=f"scan {self.scan_id}")


class ScanWork(UnitOfWork):
    """A unit of work that commits only while the scan is ours."""

    def __init__(self, engine: Engine, claim: Claim, clock: Clock) -> None:
        super().__init__(engine, actor=claim.actor, clock=clock)
        self._claim = claim

    def commit(self) -> None:
        """Commit as any unit of work.

        Raises:
            ScanTakenOver: Another process has the scan; nothing was written.
            StorageError: The database did not take it; nothing was written.
        """
        self._claim.check(self.connection)
        super().commit()
