"""`purser <command> <extract> NAME`: what else can be read of one thing.

A file goes to `--output`, else to standard output.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.console.output import Exit, Json, print_json, print_table, say
from api.resources.cli.options import (
    Named,
    local_caller,
    model_of,
    parameter,
    signed,
)
from api.resources.cli.whole import print_whole

if TYPE_CHECKING:
    import inspect

    from api.http.files import File
    from api.resources.extracts import Extract
    from api.resources.resource import Resource

Output = Annotated[
    Path | None, typer.Option("--output", "-o", help="A file, instead of the screen.")
]


def add_extracts(commands: typer.Typer, resource: Resource[Any]) -> None:
    """Add the extracts of a resource to its commands."""
    for extract in resource.extracts:
        _add(commands, resource, extract)


def _add(commands: typer.Typer, resource: Resource[Any], extract: Extract) -> None:
    from api.http.files import File

    def run(context: typer.Context, name: str, **given: Any) -> int:  # noqa: ANN401
        from api.console.session import opened
        from api.resources.listing import viewer_of
        from api.resources.references import resolved

        as_json, output = given.pop("json", False), given.pop("output", None)
        values = {key: value for key, value in given.items() if value is not None}
        asked = model_of(values, extract.parameters)
        with opened(context) as app, app.engine.connect() as reading:
            asked = resolved(reading, asked)
            number = resource.resolve(reading, name)
            viewer = viewer_of(app, local_caller())
            found = extract.read(reading, number, viewer, asked)
            if isinstance(found, File):
                return _write(found, output)
        if as_json:
            print_json(found)
        else:
            _show(found, extract.shown)
        return Exit.OK

    signed(run, [parameter("name", Named), *_options(extract)])
    commands.command(extract.name, help=extract.about)(run)


def _options(extract: Extract) -> list[inspect.Parameter]:
    from api.resources.lookups import plain_type

    options = []
    for name, one in extract.parameters.model_fields.items():
        kind = bool | None if plain_type(one.annotation) is bool else str | None
        flag = (one.alias or name).replace("_", "-")
        flags = f"--{flag}/--no-{flag}" if kind == bool | None else f"--{flag}"
        about = typer.Option(flags, help=one.description or "")
        options.append(parameter(name, Annotated[kind, about], None))
    if extract.media:
        options.append(parameter("output", Output, None))
    if extract.answer is not None:
        options.append(parameter("json", Json, False))
    return options


def _write(file: File, output: Path | None) -> int:
    if output is None:
        if sys.stdout.isatty() and not file.media.startswith("text/"):
            output = Path(file.name)
        else:
            sys.stdout.buffer.writelines(file.pieces)
            sys.stdout.flush()
            return Exit.OK
    with output.open("wb") as target:
        target.writelines(file.pieces)
    say(f"Written to {output}.")
    return Exit.OK


def _show(found: Mapping[str, Any], shown: tuple[str, ...]) -> None:
    """Print an answer: a list as a table, anything else value by value."""
    if set(found) <= {"items", "next"}:
        rows = _narrowed(found["items"], shown)
        if not rows:
            print("Nothing matches.")
            return
        heads = {name: name.replace("_", " ").capitalize() for name in rows[0]}
        print_table(rows, heads)
        return
    print_whole(
        {
            name: _narrowed(value, shown) if isinstance(value, list) else value
            for name, value in found.items()
        }
    )


def _narrowed(rows: list[Any], shown: tuple[str, ...]) -> list[Any]:
    """Return rows with the columns that are shown."""
    if not shown or not rows or not isinstance(rows[0], Mapping):
        return rows
    return [{name: row[name] for name in shown if name in row} for row in rows]
