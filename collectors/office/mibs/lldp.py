"""LLDP-MIB (IEEE 802.1AB-2005) and LLDP-EXT-MED-MIB (ANSI/TIA-1057) tables. Pure."""

from __future__ import annotations

from collectors.office.cabling import Cable, Scene
from collectors.office.layout import Iface
from collectors.office.mibs.announce import (
    CAPABILITY_BITS,
    Announcement,
    announcement,
    chassis_id,
    port_id,
)
from collectors.office.mibs.values import (
    Cell,
    Rows,
    Table,
    bits,
    counted,
    integer,
    ip_arcs,
    octets,
    scalars,
    text,
    ticks,
)
from collectors.office.products import Lldp

_LLDP = "1.0.8802.1.1.2.1"
_MED = f"{_LLDP}.5.4795"
_MED_INVENTORY = (0, 1, 4, 5)
"""BITS of a phone: capabilities, network policy, extended PD, inventory."""
_VOICE = 1


def _number(iface: Iface, lldp: Lldp) -> int:
    """Return lldpLocPortNum, which is ifIndex mostly.

    Agents whose port ids are names number their ports by bridge port, so that only
    the local port table tells which is which.
    """
    if lldp.port == "name" and iface.bridge:
        return iface.bridge
    return iface.index


def local(scene: Scene, key: str) -> Rows:
    """Return lldpLocalSystemData with lldpLocPortTable and lldpLocManAddrTable."""
    lldp = scene.model(key).lldp
    if lldp is None:
        return {}
    rows: Rows = {}
    device = scene.device(key)
    subtype, value = chassis_id(scene, key, lldp)
    capabilities = _capabilities(lldp.capabilities)
    scalars(rows, f"{_LLDP}.2", {1: ticks(51200), 2: integer(1), 3: integer(0)})
    cells: dict[int, Cell | None] = {
        1: integer(subtype),
        2: octets(value),
        3: text(scene.name(key)),
        4: rows_descr(scene, key),
        5: capabilities,
        6: capabilities,
    }
    scalars(rows, f"{_LLDP}.3", cells)
    ports = Table(rows, f"{_LLDP}.3.7.1")
    for iface in scene.interfaces(key):
        if iface.physical:
            subtype, value = port_id(iface, lldp)
            descr = lldp.descr.format(name=iface.name, short=iface.short)
            row = {2: integer(subtype), 3: octets(value), 4: text(descr)}
            ports.row((_number(iface, lldp),), dict(row))
    if device.address:
        table = Table(rows, f"{_LLDP}.3.8.1")
        cells = {3: integer(5), 4: integer(2), 5: integer(1)}
        table.row((1, 4, *ip_arcs(device.address)), cells)
    return rows


def rows_descr(scene: Scene, key: str) -> Cell:
    """Return lldpLocSysDesc."""
    first = scene.interfaces(key)[0]
    own = announcement(scene, key, first)
    return text(own.sys_descr if own else "")


def _capabilities(names: tuple[str, ...]) -> Cell:
    return bits((CAPABILITY_BITS[n] for n in names), 2)


def heard(scene: Scene, key: str) -> list[tuple[int, Cable, Announcement]]:
    """Return remote index, cable and announcement of every LLDP neighbour."""
    found: list[tuple[int, Cable, Announcement]] = []
    for cable in scene.cables(key):
        announced = announcement(scene, cable.remote, cable.remote_iface)
        if announced is not None:
            found.append((len(found) + 1, cable, announced))
    return found


def remote(scene: Scene, key: str) -> Rows:
    """Return lldpRemTable and lldpRemManAddrTable.

    The TimeMark in the index is the time the neighbour came.
    """
    lldp = scene.model(key).lldp
    if lldp is None:
        return {}
    rows: Rows = {}
    table = Table(rows, f"{_LLDP}.4.1.1")
    addresses = Table(rows, f"{_LLDP}.4.2.1")
    for number, cable, announced in heard(scene, key):
        index = (5000 + number, _number(cable.local, lldp), number)
        cells: dict[int, Cell | None] = {
            4: integer(announced.chassis_subtype),
            5: octets(announced.chassis),
            6: integer(announced.port_subtype),
            7: octets(announced.port),
            8: text(announced.port_descr),
            9: text(announced.sys_name),
            10: text(announced.sys_descr),
            11: _capabilities(announced.capabilities),
            12: _capabilities(announced.capabilities),
        }
        table.row(index, cells)
        if announced.management:
            where = (*index, 1, *counted(bytes(ip_arcs(announced.management))))
            cells = {3: integer(2), 4: integer(1), 5: Cell(0x06, (0, 0))}
            addresses.row(where, cells)
    return rows


def med_remote(scene: Scene, key: str) -> Rows:
    """LLDP-EXT-MED-MIB remote tables: class, voice policy, inventory, power."""
    lldp = scene.model(key).lldp
    rows: Rows = {}
    if lldp is None:
        return rows
    for number, cable, _ in heard(scene, key):
        theirs = scene.model(cable.remote).lldp
        if theirs is not None and theirs.med is not None:
            index = (5000 + number, _number(cable.local, lldp), number)
            _med_rows(rows, scene, cable.remote, theirs, index)
    return rows


def _med_rows(
    rows: Rows, scene: Scene, key: str, lldp: Lldp, index: tuple[int, ...]
) -> None:
    device, model = scene.device(key), scene.model(key)
    capabilities = bits(_MED_INVENTORY)
    classes: dict[int, Cell | None] = {
        1: capabilities,
        2: capabilities,
        3: integer(lldp.med or 0),
    }
    Table(rows, f"{_MED}.1.3.1.1").row(index, classes)
    if model.type == "phone":
        policy: dict[int, Cell | None] = {
            2: integer(scene.office.voice_vlan),
            3: integer(5),
            4: integer(46),
            5: integer(2),
            6: integer(1),
        }
        Table(rows, f"{_MED}.1.3.2.1").row((*index, _VOICE), policy)
        Table(rows, f"{_MED}.1.3.7.1").row(index, {1: Cell(0x42, 65), 2: integer(2)})
    inventory: dict[int, Cell | None] = {
        1: text("V1"),
        2: text(model.version),
        3: text(model.version),
        4: text(device.serial or ""),
        5: text(lldp.manufacturer),
        6: text(model.model),
        7: text(device.asset or ""),
    }
    Table(rows, f"{_MED}.1.3.3.1").row(index, inventory)
