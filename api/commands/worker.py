"""`purser worker`: works on jobs beside `purser serve`, with PostgreSQL."""

from __future__ import annotations

import signal
import threading
from types import FrameType
from typing import Annotated

import typer

from api.console.output import Exit, say

Queues = Annotated[
    str,
    typer.Option(
        help="Which jobs to take, with commas between: quick, scans, house, long; all."
    ),
]


def register(cli: typer.Typer) -> None:
    """Add the command to the command line."""
    cli.command()(worker)


def worker(context: typer.Context, queues: Queues = "all") -> int:
    """Work on jobs until Ctrl-C; any number of these may run with PostgreSQL."""
    from api.compose import logs
    from api.compose.working import queues_named, working
    from api.console.session import opened, options
    from inventory.kernel.errors import Invalid

    wanted = queues_named(queues)
    if not wanted:
        raise Invalid("There is nothing to work on.", where="queues")
    with opened(context) as app:
        if app.engine.dialect.name == "sqlite":
            raise Invalid(
                "A SQLite database has one process that works on jobs.",
                where="database_url",
                remedy="`purser serve` does it. Use PostgreSQL to have more of them.",
            )
        level = "debug" if options(context).debug else app.settings.log_level
        logs.configure(level, as_json=app.settings.log_json)
        over = threading.Event()

        def end(_signal: int, _frame: FrameType | None) -> None:
            over.set()

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, end)
        with working(app, wanted) as found:
            if found is not None:
                say(f"Purser works on {', '.join(wanted)} - stop with Ctrl-C.")
            over.wait()
    return Exit.OK
