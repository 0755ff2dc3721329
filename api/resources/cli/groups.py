"""The commands of every resource: `list`, `show`, its acts, what else is read of it.

The commands of a resource are made when its group is used, so that `purser --help`
loads none.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from api.resources.cli import remembered
from api.resources.registry import ENTRIES, Entry, resource

_GROUPS: dict[str, typer.Typer] = {}


def group(command: str) -> typer.Typer:
    """Return the commands of a resource; commands by hand may be added to them."""
    if command not in _GROUPS:
        entry = next(one for one in ENTRIES if one.command == command)
        _GROUPS[command] = typer.Typer(
            help=entry.about, cls=_lazy(entry), no_args_is_help=True
        )
    return _GROUPS[command]


def register(cli: typer.Typer) -> None:
    """Add the commands of all resources to the command line."""
    for entry in ENTRIES:
        cli.add_typer(group(entry.command), name=entry.command)


def _lazy(entry: Entry) -> type[TyperGroup]:
    class ResourceGroup(TyperGroup):
        """Commands that are made when they are asked for."""

        def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401
            self._make()
            return super().list_commands(ctx)

        def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401
            self._make(cmd_name)
            return super().get_command(ctx, cmd_name)

        def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401
            """Write the commands into the help; what is remembered loads nothing."""
            known = remembered.read(entry.command)
            for name, text in (known or {}).items():
                self.commands.setdefault(name, TyperCommand(name, help=text))
            self._told = known is not None
            super().format_commands(ctx, formatter)
            if known is None:
                texts = {name: one.help or "" for name, one in self.commands.items()}
                remembered.write(entry.command, texts)

        _told = False

        def _make(self, wanted: str = "") -> None:
            if self._told:
                return
            with no_collection():
                made = _made(entry, wanted)
            for name, command in made.items():
                self.commands.setdefault(name, command)

    return ResourceGroup


@contextmanager
def no_collection() -> Iterator[None]:
    """Collect no garbage meanwhile: loading modules makes none, and looking takes long.

    What is there at the end is not looked at again.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _made(entry: Entry, wanted: str = "") -> Mapping[str, Any]:
    """Return the commands of a resource by name; of its list alone, if it is wanted."""
    from api.resources.cli.acts import add_acts
    from api.resources.cli.extracts import add_extracts
    from api.resources.cli.lists import add_list, add_show

    found = resource(entry.name)
    made = typer.Typer(pretty_exceptions_enable=False, rich_markup_mode=None)
    made.callback()(lambda: None)
    add_list(made, found)
    if found.detail is not None and found.get is not None:
        add_show(made, found)
    if wanted not in ("list", "show"):
        add_acts(made, found)
        add_extracts(made, found)
    return typer.main.get_group(made).commands
