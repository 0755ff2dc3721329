"""One thing on a terminal: what its page shows, as text."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from api.console.output import WIDTH_OF_PIPES, print_pairs, print_table

if TYPE_CHECKING:
    from api.http.callers import Caller
    from api.pages.entity import Fact, Table
    from api.pages.words import Words
    from api.resources.declare import Column

_READABLE = 16
"""Characters of a column that a long value may be folded to."""


@dataclass(frozen=True, slots=True)
class _AtTerminal:
    """Who reads: whoever may run the command, in English."""

    words: Words
    caller: Caller


def print_whole(
    whole: Mapping[str, Any],
    columns: Mapping[str, Column] | None = None,
    actors: Callable[[str], str] = str,
) -> None:
    """Print one thing: values below one another, then its lists.

    Args:
        whole: Its fields.
        columns: What is declared of them.
        actors: Tells who `user:2` is.
    """
    from api.pages.entity import field_title, parts_of
    from api.pages.words import Words
    from api.resources.cli.options import local_caller

    words = Words("en", datetime.now(UTC), actors=actors, titles=field_title)
    reader = _AtTerminal(words, local_caller())
    facts, groups, tables = parts_of(reader, whole, columns or {})
    number = [("Id", whole["id"])] if whole.get("id") is not None else []
    print_pairs([*number, *_pairs(facts)])
    for title, inside in groups:
        print(f"\n{title}")
        print_pairs([(f"  {name}", value) for name, value in _pairs(inside)])
    for table in tables:
        _print_table(table)


def _pairs(facts: Sequence[Fact]) -> list[tuple[str, str]]:
    return [(one.title, one.shown.exact or one.shown.text) for one in facts]


def _print_table(table: Table) -> None:
    """Print a table, or each row below the other if it is too wide for the terminal."""
    rows = [[cell.exact or cell.text for cell in row] for row in table.rows]
    title = f"{table.title} ({table.more} more)" if table.more else table.title
    if _width(table.heads, rows) <= _room():
        names = [str(place) for place in range(len(table.heads))]
        named = [dict(zip(names, row, strict=True)) for row in rows]
        print_table(named, dict(zip(names, table.heads, strict=True)), title)
        return
    print(f"\n{title}")
    for row in rows:
        print()
        print_pairs(
            [(f"  {head}", cell) for head, cell in zip(table.heads, row, strict=True)]
        )


def _width(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> int:
    """Return the least width at which a table can be read."""
    needed = [max(map(len, head.split()), default=0) for head in heads]
    for row in rows:
        for place, cell in enumerate(row):
            needed[place] = max(needed[place], min(len(cell), _READABLE))
    return sum(needed) + 3 * len(needed) + 1


def _room() -> int:
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else WIDTH_OF_PIPES
