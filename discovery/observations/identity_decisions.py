"""What a person decides about identity: merge, split, take back, settle a conflict.

Decisions are remembered as what two identifiers are to each other, so that later
scans keep to them, and they can be revoked. May import `inventory`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, insert, select, update

from discovery.observations import store
from discovery.observations.apply import rematch
from discovery.observations.fields import IdentifyDevice
from inventory.kernel.errors import Invalid, NotAllowed, NotFound
from inventory.kernel.texts import N_
from inventory.network.identity_tables import (
    IdentityConflict,
    IdentityDecision,
    Reconciliation,
)
from inventory.network.scan_tables import StoredObservation
from inventory.network.tables import Device, Identifier
from inventory.network.topology_tables import Sighting
from inventory.storage.rows import table_of
from inventory.storage.work import UnitOfWork

_device = table_of(Device)
_identifier = table_of(Identifier)
_decision = table_of(IdentityDecision)
_conflict = table_of(IdentityConflict)
_observation = table_of(StoredObservation)
_sighting = table_of(Sighting)
_match = table_of(Reconciliation)


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge by hand came to.

    Attributes:
        id: The device that remains.
        gone: The one that is part of it.
        because: What of either was said to be the same: kind and value.
        readings: Readings of the other one that it has now.
        places: Places of the other one that it has now.
        asset_id: The asset of the other one that it has now.
    """

    id: int
    gone: int
    because: tuple[str, str]
    readings: int
    places: int
    asset_id: int | None


def merge_devices(
    work: UnitOfWork,
    first: int,
    second: int,
    identify: IdentifyDevice,
    *,
    note: str = "",
) -> Merged:
    """Say that two devices are one, these two and no others.

    They are tied by what only they have, so that a serial number which many bear does
    not bring the others along.

    Raises:
        NotFound: One of them does not exist.
        NotAllowed: One of them has nothing of its own that could be remembered, or a
            third device would be drawn in.
    """
    a, b = _own(work, first), _own(work, second)
    near = _living(work, _akin(work, (first, second)))
    before = {device: _belongings(work, device) for device in (first, second)}
    _decide(work, "same", a, b, note)
    rematch(work, (first, second), identify)
    drawn_in = near - _living(work, near) - {first, second}
    if drawn_in:
        raise NotAllowed(
            N_("Device {device} would become a part of it as well."),
            where="device",
            remedy=N_("Split what they have in common first, or merge that one."),
            device=min(drawn_in),
        )
    (kept,) = _living(work, {first, second})
    gone = second if kept == first else first
    because = (" ".join(a[:2]), " ".join(b[:2]))
    return Merged(kept, gone, because, *before[gone])


def _akin(work: UnitOfWork, devices: Sequence[int]) -> set[int]:
    """Return the devices that have an identifier in common with some."""
    mine, theirs = _identifier.alias(), _identifier.alias()
    same = (theirs.c.kind == mine.c.kind) & (theirs.c.value == mine.c.value)
    query = (
        select(theirs.c.device_id)
        .join(mine, same)
        .where(mine.c.device_id.in_(devices), mine.c.ended_at.is_(None))
        .where(theirs.c.ended_at.is_(None))
    )
    return {*work.connection.scalars(query), *devices}


def _living(work: UnitOfWork, devices: set[int]) -> set[int]:
    query = select(_device.c.id).where(
        _device.c.id.in_(devices), _device.c.merged_at.is_(None)
    )
    return set(work.connection.scalars(query))


def _belongings(work: UnitOfWork, device: int) -> tuple[int, int, int | None]:
    """Return how many readings and open places a device has, and its asset."""
    counts = [
        work.connection.scalar(select(func.count()).where(*conditions)) or 0
        for conditions in (
            (_observation.c.device_id == device,),
            (_sighting.c.endpoint_id == device, _sighting.c.closed_at.is_(None)),
        )
    ]
    asset: int | None = work.connection.scalar(
        select(_match.c.asset_id).where(
            _match.c.device_id == device,
            _match.c.closed_at.is_(None),
            _match.c.asset_id.is_not(None),
        )
    )
    return counts[0], counts[1], asset


def split_device(
    work: UnitOfWork,
    device_id: int,
    first: tuple[str, str],
    second: tuple[str, str],
    identify: IdentifyDevice,
    *,
    note: str = "",
) -> None:
    """Say that a device is two: what two of its identifiers stand for differs.

    Args:
        work: The transaction.
        device_id: The device.
        first: Kind and value of one identifier.
        second: Kind and value of the other.
        identify: Identification of one device.
        note: Why.

    Raises:
        NotFound: The device does not have these identifiers.
    """
    a, b = _held(work, device_id, first), _held(work, device_id, second)
    _decide(work, "different", a, b, note)
    rematch(work, (device_id,), identify)


