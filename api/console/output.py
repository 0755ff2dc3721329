"""How commands speak: results on standard output, the rest on standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from enum import IntEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console

Json = Annotated[
    bool, typer.Option("--json", help="Print JSON instead of text, for programs.")
]
WIDTH_OF_PIPES = 160


class Exit(IntEnum):
    """Exit codes, as `purser --help` documents them."""

    OK = 0
    FAILED = 1
    USAGE = 2
    DATABASE = 3
    CANCELLED = 4


def console(*, stderr: bool = False) -> Console:
    """Return a console; a pipe gets a fixed, generous width."""
    from rich.console import Console

    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() else WIDTH_OF_PIPES
    return Console(stderr=stderr, width=width, highlight=False)


def say(text: str) -> None:
    """Print one line for a person to standard error."""
    print(text, file=sys.stderr, flush=True)


def print_json(value: Any) -> None:  # noqa: ANN401 - any JSON value
    """Print a value as JSON; moments and dates in ISO form."""
    text = json.dumps(value, indent=2, ensure_ascii=False, default=_plain)
    print(text, flush=True)


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, set | frozenset):
        return sorted(value)
    return str(value)


COLOURS = {"good": "green", "info": "cyan", "warn": "yellow", "bad": "red"}
"""What a tone of the pages is on a terminal; none where `NO_COLOR` is set, or in a
pipe."""


def print_table(
    rows: Iterable[Mapping[str, Any]],
    columns: Mapping[str, str],
    title: str = "",
    *,
    tones: Mapping[str, Mapping[str, str]] = MappingProxyType({}),
) -> None:
    """Print rows as a table, each cell as it is: `:ab:` in a MAC is no emoji.

    Args:
        rows: Mappings by column name.
        columns: Column name -> heading, in order.
        title: Shown above.
        tones: Column name -> value -> one of `COLOURS`, for states.
    """
    from rich import box
    from rich.table import Table
    from rich.text import Text

    shown = Text(title) if title else None
    table = Table(box=box.SIMPLE_HEAD, title=shown, title_justify="left")
    for heading in columns.values():
        table.add_column(Text(heading), overflow="fold")
    for row in rows:
        table.add_row(
            *(
                Text(
                    text(value),
                    COLOURS.get(tones.get(name, {}).get(str(value), ""), ""),
                )
                for name in columns
                for value in (row.get(name),)
            )
        )
    console().print(table)


def print_pairs(pairs: Sequence[tuple[str, Any]]) -> None:
    """Print names and values below one another; empty values are left out."""
    shown = [(name, text(value)) for name, value in pairs if text(value)]
    width = max((len(name) for name, _ in shown), default=0)
    for name, value in shown:
        print(f"{name:<{width}}  {value}")


def text(value: object) -> str:
    """Return a value as a person reads it."""
    from datetime import datetime

    match value:
        case None:
            return ""
        case True:
            return "yes"
        case False:
            return "no"
        case datetime():
            return value.strftime("%Y-%m-%d %H:%M:%S")
        case list() | tuple():
            return ", ".join(text(item) for item in value)
        case _:
            return str(value)
