"""One visit into the database: match it, then write the device that came of it.

Works inside a unit of work the caller commits, so a host is in the database with all
its parts and its audit row, or not at all. May import `inventory.network` and
`inventory.storage`.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection, update

from collectors.facts import Observation
from discovery.matching.clusters import Record
from discovery.matching.identifiers import Identifier, identifiers_of
from discovery.matching.match import Resolution, assign, explain, resolve
from discovery.observations import codec, fact_rows, store
from discovery.observations.conflicts import file_conflicts, file_shared
from discovery.observations.device_projection import project
from discovery.observations.fields import IdentifyDevice
from discovery.observations.locks import (
    join_in,
    lock_everybody,
    locked_closure,
    may_revive,
)
from discovery.observations.overlay import overlay
from discovery.observations.part_rows import UNMANAGED
from discovery.observations.port_readings import readings_of
from discovery.observations.store import Stored
from discovery.observations.visit import NEW, Visit
from inventory.kernel.texts import N_, Said
from inventory.network.merge_devices import merge_device
from inventory.network.scan_tables import StoredObservation
from inventory.network.write_device import write_device
from inventory.network.write_ports import with_readings, write_readings
from inventory.storage.rows import id_of, table_of
from inventory.storage.work import UnitOfWork

_rows = table_of(StoredObservation)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a visit came to.

    Attributes:
        outcome: `new`, `first-read` (others told of it, it answered for the first
            time), `same` or `conflict`.
        score: How sure the match is, 0 to 1.
        reasons: Sentences for a person.
        steady: It tells the same of itself and of its neighbours as before.
    """

    outcome: str
    device_id: int | None
    score: float = 1.0
    reasons: tuple[str, ...] = ()
    steady: bool = False


@dataclass(slots=True)
class _Group:
    """The rows of one device, as they will be."""

    device_id: int | None
    rows: list[Stored]
    has_visit: bool
    replaced: dict[int, Observation] = field(default_factory=dict)

    @property
    def touched(self) -> bool:
        return self.has_visit or any(r.device_id != self.device_id for r in self.rows)

    def was_at(self, visit: Visit) -> bool:
        """Whether it answered where another device answers now."""
        return any(
            (row.site, row.address) == (visit.site, visit.address)
            and row.collector not in UNMANAGED
            for row in self.rows
        )


@dataclass(frozen=True, slots=True)
class _Fresh:
    """One observation of the visit: the row it replaces, merged with it, alone."""

    row: Stored | None
    observation: Observation
    told: Observation


def apply_visit(
    work: UnitOfWork, visit: Visit, identify: IdentifyDevice, *, alone: bool = False
) -> Outcome:
    """Match a visit with what is known and write what changes.

    Args:
        work: An open unit of work; not committed here.
        visit: From `make_visit`.
        identify: Identification of one device.
        alone: Nothing was written in this unit of work yet, and no other visit will
            be: then only visits of the same devices have to wait for it.
    """
    (join_in if alone else lock_everybody)(work.connection)
    device_id = fact_rows.touch_if_unchanged(work, visit)
    if device_id is not None:
        return Outcome("same", device_id, 1.0, ("nothing changed",), steady=True)
    decided = store.decisions(work.connection)

    def read() -> Sequence[Stored]:
        return store.closure(
            work.connection,
            visit.site,
            visit.address,
            visit.identifiers,
            decided=decided,
        )

    stored = locked_closure(work, visit, read) if alone else read()
    records = [row.as_record() for row in stored]
    everything = [*records, visit.as_record()]
    resolution = resolve(
        everything, decided, borne=store.borne_before(work.connection, everything)
    )
    groups = _settle(work, resolution, stored, visit, identify)
    target = next((g for g in groups if g.has_visit), None)
    known = {row.device_id for row in stored}
    if target is None:
        conflict = next(c for c in resolution.conflicts if NEW in c.keys)
        return Outcome("conflict", None, 0.0, conflict.reasons)
    return _outcome(target, target.device_id in known, records, visit)


