"""Stored observations: the rows that identity is decided on.

May import `inventory.network.tables`, SQLAlchemy and the pure modules of `discovery`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, insert, or_, select, update
from sqlmodel import SQLModel

import inventory.network.tables  # noqa: F401  (fills the metadata)
from collectors.facts import Observation
from discovery import codec
from discovery.clusters import Record
from discovery.identifiers import Identifier
from discovery.match import Decision

MAX_CLOSURE = 500
"""Devices looked at for one host. A value shared by more is no identity."""

_rows = SQLModel.metadata.tables["observation"]
_identifier = SQLModel.metadata.tables["identifier"]
_decision = SQLModel.metadata.tables["identity_decision"]
_LIGHT = tuple(c for c in _rows.c if c.name not in {"facts", "fdb", "arp"})


@dataclass(frozen=True, slots=True)
class Stored:
    """A row of `observation` without its facts."""

    id: int
    device_id: int | None
    site: str
    address: str
    collector: str
    port: int
    digest: str
    identifiers: frozenset[Identifier]
    last_seen: datetime

    def as_record(self) -> Record:
        """Return what matching needs."""
        return Record(
            self.id, self.identifiers, self.site, self.address, self.last_seen
        )


def closure(
    connection: Connection, site: str, address: str, start: Iterable[Identifier]
) -> list[Stored]:
    """Return every stored observation that may be of the same device.

    Follows joining identifiers from device to device until nothing new comes, and
    adds what was seen at the same address and what waits as a conflict.
    """
    found = {row.id: row for row in _at_address(connection, site, address)}
    found |= {row.id: row for row in _in_conflict(connection)}
    asked: set[Identifier] = set()
    devices: set[int] = set()
    wanted = {i for i in start if i.joins}
    wanted |= {i for row in found.values() for i in row.identifiers if i.joins}
    new = {row.device_id for row in found.values() if row.device_id is not None}
    while (wanted - asked or new - devices) and len(devices) < MAX_CLOSURE:
        new |= _devices_with(connection, wanted - asked)
        asked |= wanted
        rows = _of_devices(connection, new - devices)
        devices |= new
        new = set()
        found |= {row.id: row for row in rows}
        wanted = {i for row in rows for i in row.identifiers if i.joins}
    return sorted(found.values(), key=lambda row: row.id)


def _devices_with(connection: Connection, wanted: set[Identifier]) -> set[int]:
    by_kind: dict[str, list[str]] = defaultdict(list)
    for identifier in wanted:
        by_kind[identifier.kind].append(identifier.value)
    found: set[int] = set()
    for kind, values in by_kind.items():
        for chunk in _chunks(sorted(values)):
            query = (
                select(_identifier.c.device_id)
                .distinct()
                .where(_identifier.c.kind == kind, _identifier.c.value.in_(chunk))
                .where(_identifier.c.ended_at.is_(None))
                .limit(MAX_CLOSURE)
            )
            found.update(connection.scalars(query))
    return found


def _chunks(values: Sequence[Any], size: int = 400) -> Iterator[Sequence[Any]]:
    for start in range(0, len(values), size):
        yield values[start : start + size]


def _at_address(connection: Connection, site: str, address: str) -> list[Stored]:
    if not address:
        return []
    return _select(connection, and_(_rows.c.site == site, _rows.c.address == address))


def _in_conflict(connection: Connection) -> list[Stored]:
    return _select(connection, _rows.c.conflict_id.is_not(None))


def _of_devices(connection: Connection, devices: set[int]) -> list[Stored]:
    found: list[Stored] = []
    for chunk in _chunks(sorted(devices)):
        found += _select(connection, _rows.c.device_id.in_(chunk))
    return found


def _select(connection: Connection, where: ColumnElement[bool]) -> list[Stored]:
    rows = connection.execute(select(*_LIGHT).where(where)).mappings()
    return [
        Stored(
            id=row["id"],
            device_id=row["device_id"],
            site=row["site"],
            address=row["address"],
            collector=row["collector"],
            port=row["port"],
            digest=row["digest"],
            identifiers=unpack(row["identifiers"]),
            last_seen=row["last_seen"],
        )
        for row in rows
    ]


def pack(identifiers: Iterable[Identifier]) -> list[list[Any]]:
    """Return identifiers as they are stored."""
    return sorted([i.kind, i.value, i.scope, i.strength, i.source] for i in identifiers)


def unpack(stored: Iterable[Sequence[Any]]) -> frozenset[Identifier]:
    """Return stored identifiers."""
    return frozenset(Identifier(*row) for row in stored)


def read_facts(
    connection: Connection, ids: Iterable[int], *, tables: bool = False
) -> list[Observation]:
    """Return the observations of some rows, oldest first.

    Args:
        connection: Where.
        ids: Row ids.
        tables: With FDB and ARP.
    """
    columns = [_rows.c.facts, _rows.c.last_seen]
    columns += [_rows.c.fdb, _rows.c.arp] if tables else []
    found = []
    for chunk in _chunks(sorted(ids)):
        query = select(*columns).where(_rows.c.id.in_(chunk))
        for row in connection.execute(query):
            seen = codec.decode(row.facts, seen_at=row.last_seen)
            if tables:
                seen = replace(
                    seen,
                    fdb=codec.decode_fdb(row.fdb) if row.fdb else (),
                    arp=codec.decode_arp(row.arp) if row.arp else (),
                )
            found.append(seen)
    return sorted(found, key=lambda o: (o.seen_at, o.collector, o.address))


def write_observation(
    connection: Connection,
    seen: Observation,
    *,
    row_id: int | None,
    device_id: int | None,
    conflict_id: int | None = None,
    identifiers: Iterable[Identifier],
) -> int:
    """Write an observation over the row it replaces, or as a new row.

    The times of FDB and ARP move only when the collector brought rows of them: an
    old table must not look fresh.
    """
    digest, facts = codec.encode(seen)
    values: dict[str, Any] = {
        "device_id": device_id,
        "conflict_id": conflict_id,
        "credential": seen.credential,
        "identifiers": pack(identifiers),
        "digest": digest,
        "facts": facts,
        "last_seen": seen.seen_at,
    }
    values |= learned_tables(seen)
    if row_id is not None:
        connection.execute(update(_rows).where(_rows.c.id == row_id).values(values))
        return row_id
    values |= {
        "site": seen.site,
        "address": seen.address,
        "collector": seen.collector,
        "port": seen.port or 0,
        "first_seen": seen.seen_at,
    }
    made = connection.execute(insert(_rows).values(values).returning(_rows.c.id))
    new: int = made.scalar_one()
    return new


def learned_tables(seen: Observation) -> dict[str, Any]:
    """Return the columns of FDB and ARP, for the tables that have rows."""
    found: dict[str, Any] = {}
    if seen.fdb:
        found |= {"fdb": codec.encode_fdb(seen.fdb), "fdb_at": seen.seen_at}
    if seen.arp:
        found |= {"arp": codec.encode_arp(seen.arp), "arp_at": seen.seen_at}
    return found


def decisions(connection: Connection) -> list[Decision]:
    """Return the merges and splits by hand that are in force."""
    query = select(_decision).where(_decision.c.revoked_at.is_(None))
    return [
        Decision(
            row["verdict"],
            Identifier(row["a_kind"], row["a_value"], row["a_scope"]),
            Identifier(row["b_kind"], row["b_value"], row["b_scope"]),
        )
        for row in connection.execute(query).mappings()
    ]


def rows_at(
    connection: Connection, places: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], list[Stored]]:
    """Return the stored observations per (site, address)."""
    found: dict[tuple[str, str], list[Stored]] = defaultdict(list)
    for chunk in _chunks(sorted(set(places)), 200):
        where = or_(*(and_(_rows.c.site == s, _rows.c.address == a) for s, a in chunk))
        for row in _select(connection, where):
            found[row.site, row.address].append(row)
    return found
