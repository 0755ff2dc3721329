"""A newer observation over an older one: what is not said again stays.

Pure. A device that answers less than last time has not shrunk: a value that is
missing keeps the old one, a table that was not read to its end only adds, and an
empty table erases nothing even when it was read. Only a complete table with rows in
it replaces what was known.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Sequence
from functools import reduce
from itertools import count
from typing import Any, TypeVar

from collectors.facts import PARTS, Component, Observation, part_table

Record = TypeVar("Record")

_KEYS: dict[str, Callable[[Any], Any]] = {
    "components": lambda row: row.index,
    "interfaces": lambda row: row.name,
    "addresses": lambda row: (row.vrf, row.ip),
    "arp": lambda row: (row.vrf, row.ip),
    "fdb": lambda row: (row.mac, row.vlan),
    "vlans": lambda row: row.vlan,
    "neighbours": lambda row: (
        row.protocol,
        row.local_if_index,
        row.local_port,
        row.chassis_id,
        row.port_id,
    ),
    "phones": lambda row: (row.source, row.mac, row.device_name, row.extension),
    "modems": lambda row: (row.source, row.index),
    "software": lambda row: (row.name, row.version),
    "supplies": lambda row: row.name,
    "measures": lambda row: row.name,
    "poe": lambda row: row.port,
    "announced_ports": lambda row: row.if_index,
    "access_points": lambda row: row.mac,
    "wireless_clients": lambda row: row.mac,
    "port_users": lambda row: (row.if_index, row.mac),
    "peers": lambda row: (row.protocol, row.ip),
    "host_keys": lambda row: row.algorithm,
    "services": lambda row: (row.transport, row.port, row.protocol),
    "clues": lambda row: (row.kind, row.source),
}
"""What tells the rows of each table apart."""

_BY_PLACE = frozenset(("netmiko",))
"""Collectors that number parts by their place in the answers."""

_RECORDS = ("system", "hardware", "operating_system")


def overlay(old: Observation, new: Observation) -> Observation:
    """Return `new` with what it does not say taken from `old`.

    Both must be of the same device, collector and address.
    """
    taken: dict[str, Any] = {
        name: _fill(getattr(new, name), getattr(old, name)) for name in _RECORDS
    }
    for name, key in _KEYS.items():
        before, told = getattr(old, name), getattr(new, name)
        if name == PARTS:
            before = _other_parts(before, new)
        taken[name] = _table(before, told, key, complete=name in new.reads)
    return dataclasses.replace(
        new,
        reads=old.reads | new.reads,
        credential=new.credential or old.credential,
        **taken,
    )


def fold(observations: Iterable[Observation]) -> Observation | None:
    """Return all observations of one device by one collector as one, oldest first."""
    ordered = sorted(observations, key=lambda o: (o.seen_at, o.address, o.port or 0))
    return reduce(overlay, ordered) if ordered else None


def _fill(new: Record | None, old: Record | None) -> Record | None:
    """Return the new record with its missing values filled from the old one."""
    if new is None or old is None:
        return new if new is not None else old
    missing = {
        f.name: getattr(old, f.name)
        for f in dataclasses.fields(new)  # type: ignore[arg-type]
        if getattr(new, f.name) in (None, "", ())
    }
    return dataclasses.replace(new, **missing)  # type: ignore[type-var]


def _other_parts(old: Sequence[Component], new: Observation) -> list[Component]:
    """Return the parts of kinds that were not told whole, or not at all.

    The numbers of a console are places in its answers: what it tells again may have
    another one, and what it did not tell gets one that is free.
    """
    told = {p.kind for p in new.components if part_table(p.kind) in new.reads}
    kept = [part for part in old if part.kind not in told]
    if new.collector not in _BY_PLACE:
        return kept
    known = {(p.kind, p.name, p.serial) for p in new.components}
    kept = [part for part in kept if (part.kind, part.name, part.serial) not in known]
    taken = {part.index for part in new.components}
    free = count(max((*taken, *(part.index for part in kept)), default=0) + 1)
    return [
        dataclasses.replace(part, index=next(free)) if part.index in taken else part
        for part in kept
    ]


def _table(
    old: Sequence[Any],
    new: Sequence[Any],
    key: Callable[[Any], Any],
    *,
    complete: bool,
) -> tuple[Any, ...]:
    if not new:
        return tuple(old)
    if complete or not old:
        return tuple(new)
    new_keys = {key(row) for row in new}
    return (*new, *(row for row in old if key(row) not in new_keys))
