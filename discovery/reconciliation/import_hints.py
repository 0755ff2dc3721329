"""Which devices a table of assets almost means, before it is written.

May import `inventory.network.tables` and SQLAlchemy.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import Connection, select

from discovery.matching.identifiers import serial_key
from discovery.reconciliation.near_misses import NearMisses
from discovery.reconciliation.records import OwnedAsset, SeenDevice
from inventory.network.identity_tables import Reconciliation
from inventory.network.tables import Device
from inventory.storage.rows import table_of

_device = table_of(Device)
_match = table_of(Reconciliation)


def almost_seen(connection: Connection, serials: Mapping[int, str]) -> dict[int, str]:
    """Return row -> a sentence on the device whose serial number is almost its own.

    Only devices that no asset was found for are looked at, and rows whose serial
    number no device has.

    Args:
        connection: Where.
        serials: Row -> serial number that would be entered.
    """
    query = (
        select(_device.c.id, _device.c.name, _device.c.address, _device.c.serial)
        .join(_match, _match.c.device_id == _device.c.id)
        .where(
            _match.c.state == "unregistered",
            _match.c.closed_at.is_(None),
            _device.c.merged_at.is_(None),
            _device.c.serial.is_not(None),
        )
        .order_by(_device.c.id)
    )
    devices = list(connection.execute(query)) if serials else []
    seen = {serial_key(device.serial) for device in devices}
    keys = {row: serial_key(serial) for row, serial in serials.items()}
    rows = NearMisses(_asset(row, key) for row, key in keys.items() if key not in seen)
    found: dict[int, str] = {}
    for device in devices:
        near = rows.of(_seen(device.id, serial_key(device.serial)))
        if near is not None:
            name = device.name or device.address or f"device {device.id}"
            found[near.id] = (
                f"{name} was seen with the serial number {device.serial}, which is"
                " almost the same: one of the two may be mistyped"
            )
    return found


def _asset(row: int, serial: str) -> OwnedAsset:
    nothing = frozenset[str]()
    return OwnedAsset(
        id=row,
        tag="",
        kind="",
        serial=serial,
        maker="",
        macs=nothing,
        state="",
        expected=False,
        owned=True,
        since=None,
        site=None,
    )


def _seen(device: int, serial: str) -> SeenDevice:
    nothing = frozenset[str]()
    return SeenDevice(
        id=device,
        name="",
        site="",
        subtype=None,
        vendor="",
        serials=frozenset({serial}),
        parts=nothing,
        tags=nothing,
        macs=nothing,
        last_seen=datetime.min.replace(tzinfo=UTC),
    )
