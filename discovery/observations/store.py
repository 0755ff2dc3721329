"""Stored observations: the rows that identity is decided on.

May import `inventory.network.tables`, SQLAlchemy and the pure modules of `discovery`.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select

from discovery.matching.clusters import Record
from discovery.matching.identifiers import Identifier
from discovery.matching.match import Decision
from discovery.observations.part_rows import UNMANAGED
from inventory.network import tables as network
from inventory.network.identity_tables import IdentityConflict, IdentityDecision
from inventory.network.scan_tables import StoredObservation
from inventory.network.tables import Device
from inventory.storage.rows import col, id_of, table_of

MAX_CLOSURE = 500
"""Devices looked at for one host. A value shared by more is no identity."""

UNIQUE = frozenset(("serial", "uuid", "imei", "engine-id", "host-key"))
"""Kinds of which it is news that several devices have the same; network cards change
hands with docks."""

Place = tuple[str, str]
"""Site and address of a visit."""

_rows = table_of(StoredObservation)
_identifier = table_of(network.Identifier)
_decision, _device = table_of(IdentityDecision), table_of(Device)
_LIGHT = tuple(c for c in _rows.c if c.name not in {"facts", "fdb", "arp"})

# Built once: building a statement costs as much as running it.
_AT_ONE = select(*_LIGHT).where(
    col(StoredObservation.site) == bindparam("site"),
    col(StoredObservation.address) == bindparam("address"),
)
_AT_ADDRESS = select(*_LIGHT).where(
    col(StoredObservation.site) == bindparam("site"),
    col(StoredObservation.address).in_(bindparam("addresses", expanding=True)),
)
# Not `IS NOT NULL`: for that, SQLite reads the whole table instead of the index.
_IN_CONFLICT = select(*_LIGHT).where(col(StoredObservation.conflict_id) > 0)
_OF_DEVICES = select(*_LIGHT).where(
    col(StoredObservation.device_id).in_(bindparam("devices", expanding=True))
)
_HOLDERS = (
    select(col(network.Identifier.device_id))
    .distinct()
    .where(col(network.Identifier.kind) == bindparam("kind"))
    .where(col(network.Identifier.value).in_(bindparam("values", expanding=True)))
    .where(col(network.Identifier.ended_at).is_(None))
    .limit(MAX_CLOSURE)
)
_FILED = select(col(IdentityConflict.key)).where(
    col(IdentityConflict.key).in_(bindparam("keys", expanding=True))
)
_DECISIONS = select(_decision).where(col(IdentityDecision.revoked_at).is_(None))
_MERGED = (
    select(id_of(Device), col(network.Identifier.strength))
    .join(_identifier, col(network.Identifier.device_id) == id_of(Device))
    .where(
        col(Device.merged_at).is_not(None),
        col(network.Identifier.kind) == bindparam("kind"),
        col(network.Identifier.value).in_(bindparam("values", expanding=True)),
    )
    .order_by(col(network.Identifier.strength).desc(), id_of(Device))
)


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
    table_reads: Mapping[str, list[str]] = field(default_factory=dict)

    def as_record(self) -> Record:
        """Return what matching needs."""
        return Record(
            self.id, self.identifiers, self.site, self.address, self.last_seen
        )


def key_of(named: Sequence[str]) -> str:
    """Return the key of a question on the worklist."""
    return hashlib.sha256(" ".join(named).encode()).hexdigest()[:32]


def shared_key(value: Identifier, *, proven: bool = False) -> str:
    """Return the key of the question why several devices bear a value."""
    return key_of([f"{'proven' if proven else 'shared'} {value.kind} {value.value}"])


def filed_as(connection: Connection, value: Identifier) -> str:
    """Return the key under which that question is on the worklist, or will be."""
    proven = shared_key(value, proven=True)
    known = connection.scalar(_FILED, {"keys": [proven]})
    return proven if known else shared_key(value)


def borne_before(
    connection: Connection, records: Iterable[Record]
) -> frozenset[tuple[str, str]]:
    """Return (kind, value) of what was proven before to stand for several devices.

    Asked for values that several of the records have; others join nothing anyway.
    """
    holders: dict[tuple[str, str], int] = defaultdict(int)
    keys: dict[str, tuple[str, str]] = {}
    for record in records:
        for each in record.identifiers:
            if each.kind in UNIQUE and each.joins:
                holders[each.kind, each.value] += 1
                keys[shared_key(each, proven=True)] = (each.kind, each.value)
    asked = [key for key, value in keys.items() if holders[value] > 1]
    found: set[str] = set()
    for some in chunks(asked):
        found.update(connection.scalars(_FILED, {"keys": some}))
    return frozenset(keys[key] for key in found)


def closure(
    connection: Connection,
    site: str,
    address: str,
    start: Iterable[Identifier],
    *,
    devices: Iterable[int] = (),
    decided: Sequence[Decision] = (),
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
        decided: What people said about identifiers.
    """
    found = {row.id: row for row in _at_address(connection, site, address)}
    found |= {row.id: row for row in _in_conflict(connection)}
    followed: set[Identifier] = set()
    read: set[int] = set()
    tied = _tied(decided)
    identifiers = _followed(start, tied)
    identifiers |= {
        j for row in found.values() for j in _followed(row.identifiers, tied)
    }
    new = {row.device_id for row in found.values() if row.device_id is not None}
    new |= set(devices)
    while (identifiers - followed or new - read) and len(read) < MAX_CLOSURE:
        new |= _devices_with(connection, identifiers - followed)
        followed |= identifiers
        rows = _of_devices(connection, new - read)
        read |= new
        new = set()
        found |= {row.id: row for row in rows}
        identifiers = {j for row in rows for j in _followed(row.identifiers, tied)}
    return sorted(found.values(), key=lambda row: row.id)


