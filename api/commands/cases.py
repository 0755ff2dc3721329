"""`purser case`, `purser hr`: what follows from HR's events, and the events by file."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.commands.lists import After, Limit, Words, show_page
from api.commands.output import Exit, Json, print_json, print_pairs, print_table, say
from api.commands.register import Number

if TYPE_CHECKING:
    from api.compose.wiring import App
    from inventory.hr.context import CaseContext
    from inventory.storage.work import UnitOfWork

case = typer.Typer(help="Joiners, movers and leavers.", no_args_is_help=True)
hr = typer.Typer(help="What HR says.", no_args_is_help=True)

_LINES = {
    "id": "Line",
    "item": "Item",
    "action": "What",
    "state": "State",
    "owner": "Owner",
    "due_on": "Due",
    "tag": "Tag",
    "steps_possible": "Possible",
}
_LISTED = {
    "case_id": "Case",
    "id": "Line",
    "person": "Person",
    "item": "Item",
    "state": "State",
    "owner": "Owner",
    "due_on": "Due",
    "tag": "Tag",
}
_SOON = {
    "id": "Case",
    "person": "Person",
    "effective_on": "On",
    "state": "State",
    "open_lines": "Open lines",
    "missing_items": "Missing",
}


def register(cli: typer.Typer) -> None:
    """Add the commands to the command line."""
    cli.add_typer(case, name="case")
    cli.add_typer(hr, name="hr")


@case.command("list")
def list_cases(
    context: typer.Context,
    search: Words = "",
    kind: Annotated[
        str | None, typer.Option(help="joining, moving, absence or leaving.")
    ] = None,
    state: Annotated[
        str | None, typer.Option(help="open, closed or cancelled.")
    ] = None,
    sort: Annotated[
        str, typer.Option(help="effective_on, person, id; - to reverse.")
    ] = "effective_on",
    limit: Limit = 100,
    after: After = None,
    json: Json = False,
) -> int:
    """List cases."""
    from api.commands.session import opened
    from inventory.hr.views import lists

    filters = lists.CaseFilter(kind=kind, state=state, search=search)
    with opened(context) as app, app.engine.connect() as connection:
        page = lists.list_cases(
            connection, filters, sort=sort, after=after, limit=limit
        )
    columns = {
        "id": "Id",
        "kind": "Kind",
        "person": "Person",
        "effective_on": "On",
        "state": "State",
        "lines": "Lines",
        "open_lines": "Open",
        "due_on": "Next due",
    }
    return show_page(page, columns, as_json=json)


@case.command("show")
def show_case(context: typer.Context, number: Number, json: Json = False) -> int:
    """Show a case: its lines, what can be done with each, and the events."""
    from api.commands.session import opened
    from api.compose.wiring import provisioning_of
    from inventory.hr.views.detail import case_detail
    from inventory.kernel.errors import NotFound

    with opened(context) as app, app.engine.connect() as connection:
        machine = provisioning_of(app.settings).machine
        found = case_detail(connection, number, machine)
    if found is None:
        raise NotFound(f"There is no case {number}.")
    if json:
        print_json(found)
        return Exit.OK
    names = "id kind person effective_on state quiet site opened_on closed_on".split()
    print_pairs([(name.replace("_", " "), found[name]) for name in names])
    print_table(found["lines"], _LINES, "Lines")
    columns = {
        "source": "Source",
        "kind": "Event",
        "effective_on": "On",
        "asserted_at": "Said",
        "verdict": "Verdict",
        "verdict_reason": "Reason",
    }
    print_table(found["events"], columns, "Events")
    return Exit.OK


@case.command("step")
def take_step(
    context: typer.Context,
    line: Annotated[int, typer.Argument(help="Number of the line.")],
    step: Annotated[str, typer.Argument(help="A step that `case show` offers.")],
    note: Annotated[str, typer.Option(help="Why, or the name of who signs.")] = "",
    carrier: Annotated[str, typer.Option(help="Who transports it.")] = "",
    tracking: Annotated[str, typer.Option(help="The carrier's number.")] = "",
    to: Annotated[int | None, typer.Option(help="Person who gets it.")] = None,
) -> int:
    """Take a step of a line, with what it does to the asset."""
    from inventory.hr.cases.steps import StepRequest, take_line_step

    step_request = StepRequest(
        name=step, note=note, carrier=carrier, tracking=tracking, recipient_id=to
    )
    row = _change(
        context, lambda case_context: take_line_step(case_context, line, step_request)
    )
    print(f"line {line}: {row['item']} is {row['state'].replace('_', ' ')}")
    return Exit.OK


@case.command("watch")
def watch(
    context: typer.Context,
    name: Annotated[
        str,
        typer.Argument(
            help="joining, leaving, still-holding, overdue, overdue-returns, unsigned,"
            " disputed, shortages, sighted or at-risk."
        ),
    ],
    days: Annotated[int, typer.Option(min=0, help="How far ahead.")] = 30,
    json: Json = False,
) -> int:
    """Show a list people ask for."""
    from api.commands.session import opened
    from inventory.hr.views import lists
    from inventory.kernel.errors import Invalid

    if name not in lists.LISTS:
        raise Invalid(f"There is no list {name!r}.", remedy=", ".join(lists.LISTS))
    with opened(context) as app, app.engine.connect() as connection:
        today = app.clock().date()
        rows = (
            lists.cases_due_within(connection, name, today, days)
            if name in ("joining", "leaving")
            else lists.LISTS[name](connection, today)
        )
    if json:
        print_json(rows)
        return Exit.OK
    if name in ("joining", "leaving"):
        rows = [
            row | {"missing_items": [line["item"] for line in row["missing"]]}
            for row in rows
        ]
        print_table(rows, _SOON)
    else:
        print_table(rows, _LISTED)
    return Exit.OK


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
    from api.commands.session import actor, opened

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
    from inventory.provisioning.event_format import read_row

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
    from api.commands.session import actor, opened
    from api.jobs.housekeeping import follow_day

    with opened(context) as app:
        persons, reminded, contracts = follow_day(app, actor())
    print(f"{persons} persons, {reminded} reminders, {contracts} contracts end")
    return Exit.OK


@hr.command("tasks")
def tasks(context: typer.Context, json: Json = False) -> int:
    """List what a person has to decide."""
    from api.commands.session import opened
    from inventory.hr.views.detail import list_tasks

    with opened(context) as app, app.engine.connect() as connection:
        rows = list_tasks(connection)
    columns = {"id": "Id", "kind": "Kind", "person": "Person", "subject": "About"}
    columns |= {"detail": "Seen", "owner": "Owner", "due_on": "Due"}
    print_json(rows) if json else print_table(rows, columns)
    return Exit.OK


def _hand(app: App, work: UnitOfWork) -> CaseContext:
    from api.compose.wiring import provisioning_of
    from inventory.hr.context import CaseContext

    return CaseContext(work, provisioning_of(app.settings))


def _change(context: typer.Context, act: Any) -> Any:  # noqa: ANN401 - what act returns
    from api.commands.session import actor, opened

    with opened(context) as app, app.work(actor()) as work:
        found = act(_hand(app, work))
        work.commit()
    return found
