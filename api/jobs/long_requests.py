"""Requests too long for one answer: asked for here, carried out by whoever works.

What is asked for, who asks and what was sent with it are kept with the job. So it can
be done in any process, and begun again after one died; see `long_kinds`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from api.compose.wiring import App
from api.http.actions import Act
from api.http.auth import caller_now
from api.http.callers import Caller, Role
from discovery.work.port import Priority, Queue
from inventory.jobs import files, workers
from inventory.jobs.rows import NewJob, add_job
from inventory.jobs.tables import OPEN, Job
from inventory.kernel.errors import NotAllowed
from inventory.kernel.texts import N_
from inventory.scoping.scope import Scope
from inventory.storage.rows import col, id_of
from inventory.storage.work import UnitOfWork

IMPORT, STAFF = "import-assets", "take-in-staff"
EXPORT, LABELS = "export", "print-labels"
"""Kinds of jobs that are no acts."""

LONG_BYTES = 256 * 1024
"""A table that is sent and larger is read in a job: about two thousand rows."""
LONG_ROWS = 10_000
"""A file of a list with more rows is made in a job."""
LONG_LABELS = 500
LIVES = timedelta(minutes=5)
"""A process with an older sign of life is not waited for; clocks may differ."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LongRequest:
    """What is to be done as a job.

    Attributes:
        kind: Of the job.
        subject: With what, for a person.
        arguments: What its function needs; never a secret.
        sent: A file that came with it: name, type, bytes.
        again: The same request of the same caller, while it is not done, is this one.
    """

    kind: str
    subject: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    sent: tuple[str, str, bytes] | None = None
    again: bool = False


def somebody_works(app: App) -> bool:
    """Whether a process takes requests as jobs; else they are answered at once."""
    works = app.jobs.working
    if works is not None and Queue.LONG in works.queues:
        return True
    engine = app.whole or app.engine
    return workers.takers(engine, Queue.LONG, app.clock() - LIVES) > 0


def check_somebody_works(app: App) -> None:
    """Refuse to leave something to nobody.

    Raises:
        NotAllowed: No process takes long requests.
    """
    if not somebody_works(app):
        raise NotAllowed(
            N_("Nobody works on jobs now."),
            remedy=N_("Start `purser serve` or `purser worker`, or do it at once."),
        )


def request_of_act(
    resource: str, act: Act, thing: int, given: Mapping[str, Any], base: str
) -> LongRequest:
    """Return an act as a job.

    Args:
        resource: Its name.
        act: The act.
        thing: What it is carried out on; 0 for the list.
        given: The input as JSON.
        base: Address of this site, without a final `/`.
    """
    arguments = {
        "resource": resource,
        "verb": act.verb,
        "thing": thing,
        "given": dict(given),
        "base": base,
    }
    return LongRequest(
        kind=act.name,
        subject=f"{resource} {thing or ''}".strip(),
        arguments=arguments,
    )


def request_of_list(
    resource: str, form: str, query: Sequence[tuple[str, str]], rows: int
) -> LongRequest:
    """Return a file of a list as a job; the same one while it is made.

    Args:
        resource: What is listed.
        form: csv, xlsx or jsonl.
        query: Filters, order and columns, as an address has them.
        rows: How many there are, about.
    """
    arguments = {
        "resource": resource,
        "format": form,
        "query": [list(pair) for pair in query],
        "rows": rows,
    }
    subject = f"{resource}.{form}"
    return LongRequest(kind=EXPORT, subject=subject, arguments=arguments, again=True)


def add_request(work: UnitOfWork, who: Caller, asked: LongRequest) -> int:
    """Add the job of a request within a unit of work and return its id."""
    arguments = {**asked.arguments, "caller": _as_json(who)}
    dedup = None
    if asked.again:
        said = json.dumps([asked.kind, arguments], sort_keys=True)
        dedup = hashlib.sha256(said.encode()).hexdigest()
        same = select(id_of(Job)).where(col(Job.dedup) == dedup)
        open_one = work.connection.execute(
            same.where(col(Job.state).in_(OPEN)).limit(1)
        ).scalar()
        if open_one is not None:
            return int(open_one)
    new = NewJob(
        kind=asked.kind,
        queue=Queue.LONG,
        priority=Priority.PERSON,
        subject=asked.subject,
        arguments=arguments,
        dedup=dedup,
    )
    job_id, added = add_job(work, new, who.actor)
    if added and asked.sent is not None:
        name, media, data = asked.sent
        files.keep(
            work.connection,
            job_id,
            "sent",
            name=name,
            media=media,
            pieces=[data],
            at=work.clock(),
        )
    return job_id


def _as_json(who: Caller) -> dict[str, Any]:
    return {
        "actor": who.actor,
        "name": who.name,
        "roles": sorted(who.roles),
        "person_id": who.person_id,
        "scope": None if who.scope is None else asdict(who.scope),
    }


def caller_of_job(app: App, arguments: Mapping[str, Any]) -> Caller:
    """Return who asked for a request, with the roles and the scope of now.

    Raises:
        NotAllowed: The account was disabled, or the token revoked, in between.
    """
    who = caller_now(app, _caller_in(arguments))
    if who is None:
        raise NotAllowed(
            N_("Who asked for this has no access any more."),
            remedy=N_("Somebody who may do it has to ask for it again."),
        )
    return who


def _caller_in(arguments: Mapping[str, Any]) -> Caller:
    """Return who asked, with the roles and the scope of then."""
    said = arguments["caller"]
    scope: dict[str, Any] | None = said["scope"]
    if scope is not None:
        scope = {n: tuple(v) if _is_list(v) else v for n, v in scope.items()}
    return Caller(
        said["actor"],
        said["name"],
        frozenset(Role(role) for role in said["roles"]),
        said["person_id"],
        None if scope is None else Scope(**scope),
    )


def _is_list(value: object) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)