def rematch(
    work: UnitOfWork, device_ids: Iterable[int], identify: IdentifyDevice
) -> None:
    """Match the stored observations of some devices again, after a decision by hand.

    Args:
        work: An open unit of work; not committed here.
        device_ids: Devices to begin with; those that share identifiers follow.
        identify: Identification of one device.
    """
    lock_everybody(work.connection)
    decided = store.decisions(work.connection)
    stored = store.closure(
        work.connection, "", "", (), devices=device_ids, decided=decided
    )
    records = [row.as_record() for row in stored]
    resolution = resolve(
        records, decided, borne=store.borne_before(work.connection, records)
    )
    nothing = Visit(
        site="",
        address="",
        seen_at=work.clock(),
        observations=(),
        identifiers=frozenset(),
    )
    _settle(work, resolution, stored, nothing, identify)


def _settle(
    work: UnitOfWork,
    resolution: Resolution,
    stored: Sequence[Stored],
    visit: Visit,
    identify: IdentifyDevice,
) -> list[_Group]:
    """Write what a resolution means: devices, conflicts, devices that ended."""
    groups = _groups(resolution, stored)
    file_conflicts(work, resolution, stored, visit)
    stays = {(row.id, group.device_id) for group in groups for row in group.rows}
    lost = {r.device_id for r in stored if (r.id, r.device_id) not in stays}
    # Whoever answered first at the address of the visit may be there no more: that is
    # told from what is stored, so the visit is written before.
    for group in sorted(groups, key=lambda g: not g.has_visit):
        if group.touched or group.device_id in lost - {None} or group.was_at(visit):
            _write_group(work, group, visit, identify)
    _end_empty(work, {row.device_id for row in stored}, groups, resolution, visit)
    file_shared(work, resolution, _devices_of(groups), visit)
    return groups


def _devices_of(groups: Sequence[_Group]) -> dict[Hashable, int]:
    """Return record -> device, of groups that are written."""
    found: dict[Hashable, int] = {}
    for group in groups:
        if group.device_id is not None:
            found |= {row.id: group.device_id for row in group.rows}
            if group.has_visit:
                found[NEW] = group.device_id
    return found


def _outcome(
    target: _Group, was_known: bool, records: Sequence[Record], visit: Visit
) -> Outcome:
    if not was_known:
        return Outcome(
            "new", target.device_id, 1.0, (Said(N_("no device has these identifiers")),)
        )
    ids = {row.id for row in target.rows}
    others = [record for record in records if record.key in ids]
    score, reasons = explain(visit.as_record(), others)
    is_first = all(row.collector in UNMANAGED for row in target.rows)
    return Outcome(
        "first-read" if is_first else "same", target.device_id, score, reasons
    )


def _groups(resolution: Resolution, stored: Sequence[Stored]) -> list[_Group]:
    by_id = {row.id: row for row in stored}
    current: dict[Hashable, int] = {
        row.id: row.device_id for row in stored if row.device_id is not None
    }
    ids = assign(resolution.groups, current)
    return [
        _Group(
            device_id,
            [by_id[key] for key in sorted(k for k in keys if isinstance(k, int))],
            NEW in keys,
        )
        for keys, device_id in zip(resolution.groups, ids, strict=True)
    ]


