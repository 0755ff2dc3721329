"""Adding, claiming, ending and pruning jobs.

Whoever works on a job holds a `Claim`. A process that slept while another one took the
job over finds its claim void with the next thing it writes. May import
`inventory.storage`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, delete, insert, select, true, update

from inventory.jobs.files import forget as forget_files
from inventory.jobs.tables import OPEN, Job
from inventory.kernel.errors import InventoryError, NotAllowed, NotFound
from inventory.kernel.texts import N_, Said
from inventory.storage.engine import writing
from inventory.storage.exclusive import lock_for_transaction
from inventory.storage.rows import col, id_of, table_of
from inventory.storage.work import UnitOfWork

_job = table_of(Job)

MOST_ATTEMPTS = 5
"""A job that took its process down so many times is not begun again by itself."""


class JobTakenOver(InventoryError):
    """Another process goes on with this job, or it was ended."""

    code = "job-taken-over"
    remedy = "Nothing is lost: look at the job to see how far it is."


@dataclass(frozen=True, slots=True, kw_only=True)
class NewJob:
    """A job to add; the fields are those of `Job`."""

    kind: str
    queue: str
    priority: int
    subject: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)
    dedup: str | None = None
    keeper: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """A job as an engine knows it.

    Attributes:
        key: Says which handing over of which job; the same key again has no effect.
        queue: As `Job.queue`; `priority` likewise.
    """

    key: str
    queue: str
    priority: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """The right to work on a job, and what is to be done."""

    job_id: int
    handing: int
    attempt: int
    kind: str
    subject: str
    arguments: Mapping[str, Any]
    requested_by: str


def key_of(job_id: int, handing: int) -> str:
    """Return the key of a handing over."""
    return f"job:{job_id}:{handing}"


def job_of(key: str) -> tuple[int, int]:
    """Return job and handing over of a key."""
    _, job_id, handing = key.split(":")
    return int(job_id), int(handing)


def add_job(work: UnitOfWork, new: NewJob, requested_by: str) -> tuple[int, bool]:
    """Add a job, unless one with its `dedup` waits; return its id and whether added."""
    connection = work.connection
    if new.dedup is not None:
        lock_for_transaction(connection, f"job {new.dedup}")
        waiting = connection.execute(
            select(id_of(Job)).where(
                col(Job.dedup) == new.dedup, col(Job.state) == "waiting"
            )
        ).scalar()
        if waiting is not None:
            return waiting, False
    added = connection.execute(
        insert(_job)
        .values(
            kind=new.kind,
            subject=new.subject,
            queue=new.queue,
            priority=new.priority,
            arguments=dict(new.arguments),
            dedup=new.dedup,
            keeper=new.keeper,
            state="waiting",
            handing=0,
            attempt=0,
            stop_requested=False,
            done=0,
            total=0,
            requested_by=requested_by,
            created_at=work.clock(),
        )
        .returning(id_of(Job))
    )
    return added.scalar_one(), True


def hand_over(
    engine: Engine,
    at: datetime,
    *,
    queues: Collection[str] | None = None,
    most: int = 200,
) -> list[Ticket]:
    """Return what an engine has to be given, and note that it has it.

    The note comes first: what is lost in between is found by `hand_over_again`.

    Args:
        engine: The database.
        at: The present moment.
        queues: Of these only; None for all.
        most: So many at once.
    """
    query = (
        select(_job.c.id, _job.c.handing, _job.c.queue, _job.c.priority)
        .where(
            col(Job.state) == "waiting",
            col(Job.handed_at).is_(None),
            col(Job.keeper).is_(None),
            true() if queues is None else col(Job.queue).in_(queues),
        )
        .order_by(_job.c.priority, _job.c.id)
        .limit(most)
    )
    with engine.connect() as connection:
        if connection.execute(query.limit(1)).first() is None:
            return []
    with writing(engine) as connection:
        rows = connection.execute(query.with_for_update(skip_locked=True)).all()
        for row in rows:
            connection.execute(
                update(_job)
                .where(id_of(Job) == row.id)
                .values(handing=row.handing + 1, handed_at=at, attempt=0)
            )
    return [
        Ticket(
            key=key_of(row.id, row.handing + 1), queue=row.queue, priority=row.priority
        )
        for row in rows
    ]


def hand_over_again(
    engine: Engine, known: Collection[str], handed_before: datetime
) -> list[int]:
    """Take back what no engine knows any more, so that it is handed over once more.

    Args:
        engine: The database.
        known: Keys of all that waits or runs in the engine, read after
            `handed_before`.
        handed_before: Younger ones may be on their way to the engine.
    """
    query = select(_job.c.id, _job.c.handing).where(
        col(Job.state).in_(OPEN),
        col(Job.keeper).is_(None),
        col(Job.handed_at) < handed_before,
    )
    with engine.connect() as connection:
        lost = [
            row
            for row in connection.execute(query)
            if key_of(row.id, row.handing) not in known
        ]
    if not lost:
        return []
    with writing(engine) as connection:
        return [row.id for row in lost if _back(connection, row.id, row.handing)]


def _back(connection: Connection, job_id: int, handing: int) -> bool:
    """Let a job wait anew, unless it was ended or handed over since."""
    changed = connection.execute(
        update(_job)
        .where(
            id_of(Job) == job_id,
            col(Job.handing) == handing,
            col(Job.state).in_(OPEN),
        )
        # Another one with the same key may wait meanwhile.
        .values(state="waiting", handed_at=None, dedup=None)
    )
    return bool(changed.rowcount)


def claim(engine: Engine, at: datetime, key: str, executor: str) -> Claim | None:
    """Begin a job, or take one over whose process died.

    Returns:
        None: There is nothing to do: it was ended, or handed over anew.
    """
    job_id, handing = job_of(key)
    with writing(engine) as connection:
        row = connection.execute(
            select(_job).where(id_of(Job) == job_id).with_for_update()
        ).one_or_none()
        if row is None or row.handing != handing or row.state not in OPEN:
            return None
        if row.stop_requested:
            _set(connection, job_id, state="cancelled", finished_at=at)
            return None
        if row.attempt >= MOST_ATTEMPTS:
            text = N_("It took its process down {count} times.")
            error = Said(text, count=row.attempt)
            _set(connection, job_id, state="failed", finished_at=at, error=error)
            return None
        _set(
            connection,
            job_id,
            state="running",
            attempt=row.attempt + 1,
            executor=executor,
            started_at=row.started_at or at,
            error=None,
        )
    return Claim(
        job_id=job_id,
        handing=handing,
        attempt=row.attempt + 1,
        kind=row.kind,
        subject=row.subject,
        arguments=row.arguments,
        requested_by=row.requested_by,
    )


def _set(connection: Connection, job_id: int, **values: Any) -> None:  # noqa: ANN401
    connection.execute(update(_job).where(id_of(Job) == job_id).values(values))


def note_progress(engine: Engine, held: Claim, done: int, total: int) -> None:
    """Write how far a job is.

    Raises:
        JobTakenOver: It is not ours any more.
    """
    with writing(engine) as connection:
        _update_held(connection, held, {"done": done, "total": total})


def end_job(
    engine: Engine,
    at: datetime,
    held: Claim,
    state: str,
    *,
    result: Mapping[str, Any] | None = None,
    error: str | None = None,
) -> None:
    """Write what came of a job.

    Raises:
        JobTakenOver: It is not ours any more.
    """
    with writing(engine) as connection:
        end_within(connection, at, held, state, result=result, error=error)


def end_within(
    connection: Connection,
    at: datetime,
    held: Claim,
    state: str,
    *,
    result: Mapping[str, Any] | None = None,
    error: str | None = None,
    progress: tuple[int, int] | None = None,
) -> None:
    """Write what came of a job in the transaction that did it: both or neither.

    Raises:
        JobTakenOver: It is not ours any more.
    """
    values: dict[str, Any] = {
        "state": state,
        "finished_at": at,
        "result": None if result is None else dict(result),
        "error": error,
    }
    if progress is not None:
        values["done"], values["total"] = progress
    _update_held(connection, held, values)


def give_back(engine: Engine, held: Claim) -> None:
    """Let a job wait anew that its process had to leave. A void claim is no error."""
    with writing(engine) as connection:
        if _is_held(connection, held):
            _back(connection, held.job_id, held.handing)


def _is_held(connection: Connection, held: Claim) -> bool:
    mine = select(id_of(Job)).where(
        id_of(Job) == held.job_id,
        col(Job.handing) == held.handing,
        col(Job.attempt) == held.attempt,
        col(Job.state) == "running",
    )
    return connection.execute(mine.with_for_update()).first() is not None


def _update_held(connection: Connection, held: Claim, values: dict[str, Any]) -> None:
    if not _is_held(connection, held):
        raise JobTakenOver(where=f"job {held.job_id}")
    _set(connection, held.job_id, **values)


def to_stop(engine: Engine, held: Iterable[Claim]) -> dict[int, str]:
    """Return which of the jobs that run here have to end: `stop` or `taken-over`."""
    by_id = {claimed.job_id: claimed for claimed in held}
    if not by_id:
        return {}
    query = select(
        _job.c.id, _job.c.state, _job.c.handing, _job.c.attempt, _job.c.stop_requested
    ).where(id_of(Job).in_(by_id))
    with engine.connect() as connection:
        rows = {row.id: row for row in connection.execute(query)}
    found = {}
    for job_id, claimed in by_id.items():
        row = rows.get(job_id)
        if (
            row is None
            or (row.handing, row.attempt) != (claimed.handing, claimed.attempt)
            or row.state != "running"
        ):
            found[job_id] = "taken-over"
        elif row.stop_requested:
            found[job_id] = "stop"
    return found


def request_stop(work: UnitOfWork, job_id: int) -> str:
    """Ask a job to end; return its state, `cancelled` at once if it only waited.

    Raises:
        NotFound: There is no such job.
        NotAllowed: It has ended.
    """
    row = _locked(work, job_id)
    if row.state not in OPEN:
        raise NotAllowed(
            N_("Job {job} is {state}."), where="job", job=job_id, state=row.state
        )
    values: dict[str, Any] = {"stop_requested": True}
    if row.state == "waiting":
        values |= {"state": "cancelled", "finished_at": work.clock()}
    _set(work.connection, job_id, **values)
    work.audit("job", job_id, "cancel", {"state": row.state}, None)
    return str(values.get("state", row.state))


def ask_again(work: UnitOfWork, job_id: int) -> None:
    """Let a job that failed or was cancelled wait anew.

    Raises:
        NotFound: There is no such job.
        NotAllowed: It has not ended, or came to its end.
    """
    row = _locked(work, job_id)
    if row.state not in {"failed", "cancelled"}:
        raise NotAllowed(
            N_("Job {job} is {state}."),
            where="job",
            remedy=N_("Only a failed or cancelled job can be tried again."),
            job=job_id,
            state=row.state,
        )
    _set(
        work.connection,
        job_id,
        state="waiting",
        handed_at=None,
        keeper=None,
        dedup=None,
        stop_requested=False,
        error=None,
        started_at=None,
        finished_at=None,
    )
    work.audit("job", job_id, "retry", {"state": row.state}, None)


def _locked(work: UnitOfWork, job_id: int) -> Row[Any]:
    row = work.connection.execute(
        select(_job).where(id_of(Job) == job_id).with_for_update()
    ).one_or_none()
    if row is None:
        raise NotFound(N_("There is no job {job}."), where="job", job=job_id)
    return row


def prune_jobs(engine: Engine, before: datetime, most: int = 1000) -> int:
    """Delete jobs that ended before a moment, with their files; return how many."""
    old = (
        select(id_of(Job))
        .where(col(Job.state).not_in(OPEN), col(Job.finished_at) < before)
        .limit(most)
    )
    with writing(engine) as connection:
        ids = list(connection.scalars(old))
        forget_files(connection, ids)
        return connection.execute(delete(_job).where(id_of(Job).in_(ids))).rowcount
