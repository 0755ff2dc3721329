"""The phones of extensions, with the device, the switch port and the asset each is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, Select, func, or_, select

from inventory.network import tables as network
from inventory.storage.rows import AnySelect, Row, chunks, col, filled, id_of, table_of
from inventory.telecom import tables

_PHONE = table_of(tables.Telephone)
_DEVICE = table_of(network.Device)
_SWITCH = table_of(network.Device).alias("switch")
_PORT = table_of(network.Interface).alias("switch_port")


def phones_of(
    connection: Connection, extension_ids: Sequence[int], day: date | None
) -> dict[int, list[dict[str, Any]]]:
    """Return extension -> its phones at the end of a day; of all days without one.

    The place is where the phone is now, whatever the day.
    """
    found: dict[int, list[Row]] = {}
    for some in chunks(extension_ids):
        query = _phones().where(col(tables.ExtensionPhone.extension_id).in_(some))
        if day is not None:
            query = query.where(
                col(tables.ExtensionPhone.valid_from) <= day,
                or_(
                    col(tables.ExtensionPhone.valid_to).is_(None),
                    col(tables.ExtensionPhone.valid_to) > day,
                ),
            )
        for row in connection.execute(query).mappings():
            shown = dict(row)
            found.setdefault(shown.pop("extension_id"), []).append(shown)
    _place(connection, [row for rows in found.values() for row in rows])
    return found


def extensions_of_device(device_id: int, day: date) -> Select[int]:
    """Return the query for the extensions that a device had at the end of a day."""
    return (
        select(col(tables.ExtensionPhone.extension_id))
        .join(_PHONE, id_of(tables.Telephone) == col(tables.ExtensionPhone.phone_id))
        .where(
            col(tables.Telephone.device_id) == device_id,
            col(tables.ExtensionPhone.valid_from) <= day,
            or_(
                col(tables.ExtensionPhone.valid_to).is_(None),
                col(tables.ExtensionPhone.valid_to) > day,
            ),
        )
    )


def _phones() -> AnySelect:
    """Select phones with their device; its values are better known than a system's."""
    both = {
        name: func.coalesce(_DEVICE.c[name], _PHONE.c[name]).label(name)
        for name in ("mac", "vendor", "model", "serial")
    }
    return (
        select(
            col(tables.ExtensionPhone.extension_id),
            id_of(tables.Telephone).label("phone_id"),
            col(tables.Telephone.device_id),
            col(network.Device.name).label("device_name"),
            *both.values(),
            func.coalesce(col(network.Device.address), col(tables.Telephone.ip)).label(
                "address"
            ),
            col(tables.Telephone.device_name).label("system_name"),
            col(tables.Telephone.user_agent),
            func.coalesce(
                col(network.Device.version), col(tables.Telephone.firmware)
            ).label("version"),
            col(tables.ExtensionPhone.registered),
            col(tables.ExtensionPhone.last_seen),
            col(tables.ExtensionPhone.valid_from),
            col(tables.ExtensionPhone.valid_to),
        )
        .join(_PHONE, id_of(tables.Telephone) == col(tables.ExtensionPhone.phone_id))
        .outerjoin(_DEVICE, id_of(network.Device) == col(tables.Telephone.device_id))
        .order_by(col(tables.ExtensionPhone.valid_from), id_of(tables.ExtensionPhone))
    )


def _place(connection: Connection, phones: Sequence[Row]) -> None:
    """Add switch, port and asset to phones, in place."""
    devices = {row["device_id"] for row in phones if row["device_id"] is not None}
    places: dict[int, Row] = {}
    assets: dict[int, int] = {}
    for some in chunks(devices):
        query = (
            select(
                col(network.Sighting.endpoint_id),
                _SWITCH.c.id.label("switch_id"),
                _SWITCH.c.name.label("switch"),
                _PORT.c.name.label("port"),
            )
            .join(_SWITCH, _SWITCH.c.id == col(network.Sighting.device_id))
            .outerjoin(_PORT, _PORT.c.id == col(network.Sighting.interface_id))
            .where(
                col(network.Sighting.endpoint_id).in_(some),
                col(network.Sighting.closed_at).is_(None),
            )
            .order_by(col(network.Sighting.last_seen), id_of(network.Sighting))
        )
        for place in connection.execute(query).mappings():
            places[place["endpoint_id"]] = dict(place)
        matched = select(
            filled(network.Reconciliation.device_id),
            filled(network.Reconciliation.asset_id),
        ).where(
            col(network.Reconciliation.device_id).in_(some),
            col(network.Reconciliation.asset_id).is_not(None),
            col(network.Reconciliation.closed_at).is_(None),
        )
        for device, asset in connection.execute(matched):
            assets[device] = asset
    for row in phones:
        here = places.get(row["device_id"], {})
        row |= {name: here.get(name) for name in ("switch_id", "switch", "port")}
        row["asset_id"] = assets.get(row["device_id"])