def _tied(decided: Sequence[Decision]) -> dict[Identifier, set[Identifier]]:
    """Return identifier -> identifiers a person tied to it."""
    found: dict[Identifier, set[Identifier]] = defaultdict(set)
    for decision in decided:
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


def _devices_with(connection: Connection, identifiers: set[Identifier]) -> set[int]:
    by_kind: dict[str, list[str]] = defaultdict(list)
    for identifier in identifiers:
        by_kind[identifier.kind].append(identifier.value)
    found: set[int] = set()
    for kind, values in by_kind.items():
        for chunk in chunks(sorted(values)):
            parameters = {"kind": kind, "values": list(chunk)}
            found.update(connection.scalars(_HOLDERS, parameters))
    return found


def chunks(values: Sequence[Any], size: int = 400) -> Iterator[Sequence[Any]]:
    """Yield parts of a list that fit into one statement."""
    for start in range(0, len(values), size):
        yield values[start : start + size]


def _at_address(connection: Connection, site: str, address: str) -> list[Stored]:
    if not address:
        return []
    return _stored(connection.execute(_AT_ONE, {"site": site, "address": address}))


def _in_conflict(connection: Connection) -> list[Stored]:
    return _stored(connection.execute(_IN_CONFLICT))


def _of_devices(connection: Connection, devices: set[int]) -> list[Stored]:
    found: list[Stored] = []
    for chunk in chunks(sorted(devices)):
        found += _stored(connection.execute(_OF_DEVICES, {"devices": list(chunk)}))
    return found


