"""Reads one device by SNMP: the entry point for discovery.

What is read follows from what the device has: a few probe messages tell which tables
exist, and only those are walked, only the columns that become facts. Imports every
topic; the topics know nothing of each other but the port map.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from collectors.errors import CollectError
from collectors.facts import Clue, Observation, Problem, Reason, System
from collectors.failed_parts import failed_part
from collectors.ports import Oid, Snmp, Value
from collectors.sentences import N_, Told
from collectors.snmp.quirks import Tunable, tuning_for
from collectors.snmp.smi_values import dotted, is_printable, object_id, text
from collectors.snmp.switching import vlans
from collectors.snmp.switching.fdb_per_vlan import read_per_vlan
from collectors.snmp.switching.port_map import PortMap
from collectors.snmp.table_reader import Reader
from collectors.snmp.topic import Cells, Topic
from collectors.snmp.topic_register import NEED_PORTS, PARTS, Part
from collectors.snmp.topics import interfaces, system

_PATIENCE = 20
_LEAST_PATIENCE = 1.0
"""How long to wait for the first answer in a context: as many times as the very first
answer took, and seconds at least."""
_LONGEST_ADDRESS = 8
"""Octets up to which a value with line ends in it is rather an address than text."""
_AS_SPACE = bytes.maketrans(b"\r\n\t", b"   ")


@dataclass(slots=True)
class _Outcome:
    """An observation while it is put together.

    Attributes:
        facts: Fields of the observation.
        partial: Fields of which some table is not read, or not completely.
        problems: Why.
    """

    facts: dict[str, Any] = field(default_factory=dict)
    partial: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)

    def add(self, name: str, value: Any) -> None:  # noqa: ANN401 - any field
        """Join tuples; of single records keep the first."""
        known = self.facts.get(name)
        if isinstance(known, tuple) and isinstance(value, tuple):
            self.facts[name] = known + value
        elif known is None:
            self.facts[name] = value

    @property
    def reads(self) -> frozenset[str]:
        """Fields that hold all there is."""
        return frozenset(self.facts.keys() - self.partial)


async def collect_snmp(
    session: Snmp,
    *,
    address: str,
    port: int,
    site: str,
    credential: str,
    seen_at: datetime,
    topics: Collection[str] | None = None,
    extra: Sequence[Oid] = (),
    parallel: int = 3,
) -> Observation:
    """Read everything one device tells.

    Args:
        session: Whom to ask.
        address: Where, for the record.
        port: The port, for the record.
        site: The site whose network this is.
        credential: Name of the credential in use.
        seen_at: Time of the observation, aware UTC.
        topics: Names out of `TOPICS`; None for all.
        extra: Instances of vendor objects; answers become clues of kind `object`.
        parallel: Walks under way at once.

    Raises:
        CollectError: The device does not answer at all.
    """
    reader = Reader(session, parallel)
    latency = await _greet(reader)
    chosen = [
        part
        for part in PARTS
        if (part.usual if topics is None else part.topic.name in topics)
    ]
    await _read(reader, [p.topic for p in chosen], extra)
    ports = PortMap.of(reader.cells)
    outcome = _Outcome()
    if topics is None and not any(reader.cells.tables.values()):
        outcome.problems += await _stands_still(reader)
    for part in PARTS:
        if any(part is each for each in chosen):
            _build(part, reader, ports, outcome)
        elif part.usual:
            outcome.partial.update(part.builds)
    if "fdb" in outcome.facts:
        await _add_per_vlan(reader, ports, outcome, latency)
    _join_vlans(outcome)
    outcome.add("clues", ())
    known = _clues(outcome.facts.get("system"), reader.cells, extra)
    outcome.facts["clues"] = known + outcome.facts["clues"]
    return Observation(
        address=address,
        collector="snmp",
        seen_at=seen_at,
        port=port,
        site=site,
        credential=credential,
        latency=latency,
        reads=outcome.reads,
        problems=tuple(outcome.problems),
        **outcome.facts,
    )


async def _stands_still(reader: Reader) -> list[Problem]:
    """Return why an agent has no table at all, where GETNEXT does not lead on.

    Behind the description there is another object, as one was read.
    """
    start = system.SYS_DESCR
    if system.SYS_OBJECT_ID not in reader.cells.scalars:
        return []
    try:
        followers = await reader.session.after([start])
    except CollectError:
        return []
    if start in followers:
        return []
    detail = Told(
        N_("GETNEXT leads nowhere from {oid}: no table can be read"), oid=dotted(start)
    )
    return [Problem("snmp:walk", Reason.LOOP, detail)]


async def _greet(reader: Reader) -> float:
    """Ask for the system group; return the seconds to the first answer.

    Some agents answer nothing when all is asked at once, so what names the device
    is then asked alone. What it is may call for another way of asking.
    """
    started = time.perf_counter()
    await reader.scalars(system.FIRST)
    latency = time.perf_counter() - started
    for instance in (system.SYS_OBJECT_ID, system.SYS_DESCR):
        if instance not in reader.cells.scalars:
            await reader.read((), [instance])
    tuning = tuning_for(object_id(reader.cells.scalar(system.SYS_OBJECT_ID)))
    if tuning is not None and isinstance(reader.session, Tunable):
        reader.session.tune(tuning)
    return latency


async def _read(reader: Reader, topics: Sequence[Topic], extra: Sequence[Oid]) -> None:
    read = list(topics)
    if interfaces.TOPIC not in read and NEED_PORTS & {t.name for t in read}:
        read.append(interfaces.TOPIC)
    await reader.read(read, extra)


def _build(part: Part, reader: Reader, ports: PortMap, outcome: _Outcome) -> None:
    """Parse one topic. A defect here must not cost the others: the boundary."""
    problem = reader.problem(part.topic)
    for name, build in part.builds.items():
        try:
            outcome.add(name, build(reader.cells, ports))
        except Exception as error:  # noqa: BLE001 - one topic never ends a collection
            kind = type(error).__name__
            detail = Told(N_("{error} while reading the answers"), error=kind)
            problem = Problem(f"snmp:{part.topic.name}", Reason.INTERNAL, detail)
    if problem is not None:
        outcome.problems.append(failed_part(problem))
        outcome.partial.update(part.builds)


async def _add_per_vlan(
    reader: Reader, ports: PortMap, outcome: _Outcome, latency: float
) -> None:
    """Read the contexts of a switch that keeps one forwarding table per VLAN.

    One that knows no contexts leaves the first question unanswered: it is waited for
    no longer than an answer of that switch can take.
    """
    cells = reader.cells
    aware = any(entry.vlan is not None for entry in outcome.facts["fdb"])
    if aware or cells.scalar(vlans.VTP_VERSION) is None:
        return
    entries, problem = await read_per_vlan(
        reader.session,
        vlans.vlans_in_use(cells),
        ports,
        parallel=reader.parallel,
        patience=max(_LEAST_PATIENCE, _PATIENCE * latency),
    )
    known = {(entry.mac, entry.if_index) for entry in entries}
    plain = [e for e in outcome.facts["fdb"] if (e.mac, e.if_index) not in known]
    outcome.facts["fdb"] = tuple(dict.fromkeys((*entries, *plain)))
    if problem is not None:
        outcome.partial.add("fdb")
        outcome.problems.append(
            Problem(
                "snmp:fdb",
                problem.reason,
                Told(N_("per VLAN: {why}"), why=problem.detail),
            )
        )


def _join_vlans(outcome: _Outcome) -> None:
    """Give interfaces their VLANs and turn the VLAN topic into facts."""
    known = outcome.facts.pop("vlans", None)
    if known is None:
        return
    outcome.facts["vlans"] = known.vlans()
    outcome.facts["interfaces"] = tuple(
        vlans.with_vlans(interface, known)
        for interface in outcome.facts.get("interfaces", ())
    )


def _clues(
    known: System | None, cells: Cells, extra: Sequence[Oid]
) -> tuple[Clue, ...]:
    known = known or system.parse_system(cells)
    services = None if known.services is None else str(known.services)
    named = (
        ("sysObjectID", known.object_id),
        ("sysDescr", known.descr),
        ("sysServices", services),
    )
    clues = [
        Clue(kind, value, f"snmp SNMPv2-MIB::{kind}.0")
        for kind, value in named
        if value
    ]
    clues += [
        Clue("object", spelled(cells.scalars[instance]), f"snmp {dotted(instance)}")
        for instance in dict.fromkeys(extra)
        if instance in cells.scalars
    ]
    return tuple(clues)


def spelled(value: Value) -> str:
    """Return a value as text: octets that are not meant to be read in hexadecimal."""
    if isinstance(value, tuple):
        return dotted(value)
    if isinstance(value, int):
        return str(value)
    if not value:
        return ""
    lines = value.translate(_AS_SPACE) if len(value) > _LONGEST_ADDRESS else value
    return text(value) or "" if is_printable(lines) else value.hex()
