"""What the database holds of each machine, and how much of it is right."""

from __future__ import annotations

import importlib.util
import json
import re
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

from tests.tools.whole_way.machines import Machine

Row = Mapping[str, Any]


def rows(database: Path, query: str, *values: object) -> list[Row]:
    """Return the rows of a query."""
    connection = sqlite3.connect(database)
    try:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute(query, values)]
    finally:
        connection.close()


def module(file: Path) -> ModuleType:
    """Load a scorer that lies beside its corpus."""
    spec = importlib.util.spec_from_file_location(file.stem, file)
    assert spec is not None
    assert spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


@dataclass(slots=True)
class Counts:
    """Devices of the register: those that answered themselves, and all."""

    read: int
    all: int


def counts(database: Path) -> Counts:
    """Count the living devices."""
    living = "SELECT count(*) AS n FROM device WHERE merged_at IS NULL"
    return Counts(
        rows(database, f"{living} AND managed")[0]["n"], rows(database, living)[0]["n"]
    )


def devices_at(database: Path) -> dict[str, int]:
    """Return address -> device that the last scan found there."""
    query = """SELECT address, device_id FROM scan_host
        WHERE scan_id = (SELECT max(id) FROM scan) AND device_id IS NOT NULL"""
    return {row["address"]: row["device_id"] for row in rows(database, query)}


def answer(database: Path, device: int) -> dict[str, Any]:
    """Return a device in the words of the scorers."""
    head = rows(database, "SELECT * FROM device WHERE id = ?", device)[0]
    ports = _current(database, "interface", device)
    names = {row["if_index"]: row["name"] for row in ports}
    ips: dict[str | None, list[str]] = defaultdict(list)
    for row in _current(database, "device_address", device):
        ips[names.get(row["if_index"])].append(row["ip"])
    parts = _current(database, "component", device)
    chassis = [p["serial"] for p in parts if p["kind"] == "chassis" and p["serial"]]
    # A board and its box have a number each, and the device is found by both.
    known = [
        row["value"]
        for row in rows(
            database,
            """SELECT value FROM identifier
            WHERE device_id = ? AND kind = 'serial' AND ended_at IS NULL""",
            device,
        )
    ]
    return {
        "type": head["type"],
        "identity": {
            "hostname": head["name"],
            "vendor": head["vendor"],
            "manufacturer": head["vendor"],
            "model": head["model"],
            "serial": [s for s in (head["serial"], *chassis, *known) if s],
            "os_version": head["version"],
        },
        "modules": parts,
        "interfaces": [_port(row, ips) for row in ports],
        "nics": [_port(row, ips) for row in ports],
        "neighbours": [_neighbour(r) for r in _current(database, "neighbour", device)],
    }


def _current(database: Path, table: str, device: int) -> list[Row]:
    query = f"SELECT * FROM {table} WHERE device_id = ? AND removed_at IS NULL"
    return rows(database, query, device)


def _port(row: Row, ips: Mapping[str | None, list[str]]) -> dict[str, Any]:
    up = {None: None, 0: "down", 1: "up"}
    return {
        "name": row["name"],
        "mac": row["mac"],
        "description": row["alias"],
        "admin": up[row["admin_up"]],
        "oper": up[row["oper_up"]],
        "ips": ips.get(row["name"], []),
    }


def _neighbour(row: Row) -> dict[str, Any]:
    return {
        "local_port": row["port"],
        "name": row["sys_name"],
        "port": row["port_id"],
        "platform": row["platform"],
        "mgmt_ip": next(iter(json.loads(row["addresses"] or "[]")), None),
        "chassis_id": row["chassis_id"],
    }


@dataclass(slots=True)
class Table:
    """Kind of machine and fact -> how many are expected and right, and misses."""

    right: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    fair: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    misses: list[tuple[str, str, object, object]] = field(default_factory=list)

    def add(self, machine: Machine, fact: str, right: int, fair: int = 1) -> None:
        """Count."""
        self.right[machine.kind, fact] += right
        self.fair[machine.kind, fact] += fair

    def lines(self) -> Iterable[str]:
        """Yield the table, one fact a line."""
        for kind, fact in sorted(self.fair):
            right, fair = self.right[kind, fact], self.fair[kind, fact]
            share = 100 * right / fair if fair else 0
            yield f"{kind:9} {fact:24} {right:5} of {fair:5} {share:6.1f} %"

    def totals(self, *facts: str) -> Iterable[str]:
        """Yield some facts over all kinds of machines."""
        for fact in facts:
            right = sum(n for (_, each), n in self.right.items() if each == fact)
            fair = sum(n for (_, each), n in self.fair.items() if each == fact)
            share = 100 * right / fair if fair else 0
            yield f"all       {fact:24} {right:5} of {fair:5} {share:6.1f} %"


