"""`purser db`: upgrade the tables, verify the audit trail."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from api.console.output import Exit, Json, print_json, say

if TYPE_CHECKING:
    from inventory.storage.audit import Head

db = typer.Typer(help="The database: upgrade, audit trail.", no_args_is_help=True)


def register(cli: typer.Typer) -> None:
    """Add the commands to the command line."""
    cli.add_typer(db, name="db")
    cli.command("verify-audit")(verify_audit)


@db.command()
def upgrade(context: typer.Context, json: Json = False) -> int:
    """Make or upgrade the tables. Does nothing if they are there already."""
    from api.compose.wiring import build
    from api.console.session import settings
    from inventory.storage import upgrade as schema

    app = build(settings(context), check=False)
    try:
        before = schema.current(app.engine)
        schema.upgrade(app.engine)
        after = schema.current(app.engine)
    finally:
        app.close()
    if json:
        print_json({"before": before, "after": after})
    elif before == after:
        print(f"The database is at revision {after} already.")
    else:
        print(f"The database went from revision {before or 'none'} to {after}.")
    return Exit.OK


@db.command()
def current(context: typer.Context, json: Json = False) -> int:
    """Show the revision of the database; exit code 1 if it must be upgraded."""
    from api.compose.wiring import build
    from api.console.session import settings
    from inventory.storage import upgrade as schema

    app = build(settings(context), check=False)
    try:
        found, wanted = schema.current(app.engine), schema.newest()
    finally:
        app.close()
    if json:
        print_json({"revision": found, "newest": wanted})
    else:
        print(f"The database has revision {found or 'none'}; the program has {wanted}.")
    if found == wanted:
        return Exit.OK
    say("purser: Run `purser db upgrade`.")
    return Exit.FAILED


@db.command("verify-audit")
def verify_audit(
    context: typer.Context,
    known: Annotated[
        str | None,
        typer.Option(
            metavar="COUNT:HASH",
            help="A head noted earlier, elsewhere: finds a trail rewritten as a whole.",
        ),
    ] = None,
    json: Json = False,
) -> int:
    """Check the audit trail, and by it register and journal; exit code 1 if not whole.

    Its chain, the seal of its end, the ends that were published, every row of the
    register it tells of, and the journal of every posting.
    """
    from api.compose.proving import audit_problems
    from api.console.session import opened
    from inventory.storage import audit

    noted = _head(known) if known else None
    with opened(context) as app:
        with app.engine.connect() as connection:
            head = audit.read_head(connection)
        problems = audit_problems(app, noted)
    count, last = (head.count, head.hash) if head else (0, "")
    if json:
        print_json(
            {"count": count, "hash": last, "problems": [asdict(p) for p in problems]}
        )
    else:
        for problem in problems:
            print(problem)
        verdict = f"{len(problems)} problem(s)" if problems else "whole"
        print(f"Audit trail of {count} rows: {verdict}. Head {count}:{last}")
    return Exit.FAILED if problems else Exit.OK


def _head(text: str) -> Head:
    from inventory.storage.audit import Head

    count, _, last = text.partition(":")
    if not count.isdigit() or len(last) != 64:
        raise typer.BadParameter("Give COUNT:HASH as this command printed it.")
    return Head(int(count), last)
