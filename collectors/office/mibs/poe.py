"""POWER-ETHERNET-MIB (RFC 3621): which ports feed a device. Pure."""

from __future__ import annotations

from collectors.office.cabling import Scene
from collectors.office.mibs.values import Cell, Rows, Table, gauge, integer

_SEARCHING, _DELIVERING = 2, 3
_CLASS = {"phone": 3, "access-point": 5}
"""pethPsePortPowerClassifications value (class number + 1)."""
_WATTS = {"phone": 5, "access-point": 14}


def ports(scene: Scene, key: str) -> Rows:
    """pethPsePortTable, index group.port, and pethMainPseTable per group."""
    rows: Rows = {}
    table = Table(rows, "1.3.6.1.2.1.105.1.1.1")
    used: dict[int, int] = {}
    for iface in scene.interfaces(key):
        if not iface.poe:
            continue
        kind = iface.use.kind
        fed = kind in _CLASS
        used[iface.member] = used.get(iface.member, 0) + _WATTS.get(kind, 0)
        cells: dict[int, Cell | None] = {
            3: integer(1),
            6: integer(_DELIVERING if fed else _SEARCHING),
            7: integer(3),
            10: integer(_CLASS.get(kind, 1)),
        }
        table.row((iface.member, iface.port), cells)
    main = Table(rows, "1.3.6.1.2.1.105.1.3.1.1")
    for member, watts in used.items():
        cells = {2: gauge(740), 3: integer(1), 4: gauge(watts)}
        main.row((member,), cells)
    return rows