def score(
    database: Path, placed: Mapping[str, Machine], scratch: Path
) -> tuple[Table, list[str]]:
    """Score all machines; return the table and the machines that are no device."""
    table, lost = Table(), []
    at = devices_at(database)
    judges = {
        "console": module(scratch / "cli" / "score_cli.py"),
        "snmp": module(scratch / "snmp" / "practice" / "score.py"),
    }
    for address, machine in placed.items():
        found = answer(database, at[address]) if address in at else {}
        if not found.get("identity", {}).get("vendor"):
            lost.append(machine.name)
        _kind(table, machine, found, judges["snmp"])
        if machine.kind == "snmp":
            _recording(table, machine, found, judges["snmp"])
        else:
            _case(table, machine, found, judges["console"])
    return table, lost


def _kind(table: Table, machine: Machine, found: Row, judge: ModuleType) -> None:
    """Score the type; the scorer of recordings knows what else to call it."""
    told = found.get("type") or ""
    right = bool(judge.type_ok(machine.types, told)) or (
        "other" in machine.types and told in _OTHERS
    )
    table.add(machine, "type", right)
    if not right:
        told = found.get("type")
        table.misses.append((machine.name, "type", sorted(machine.types), told))


def _case(table: Table, machine: Machine, found: Row, judge: ModuleType) -> None:
    score = judge.Score()
    judge.score_case(score, machine.name, _told(machine.expected), dict(found))
    for (platform, fact), (fair, _, right) in score.t.items():
        wanted = fact.partition(".")[0] in _FACTS[machine.kind]
        if platform == "ALL" and wanted and fair:
            table.add(machine, fact, right, fair)
    for fact, missed in score.miss.items():
        if fact in _FACTS[machine.kind]:
            table.misses += [(machine.name, fact, m[1], m[2]) for m in missed]


_FILLER = re.compile(r"(.)\1+|unavailable|to be filled by.*", re.IGNORECASE)
"""What stands for a serial number and is none: the output tells no number."""


def _told(expected: Row) -> dict[str, Any]:
    """Return what is expected without fillers."""
    identity = dict(expected.get("identity") or {})
    serials = identity.get("serial") or []
    serials = [serials] if isinstance(serials, str) else serials
    identity["serial"] = [s for s in serials if not _FILLER.fullmatch(str(s))]
    return {**expected, "identity": identity}


_OTHERS = frozenset(("load-balancer", "time-server", "console-server"))
_NETWORK = "hostname vendor model serial os_version modules interfaces neighbours"
_FACTS = {
    "console": frozenset(_NETWORK.split()),
    "computer": frozenset(("manufacturer", "model", "serial", "nics")),
}


def _recording(table: Table, machine: Machine, found: Row, judge: ModuleType) -> None:
    wanted, told = machine.expected["identity"], found.get("identity", {})
    serials = told.get("serial") or [None]
    checks: tuple[tuple[str, object, Callable[[], bool]], ...] = (
        ("vendor", told.get("vendor"), lambda: _vendor(judge, wanted, told)),
        ("model", told.get("model"), lambda: _text(judge, wanted, told)),
        ("serial", serials, lambda: any(_serial(judge, wanted, s) for s in serials)),
    )
    for fact, value, check in checks:
        expected = wanted[{"model": "hardware"}.get(fact, fact)]
        if wanted["fair"][fact] and not _FILLER.fullmatch(str(expected)):
            right = bool(check())
            table.add(machine, fact, right)
            if not right:
                table.misses.append((machine.name, fact, expected, value))


def _vendor(judge: ModuleType, wanted: Row, told: Row) -> bool:
    return bool(judge.vendor_ok(wanted["vendor"], told.get("vendor")))


def _text(judge: ModuleType, wanted: Row, told: Row) -> bool:
    return bool(
        judge.text_ok(wanted["hardware"], told.get("model"), wanted["vendor"])[1]
    )


def _serial(judge: ModuleType, wanted: Row, serial: str | None) -> bool:
    return bool(serial) and judge.an(serial) == judge.an(wanted["serial"])
