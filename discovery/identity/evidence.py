"""Observations of one device laid out for the rules: texts, objects, components.

Pure: standard library and `collectors.facts`.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from collectors.facts import (
    Component,
    Hardware,
    MedInventory,
    Neighbour,
    Observation,
    OperatingSystem,
    Phone,
)
from discovery.identity.clean_text import clean, key, words
from discovery.identity.interface_shape import macs, shapes

ENTITY = "1.3.6.1.2.1.47.1.1.1.1."
_ENTITY_COLUMNS = (
    (2, "descr"),
    (7, "name"),
    (8, "hardware_rev"),
    (9, "firmware_rev"),
    (10, "software_rev"),
    (11, "serial"),
    (12, "manufacturer"),
    (13, "model"),
    (14, "alias"),
)
_SAME = {"sip-server": "sip-user-agent", "cli-version": "sysDescr"}
"""Server and User-Agent (RFC 3261, 20.35 and 20.41) name the software alike; a console
begins the answer to its first command with what is the sysDescr of SNMP."""
_UNAME = re.compile(
    r"^(?P<system>Linux|FreeBSD|NetBSD|OpenBSD|Darwin|SunOS|HP-UX|AIX|DragonFly) "
    r"(?P<host>\S{1,255})(?= |$)",
    re.IGNORECASE,
)
_HINTS = frozenset(
    {
        "oui",
        "open-port",
        "lldp-capability",
        "med-class",
        "mac",
        "sysServices",
        "sysORID",
        "device-name",
        "cli-type",
        "name",
        "uuid",
        "engine-id",
    }
)
_HEX = re.compile(r"[0-9a-f]+")
_RELEASE = re.compile(r"^(version|release:)?\d*[\d.]+\d", re.IGNORECASE)


@dataclass(slots=True)
class Evidence:
    """What is known of one device before anything is concluded.

    Attributes:
        object_id: sysObjectID, or empty.
        texts: Clue kind to cleaned texts; `sysDescr` is without the host name.
        objects: OID to cleaned value, ENTITY rows included.
        firmware: Systems of consoles, which make no computer of a device.
        med: LLDP-MED inventory a neighbour heard.
        macs: Of its Ethernet interfaces, in their order.
        announced: (place of a protocol, value) of what it says to anybody.
        enterprises: Numbers below which the agent has objects.
        hints: (kind, value) of all other clues, e.g. `open-port`.
        given: What people called it, its place and its keeper, as `text.key`.
    """

    object_id: str = ""
    texts: dict[str, list[str]] = field(default_factory=dict)
    objects: dict[str, str] = field(default_factory=dict)
    components: list[Component] = field(default_factory=list)
    hardware: list[Hardware] = field(default_factory=list)
    systems: list[OperatingSystem] = field(default_factory=list)
    firmware: list[OperatingSystem] = field(default_factory=list)
    phones: list[Phone] = field(default_factory=list)
    med: list[MedInventory] = field(default_factory=list)
    hints: list[tuple[str, str]] = field(default_factory=list)
    facts: set[str] = field(default_factory=set)
    announced: list[tuple[str, str]] = field(default_factory=list)
    enterprises: list[int] = field(default_factory=list)
    macs: list[str] = field(default_factory=list)
    given: set[str] = field(default_factory=set)
    _order: list[str] = field(default_factory=list)
    _words: dict[str, list[list[str]]] = field(default_factory=dict)
    _lines: dict[str, list[str]] = field(default_factory=dict)

    @property
    def descr(self) -> str:
        """The first sysDescr, or empty."""
        return next(iter(self.texts.get("sysDescr", ())), "")

    def add_text(self, kind: str, raw: str | None) -> None:
        """Add a text clue, cleaned; empty ones are left out."""
        text = clean(raw or "")
        if kind in ("sysDescr", "lldp-descr"):
            text = without_host(text.strip("\"'= \\"))
        if text and text not in self.texts.setdefault(kind, []):
            self.texts[kind].append(text)

    def words(self, kind: str) -> list[list[str]]:
        """Return the words of each text of a kind."""
        found = self._words.get(kind)
        if found is None:
            found = [words(text) for text in self.texts.get(kind, ())]
            self._words[kind] = found
        return found

    def lines(self, kind: str) -> list[str]:
        """Return each text of a kind as lower-case words between single spaces."""
        found = self._lines.get(kind)
        if found is None:
            found = [spaced(each) for each in self.words(kind)]
            self._lines[kind] = found
        return found

    def rows(self, prefix: str) -> list[tuple[str, str]]:
        """Return (OID, value) of the answered instances below a prefix, in order."""
        if len(self._order) != len(self.objects):
            self._order = sorted(self.objects)
        start = end = bisect.bisect_left(self._order, prefix)
        while end < len(self._order) and self._order[end].startswith(prefix):
            end += 1
        found = self._order[start:end]
        if len(found) > 1:
            found.sort(key=_arcs)
        return [(oid, self.objects[oid]) for oid in found]

    def answered(self, oid: str) -> bool:
        """Whether an instance, or any instance of a column `X.*`, was answered."""
        if oid.endswith(".*"):
            return bool(self.rows(oid[:-1]))
        return oid in self.objects


def spaced(found: Sequence[str]) -> str:
    """Join words so that a phrase of whole words is found as a substring."""
    return f" {' '.join(found)} "


def without_host(text: str) -> str:
    """Take the host name out of `uname -a` text: names are no evidence."""
    found = _UNAME.match(text)
    if found is None or _RELEASE.match(found["host"]):
        return text
    return f"{found['system']}{text[found.end() :]}"


def unhex(value: str) -> str:
    """Undo the hex spelling of text that merely ends a line or is padded.

    A collector spells octets in hex when any is unprintable; that a value decodes to
    plain text with a line end, tab or NUL in it shows that this was the only reason.
    """
    if len(value) < 6 or len(value) % 2 or not _HEX.fullmatch(value):
        return value
    octets = bytes.fromhex(value)
    bare = octets.translate(None, b"\r\n\t\0")
    if len(bare) == len(octets) or not all(32 <= octet < 127 for octet in bare):
        return value
    return octets.replace(b"\0", b" ").decode("ascii")


def _arcs(oid: str) -> tuple[int, ...]:
    return tuple(int(arc) for arc in oid.split(".") if arc.isdigit())


def gather(observations: Iterable[Observation]) -> Evidence:
    """Lay out all observations of one device."""
    evidence = Evidence()
    for observation in sorted(observations, key=_rank):
        _system(evidence, observation)
        _clues(evidence, observation)
        _parts(evidence, observation.components)
        _presence(evidence, observation)
        _machine(evidence, observation)
        if _is_phone(observation):
            _phones(evidence, observation.phones)
    return evidence


def _machine(evidence: Evidence, observation: Observation) -> None:
    """Lay out hardware and system; a console's system is no general one."""
    hardware, system = observation.hardware, observation.operating_system
    is_console = observation.collector == "netmiko"
    if hardware:
        evidence.hardware.append(hardware)
    if hardware and hardware.model and is_console:
        maker = hardware.manufacturer or ""
        evidence.add_text("cdp-platform", f"{maker} {hardware.model}".strip())
    if system:
        (evidence.firmware if is_console else evidence.systems).append(system)


