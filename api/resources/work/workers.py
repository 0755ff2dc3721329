"""Processes that work on jobs, and when they last gave a sign of life."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from sqlalchemy import Connection, func, select

from api.resources.declare import (
    Choice,
    Column,
    Question,
    RowModel,
    Show,
    Viewer,
    Word,
)
from api.resources.network.conflicts import READERS
from api.resources.references import JOB
from api.resources.resource import Resource
from api.resources.sources import TableSource
from inventory.jobs.tables import JobWorker
from inventory.kernel.texts import N_, NN_
from inventory.storage.rows import table_of

_worker, _job = table_of(JobWorker), JOB.table


class WorkerRow(RowModel):
    """A process that works on jobs."""

    id: Annotated[int, Column("Number", shown=False, sort=True)]
    name: Annotated[
        str,
        Column(
            "Process",
            Show.MONO,
            sort=True,
            lead=True,
            about="Host, process and start of it.",
        ),
    ]
    queues: Annotated[list[str], Column("Queues")]
    running: Annotated[int, Column("Running", Show.NUMBER)] = 0
    release: Annotated[str, Column("Release", sort=True)]
    started_at: Annotated[datetime, Column("Started", Show.AGO, sort=True)]
    seen_at: Annotated[datetime, Column("Sign of life", Show.AGO, sort=True)]


class WorkerQuestion(Question):
    """Which processes are asked for."""

    name: Annotated[Word, Choice("Process", main=False)] = None
    release: Annotated[Word, Choice("Release")] = None


def _with_running(
    connection: Connection, rows: list[dict[str, Any]], _viewer: Viewer
) -> list[dict[str, Any]]:
    names = [row["name"] for row in rows]
    query = (
        select(_job.c.executor, func.count())
        .where(_job.c.state == "running", _job.c.executor.in_(names))
        .group_by(_job.c.executor)
    )
    counts = {name: number for name, number in connection.execute(query)}
    return [{**row, "running": counts.get(row["name"], 0)} for row in rows]


WORKERS = Resource(
    name="workers",
    command="workers",
    title=N_("Workers"),
    counted=NN_("{count} process", "{count} processes"),
    group="house",
    roles=READERS,
    rows=WorkerRow,
    question=WorkerQuestion,
    sort="name",
    source=TableSource(
        table=_worker,
        columns={
            name: _worker.c[name]
            for name in WorkerRow.model_fields
            if name in _worker.c
        },
        finish=_with_running,
        searched=(_worker.c.name,),
    ),
    called=lambda row: str(row["name"]),
)
