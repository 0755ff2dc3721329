"""`purser book` and `purser period`: list, post, close, lock, reopen."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.commands.output import Exit, Json, console, print_json, print_table

if TYPE_CHECKING:
    from api.compose.wiring import App
    from inventory.accounting.posting.post import PostingReport

book = typer.Typer(help="Books of depreciation.", no_args_is_help=True)
period = typer.Typer(
    help="Periods of a book: post, close, lock, reopen.", no_args_is_help=True
)

Book = Annotated[str, typer.Argument(help="Number, code, or ENTITY/CODE.")]
Key = Annotated[str, typer.Argument(help="Key of the period, such as 2026-03.")]
Reason = Annotated[str, typer.Option(help="Why; kept in the audit trail.")]


def register(cli: typer.Typer) -> None:
    """Add the commands to the command line."""
    cli.add_typer(book, name="book")
    cli.add_typer(period, name="period")


@book.command("list")
def list_books(context: typer.Context, json: Json = False) -> int:
    """List the books, with the next period to post."""
    from api.commands.session import opened
    from inventory.queries.money import books

    with opened(context) as app, app.engine.connect() as connection:
        rows = books.list_books(connection, limit=1000).rows
    if json:
        print_json({"items": rows, "next": None})
        return Exit.OK
    columns = {
        "id": "Id",
        "legal_entity": "Entity",
        "code": "Code",
        "name": "Name",
        "currency": "Currency",
        "assets": "Assets",
        "last_posted": "Posted to",
        "next_to_post": "Next",
    }
    print_table(rows, columns)
    return Exit.OK


@period.command("list")
def list_periods(
    context: typer.Context,
    book_name: Book,
    year: Annotated[str | None, typer.Option(help="Only of this fiscal year.")] = None,
    status: Annotated[str | None, typer.Option(help="open, closed or locked.")] = None,
    json: Json = False,
) -> int:
    """List the periods of a book; this year's unless another is given."""
    from api.commands.session import opened
    from inventory.accounting.books.periods import calendar_of_book
    from inventory.queries.money import books

    with opened(context) as app, app.engine.connect() as connection:
        found = books.book_of(connection, book_name)
        if year is None:
            calendar = calendar_of_book(connection, found["id"])
            year = calendar.at(app.clock().date()).year
        rows = books.list_periods(
            connection, found["id"], year=year, status=status, limit=1000
        ).rows
    if json:
        print_json({"items": rows, "next": None})
        return Exit.OK
    columns = {
        "key": "Period",
        "first_day": "From",
        "last_day": "To",
        "status": "Status",
        "assets": "Assets",
        "depreciation": "Depreciation",
        "currency": "",
        "posted_at": "Posted",
        "reason": "Reason",
    }
    print_table(rows, columns)
    return Exit.OK


@period.command("post")
def post(
    context: typer.Context,
    book_name: Book,
    key: Key,
    through: Annotated[
        bool, typer.Option("--through", help="Also all open periods before it.")
    ] = False,
    json: Json = False,
) -> int:
    """Book a period: all of it or nothing. Booking it again changes nothing."""
    from api.commands.session import opened
    from inventory.kernel.money import Money
    from inventory.queries.money.books import book_of

    results = []
    with opened(context) as app:
        with app.engine.connect() as connection:
            found = book_of(connection, book_name)
            keys = _due(connection, found["id"], key) if through else [key]
        for one in keys:
            done = _post(app, found["id"], one, quiet=json)
            amount = Money(done.depreciation, found["currency"])
            results.append(
                {
                    "period": one,
                    "posting_id": done.posting_id,
                    "already": done.already,
                    "assets": done.assets,
                    "depreciation": amount.amount,
                    "currency": amount.currency,
                }
            )
            if not json:
                was = "was posted already" if done.already else "is posted"
                print(f"{one} {was}: {done.assets:,} assets, {amount}.")
    if json:
        print_json({"items": results})
    return Exit.OK


def _due(connection: Any, book_id: int, key: str) -> list[str]:  # noqa: ANN401
    """Return the open periods up to one that are to be posted, in order."""
    from inventory.accounting.posting.post import due

    return due(connection, book_id, key)


def _post(app: App, book_id: int, key: str, *, quiet: bool) -> PostingReport:
    from api.commands.session import actor
    from inventory.accounting.posting.post import post_period
    from inventory.fixed_assets.register_books import cost_shares_of

    with bar(f"Posting {key}", quiet=quiet) as step, app.work(actor()) as work:
        done = post_period(work, book_id, key, cost_shares_of(work.connection), step)
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


def _change(
    context: typer.Context, name: str, key: str, status: str, reason: str, json: bool
) -> int:
    from api.commands.session import actor, opened
    from inventory.accounting.books.periods import set_status
    from inventory.queries.money.books import book_of

    with opened(context) as app, app.work(actor()) as work:
        found = book_of(work.connection, name)
        changed = set_status(work, found["id"], key, status, reason)
        work.commit()
    if json:
        print_json({"period": key, "status": status, "changed": changed})
    else:
        print(f"{key} {'is' if changed else 'was'} {status}.")
    return Exit.OK


@period.command("close")
def close(
    context: typer.Context,
    book_name: Book,
    key: Key,
    reason: Reason = "",
    json: Json = False,
) -> int:
    """Close a period: it takes no more postings until it is reopened."""
    return _change(context, book_name, key, "closed", reason, json)


@period.command("lock")
def lock(
    context: typer.Context,
    book_name: Book,
    key: Key,
    reason: Reason = "",
    json: Json = False,
) -> int:
    """Lock a period for good."""
    return _change(context, book_name, key, "locked", reason, json)


@period.command("reopen")
def reopen(
    context: typer.Context,
    book_name: Book,
    key: Key,
    reason: Annotated[str, typer.Option(help="Why; it is needed.")],
    json: Json = False,
) -> int:
    """Reopen a closed period."""
    return _change(context, book_name, key, "open", reason, json)
