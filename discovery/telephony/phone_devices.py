"""Which device on the network a registered phone is.

The MAC says it surely. An address says it where one device alone is known by it, one
phone alone registers from it, and that device is none that others stand behind:
telephone systems often see the address of a session border controller or a router.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import Connection, select
from sqlmodel import SQLModel

import inventory.network.tables  # noqa: F401  (fills the metadata)
from collectors.pbx.facts import PbxReading, Registration
from inventory.storage.rows import chunks
from inventory.telecom.handsets import SeenPhone

_tables = SQLModel.metadata.tables
_device = _tables["device"]
_identifier = _tables["identifier"]
_address = _tables["device_address"]
_sighting = _tables["sighting"]

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
            select(_identifier.c.value, _identifier.c.device_id)
            .join(_device, _device.c.id == _identifier.c.device_id)
            .where(
                _identifier.c.kind == "mac",
                _identifier.c.value.in_(some),
                _identifier.c.ended_at.is_(None),
                _device.c.merged_at.is_(None),
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
    c = _device.c
    here = (c.site == site) & c.merged_at.is_(None)
    for some in chunks(ips):
        for query in (
            select(c.address, c.id, c.mac, c.type).where(here, c.address.in_(some)),
            select(_address.c.ip, c.id, c.mac, c.type)
            .join(_device, c.id == _address.c.device_id)
            .where(here, _address.c.ip.in_(some), _address.c.removed_at.is_(None)),
            select(_sighting.c.ip, c.id, c.mac, c.type)
            .join(_device, c.id == _sighting.c.endpoint_id)
            .where(here, _sighting.c.ip.in_(some), _sighting.c.closed_at.is_(None)),
        ):
            for ip, device, mac, kind in connection.execute(query):
                if kind not in BETWEEN:
                    found[ip].add((device, mac))
    return {ip: next(iter(who)) for ip, who in found.items() if len(who) == 1}
