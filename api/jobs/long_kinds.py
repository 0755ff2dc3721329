"""Requests carried out as jobs: acts, tables that are read, files that are made.

What is written and that the job is done are one transaction: killed at any moment it
is done, or has changed nothing and is begun again. A list of staff is taken in by some
rows at a time, each once, and goes on where it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from api.compose.wiring import App
from api.http.answers import answer
from api.http.callers import Caller
from api.http.errors import ApiError
from api.http.problems import members_of
from api.jobs.long_requests import EXPORT, IMPORT, LABELS, STAFF, caller_of_job
from api.resources import sheets
from api.resources.listing import (
    list_call,
    list_parameters,
    parameters_of,
    read_all,
    shown_fields,
    viewer_of,
)
from api.resources.perform import Call, body_model, perform, read_back
from api.resources.registry import all_resources, resource
from api.resources.work.jobs import kept_answer
from discovery.work.port import JobRun, Kind, Queue, Result
from inventory.jobs import files
from inventory.jobs.rows import JobTakenOver
from inventory.kernel.errors import Conflict, InventoryError, StorageError
from inventory.kernel.texts import N_
from inventory.storage.types import with_parts
from inventory.storage.work import UnitOfWork

_JSON, _PROBLEM = "application/json", "application/problem+json"
_IN_MEMORY = 4 * 1024 * 1024
Run = Callable[[App, Caller, JobRun], Result]


def long_kinds(app: App) -> tuple[Kind, ...]:
    """Return the kinds of jobs that are requests."""
    acts = {
        act.name: Kind(act.name, _told(app, _act), Queue.LONG, act.summary)
        for one in all_resources()
        for act in one.acts
        if act.long is not None
    }
    return (
        *acts.values(),
        _kind(app, IMPORT, _import, "Import a table of assets."),
        _kind(app, STAFF, _staff, "Take in a list of staff."),
        _kind(app, EXPORT, _export, "Make a file of a list."),
        _kind(app, LABELS, _labels, "Print labels of assets."),
    )


def _kind(app: App, name: str, run: Run, about: str) -> Kind:
    return Kind(name, _told(app, run), Queue.LONG, about)


def _told(app: App, run: Run) -> Callable[[JobRun], Result]:
    """Return a function that does a request as who asked; what is refused is kept."""

    def carry_out(job: JobRun) -> Result:
        who = caller_of_job(app, job.arguments)
        seen = app.seen_by(who.scope)
        try:
            return run(seen, who, job)
        except (JobTakenOver, StorageError):
            raise
        except InventoryError as error:
            _keep(seen, job, "problem.json", _PROBLEM, _json(members_of(error)))
            raise
        except ApiError as error:
            raise InventoryError(error.problem, remedy=error.mend) from error

    return carry_out


def _json(value: Any) -> list[bytes]:  # noqa: ANN401
    """Return an answer as it is kept: sentences as their parts, for every language."""
    return [bytes(answer(with_parts(value)).body)]


def _keep(
    app: App, job: JobRun, name: str, media: str, pieces: Iterable[bytes]
) -> None:
    """Keep what a job made in a transaction of its own."""
    with app.work(job.requested_by) as work:
        _put(work, job, name, media, pieces)
        work.commit()


def _put(
    work: UnitOfWork, job: JobRun, name: str, media: str, pieces: Iterable[bytes]
) -> None:
    files.keep(
        work.connection,
        job.id,
        "result",
        name=name,
        media=media,
        pieces=pieces,
        at=work.clock(),
    )


def summary(body: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return what of an answer is shown with the job: no rows, no texts at length."""
    if not isinstance(body, Mapping):
        return {}
    plain = (str, int, float, bool)
    found = {n: v for n, v in body.items() if isinstance(v, plain)}
    counts = body.get("counts")
    return found | ({"counts": dict(counts)} if isinstance(counts, Mapping) else {})


# Acts


