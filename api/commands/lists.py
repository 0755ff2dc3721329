"""What commands that list by hand share: options, and a page as a table."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from api.console.output import Exit, print_json, print_table, say

Limit = Annotated[int, typer.Option(min=1, max=1000, help="Rows on a page.")]
After = Annotated[str | None, typer.Option(help="`next` of the page before.")]
Words = Annotated[str, typer.Option(help="Words, each must occur.")]


def show_page(page: Any, columns: dict[str, str], *, as_json: bool) -> int:  # noqa: ANN401 - Page of any list
    """Print a page of a list."""
    if as_json:
        print_json({"items": page.rows, "next": page.next})
        return Exit.OK
    if not page.rows:
        print("Nothing matches.")
        return Exit.OK
    print_table(page.rows, columns)
    if page.next is not None:
        say(f"There is more: --after {page.next}")
    return Exit.OK
