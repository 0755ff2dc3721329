"""All resources by name; what is needed to list them is known without loading them.

A new resource is one line of `registry.csv`: the section of the command line's
contents, its name, its command, the module that declares it (as `NAME` in capitals),
and a sentence of what it is.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from api.resources.resource import Resource


@dataclass(frozen=True, slots=True)
class Entry:
    """Where a resource is declared.

    Attributes:
        section: Of the contents that `purser --help` shows.
        name: Of the resource, and in capitals of the variable: `cost-centres` is
            `COST_CENTRES`.
        command: Its command.
        module: Below `api.resources`.
        about: A sentence for the command line.
    """

    section: str
    name: str
    command: str
    module: str
    about: str


def _read() -> tuple[Entry, ...]:
    table = Path(__file__).with_name("registry.csv")
    with table.open(encoding="utf-8", newline="") as lines:
        return tuple(Entry(**row) for row in csv.DictReader(lines))


ENTRIES = _read()


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
