"""Rows to canonical JSON text and back, byte for byte. Pure.

Sorted keys, no spaces, and no field that has its default value: two equal rows are
equal byte for byte, and a million of them stay small.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields
from datetime import date
from fractions import Fraction
from operator import attrgetter
from typing import Any

from inventory.accounting.model.rows import Row
from inventory.accounting.model.terms import TermsError

_DEFAULTS = {f.name: f.default for f in fields(Row)}
_VALUES = attrgetter(*_DEFAULTS)
_WRITE: dict[str, Callable[[Any], Any]] = {
    "start": date.isoformat,
    "end": date.isoformat,
    "service": str,
    "rate": str,
    "residue": str,
    "events": list,
}
_READ: dict[str, Callable[[Any], Any]] = {
    "start": date.fromisoformat,
    "end": date.fromisoformat,
    "service": Fraction,
    "rate": lambda text: None if text is None else Fraction(text),
    "residue": Fraction,
    "events": tuple,
}
canonical = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False
).encode
"""Returns canonical JSON text: sorted keys, no spaces."""


def row_to_text(row: Row) -> str:
    """Return a row as canonical JSON text."""
    data = {}
    for (name, default), value in zip(_DEFAULTS.items(), _VALUES(row), strict=True):
        # What has no default has another one than any value.
        if value is not default and value != default:
            write = _WRITE.get(name)
            data[name] = write(value) if write and value is not None else value
    return canonical(data)


def row_from_text(text: str) -> Row:
    """Read a row that `row_to_text` wrote.

    Raises:
        TermsError: It has a field that rows do not have.
    """
    data = json.loads(text)
    for name in data:
        if name not in _DEFAULTS:
            raise TermsError(f"a booked row has the unknown field {name}")
    for name, read in _READ.items():
        if name in data:
            data[name] = read(data[name])
    return Row(**data)
