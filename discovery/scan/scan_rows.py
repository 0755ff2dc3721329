"""The rows of a scan: its state, how far it is, what came of each host.

Runs in the one thread that writes for a scan. May import `inventory.network` tables
and `inventory.storage`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Row, bindparam, func, insert, select, update

import inventory.network.tables  # noqa: F401  (fills the metadata)
from discovery.scan.fence import Claim, ScanTakenOver
from discovery.scan.requests import HostResult, Progress, ScanRequest
from inventory.kernel.errors import NotAllowed, NotFound
from inventory.kernel.texts import N_
from inventory.network.scan_tables import Scan, ScanHost
from inventory.storage.engine import writing
from inventory.storage.rows import col, id_of, table_of
from inventory.storage.work import Clock, UnitOfWork

_scan = table_of(Scan)
_host = table_of(ScanHost)
# Built once: building a statement costs as much as running it.
_INSERT_HOST = insert(_host)
_UPDATE_HOST = update(_host).where(
    _host.c.scan_id == bindparam("scan"), _host.c.address == bindparam("at_address")
)

WAITING = "waiting"
"""Outcome of a host that is applied once all address tables are read."""

PATIENCE = timedelta(minutes=2)
"""How old the last sign of life of a running scan may be."""

IsAlive = Callable[[str], bool | None]

RESUMABLE = frozenset(("interrupted", "cancelled", "failed"))


@dataclass(frozen=True, slots=True)
class ResumePoint:
    """Where a scan stands when it is taken up.

    Attributes:
        position: Addresses of the target list that are swept and done with.
        done: Hosts that are done with, before and beyond the position.
        waiting: Hosts that had to wait for the address tables and must be asked again.
        claim: The right to write for it.
        for_all: As in `Progress`, from before.
    """

    request: ScanRequest
    position: int
    done: frozenset[str]
    waiting: tuple[str, ...]
    started_at: datetime
    claim: Claim
    for_all: tuple[tuple[str, str, str], ...] = ()

    def progress(self) -> Progress:
        """Return how far the scan is when it goes on from here."""
        return Progress(
            scan_id=self.claim.scan_id,
            state="running",
            phase="sweep",
            problems=len(self.for_all),
            for_all=self.for_all,
        )


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
                attempt=0,
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
            raise NotFound(N_("There is no scan {scan}."), where="scan", scan=scan_id)
        if row.state not in RESUMABLE:
            raise NotAllowed(
                N_("Scan {scan} is {state}."),
                where="scan",
                remedy=N_(
                    "Only an interrupted, cancelled or failed scan can be resumed."
                ),
                scan=scan_id,
                state=row.state,
            )
        work.connection.execute(
            update(_scan)
            .where(id_of(Scan) == scan_id)
            .values(state="queued", owner=owner, heartbeat_at=clock())
        )
        work.audit("scan", scan_id, "resume", {"state": row.state}, None)
        work.commit()
    return ScanRequest.from_json(row.request)


def adopt(engine: Engine, clock: Clock, scan_id: int, owner: str) -> ScanRequest | None:
    """Take a scan that waits for any process, or stopped early, to run it here.

    Returns:
        None: It has ended, or another process has it.
    """
    with UnitOfWork(engine, actor="scan", clock=clock) as work:
        row = work.connection.execute(
            select(_scan).where(id_of(Scan) == scan_id).with_for_update()
        ).one_or_none()
        waits = row is not None and row.state == "queued" and row.owner is None
        if row is None or not (waits or row.state in {"interrupted", "failed"}):
            return None
        work.connection.execute(
            update(_scan)
            .where(id_of(Scan) == scan_id)
            .values(state="queued", owner=owner, heartbeat_at=clock())
        )
        if not waits:
            work.audit("scan", scan_id, "resume", {"state": row.state}, None)
        work.commit()
    return ScanRequest.from_json(row.request)


def cancel_anywhere(engine: Engine, clock: Clock, scan_id: int) -> bool:
    """End a scan, in whichever process; return whether there was one to end.

    The process that runs it may write nothing more, and stops with its next sign of
    life. What was applied stays, and the scan can be resumed.
    """
    with UnitOfWork(engine, actor="scan", clock=clock) as work:
        changed = work.connection.execute(
            update(_scan)
            .where(id_of(Scan) == scan_id, col(Scan.state).in_(("queued", "running")))
            .values(state="cancelled", owner=None, finished_at=clock())
        )
        if changed.rowcount:
            work.audit("scan", scan_id, "cancel", None, None)
            work.commit()
    return bool(changed.rowcount)


def running_at(engine: Engine, site: str) -> int:
    """Return how many scans of a site run, in whichever process."""
    query = select(func.count()).where(
        col(Scan.state) == "running", col(Scan.site) == site
    )
    with engine.connect() as connection:
        return connection.execute(query).scalar_one()


def scan_requested_by(engine: Engine, requested_by: str) -> int | None:
    """Return the scan that something asked for, if it did."""
    query = select(id_of(Scan)).where(col(Scan.requested_by) == requested_by)
    with engine.connect() as connection:
        return connection.execute(query.order_by(id_of(Scan).desc())).scalar()


def start_or_resume(
    engine: Engine, clock: Clock, scan_id: int, owner: str
) -> ResumePoint:
    """Mark a scan as running under `owner` and return where it stands.

    Raises:
        NotFound: There is no such scan.
        NotAllowed: It is finished, or runs already.
        ScanTakenOver: It runs elsewhere, or is going to.
    """
    now = clock()
    with writing(engine) as connection:
        row = _row_to_run(connection, scan_id, owner)
        started = row.started_at or now
        connection.execute(
            update(_scan)
            .where(id_of(Scan) == scan_id)
            .values(
                state="running",
                owner=owner,
                attempt=row.attempt + 1,
                started_at=started,
                heartbeat_at=now,
                finished_at=None,
                error=None,
                ready_at=None,
                concluded_by=None,
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
        Claim(scan_id, row.attempt + 1),
        _triples(row.problems),
    )


def _triples(stored: list[list[str]]) -> tuple[tuple[str, str, str], ...]:
    return tuple((where, reason, detail) for where, reason, detail in stored)


def _moved(progress: Progress) -> dict[str, Any]:
    """Return what is written of how far a scan is."""
    return {
        "counts": progress.counts(),
        "problems": [list(each) for each in progress.for_all],
    }


def _row_to_run(connection: Connection, scan_id: int, owner: str) -> Row[Any]:
    row = connection.execute(
        select(_scan).where(id_of(Scan) == scan_id).with_for_update()
    ).one_or_none()
    if row is None:
        raise NotFound(N_("There is no scan {scan}."), where="scan", scan=scan_id)
    if row.owner not in {None, owner}:
        raise ScanTakenOver(where=f"scan {scan_id}")
    if row.state not in {"queued", *RESUMABLE}:
        raise NotAllowed(
            N_("Scan {scan} is {state}."),
            where="scan",
            remedy=N_("Only a queued, interrupted, cancelled or failed scan can run."),
            scan=scan_id,
            state=row.state,
        )
    return row


def record_host(
    connection: Connection, scan_id: int, at: datetime, host: HostResult
) -> None:
    """Write what came of a host; a host that is done again replaces its row."""
    values = {
        "address": host.address,
        "outcome": host.outcome,
        "reason": host.reason,
        "detail": host.detail,
        "device_id": host.device_id,
        "collectors": dict(host.collectors),
        "problems": [list(problem) for problem in host.problems],
        "finished_at": at,
    }
    mine = {"scan": scan_id, "at_address": host.address}
    changed = connection.execute(_UPDATE_HOST, values | mine)
    if not changed.rowcount:
        connection.execute(_INSERT_HOST, values | {"scan_id": scan_id})


def record_progress(
    engine: Engine, claim: Claim, at: datetime, *, position: int, progress: Progress
) -> None:
    """Write how far the scan is.

    Raises:
        ScanTakenOver: Another process has the scan.
    """
    values = {"heartbeat_at": at, "position": position} | _moved(progress)
    with writing(engine) as connection:
        _update_ours(connection, claim, values)


def record_life(engine: Engine, claim: Claim, at: datetime, progress: Progress) -> None:
    """Write a sign of life, and how far the scan is.

    Raises:
        ScanTakenOver: Another process has the scan.
    """
    with writing(engine) as connection:
        _update_ours(connection, claim, {"heartbeat_at": at} | _moved(progress))


def end_scan(
    engine: Engine, clock: Clock, claim: Claim, state: str, progress: Progress
) -> None:
    """Write how a scan ended, with its audit row.

    Raises:
        ScanTakenOver: Another process has the scan.
    """
    with UnitOfWork(engine, actor=claim.actor, clock=clock) as work:
        _update_ours(work.connection, claim, _ended(clock, state, progress))
        _audit_end(work, claim.scan_id, "running", state, progress)
        work.commit()


def end_queued(
    engine: Engine,
    clock: Clock,
    scan_id: int,
    state: str,
    progress: Progress,
    *,
    owner: str,
) -> None:
    """Write the end of a scan whose turn never came in the process that queued it."""
    with UnitOfWork(engine, actor=f"scan:{scan_id}", clock=clock) as work:
        changed = work.connection.execute(
            update(_scan)
            .where(
                id_of(Scan) == scan_id,
                col(Scan.state) == "queued",
                col(Scan.owner) == owner,
            )
            .values(_ended(clock, state, progress))
        )
        if changed.rowcount:
            _audit_end(work, scan_id, "queued", state, progress)
            work.commit()


def _update_ours(connection: Connection, claim: Claim, values: dict[str, Any]) -> None:
    changed = connection.execute(
        update(_scan)
        .where(
            id_of(Scan) == claim.scan_id,
            col(Scan.attempt) == claim.attempt,
            col(Scan.state) == "running",
        )
        .values(values)
    )
    if not changed.rowcount:
        raise ScanTakenOver(where=f"scan {claim.scan_id}")


def _ended(clock: Clock, state: str, progress: Progress) -> dict[str, Any]:
    return {
        "state": state,
        "owner": None,
        "error": progress.error,
        "finished_at": clock(),
    } | _moved(progress)


def _audit_end(
    work: UnitOfWork, scan_id: int, before: str, state: str, progress: Progress
) -> None:
    after = {"state": state, "counts": progress.counts()}
    work.audit("scan", scan_id, "end", {"state": before}, after)


def interrupted_scans(engine: Engine, *, most: int) -> list[int]:
    """Return the interrupted scans, oldest first, that may be taken up once more.

    Args:
        engine: The database.
        most: Attempts after which a scan waits for a person: what ends its process
            each time would do so for ever.
    """
    query = (
        select(id_of(Scan))
        .where(col(Scan.state) == "interrupted", col(Scan.attempt) < most)
        .order_by(id_of(Scan))
    )
    with engine.connect() as connection:
        return list(connection.scalars(query))


def interrupt_orphaned(
    engine: Engine,
    clock: Clock,
    *,
    is_alive: IsAlive,
    patience: timedelta = PATIENCE,
) -> list[int]:
    """Mark scans whose process is gone as interrupted and return their ids.

    Scans that were still waiting for their turn in it are among them, and running
    ones without a sign of life: their process hangs, and if it wakes up, it finds
    that the scan is not its own any more.

    Args:
        engine: The database.
        clock: Present moment.
        is_alive: Owner -> True, False, or None if that cannot be told from here.
        patience: How old a sign of life may be.
    """
    now = clock()
    with UnitOfWork(engine, actor="recovery", clock=clock) as work:
        rows = work.connection.execute(
            select(_scan).where(
                col(Scan.state).in_(("queued", "running")), col(Scan.owner).is_not(None)
            )
        ).all()
        dead = [row for row in rows if not _lives(row, now, is_alive, patience)]
        found = [row.id for row in dead if _interrupt(work, row)]
        if found:
            work.commit()
    return found


def _lives(
    row: Row[Any], now: datetime, is_alive: IsAlive, patience: timedelta
) -> bool:
    alive = is_alive(row.owner)
    if alive is False:
        return False
    fresh = bool(now - (row.heartbeat_at or row.created_at) <= patience)
    return fresh or (row.state == "queued" and alive is True)


def _interrupt(work: UnitOfWork, row: Row[Any]) -> bool:
    """Mark a scan as interrupted, unless it went on since its row was read."""
    same_life = (
        col(Scan.heartbeat_at).is_(None)
        if row.heartbeat_at is None
        else col(Scan.heartbeat_at) == row.heartbeat_at
    )
    changed = work.connection.execute(
        update(_scan)
        .where(
            id_of(Scan) == row.id,
            col(Scan.state) == row.state,
            col(Scan.owner) == row.owner,
            col(Scan.attempt) == row.attempt,
            same_life,
        )
        .values(state="interrupted", owner=None)
    )
    if changed.rowcount:
        before, after = {"state": row.state}, {"owner": row.owner}
        work.audit("scan", row.id, "interrupt", before, after)
    return bool(changed.rowcount)


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
        raise NotFound(N_("There is no scan {scan}."), where="scan", scan=scan_id)
    return Progress(
        scan_id=scan_id, state=row.state, error=row.error, **dict(row.counts)
    )
