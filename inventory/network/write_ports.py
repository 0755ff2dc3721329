"""Writes what ports say that changes without anybody's doing: no row of the audit.

May import `inventory.network.tables` and `inventory.storage`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from inventory.network.device_state import Key, Row
from inventory.network.tables import Interface
from inventory.storage.rows import id_of, table_of

_interface = table_of(Interface)
_OF_DEVICE = select(
    _interface.c.id,
    _interface.c.name,
    _interface.c.oper_up,
    _interface.c.changed_at,
    _interface.c.poe_milliwatts,
).where(_interface.c.device_id == bindparam("device"))
_WRITE = (
    update(_interface)
    .where(id_of(Interface) == bindparam("row"))
    .values(
        changed_at=bindparam("changed"),
        poe_milliwatts=bindparam("milliwatts"),
    )
)
SAME_MOMENT = timedelta(minutes=2)
"""Two readings of one moment differ by the time that the answers took."""


@dataclass(frozen=True, slots=True)
class PortReading:
    """What one port said at one time.

    Attributes:
        changed_at: When it went up or down last; None if it does not say.
        restarted: That was when the device started: the port may have been as it is
            for longer.
        milliwatts: Power that its neighbour takes; None if it does not say.
    """

    changed_at: datetime | None = None
    restarted: bool = False
    milliwatts: int | None = None


def with_readings(
    rows: Mapping[Key, Row], readings: Mapping[str, PortReading]
) -> dict[Key, Row]:
    """Return the rows of the ports of a new device, with its first readings."""
    nothing = PortReading()
    return {
        key: {
            **row,
            "changed_at": reading.changed_at,
            "poe_milliwatts": reading.milliwatts,
        }
        for key, row in rows.items()
        for reading in (readings.get(key[0], nothing),)
    }


def write_readings(
    connection: Connection, device_id: int, readings: Mapping[str, PortReading]
) -> None:
    """Write readings of the ports of a device, by name, where they differ."""
    if not readings:
        return
    changed = []
    for row in connection.execute(_OF_DEVICE, {"device": device_id}):
        reading = readings.get(row.name)
        if reading is None:
            continue
        since = _since(row, reading)
        power = reading.milliwatts
        power = row.poe_milliwatts if power is None else power
        if since != row.changed_at or power != row.poe_milliwatts:
            changed.append({"row": row.id, "changed": since, "milliwatts": power})
    if changed:
        connection.execute(_WRITE, changed)


def _since(row: Any, reading: PortReading) -> datetime | None:  # noqa: ANN401
    """Return since when a port is up or down, of what was known and what is said."""
    known, told = row.changed_at, reading.changed_at
    if told is None or known is None:
        return known if told is None else told
    if abs(told - known) <= SAME_MOMENT:
        return known  # type: ignore[no-any-return]
    was_down = reading.restarted and not row.oper_up
    return known if was_down and known < told else told
