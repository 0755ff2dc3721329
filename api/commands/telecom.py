"""`purser telecom`: days of notice as a calendar, the day."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.console.output import Exit, Json, print_json, say

telecom = typer.Typer(
    help="Telecom assets: the calendar of notice, the day.", no_args_is_help=True
)


def register(cli: typer.Typer) -> None:
    """Add the commands to the command line."""
    cli.add_typer(telecom, name="telecom")


@telecom.command("calendar")
def calendar(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(dir_okay=False, help="Where to write it.")],
) -> int:
    """Write the last days to give notice as an iCalendar file."""
    from api.console.session import opened
    from api.routes.calendars import TEXTS, TITLE
    from inventory.telecom_expense.exits import calendar_of, list_exits

    with opened(context) as app, app.engine.connect() as connection:
        now = app.clock()
        rows = list_exits(connection, now.date())
        file.write_text(calendar_of(rows, TITLE, TEXTS, now), "utf-8", newline="")
    say(f"{len(rows)} contracts")
    return Exit.OK


@telecom.command("daily")
def daily(context: typer.Context, json: Json = False) -> int:
    """Quarantine lines of leavers, remind, record modems; `purser serve` does so."""
    from api.console.session import opened
    from api.jobs.housekeeping import follow_telecom

    with opened(context) as app:
        done = follow_telecom(app)
    if json:
        print_json(done)
    else:
        say(
            f"{done['quarantined']} lines quarantined, {done['reminded']} reminders, "
            f"{done['modems']} modems recorded"
        )
    return Exit.OK