def _write_group(
    work: UnitOfWork, group: _Group, visit: Visit, identify: IdentifyDevice
) -> None:
    """Write the device of a group and the rows that belong to it now."""
    connection = work.connection
    dropped = store.drop_doubles(connection, group.rows)
    group.rows = [row for row in group.rows if row.id not in dropped]
    fresh: list[_Fresh] = []
    if group.has_visit:
        fresh = _over_stored(connection, group, visit)
    replaced = {each.row.id for each in fresh if each.row is not None}
    staying = [row for row in group.rows if row.id not in replaced]
    observations = fact_rows.read_facts(connection, [row.id for row in staying])
    observations += [each.observation for each in fresh]
    mine = _identifiers_of_visit(visit, fresh) if fresh else frozenset()
    identifiers = mine.union(*(row.identifiers for row in staying))
    visited = {(visit.site, visit.address): visit.seen_at} if fresh else {}
    others = store.given_up(connection, group.rows, visited)
    since = fact_rows.scan_began(connection, observations)
    state = project(observations, identifiers, identify, others, since)
    if group.device_id is None:
        ended = store.merged_device_with(connection, identifiers)
        if ended is not None and may_revive(connection, ended):
            group.device_id = ended
    readings = [readings_of(each.told) for each in fresh]
    if group.device_id is None and readings:
        ports = with_readings(state.parts["interface"], readings.pop(0))
        state = replace(state, parts={**state.parts, "interface": ports})
    group.device_id = write_device(
        work,
        group.device_id,
        state,
        seen_at=max(o.seen_at for o in observations),
        since=min(o.seen_at for o in observations),
    )
    for some in readings:
        write_readings(connection, group.device_id, some)
    _write_fresh(connection, group.device_id, fresh, mine)
    _take_over(connection, staying, group.device_id)


def _write_fresh(
    connection: Connection,
    device_id: int,
    fresh: Iterable[_Fresh],
    identifiers: frozenset[Identifier],
) -> None:
    for each in fresh:
        fact_rows.write_observation(
            connection,
            each.observation,
            told=each.told,
            row=each.row,
            device_id=device_id,
            identifiers=identifiers,
        )


def _take_over(connection: Connection, rows: Sequence[Stored], device_id: int) -> None:
    """Give rows of other devices, or of none, to a device."""
    moved = [row.id for row in rows if row.device_id != device_id]
    if moved:
        connection.execute(
            update(_rows)
            .where(id_of(StoredObservation).in_(moved))
            .values(device_id=device_id, conflict_id=None)
        )


def _over_stored(connection: Connection, group: _Group, visit: Visit) -> list[_Fresh]:
    """Return the observations of the visit, each over the row it replaces."""
    found: list[_Fresh] = []
    for observation in visit.observations:
        place = (
            observation.site,
            observation.address,
            observation.collector,
            observation.port or 0,
        )
        old = next(
            (
                row
                for row in group.rows
                if (row.site, row.address, row.collector, row.port) == place
            ),
            None,
        )
        if old is None:
            found.append(_Fresh(None, observation, observation))
            continue
        known = fact_rows.read_facts(connection, [old.id])
        if known and observation.collector in store.TOLD:
            # Concluded from all that is stored now, whichever table is the oldest.
            merged = overlay(known[0], observation)
        elif known:
            merged = overlay(*_by_age(known[0], observation))
        else:
            merged = observation
        merged = replace(merged, fdb=observation.fdb, arp=observation.arp)
        found.append(_Fresh(old, merged, observation))
    return found


def _by_age(a: Observation, b: Observation) -> tuple[Observation, Observation]:
    """Return the older first; of two of one moment, in an order of their content."""
    if a.seen_at == b.seen_at:
        first, second = sorted((a, b), key=codec.digest)
        return first, second
    return (a, b) if a.seen_at < b.seen_at else (b, a)


def _identifiers_of_visit(
    visit: Visit, fresh: Sequence[_Fresh]
) -> frozenset[Identifier]:
    if all(each.row is None for each in fresh):
        return visit.identifiers
    merged = [each.observation for each in fresh]
    also = identifiers_of(merged, vendor=visit.vendor, serial=visit.serial)
    return visit.identifiers | frozenset(also)


def _end_empty(
    work: UnitOfWork,
    known: set[int | None],
    groups: Sequence[_Group],
    resolution: Resolution,
    visit: Visit,
) -> None:
    """End devices whose observations all belong to another device now."""
    living = {group.device_id for group in groups}
    took = {
        row.device_id: group.device_id
        for group in groups
        for row in group.rows
        if row.device_id != group.device_id
    }
    for device_id in sorted(d for d in known - living if d is not None):
        why = (f"the same as device {took[device_id]}",) if device_id in took else ()
        reasons = why or tuple(r for c in resolution.conflicts for r in c.reasons)
        merge_device(work, device_id, took.get(device_id), visit.seen_at, reasons)