def _stored(rows: Iterable[Row[Any]]) -> list[Stored]:
    return [
        Stored(
            id=row.id,
            device_id=row.device_id,
            site=row.site,
            address=row.address,
            collector=row.collector,
            port=row.port,
            digest=row.digest,
            identifiers=unpack(row.identifiers),
            last_seen=row.last_seen,
            table_reads=row.table_reads,
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
    return [
        Decision(
            row["verdict"],
            Identifier(row["a_kind"], row["a_value"], row["a_scope"]),
            Identifier(row["b_kind"], row["b_value"], row["b_scope"]),
        )
        for row in connection.execute(_DECISIONS).mappings()
    ]


def rows_at(
    connection: Connection, site: str, addresses: Iterable[str]
) -> dict[str, list[Stored]]:
    """Return the stored observations of some addresses, by address."""
    asked = sorted(set(addresses))
    if len(asked) == 1:
        return {asked[0]: _at_address(connection, site, asked[0])}
    found: dict[str, list[Stored]] = defaultdict(list)
    for chunk in chunks(asked):
        parameters = {"site": site, "addresses": list(chunk)}
        for row in _stored(connection.execute(_AT_ADDRESS, parameters)):
            found[row.address].append(row)
    return found


def given_up(
    connection: Connection, rows: Sequence[Stored], visited: Mapping[Place, datetime]
) -> frozenset[Place]:
    """Return the places of a device at which another one answered since.

    Args:
        connection: Where.
        rows: The stored observations of the device.
        visited: Where it is visited now, and when.
    """
    newest: dict[Place, datetime] = dict(visited)
    for row in rows:
        if row.collector not in UNMANAGED:
            place = (row.site, row.address)
            newest[place] = max(newest.get(place, row.last_seen), row.last_seen)
    mine = {row.id for row in rows}
    by_site: dict[str, list[str]] = defaultdict(list)
    for site, address in newest:
        by_site[site].append(address)
    return frozenset(
        (site, row.address)
        for site, addresses in by_site.items()
        for each in rows_at(connection, site, addresses).values()
        for row in each
        if row.id not in mine
        and row.collector not in UNMANAGED
        and row.last_seen > newest[site, row.address]
    )


def drop_doubles(connection: Connection, rows: Sequence[Stored]) -> set[int]:
    """Delete the older of two rows about the same thing, where devices merge.

    Returns:
        The ids of the rows that are gone.
    """
    newest: dict[tuple[str, str, str, int], int] = {}
    for row in sorted(rows, key=lambda r: (r.last_seen, r.id)):
        newest[row.site, row.collector, row.address, row.port] = row.id
    gone = {row.id for row in rows} - set(newest.values())
    if gone:
        connection.execute(_rows.delete().where(id_of(StoredObservation).in_(gone)))
    return gone


TOLD = frozenset(("heard", "seen"))


def announced_only(
    connection: Connection, site: str, nodes: Mapping[str, int]
) -> list[tuple[int, int]]:
    """Return devices made of announcements, with the one each announcement is of.

    Args:
        connection: Where.
        site: Where the announcements were heard.
        nodes: Key of an announcement -> the device that answers itself.
    """
    found: dict[int, set[int]] = defaultdict(set)
    for chunk in chunks(sorted(nodes)):
        query = select(_rows.c.device_id, _rows.c.address).where(
            _rows.c.site == site,
            _rows.c.collector == "heard",
            _rows.c.address.in_(chunk),
            _rows.c.device_id.is_not(None),
        )
        for device, address in connection.execute(query):
            found[device].add(nodes[address])
    ghosts = {
        device: min(whose)
        for device, whose in found.items()
        if len(whose) == 1 and device not in whose
    }
    read = select(_rows.c.device_id).where(
        _rows.c.device_id.in_(ghosts), _rows.c.collector.not_in(TOLD)
    )
    known = set(connection.scalars(read)) if ghosts else set()
    return sorted((g, node) for g, node in ghosts.items() if g not in known)


def forget(connection: Connection, device_id: int) -> None:
    """Delete what others told of a device that turned out to be another one."""
    connection.execute(
        _rows.delete().where(
            _rows.c.device_id == device_id, _rows.c.collector.in_(TOLD)
        )
    )


def answering(connection: Connection, macs: Iterable[str]) -> set[str]:
    """Return those of some MACs that belong to a device which answered itself."""
    c = _identifier.c
    query = (
        select(c.value)
        .join(_device, id_of(Device) == c.device_id)
        .where(c.kind == "mac", c.ended_at.is_(None), col(Device.managed))
    )
    found: set[str] = set()
    for chunk in chunks(sorted(macs)):
        found.update(connection.scalars(query.where(c.value.in_(chunk))))
    return found


def merged_device_with(
    connection: Connection, identifiers: Iterable[Identifier]
) -> int | None:
    """Return the device that once had these identifiers and was merged into another.

    When a merge is taken back, the device comes back under its own id.
    """
    found: list[tuple[int, int]] = []
    by_kind: dict[str, set[str]] = defaultdict(set)
    for identifier in identifiers:
        if identifier.joins:
            by_kind[identifier.kind].add(identifier.value)
    for kind, values in by_kind.items():
        for chunk in chunks(sorted(values)):
            parameters = {"kind": kind, "values": list(chunk)}
            row = connection.execute(_MERGED, parameters).first()
            if row is not None:
                found.append((-row.strength, row.id))
    return min(found)[1] if found else None


def own_identifiers(connection: Connection, conflict_id: int) -> list[Identifier]:
    """Return what the observations of a conflict have and no device has."""
    query = select(col(StoredObservation.identifiers)).where(
        col(StoredObservation.conflict_id) == conflict_id
    )
    mine = frozenset[Identifier]().union(*map(unpack, connection.scalars(query)))
    held = select(
        col(network.Identifier.kind),
        col(network.Identifier.value),
        col(network.Identifier.scope),
    ).where(
        col(network.Identifier.ended_at).is_(None),
        col(network.Identifier.value).in_([each.value for each in mine]),
    )
    others = {tuple(row) for row in connection.execute(held)}
    return sorted(
        (i for i in mine if (i.kind, i.value, i.scope) not in others),
        key=lambda i: (-i.strength, i.kind, i.value),
    )
