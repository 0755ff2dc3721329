"""Compares what is found now with what is stored; acknowledges and reopens.

A finding that is so no more is closed. One that was acknowledged stays so as long as
its fact is the same; with another fact it is found anew, and names the one before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from typing import Any

from sqlalchemy import ColumnElement, insert, or_, select, true, update

import inventory.network.tables  # noqa: F401  (fills the metadata)
from inventory.kernel.errors import Invalid, NotAllowed, NotFound
from inventory.kernel.texts import N_
from inventory.network.findings import rules
from inventory.network.findings.rules import BY_PROTOCOL, SOON, Finding
from inventory.network.findings.tables import DhcpServer, NetworkFinding
from inventory.network.service_tables import DeviceService
from inventory.network.tables import Device
from inventory.network.topology_tables import Sighting
from inventory.storage.exclusive import lock_for_transaction
from inventory.storage.rows import table_of
from inventory.storage.work import UnitOfWork

Key = tuple[str, str, int | None, str]

_finding, _server = table_of(NetworkFinding), table_of(DhcpServer)
_service, _device = table_of(DeviceService), table_of(Device)
_sighting = table_of(Sighting)


MOST = 400
"""Devices that are looked at by themselves; of more, all are."""


def look_for_findings(
    work: UnitOfWork, *, devices: Set[int] | None = None
) -> dict[str, int]:
    """Write what is found at all sites; return how many were opened and closed.

    Args:
        work: The transaction.
        devices: Those about which something may have changed; of the others only time
            may bring something to light, which is looked for daily. None for all.
    """
    lock_for_transaction(work.connection, "network-findings")
    if devices is not None and len(devices) > MOST:
        devices = None
    now = work.clock()
    stored, closed = _stored(work, devices)
    opened: list[dict[str, Any]] = []
    for found in _found(work, devices):
        old = stored.get(found.key)
        if old is not None and old["fact"] == found.fact:
            del stored[found.key]
            _reword(work, old, found)
        else:
            opened.append(_opened(work, found, old))
    closed += [row["id"] for row in stored.values()]
    for start in range(0, len(closed), 500):
        work.connection.execute(
            update(_finding)
            .where(_finding.c.id.in_(closed[start : start + 500]))
            .values(closed_at=now)
        )
    if opened:
        work.connection.execute(insert(_finding), opened)
    counts = {"opened": len(opened), "closed": len(closed)}
    if opened or closed:
        work.audit("network_finding", "-", "look", None, counts)
    return counts


def _about(column: ColumnElement[Any], devices: Set[int] | None) -> ColumnElement[bool]:
    return true() if devices is None else column.in_(sorted(devices))


def _stored(
    work: UnitOfWork, devices: Set[int] | None
) -> tuple[dict[Key, dict[str, Any]], list[int]]:
    """Return the open findings by key, and those that stand twice by a merge."""
    of_device = _finding.c.device_id
    query = select(_finding).where(
        _finding.c.closed_at.is_(None), of_device.is_(None) | _about(of_device, devices)
    )
    first = (_finding.c.acknowledged_at.is_(None), _finding.c.id)
    stored: dict[Key, dict[str, Any]] = {}
    twice: list[int] = []
    for row in work.connection.execute(query.order_by(*first)).mappings():
        key = (row["kind"], row["site"], row["device_id"], row["place"])
        if stored.setdefault(key, dict(row))["id"] != row["id"]:
            twice.append(row["id"])
    return stored, twice


def _reword(work: UnitOfWork, old: Mapping[str, Any], found: Finding) -> None:
    if old["detail"] != found.detail:
        work.connection.execute(
            update(_finding)
            .where(_finding.c.id == old["id"])
            .values(detail=found.detail)
        )


def _opened(
    work: UnitOfWork, found: Finding, old: Mapping[str, Any] | None
) -> dict[str, Any]:
    known = old is not None and old["acknowledged_at"] is not None
    return {
        "kind": found.kind,
        "site": found.site,
        "device_id": found.device_id,
        "place": found.place,
        "fact": found.fact,
        "detail": found.detail,
        "since": found.since,
        "until": found.until,
        "found_at": work.clock(),
        "follows_id": old["id"] if old is not None and known else None,
    }


def _found(work: UnitOfWork, devices: Set[int] | None) -> Iterator[Finding]:
    """Yield everything that is found now, each key once."""
    now, told = work.clock(), set()
    worth = or_(
        _service.c.protocol.in_(tuple(BY_PROTOCOL)), _service.c.not_after < now + SOON
    )
    query = (
        select(_service, _device.c.site)
        .join(_device, _device.c.id == _service.c.device_id)
        .where(_service.c.removed_at.is_(None), _device.c.merged_at.is_(None), worth)
        .where(_about(_service.c.device_id, devices))
        .order_by(_service.c.id)
    )
    for row in work.connection.execute(query).mappings():
        for each in rules.of_service(dict(row), now):
            if each.key not in told:
                told.add(each.key)
                yield each
    yield from _unknown(work, devices)
    query = select(_server).order_by(_server.c.id)
    servers = work.connection.execute(query).mappings().all()
    yield from rules.of_dhcp([dict(row) for row in servers], now)


def _unknown(work: UnitOfWork, devices: Set[int] | None) -> Iterator[Finding]:
    c = _device.c
    unknown = (c.merged_at.is_(None), c.type.is_(None), _about(c.id, devices))
    query = select(c.id, c.site, c.address, c.mac, c.first_seen).where(*unknown)
    rows = work.connection.execute(query.order_by(c.id)).mappings().all()
    vlans: dict[int, set[int]] = {}
    seen = select(_sighting.c.endpoint_id, _sighting.c.vlan).where(
        _sighting.c.closed_at.is_(None),
        _sighting.c.vlan.is_not(None),
        _sighting.c.endpoint_id.in_(select(c.id).where(*unknown)),
    )
    for device, vlan in work.connection.execute(seen):
        vlans.setdefault(device, set()).add(vlan)
    for row in rows:
        yield rules.of_unknown(dict(row), vlans.get(row["id"], ()))


def acknowledge_finding(work: UnitOfWork, finding_id: int, note: str) -> None:
    """Say that a finding was looked at and why it may stay.

    Raises:
        NotFound: There is no such finding.
        NotAllowed: It is so no more.
        Invalid: No reason is given.
    """
    row, reason = _row(work, finding_id), note.strip()
    if not reason:
        raise Invalid(
            N_("A reason is needed."),
            where="note",
            remedy=N_("Say why this may stay so."),
        )
    if row["closed_at"] is not None:
        raise NotAllowed(
            N_("Finding {finding} is so no more."),
            where="finding",
            finding=finding_id,
        )
    if row["acknowledged_at"] is not None and row["note"] == reason:
        return
    values = {
        "acknowledged_at": work.clock(),
        "acknowledged_by": work.actor,
        "note": reason,
    }
    _change(work, finding_id, values)
    before = {"note": row["note"]} if row["note"] else None
    said = {"kind": row["kind"], "fact": row["fact"], "note": reason}
    work.audit("network_finding", finding_id, "acknowledge", before, said)


def reopen_finding(work: UnitOfWork, finding_id: int) -> None:
    """Take an acknowledgement back.

    Raises:
        NotFound: There is no such finding.
    """
    row = _row(work, finding_id)
    if row["acknowledged_at"] is None:
        return
    nothing = {"acknowledged_at": None, "acknowledged_by": None, "note": None}
    _change(work, finding_id, nothing)
    before = {"note": row["note"], "by": row["acknowledged_by"]}
    work.audit("network_finding", finding_id, "reopen", before, None)


def _change(work: UnitOfWork, finding_id: int, values: Mapping[str, Any]) -> None:
    change = update(_finding).where(_finding.c.id == finding_id)
    work.connection.execute(change.values(**values))


def _row(work: UnitOfWork, finding_id: int) -> dict[str, Any]:
    query = select(_finding).where(_finding.c.id == finding_id)
    row = work.connection.execute(query).mappings().one_or_none()
    if row is None:
        raise NotFound(
            N_("There is no finding {finding}."), where="finding", finding=finding_id
        )
    return dict(row)