def _rank(observation: Observation) -> tuple[str, int, str, str]:
    """Make the outcome independent of the order in which collectors finished."""
    seen_at = observation.seen_at.isoformat()
    return observation.address, observation.port or 0, observation.collector, seen_at


def gather_neighbour(neighbours: Sequence[Neighbour]) -> Evidence:
    """Lay out what neighbours heard one endpoint announce (LLDP, MED, CDP, FDP)."""
    evidence = Evidence()
    for neighbour in neighbours:
        evidence.add_text("sysDescr", neighbour.sys_descr)
        evidence.add_text("sysDescr", neighbour.version)
        evidence.add_text("cdp-platform", neighbour.platform)
        for capability in neighbour.capabilities:
            evidence.hints.append(("lldp-capability", capability))
        if neighbour.med:
            evidence.med.append(neighbour.med)
        for kind, text in (
            (neighbour.chassis_id_type, neighbour.chassis_id),
            (neighbour.port_id_type, neighbour.port_id),
        ):
            if kind == "mac" and text:
                evidence.hints.append(("mac", text))
        if neighbour.chassis_id and neighbour.chassis_id.startswith("SEP"):
            evidence.hints.append(("device-name", neighbour.chassis_id))
    return evidence


def _system(evidence: Evidence, observation: Observation) -> None:
    system = observation.system
    if system is None:
        return
    evidence.object_id = evidence.object_id or (system.object_id or "").strip(".")
    evidence.add_text("sysDescr", system.descr)
    named = (system.name, system.location, system.contact)
    evidence.given.update(filter(None, (key(text or "") for text in named)))
    if system.services is not None:
        evidence.hints.append(("sysServices", str(system.services)))
    evidence.hints.extend(("sysORID", oid) for oid in system.or_ids)
    if system.base_mac:
        evidence.facts.add("bridge")
        evidence.hints.append(("mac", system.base_mac))


