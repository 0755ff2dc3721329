"""SNMPv2-MIB system group, SNMP-FRAMEWORK-MIB engine and vendor scalars. Pure."""

from __future__ import annotations

from collectors.office.cabling import Scene
from collectors.office.mibs.values import (
    SECONDS,
    UPTIME,
    Cell,
    Rows,
    Table,
    address,
    counter,
    gauge,
    integer,
    object_id,
    octets,
    parse_oid,
    scalars,
    text,
    ticks,
)

_MAKERS = {
    "integer": lambda v: integer(int(v)),
    "gauge": lambda v: gauge(int(v)),
    "counter": lambda v: counter(int(v)),
    "ticks": lambda v: ticks(int(v)),
    "text": lambda v: text(str(v)),
    "hex": lambda v: octets(bytes.fromhex(str(v))),
    "oid": lambda v: object_id(str(v)),
    "address": lambda v: address(str(v)),
}
"""Kinds a vendor object of the truth file may have."""


def engine_id(scene: Scene, key: str) -> bytes:
    """Return the snmpEngineID: the maker's enterprise and the device's MAC.

    RFC 3411, format 3.
    """
    enterprise = parse_oid(scene.model(key).object_id or "1.3.6.1.4.1.8072")[6]
    mac = bytes.fromhex(scene.device(key).mac.replace(":", ""))
    return (0x80000000 | enterprise).to_bytes(4, "big") + b"\x03" + mac


def fill(pattern: str, scene: Scene, key: str) -> str:
    """Fill a model's pattern with the device's own values."""
    return scene.office.fill(pattern, key)


def system(scene: Scene, key: str) -> Rows:
    """SNMPv2-MIB::system, and two rows of sysORTable."""
    device, model = scene.device(key), scene.model(key)
    rows: Rows = {}
    cells: dict[int, Cell | None] = {
        1: text(fill(model.descr, scene, key)),
        2: object_id(model.object_id or "0.0"),
        3: Cell(UPTIME, device.uptime),
        4: text(scene.office.contact),
        5: text(scene.name(key)),
        6: text(device.location),
        7: integer(model.services),
        8: ticks(4),
    }
    scalars(rows, "1.3.6.1.2.1.1", cells)
    table = Table(rows, "1.3.6.1.2.1.1.9.1")
    modules = (("1.3.6.1.6.3.1", "SNMPv2-MIB"), ("1.3.6.1.2.1.31", "IF-MIB"))
    for number, (module, name) in enumerate(modules, 1):
        row = {2: object_id(module), 3: text(name), 4: ticks(4)}
        table.row((number,), dict(row))
    return rows


def engine(scene: Scene, key: str) -> Rows:
    """SNMP-FRAMEWORK-MIB::snmpEngine (RFC 3411)."""
    rows: Rows = {}
    cells: dict[int, Cell | None] = {
        1: octets(engine_id(scene, key)),
        2: integer(7),
        3: Cell(SECONDS, scene.device(key).uptime),
        4: integer(scene.model(key).message_size),
    }
    scalars(rows, "1.3.6.1.6.3.10.2.1", cells)
    return rows


def objects(scene: Scene, key: str) -> Rows:
    """Vendor objects and fixed tables as the model lists them."""
    rows: Rows = {}
    for dotted, (kind, value) in scene.model(key).objects.items():
        filled = fill(value, scene, key) if isinstance(value, str) else value
        oid = parse_oid(fill(dotted, scene, key))
        rows[oid] = _MAKERS[kind](filled)
    return rows
