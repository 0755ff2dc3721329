"""All resources by name; what is needed to list them is known without loading them.

A new resource is one line here: its name, its command, what the command is about, and
the module that declares it (as `NAME` in capitals).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from api.resources.resource import Resource


@dataclass(frozen=True, slots=True)
class Entry:
    """Where a resource is declared.

    Attributes:
        name: Of the resource, and in capitals of the variable: `cost-centres` is
            `COST_CENTRES`.
        command: Its command.
        about: A sentence for the command line.
        module: Below `api.resources`.
    """

    name: str
    command: str
    about: str
    module: str


ENTRIES = (
    Entry("devices", "device", "What is on the network.", "network.devices"),
    Entry("assets", "asset", "What the company owns.", "register.assets"),
)


@cache
def resource(name: str) -> Resource[Any]:
    """Return a resource by name.

    Raises:
        KeyError: There is none of that name.
    """
    entry = {one.name: one for one in ENTRIES}[name]
    module = import_module(f"api.resources.{entry.module}")
    found: Resource[Any] = getattr(module, name.upper().replace("-", "_"))
    if (found.name, found.command) != (entry.name, entry.command):
        raise ValueError(f"{entry.module} declares {found.name}, {found.command}")
    return found


def all_resources() -> Iterator[Resource[Any]]:
    """Yield all resources, in the order of the registry."""
    return (resource(entry.name) for entry in ENTRIES)
