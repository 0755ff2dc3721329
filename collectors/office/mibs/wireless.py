"""AI-AP-MIB: who is associated with an Aruba Instant access point. Pure."""

from __future__ import annotations

from collectors.office.cabling import Scene
from collectors.office.mibs.values import (
    Cell,
    Rows,
    Table,
    address,
    mac,
    mac_arcs,
    text,
)

_SSID = "rempah"


def aruba_clients(scene: Scene, key: str) -> Rows:
    """Return aiClientTable and the SSID of aiWlanTable."""
    rows: Rows = {}
    access_point = scene.device(key)
    table = Table(rows, "1.3.6.1.4.1.14823.2.3.3.1.2.4.1")
    for other, device in scene.office.devices.items():
        if device.wifi != key:
            continue
        station = scene.nic(other).mac or device.mac
        cells: dict[int, Cell | None] = {
            1: mac(station),
            2: mac(access_point.mac),
            3: address(device.address) if device.address else None,
            4: address(access_point.address) if access_point.address else None,
            5: text(scene.name(other)),
        }
        table.row(mac_arcs(station), cells)
    Table(rows, "1.3.6.1.4.1.14823.2.3.3.1.2.3.1").row((0,), {2: text(_SSID)})
    return rows
