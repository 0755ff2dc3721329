"""Puts together who works on jobs in this process, and with which engine."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import structlog

from api.compose.wiring import App, database_url
from discovery.scan.jobs import this_process
from discovery.work.memory import MemoryEngine
from discovery.work.port import AT_ONCE, Engine, Queue
from discovery.work.working import Working
from inventory.kernel.errors import DatabaseLocked, Invalid
from inventory.kernel.texts import N_
from inventory.storage.engine import Shares
from inventory.storage.exclusive import one_at_a_time

log = structlog.get_logger("purser.jobs")

JOBS_FILE = ".jobs"
"""Added to the name of the SQLite file: what the engine keeps."""
ELSEWHERE = (
    "Another process works on the jobs of this database; this one serves without,"
    " and takes over when that one ends."
    " With PostgreSQL many processes can work side by side."
)
LOOK_EVERY = 5.0
"""Seconds between two looks whether the process that works on jobs has ended."""


def queues_named(names: str) -> list[Queue]:
    """Return queues by their names, with commas between; `all` and `none` are names.

    Raises:
        Invalid: There is no such queue.
    """
    found: list[Queue] = []
    for name in filter(None, (each.strip() for each in names.split(","))):
        if name == "all":
            return list(Queue)
        if name == "none":
            return []
        if name not in set(Queue):
            raise Invalid(
                N_("There is no queue {name!r}."),
                where="queues",
                remedy=N_("Choose among {choices}, all and none."),
                name=name,
                choices=", ".join(Queue),
            )
        found.append(Queue(name))
    return found


@contextmanager
def working(app: App, queues: Sequence[Queue]) -> Iterator[Working | None]:
    """Work on jobs while the block runs.

    Yields:
        Who works; None if no queue is asked for, or another process has the file of
        the database: then `app.jobs.refused` says so, and when that process ends this
        one takes over.
    """
    if not queues:
        yield None
    elif app.engine.dialect.name != "sqlite":
        with _at_work(app, queues, alone=False) as worker:
            yield worker
    else:
        with ExitStack() as stack:
            try:
                stack.enter_context(one_at_a_time(app.engine, "jobs", patience=0))
            except DatabaseLocked:
                app.jobs.refused = ELSEWHERE
                log.warning("another process works on the jobs")
                stack.enter_context(_taking_over(app, queues))
                yield None
            else:
                yield stack.enter_context(_at_work(app, queues, alone=True))


@contextmanager
def _at_work(app: App, queues: Sequence[Queue], *, alone: bool) -> Iterator[Working]:
    worker = build_working(app, queues, alone=alone)
    worker.start()
    app.jobs.working = worker
    try:
        yield worker
    finally:
        app.jobs.working = None
        worker.stop()


@contextmanager
def _taking_over(app: App, queues: Sequence[Queue]) -> Iterator[None]:
    """Work on jobs once the process that does so ends, until the block ends."""
    over = threading.Event()

    def look() -> None:
        with one_at_a_time(app.engine, "jobs", patience=0):
            with _at_work(app, queues, alone=True):
                app.jobs.refused = ""
                log.warning("the other process ended; this one works on the jobs")
                over.wait()

    def keep() -> None:
        while not over.wait(LOOK_EVERY):
            try:
                look()
            except DatabaseLocked:
                continue
            except Exception:  # whatever it is, the next look may do better
                log.exception("the jobs could not be taken over")

    thread = threading.Thread(target=keep, name="taking over", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def build_working(
    app: App, queues: Sequence[Queue], *, alone: bool, engine: Engine | None = None
) -> Working:
    """Return who works on jobs of this process."""
    from api.jobs.kinds import kinds_of
    from api.jobs.timekeeping import duties_of

    return Working(
        app.engine,
        app.clock,
        engine or durable_engine(app),
        kinds_of(app),
        name=this_process(),
        queues={queue: AT_ONCE[queue] for queue in queues},
        release=release(),
        also=duties_of(app),
        alone=alone,
    )


def durable_engine(app: App) -> Engine:
    """Return the engine for the database in use."""
    from api.engine import connections
    from api.engine.durable import DurableEngine

    if app.engine.dialect.name == "postgresql":
        url, most = database_url(app.settings), app.settings.database_connections
        return DurableEngine(connections.for_server(url, Shares.of(most).jobs))
    path = app.engine.url.database
    if not path or path == ":memory:":
        return MemoryEngine()
    return DurableEngine(connections.for_file(Path(path + JOBS_FILE)))


def release() -> str:
    """Return the release of Purser."""
    try:
        return version("purser")
    except PackageNotFoundError:  # run from a checkout that is not installed
        return "0"
