"""`purser correct`: says what a device is, alone or with all that look like it."""

from __future__ import annotations

from typing import Annotated

import typer

from api.console.output import Exit, Json, print_json, say

Value = Annotated[str | None, typer.Option(help="What it is.")]


def register(cli: typer.Typer) -> None:
    """Add the command to the command line."""
    cli.command()(correct)


def correct(
    context: typer.Context,
    device: Annotated[int, typer.Argument(help="Number of the device.")],
    type: Annotated[
        str | None, typer.Option(help="Such as switch, ups, pbx, access-point.")
    ] = None,
    vendor: Value = None,
    model: Value = None,
    family: Value = None,
    serial: Value = None,
    os: Value = None,
    version: Value = None,
    note: Annotated[str, typer.Option(help="Why, for the history.")] = "",
    rule: Annotated[
        bool,
        typer.Option(
            "--rule", help="Also all that look like it, by a rule of this site."
        ),
    ] = False,
    json: Json = False,
) -> int:
    """Correct what a device is; no scan overwrites it. `-` takes it back."""
    from api.console.session import actor, opened
    from api.diagnose.correct_device import correct_device

    said = {
        "type": type,
        "vendor": vendor,
        "model": model,
        "family": family,
        "serial": serial,
        "os": os,
        "version": version,
    }
    fields = {
        name: None if value == "-" else value
        for name, value in said.items()
        if value is not None
    }
    if not fields:
        raise typer.BadParameter("Say what it is, e.g. --type ups.")
    with opened(context) as app:
        file = correct_device(app, actor(), device, fields, note=note, as_rule=rule)
    if json:
        print_json({"device": device, "fields": fields, "rule": file})
    else:
        say(f"Device {device} is corrected.")
        if file:
            say(f"Rule {file} says the same of all that look like it.")
    return Exit.OK
