"""Which device on the network a registered phone is.

The MAC says it surely. An address says it where one device alone is known by it, one
phone alone registers from it, and that device is none that others stand behind:
telephone systems often see the address of a session border controller or a router.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import Connection, select

from collectors.pbx.facts import PbxReading, Registration
from inventory.network.tables import Device, DeviceAddress, Identifier, Sighting
from inventory.storage.rows import chunks, col, id_of, table_of
from inventory.telecom.handsets import SeenPhone

_device = table_of(Device)

BETWEEN = frozenset({"router", "firewall", "switch", "pbx", "access-point", "gateway"})
"""Types of devices that others' registrations may come through."""


class PhoneDevices:
    """Recognises the phones of one reading."""

    def __init__(self, connection: Connection, reading: PbxReading) -> None:
        self._reading = reading
        self._site = reading.site
        phones = reading.registrations
        self._by_mac = _devices_by_mac(connection, {p.mac for p in phones if p.mac})
        ips = {p.ip for p in phones if p.ip}
        self._by_ip = _devices_by_ip(connection, self._site, ips)
        identities_at = defaultdict(set)
        for phone in phones:
            identities_at[phone.ip].add(_identity(phone))
        self._shared = {ip for ip, who in identities_at.items() if len(who) > 1}

    def seen(self, phone: Registration) -> SeenPhone:
        """Return the phone with the device it is, if that is known."""
        mac, device = phone.mac, self._by_mac.get(phone.mac or "")
        if device is None and mac is None and phone.ip not in self._shared:
            device, mac = self._by_ip.get(phone.ip or "", (None, None))
        own_name = phone.device_name if self._reading.provisions else None
        return SeenPhone(
            site=self._site,
            mac=mac,
            device_id=device,
            device_name=own_name,
            instance=phone.instance,
            ip=phone.ip,
            user_agent=phone.user_agent,
            vendor=phone.manufacturer,
            model=phone.model,
            serial=phone.serial,
            firmware=phone.firmware,
        )


def _identity(phone: Registration) -> str:
    """Return what phones at one address differ by; lines of one phone do not."""
    return phone.mac or phone.instance or phone.user_agent or phone.extension


def _devices_by_mac(connection: Connection, macs: Iterable[str]) -> dict[str, int]:
    found: dict[str, set[int]] = defaultdict(set)
    for some in chunks(macs):
        query = (
            select(col(Identifier.value), col(Identifier.device_id))
            .join(_device, id_of(Device) == col(Identifier.device_id))
            .where(
                col(Identifier.kind) == "mac",
                col(Identifier.value).in_(some),
                col(Identifier.ended_at).is_(None),
                col(Device.merged_at).is_(None),
            )
        )
        for mac, device in connection.execute(query):
            found[mac].add(device)
    return {mac: min(ids) for mac, ids in found.items() if len(ids) == 1}


def _devices_by_ip(
    connection: Connection, site: str, ips: Iterable[str]
) -> dict[str, tuple[int, str | None]]:
    """Return address -> the one device at it and that device's MAC."""
    found: dict[str, set[tuple[int, str | None]]] = defaultdict(set)
    here = (col(Device.site) == site) & col(Device.merged_at).is_(None)
    shown = (id_of(Device), col(Device.mac), col(Device.type))
    address, sighted = col(DeviceAddress.ip), col(Sighting.ip)
    for some in chunks(ips):
        for query in (
            select(col(Device.address), *shown).where(
                here, col(Device.address).in_(some)
            ),
            select(address, *shown)
            .join(_device, id_of(Device) == col(DeviceAddress.device_id))
            .where(here, address.in_(some), col(DeviceAddress.removed_at).is_(None)),
            select(sighted, *shown)
            .join(_device, id_of(Device) == col(Sighting.endpoint_id))
            .where(here, sighted.in_(some), col(Sighting.closed_at).is_(None)),
        ):
            for ip, device, mac, kind in connection.execute(query):
                if ip is not None and kind not in BETWEEN:
                    found[ip].add((device, mac))
    return {ip: next(iter(who)) for ip, who in found.items() if len(who) == 1}
