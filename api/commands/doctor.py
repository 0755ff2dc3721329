"""`purser doctor`: what is configured, what is missing, how to mend it."""

from __future__ import annotations

from dataclasses import asdict

import typer

from api.console.output import Exit, Json, console, print_json

_MARKS = {
    "ok": "[green]ok[/]",
    "missing": "[yellow]less[/]",
    "failed": "[red]FAILED[/]",
}


def register(cli: typer.Typer) -> None:
    """Add the command to the command line."""
    cli.command()(doctor)


def doctor(context: typer.Context, json: Json = False) -> int:
    """Show what is configured and missing; exit code 1 if something does not work."""
    from rich.markup import escape
    from rich.table import Table

    from api.compose.wiring import settings_file
    from api.console.session import options, settings
    from api.diagnose.doctor import examine

    file = settings_file(options(context).config)
    checks = list(examine(settings(context), file))
    failed = any(check.state == "failed" for check in checks)
    if json:
        print_json([asdict(check) for check in checks])
        return Exit.FAILED if failed else Exit.OK
    grid = Table.grid(padding=(0, 2))
    for check in checks:
        grid.add_row(_MARKS[check.state], check.subject, escape(check.detail))
        if check.remedy:
            grid.add_row("", "", f"[dim]-> {escape(check.remedy)}[/]")
    screen = console()
    screen.print(grid)
    screen.print(
        "Something does not work; see FAILED above." if failed else "Purser can work."
    )
    return Exit.FAILED if failed else Exit.OK
