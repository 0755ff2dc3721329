"""The rows of a scan: its state, how far it is, what came of each host.

Runs in the one thread that writes for a scan. May import `inventory.network` tables
and `inventory.storage`.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, insert, select, update

import inventory.network.tables  # noqa: F401  (fills the metadata)
from discovery.scan.requests import HostResult, Progress, ScanRequest
from inventory.kernel.errors import NotAllowed, NotFound
from inventory.network.scan_tables import Scan, ScanHost
from inventory.storage.engine import writing
from inventory.storage.rows import col, id_of, table_of
from inventory.storage.work import Clock, UnitOfWork

_scan = table_of(Scan)
_host = table_of(ScanHost)

WAITING = "waiting"
"""Outcome of a host that is applied once all address tables are read."""

RESUMABLE = frozenset(("interrupted", "cancelled", "failed"))


@dataclass(frozen=True, slots=True)
class ResumePoint:
    """Where a scan stands when it is taken up.

    Attributes:
        position: Addresses of the target list that are swept and done with.
        done: Hosts that are done with, before and beyond the position.
        waiting: Hosts that had to wait for the address tables and must be asked again.
    """

    request: ScanRequest
    position: int
    done: frozenset[str]
    waiting: tuple[str, ...]
    started_at: datetime


def create_scan(
    engine: Engine,
    clock: Clock,
    request: ScanRequest,
    requested_by: str,
    *,
    owner: str | None = None,
) -> int:
    """Write a queued scan with its audit row and return its id.

    Args:
        engine: The database.
        clock: Present moment.
        request: What to scan.
        requested_by: Who wants it.
        owner: The process that is going to run it; None if any may.
    """
    with UnitOfWork(engine, actor=requested_by or "scan", clock=clock) as work:
        inserted = work.connection.execute(
            insert(_scan)
            .values(
                site=request.site,
                state="queued",
                request=request.as_json(),
                requested_by=requested_by,
                owner=owner,
                position=0,
                counts={},
                created_at=clock(),
            )
            .returning(id_of(Scan))
        )
        scan_id: int = inserted.scalar_one()
        work.audit("scan", scan_id, "create", None, request.as_json())
        work.commit()
    return scan_id


def requeue(
    engine: Engine, clock: Clock, scan_id: int, *, owner: str | None = None
) -> ScanRequest:
    """Queue a scan that stopped before its end and return what it was asked to do.

    Raises:
        NotFound: There is no such scan.
        NotAllowed: It is running or finished.
    """
    with UnitOfWork(engine, actor="scan", clock=clock) as work:
        row = work.connection.execute(
            select(_scan).where(id_of(Scan) == scan_id).with_for_update()
        ).one_or_none()
        if row is None:
            raise NotFound(f"There is no scan {scan_id}.", where="scan")
        if row.state not in RESUMABLE:
            raise NotAllowed(
                f"Scan {scan_id} is {row.state}.",
                where="scan",
                remedy="Only an interrupted, cancelled or failed scan can be resumed.",
            )
        work.connection.execute(
            update(_scan)
            .where(id_of(Scan) == scan_id)
            .values(state="queued", owner=owner)
        )
        work.audit("scan", scan_id, "resume", {"state": row.state}, None)
        work.commit()
    return ScanRequest.from_json(row.request)


def start_or_resume(
    engine: Engine, clock: Clock, scan_id: int, owner: str
) -> ResumePoint:
    """Mark a scan as running under `owner` and return where it stands.

    Raises:
        NotFound: There is no such scan.
        NotAllowed: It is running elsewhere, or finished.
    """
    now = clock()
    with writing(engine) as connection:
        row = connection.execute(
            select(_scan).where(id_of(Scan) == scan_id).with_for_update()
        ).one_or_none()
        if row is None:
            raise NotFound(f"There is no scan {scan_id}.", where="scan")
        if row.state not in {"queued", *RESUMABLE}:
            raise NotAllowed(
                f"Scan {scan_id} is {row.state}.",
                where="scan",
                remedy="Only a queued, interrupted, cancelled or failed scan can run.",
            )
        started = row.started_at or now
        connection.execute(
            update(_scan)
            .where(id_of(Scan) == scan_id)
            .values(
                state="running",
                owner=owner,
                started_at=started,
                heartbeat_at=now,
                finished_at=None,
                error=None,
            )
        )
        hosts = connection.execute(
            select(col(ScanHost.address), col(ScanHost.outcome)).where(
                col(ScanHost.scan_id) == scan_id
            )
        ).all()
    return ResumePoint(
        ScanRequest.from_json(row.request),
        row.position,
        frozenset(host.address for host in hosts if host.outcome != WAITING),
        tuple(host.address for host in hosts if host.outcome == WAITING),
        started,
    )


def record_host(
    connection: Connection, scan_id: int, at: datetime, host: HostResult
) -> None:
    """Write what came of a host; a host that is done again replaces its row."""
    values = asdict(host)
    del values["device_name"]
    values["problems"] = [list(problem) for problem in host.problems]
    values["collectors"] = dict(host.collectors)
    values |= {"finished_at": at}
    changed = connection.execute(
        update(_host)
        .where(col(ScanHost.scan_id) == scan_id, col(ScanHost.address) == host.address)
        .values(values)
    )
    if not changed.rowcount:
        connection.execute(insert(_host).values(values | {"scan_id": scan_id}))


def record_progress(
    engine: Engine, scan_id: int, at: datetime, *, position: int, progress: Progress
) -> None:
    """Write how far the scan is, which is also its sign of life."""
    with writing(engine) as connection:
        connection.execute(
            update(_scan)
            .where(id_of(Scan) == scan_id)
            .values(heartbeat_at=at, position=position, counts=progress.counts())
        )


def end_scan(
    engine: Engine, clock: Clock, scan_id: int, state: str, progress: Progress
) -> None:
    """Write how a scan ended, with its audit row."""
    with UnitOfWork(engine, actor=f"scan:{scan_id}", clock=clock) as work:
        values: dict[str, Any] = {
            "state": state,
            "owner": None,
            "error": progress.error,
            "finished_at": clock(),
            "counts": progress.counts(),
        }
        work.connection.execute(
            update(_scan).where(id_of(Scan) == scan_id).values(values)
        )
        after = {"state": state, "counts": progress.counts()}
        work.audit("scan", scan_id, "end", {"state": "running"}, after)
        work.commit()


def interrupt_orphaned(
    engine: Engine,
    clock: Clock,
    *,
    is_alive: Any,  # noqa: ANN401
    patience: timedelta = timedelta(minutes=2),
) -> list[int]:
    """Mark scans whose process is gone as interrupted and return their ids.

    Scans that were still waiting for their turn in it are among them.

    Args:
        engine: The database.
        clock: Present moment.
        is_alive: Owner -> True, False, or None if that cannot be told from here.
        patience: How old a sign of life may be where it cannot be told.
    """
    now = clock()
    with UnitOfWork(engine, actor="recovery", clock=clock) as work:
        rows = work.connection.execute(
            select(_scan).where(
                col(Scan.state).in_(("queued", "running")), col(Scan.owner).is_not(None)
            )
        ).all()
        dead = []
        for row in rows:
            alive = is_alive(row.owner or "")
            if alive is None:
                last = row.heartbeat_at or row.created_at
                alive = now - last <= patience
            if not alive:
                dead.append(row.id)
                work.audit(
                    "scan",
                    row.id,
                    "interrupt",
                    {"state": "running"},
                    {"owner": row.owner},
                )
        if dead:
            work.connection.execute(
                update(_scan)
                .where(id_of(Scan).in_(dead))
                .values(state="interrupted", owner=None)
            )
            work.commit()
    return dead


def read_progress(engine: Engine, scan_id: int) -> Progress:
    """Return how far a scan is, as it is stored.

    Raises:
        NotFound: There is no such scan.
    """
    with engine.connect() as connection:
        row = connection.execute(
            select(_scan).where(id_of(Scan) == scan_id)
        ).one_or_none()
    if row is None:
        raise NotFound(f"There is no scan {scan_id}.", where="scan")
    return Progress(
        scan_id=scan_id, state=row.state, error=row.error, **dict(row.counts)
    )
