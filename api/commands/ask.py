"""`purser identify` and `purser record`: ask one device and show what it says."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.console.output import Exit, Json, print_json, print_table, say

if TYPE_CHECKING:
    from discovery.identity.identify import Explanation

Site = Annotated[str | None, typer.Option(help="The site of the address.")]


def register(cli: typer.Typer) -> None:
    """Add the commands to the command line."""
    cli.command()(identify)
    cli.command()(record)


def identify(
    context: typer.Context,
    target: Annotated[
        str, typer.Argument(help="An address, a name, or a .snmprec recording.")
    ],
    site: Site = None,
    why: Annotated[
        bool,
        typer.Option("--why", help="Every clue and statement, and what would settle."),
    ] = False,
    json: Json = False,
) -> int:
    """Ask one device what it is, and show the evidence. Writes nothing."""
    from api.console.session import settings
    from api.diagnose import ask_device
    from api.diagnose.correct_device import laid_open
    from discovery.identity.identify import lines

    read = settings(context)
    problems: list[dict[str, Any]] = []
    if target.endswith(".snmprec"):
        seen = asyncio.run(ask_device.replayed(read, Path(target)))
    else:
        if not json:
            say(f"Asking {target} ...")
        host = asyncio.run(ask_device.look(read, target, site))
        seen = host.observations
        problems = [
            {"where": each.where, "reason": each.reason, "detail": each.detail}
            for each in host.problems
        ]
    found = ask_device.identify(read, seen)
    if json:
        print_json({"target": target, **laid_open(found), "problems": problems})
    elif why:
        for line in lines(found):
            print("  " * line.level + line.text)
    else:
        _print(found)
    for problem in () if json else problems:
        say(f"{problem['where']}: {problem['detail'] or problem['reason']}")
    return Exit.OK


def _print(found: Explanation) -> None:
    """Print a verdict a row."""
    columns = {
        "field": "Field",
        "value": "Value",
        "sure": "Sure",
        "source": "From",
        "reasons": "Why",
    }
    shown = [
        row | {"sure": f"{row['confidence']:.0%}" + " (suggestion)" * row["suggested"]}
        for row in _rows(found)
        if row["value"]
    ]
    if shown:
        print_table(shown, columns)
    else:
        say("It answers, but tells nothing about itself.")
    for conflict in found.conflicts:
        say(f"Conflict: {conflict}.")


def _rows(found: Explanation) -> list[dict[str, Any]]:
    return [
        {
            "field": each.field,
            "value": each.verdict.value,
            "confidence": round(each.verdict.confidence, 3),
            "suggested": each.verdict.suggested,
            "source": each.verdict.source,
            "reasons": list(each.verdict.reasons),
        }
        for each in found.reasonings
    ]


def record(
    context: typer.Context,
    target: Annotated[str, typer.Argument(help="An address or a name.")],
    output: Annotated[
        Path | None, typer.Option(help="Where to write; else standard output.")
    ] = None,
    site: Site = None,
    everything: Annotated[
        bool, typer.Option("--everything", help="The whole tree; takes long.")
    ] = False,
    anonymise: Annotated[
        bool, typer.Option("--anonymise", help="Replace addresses, names, serials.")
    ] = False,
    json: Json = False,
) -> int:
    """Record what a device answers by SNMP, to be replayed in tests.

    Communities and pass phrases are never part of it.
    """
    from api.console.session import settings
    from api.diagnose import ask_device

    if json and output is None:
        raise typer.BadParameter("--json needs --output: the recording is not JSON.")
    text = asyncio.run(
        ask_device.record_device(
            settings(context), target, site, everything=everything, hide=anonymise
        )
    )
    objects = sum(1 for line in text.splitlines() if line and line[0] != "#")
    if output is None:
        print(text, end="")
        say(f"{objects} objects.")
        return Exit.OK
    output.write_text(text, encoding="utf-8")
    if json:
        print_json({"output": str(output), "objects": objects})
    else:
        print(f"{objects} objects written to {output}.")
    return Exit.OK
