"""Terms, events and rows to JSON and back, without loss. Pure.

Fractions are text (`1/3`), days are ISO text, amounts are whole minor units. Canonical
JSON (sorted keys, no spaces) makes two equal rows equal byte for byte.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Any, get_type_hints

from inventory.accounting import changes
from inventory.accounting.changes import Event, EventError
from inventory.accounting.rows import Row
from inventory.accounting.terms import Conventions, Param, Terms, TermsError

Json = dict[str, Any]

KINDS: dict[str, type[Event]] = {
    "opening": changes.Opening,
    "add-cost": changes.AddCost,
    "change-estimate": changes.ChangeEstimate,
    "revalue": changes.Revalue,
    "impair": changes.Impair,
    "reverse-impairment": changes.ReverseImpairment,
    "hold-for-sale": changes.HoldForSale,
    "resume-use": changes.ResumeUse,
    "suspend": changes.Suspend,
    "usage": changes.Usage,
    "dispose": changes.Dispose,
    "cancel": changes.Cancel,
}
"""Names of the events, as the API and the files write them."""

_NAMES = {kind: name for name, kind in KINDS.items()}
_FIELDS: dict[type, dict[str, Any]] = {}


def plain(value: object) -> Any:  # noqa: ANN401 - JSON is any
    """Return the JSON form of a value of this module's records."""
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, Fraction):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: plain(some) for key, some in value.items()}
    if isinstance(value, tuple):
        return [plain(some) for some in value]
    return value


def _hints(kind: type) -> dict[str, Any]:
    if kind not in _FIELDS:
        _FIELDS[kind] = get_type_hints(kind)
    return _FIELDS[kind]


def _read(hint: object, value: Any) -> Any:  # noqa: ANN401
    """Read one value by the type its field declares."""
    text = str(hint)
    if value is None:
        return None
    if hint is int and (isinstance(value, bool) or not isinstance(value, int)):
        raise TypeError("it must be a whole number")
    if hint is bool and not isinstance(value, bool):
        raise TypeError("it must be true or false")
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return hint(value)
    if "date" in text:
        return date.fromisoformat(value)
    if "Mapping" in text:
        return {name: _param(some) for name, some in value.items()}
    if "tuple" in text:
        return tuple(value)
    if "Fraction" in text and not isinstance(value, int):
        return Fraction(value)
    if hint is Fraction:
        return Fraction(value)
    return value


def _param(value: Any) -> Param:  # noqa: ANN401
    """Read a method parameter: numbers in text are fractions, other text is a word."""
    if isinstance(value, list):
        return tuple(Fraction(some) for some in value)
    if isinstance(value, str):
        try:
            return Fraction(value)
        except ValueError:
            return value
    if isinstance(value, bool | int):
        return value
    raise TermsError(f"parameter {value!r} is neither a number, a word nor a list")


def _values(kind: type, data: Mapping[str, Any], what: str) -> Json:
    hints = _hints(kind)
    unknown = sorted(set(data) - set(hints))
    if unknown:
        raise TermsError(
            f"{what} has no field {', '.join(unknown)}; it has {', '.join(hints)}"
        )
    values = {}
    for name, value in data.items():
        try:
            values[name] = _read(hints[name], value)
        except (ValueError, TypeError, AttributeError) as error:
            raise TermsError(f"{what}: {name} is {value!r}: {error}") from error
    return values


def terms_to_json(terms: Terms) -> Json:
    """Return terms as JSON."""
    data = {f.name: plain(getattr(terms, f.name)) for f in fields(terms)}
    data["conventions"] = {
        f.name: plain(getattr(terms.conventions, f.name))
        for f in fields(terms.conventions)
    }
    return data


def terms_from_json(data: Mapping[str, Any]) -> Terms:
    """Read terms.

    Raises:
        TermsError: A field is unknown, missing or has a bad value; names it.
    """
    given = {name: value for name, value in data.items() if name != "conventions"}
    values = _values(Terms, given, "terms")
    conventions = _values(Conventions, data.get("conventions", {}), "conventions")
    try:
        return Terms(**values, conventions=Conventions(**conventions))
    except TypeError as error:
        raise TermsError(f"terms are incomplete: {error}") from error


def event_to_json(event: Event) -> Json:
    """Return an event as JSON with its `type`."""
    data = {f.name: plain(getattr(event, f.name)) for f in fields(event)}
    return {"type": _NAMES[type(event)], **data}


def event_from_json(data: Mapping[str, Any]) -> Event:
    """Read an event.

    Raises:
        EventError: The type or a field is unknown, missing or has a bad value.
    """
    kind = KINDS.get(str(data.get("type")))
    if kind is None:
        raise EventError(
            f"unknown type of event {data.get('type')!r}; known: {', '.join(KINDS)}"
        )
    given = {name: value for name, value in data.items() if name != "type"}
    try:
        return kind(**_values(kind, given, f"event {data.get('type')}"))
    except TermsError as error:
        raise EventError(str(error)) from error
    except TypeError as error:
        raise EventError(f"event {data.get('type')} is incomplete: {error}") from error


def canonical(data: Json) -> str:
    """Return canonical JSON text."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def row_to_text(row: Row) -> str:
    """Return a row as canonical JSON text."""
    return canonical({f.name: plain(getattr(row, f.name)) for f in fields(row)})


def row_from_text(text: str) -> Row:
    """Read a row that `row_to_text` wrote."""
    return Row(**_values(Row, json.loads(text), "row"))
