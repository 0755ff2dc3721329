"""`purser hr`: events of HR by file, and what the day brings."""

from __future__ import annotations

import csv
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.console.output import Exit, Json, print_json, print_table, say
from api.resources.cli.options import mapping_of, say_unread

if TYPE_CHECKING:
    from api.compose.wiring import App
    from inventory.hr.events.receive import Outcome
    from inventory.provisioning.statements.event_format import Incoming
    from inventory.storage.work import UnitOfWork

hr = typer.Typer(
    help="Statements of HR, staff lists, daily duties.", no_args_is_help=True
)


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
    from inventory.kernel.errors import InventoryError, StorageError
    from inventory.provisioning.statements.event_format import read_row

    told = {"kind": row.get("type"), "subject": row.get("subject")}
    try:
        incoming = read_row(row)
        if preview:
            outcome = app.tried(who, partial(_received, app, incoming))
        else:
            with app.work(who) as work:
                outcome = _received(app, incoming, work)
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


def _received(app: App, incoming: Incoming, work: UnitOfWork) -> Outcome:
    from api.compose.rulebooks import context_of
    from inventory.hr.events.receive import receive

    return receive(context_of(app.settings, work), incoming)


@hr.command("staff")
def take_in_staff(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    profile: Annotated[
        str, typer.Option(help="How its columns are read: generic, workday, ...")
    ] = "generic",
    source: Annotated[str, typer.Option(help="Of the events.")] = "",
    on: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"], help="The day as of which the list is, if not today."
        ),
    ] = None,
    legal_entity: Annotated[
        str, typer.Option(help="Code of it, where a row tells none.")
    ] = "",
    columns: Annotated[
        list[str] | None,
        typer.Option("--column", help='"Heading=field", laid over the profile.'),
    ] = None,
    save_as: Annotated[str, typer.Option(help="Keep it as a profile.")] = "",
    write: Annotated[bool, typer.Option("--write", help="Not only say it.")] = False,
    json: Json = False,
) -> int:
    """Take in a list of staff of an HR system; without --write only say what it does.

    Somebody new is a hire, another department a transfer, a last day a termination.
    """
    from api.console.background import counter
    from api.console.session import opened
    from api.resources.cli.options import local_caller
    from api.resources.exchange.staff_lists import StaffListGiven, run_staff_list

    given = StaffListGiven(
        data=file.read_bytes(),
        profile=profile,
        columns=mapping_of(columns or ()),
        source=source,
        day=on.date() if on else None,
        legal_entity=legal_entity,
        save_as=save_as,
    )
    with opened(context) as app:
        answer = run_staff_list(
            app, local_caller(), given, dry_run=not write, tell=counter()
        )
    if json:
        print_json(answer)
    else:
        _print_staff(answer)
    return Exit.FAILED if write and answer["problems"] else Exit.OK


def _print_staff(answer: dict[str, Any]) -> None:
    rows = [
        {
            "row": row["row"],
            "number": row["number"],
            "name": row["name"],
            "effect": row["effect"],
            "what": "\n".join(_what(row)),
        }
        for row in answer["effects"]
    ]
    columns = {"row": "Row", "number": "Number", "name": "Name", "effect": "Effect"}
    print_table(rows, columns | {"what": "What"})
    say_unread(answer["columns"])
    if answer["units"]:
        new = ", ".join(f"{one['unit']} {one['code']}" for one in answer["units"])
        say(f"New: {new}.")
    if answer["left_out"]:
        told = ", ".join(f"{one['row']} ({one['text']})" for one in answer["left_out"])
        why = answer["left_out"][0]["reason"]
        say(f"Left out, {len(answer['left_out'])} rows {why}: {told}.")
    if answer["absent"]:
        say(f"Employed, and not in the list: {', '.join(answer['absent'])}.")
    counts = ", ".join(f"{n} {name}" for name, n in answer["counts"].items())
    done = "written" if answer["written"] else "nothing written; say --write"
    say(f"{answer['rows']} rows: {counts}; {len(answer['absent'])} absent; {done}")


def _what(row: dict[str, Any]) -> list[str]:
    """Return what a row does, or what is wrong with it, a sentence a line."""
    if row["problems"]:
        return [
            " ".join(filter(None, (one["field"], one["problem"], one["remedy"])))
            for one in row["problems"]
        ]
    said = [
        " ".join(filter(None, (one["kind"], one["on"], one["verdict"])))
        for one in row["events"]
    ]
    return [*said, *([row["note"]] if row["note"] else [])]


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
