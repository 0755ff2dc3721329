"""Facts to bytes and back, for keeping the latest observation of each collector.

Pure. The form is compressed JSON without absent values, driven by the annotations of
`collectors.facts`, so that a new fact needs no line here. What a later release added
or dropped is ignored on reading: old observations stay readable.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import types
import typing
import zlib
from collections.abc import Callable, Iterator
from datetime import datetime
from enum import StrEnum
from functools import cache
from operator import attrgetter
from typing import Any

from collectors.facts import ArpEntry, FdbEntry, Observation

Decode = Callable[[Any], Any]


_MOVING: dict[str, tuple[str, ...]] = {
    "system": ("uptime", "engine_boots"),
    "operating_system": ("uptime",),
    "interfaces": ("last_change",),
    "poe": ("milliwatts",),
}
"""What changes though nothing happened: times and readings of the moment."""

_APART = frozenset(("seen_at", "latency", "fdb", "arp", "problems"))
"""Not part of the facts; tables of learned addresses are kept apart."""


def encode(observation: Observation) -> tuple[str, bytes]:
    """Return digest and bytes of an observation, its time not included."""
    text = _text(observation)
    return _digest(text), zlib.compress(text, 6)


def digest(observation: Observation) -> str:
    """Return what is equal for equal observations, whenever they were made."""
    return _digest(_text(observation))


def _text(observation: Observation) -> bytes:
    content = _record(observation, _APART)
    for name, moving in _MOVING.items():
        records = content.get(name, [])
        for record in records if isinstance(records, list) else (records,):
            for each in moving:
                record.pop(each, None)
    return json.dumps(content, sort_keys=True, separators=(",", ":")).encode()


def _digest(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()[:32]


def decode(stored: bytes, *, seen_at: datetime) -> Observation:
    """Return a stored observation, without its FDB and ARP tables.

    Raises:
        ValueError: The bytes are damaged, or lack what a fact cannot be without.
    """
    try:
        content = json.loads(zlib.decompress(stored))
        found = _decoder(Observation)(content | {"seen_at": seen_at.isoformat()})
    except (zlib.error, TypeError, AttributeError, ValueError) as error:
        raise ValueError(f"the stored observation is damaged: {error}") from error
    if not isinstance(found, Observation):
        raise ValueError("the stored observation is not one")
    return found


def encode_fdb(entries: tuple[FdbEntry, ...]) -> bytes:
    """Return a forwarding table as bytes, the same for the same rows in any order."""
    rows = [[e.mac, e.if_index, e.vlan, e.bridge_port, e.status] for e in entries]
    return _pack(rows)


def decode_fdb(stored: bytes) -> tuple[FdbEntry, ...]:
    """Return a stored forwarding table.

    Raises:
        ValueError: The bytes are damaged.
    """
    return tuple(
        FdbEntry(mac=mac, if_index=index, vlan=vlan, bridge_port=port, status=status)
        for mac, index, vlan, port, status in _unpack(stored)
    )


def learned(stored: bytes) -> Iterator[tuple[str, int | None, int | None, str]]:
    """Yield MAC, ifIndex, VLAN and status of a stored forwarding table.

    For the topology of a site, which reads all tables: a million facts would cost
    more than what they say.
    """
    for mac, index, vlan, _, status in _unpack(stored):
        yield mac, index, vlan, status


def encode_arp(entries: tuple[ArpEntry, ...]) -> bytes:
    """Return address bindings as bytes, the same for the same rows in any order."""
    return _pack([[e.ip, e.mac, e.if_index, e.vrf] for e in entries])


def decode_arp(stored: bytes) -> tuple[ArpEntry, ...]:
    """Return stored address bindings.

    Raises:
        ValueError: The bytes are damaged.
    """
    return tuple(
        ArpEntry(ip=ip, mac=mac, if_index=index, vrf=vrf)
        for ip, mac, index, vrf in _unpack(stored)
    )


def _pack(rows: list[list[Any]]) -> bytes:
    rows.sort(key=str)
    return zlib.compress(json.dumps(rows, separators=(",", ":")).encode(), 6)


def _unpack(stored: bytes) -> list[list[Any]]:
    try:
        found: list[list[Any]] = json.loads(zlib.decompress(stored))
    except (zlib.error, ValueError) as error:
        raise ValueError(f"the stored table is damaged: {error}") from error
    return found


_EMPTY: tuple[Any, ...] = (None, (), frozenset())
_SCALARS = frozenset((str, int, bool, float, type(None)))


@cache
def _fields(record: Any) -> tuple[tuple[str, Any], ...]:  # noqa: ANN401
    """Return name and default value of each field; `MISSING` where it has none."""
    return tuple((field.name, _default(field)) for field in dataclasses.fields(record))


def _default(field: dataclasses.Field[Any]) -> Any:  # noqa: ANN401
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    return field.default


@cache
def _reading(record: Any) -> tuple[Callable[[Any], Any], tuple[tuple[str, Any], ...]]:  # noqa: ANN401
    """Return what reads all fields at once; and of each its name and what is left out.

    That is an empty value that reading brings back; `MISSING` for none.
    """
    fields = _fields(record)
    left_out = tuple(
        (name, default if default in _EMPTY else dataclasses.MISSING)
        for name, default in fields
    )
    names = [name for name, _ in fields]
    if len(names) == 1:
        only = attrgetter(names[0])
        return lambda value: (only(value),), left_out
    return attrgetter(*names), left_out


def _record(value: Any, apart: frozenset[str] = frozenset()) -> dict[str, Any]:  # noqa: ANN401
    kind: Any = type(value)
    read, fields = _reading(kind)
    found = {}
    for (name, left_out), item in zip(fields, read(value), strict=True):
        if item is left_out or name in apart:
            continue
        if type(item) in _SCALARS:
            found[name] = item
        elif item != left_out:
            found[name] = _plain(item)
    return found


def _plain(value: Any) -> Any:  # noqa: ANN401
    kind = type(value)
    if kind in _SCALARS:
        return value
    if kind is tuple:
        return [_plain(item) for item in value]
    if dataclasses.is_dataclass(kind):
        return _record(value)
    if isinstance(value, frozenset):
        return sorted(_plain(item) for item in value)
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, StrEnum) else value


@cache
def _decoder(annotation: Any) -> Decode:  # noqa: ANN401
    """Return what turns a JSON value into the annotated type."""
    if dataclasses.is_dataclass(annotation):
        return _record_decoder(annotation)
    origin, inside = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in (types.UnionType, typing.Union):
        each = _decoder(next(a for a in inside if a is not types.NoneType))
        return lambda value: None if value is None else each(value)
    if origin is tuple:
        return _tuple_decoder(inside)
    if origin is frozenset:
        return frozenset
    if annotation is datetime:
        return datetime.fromisoformat
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        return annotation
    return lambda value: value


def _tuple_decoder(inside: tuple[Any, ...]) -> Decode:
    if len(inside) == 2 and inside[1] is Ellipsis:
        each = _decoder(inside[0])
        return lambda values: tuple(map(each, values))
    every = tuple(map(_decoder, inside))
    return lambda values: tuple(
        decode(value) for decode, value in zip(every, values, strict=True)
    )


def _record_decoder(record: Any) -> Decode:  # noqa: ANN401
    hints = typing.get_type_hints(record)
    fields = {f.name: _decoder(hints[f.name]) for f in dataclasses.fields(record)}
    absent = _absent(record, hints)

    def build(content: dict[str, Any]) -> Any:  # noqa: ANN401
        found = {
            name: fields[name](value)
            for name, value in content.items()
            if name in fields
        }
        return record(**(absent | found))

    return build


def _absent(record: Any, hints: dict[str, Any]) -> dict[str, Any]:  # noqa: ANN401
    """Return fields without a default that may be None, as None.

    Rows stored by older programs leave them out when they are None.
    """
    return {
        name: None
        for name, default in _fields(record)
        if default is dataclasses.MISSING
        and types.NoneType in typing.get_args(hints[name])
    }