def _clues(evidence: Evidence, observation: Observation) -> None:
    for clue in observation.clues:
        if clue.kind == "object":
            oid = clue.source.rsplit(" ", 1)[-1].strip(".")
            evidence.objects.setdefault(oid, clean(unhex(clue.value)))
        elif clue.kind == "sysObjectID":
            evidence.object_id = evidence.object_id or clue.value.strip(".")
        elif clue.kind == "enterprise":
            if clue.value.isdigit() and int(clue.value) not in evidence.enterprises:
                evidence.enterprises.append(int(clue.value))
        elif clue.kind == "announced":
            evidence.announced.append((clue.source, clue.value))
        elif clue.kind in _HINTS:
            evidence.hints.append((clue.kind, clue.value))
        else:
            evidence.add_text(_SAME.get(clue.kind, clue.kind), clue.value)


def _parts(evidence: Evidence, components: Sequence[Component]) -> None:
    evidence.components.extend(components)
    for component in components:
        for column, name in _ENTITY_COLUMNS:
            value = getattr(component, name)
            if value:
                oid = f"{ENTITY}{column}.{component.index}"
                evidence.objects.setdefault(oid, clean(value))


def _presence(evidence: Evidence, observation: Observation) -> None:
    for name in ("fdb", "vlans", "poe", "supplies", "access_points", "software"):
        if getattr(observation, name):
            evidence.facts.add(name)
    if observation.collector == "pbx" and observation.phones:
        evidence.facts.add("pbx")
    for peer in observation.peers:
        evidence.facts.add(peer.protocol)
    evidence.macs.extend(macs(observation.interfaces))
    evidence.facts.update(shapes(observation.interfaces))


def _phones(evidence: Evidence, phones: Sequence[Phone]) -> None:
    evidence.phones.extend(phones)
    for phone in phones:
        evidence.add_text("sip-user-agent", phone.user_agent)
        if phone.mac:
            evidence.hints.append(("mac", phone.mac))


def _is_phone(observation: Observation) -> bool:
    """Whether the phone facts are of the device asked, not a PBX's list."""
    return len(observation.phones) == 1 or observation.collector == "sip"


def hint_values(evidence: Evidence) -> Mapping[str, list[str]]:
    """Return the hints grouped by kind."""
    found: dict[str, list[str]] = {}
    for kind, value in evidence.hints:
        found.setdefault(kind, []).append(value)
    return found
