"""The phones of extensions, with the device, the switch port and the asset each is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, Select, func, or_, select

from inventory.network import tables as network
from inventory.storage.rows import Row, chunks, table_of
from inventory.telecom import tables

_PAIR = table_of(tables.ExtensionPhone)
_PHONE = table_of(tables.Telephone)
_DEVICE = table_of(network.Device)
_SIGHTING = table_of(network.Sighting)
_SWITCH = table_of(network.Device).alias("switch")
_PORT = table_of(network.Interface).alias("switch_port")
_REGISTER = table_of(network.Reconciliation)


def phones_of(
    connection: Connection, extension_ids: Sequence[int], day: date | None
) -> dict[int, list[dict[str, Any]]]:
    """Return extension -> its phones at the end of a day; of all days without one.

    The place is where the phone is now, whatever the day.
    """
    found: dict[int, list[Row]] = {}
    for some in chunks(extension_ids):
        query = _phones().where(_PAIR.c.extension_id.in_(some))
        if day is not None:
            query = query.where(
                _PAIR.c.valid_from <= day,
                or_(_PAIR.c.valid_to.is_(None), _PAIR.c.valid_to > day),
            )
        for row in connection.execute(query).mappings():
            shown = dict(row)
            found.setdefault(shown.pop("extension_id"), []).append(shown)
    _place(connection, [row for rows in found.values() for row in rows])
    return found


def extensions_of_device(device_id: int, day: date) -> Select[tuple[int]]:
    """Return the query for the extensions that a device had at the end of a day."""
    return (
        select(_PAIR.c.extension_id)
        .join(_PHONE, _PHONE.c.id == _PAIR.c.phone_id)
        .where(
            _PHONE.c.device_id == device_id,
            _PAIR.c.valid_from <= day,
            or_(_PAIR.c.valid_to.is_(None), _PAIR.c.valid_to > day),
        )
    )


def _phones() -> Select[Any]:
    """Select phones with their device; its values are better known than a system's."""
    both = {
        name: func.coalesce(_DEVICE.c[name], _PHONE.c[name]).label(name)
        for name in ("mac", "vendor", "model", "serial")
    }
    return (
        select(
            _PAIR.c.extension_id,
            _PHONE.c.id.label("phone_id"),
            _PHONE.c.device_id,
            _DEVICE.c.name.label("device_name"),
            *both.values(),
            func.coalesce(_DEVICE.c.address, _PHONE.c.ip).label("address"),
            _PHONE.c.device_name.label("system_name"),
            _PHONE.c.user_agent,
            func.coalesce(_DEVICE.c.version, _PHONE.c.firmware).label("version"),
            _PAIR.c.registered,
            _PAIR.c.last_seen,
            _PAIR.c.valid_from,
            _PAIR.c.valid_to,
        )
        .join(_PHONE, _PHONE.c.id == _PAIR.c.phone_id)
        .outerjoin(_DEVICE, _DEVICE.c.id == _PHONE.c.device_id)
        .order_by(_PAIR.c.valid_from, _PAIR.c.id)
    )


def _place(connection: Connection, phones: Sequence[Row]) -> None:
    """Add switch, port and asset to phones, in place."""
    devices = {row["device_id"] for row in phones if row["device_id"] is not None}
    places: dict[int, Row] = {}
    assets: dict[int, int] = {}
    for some in chunks(devices):
        query = (
            select(
                _SIGHTING.c.endpoint_id,
                _SWITCH.c.id.label("switch_id"),
                _SWITCH.c.name.label("switch"),
                _PORT.c.name.label("port"),
            )
            .join(_SWITCH, _SWITCH.c.id == _SIGHTING.c.device_id)
            .outerjoin(_PORT, _PORT.c.id == _SIGHTING.c.interface_id)
            .where(_SIGHTING.c.endpoint_id.in_(some), _SIGHTING.c.closed_at.is_(None))
            .order_by(_SIGHTING.c.last_seen, _SIGHTING.c.id)
        )
        for place in connection.execute(query).mappings():
            places[place["endpoint_id"]] = dict(place)
        matched = select(_REGISTER.c.device_id, _REGISTER.c.asset_id).where(
            _REGISTER.c.device_id.in_(some),
            _REGISTER.c.asset_id.is_not(None),
            _REGISTER.c.closed_at.is_(None),
        )
        for device, asset in connection.execute(matched):
            assets[device] = asset
    for row in phones:
        here = places.get(row["device_id"], {})
        row |= {name: here.get(name) for name in ("switch_id", "switch", "port")}
        row["asset_id"] = assets.get(row["device_id"])
