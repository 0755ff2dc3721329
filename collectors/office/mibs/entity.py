"""ENTITY-MIB entPhysicalTable (RFC 6933): stack, chassis, supplies, fans, ports. Pure.

As on real stacks, the row of class stack carries the master's serial and model, so a
reader that takes the first serial counts that member twice.
"""

from __future__ import annotations

from collectors.office.cabling import Scene
from collectors.office.mibs.system import fill
from collectors.office.mibs.values import (
    Cell,
    Oid,
    Rows,
    Table,
    integer,
    object_id,
    parse_oid,
    scalars,
    text,
    ticks,
)
from collectors.office.model import Member
from collectors.office.products import Chassis, Model

_CHASSIS, _SUPPLY, _FAN, _PORT, _STACK = 3, 6, 7, 10, 11
_ENTITY = "1.3.6.1.2.1.47.1"
_IF_INDEX = parse_oid("1.3.6.1.2.1.2.2.1.1")


class _Parts:
    """Adds rows to entPhysicalTable."""

    def __init__(self, rows: Rows, model: Model, software: str) -> None:
        self._table = Table(rows, f"{_ENTITY}.1.1.1")
        self._model = model
        self._software = software

    def add(
        self,
        index: int,
        parent: int,
        kind: int,
        name: str,
        *,
        position: int = -1,
        descr: str = "",
        vendor_type: str = "0.0",
        serial: str = "",
        product: str = "",
    ) -> None:
        whole = kind in (_CHASSIS, _STACK)
        cells: dict[int, Cell | None] = {
            2: text(descr or name),
            3: object_id(vendor_type),
            4: integer(parent),
            5: integer(kind),
            6: integer(position),
            7: text(name),
            8: text("V02" if whole else ""),
            9: text(""),
            10: text(self._software if whole else ""),
            11: text(serial),
            12: text(self._model.vendor if serial else ""),
            13: text(product),
            14: text(""),
            15: text(""),
            16: integer(1 if serial else 2),
        }
        self._table.row((index,), cells)


def physical(scene: Scene, key: str) -> Rows:
    """entPhysicalTable, entAliasMappingTable and entLastChangeTime."""
    device, model = scene.device(key), scene.model(key)
    if model.chassis is None:
        return {}
    rows: Rows = {}
    product = model.chassis.product or model.model
    parts = _Parts(rows, model, fill(model.chassis.software, scene, key))
    members = device.members or (Member(serial=device.serial or "", mac=device.mac),)
    stack = len(members) > 1
    if stack:
        parts.add(
            1,
            0,
            _STACK,
            f"{model.family} Stack",
            serial=members[0].serial,
            product=product,
        )
    for number, member in enumerate(members, 1):
        base = 1000 * number if stack else 1
        parts.add(
            base,
            1 if stack else 0,
            _CHASSIS,
            f"Switch {number}" if stack else product,
            position=number if stack else -1,
            descr=fill(model.chassis.descr, scene, key),
            vendor_type=model.chassis.vendor_type,
            serial=member.serial,
            product=product,
        )
        _inner(parts, model.chassis, base, member)
    if model.chassis.ports:
        _ports(rows, parts, scene, key, stack=stack)
    scalars(rows, f"{_ENTITY}.4", {1: ticks(4100)})
    return rows


def _inner(parts: _Parts, chassis: Chassis, base: int, member: Member) -> None:
    for number, product in enumerate(chassis.supplies, 1):
        parts.add(
            base + 10 + number,
            base,
            _SUPPLY,
            f"Power Supply {number}",
            position=number,
            serial=supply_serial(member.serial, number),
            product=product,
        )
    for number in range(1, chassis.fans + 1):
        parts.add(base + 20 + number, base, _FAN, f"Fan {number}", position=number)


def supply_serial(chassis: str, number: int) -> str:
    """Return the serial of a power supply, made from its chassis's."""
    return f"LIT{chassis[3:]}{chr(64 + number)}"


def _ports(rows: Rows, parts: _Parts, scene: Scene, key: str, *, stack: bool) -> None:
    mapping = Table(rows, f"{_ENTITY}.3.2.1")
    for iface in scene.interfaces(key):
        if not iface.physical:
            continue
        base = 1000 * iface.member if stack else 1
        index = 10000 + iface.index
        parts.add(index, base, _PORT, iface.name, position=iface.port)
        pointer: Oid = (*_IF_INDEX, iface.index)
        mapping.row((index, 0), {2: Cell(0x06, pointer)})
