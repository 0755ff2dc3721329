"""Which VLANs a network has, and which devices are in one, for the map."""

from __future__ import annotations

from sqlalchemy import Connection, select

from inventory.network.tables import Device, Interface
from inventory.network.topology_tables import Sighting
from inventory.storage.rows import col, id_of, table_of

_device, _port = table_of(Device), table_of(Interface)
_here = _port.join(_device, id_of(Device) == col(Interface.device_id))


def vlans_of(connection: Connection, site: str | None) -> list[int]:
    """Return the VLANs that ports and sightings of a site name; None: of all sites."""
    found: set[int] = set()
    for number in (col(Interface.pvid), col(Interface.voice_vlan)):
        ports = select(number).select_from(_here).distinct()
        ports = ports.where(col(Interface.removed_at).is_(None), number.is_not(None))
        if site is not None:
            ports = ports.where(col(Device.site) == site)
        found.update(connection.scalars(ports))
    number = col(Sighting.vlan)
    seen = select(number).distinct()
    seen = seen.where(col(Sighting.closed_at).is_(None), number.is_not(None))
    if site is not None:
        seen = seen.where(col(Sighting.site) == site)
    found.update(connection.scalars(seen))
    return sorted(found)


def devices_in_vlan(connection: Connection, site: str | None, vlan: int) -> set[int]:
    """Return the devices with a port in a VLAN, and those that were seen in it."""
    ports = select(col(Interface.device_id)).select_from(_here)
    ports = ports.where(
        (col(Interface.pvid) == vlan) | (col(Interface.voice_vlan) == vlan),
        col(Interface.removed_at).is_(None),
    )
    seen = select(col(Sighting.device_id), col(Sighting.endpoint_id)).where(
        col(Sighting.closed_at).is_(None), col(Sighting.vlan) == vlan
    )
    if site is not None:
        ports = ports.where(col(Device.site) == site)
        seen = seen.where(col(Sighting.site) == site)
    found = set(connection.scalars(ports.distinct()))
    for ends in connection.execute(seen):
        found.update(one for one in ends if one is not None)
    return found
