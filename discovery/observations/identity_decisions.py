"""What a person decides about identity: merge, split, take back, settle a conflict.

Decisions are remembered as what two identifiers are to each other, so that later
scans keep to them, and they can be revoked. May import `inventory`.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import insert, select, update

from discovery.observations import store
from discovery.observations.apply import rematch
from discovery.observations.fields import IdentifyDevice
from inventory.kernel.errors import Invalid, NotAllowed, NotFound
from inventory.kernel.texts import N_
from inventory.network.identity_tables import IdentityConflict, IdentityDecision
from inventory.network.tables import Device, Identifier
from inventory.storage.rows import table_of
from inventory.storage.work import UnitOfWork

_device = table_of(Device)
_identifier = table_of(Identifier)
_decision = table_of(IdentityDecision)
_conflict = table_of(IdentityConflict)


def merge_devices(
    work: UnitOfWork,
    first: int,
    second: int,
    identify: IdentifyDevice,
    *,
    note: str = "",
) -> int:
    """Say that two devices are one; return the id that remains.

    Raises:
        NotFound: One of them does not exist.
        NotAllowed: One of them has no identifier that could be remembered.
    """
    a, b = _strongest(work, first), _strongest(work, second)
    _decide(work, "same", a, b, note)
    rematch(work, (first, second), identify)
    remaining: int = work.connection.execute(
        select(_device.c.id).where(
            _device.c.id.in_((first, second)), _device.c.merged_at.is_(None)
        )
    ).scalar_one()
    return remaining


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
        tied = _strongest(work, device_id)
        own = store.own_identifiers(work.connection, conflict_id)
        if not own:
            raise NotAllowed(
                N_("What was read at {address} has nothing of its own."),
                where="conflict",
                remedy="Set it aside, or split the devices that share its values.",
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


def _strongest(work: UnitOfWork, device_id: int) -> Named:
    rows = work.connection.execute(
        select(_identifier.c.kind, _identifier.c.value, _identifier.c.scope)
        .where(_identifier.c.device_id == device_id, _identifier.c.ended_at.is_(None))
        .order_by(_identifier.c.strength.desc(), _identifier.c.value)
    ).first()
    if rows is None:
        raise NotAllowed(
            N_("Device {device} has no identifier by which to remember this."),
            where="device",
            remedy="Wait until a scan has read a serial number or a MAC of it.",
            device=device_id,
        )
    return rows.kind, rows.value, rows.scope


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
            remedy="Choose one identifier of each device.",
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
