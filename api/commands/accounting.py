"""`purser book post`: posts one period or all that are due, and shows how far it is."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.console.output import Exit, Json, console, print_json, say
from api.resources.cli.groups import group

if TYPE_CHECKING:
    from api.compose.wiring import App
    from inventory.accounting.posting.post import PostingReport

Book = Annotated[str, typer.Argument(help="Number, code, or ENTITY/CODE.")]
Key = Annotated[str, typer.Argument(help="Key of the period, such as 2026-03.")]


def register(_cli: typer.Typer) -> None:
    """Add the commands to the command line."""
    group("book").command("post")(post)


def post(
    context: typer.Context,
    book_name: Book,
    key: Key,
    through: Annotated[
        bool, typer.Option("--through", help="Also all open periods before it.")
    ] = False,
    early: Annotated[
        bool, typer.Option("--early", help="Also a period that is not over yet.")
    ] = False,
    json: Json = False,
) -> int:
    """Book a period: all of it or nothing. Booking it again changes nothing."""
    from api.console.session import opened
    from inventory.fixed_assets.posting_run import warnings_of
    from inventory.kernel.money import Money
    from inventory.queries.money.books import book_of

    results = []
    with opened(context) as app:
        with app.engine.connect() as connection:
            found = book_of(connection, book_name)
            keys = _due(connection, found["id"], key) if through else [key]
        for one in keys:
            done = _post(app, found["id"], one, quiet=json, early=early)
            amount = Money(done.depreciation, found["currency"])
            with app.engine.connect() as connection:
                today, number = app.clock().date(), done.posting_id
                warnings = list(warnings_of(connection, found, number, today))
            results.append(
                {
                    "period": one,
                    "posting_id": done.posting_id,
                    "already": done.already,
                    "assets": done.assets,
                    "depreciation": amount.amount,
                    "currency": amount.currency,
                    "warnings": warnings,
                }
            )
            if not json:
                was = "was posted already" if done.already else "is posted"
                print(f"{one} {was}: {done.assets:,} assets, {amount}.")
                for warning in warnings:
                    say(warning)
    if json:
        print_json({"items": results})
    return Exit.OK


def _due(connection: Any, book_id: int, key: str) -> list[str]:  # noqa: ANN401
    """Return the open periods up to one that are to be posted, in order."""
    from inventory.accounting.posting.post import due

    return due(connection, book_id, key)


def _post(
    app: App, book_id: int, key: str, *, quiet: bool, early: bool
) -> PostingReport:
    from api.compose.rulebooks import rules_of
    from api.console.session import actor
    from inventory.fixed_assets.posting_run import post_with_assets

    rules, today = rules_of(app.settings), None if early else app.clock().date()
    with bar(f"Posting {key}", quiet=quiet) as step, app.work(actor()) as work:
        done = post_with_assets(work, rules, book_id, key, today, step)
        work.commit()
    return done


@contextmanager
def bar(text: str, *, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """Show how far long work is: a bar on a terminal, nothing in a pipe."""
    from rich.progress import Progress

    live = not quiet and sys.stderr.isatty()
    with Progress(
        console=console(stderr=True), disable=not live, transient=True
    ) as progress:
        task = progress.add_task(text, total=None)

        def step(done: int, total: int) -> None:
            progress.update(task, completed=done, total=total)

        yield step
