"""`purser report` and `purser export`: reports and journals, on screen or as files."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.commands.accounting import Book
from api.console.output import Exit, Json, print_json, print_table, say

if TYPE_CHECKING:
    from inventory.reports.base import Report, Row

export = typer.Typer(help="Files for other programs.", no_args_is_help=True)

Output = Annotated[
    Path | None, typer.Option("--output", "-o", help="A file, instead of the screen.")
]


def register(cli: typer.Typer) -> None:
    """Add the commands to the command line."""
    cli.command("report", no_args_is_help=True)(report)
    cli.add_typer(export, name="export")


def report(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Its name; `list` shows them all.")],
    texts: Annotated[
        list[str] | None,
        typer.Argument(help="Its parameters, such as book=IFRS as_of=2026-03-31."),
    ] = None,
    format: Annotated[
        str, typer.Option(help="table, json, ndjson, csv or xlsx.")
    ] = "table",
    output: Output = None,
    json: Json = False,
) -> int:
    """Make a report. `purser report list` shows all with their parameters."""
    from api.compose.wiring import rules_of
    from api.console.session import opened
    from inventory.reports import report_named, reports
    from inventory.reports.sources import Sources

    if name == "list":
        return _list_reports(list(reports().values()), json)
    found = report_named(name)
    values = found.read(_parameters(texts or []))
    with opened(context) as app, app.engine.connect() as connection:
        sources = Sources(connection, app.clock().date(), rules_of(app.settings))
        rows = found.rows(sources, values)
        _write(found, rows, "json" if json else format, output)
    return Exit.OK


def _list_reports(found: list[Report], json: bool) -> int:
    rows = [
        {
            "name": one.name,
            "title": one.title,
            "parameters": [
                f"{p.name}{'' if p.required else '?'}" for p in one.parameters
            ],
        }
        for one in found
    ]
    if json:
        print_json({"items": rows, "next": None})
    else:
        columns = {"name": "Name", "title": "What", "parameters": "Parameters (? may)"}
        print_table(rows, columns)
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
    elif format == "ndjson":
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


@export.command("journal")
def export_journal(
    context: typer.Context,
    book_name: Book,
    first: Annotated[str, typer.Option("--from", help="First period, year or day.")],
    last: Annotated[str, typer.Option("--to", help="Last period, year or day.")],
    format: Annotated[
        str, typer.Option(help="csv, xlsx, ndjson, beancount or hledger.")
    ] = "csv",
    output: Output = None,
    json: Json = False,
) -> int:
    """Export the entries of some periods, reversals included."""
    from api.compose.wiring import rules_of
    from api.console.session import opened
    from inventory.queries.money.postings import journal, postings_between
    from inventory.reports.sources import Sources

    with opened(context) as app, app.engine.connect() as connection:
        rules = rules_of(app.settings)
        found = Sources(connection, app.clock().date(), rules).book(book_name)
        start, end = found.span(first, last)
        entries = journal(connection, postings_between(found.id, start, end))
        _export(entries, found, "ndjson" if json else format, output, start)
    return Exit.OK


def _export(
    entries: Any,  # noqa: ANN401 - an iterator of entries
    book: Any,  # noqa: ANN401 - BookSource, which is loaded late
    format: str,
    output: Path | None,
    start: date,
) -> None:
    import json as writer

    from inventory.reports import journals
    from inventory.reports.sheets import csv_lines, write_xlsx

    rules = book.rules
    match format:
        case "csv":
            rows = journals.lines(entries, rules.names)
            _text(csv_lines(journals.COLUMNS, rows), output)
        case "ndjson":
            json_row = journals.objects(entries, rules.names)
            _text(
                (writer.dumps(one, ensure_ascii=False) + "\n" for one in json_row),
                output,
            )
        case "beancount" | "hledger":
            _text(journals.ledger(entries, rules, format, start, book.currency), output)
        case "xlsx" if output is not None:
            rows = journals.lines(entries, rules.names)
            with output.open("wb") as file:
                write_xlsx(journals.COLUMNS, rows, "journal", file)
        case _:
            raise typer.BadParameter(
                "--format: csv, ndjson, beancount, hledger; xlsx needs --output."
            )
