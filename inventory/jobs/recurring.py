"""Makes jobs of what recurs, once for each moment, whatever was missed.

Any number of processes may look at the same time: who moves `next_at` on makes the
job. What was missed while nobody looked becomes one run and one finding. May import
`inventory.storage` and the modules of this room.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Connection, Engine, Row, insert, select, update

from inventory.jobs.rows import NewJob, add_job
from inventory.jobs.tables import OPEN, Job, JobFinding, RecurringJob
from inventory.jobs.timetable import Timetable, timetable
from inventory.kernel.errors import Conflict, Invalid, NotAllowed
from inventory.kernel.texts import N_, Said
from inventory.storage.rows import add, change, col, get, id_of, table_of
from inventory.storage.work import Clock, UnitOfWork

_recurring, _job, _finding = (table_of(m) for m in (RecurringJob, Job, JobFinding))

LATE = timedelta(minutes=10)
"""What begins within this time was not missed."""
ACTOR = "timetable"

MakeJob = Callable[[str, str, list[str]], NewJob]
"""(kind, site, targets) -> the job; raises `Invalid` where there is nothing to do."""


def table_for(row: Any) -> Timetable:  # noqa: ANN401 - a row or what becomes one
    """Return the timetable of a row of `recurring_job`.

    Raises:
        Invalid: It is none.
    """
    return timetable(row.rule, row.time_zone, row.closed, anchor=row.anchor_at)


def begin_due(engine: Engine, clock: Clock, make: MakeJob) -> list[int]:
    """Make jobs of all that is due and return their ids."""
    now = clock()
    query = select(_recurring).where(
        col(RecurringJob.enabled), col(RecurringJob.next_at) <= now
    )
    with engine.connect() as connection:
        due = connection.execute(query).all()
    made = (_begin(engine, clock, row, make) for row in due)
    return [job_id for job_id in made if job_id is not None]


def _begin(engine: Engine, clock: Clock, row: Row[Any], make: MakeJob) -> int | None:
    """Make the job of one row, unless its last one has not ended."""
    now, table = clock(), table_for(row)
    opened = table.closed_until(now)
    with UnitOfWork(engine, actor=ACTOR, clock=clock) as work:
        if not _move_on(work.connection, row, opened or table.next_after(now)):
            return None
        job_id = None
        if opened is None:
            _note_missed(work, row, table, now)
            if _last_is_open(work.connection, row):
                _note_overlong(work, row, at_next=True)
            else:
                job_id = _add(work, row, make)
        work.commit()
    return job_id


def _move_on(connection: Connection, row: Row[Any], next_at: datetime | None) -> bool:
    changed = connection.execute(
        update(_recurring)
        .where(id_of(RecurringJob) == row.id, col(RecurringJob.next_at) == row.next_at)
        .values(next_at=next_at)
    )
    return bool(changed.rowcount)


def _add(work: UnitOfWork, row: Row[Any], make: MakeJob) -> int | None:
    try:
        new = make(row.kind, row.site, row.targets)
    except Invalid as error:
        note(work, row.id, "failed", f"at {row.next_at:%Y-%m-%d %H:%M}", error.sentence)
        return None
    job_id, _ = add_job(work, new, f"recurring:{row.id}")
    work.connection.execute(
        update(_recurring)
        .where(id_of(RecurringJob) == row.id)
        .values(last_at=work.clock(), last_job_id=job_id)
    )
    return job_id


def _note_missed(
    work: UnitOfWork, row: Row[Any], table: Timetable, now: datetime
) -> None:
    if now - row.next_at <= LATE:
        return
    count = table.missed(row.next_at, now)
    since = f"{row.next_at:%Y-%m-%d %H:%M}"
    text = N_("{count} runs since {since} UTC were missed; one makes up for them.")
    if count <= 1:
        text = N_("The run of {since} UTC was late.")
    detail = Said(text, count=count, since=since)
    note(work, row.id, "missed", since, detail)


def _last_is_open(connection: Connection, row: Row[Any]) -> bool:
    query = select(id_of(Job)).where(
        id_of(Job) == row.last_job_id, col(Job.state).in_(OPEN)
    )
    return connection.execute(query).first() is not None


def _note_overlong(work: UnitOfWork, row: Row[Any], *, at_next: bool = False) -> bool:
    text = N_("Job {number} takes longer than {minutes} minutes.")
    if at_next:
        text = N_("Job {number} had not ended when the next one was due.")
    detail = Said(text, number=row.last_job_id, minutes=row.longest_minutes)
    return note(work, row.id, "overlong", f"job {row.last_job_id}", detail)


def find_overlong_and_failed(engine: Engine, clock: Clock) -> int:
    """Note jobs of what recurs that take too long, or failed; return how many."""
    now = clock()
    query = (
        select(_recurring, _job.c.state, _job.c.error, _job.c.started_at)
        .join(_job, id_of(Job) == col(RecurringJob.last_job_id))
        .where(col(Job.state).in_(("failed", "running")))
    )
    with engine.connect() as connection:
        rows = connection.execute(query).all()
    found = 0
    for row in rows:
        limit = timedelta(minutes=row.longest_minutes)
        with UnitOfWork(engine, actor=ACTOR, clock=clock) as work:
            if row.state == "failed":
                about = f"job {row.last_job_id}"
                found += note(work, row.id, "failed", about, row.error or "")
            elif row.started_at is not None and now - row.started_at > limit:
                found += _note_overlong(work, row)
            work.commit()
    return found


def note(work: UnitOfWork, recurring_id: int, kind: str, about: str, text: str) -> bool:
    """Note a finding; return whether it is one that was not noted before."""
    same = select(id_of(JobFinding)).where(
        col(JobFinding.recurring_id) == recurring_id,
        col(JobFinding.kind) == kind,
        col(JobFinding.about) == about,
    )
    if work.connection.execute(same).first() is not None:
        return False
    work.connection.execute(
        insert(_finding).values(
            kind=kind,
            recurring_id=recurring_id,
            about=about,
            detail=text,
            found_at=work.clock(),
        )
    )
    return True


def of_job(connection: Connection, requested_by: str) -> int | None:
    """Return what recurs that made a job; None if a person did."""
    word, _, number = requested_by.partition(":")
    if word != "recurring" or not number.isdigit():
        return None
    query = select(id_of(RecurringJob)).where(id_of(RecurringJob) == int(number))
    return connection.execute(query).scalar()


def plan(work: UnitOfWork, values: Mapping[str, Any], *, at_once: bool = False) -> int:
    """Add something that recurs and return its id.

    Args:
        work: The unit of work.
        values: Fields of `RecurringJob`.
        at_once: It is due now, and then as its rule says.

    Raises:
        Invalid: Its rule, time zone or a closed window is none.
        Conflict: There is one of this name.
    """
    name = values["name"]
    taken = select(id_of(RecurringJob)).where(col(RecurringJob.name) == name)
    if work.connection.execute(taken).first() is not None:
        raise Conflict(N_("The name {name} is taken."), where="name", name=name)
    now = work.clock()
    whole = RecurringJob(**values, anchor_at=now)
    table = table_for(whole)
    next_at = now if at_once else table.next_after(now)
    return add(
        work,
        RecurringJob,
        {**values, "anchor_at": now, "next_at": next_at if whole.enabled else None},
    )


def replan(work: UnitOfWork, recurring_id: int, values: Mapping[str, Any]) -> bool:
    """Change something that recurs; return whether anything differed.

    Raises:
        NotFound: There is no such thing.
        Invalid: Its rule, time zone or a closed window is none.
    """
    old = get(work.connection, RecurringJob, recurring_id, lock=True)
    differing = {name: value for name, value in values.items() if old[name] != value}
    if not differing:
        return False
    now = work.clock()
    whole = SimpleNamespace(**{**old, **differing})
    table = table_for(whole)
    next_at = table.next_after(now) if whole.enabled else None
    return change(work, RecurringJob, recurring_id, {**differing, "next_at": next_at})


def close_finding(work: UnitOfWork, finding_id: int, by: str) -> None:
    """Say that a finding was looked at.

    Raises:
        NotFound: There is no such finding.
        NotAllowed: It was looked at before.
    """
    row = get(work.connection, JobFinding, finding_id, lock=True)
    if row["closed_at"] is not None:
        raise NotAllowed(N_("It was looked at before."), where="finding")
    values = {"closed_at": work.clock(), "closed_by": by}
    change(work, JobFinding, finding_id, values, action="close")