def revoke(work: UnitOfWork, decision_id: int, identify: IdentifyDevice) -> None:
    """Take a merge or a split back; the devices are matched again without it.

    Raises:
        NotFound: There is no such decision in force.
    """
    row = (
        work.connection.execute(
            select(_decision).where(
                _decision.c.id == decision_id, _decision.c.revoked_at.is_(None)
            )
        )
        .mappings()
        .one_or_none()
    )
    if row is None:
        raise NotFound(
            N_("There is no decision {decision}."),
            where="decision",
            decision=decision_id,
        )
    work.connection.execute(
        update(_decision)
        .where(_decision.c.id == decision_id)
        .values(revoked_at=work.clock())
    )
    work.audit("identity_decision", decision_id, "revoke", None, None)
    holders = [
        device
        for side in ("a", "b")
        for device in work.connection.scalars(
            select(_identifier.c.device_id).where(
                _identifier.c.kind == row[f"{side}_kind"],
                _identifier.c.value == row[f"{side}_value"],
                _identifier.c.ended_at.is_(None),
            )
        )
    ]
    rematch(work, holders, identify)


def settle_conflict(
    work: UnitOfWork,
    conflict_id: int,
    device_id: int | None,
    identify: IdentifyDevice,
    *,
    note: str,
) -> None:
    """Say which device the observations of a conflict are of, or set it aside.

    They are tied to the device by what only they have, such as their address; what
    they share with several devices tells nothing.

    Args:
        work: The transaction.
        conflict_id: The row of the worklist.
        device_id: Whose they are; None leaves them unmatched and off the list.
        identify: Identification of one device.
        note: Why.

    Raises:
        NotFound: There is no such open conflict or device.
        NotAllowed: They have nothing of their own by which to remember this.
    """
    found = work.connection.execute(
        select(_conflict).where(
            _conflict.c.id == conflict_id, _conflict.c.resolution.is_(None)
        )
    ).one_or_none()
    if found is None:
        raise NotFound(
            N_("There is no open conflict {conflict}."),
            where="conflict",
            conflict=conflict_id,
        )
    if device_id is not None:
        tied = _own(work, device_id)
        own = store.own_identifiers(work.connection, conflict_id)
        if not own:
            raise NotAllowed(
                N_("What was read at {address} has nothing of its own."),
                where="conflict",
                remedy=N_("Set it aside, or split the devices that share its values."),
                address=found.address,
            )
        for each in own:
            _decide(work, "same", (each.kind, each.value, each.scope), tied, note)
    done = {
        "resolution": "same" if device_id is not None else "ignored",
        "resolved_by": work.actor,
        "resolved_at": work.clock(),
    }
    work.connection.execute(
        update(_conflict).where(_conflict.c.id == conflict_id).values(done)
    )
    after = {"resolution": done["resolution"], "device": device_id, "note": note}
    work.audit("identity_conflict", conflict_id, "settle", None, after)
    if device_id is not None:
        rematch(work, (device_id,), identify)


Named = tuple[str, str, str]


def _own(work: UnitOfWork, device_id: int) -> Named:
    """Return the strongest identifier that no other living device has.

    Raises:
        NotFound: There is no such device.
        NotAllowed: It has none.
    """
    if device_id not in _living(work, {device_id}):
        raise NotFound(
            N_("There is no device {device}."), where="device", device=device_id
        )
    other = _identifier.alias()
    elsewhere = select(other.c.id).join(_device, _device.c.id == other.c.device_id)
    shared = elsewhere.where(
        other.c.kind == _identifier.c.kind,
        other.c.value == _identifier.c.value,
        other.c.device_id != device_id,
        other.c.ended_at.is_(None),
        _device.c.merged_at.is_(None),
    )
    row = work.connection.execute(
        select(_identifier.c.kind, _identifier.c.value, _identifier.c.scope)
        .where(_identifier.c.device_id == device_id, _identifier.c.ended_at.is_(None))
        .where(~shared.exists())
        .order_by(_identifier.c.strength.desc(), _identifier.c.value)
    ).first()
    if row is None:
        raise NotAllowed(
            N_("Device {device} has no identifier by which to remember this."),
            where="device",
            remedy=N_("Wait until a scan has read a serial number or a MAC of it."),
            device=device_id,
        )
    return row.kind, row.value, row.scope


def _held(work: UnitOfWork, device_id: int, identifier: Sequence[str]) -> Named:
    kind, value = identifier
    row = work.connection.execute(
        select(_identifier.c.scope).where(
            _identifier.c.device_id == device_id,
            _identifier.c.kind == kind,
            _identifier.c.value == value,
            _identifier.c.ended_at.is_(None),
        )
    ).first()
    if row is None:
        raise NotFound(
            N_("Device {device} does not have {kind} {value}."),
            where="identifier",
            device=device_id,
            kind=kind,
            value=value,
        )
    return kind, value, row.scope


def _decide(work: UnitOfWork, verdict: str, a: Named, b: Named, note: str) -> None:
    if a == b:
        raise Invalid(
            N_("Two different identifiers are needed."),
            where="identifier",
            remedy=N_("Choose one identifier of each device."),
        )
    names = ("kind", "value", "scope")
    values = {f"a_{n}": v for n, v in zip(names, a, strict=True)}
    values |= {f"b_{n}": v for n, v in zip(names, b, strict=True)}
    inserted = work.connection.execute(
        insert(_decision)
        .values(values)
        .values(
            verdict=verdict,
            note=note,
            decided_by=work.actor,
            decided_at=work.clock(),
        )
        .returning(_decision.c.id)
    )
    decision_id: int = inserted.scalar_one()
    work.audit("identity_decision", decision_id, verdict, None, values | {"note": note})
