"""Stored observations: the rows that identity is decided on.

May import `inventory.network.tables`, SQLAlchemy and the pure modules of `discovery`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, or_, select
from sqlmodel import SQLModel

import inventory.network.tables  # noqa: F401  (fills the metadata)
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
    connection: Connection,
    site: str,
    address: str,
    start: Iterable[Identifier],
    devices: Iterable[int] = (),
) -> list[Stored]:
    """Return every stored observation that may be of the same device.

    Follows joining identifiers from device to device until nothing new comes, and
    adds what was seen at the same address and what waits as a conflict. Identifiers
    that a person tied together are followed as well.

    Args:
        connection: Where.
        site: Site of the address.
        address: Where the visit was; empty for none.
        start: Identifiers to begin with.
        devices: Devices to begin with.
    """
    found = {row.id: row for row in _at_address(connection, site, address)}
    found |= {row.id: row for row in _in_conflict(connection)}
    asked: set[Identifier] = set()
    read: set[int] = set()
    tied = _tied(connection)
    wanted = _followed(start, tied)
    wanted |= {j for row in found.values() for j in _followed(row.identifiers, tied)}
    new = {row.device_id for row in found.values() if row.device_id is not None}
    new |= set(devices)
    while (wanted - asked or new - read) and len(read) < MAX_CLOSURE:
        new |= _devices_with(connection, wanted - asked)
        asked |= wanted
        rows = _of_devices(connection, new - read)
        read |= new
        new = set()
        found |= {row.id: row for row in rows}
        wanted = {j for row in rows for j in _followed(row.identifiers, tied)}
    return sorted(found.values(), key=lambda row: row.id)


def _tied(connection: Connection) -> dict[Identifier, set[Identifier]]:
    """Return identifier -> identifiers a person tied to it."""
    found: dict[Identifier, set[Identifier]] = defaultdict(set)
    for decision in decisions(connection):
        found[decision.a].add(decision.b)
        found[decision.b].add(decision.a)
    return found


def _followed(
    identifiers: Iterable[Identifier], tied: Mapping[Identifier, set[Identifier]]
) -> set[Identifier]:
    found: set[Identifier] = set()
    for identifier in identifiers:
        if identifier.joins:
            found.add(identifier)
        if tied:
            found |= tied.get(identifier, set())
    return found


def _devices_with(connection: Connection, wanted: set[Identifier]) -> set[int]:
    by_kind: dict[str, list[str]] = defaultdict(list)
    for identifier in wanted:
        by_kind[identifier.kind].append(identifier.value)
    found: set[int] = set()
    for kind, values in by_kind.items():
        for chunk in chunks(sorted(values)):
            query = (
                select(_identifier.c.device_id)
                .distinct()
                .where(_identifier.c.kind == kind, _identifier.c.value.in_(chunk))
                .where(_identifier.c.ended_at.is_(None))
                .limit(MAX_CLOSURE)
            )
            found.update(connection.scalars(query))
    return found


def chunks(values: Sequence[Any], size: int = 400) -> Iterator[Sequence[Any]]:
    """Yield parts of a list that fit into one statement."""
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
    for chunk in chunks(sorted(devices)):
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
    for chunk in chunks(sorted(set(places)), 200):
        where = or_(*(and_(_rows.c.site == s, _rows.c.address == a) for s, a in chunk))
        for row in _select(connection, where):
            found[row.site, row.address].append(row)
    return found


def drop_doubles(connection: Connection, rows: Sequence[Stored]) -> set[int]:
    """Delete the older of two rows about the same thing, where devices merge.

    Returns:
        The ids of the rows that are gone.
    """
    newest: dict[tuple[str, str, int], int] = {}
    for row in sorted(rows, key=lambda r: (r.last_seen, r.id)):
        newest[row.collector, row.address, row.port] = row.id
    gone = {row.id for row in rows} - set(newest.values())
    if gone:
        connection.execute(_rows.delete().where(_rows.c.id.in_(gone)))
    return gone


def merged_device_with(
    connection: Connection, identifiers: Iterable[Identifier]
) -> int | None:
    """Return the device that once had these identifiers and was merged into another.

    When a merge is taken back, the device comes back under its own id.
    """
    device = SQLModel.metadata.tables["device"]
    for identifier in sorted(identifiers, key=lambda i: (-i.strength, i.value)):
        if not identifier.joins:
            break
        found = connection.execute(
            select(device.c.id)
            .join(_identifier, _identifier.c.device_id == device.c.id)
            .where(
                device.c.merged_at.is_not(None),
                _identifier.c.kind == identifier.kind,
                _identifier.c.value == identifier.value,
            )
            .order_by(device.c.id)
        ).first()
        if found is not None:
            return int(found.id)
    return None
