"""`purser <command> list|show` of every resource.

Options are the filters of the question; `--filter` takes the lookups.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.console.output import (
    Exit,
    Json,
    print_json,
    print_table,
    say,
)
from api.resources.cli.options import (
    Named,
    checked,
    local_caller,
    parameter,
    signed,
)
from api.resources.cli.whole import print_whole

if TYPE_CHECKING:
    from api.resources.declare import Column
    from api.resources.listing import ListCall
    from api.resources.resource import Resource

Limit = Annotated[int, typer.Option(min=1, max=1000, help="Rows on a page.")]
After = Annotated[str | None, typer.Option(help="`next` of the page before.")]
Fields = Annotated[str, typer.Option(help="Columns, with commas, in this order.")]
Filters = Annotated[
    list[str] | None,
    typer.Option(
        "--filter", "-f", metavar="NAME__LOOKUP=VALUE", help="A lookup; repeated."
    ),
]
Export = Annotated[
    Path | None,
    typer.Option(help="Write all rows to this file: .csv, .xlsx or .jsonl."),
]
Csv = Annotated[bool, typer.Option("--csv", help="Print all rows as CSV.")]
Day = Annotated[str | None, typer.Option(help="As of this day; today without.")]


def add_list(commands: typer.Typer, found: Resource[Any]) -> None:
    """Add `list` to the commands of a resource."""

    def run(context: typer.Context, **given: Any) -> int:  # noqa: ANN401
        from api.console.session import opened
        from api.resources.listing import read_page, viewer_of

        as_json, export, csv = (given.pop(n) for n in ("json", "export", "csv"))
        call = _call(found, given, export, as_csv=csv)
        with opened(context) as app, app.engine.connect() as connection:
            viewer = viewer_of(app, local_caller(), call.day)
            if call.format != "json":
                return _write(found, connection, viewer, call, export)
            rows, after = read_page(found, connection, viewer, call)
        if as_json:
            print_json({"items": rows, "next": after})
            return Exit.OK
        return _show(found, rows, after, call)

    options = [
        *_filters(found),
        parameter("filter", Filters, None),
        parameter("sort", Annotated[str, typer.Option(help=_sorts(found))], found.sort),
        parameter("fields", Fields, ""),
        parameter("limit", Limit, 100),
        parameter("after", After, None),
        parameter("export", Export, None),
        parameter("csv", Csv, False),
        parameter("json", Json, False),
    ]
    if found.list_as_of:
        options.insert(-4, parameter("as_of", Day, None))
    signed(run, options)
    title = found.name.replace("-", " ")
    commands.command("list", help=f"List {title}.")(run)


def _filters(found: Resource[Any]) -> list[inspect.Parameter]:
    from api.resources.declare import choices_of
    from api.resources.lookups import plain_type

    options = []
    for name, choice in choices_of(found.question).items():
        kind = plain_type(found.question.model_fields[name].annotation)
        option = bool | None if kind is bool else str | None
        about = typer.Option(help=choice.about or f"{choice.title}.")
        options.append(parameter(name, Annotated[option, about], None))
    return options


def _sorts(found: Resource[Any]) -> str:
    from api.resources.declare import columns_of

    names = [name for name, one in columns_of(found.rows).items() if one.sort]
    return f"{', '.join(names)}; - to reverse."


def _call(
    found: Resource[Any],
    given: dict[str, Any],
    export: Path | None,
    *,
    as_csv: bool,
) -> ListCall:
    from api.resources.listing import list_call, list_parameters, parameters_of

    pairs: list[tuple[str, str]] = []
    for one in given.pop("filter") or ():
        name, equals, value = one.partition("=")
        if not equals:
            raise typer.BadParameter(f"{one!r} is not NAME=VALUE.")
        pairs.append((name, value))
    pairs += [(n, _text(v)) for n, v in given.items() if v not in (None, "")]
    if as_csv or export is not None:
        form = "csv" if export is None else export.suffix.removeprefix(".").lower()
        pairs.append(("format", form))
    sent = parameters_of(pairs, list_parameters(found))
    call: ListCall = checked(lambda: list_call(found, sent))
    return call


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _write(
    found: Resource[Any],
    connection: Any,  # noqa: ANN401
    viewer: Any,  # noqa: ANN401
    call: ListCall,
    export: Path | None,
) -> int:
    from api.resources import sheets
    from api.resources.listing import read_all, shown_fields

    names = shown_fields(found, viewer.caller, call)
    rows = read_all(found, connection, viewer, call)
    pieces = sheets.pieces(call.format, found.name, names, sheets.begun(rows))
    if export is None:
        sys.stdout.buffer.writelines(pieces)
        sys.stdout.flush()
        return Exit.OK
    with export.open("wb") as file:
        file.writelines(pieces)
    say(f"Written to {export}.")
    return Exit.OK


def _show(
    found: Resource[Any], rows: Sequence[Any], after: str | None, call: ListCall
) -> int:
    from api.pages.cells import TONES
    from api.resources.declare import columns_of

    if not rows:
        print("Nothing matches.")
        return Exit.OK
    columns = columns_of(found.rows)
    names = call.fields or [
        name for name, one in columns.items() if one.shown or name == "id"
    ]
    titles = {n: columns[n].title if n in columns else n for n in names}
    if not call.fields:
        rows = [row | _as_on_pages(columns, row) for row in rows]
    tones = dict.fromkeys(_states(columns), TONES)
    titles |= {"id": "Id"} if "id" in titles else {}
    print_table(rows, titles, tones=tones)
    if after is not None:
        say(f"There is more: --after {after}")
    return Exit.OK


def _states(columns: Mapping[str, Column]) -> list[str]:
    """Return the columns that say in which state something is."""
    from api.pages.cells import STATES
    from api.resources.declare import Show

    return [n for n, one in columns.items() if n in STATES or one.show is Show.STATE]


def _as_on_pages(
    columns: Mapping[str, Column], row: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what a column makes of several fields of a row, and values with units."""
    from api.pages.cells import shown
    from api.pages.words import Words
    from api.resources.declare import Cell, Show

    units = (Show.MONEY, Show.AMOUNT, Show.SPEED, Show.BYTES)
    caller = local_caller()
    found = {n: one.cell(row, caller).value for n, one in columns.items() if one.cell}
    words = Words("en", datetime.now(UTC))
    for name, one in columns.items():
        if one.show in units and one.cell is None and name in row:
            found[name] = shown(one.show, Cell(row[name]), row, words).text
    return found


