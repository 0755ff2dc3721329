"""What the standard MIBs, SMBIOS and LLDP-MED state, whoever the vendor. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from collectors.facts import Component, MedInventory
from discovery.identity.evidence import Evidence, hint_values
from discovery.identity.knowledge import Knowledge
from discovery.identity.text import clean, is_placeholder, key, useful
from discovery.identity.verdicts import Statement

MIB2 = "1.3.6.1.2.1."
LLDP = "1.0.8802.1.1.2.1."

SCALARS: Mapping[str, tuple[tuple[str, float], ...]] = {
    # UPS-MIB (RFC 1628) upsIdent
    f"{MIB2}33.1.1.1.0": (("vendor", 0.55),),
    f"{MIB2}33.1.1.2.0": (("model", 0.75),),
    f"{MIB2}33.1.1.3.0": (("firmware", 0.6), ("version", 0.45)),
    f"{MIB2}33.1.1.4.0": (("version", 0.5),),
    # RMON2-MIB (RFC 4502) probeSoftwareRev, probeHardwareRev
    f"{MIB2}16.19.2.0": (("version", 0.55),),
    f"{MIB2}16.19.3.0": (("hardware_rev", 0.55),),
    # LLDP-EXT-MED-MIB, the device's own inventory
    f"{LLDP}5.4795.1.2.2.0": (("hardware_rev", 0.7),),
    f"{LLDP}5.4795.1.2.3.0": (("firmware", 0.6),),
    f"{LLDP}5.4795.1.2.4.0": (("version", 0.6),),
    f"{LLDP}5.4795.1.2.5.0": (("serial", 0.75),),
    f"{LLDP}5.4795.1.2.6.0": (("vendor", 0.5),),
    f"{LLDP}5.4795.1.2.7.0": (("model", 0.7),),
    # Printer-MIB (RFC 3805) prtGeneralSerialNumber; HOST-RESOURCES-MIB hrDeviceDescr
    f"{MIB2}43.5.1.1.17.1": (("serial", 0.8),),
    # SYSAPPL-MIB sysApplInstallPkg
    f"{MIB2}54.1.1.1.1.4.1": (("version", 0.35),),
    # DOCS-CABLE-DEVICE-MIB docsDevSerialNumber, docsDevSwCurrentVers
    f"{MIB2}69.1.1.4.0": (("serial", 0.75),),
    f"{MIB2}69.1.3.5.0": (("version", 0.7),),
}
"""Standard objects worth one GET of every device, and the fields they fill."""

PRESENCE: Mapping[str, tuple[str, str | None, float]] = {
    f"{MIB2}33.1.1.": ("power", "ups", 0.75),
    f"{MIB2}43.5.1.1.": ("printer", None, 0.8),
    f"{MIB2}69.1.": ("router", "modem", 0.35),
}
"""A device that answers below this is of this type."""

BRIDGE_PORTS, FORWARDING = f"{MIB2}17.1.2.0", f"{MIB2}4.1.0"
"""dot1dBaseNumPorts (RFC 4188) and ipForwarding (RFC 4293)."""
EXTRA = (
    f"{MIB2}25.3.2.1.3.1",
    f"{MIB2}43.5.1.1.16.1",
    f"{LLDP}3.4.0",
    BRIDGE_PORTS,
    FORWARDING,
)
"""hrDeviceDescr.1, prtGeneralPrinterName.1 and lldpLocSysDesc for the rules; how many
ports it bridges and whether it routes, for its type."""


def scalar_statements(evidence: Evidence) -> Iterator[Statement]:
    """Yield what the standard scalars say."""
    for oid, fields in SCALARS.items():
        value = evidence.objects.get(oid, "").strip("\"'. ")
        if is_placeholder(value):
            continue
        for name, weight in fields:
            yield Statement(name, value, weight, f"standard object {oid}", oid)
    for prefix, (general, below, weight) in PRESENCE.items():
        if evidence.rows(prefix):
            reason = f"it answers {prefix}*"
            yield Statement("type", general, weight, reason, prefix)
            if below:
                yield Statement("subtype", below, weight, reason, prefix)
    if "supplies" in evidence.facts:
        yield Statement("type", "printer", 0.8, "it lists printer supplies", "supplies")


def component_statements(evidence: Evidence) -> Iterator[Statement]:
    """Yield what the chassis of the ENTITY-MIB says (RFC 6933).

    The serial of a stack row copies a member's, so chassis rows come first; of
    several the one at the lowest position, as it is the master or the frame.
    """
    for rank, part in enumerate(chassis_of(evidence.components)[:3]):
        drop = 0.08 * rank
        source = f"entPhysical.{part.index}"
        reason = f"ENTITY chassis {part.index}"
        for name, value, weight in (
            ("serial", part.serial, 0.8),
            ("model", part.model, 0.75),
            ("version", part.software_rev, 0.6),
            ("firmware", part.firmware_rev, 0.6),
            ("hardware_rev", part.hardware_rev, 0.7),
        ):
            text = clean(value or "", 256).strip("\"'. ")
            if not is_placeholder(text) and not (rank and name != "serial"):
                yield Statement(name, text, weight - drop, reason, source)
        if part.manufacturer and not rank:
            yield Statement("vendor", part.manufacturer, 0.6, reason, source)


def chassis_of(components: list[Component]) -> list[Component]:
    """Return the chassis rows, the one standing for the whole device first."""
    chassis = [c for c in components if c.kind == "chassis"]
    if not chassis and not any(c.kind == "stack" for c in components):
        # An agent that tells no classes: the first parts that name themselves.
        told = [c for c in components if useful((c.serial or "", c.model or ""))]
        chassis = sorted(told, key=lambda c: c.index)[:1]
    if not chassis:
        chassis = [c for c in components if c.kind == "stack" or c.parent is None][:1]
    known = {c.index for c in components}
    return sorted(
        chassis,
        key=lambda c: (
            is_placeholder(c.serial or ""),
            c.parent in known and not _parent_is_stack(c, components),
            c.position if c.position is not None and c.position >= 0 else 9999,
            c.index,
        ),
    )


def _parent_is_stack(part: Component, components: list[Component]) -> bool:
    return any(c.index == part.parent and c.kind == "stack" for c in components)


_CHASSIS_TYPES = {
    "laptop": "laptop",
    "notebook": "laptop",
    "portable": "laptop",
    "sub-notebook": "laptop",
    "convertible": "laptop",
    "detachable": "laptop",
    "tablet": "laptop",
    "desktop": "workstation",
    "low-profile-desktop": "workstation",
    "mini-tower": "workstation",
    "tower": "workstation",
    "mini-pc": "workstation",
    "stick-pc": "workstation",
    "all-in-one": "workstation",
    "space-saving": "workstation",
    "rack-mount-chassis": "server",
    "main-server-chassis": "server",
    "blade": "server",
    "blade-enclosure": "server",
    "multi-system-chassis": "server",
    "server": "server",
}
"""SMBIOS type 3 chassis types (DSP0134) to sub-types of computer."""

_SERVER_SYSTEM = re.compile(r"\b(server|esxi?|xenserver|proxmox|hyper-v)\b", re.I)


def computer_statements(evidence: Evidence) -> Iterator[Statement]:
    """Yield what SMBIOS and the operating system of a computer say."""
    for hardware in evidence.hardware:
        source = hardware.source or "hardware"
        for name, value, weight in (
            ("vendor", hardware.manufacturer, 0.85),
            ("model", hardware.model, 0.9),
            ("serial", hardware.serial, 0.92),
            ("firmware", hardware.firmware, 0.85),
            ("hardware_rev", hardware.hardware_rev, 0.8),
        ):
            text = clean(value or "", 256)
            if not is_placeholder(text):
                yield Statement(name, text, weight, f"hardware: {source}", source)
        yield from _chassis_type(hardware.chassis_type, source)
    for system in evidence.systems:
        yield from _system_statements(system.name, system.version)
        if system.virtualisation:
            reason = f"it runs on {system.virtualisation}"
            yield Statement("type", "computer", 0.9, reason, "virtualisation")
            yield Statement("subtype", "virtual-machine", 0.97, reason, "os")


def _chassis_type(raw: str | None, source: str) -> Iterator[Statement]:
    word = re.sub(r"[\s_]+", "-", (raw or "").strip().lower())
    if below := _CHASSIS_TYPES.get(word):
        reason = f"SMBIOS chassis type {word}"
        yield Statement("type", "computer", 0.9, reason, f"{source} chassis")
        yield Statement("subtype", below, 0.85, reason, f"{source} chassis")


def _system_statements(name: str | None, version: str | None) -> Iterator[Statement]:
    if name:
        yield Statement("os", clean(name, 128), 0.95, "operating system", "os")
        yield Statement("type", "computer", 0.6, "it has a general system", "os")
        if _SERVER_SYSTEM.search(name):
            yield Statement("subtype", "server", 0.5, "a server system", "os")
    if version:
        yield Statement("version", clean(version, 128), 0.95, "operating system", "os")


def phone_statements(evidence: Evidence) -> Iterator[Statement]:
    """Yield what a telephone, or the exchange it is registered with, says of it."""
    for phone in evidence.phones:
        source = f"phone {phone.source}".strip()
        for name, value, weight in (
            ("vendor", phone.manufacturer, 0.75),
            ("model", phone.model, 0.8),
            ("serial", phone.serial, 0.85),
            ("version", phone.firmware, 0.8),
        ):
            text = clean(value or "", 128)
            if not is_placeholder(text):
                yield Statement(name, text, weight, f"told by {source}", source)
        yield Statement("type", "phone", 0.5, f"{source} lists it as a phone", source)


def med_statements(evidence: Evidence) -> Iterator[Statement]:
    """Yield what LLDP-MED inventories say (ANSI/TIA-1057)."""
    for med in evidence.med:
        yield from _med(med)


def _med(med: MedInventory) -> Iterator[Statement]:
    for name, value, weight in (
        ("vendor", med.manufacturer, 0.75),
        ("model", med.model, 0.85),
        ("serial", med.serial, 0.85),
        ("version", med.software_rev, 0.8),
        ("firmware", med.firmware_rev, 0.7),
        ("hardware_rev", med.hardware_rev, 0.75),
    ):
        text = clean(value or "", 128)
        if not is_placeholder(text):
            yield Statement(name, text, weight, "LLDP-MED inventory", f"med {name}")
    if med.device_class == 3:
        reason = "LLDP-MED class 3, communication endpoint"
        yield Statement("type", "phone", 0.75, reason, "med class")


_CAPABILITIES = {
    "telephone": ("phone", 0.7),
    "wlan-ap": ("wireless", 0.7),
    "docsis": ("router", 0.5),
    "router": ("router", 0.3),
    "bridge": ("switch", 0.35),
    "station": ("computer", 0.3),
}


def hint_statements(evidence: Evidence, knowledge: Knowledge) -> Iterator[Statement]:
    """Yield what capabilities, MAC prefixes, ports and layers suggest: little."""
    hints = hint_values(evidence)
    said = hints.get("lldp-capability", [])
    for word in said:
        if found := _CAPABILITIES.get(word):
            if word == "bridge" and {"telephone", "wlan-ap", "router"} & set(said):
                continue
            reason = f"announces itself as {word}"
            yield Statement("type", found[0], found[1], reason, "capabilities")
    if any(v == "3" for v in hints.get("med-class", ())):
        yield Statement("type", "phone", 0.75, "LLDP-MED class 3", "med class")
    for mac in (*hints.get("mac", ()), *hints.get("oui", ())):
        prefix = key(mac)[:6]
        if vendor := knowledge.by_oui.get(prefix):
            yield Statement("vendor", vendor, 0.35, f"MAC prefix {prefix}", "oui")
    for name in hints.get("device-name", ()):
        reason = f"device name {name[:3]}..."
        yield Statement("type", "phone", 0.6, reason, "device-name")
    for ports, word, weight in _PORTS:
        if ports <= set(hints.get("open-port", ())):
            reason = f"open ports {', '.join(sorted(ports))}"
            yield Statement("type", word, weight, reason, f"ports {word}")
    yield from _shape_statements(evidence, hints)


_PORTS: tuple[tuple[frozenset[str], str, float], ...] = (
    (frozenset({"9100"}), "printer", 0.45),
    (frozenset({"631", "9100"}), "printer", 0.6),
    (frozenset({"515"}), "printer", 0.35),
    (frozenset({"554"}), "camera", 0.3),
    (frozenset({"3389"}), "computer", 0.5),
    (frozenset({"445"}), "computer", 0.35),
    (frozenset({"902"}), "computer", 0.4),
    (frozenset({"5060"}), "phone", 0.3),
    (frozenset({"3493"}), "power", 0.3),
    (frozenset({"8291"}), "router", 0.5),
)


def _shape_statements(
    evidence: Evidence, hints: Mapping[str, list[str]]
) -> Iterator[Statement]:
    """The device's own tables: learned addresses, ports, radio, layers."""
    facts = evidence.facts
    if "fdb" in facts and "many-ports" in facts:
        yield Statement("type", "switch", 0.35, "it bridges many ports", "shape")
    elif "many-ports" in facts and "bridge" in facts:
        yield Statement("type", "switch", 0.3, "a bridge with many ports", "shape")
    ports = evidence.objects.get(BRIDGE_PORTS, "")
    if ports.isdigit() and int(ports) >= 4 and "many-ports" not in facts:
        reason = f"it bridges {ports} ports"
        yield Statement("type", "switch", 0.3, reason, "shape")
    if evidence.objects.get(FORWARDING) == "1" and not ports:
        yield Statement("type", "router", 0.25, "it forwards IP packets", "forwarding")
    if "radio" in facts:
        yield Statement("type", "wireless", 0.3, "it has 802.11 radios", "radio")
    if "access_points" in facts:
        yield Statement("type", "wireless", 0.45, "it controls access points", "aps")
        yield Statement("subtype", "wireless-controller", 0.45, "controls APs", "aps")
    services = next(iter(hints.get("sysServices", ())), "")
    if services.isdigit():
        layers = int(services)
        if layers & 2 and not layers & 64:
            word = "router" if layers & 4 else "switch"
            yield Statement("type", word, 0.22, f"sysServices {layers}", "services")
