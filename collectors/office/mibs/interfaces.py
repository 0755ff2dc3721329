"""IF-MIB, EtherLike duplex, ifStack and LAG: the interfaces of an agent. Pure."""

from __future__ import annotations

from collectors.office.cabling import Scene
from collectors.office.layout import AGGREGATE, Iface
from collectors.office.mibs.values import (
    COUNTER64,
    Cell,
    Rows,
    Table,
    counter,
    gauge,
    integer,
    mac,
    port_list,
    scalars,
    text,
    ticks,
)

_LOOPBACK = 24


def _octets(iface: Iface) -> int:
    """Return a count of octets: plausible, and the same on each run."""
    return (iface.index * 2654435761 % 97 + 3) * 81_234_567 if iface.up else 0


def if_table(scene: Scene, key: str) -> Rows:
    """IF-MIB::ifTable (RFC 2863)."""
    rows: Rows = {}
    found = scene.interfaces(key)
    scalars(rows, "1.3.6.1.2.1.2", {1: integer(len(found))})
    table = Table(rows, "1.3.6.1.2.1.2.2.1")
    for iface in found:
        status = 1 if iface.up else 2
        moved = _octets(iface)
        cells: dict[int, Cell | None] = {
            1: integer(iface.index),
            2: text(iface.name),
            3: integer(iface.type),
            4: integer(65536 if iface.type == _LOOPBACK else 1500),
            5: gauge(iface.speed * 1_000_000 if iface.up else 0),
            6: mac(iface.mac),
            7: integer(1),
            8: integer(status),
            9: ticks(4300 + iface.index),
            10: counter(moved),
            13: counter(0),
            14: counter(0),
            16: counter(moved // 3),
            19: counter(0),
            20: counter(0),
        }
        table.row((iface.index,), cells)
    return rows


def ifx_table(scene: Scene, key: str) -> Rows:
    """IF-MIB::ifXTable and ifTableLastChange."""
    rows: Rows = {}
    scalars(rows, "1.3.6.1.2.1.31.1", {5: ticks(4200)})
    table = Table(rows, "1.3.6.1.2.1.31.1.1.1")
    for iface in scene.interfaces(key):
        moved = _octets(iface)
        cells: dict[int, Cell | None] = {
            1: text(iface.short),
            6: Cell(COUNTER64, moved),
            10: Cell(COUNTER64, moved // 3),
            15: gauge(iface.speed if iface.up else 0),
            17: integer(1 if iface.physical else 2),
            18: text(iface.use.label),
        }
        table.row((iface.index,), cells)
    return rows


def if_stack(scene: Scene, key: str) -> Rows:
    """IF-MIB::ifStackTable: aggregates over members, units over ports.

    Interfaces without a layer above or below have a row with 0 (RFC 2863).
    """
    rows: Rows = {}
    table = Table(rows, "1.3.6.1.2.1.31.1.2.1")
    found = scene.interfaces(key)
    covered = {low for iface in found for low in iface.lower}
    for iface in found:
        for low in iface.lower:
            table.row((iface.index, low), {3: integer(1)})
        if not iface.lower:
            table.row((iface.index, 0), {3: integer(1)})
        if iface.index not in covered:
            table.row((0, iface.index), {3: integer(1)})
    return rows


def duplex(scene: Scene, key: str) -> Rows:
    """EtherLike-MIB::dot3StatsDuplexStatus: 3 full, 1 unknown."""
    rows: Rows = {}
    table = Table(rows, "1.3.6.1.2.1.10.7.2.1")
    for iface in scene.interfaces(key):
        if iface.physical:
            state = integer(3 if iface.up else 1)
            table.row((iface.index,), {1: integer(iface.index), 19: state})
    return rows


def lag(scene: Scene, key: str) -> Rows:
    """IEEE8023-LAG-MIB: which port is attached to which aggregate."""
    rows: Rows = {}
    groups = Table(rows, "1.2.840.10006.300.43.1.1.2.1")
    ports = Table(rows, "1.2.840.10006.300.43.1.2.1.1")
    for iface in scene.interfaces(key):
        if iface.type != AGGREGATE:
            continue
        members = port_list(iface.lower, max(iface.lower) // 8 + 1)
        groups.row((iface.index,), {1: members})
        for low in iface.lower:
            chosen = integer(iface.index)
            cells = {4: mac(iface.mac), 12: chosen, 13: chosen}
            ports.row((low,), dict(cells))
    return rows