def add_show(commands: typer.Typer, found: Resource[Any]) -> None:
    """Add `show` to the commands of a resource."""

    def run(context: typer.Context, name: str, **given: Any) -> int:  # noqa: ANN401
        from datetime import date

        from api.console.session import opened
        from api.resources.listing import viewer_of

        day = given.get("as_of")
        as_of = checked(lambda: date.fromisoformat(day)) if day else None
        with opened(context) as app, app.engine.connect() as connection:
            number = found.resolve(connection, name)
            viewer = viewer_of(app, local_caller(), as_of)
            whole = found.whole(connection, number, viewer)
            if given["json"]:
                print_json(whole)
            else:
                _print_thing(found, connection, whole)
        return Exit.OK

    options = [parameter("json", Json, False)]
    if found.as_of:
        options.insert(0, parameter("as_of", Day, None))
    noun = found.reference.noun if found.reference else found.name
    signed(run, [parameter("name", Named), *options])
    commands.command("show", help=f"Show one {noun}.")(run)


def _print_thing(
    found: Resource[Any],
    connection: Any,  # noqa: ANN401
    whole: Mapping[str, Any],
) -> None:
    from functools import partial

    from api.resources.declare import columns_of
    from inventory.people import accounts

    columns = columns_of(found.detail or found.rows) | found.columns(local_caller())
    print_whole(whole, columns, partial(accounts.name_of_actor, connection))
