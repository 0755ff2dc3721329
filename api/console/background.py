"""Long work of a command: how far it is, or left to who works on jobs."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from api.console.output import Exit, print_json, say

if TYPE_CHECKING:
    from api.compose.wiring import App
    from api.jobs.long_requests import LongRequest

PACE = 0.5
"""Seconds between two lines on a terminal."""


def counter(*, quiet: bool = False) -> Callable[[int, int], None]:
    """Return what shows how far something is: on a terminal only, in one line."""
    last = 0.0

    def tell(done: int, total: int) -> None:
        nonlocal last
        now = time.monotonic()
        if quiet or not sys.stderr.isatty() or (done < total and now - last < PACE):
            return
        last = now
        end = "\n" if done >= total else "\r"
        print(f"{done:,} of {total:,}", end=end, file=sys.stderr, flush=True)

    return tell


def leave(app: App, asked: Sequence[LongRequest], *, as_json: bool) -> int:
    """Leave requests to who works on jobs, and say which jobs they are.

    Raises:
        NotAllowed: Nobody works on jobs.
    """
    from api.jobs.long_requests import add_request, check_somebody_works
    from api.resources.cli.options import local_caller

    check_somebody_works(app)
    who = local_caller()
    with app.work(who.actor) as work:
        jobs = [add_request(work, who, each) for each in asked]
        work.commit()
    if as_json:
        print_json({"jobs": jobs})
        return Exit.OK
    for job_id in jobs:
        print(job_id)
    say("`purser job follow` shows how far it is, `purser job result` what came of it.")
    return Exit.OK
