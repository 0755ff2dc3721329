"""Recordings of devices as observations: what a scan would have brought of them."""

from __future__ import annotations

import bisect
import codecs
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from collectors.facts import Clue, Component, FdbEntry, Interface, Observation, System
from discovery.identify import Identity, Knowledge, wanted_columns, wanted_objects

SEEN = datetime(2026, 1, 1, tzinfo=UTC)
ROWS = 16
SYSTEM = "1.3.6.1.2.1.1."
ENTITY = "1.3.6.1.2.1.47.1.1.1.1."
KINDS = {
    "3": "chassis",
    "4": "backplane",
    "5": "container",
    "6": "power-supply",
    "7": "fan",
    "9": "module",
    "10": "port",
    "11": "stack",
    "12": "cpu",
}
NEUTRAL = {
    "load-balancer": "other",
    "console-server": "other",
    "time-server": "other",
    "media": "other",
    "industrial": "other",
}
"""General types the corpus has no word for."""


@dataclass(slots=True)
class Recording:
    """The objects of one agent as text by dotted OID."""

    objects: dict[str, str]
    order: list[str]

    def rows(self, prefix: str, limit: int = 1 << 30) -> list[tuple[str, str]]:
        """Return (OID, text) below a prefix in lexicographic order of arcs."""
        start = bisect.bisect_left(self.order, prefix)
        found = []
        for oid in self.order[start:]:
            if not oid.startswith(prefix):
                break
            found.append(oid)
        found.sort(key=lambda oid: [int(arc) for arc in oid.split(".")])
        return [(oid, self.objects[oid]) for oid in found[:limit]]


def read(path: Path) -> Recording:
    """Read a .snmprec file; octet strings that are no text become hex."""
    objects: dict[str, str] = {}
    for line in path.read_bytes().split(b"\n"):
        parts = line.rstrip(b"\r").split(b"|", 2)
        if len(parts) != 3 or not parts[0][:1].isdigit():
            continue
        oid = parts[0].decode("ascii", "replace")
        if oid not in objects and parts[1] not in (b"5", b"128", b"129", b"130"):
            objects[oid] = text(parts[1].decode("ascii", "replace"), parts[2])
    return Recording(objects, sorted(objects))


def text(tag: str, raw: bytes) -> str:
    """Return a value as text."""
    if tag.endswith("x"):
        digits = bytes(c for c in raw if c in b"0123456789abcdefABCDEF")
        raw = bytes.fromhex(digits[: len(digits) // 2 * 2].decode())
    elif tag.endswith("e"):
        raw = codecs.escape_decode(raw)[0]
    try:
        decoded = raw.rstrip(b"\0").decode()
    except UnicodeDecodeError:
        decoded = raw.decode("latin-1")
    if any(ord(c) < 32 and c not in "\r\n\t\0" for c in decoded):
        return raw.hex()
    return decoded


def observe(recording: Recording, knowledge: Knowledge) -> Observation:
    """Ask as a scan does: the system group, then what identification wants."""
    system = _system(recording)
    first = Observation(
        address="127.0.0.1", collector="snmp", seen_at=SEEN, system=system
    )
    clues = []
    for oid in wanted_objects(first, knowledge):
        name = ".".join(map(str, oid))
        if (value := recording.objects.get(name)) is not None:
            clues.append(Clue("object", value, f"snmp {name}"))
    for column in wanted_columns(first, knowledge):
        prefix = ".".join(map(str, column)) + "."
        for name, value in recording.rows(prefix, ROWS):
            clues.append(Clue("object", value, f"snmp {name}"))
    return Observation(
        address="127.0.0.1",
        collector="snmp",
        seen_at=SEEN,
        system=system,
        components=_components(recording),
        interfaces=_interfaces(recording),
        fdb=_fdb(recording),
        clues=tuple(clues),
    )


def _system(recording: Recording) -> System:
    get = recording.objects.get
    services = get(f"{SYSTEM}7.0")
    return System(
        descr=get(f"{SYSTEM}1.0"),
        object_id=get(f"{SYSTEM}2.0"),
        services=int(services) if services and services.isdigit() else None,
        base_mac=get("1.3.6.1.2.1.17.1.1.0"),
        or_ids=tuple(value for _, value in recording.rows(f"{SYSTEM}9.1.2.")),
    )


def _components(recording: Recording) -> tuple[Component, ...]:
    table: dict[int, dict[str, str]] = {}
    for oid, value in recording.rows(ENTITY):
        arcs = oid[len(ENTITY) :].split(".")
        if len(arcs) == 2:
            table.setdefault(int(arcs[1]), {})[arcs[0]] = value
    return tuple(
        Component(
            index=index,
            parent=_parent(row, table),
            kind=KINDS.get(row.get("5", ""), "other"),
            position=_whole(row.get("6")),
            name=row.get("7") or None,
            descr=row.get("2") or None,
            manufacturer=row.get("12") or None,
            model=row.get("13") or None,
            serial=row.get("11") or None,
            hardware_rev=row.get("8") or None,
            firmware_rev=row.get("9") or None,
            software_rev=row.get("10") or None,
            alias=row.get("14") or None,
        )
        for index, row in table.items()
    )


def _whole(value: str | None) -> int | None:
    return int(value) if value and value.lstrip("-").isdigit() else None


def _parent(row: Mapping[str, str], table: Mapping[int, object]) -> int | None:
    parent = _whole(row.get("4"))
    return parent if parent in table else None


def _interfaces(recording: Recording) -> tuple[Interface, ...]:
    prefix = "1.3.6.1.2.1.2.2.1.3."
    return tuple(
        Interface(if_index=int(oid.rsplit(".", 1)[1]), name="", type=_whole(value))
        for oid, value in recording.rows(prefix)
    )


def _fdb(recording: Recording) -> tuple[FdbEntry, ...]:
    for prefix in ("1.3.6.1.2.1.17.4.3.1.2.", "1.3.6.1.2.1.17.7.1.2.2.1.2."):
        if recording.rows(prefix, 1):
            return (FdbEntry(mac="00:00:00:00:00:01"),)
    return ()


def answer(identity: Identity) -> dict[str, str | None]:
    """Return an identity in the form the corpus scorer reads."""
    general = identity.value("type")
    return {
        "type": NEUTRAL.get(general or "", general),
        "vendor": identity.value("vendor"),
        "model": identity.value("model"),
        "serial": identity.value("serial"),
        "os_version": identity.value("version"),
    }
