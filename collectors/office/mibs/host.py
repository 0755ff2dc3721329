"""HOST-RESOURCES-MIB (RFC 2790): memory, disks, devices, software. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from collectors.office.cabling import Scene
from collectors.office.mibs.values import (
    UPTIME,
    Cell,
    Rows,
    Table,
    gauge,
    integer,
    object_id,
    octets,
    scalars,
    text,
)

_HR = "1.3.6.1.2.1.25"
_DATE = bytes((0x07, 0xE8, 3, 11, 9, 30, 0, 0))
"""An hrSWInstalledDate: 11 March 2024, 9:30."""


def resources(scene: Scene, key: str) -> Rows:
    """Return hrSystem, hrStorageTable, hrDeviceTable and hrSWInstalledTable."""
    device, machine = scene.device(key), scene.model(key).machine
    rows: Rows = {}
    scalars(rows, f"{_HR}.1", {1: Cell(UPTIME, device.uptime), 5: gauge(1)})
    if machine is None:
        return rows
    scalars(rows, f"{_HR}.2", {2: integer(machine.memory // 1024)})
    storage = Table(rows, f"{_HR}.2.3.1")
    places = (
        ("2.1.2", "Physical memory", 1024, machine.memory),
        ("2.1.4", "/", 4096, machine.disk),
    )
    for number, (kind, descr, unit, size) in enumerate(places, 1):
        cells: dict[int, Cell | None] = {
            1: integer(number),
            2: object_id(f"{_HR}.{kind}"),
            3: text(descr),
            4: integer(unit),
            5: integer(min(size // unit, 2**31 - 1)),
            6: integer(min(size // unit, 2**31 - 1) // 3),
        }
        storage.row((number,), cells)
    _devices(rows, machine.cpu, machine.cores, machine.disk_model)
    _software(rows, machine.software)
    return rows


def _devices(rows: Rows, cpu: str, cores: int, disk: str) -> None:
    table = Table(rows, f"{_HR}.3.2.1")
    parts = [("3.1.3", cpu)] * cores + [("3.1.6", disk)]
    for number, (kind, descr) in enumerate(parts, 1):
        cells: dict[int, Cell | None] = {
            1: integer(number),
            2: object_id(f"{_HR}.{kind}"),
            3: text(descr),
            5: integer(2),
        }
        table.row((number,), cells)


def _software(rows: Rows, programs: Mapping[str, str]) -> None:
    table = Table(rows, f"{_HR}.6.3.1")
    for number, (name, version) in enumerate(programs.items(), 1):
        cells: dict[int, Cell | None] = {
            1: integer(number),
            2: text(f"{name}-{version}"),
            4: integer(4),
            5: octets(_DATE),
        }
        table.row((number,), cells)
