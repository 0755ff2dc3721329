"""Findings about services and unknown devices, read from what is stored."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, or_, select

from inventory.network.service_findings import SOON, UNKNOWN, findings
from inventory.network.service_tables import DeviceService
from inventory.network.tables import Device
from inventory.storage.rows import table_of

_service, _device = table_of(DeviceService), table_of(Device)


def list_findings(connection: Connection, now: datetime) -> Iterator[dict[str, Any]]:
    """Yield a row for each finding about devices that are there.

    Args:
        connection: Where.
        now: Certificates are judged by it.
    """
    worth = or_(
        _service.c.protocol.in_(("smb1", "telnet")), _service.c.not_after < now + SOON
    )
    query = (
        select(_service, _device.c.name, _device.c.site)
        .join(_device, _device.c.id == _service.c.device_id)
        .where(_service.c.removed_at.is_(None), _device.c.merged_at.is_(None), worth)
    )
    for row in connection.execute(query).mappings():
        for kind in findings(dict(row), now):
            yield dict(
                kind=kind,
                device_id=row["device_id"],
                device_name=row["name"],
                site=row["site"],
                place=f"{row['transport']} {row['port']}",
                detail=row["subject"] or row["product"] or "",
                since=row["first_seen"],
                until=row["not_after"],
            )
    yield from _unknown(connection)


def _unknown(connection: Connection) -> Iterator[dict[str, Any]]:
    c = _device.c
    query = select(c.id, c.name, c.site, c.address, c.mac, c.first_seen).where(
        c.merged_at.is_(None), c.type.is_(None)
    )
    for row in connection.execute(query).mappings():
        yield dict(
            kind=UNKNOWN,
            device_id=row["id"],
            device_name=row["name"],
            site=row["site"],
            place=row["address"] or "",
            detail=row["mac"] or "",
            since=row["first_seen"],
            until=None,
        )
