"""Rows of CIM classes as PowerShell prints them: JSON, one object a line. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from collectors.ssh.computers.sections import Sections, number
from collectors.text import meaningful

Row = Mapping[str, Any]


def rows(sections: Sections, name: str) -> list[Row]:
    """Return the objects of a section; a line that is none costs only itself."""
    return [row for row in _values(sections.get(name, "")) if isinstance(row, dict)]


def first(sections: Sections, name: str) -> Row:
    """Return the first object of a section, or an empty one."""
    return next(iter(rows(sections, name)), {})


def text(row: Row, name: str) -> str | None:
    """Return a value as text, None where it says nothing."""
    value = row.get(name)
    return None if value is None else meaningful(str(value))


def whole(row: Row, name: str) -> int | None:
    """Return a value as a whole number."""
    return number(str(row.get(name)))


def listed(row: Row, name: str) -> list[Any]:
    """Return a value as a list.

    Windows PowerShell 5 writes some arrays as `{"value": [...], "Count": n}`.
    """
    value = row.get(name)
    if isinstance(value, dict):
        value = value.get("value")
    return value if isinstance(value, list) else [] if value is None else [value]


def _values(section: str) -> Iterator[Any]:
    for line in section.splitlines():
        try:
            found = json.loads(line)
        except (ValueError, RecursionError):
            continue
        yield from found if isinstance(found, list) else [found]
