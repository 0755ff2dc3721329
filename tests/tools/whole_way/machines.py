"""Which machines are played, and what is true of each."""

from __future__ import annotations

import hashlib
import json
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.collectors.ssh.computer_cases import transcript

SWITCHES = frozenset(("switch", "router"))
TYPES: Mapping[str, frozenset[str]] = {
    "aruba_os": frozenset(("wireless",)),
    "checkpoint_gaia": frozenset(("firewall",)),
    "cisco_asa": frozenset(("firewall",)),
    "cisco_ftd": frozenset(("firewall",)),
    "cisco_wlc": frozenset(("wireless",)),
    "cisco_nvfis": frozenset(("computer", "router")),
    "cisco_apic": frozenset(("computer", "other", "switch")),
    "ciena_saos": frozenset(("switch", "router", "other")),
    "fortinet": frozenset(("firewall", "switch", "wireless")),
    "huawei_ont": frozenset(("router", "switch")),
    "linux": frozenset(("computer",)),
    "paloalto_panos": frozenset(("firewall",)),
    "mikrotik_routeros": frozenset(("router", "switch", "wireless")),
    "watchguard_fireware": frozenset(("firewall",)),
}
"""Platform of a console -> types that are right; all others switch or route."""


@dataclass(frozen=True, slots=True)
class Machine:
    """One machine that is played.

    Attributes:
        name: Of its case.
        kind: `console`, `computer` or `snmp`.
        folder: The case; of a recording its file.
        expected: The case's `expected.json`; of a recording its identity.
        types: Types that are right.
    """

    name: str
    kind: str
    folder: Path
    expected: Mapping[str, Any]
    types: frozenset[str]


def unpack(shared: Path, scratch: Path) -> None:
    """Unpack the corpora into the scratch folder, once."""
    for archive, folder in (
        (shared / "cli" / "cli-practice.tar.xz", scratch),
        (shared / "corpus" / "devices-practice.tar.xz", scratch / "snmp"),
    ):
        done = folder / f".{archive.name}"
        if not done.exists():
            folder.mkdir(parents=True, exist_ok=True)
            with tarfile.open(archive) as packed:
                packed.extractall(folder, filter="data")
            done.touch()


def consoles(scratch: Path) -> list[Machine]:
    """Return consoles that share no output of an identity with one another.

    The corpus gives one output to several cases; two of them would be one machine.
    """
    found: list[Machine] = []
    used: set[str] = set()
    for folder in sorted((scratch / "cli" / "practice").glob("*/*")):
        expected = json.loads((folder / "expected.json").read_text("utf-8"))
        marks = set(_marks(folder, expected))
        if used & marks:
            continue
        used |= marks
        types = TYPES.get(expected["platform"], SWITCHES)
        found.append(Machine(folder.name, "console", folder, expected, types))
    return found


def _marks(folder: Path, expected: Mapping[str, Any]) -> Iterator[str]:
    """Yield what tells who a console is: serial numbers, MACs, whole outputs."""
    for file in folder.glob("*.txt"):
        yield hashlib.sha256(file.read_bytes()).hexdigest()
    serial = (expected.get("identity") or {}).get("serial") or ()
    yield from [serial] if isinstance(serial, str) else serial


def computers(scratch: Path) -> list[Machine]:
    """Return Linux computers that tell a system's serial number of their own."""
    found: list[Machine] = []
    used: set[str] = set()
    for folder in sorted((scratch / "cli" / "computers" / "practice").iterdir()):
        expected = json.loads((folder / "expected.json").read_text("utf-8"))
        serial = (expected.get("identity") or {}).get("serial")
        if expected["platform"] != "linux" or "dmidecode" not in transcript(folder):
            continue
        if not serial or str(serial) in used:
            continue
        used.add(str(serial))
        types = frozenset(("computer",))
        found.append(Machine(folder.name, "computer", folder, expected, types))
    return found


def recordings(scratch: Path, count: int) -> list[Machine]:
    """Return recorded agents with a serial number of their own, spread by a hash."""
    root = scratch / "snmp" / "practice"
    rows = map(json.loads, (root / "expected.jsonl").read_text("utf-8").splitlines())
    fair = {
        row["recording"]: row
        for row in rows
        if row["fair"]["serial"] and row["fair"]["model"] and row["identity_primary"]
    }
    order = sorted(fair, key=lambda n: hashlib.sha256(n.encode()).hexdigest())
    found: list[Machine] = []
    used: set[str] = set()
    for name in order:
        row, file = fair[name], root / "recordings" / f"{name}.snmprec"
        if row["serial"] in used or row["bytes"] > 1_000_000:
            continue
        used.add(row["serial"])
        types = frozenset(row["kinds"])
        expected = {"identity": row, "platform": "snmp"}
        found.append(Machine(name, "snmp", file, expected, types))
    return found[:count]
