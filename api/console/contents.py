"""What `purser --help` shows: programs one by one, lists by section; `purser help`."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from api.resources.registry import ENTRIES

PROGRAMS: dict[str, tuple[str, ...]] = {
    "Start and keep": (
        *("demo", "serve", "worker", "doctor", "db"),
        *("backup", "backup-keys", "restore", "verify-audit"),
    ),
    "Discover": (
        *("scan", "identify", "correct", "where", "map"),
        *("pbx", "listen", "record", "expire"),
    ),
    "Bring in, print, look up": ("import", "hr", "telecom", "label", "help"),
}
"""Commands that are no list, by section."""

LISTS = "Lists, with `list`, `show` and what can be done (`purser help SECTION`)"


class Contents(TyperGroup):
    """The root: programs with a sentence each, lists as names under their section."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401
        """Write the contents: of so many lists, a sentence each would hide the rest."""
        for title, names in PROGRAMS.items():
            with formatter.section(title):
                formatter.write_dl(list(self._described(ctx, names)))
        with formatter.section(LISTS):
            formatter.write_dl(list(_in_columns(formatter.width)))

    def _described(
        self,
        ctx: Any,  # noqa: ANN401
        names: Sequence[str],
    ) -> Iterator[tuple[str, str]]:
        for name in names:
            command = self.get_command(ctx, name)
            if command is not None:
                yield name, command.get_short_help_str(200)


def _in_columns(width: int) -> Iterator[tuple[str, str]]:
    """Yield titles and names, line by line: names are not cut at their hyphens."""
    beside = max(map(len, sections())) + 6
    for title, names in sections().items():
        lines = textwrap.wrap(
            ", ".join(names), max(width - beside, 20), break_on_hyphens=False
        )
        yield from zip_longest([title], lines, fillvalue="")


def sections() -> dict[str, list[str]]:
    """Return the commands of all lists by the title of their section."""
    found: dict[str, list[str]] = {}
    for entry in ENTRIES:
        found.setdefault(entry.section, []).append(entry.command)
    return found


def register(cli: typer.Typer) -> None:
    """Add the command `help`."""
    cli.command("help")(tell)


def tell(
    context: typer.Context,
    about: Annotated[
        list[str] | None,
        typer.Argument(help="A section, or a command: `network`, `asset transfer`."),
    ] = None,
) -> None:
    """Describe the lists of a section, or one command."""
    words = about or []
    found, names = _command(context.find_root(), words)
    if len(names) < len(words):
        asked = " ".join(words).casefold()
        fitting = [title for title in sections() if asked in title.casefold()]
        if not fitting:
            titles = "; ".join(sections())
            raise typer.BadParameter(
                f"no command and no section of that name: {titles}"
            )
        print("\n\n".join(map(_section, fitting)))
    else:
        print(found.command.get_help(found))


def _command(root: Any, words: Sequence[str]) -> tuple[Any, list[str]]:  # noqa: ANN401
    """Return the context of a command, and the words that lead to it."""
    found, names = root, list[str]()
    for word in words:
        get = getattr(found.command, "get_command", None)
        command = get(found, word) if get else None
        if command is None:
            break
        found = type(root)(command, info_name=word, parent=found)
        names.append(word)
    return found, names


def _section(title: str) -> str:
    entries = [entry for entry in ENTRIES if entry.section == title]
    width = max(len(entry.command) for entry in entries)
    lines = [f"  {entry.command:{width}}  {entry.about}" for entry in entries]
    return "\n".join([f"{title}:", *lines])
