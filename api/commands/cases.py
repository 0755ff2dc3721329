"""`purser hr`: events of HR by file, and what the day brings."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.console.output import Exit, Json, print_json, print_table, say

if TYPE_CHECKING:
    from api.compose.wiring import App

hr = typer.Typer(help="What HR says.", no_args_is_help=True)


def register(cli: typer.Typer) -> None:
    """Add the commands to the command line."""
    cli.add_typer(hr, name="hr")


@hr.command("import")
def import_events(
    context: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(
            exists=True,
            dir_okay=False,
            help="CSV: source, type, subject, effective_on, id, time and fields.",
        ),
    ],
    preview: Annotated[
        bool, typer.Option("--preview", help="Say what would follow; write nothing.")
    ] = False,
    json: Json = False,
) -> int:
    """Take in events of a file; each row is done or refused by itself."""
    from api.console.session import actor, opened

    results = []
    with (
        opened(context) as app,
        file.open(encoding="utf-8-sig", newline="") as stream,
    ):
        for number, row in enumerate(csv.DictReader(stream), 2):
            done = _take_in(app, actor(), row, preview=preview)
            results.append({"row": number, **done})
    if json:
        print_json(results)
    else:
        columns = {"row": "Row", "kind": "Event", "subject": "Who"}
        columns |= {"verdict": "Verdict", "case_id": "Case", "verdict_reason": "Reason"}
        print_table(results, columns)
    refused = sum(result["verdict"] == "refused" for result in results)
    say(f"{len(results)} events, {refused} refused")
    return Exit.FAILED if refused else Exit.OK


def _take_in(
    app: App, who: str, row: dict[str, Any], *, preview: bool
) -> dict[str, Any]:
    from api.compose.wiring import provisioning_of
    from inventory.hr.context import CaseContext
    from inventory.hr.events.receive import receive
    from inventory.kernel.errors import InventoryError, StorageError
    from inventory.provisioning.statements.event_format import read_row

    told = {"kind": row.get("type"), "subject": row.get("subject")}
    try:
        incoming = read_row(row)
        with app.work(who) as work:
            outcome = receive(
                CaseContext(work, provisioning_of(app.settings)), incoming
            )
            if not preview:
                work.commit()
    except StorageError:
        raise
    except InventoryError as error:
        return {
            **told,
            "verdict": "refused",
            "verdict_reason": str(error),
            "case_id": None,
        }
    event = outcome.event
    names = ("verdict", "verdict_reason", "case_id")
    return {**told, **{name: event[name] for name in names}, "new": outcome.new}


@hr.command("daily")
def daily(context: typer.Context) -> int:
    """Do what the day brings: last days, ends of contracts, reminders.

    `serve` does it once a day.
    """
    from api.console.session import actor, opened
    from api.jobs.housekeeping import follow_day

    with opened(context) as app:
        persons, reminded, contracts = follow_day(app, actor())
    print(f"{persons} persons, {reminded} reminders, {contracts} contracts end")
    return Exit.OK
