"""The commands of every resource: `list`, `show`, its acts, what else is read of it.

The commands of a resource are made when its group is used, so that `purser --help`
loads none.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import typer
from typer.core import TyperGroup

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
            self._make()
            return super().get_command(ctx, cmd_name)

        def _make(self) -> None:
            for name, command in _made(entry).items():
                self.commands.setdefault(name, command)

    return ResourceGroup


def _made(entry: Entry) -> Mapping[str, Any]:
    """Return the commands of a resource by name."""
    from api.resources.cli.acts import add_acts
    from api.resources.cli.extracts import add_extracts
    from api.resources.cli.lists import add_list, add_show

    found = resource(entry.name)
    made = typer.Typer(pretty_exceptions_enable=False, rich_markup_mode=None)
    made.callback()(lambda: None)
    add_list(made, found)
    if found.detail is not None and found.get is not None:
        add_show(made, found)
    add_acts(made, found)
    add_extracts(made, found)
    return typer.main.get_group(made).commands
