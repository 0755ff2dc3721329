"""CISCO-CDP-MIB: neighbours that speak Cisco Discovery Protocol. Pure."""

from __future__ import annotations

from collectors.office.cabling import Scene
from collectors.office.mibs.system import fill
from collectors.office.mibs.values import (
    Cell,
    Rows,
    Table,
    gauge,
    integer,
    octets,
    scalars,
    text,
    ticks,
)
from collectors.office.products import Model

_CDP = "1.3.6.1.4.1.9.9.23.1"
_SWITCH = 0x28
_PHONE = 0x490


def device_id(scene: Scene, key: str) -> str:
    """Return what CDP calls a device: phones by `SEP` and MAC, others by name."""
    device = scene.device(key)
    if scene.model(key).type == "phone":
        return "SEP" + device.mac.replace(":", "").upper()
    return scene.name(key)


def cache(scene: Scene, key: str) -> Rows:
    """Return cdpCacheTable and the global scalars."""
    rows: Rows = {}
    cells: dict[int, Cell | None] = {
        1: integer(1),
        2: integer(60),
        3: integer(180),
        4: text(scene.name(key)),
        5: ticks(52000),
    }
    scalars(rows, f"{_CDP}.3", cells)
    table = Table(rows, f"{_CDP}.2.1.1")
    for number, cable in enumerate(scene.cables(key), 1):
        model = scene.model(cable.remote)
        if model.cdp is None:
            continue
        address = scene.device(cable.remote).address
        packed = octets(address.packed if address else b"")
        row: dict[int, Cell | None] = {
            3: integer(1),
            4: packed,
            5: text(fill(model.descr, scene, cable.remote)),
            6: text(device_id(scene, cable.remote)),
            7: text(_port(model, cable.remote_iface.name)),
            8: text(model.cdp),
            9: octets(_capabilities(model).to_bytes(4, "big")),
            11: integer(cable.local.use.untagged or 0),
            12: integer(3),
            17: text(scene.name(cable.remote)),
            20: packed,
        }
        if model.type == "phone":
            row[14] = integer(scene.office.voice_vlan)
            row[15] = gauge(6500)
        table.row((cable.local.index, number), row)
    return rows


def _capabilities(model: Model) -> int:
    return _PHONE if model.type == "phone" else _SWITCH


def _port(model: Model, name: str) -> str:
    return "Port 1" if model.type == "phone" else name