def _act(app: App, who: Caller, job: JobRun) -> Result:
    asked = job.arguments
    one = resource(asked["resource"])
    act = one.act(asked["verb"])
    if act is None:
        raise Conflict(N_("This release knows no such act."))
    given = body_model(act).model_validate(asked["given"])
    call = Call(app, viewer_of(app, who), asked["base"], tell=job.tell)
    with app.work(who.actor) as work:
        done = perform(one, act, call, work, given, asked["thing"] or None)
        body = read_back(one, act, call, work, done).body
        kept = _json(body)
        told = summary(kept_answer(kept))
        _put(work, job, f"{act.name}.json", _JSON, kept)
        job.conclude(work, told)
        work.commit()
    return told


# Tables that are sent


def _sent(app: App, job: JobRun) -> bytes:
    """Return the file that came with a request.

    Raises:
        Conflict: It is gone.
    """
    engine = app.whole or app.engine
    with engine.connect() as connection:
        found = files.kept(connection, job.id, "sent")
    if found is None:
        raise Conflict(N_("The file is not there any more."), where="file")
    return b"".join(files.read(engine, found))


def _import(app: App, who: Caller, job: JobRun) -> Result:
    from api.resources.exchange.importing import run_import, told

    asked = dict(job.arguments["options"])
    shown = asked.pop("rows")
    result: dict[str, Any] = {}

    def conclude(work: UnitOfWork, report: Any) -> None:  # noqa: ANN401
        body = told(report, shown)
        result.update(summary(body))
        _put(work, job, "import.json", _JSON, _json(body))
        job.conclude(work, result)

    report = run_import(
        app, who, _sent(app, job), **asked, tell=job.tell, within=conclude
    )
    if not report.written:
        body = told(report, shown)
        _keep(app, job, "import.json", _JSON, _json(body))
        return summary(body)
    return result


def _staff(app: App, who: Caller, job: JobRun) -> Result:
    from api.resources.exchange.staff_lists import given_in, only, run_staff_list

    asked = job.arguments["options"]
    body = run_staff_list(
        app,
        who,
        given_in(_sent(app, job), asked),
        dry_run=asked["dry_run"],
        tell=job.tell,
    )
    _keep(app, job, "staff-list.json", _JSON, _json(only(body, asked["rows"])))
    return summary(body)


# Files that are made


def _export(app: App, who: Caller, job: JobRun) -> Result:
    one = resource(job.arguments["resource"])
    form = job.arguments["format"]
    pairs = [(name, value) for name, value in job.arguments["query"]]
    sent = parameters_of(pairs, list_parameters(one))
    asked = list_call(one, sent, form)
    viewer = viewer_of(app, who, asked.day)
    names = shown_fields(one, who, asked)
    total = job.arguments["rows"]
    counted = 0

    def rows() -> Iterator[Any]:
        nonlocal counted
        every = sheets.from_engine(
            app.engine, lambda reading: read_all(one, reading, viewer, asked)
        )
        for counted, row in enumerate(every, 1):
            if counted % 500 == 0:
                job.tell(counted, max(total, counted))
            yield row

    with SpooledTemporaryFile(_IN_MEMORY) as scratch:
        for piece in sheets.pieces(form, one.name, names, rows()):
            scratch.write(piece)
        media = sheets.TYPES[form]
        return _conclude_file(app, job, f"{one.name}.{form}", media, scratch, counted)


def _labels(app: App, who: Caller, job: JobRun) -> Result:
    from api.resources.exchange.labels import PDF, labels_of
    from inventory.assets.labels.drawing import draw_labels

    del who  # the scope is that of the App
    asked = job.arguments
    with app.engine.connect() as reading:
        labels = labels_of(reading, asked["tags"], asked["base"])
    job.tell(0, len(labels))
    data = draw_labels(labels, asked["medium"], skip=asked["skip"])
    with SpooledTemporaryFile(_IN_MEMORY) as scratch:
        scratch.write(data)
        return _conclude_file(app, job, "labels.pdf", PDF, scratch, len(labels))


def _conclude_file(
    app: App, job: JobRun, name: str, media: str, scratch: IO[bytes], rows: int
) -> Result:
    told = {"file": name, "rows": rows, "bytes": scratch.tell()}
    scratch.seek(0)
    job.tell(rows, rows)
    with app.work(job.requested_by) as work:
        pieces = iter(partial(scratch.read, files.PIECE), b"")
        _put(work, job, name, media, pieces)
        job.conclude(work, told)
        work.commit()
    return told
