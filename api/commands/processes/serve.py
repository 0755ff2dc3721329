"""`purser serve` and `purser worker`: the processes that go on until they are ended."""

from __future__ import annotations

import gc
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

from api.console.output import Exit, Json, print_json, say

if TYPE_CHECKING:
    from discovery.work.port import Queue

Host = Annotated[str | None, typer.Option(help="Address to listen on.")]
Port = Annotated[
    int | None, typer.Option(min=0, max=65535, help="Port; 0 for any free one.")
]

Queues = Annotated[
    str,
    typer.Option(
        help="Which jobs to take, with commas between: quick, scans, visits, house,"
        " long; all."
    ),
]


def register(cli: typer.Typer) -> None:
    """Add the commands to the command line."""
    cli.command()(serve)
    cli.command()(worker)


def serve(
    context: typer.Context, host: Host = None, port: Port = None, json: Json = False
) -> int:
    """Serve the API and the pages until Ctrl-C.

    PostgreSQL that has no connection left, or only starts, is waited for.
    """
    from api.console.waiting import once_let_in

    return once_let_in(lambda begin: _serve(context, host, port, begin, json=json))


def _serve(
    context: typer.Context,
    host: str | None,
    port: int | None,
    begin: Callable[[], None],
    *,
    json: bool,
) -> Exit:
    from api import serving
    from api.compose import logs
    from api.compose.working import queues_named, working
    from api.console.session import opened, options
    from api.graceful_stop import Ending
    from api.jobs import resuming, trapping
    from api.jobs.scan_kinds import queued_scans
    from api.jobs.timekeeping import set_up
    from api.pages.door.welcome import link_of

    with opened(context, make=True) as app:
        http = app.settings.http
        level = "debug" if options(context).debug else app.settings.log_level
        logs.configure(level, as_json=app.settings.log_json)
        port = http.port if port is None else port
        with serving.bind(host or http.host, port) as bound:
            url = serving.url_of(bound)
            first = link_of(app, http.public_url or url)
            set_up(app)
            with (
                working(app, queues_named(app.settings.jobs.queues)),
                queued_scans(app),
                trapping.listening(app),
                resuming.running(app),
            ):
                if app.jobs.refused:
                    say(app.jobs.refused)
                begin()
                ready = partial(_tell, url, first, json=json)
                ran = serving.serve(app, bound, ready, Ending())
    return Exit.OK if ran else Exit.FAILED


def _tell(url: str, first: str, *, json: bool) -> None:
    """Say that it is served, and where the first account is made."""
    if json:
        print_json({"url": url} | ({"welcome": first} if first else {}))
        return
    print(f"Purser serves {url} - stop with Ctrl-C.", flush=True)
    if first:
        print(f"Nobody has an account yet. Begin here, once: {first}")


def worker(context: typer.Context, queues: Queues = "all") -> int:
    """Work on jobs until Ctrl-C; any number of these may run with PostgreSQL.

    A server that has no connection left, or only starts, is waited for.
    """
    from api.compose.working import queues_named
    from api.console.waiting import once_let_in
    from inventory.kernel.errors import Invalid

    wanted = queues_named(queues)
    if not wanted:
        raise Invalid("There is nothing to work on.", where="queues")
    return once_let_in(lambda begin: _work(context, wanted, begin))


def _work(
    context: typer.Context, wanted: Sequence[Queue], begin: Callable[[], None]
) -> Exit:
    from api.compose import logs
    from api.compose.working import working
    from api.console.session import opened, options
    from inventory.kernel.errors import Invalid

    with opened(context) as app:
        if app.engine.dialect.name == "sqlite":
            raise Invalid(
                "A SQLite database has one process that works on jobs.",
                where="database_url",
                remedy="`purser serve` does it. Use PostgreSQL to have more of them.",
            )
        level = "debug" if options(context).debug else app.settings.log_level
        logs.configure(level, as_json=app.settings.log_json)
        with _asked_to_end() as over, working(app, wanted) as found:
            begin()
            if found is not None:
                say(f"Purser works on {', '.join(wanted)} - stop with Ctrl-C.")
            gc.freeze()  # as a server does, see `serving`
            over.wait()
    return Exit.OK


@contextmanager
def _asked_to_end() -> Iterator[threading.Event]:
    """Note that the process is asked to end, in place of ending it."""
    over = threading.Event()

    def end(_signal: int, _frame: FrameType | None) -> None:
        over.set()

    asking = (signal.SIGTERM, signal.SIGINT)
    before = [(number, signal.signal(number, end)) for number in asking]
    try:
        yield over
    finally:
        for number, handler in before:
            signal.signal(number, handler)
