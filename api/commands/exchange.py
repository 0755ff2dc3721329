"""`purser import`, `label`: tables of assets from files, labels as PDF."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from json import dumps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.console.output import Exit, Json, print_json, print_table, say
from api.resources.cli.options import local_caller, mapping_of, say_unread

if TYPE_CHECKING:
    from api.jobs.long_requests import LongRequest

Tags = Annotated[list[str], typer.Argument(help="Tags or serials of assets.")]


def register(cli: typer.Typer) -> None:
    """Add the commands to the command line."""
    cli.command("import")(import_file)
    cli.command("label")(label)


def import_file(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    profile: Annotated[
        str, typer.Option(help="How its columns are read: spreadsheet, purser, ...")
    ] = "spreadsheet",
    columns: Annotated[
        list[str] | None,
        typer.Option("--column", help='"Heading=field", laid over the profile.'),
    ] = None,
    save_as: Annotated[str, typer.Option(help="Keep it as a profile.")] = "",
    write: Annotated[bool, typer.Option("--write", help="Not only say it.")] = False,
    by_row: Annotated[
        bool, typer.Option("--by-row", help="Write the good rows, leave the others.")
    ] = False,
    background: Annotated[
        bool, typer.Option("--background", help="Leave it to who works on jobs.")
    ] = False,
    json: Json = False,
) -> int:
    """Import a table of assets (CSV, XLSX); without --write only say what it does."""
    from api.console.background import counter, leave
    from api.console.session import opened
    from api.resources.exchange.importing import run_import, told

    mapping = mapping_of(columns or ())
    how: dict[str, Any] = {
        "dry_run": not write,
        "atomic": not by_row,
        "columns": dumps(mapping) if mapping else "",
        "save_as": save_as,
    }
    data = file.read_bytes()
    with opened(context) as app:
        if background:
            return leave(app, [_as_job(file, data, profile, how)], as_json=json)
        report = run_import(app, local_caller(), data, profile, **how, tell=counter())
    answer = told(report)
    failed = write and not report.written
    if json:
        print_json(answer)
    else:
        _print_import(answer)
    return Exit.FAILED if failed else Exit.OK


def _print_import(answer: Mapping[str, Any]) -> None:
    rows = [
        {
            "row": row["row"],
            "effect": row["effect"],
            "tag": row["tag"],
            "what": "\n".join(
                [
                    f"{one['field']}: {one['problem']} {one['remedy']}"
                    for one in row["problems"]
                ]
                or [*_changes(row["changes"])]
            ),
        }
        for row in answer["effects"]
    ]
    columns = {"row": "Row", "effect": "Effect", "tag": "Tag", "what": "What"}
    print_table(rows, columns)
    say_unread(answer["columns"])
    counts = ", ".join(f"{n} {name}" for name, n in answer["counts"].items())
    print(f"{'Written' if answer['written'] else 'Nothing written'}: {counts}.")


def _changes(changes: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a row sets, amounts with their currency."""
    from inventory.kernel.money import Money

    _, currency = changes.get("currency", (None, None))
    for name, (_before, after) in changes.items():
        if name == "cost_minor" and isinstance(after, int) and currency:
            yield f"cost: {Money(after, currency)}"
        elif name != "currency":
            yield f"{name.removesuffix('_id').removesuffix('_minor')}: {after}"


def _as_job(
    file: Path, data: bytes, profile: str, how: Mapping[str, Any]
) -> LongRequest:
    from api.jobs.long_requests import IMPORT, LongRequest

    return LongRequest(
        kind=IMPORT,
        subject=file.name,
        arguments={"options": {"profile": profile, **how, "rows": "all"}},
        sent=(file.name, "application/octet-stream", data),
    )


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
    from api.resources.exchange.labels import labels_of
    from inventory.assets.labels.drawing import draw_labels

    with opened(context) as app, app.engine.connect() as reading:
        labels = labels_of(reading, tags, public_url(app))
    output.write_bytes(draw_labels(labels, medium, skip=skip))
    say(f"{len(labels)} labels written to {output}.")
    return Exit.OK
