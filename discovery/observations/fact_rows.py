"""The facts of stored observations: reading them back and writing them.

A visit that read exactly what was read before only moves their times.

May import `inventory.network.tables`, SQLAlchemy and the pure modules of `discovery`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    RowMapping,
    bindparam,
    func,
    insert,
    select,
    update,
)

from collectors.facts import Observation
from discovery.matching.identifiers import Identifier
from discovery.observations import codec
from discovery.observations.damage import entries_or_none, facts_or_none
from discovery.observations.device_projection import (
    Dated,
    may_show_another,
    stays_shown,
)
from discovery.observations.part_rows import UNMANAGED
from discovery.observations.port_readings import readings_of
from discovery.observations.store import Stored, chunks, pack, rows_at, unpack
from discovery.observations.table_reads import reads_of
from discovery.observations.visit import Visit
from inventory.network.scan_tables import Scan, StoredObservation
from inventory.network.tables import Device
from inventory.network.write_device import touch_devices
from inventory.network.write_ports import write_readings
from inventory.storage.rows import col, id_of, table_of
from inventory.storage.work import UnitOfWork

_rows, _scan = table_of(StoredObservation), table_of(Scan)
_DAY = timedelta(days=1)
_FEW = 400
"""Addresses that are asked for by themselves; of more, all rows are read."""
_LIGHT_OF_DEVICE = select(_rows.c.address, _rows.c.collector).where(
    _rows.c.device_id == bindparam("device")
)
# Built once: building a statement costs as much as running it.
_INSERT = insert(_rows).returning(id_of(StoredObservation))
_UPDATE = update(_rows).where(_rows.c.id == bindparam("row"))
_TOUCH = _UPDATE.where(_rows.c.last_seen <= bindparam("at"))
_SHOWN = select(col(Device.address)).where(id_of(Device) == bindparam("device"))
_MOVE = (
    update(_rows)
    .where(_rows.c.id == bindparam("row"))
    .values(last_seen=bindparam("at"))
)


def read_facts(
    connection: Connection, ids: Iterable[int], *, tables: bool = False
) -> list[Observation]:
    """Return the observations of some rows, oldest first; damaged ones are left out.

    Args:
        connection: Where.
        ids: Row ids.
        tables: With FDB and ARP.
    """
    columns: list[Column[Any]] = [
        col(StoredObservation.facts),
        col(StoredObservation.last_seen),
    ]
    columns += (
        [col(StoredObservation.fdb), col(StoredObservation.arp)] if tables else []
    )
    found = []
    for chunk in chunks(sorted(ids)):
        query = select(*columns).where(id_of(StoredObservation).in_(chunk))
        for row in connection.execute(query):
            seen = facts_or_none(row.facts, seen_at=row.last_seen)
            if seen is None:
                continue
            if tables:
                fdb = entries_or_none(codec.decode_fdb, row.fdb) if row.fdb else ()
                arp = entries_or_none(codec.decode_arp, row.arp) if row.arp else ()
                seen = replace(seen, fdb=fdb, arp=arp)
            found.append(seen)
    return sorted(found, key=lambda o: (o.seen_at, o.collector, o.address))


def write_observation(
    connection: Connection,
    observation: Observation,
    *,
    row: Stored | None,
    told: Observation | None = None,
    device_id: int | None,
    conflict_id: int | None = None,
    identifiers: Iterable[Identifier],
) -> int:
    """Write an observation over the row it replaces, or as a new row.

    Args:
        connection: Where.
        observation: With what was known before and not said again.
        row: The row it replaces.
        told: What the collector brought this time, where that is less.
        device_id: Whose it is.
        conflict_id: The open question about whose it is.
        identifiers: Of the visit.

    Returns:
        The id of the row.
    """
    digest, facts = codec.encode(observation)
    values: dict[str, Any] = {
        "device_id": device_id,
        "conflict_id": conflict_id,
        "credential": observation.credential,
        "identifiers": pack(identifiers),
        "digest": digest,
        "facts": facts,
        "last_seen": observation.seen_at,
    }
    values |= learned_tables(told or observation, row)
    if row is not None:
        connection.execute(_UPDATE, values | {"row": row.id})
        return row.id
    values |= {
        "site": observation.site,
        "address": observation.address,
        "collector": observation.collector,
        "port": observation.port or 0,
        "first_seen": observation.seen_at,
    }
    new: int = connection.execute(_INSERT, values).scalar_one()
    return new


def learned_tables(told: Observation, row: Stored | None) -> dict[str, Any]:
    """Return the columns that say what tables hold and how they were read.

    FDB and ARP and their times change only where the collector brought rows of them:
    an old table must not look fresh, nor an older one replace a newer one.
    """
    before = row.table_reads if row is not None else {}
    late = row is not None and told.seen_at < row.last_seen
    found: dict[str, Any] = {"table_reads": reads_of(told, before)}
    if told.fdb and not (late and "fdb" in before):
        found |= {"fdb": codec.encode_fdb(told.fdb), "fdb_at": told.seen_at}
    if told.arp and not (late and "arp" in before):
        found |= {"arp": codec.encode_arp(told.arp), "arp_at": told.seen_at}
    return found


def touch_if_unchanged(work: UnitOfWork, visit: Visit) -> int | None:
    """If exactly this was read at this address before, move the times; else None."""
    same_rows: list[tuple[Stored, Observation]] = []
    devices: set[int | None] = set()
    stored = rows_at(
        work.connection, visit.site, (o.address for o in visit.observations)
    )
    for observation in visit.observations:
        same = [
            row
            for row in stored.get(observation.address, ())
            if (row.collector, row.port)
            == (observation.collector, observation.port or 0)
        ]
        if len(same) != 1 or same[0].digest != codec.digest(observation):
            return None
        same_rows.append((same[0], observation))
        devices.add(same[0].device_id)
    found = next(iter(devices))
    if len(devices) != 1 or found is None:
        return None
    if _may_move(work.connection, found, same_rows):
        return None
    for row, observation in same_rows:
        _touch(work.connection, row, observation)
        write_readings(work.connection, found, readings_of(observation))
    touch_devices(work, [found], visit.seen_at)
    return found


def _may_move(
    connection: Connection, device_id: int, told: Sequence[tuple[Stored, Observation]]
) -> bool:
    """Whether a device may be shown at another address, as it told the same again."""
    c = _rows.c
    light = connection.execute(_LIGHT_OF_DEVICE, {"device": device_id}).all()
    visited = [row for row in light if row.collector not in UNMANAGED]
    if len({row.address for row in visited}) > 1:
        shown = connection.scalar(_SHOWN, {"device": device_id})
        return not stays_shown(visited, (o for _, o in told), shown)
    if visited or len(light) < 2:
        return False
    query = select(c.id, c.identifiers, c.last_seen).where(c.device_id == device_id)
    rows = [_dated_told(row) for row in connection.execute(query).mappings()]
    return may_show_another(rows, {row.id: o.seen_at for row, o in told})


def scan_began(
    connection: Connection, observations: Sequence[Observation]
) -> datetime | None:
    """Return since when the scan ran that brought the newest of some visits.

    Asked for where a device was visited at several places, else None. A scan that was
    never ended counts for a day.
    """
    visited = [o for o in observations if o.collector not in UNMANAGED]
    if len({(o.site, o.address) for o in visited}) < 2:
        return None
    last = max(visited, key=lambda o: o.seen_at)
    c = _scan.c
    query = select(func.min(c.started_at)).where(
        c.site == last.site,
        c.started_at <= last.seen_at,
        c.started_at > last.seen_at - _DAY,
        c.finished_at.is_(None) | (c.finished_at >= last.seen_at),
    )
    found: datetime | None = connection.scalar(query)
    return found


def _dated_told(row: RowMapping) -> Dated:
    ips = (each.value for each in unpack(row["identifiers"]) if each.kind == "ip")
    return Dated(row["id"], frozenset(ips), row["last_seen"])


def _touch(connection: Connection, row: Stored, observation: Observation) -> None:
    learned = learned_tables(observation, row)
    moment = {"last_seen": observation.seen_at, "at": observation.seen_at}
    connection.execute(_TOUCH, learned | moment | {"row": row.id})


def told_again(
    work: UnitOfWork, site: str, told: Sequence[Observation]
) -> list[Observation]:
    """Move the times of what others told before; return what is new or differs.

    Args:
        work: The transaction.
        site: Whose network this is.
        told: Of devices that did not answer themselves: collectors of `UNMANAGED`.
    """
    stored: dict[tuple[str, str], list[RowMapping]] = defaultdict(list)
    query = select(
        _rows.c.id,
        _rows.c.device_id,
        _rows.c.address,
        _rows.c.collector,
        _rows.c.digest,
        _rows.c.last_seen,
    ).where(_rows.c.site == site, _rows.c.collector.in_(UNMANAGED))
    if len(told) <= _FEW:
        query = query.where(_rows.c.address.in_([each.address for each in told]))
    for row in work.connection.execute(query).mappings():
        stored[row["collector"], row["address"]].append(row)
    whose = {row["device_id"] for rows in stored.values() for row in rows}
    disputed = _disputed(work.connection, whose - {None})
    differs, moved = [], []
    seen: dict[datetime, list[int]] = defaultdict(list)
    for observation in told:
        rows = stored[observation.collector, observation.address]
        digest = codec.digest(observation)
        known = [r for r in rows if r["device_id"] and r["digest"] == digest]
        if len(rows) != 1 or not known:
            # What is concluded now counts, though the table that says so be older.
            at = max((observation.seen_at, *(row["last_seen"] for row in rows)))
            differs.append(replace(observation, seen_at=at))
        elif may_show_another(
            disputed.get(known[0]["device_id"], ()),
            {known[0]["id"]: observation.seen_at},
        ):
            differs.append(observation)
        elif known[0]["last_seen"] < observation.seen_at:
            moved.append({"row": known[0]["id"], "at": observation.seen_at})
            seen[observation.seen_at].append(known[0]["device_id"])
    if moved:
        work.connection.execute(_MOVE, moved)
    for at, devices in seen.items():
        touch_devices(work, devices, at)
    return differs


def _disputed(connection: Connection, devices: set[int]) -> dict[int, list[Dated]]:
    """Return those of some devices that never answered and that several told of."""
    c = _rows.c
    found: dict[int, list[RowMapping]] = defaultdict(list)
    query = select(c.id, c.device_id, c.collector, c.identifiers, c.last_seen)
    for chunk in chunks(sorted(devices)):
        rows = connection.execute(query.where(c.device_id.in_(chunk))).mappings()
        for row in rows:
            found[row["device_id"]].append(row)
    return {
        device: [_dated_told(row) for row in rows]
        for device, rows in found.items()
        if len(rows) > 1 and all(row["collector"] in UNMANAGED for row in rows)
    }


def move_told(
    work: UnitOfWork, site: str, *, seen: set[int], heard: set[int], at: datetime
) -> None:
    """Note that others saw or heard some devices again, and nothing else.

    Args:
        work: The transaction.
        site: Where.
        seen: Devices that are in a forwarding table. Only of those that do not answer
            themselves does that move the time.
        heard: Devices that announced themselves.
        at: When.
    """
    c = _rows.c
    collectors: dict[int, set[str]] = defaultdict(set)
    told: dict[tuple[int, str], int] = {}
    for chunk in chunks(sorted(seen | heard)):
        query = select(c.id, c.device_id, c.collector, c.site)
        for row in work.connection.execute(query.where(c.device_id.in_(chunk))):
            collectors[row.device_id].add(row.collector)
            if row.site == site:
                told[row.device_id, row.collector] = row.id
    moved = {d: told[d, "heard"] for d in heard if (d, "heard") in told}
    moved |= {
        d: told[d, "seen"]
        for d in seen
        if collectors[d] <= UNMANAGED and (d, "seen") in told
    }
    if moved:
        rows = [{"row": row, "at": at} for row in moved.values()]
        work.connection.execute(_MOVE, rows)
        touch_devices(work, sorted(moved), at)
