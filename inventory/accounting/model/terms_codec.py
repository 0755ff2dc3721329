"""Terms and events to JSON and back, without loss. Pure.

Fractions are text (`1/3`), days are ISO text, amounts are whole minor units.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from datetime import date
from enum import StrEnum
from fractions import Fraction
from functools import cache, lru_cache
from typing import Any, get_args, get_type_hints

import orjson

from inventory.accounting.model import events
from inventory.accounting.model.events import Event, EventError
from inventory.accounting.model.terms import (
    Conventions,
    DepreciationTerms,
    Param,
    TermsError,
)

Json = dict[str, Any]

KINDS: dict[str, type[Event]] = {
    "opening": events.Opening,
    "add-cost": events.AddCost,
    "correct-cost": events.CorrectCost,
    "merge": events.Merge,
    "change-estimate": events.ChangeEstimate,
    "reclassify": events.Reclassify,
    "revalue": events.Revalue,
    "impair": events.Impair,
    "reverse-impairment": events.ReverseImpairment,
    "hold-for-sale": events.HoldForSale,
    "resume-use": events.ResumeUse,
    "suspend": events.Suspend,
    "usage": events.Usage,
    "dispose": events.Dispose,
    "cancel": events.Cancel,
}
"""Names of the events, as the API and the files write them."""

_NAMES = {kind: name for name, kind in KINDS.items()}

Reader = Callable[[Any], Any]


def to_json_value(value: object) -> Any:  # noqa: ANN401 - JSON is any
    """Return the JSON form of a value of this module's records."""
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, Fraction):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: to_json_value(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [to_json_value(item) for item in value]
    return value


@cache
def _readers(kind: type) -> dict[str, Reader]:
    """Return how to read each field of a record, by the type it declares."""
    return {name: _reader(hint) for name, hint in get_type_hints(kind).items()}


def _reader(hint: Any) -> Reader:  # noqa: ANN401 - a type, or a special form of one
    item = [kind for kind in get_args(hint) if kind is not type(None)]
    if type(None) in get_args(hint):
        inner = _number if Fraction in item and int in item else _reader(item[0])
        return lambda value: None if value is None else inner(value)
    simple: dict[Any, Reader] = {
        int: _integer,
        bool: _boolean,
        str: _text_value,
        date: _day,
    }
    if hint in simple:
        return simple[hint]
    if hint is Fraction:
        return _number
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return hint
    if item and item[-1] is str:
        return lambda value: {
            str(name): _text_value(one) for name, one in value.items()
        }
    if item and item[0] is Fraction:
        return lambda value: tuple(Fraction(_number(one)) for one in value)
    if "Mapping" in str(hint):
        return lambda value: {name: _param(one) for name, one in value.items()}
    return lambda value: tuple((_day(first), _day(then)) for first, then in value)


def _integer(value: Any) -> int:  # noqa: ANN401
    if isinstance(value, str) and value.isdecimal():
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError("it must be a whole number")
    return value


def _boolean(value: Any) -> bool:  # noqa: ANN401
    if not isinstance(value, bool):
        raise TypeError("it must be true or false")
    return value


def _text_value(value: Any) -> str:  # noqa: ANN401
    if not isinstance(value, str):
        raise TypeError("it must be text")
    return value


def _day(value: Any) -> date:  # noqa: ANN401
    if not isinstance(value, str):
        raise TypeError("it must be a day such as 2026-03-31")
    return date.fromisoformat(value)


def _number(value: Any) -> int | Fraction:  # noqa: ANN401
    if isinstance(value, bool | float):
        raise TypeError("it must be a whole number, or a fraction in text such as 1/3")
    return value if isinstance(value, int) else Fraction(value)


def _param(value: Any) -> Param:  # noqa: ANN401
    """Read a method parameter: numbers in text are fractions, other text is a word."""
    if isinstance(value, list):
        return tuple(Fraction(_number(item)) for item in value)
    if isinstance(value, str):
        try:
            return Fraction(value)
        except ValueError:
            return value
    if isinstance(value, bool | int):
        return value
    raise TermsError(f"parameter {value!r} is neither a number, a word nor a list")


def _values(kind: type, data: Mapping[str, Any], what: str) -> Json:
    readers = _readers(kind)
    unknown = sorted(set(data) - set(readers))
    if unknown:
        raise TermsError(
            f"{what} has no field {', '.join(unknown)}; it has {', '.join(readers)}"
        )
    values = {}
    for name, value in data.items():
        try:
            values[name] = readers[name](value)
        except (ValueError, TypeError, AttributeError, ZeroDivisionError) as error:
            raise TermsError(f"{what}: {name} is {value!r}: {error}") from error
    return values


def terms_to_json(terms: DepreciationTerms) -> Json:
    """Return terms as JSON."""
    data = {f.name: to_json_value(getattr(terms, f.name)) for f in fields(terms)}
    data["conventions"] = {
        f.name: to_json_value(getattr(terms.conventions, f.name))
        for f in fields(terms.conventions)
    }
    for name in ("start_table", "start_before", "changed_from"):
        if not data["conventions"][name]:
            del data["conventions"][name]
    if terms.share is None:
        del data["share"]
    return data


def conventions_from_json(data: Mapping[str, Any]) -> Conventions:
    """Read conventions; those that many assets share are read once.

    Raises:
        TermsError: A field is unknown or has a bad value; names it.
    """
    try:
        text = orjson.dumps(data)
    except TypeError:
        return Conventions(**_values(Conventions, data, "conventions"))
    return _known(text)


@lru_cache(maxsize=512)
def _known(text: bytes) -> Conventions:
    return Conventions(**_values(Conventions, orjson.loads(text), "conventions"))


def terms_from_json(data: Mapping[str, Any]) -> DepreciationTerms:
    """Read terms.

    Raises:
        TermsError: A field is unknown, missing or has a bad value; names it.
    """
    fields_given = {
        name: value for name, value in data.items() if name != "conventions"
    }
    conventions = data.get("conventions", {})
    if not isinstance(conventions, Mapping):
        raise TermsError("terms: conventions must be a mapping of names to values")
    values = _values(DepreciationTerms, fields_given, "terms")
    try:
        return DepreciationTerms(
            **values, conventions=conventions_from_json(conventions)
        )
    except TypeError as error:
        raise TermsError(f"terms are incomplete: {error}") from error


def event_to_json(event: Event) -> Json:
    """Return an event as JSON with its `type`."""
    data = {f.name: to_json_value(getattr(event, f.name)) for f in fields(event)}
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
    fields_given = {name: value for name, value in data.items() if name != "type"}
    try:
        return kind(**_values(kind, fields_given, f"event {data.get('type')}"))
    except TermsError as error:
        raise EventError(str(error)) from error
    except TypeError as error:
        missing = ", ".join(sorted(_required_fields(kind) - set(fields_given)))
        raise EventError(
            f"event {data.get('type')} is incomplete: it needs {missing}"
        ) from error


def _required_fields(kind: type[Event]) -> set[str]:
    """Return the fields of an event that have no default."""
    return {
        field.name
        for field in fields(kind)
        if field.default is MISSING and field.default_factory is MISSING
    }
