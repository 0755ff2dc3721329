"""Topics host, software and processes: HOST-RESOURCES-MIB (RFC 2790), UCD. Pure.

Processors, memory and disks become components numbered above those of ENTITY-MIB;
volumes and load become measures.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from collectors.facts import Clue, Component, Measure, Software
from collectors.ports import Value
from collectors.snmp.smi_values import number, oid, some_text, text
from collectors.snmp.topic import Cells, Group, Topic, columns
from collectors.snmp.topics.entity import ENTRY as PHYSICAL_ENTRY

MEMORY_SIZE = oid("1.3.6.1.2.1.25.2.2.0")
STORAGE_ENTRY = oid("1.3.6.1.2.1.25.2.3.1")
DEVICE_ENTRY = oid("1.3.6.1.2.1.25.3.2.1")
DISK_CAPACITY = oid("1.3.6.1.2.1.25.3.6.1.4")
INSTALLED_NAME = oid("1.3.6.1.2.1.25.6.3.1.2")
RUN_NAME = oid("1.3.6.1.2.1.25.4.2.1.2")
UCD_MEMORY = oid("1.3.6.1.4.1.2021.4.5.0")
UCD_LOAD = oid("1.3.6.1.4.1.2021.10.1.3.2")

TOPIC = Topic(
    "host",
    (
        Group(columns(STORAGE_ENTRY, 2, 3, 4, 5, 6)),
        Group(columns(DEVICE_ENTRY, 2, 3)),
        Group((DISK_CAPACITY,), needs=columns(DEVICE_ENTRY, 2)),
    ),
    (MEMORY_SIZE, UCD_MEMORY, UCD_LOAD),
)
SOFTWARE_TOPIC = Topic("software", (Group((INSTALLED_NAME,)),))
PROCESS_TOPIC = Topic("processes", (Group((RUN_NAME,)),))

FIRST_INDEX = 2**31
"""Components of a host count from here: above any entPhysicalIndex."""
_DEVICES = oid("1.3.6.1.2.1.25.3.1")
_PROCESSOR, _DISK = 3, 6
_STORAGE_TYPES = oid("1.3.6.1.2.1.25.2.1")
_RAM, _FIXED = 2, 4
_KIB = 1024
_DEB = re.compile(r"(?P<name>[a-z0-9][a-z0-9+.\-:]+)_(?P<version>\d[^_\s]*)_\w+")
_RPM = re.compile(r"(?P<name>[\w.+\-]+)-(?P<version>\d[^\-\s]*-[^\-\s]+)")


def parse_host_parts(cells: Cells) -> tuple[Component, ...]:
    """Return processors, disks and the memory, where ENTITY-MIB shows no parts."""
    if cells.has(columns(PHYSICAL_ENTRY, 2, 5)):
        return ()
    return (*_devices(cells), *_memory(cells))


def _devices(cells: Cells) -> Iterator[Component]:
    sizes = cells.column(DISK_CAPACITY)
    for index, row in cells.rows(DEVICE_ENTRY, 2, 3):
        kind = _last_arc(row.get(2), _DEVICES)
        descr = some_text(row.get(3))
        if kind == _PROCESSOR:
            yield Component(index=FIRST_INDEX + index[-1], kind="cpu", descr=descr)
        elif kind == _DISK:
            size = number(sizes.get(index))
            yield Component(
                index=FIRST_INDEX + index[-1],
                kind="disk",
                descr=descr,
                size=size * _KIB if size and size > 0 else None,
            )


def _memory(cells: Cells) -> Iterator[Component]:
    """Yield the memory: hrMemorySize, else the RAM row of hrStorage, else UCD."""
    size = number(cells.scalar(MEMORY_SIZE))
    if not size or size < 0:
        size = next(
            (
                octets // _KIB
                for _, octets, kind, _ in _storages(cells)
                if kind == _RAM and octets
            ),
            number(cells.scalar(UCD_MEMORY)),
        )
    if size and size > 0:
        yield Component(index=FIRST_INDEX, kind="memory", size=size * _KIB)


def parse_host_measures(cells: Cells) -> tuple[Measure, ...]:
    """Return size and use of fixed volumes, and the five-minute load."""
    found = []
    for name, size, kind, used in _storages(cells):
        if kind == _FIXED and size:
            found.append(Measure(name=f"volume {name}", value=size, unit="bytes"))
            found.append(Measure(name=f"used {name}", value=used, unit="bytes"))
    load = text(cells.scalar(UCD_LOAD))
    if load and re.fullmatch(r"\d+(\.\d+)?", load):
        found.append(Measure(name="load-5-minutes", value=float(load), unit="runnable"))
    return tuple(found)


def _storages(cells: Cells) -> Iterator[tuple[str, int, int | None, int]]:
    """Yield name, size in bytes, type and use in bytes of each storage.

    Agents whose counters are too short give sizes as negative 32-bit numbers.
    """
    for index, row in cells.rows(STORAGE_ENTRY, 2, 3, 4, 5, 6):
        unit = number(row.get(4)) or 0
        size, used = (_unsigned(number(row.get(c))) * unit for c in (5, 6))
        name = some_text(row.get(3)) or str(index[-1])
        yield name, size, _last_arc(row.get(2), _STORAGE_TYPES), used


def _unsigned(value: int | None) -> int:
    return (value or 0) % 2**32


def parse_software(cells: Cells) -> tuple[Software, ...]:
    """Return installed programs; Debian and RPM names are split from versions."""
    found: dict[Software, None] = {}
    for value in cells.column(INSTALLED_NAME).values():
        name = some_text(value)
        if name:
            found[_program(name)] = None
    return tuple(found)


def _program(name: str) -> Software:
    match = _DEB.fullmatch(name) or _RPM.fullmatch(name)
    if match:
        return Software(name=match["name"], version=match["version"])
    return Software(name=name)


def parse_processes(cells: Cells) -> tuple[Clue, ...]:
    """Return a clue for each program that runs."""
    names = {some_text(value) for value in cells.column(RUN_NAME).values()}
    source = "snmp HOST-RESOURCES-MIB::hrSWRunName"
    return tuple(Clue("process", name, source) for name in sorted(filter(None, names)))


def _last_arc(value: Value | None, parent: tuple[int, ...]) -> int | None:
    if isinstance(value, tuple) and value[:-1] == parent:
        last: int = value[-1]
        return last
    return None
