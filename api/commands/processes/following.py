"""`purser job follow`: how far a job is, until it has ended."""

from __future__ import annotations

import time
from typing import Annotated

import typer

from api.console.output import Exit, Json, print_json, say

PACE = 0.5
"""Seconds between looks."""


def register(cli: typer.Typer) -> None:
    """Add the command to those of jobs."""
    from api.resources.cli.groups import group

    del cli
    group("job").command("follow")(follow)


def follow(
    context: typer.Context,
    job: Annotated[int, typer.Argument(help="Its number.")],
    json: Json = False,
) -> int:
    """Wait for a job, with its progress; ends with 1 if it failed or was cancelled."""
    from api.console.background import counter
    from api.console.session import opened
    from api.resources.cli.options import local_caller
    from api.resources.cli.whole import print_whole
    from api.resources.listing import viewer_of
    from api.resources.registry import resource
    from inventory.jobs.tables import OPEN

    tell, jobs = counter(), resource("jobs")
    with opened(context) as app:
        viewer = viewer_of(app, local_caller())
        while True:
            with app.engine.connect() as connection:
                row = jobs.whole(connection, job, viewer)
            if row["state"] not in OPEN:
                break
            if row["total"]:
                tell(row["done"], row["total"] + 1)
            time.sleep(PACE)
    if json:
        print_json(row)
    else:
        print_whole({name: row[name] for name in ("id", "kind", "subject", "state")})
        print_whole(dict(row["result"] or {}))
        if row["error"]:
            say(str(row["error"]))
        if row["file"]:
            say(f"`purser job result {job}` gives {row['file']}.")
    return Exit.OK if row["state"] == "done" else Exit.FAILED
