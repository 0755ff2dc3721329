"""`purser import`, `export list`, `label`, `as-of`, `ending`: the register in files."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.reporting import export as group
from api.console.output import Exit, Json, print_json, print_table, say

if TYPE_CHECKING:
    from api.http.auth import Caller

Given = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d"], help="YYYY-MM-DD.")
]
Tags = Annotated[list[str], typer.Argument(help="Tags or serials of assets.")]
File = Annotated[Path, typer.Argument(help="The file.", dir_okay=False)]


def register(cli: typer.Typer) -> None:
    """Add the commands to the command line."""
    cli.command("import")(import_file)
    group.command("list")(export)
    cli.command("label")(label)
    cli.command("as-of")(as_of)
    cli.command("ending")(ending)


def import_file(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    profile: Annotated[str, typer.Option(help="How its columns are read.")] = "purser",
    write: Annotated[bool, typer.Option("--write", help="Not only say it.")] = False,
    by_row: Annotated[
        bool, typer.Option("--by-row", help="Write the good rows, leave the others.")
    ] = False,
    json: Json = False,
) -> int:
    """Import a table of assets (CSV, XLSX); without --write only say what it does."""
    from api.console.session import opened
    from api.routes.imports import run_import, told

    with opened(context) as app:
        report = run_import(
            app,
            caller(),
            file.read_bytes(),
            profile,
            dry_run=not write,
            atomic=not by_row,
        )
    answer = told(report)
    failed = write and not report.written
    if json:
        print_json(answer)
        return Exit.FAILED if failed else Exit.OK
    rows = [
        {
            "row": row["row"],
            "effect": row["effect"],
            "tag": row["tag"],
            "what": [f"{one['field']}: {one['problem']}" for one in row["problems"]]
            or [f"{name}: {new}" for name, (_old, new) in row["changes"].items()],
        }
        for row in answer["effects"]
    ]
    columns = {"row": "Row", "effect": "Effect", "tag": "Tag", "what": "What"}
    print_table(rows, columns)
    counts = ", ".join(f"{n} {name}" for name, n in answer["counts"].items())
    print(f"{'Written' if report.written else 'Nothing written'}: {counts}.")
    return Exit.FAILED if failed else Exit.OK


def export(
    context: typer.Context,
    what: Annotated[str, typer.Argument(help="assets, people, orders ...")],
    file: File,
    search: Annotated[str, typer.Option(help="Words, each must occur.")] = "",
    kind: Annotated[str, typer.Option(help="Only of this kind.")] = "",
    state: Annotated[str, typer.Option(help="Only in this state.")] = "",
) -> int:
    """Write a list to a file: .xlsx, or CSV for any other name."""
    from api.compose.wiring import now
    from api.console.session import opened
    from inventory.bulk.files.tabular import write_csv, write_xlsx
    from inventory.queries import exports

    words = {"search": search, "kind": kind, "state": state}
    write = write_xlsx if file.suffix.casefold() == ".xlsx" else write_csv
    with opened(context) as app, app.engine.connect() as reading:
        header, rows = exports.export(reading, what, now().date(), words)
        file.write_bytes(write(header, rows))
    say(f"Written to {file}.")
    return Exit.OK


def label(
    context: typer.Context,
    tags: Tags,
    output: Annotated[Path, typer.Option(help="The PDF.")] = Path("labels.pdf"),
    medium: Annotated[
        str, typer.Option(help="Sheet or tape: L7160, 5160, 24mm ...")
    ] = "L7160",
    skip: Annotated[int, typer.Option(min=0, help="Labels already used.")] = 0,
) -> int:
    """Print labels of assets as PDF: QR code and Code 128."""
    from api.console.session import opened
    from api.http.actions import public_url
    from api.routes.labels import labels_of
    from inventory.assets.labels.drawing import draw_labels

    with opened(context) as app, app.engine.connect() as reading:
        labels = labels_of(reading, tags, public_url(app))
    output.write_bytes(draw_labels(labels, medium, skip=skip))
    say(f"{len(labels)} labels written to {output}.")
    return Exit.OK


def as_of(
    context: typer.Context,
    what: Annotated[
        str,
        typer.Argument(help="asset, person, team, place, part-of, room, cost-centre."),
    ],
    name: Annotated[str, typer.Argument(help="Tag; key or login; code.")],
    day: Given = None,
    start: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"])
    ] = None,
    end: Annotated[
        datetime | None,
        typer.Option("--to", formats=["%Y-%m-%d"], help="First day no more."),
    ] = None,
    json: Json = False,
) -> int:
    """Say who had what on a day, or over a range of days."""
    from api.compose.wiring import now
    from api.console.session import opened
    from api.routes.as_of import asked, window_of
    from inventory.kernel.errors import Invalid

    kinds = "asset person team place part-of room cost-centre".split()
    if what not in kinds:
        raise Invalid(f"{what!r} is not one of {', '.join(kinds)}.", where="what")
    window = window_of(now().date(), _day(day), _day(start), _day(end))
    with opened(context) as app, app.engine.connect() as reading:
        found = asked(reading, what, name, window)
    if json:
        head = {"what": what, "name": name, "from": window.start, "to": window.end}
        print_json(head | (found if isinstance(found, dict) else {"items": found}))
        return Exit.OK
    span = {"from": "From", "to": "Until"}
    if not isinstance(found, dict):
        more = {"location": "Place", "because": "Because", "ppm": "Parts per million"}
        more = {key: word for key, word in more.items() if found and key in found[0]}
        print_table(
            found, {"tag": "Tag", "kind": "Kind", "model": "Model"} | more | span
        )
        return Exit.OK
    print_table(found["states"], {"state": "State"} | span, found["asset"]["tag"])
    print_table(found["custody"], {"holder": "Holder"} | span, "Who had it")
    print_table(found["places"], {"location": "Place", "because": "Because"} | span)
    centres = [
        row | {"codes": [share["code"] for share in row["shares"]]}
        for row in found["bearing"]
    ]
    print_table(centres, {"codes": "Cost centres"} | span, "Who paid")
    return Exit.OK


def ending(
    context: typer.Context,
    days: Annotated[int, typer.Option(min=0, max=3650)] = 90,
    json: Json = False,
) -> int:
    """List warranties, contracts and licences that end within some days."""
    from api.compose.wiring import now
    from api.console.session import opened
    from inventory.queries.register import contracts

    with opened(context) as app, app.engine.connect() as reading:
        rows = contracts.ending_soon(reading, now().date(), days)
    columns = {"on": "On", "what": "What", "name": "Name", "text": "", "why": "Why"}
    if json:
        print_json({"items": rows, "next": None})
    else:
        print_table(rows, columns)
    return Exit.OK


def caller() -> Caller:
    """Return the person at this machine, who may do everything."""
    from api.console.session import actor
    from api.http.auth import Caller, Role

    return Caller(actor(), actor(), frozenset(Role))


def _day(given: datetime | None) -> date | None:
    return None if given is None else given.date()
