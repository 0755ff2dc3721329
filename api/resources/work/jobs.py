"""Jobs: ask for one, watch, cancel, try again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated, Any

from pydantic import AwareDatetime, Field
from sqlalchemy import ColumnElement, Connection

from api.http.actions import Act, Acting, Given, NothingIn
from api.http.answers import answer
from api.http.callers import STAFF, Role
from api.http.files import File
from api.jobs.long_requests import EXPORT
from api.resources.declare import (
    Choice,
    Column,
    Input,
    Moment,
    Number,
    Question,
    Row,
    RowModel,
    Show,
    Text,
    Viewer,
    Word,
)
from api.resources.extracts import Extract, Parameters
from api.resources.network.conflicts import READERS
from api.resources.network.neighbours import WRITERS
from api.resources.references import JOB
from api.resources.resource import Resource
from api.resources.sources import TableSource
from inventory.jobs import progress
from inventory.jobs.files import kept, read
from inventory.jobs.rows import ask_again, request_stop
from inventory.jobs.tables import Job
from inventory.kernel.errors import Invalid, NotFound
from inventory.kernel.texts import N_, NN_
from inventory.storage.rows import get
from inventory.storage.types import with_sentences

_job = JOB.table
LOCAL = "cli:"
"""Actors of the command line: who has the database has its files."""
_ANSWERS = ("application/json", "application/problem+json")


class JobRow(RowModel):
    """A job of the list."""

    id: Annotated[int, Column("Job", sort=True, lead=True)]
    kind: Annotated[str, Column("What", Show.WORD, sort=True)]
    subject: Annotated[str, Column("With", sort=True)]
    state: Annotated[
        str,
        Column(
            "State",
            Show.STATE,
            sort=True,
            about="waiting, running, done, failed or cancelled.",
        ),
    ]
    done: Annotated[int, Column("Done", Show.NUMBER)]
    total: Annotated[int, Column("Of", Show.NUMBER)]
    stop_requested: bool = Field(description="It was cancelled and is leaving off.")
    queue: Annotated[str, Column("Queue", sort=True, shown=False)]
    priority: Annotated[
        int,
        Column(
            "Priority",
            Show.NUMBER,
            sort=True,
            shown=False,
            about="The smaller, the sooner.",
        ),
    ]
    attempt: int = Field(description="How many times it was begun.")
    executor: Text = Field(description="Host, process and start of who works on it.")
    error: Annotated[Text, Column("Error", Show.SAID)]
    requested_by: Annotated[str, Column("By", sort=True)]
    created_at: Annotated[datetime, Column("Created", Show.AGO, sort=True)]
    started_at: Annotated[Moment, Column("Started", Show.AGO, sort=True, shown=False)]
    finished_at: Annotated[Moment, Column("Finished", Show.AGO, sort=True)]


class JobDetail(JobRow):
    """A job with what came of it."""

    result: dict[str, Any] | None = Field(description="What it brought.")
    file: Text = Field(
        description="Name of what `result` gives; null if there is none."
    )
    file_bytes: Number = Field(description="Its size.")


class JobQuestion(Question):
    """Which jobs are asked for."""

    state: Annotated[Word, Choice("State")] = None
    kind: Annotated[Word, Choice("What")] = None
    queue: Annotated[Word, Choice("Queue", main=False)] = None
    subject: Annotated[Word, Choice("With", main=False)] = None
    requested_by: Annotated[Word, Choice("By", main=False)] = None
    error: Annotated[Word, Choice("Error", main=False)] = None
    created_at: Annotated[AwareDatetime | None, Choice("Created", main=False)] = None
    started_at: Annotated[AwareDatetime | None, Choice("Started", main=False)] = None
    finished_at: Annotated[AwareDatetime | None, Choice("Finished", main=False)] = None


class JobIn(Given):
    """A job of those that are done by themselves, to be done at once."""

    kind: Annotated[
        str,
        Field(max_length=60),
        Input("What", hint=N_("Such as expire-places or follow-day.")),
    ]


def _create(acting: Acting, given: JobIn) -> dict[str, int]:
    from api.jobs.kinds import kind_named

    kind = kind_named(acting.app, given.kind)
    if not kind.by_hand:
        raise Invalid(
            N_("A job {name!r} is not asked for here."),
            where="kind",
            remedy=N_("It is made by what it belongs to, such as a scan or an import."),
            name=kind.name,
        )
    job_id = acting.app.jobs.add(
        acting.work,
        kind,
        requested_by=acting.caller.actor,
        dedup=f"by-hand:{kind.name}",
    )
    return {"id": job_id}


def _cancel(acting: Acting, _given: NothingIn) -> None:
    _check_ours(acting)
    request_stop(acting.work, acting.id)


def _retry(acting: Acting, _given: NothingIn) -> None:
    _check_ours(acting)
    ask_again(acting.work, acting.id)


def _sees_all(roles: frozenset[Role]) -> bool:
    return not roles.isdisjoint(READERS)


def _check_ours(acting: Acting) -> None:
    """Refuse what the caller cannot see: others than IT have their own jobs only."""
    row = get(acting.work.connection, Job, acting.id)
    if acting.caller.roles.isdisjoint(WRITERS) and (
        row["requested_by"] != acting.caller.actor
    ):
        raise NotFound(N_("There is no job {job}."), where="job", job=acting.id)


def _visible(viewer: Viewer) -> Sequence[ColumnElement[bool]]:
    if _sees_all(viewer.caller.roles):
        return ()
    return (_job.c.requested_by == viewer.caller.actor,)


def _is_ours(viewer: Viewer, row: Row) -> bool:
    """Whether who looks may have what a job made: who asked, or who sits here."""
    actor = viewer.caller.actor
    return actor == row["requested_by"] or actor.startswith(LOCAL)


def _get(connection: Connection, job_id: int, viewer: Viewer) -> Row | None:
    row = _WHOLE.one(connection, job_id, viewer)
    if row is None:
        return None
    file = kept(connection, job_id, "result") if _is_ours(viewer, row) else None
    name, size = (None, None) if file is None else (file.name, file.size)
    return row | {"file": name, "file_bytes": size}


def _result(
    connection: Connection, job_id: int, viewer: Viewer, _asked: Parameters
) -> File:
    row = _WHOLE.one(connection, job_id, viewer)
    if row is None or not _is_ours(viewer, row):
        raise NotFound(
            N_("There is no job {job} of yours."),
            where="job",
            remedy=N_("What a job made is given to who asked for it."),
            job=job_id,
        )
    file = kept(connection, job_id, "result")
    if file is None:
        raise NotFound(
            N_("Job {job} is {state} and has made nothing to fetch."),
            where="job",
            job=job_id,
            state=row["state"],
        )
    pieces = read(connection.engine, file)
    if file.media in _ANSWERS and row["kind"] != EXPORT:
        body = bytes(answer(kept_answer(pieces)).body)
        return File(file.name, file.media, [body])
    return File(file.name, file.media, pieces)


def kept_answer(pieces: Iterable[bytes]) -> Any:  # noqa: ANN401 - any JSON value
    """Return the answer of a request that was kept, with its sentences."""
    return with_sentences(json.loads(b"".join(pieces)))


def _with_progress(
    connection: Connection, rows: list[dict[str, Any]], _viewer: Viewer
) -> list[dict[str, Any]]:
    for row in rows:
        said = progress.read(connection.engine, row["id"])
        if row["state"] == "running" and said is not None:
            row["done"], row["total"] = said
    return rows


SOURCE: TableSource[JobQuestion] = TableSource(
    table=_job,
    columns={name: _job.c[name] for name in JobRow.model_fields},
    where=_visible,
    finish=_with_progress,
    searched=(_job.c.kind, _job.c.subject, _job.c.requested_by, _job.c.error),
    offered=("state", "kind", "queue"),
)
_WHOLE: TableSource[JobQuestion] = TableSource(
    table=_job,
    columns={name: _job.c[name] for name in JobDetail.model_fields if name in _job.c},
    where=_visible,
    finish=_with_progress,
)
RESULT = Extract(
    name="result",
    about="What a job made: the answer of the request as JSON, or the file.",
    read=_result,
    media=("*/*",),
)

JOBS = Resource(
    name="jobs",
    command="job",
    title=N_("Jobs"),
    counted=NN_("{count} job", "{count} jobs"),
    group="house",
    roles=STAFF,
    rows=JobRow,
    question=JobQuestion,
    sort="-id",
    source=SOURCE,
    reference=JOB,
    detail=JobDetail,
    get=_get,
    extracts=(RESULT,),
    called=lambda row: f"{row['kind']} {row['subject']}".strip(),
    acts=(
        Act(
            "create-job",
            JobIn,
            _create,
            WRITERS,
            verb="create",
            about="Do at once what is otherwise done by itself.",
            title=N_("Do something now"),
            preview=False,
        ),
        Act(
            "cancel-job",
            NothingIn,
            _cancel,
            STAFF,
            verb="cancel",
            about="Let a job end, in whichever process it runs; what it did stays.",
            preview=False,
        ),
        Act(
            "retry-job",
            NothingIn,
            _retry,
            STAFF,
            verb="retry",
            about="Try a job again that failed or was cancelled.",
            preview=False,
        ),
    ),
)
