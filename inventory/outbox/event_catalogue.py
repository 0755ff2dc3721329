"""Events of the register as other programs know them. Pure.

The type of an event follows from its class: `AssetStateChanged` is
`asset_state.changed`, what happened after what it happened to. So each new event is
told without a line here, and its description is its docstring.
"""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from inventory.kernel.events import Event

PING = "webhook.ping"
"""A message to try out a receiver."""

LONGEST_BODY = 20_000
"""Bytes of a message (Standard Webhooks recommends less than 20 kB)."""

EVERYBODY = frozenset({"it", "hr", "accounting", "auditor"})

_READERS: Mapping[str, frozenset[str]] = {
    "person": frozenset({"it", "hr", "auditor"}),
    "employment": frozenset({"it", "hr", "auditor"}),
    "directory_user": frozenset({"it", "hr", "auditor"}),
    "case": frozenset({"hr", "auditor"}),
    "line": frozenset({"it", "hr", "auditor"}),
    "write_off": frozenset({"hr", "accounting", "auditor"}),
    "allocation": frozenset({"it", "accounting", "auditor"}),
    "postings": frozenset({"accounting", "auditor"}),
}
"""Who may be told of what; what is not named, everybody who may log in."""

_WORD = re.compile(r"[A-Z][a-z0-9]*")


@dataclass(frozen=True, slots=True)
class EventType:
    """A type of event.

    Attributes:
        type: As it is sent, such as `asset.registered`.
        description: What it says.
        fields: Its data, with the name of their type.
        roles: Who may be told.
    """

    type: str
    description: str
    fields: Mapping[str, str]
    roles: frozenset[str]


def type_of(event: type[Event]) -> str:
    """Return the type under which events of a class are sent."""
    words = [word.lower() for word in _WORD.findall(event.__name__)]
    return f"{'_'.join(words[:-1])}.{words[-1]}"


def roles_of(event_type: str) -> frozenset[str]:
    """Return the roles that may be told of a type of event."""
    return _READERS.get(event_type.partition(".")[0], EVERYBODY)


def event_types() -> list[EventType]:
    """Return all types of events, in alphabetical order."""
    found = [_event_type(each) for each in _classes(Event)]
    return sorted(found, key=lambda kind: kind.type)


def _event_type(event: type[Event]) -> EventType:
    text = inspect.getdoc(event) or ""
    named = {each.name: str(each.type) for each in fields(event)}
    kind = type_of(event)
    said = text.partition("\n\n")[0].replace("``", "")
    return EventType(kind, said, named, roles_of(kind))


def _classes(base: type[Event]) -> Iterator[type[Event]]:
    for each in base.__subclasses__():
        # A dataclass with slots is made twice; the first make is no part of it.
        if "__slots__" in vars(each) and each.__module__ == base.__module__:
            yield each
            yield from _classes(each)


def matches(patterns: Sequence[str], event_type: str) -> bool:
    """Whether a type of event is among those wanted; `*` stands for anything."""
    return any(_fits(pattern, event_type) for pattern in patterns)


def _fits(pattern: str, text: str) -> bool:
    """Whether a text is as a pattern says; each part is looked for once.

    No regular expression: one with many stars would try more ways than there are
    atoms, and whoever may add a webhook writes it.
    """
    first, *parts = pattern.split("*")
    if not parts:
        return pattern == text
    *middle, last = parts
    at, end = len(first), len(text) - len(last)
    if at > end or not (text.startswith(first) and text.endswith(last)):
        return False
    for part in middle:
        found = text.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return True


def unknown(patterns: Iterable[str]) -> list[str]:
    """Return the patterns that fit no type of event, which are typing mistakes."""
    types = [kind.type for kind in event_types()]
    return [p for p in patterns if not any(matches([p], each) for each in types)]


def data_of(event: Event) -> dict[str, Any]:
    """Return the data of an event as JSON values."""
    return {each.name: _plain(getattr(event, each.name)) for each in fields(event)}


def body_of(
    event_type: str, uid: str, at: str, actor: str, data: Mapping[str, Any]
) -> str:
    """Return the text that is signed and sent; data that is too long is left out.

    Args:
        event_type: Such as `asset.registered`.
        uid: The id of the message.
        at: When it happened, ISO 8601 in UTC.
        actor: Who caused it.
        data: Ids and plain values.
    """
    envelope = {"type": event_type, "timestamp": at, "id": uid, "actor": actor}
    text = _text(envelope | {"data": dict(data)})
    if len(text.encode()) <= LONGEST_BODY:
        return text
    short = {name: value for name, value in data.items() if name.endswith("id")}
    return _text(envelope | {"data": short, "shortened": True})


def _text(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple | list | frozenset | set):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return str(value)
