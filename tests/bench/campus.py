"""A large network, as rows: 10,000 switches, 500,000 ports, 1,000,000 learned MACs.

Buildings of one distribution switch with fifty access switches below, the buildings on
four cores. Everything announces itself; every access switch has twenty computers, which
its neighbours in the building have learned as far as traffic made them. Rows are
inserted as they are, for the database to be of that size without scanning for days.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Engine, insert
from sqlmodel import SQLModel

from collectors.facts import Neighbour, Observation
from discovery.matching.identifiers import identifiers_of
from discovery.observations import codec
from discovery.observations.part_rows import neighbour_key
from discovery.observations.store import pack
from inventory.storage.engine import writing
from tests.discovery.fakes import T0, lldp, switch

PORTS = 50
UP = 49
"""Port toward the switch above; the ports before lead down or to computers."""


@dataclass(frozen=True, slots=True)
class Size:
    """How much to make.

    Attributes:
        rings: Access switches are cabled to the next ones of their building as well;
            these cables carry nothing.
        beyond: Addresses that all switches but the cores list, toward the cores.
    """

    buildings: int = 196
    access: int = 50
    computers: int = 20
    learned: int = 60
    cores: int = 4
    rings: bool = False
    beyond: int = 0

    @property
    def switches(self) -> int:
        return self.cores + self.buildings * (1 + self.access)


def base(number: int) -> int:
    """Number of a switch -> number of its first MAC."""
    return number * 64


def card(number: int) -> str:
    return "3c:d9:2b:" + number.to_bytes(3, "big").hex(":")


def computer(building: int, access: int, n: int) -> str:
    return f"3c:52:{building:02x}:{access:02x}:{n:02x}:01"


class Campus:
    """Observations of the switches, one at a time."""

    def __init__(self, size: Size) -> None:
        self.size = size

    def observations(self) -> Iterator[Observation]:
        for core in range(self.size.cores):
            yield self._core(core)
        for building in range(self.size.buildings):
            yield self._distribution(building)
            for access in range(self.size.access):
                yield self._access(building, access)

    def _first(self, building: int) -> int:
        return self.size.cores + building * (1 + self.size.access)

    def _mac(self, number: int) -> str:
        return card(base(number))

    def _core(self, core: int) -> Observation:
        below = range(core, self.size.buildings, self.size.cores)
        heard = [
            lldp(port, self._mac(self._first(b)), f"Gi1/0/{UP}", name=f"dist{b}")
            for port, b in enumerate(below, 1)
            if port < UP
        ]
        if core:
            heard.append(lldp(UP, self._mac(0), f"Gi1/0/{UP + core}", name="core0"))
        rows = [(self._mac(self._first(b)), p, 1) for p, b in enumerate(below, 1)]
        return _switch(core, f"core{core}", heard, rows[: UP - 1])

    def _distribution(self, building: int) -> Observation:
        number, size = self._first(building), self.size
        core = building % size.cores
        port_above = building // size.cores + 1
        heard = [
            lldp(a + 1, self._mac(number + 1 + a), f"Gi1/0/{UP}", name=f"a{building}")
            for a in range(min(size.access, UP - 1))
        ]
        heard.append(
            lldp(UP, self._mac(core), f"Gi1/0/{port_above}", name=f"core{core}")
        )
        rows = [(self._mac(core), UP, 1), *self._beyond()]
        for a in range(size.access):
            port = a + 1 if a < UP - 1 else UP + 1
            rows.append((self._mac(number + 1 + a), port, 1))
            rows += [
                (computer(building, a, n), port, 10) for n in range(size.computers)
            ]
        return _switch(number, f"dist{building}", heard, rows)

    def _access(self, building: int, access: int) -> Observation:
        number, size = self._first(building) + 1 + access, self.size
        above = f"Gi1/0/{access + 1 if access < UP - 1 else UP + 1}"
        heard = [lldp(UP, self._mac(self._first(building)), above, name="dist")]
        heard += self._beside(building, access)
        rows = [(self._mac(self._first(building)), UP, 1), *self._beyond()]
        rows += [
            (computer(building, access, n), n + 1, 10) for n in range(size.computers)
        ]
        for step in range(size.learned):
            other = (access + 1 + step) % size.access
            if other != access:
                rows.append((computer(building, other, step % size.computers), UP, 10))
        return _switch(number, f"a{building}-{access}", heard, rows)

    def _beyond(self) -> Iterator[tuple[str, int, int]]:
        """Yield the rows of addresses that are behind the cores."""
        for n in range(self.size.beyond):
            yield "3c:53:00:00:" + n.to_bytes(2, "big").hex(":"), UP, 10

    def _beside(self, building: int, access: int) -> Iterator[Neighbour]:
        """Yield what is heard of the access switches before and after one."""
        for step, mine, theirs in ((-1, UP - 2, UP - 1), (1, UP - 1, UP - 2)):
            other = access + step
            if self.size.rings and 0 <= other < self.size.access:
                chassis = self._mac(self._first(building) + 1 + other)
                yield lldp(mine, chassis, f"Gi1/0/{theirs}", name="beside")


def _switch(
    number: int, name: str, heard: list[Any], fdb: list[tuple[str, int, int]]
) -> Observation:
    address = f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}"
    made = switch(address, base(number), PORTS, fdb=fdb, neighbours=heard)
    assert made.system is not None
    return replace(made, system=replace(made.system, name=name), site="campus")


def fill(engine: Engine, size: Size) -> dict[str, int]:
    """Insert the rows of a campus; return how many of which."""
    counts = {"device": 0, "interface": 0, "identifier": 0, "neighbour": 0, "fdb": 0}
    batch: list[Observation] = []
    first = 1
    for seen in Campus(size).observations():
        batch.append(seen)
        if len(batch) == 250:
            _insert(engine, batch, first, counts)
            first += len(batch)
            batch = []
    if batch:
        _insert(engine, batch, first, counts)
    return counts


def _insert(
    engine: Engine, batch: list[Observation], first: int, counts: dict[str, int]
) -> None:
    rows: dict[str, list[dict[str, Any]]] = {}
    for device_id, seen in enumerate(batch, first):
        for table, made in _rows_of(device_id, seen).items():
            rows.setdefault(table, []).extend(made)
        counts["fdb"] += len(seen.fdb)
    with writing(engine) as connection:
        for table, made in rows.items():
            connection.execute(insert(SQLModel.metadata.tables[table]), made)
            if table in counts:
                counts[table] += len(made)


def _rows_of(device_id: int, seen: Observation) -> dict[str, list[dict[str, Any]]]:
    box, system = seen.hardware, seen.system
    assert box is not None
    assert system is not None
    identifiers = identifiers_of([seen], vendor="Acme", serial=box.serial)
    mine = {"device_id": device_id}
    times = {"first_seen": T0, "last_seen": T0}
    about = {"type": "switch", "vendor": "Acme", "serial": box.serial}
    digest, facts = codec.encode(seen)
    return {
        "device": [
            times
            | about
            | {"id": device_id, "site": seen.site, "name": system.name}
            | {"managed": True, "address": seen.address, "mac": system.base_mac}
            | {"search": f"{system.name} {seen.address} {system.base_mac}"}
        ],
        "identifier": [
            mine
            | {"kind": i.kind, "value": i.value, "scope": i.scope}
            | {"strength": i.strength, "source": i.source, "first_seen": T0}
            for i in identifiers
        ],
        "interface": [
            mine
            | {"name": c.name, "if_index": c.if_index, "type": c.type, "mac": c.mac}
            | {"physical": True, "first_seen": T0}
            for c in seen.interfaces
        ],
        "device_address": [mine | {"ip": seen.address, "vrf": ""}],
        "neighbour": [
            mine
            | {"port": f"Gi1/0/{n.local_if_index}", "key": neighbour_key(n)}
            | {"if_index": n.local_if_index, "protocol": "lldp"}
            | {"chassis_id": n.chassis_id, "chassis_id_type": n.chassis_id_type}
            | {"port_id": n.port_id, "port_id_type": n.port_id_type}
            | {"sys_name": n.sys_name, "capabilities": ["bridge"], "addresses": []}
            | {"med": None}
            for n in seen.neighbours
        ],
        "observation": [
            times
            | mine
            | {"site": seen.site, "address": seen.address, "collector": "snmp"}
            | {"identifiers": pack(identifiers), "digest": digest, "facts": facts}
            | {"fdb": codec.encode_fdb(seen.fdb), "fdb_at": T0}
        ],
    }
