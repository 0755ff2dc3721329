"""`purser report make`: a report on the screen or as a file."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.console.output import Exit, Json, print_json, print_table, say
from api.resources.cli.groups import group

if TYPE_CHECKING:
    from inventory.reports.base import Report, Row

Output = Annotated[
    Path | None, typer.Option("--output", "-o", help="A file, instead of the screen.")
]


def register(_cli: typer.Typer) -> None:
    """Add the command to those of reports."""
    group("report").command("make", no_args_is_help=True)(make)


def make(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Its name.")],
    texts: Annotated[
        list[str] | None,
        typer.Argument(help="Its parameters, such as book=IFRS as_of=2026-03-31."),
    ] = None,
    format: Annotated[
        str, typer.Option(help="table, json, jsonl, csv or xlsx.")
    ] = "table",
    output: Output = None,
    json: Json = False,
) -> int:
    """Make a report. `purser report list` names all, `show` their parameters."""
    from api.compose.rulebooks import rules_of
    from api.console.session import opened
    from inventory.reports import report_named
    from inventory.reports.sources import Sources

    found = report_named(name)
    values = found.read(_parameters(texts or []))
    with opened(context) as app, app.engine.connect() as connection:
        sources = Sources(connection, app.clock().date(), rules_of(app.settings))
        rows = found.rows(sources, values)
        _write(found, rows, "json" if json else format, output)
    return Exit.OK


def _parameters(texts: Iterable[str]) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for text in texts:
        name, sign, value = text.partition("=")
        if not sign:
            raise typer.BadParameter(f"{text!r}: write NAME=VALUE, e.g. book=IFRS.")
        values.setdefault(name, []).append(value)
    return values


def _write(
    found: Report, rows: Iterator[Row], format: str, output: Path | None
) -> None:
    from inventory.reports.base import json_row
    from inventory.reports.sheets import FORMATS, csv_lines, json_lines, write_xlsx

    if format not in ("table", *FORMATS):
        raise typer.BadParameter(f"--format: use table, {', '.join(FORMATS)}.")
    columns = found.columns
    if format == "xlsx":
        if output is None:
            raise typer.BadParameter("xlsx needs --output.")
        with output.open("wb") as file:
            write_xlsx(columns, rows, found.name, file)
    elif format == "csv":
        _text(csv_lines(columns, rows), output)
    elif format == "jsonl":
        _text(json_lines(columns, rows), output)
    elif format == "json":
        print_json({"items": [json_row(columns, row) for row in rows], "next": None})
    else:
        titles = {column.name: column.title for column in columns}
        print_table((json_row(columns, row) for row in rows), titles, found.title)
    if output is not None:
        say(f"Written to {output}.")


def _text(pieces: Iterable[str], output: Path | None) -> None:
    if output is None:
        sys.stdout.writelines(pieces)
        return
    with output.open("w", encoding="utf-8", newline="") as file:
        file.writelines(pieces)
