"""What the standard MIBs, SMBIOS and LLDP-MED state, whoever the vendor. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from collectors.facts import Component, MedInventory
from discovery.identity.clean_text import clean, is_placeholder, release, useful
from discovery.identity.evidence import Evidence
from discovery.identity.verdicts import Statement
from inventory.kernel.texts import N_, Said

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
    f"{MIB2}25.3.5.1.1.": ("printer", None, 0.5),
    f"{MIB2}16.1.1.1.2.": ("switch", None, 0.24),
    "1.2.840.10036.3.1.2.1.": ("wireless", "access-point", 0.45),
}
"""A device that answers below this is of this type: upsIdent, prtGeneral, docsDev,
hrPrinterStatus, etherStatsDataSource (RFC 2819: counters of many ports), 802.11 cards.
"""

BODIES: Mapping[int, tuple[str, float]] = {
    2699: ("printer", 0.5),
    4300: ("switch", 0.22),
    14706: ("switch", 0.22),
    15007: ("switch", 0.24),
}
"""Enterprise numbers of bodies whose MIBs only such devices serve: the Printer Working
Group, sFlow (packets sampled in ports; the older number is InMon's), the Metro Ethernet
Forum. They make nothing, so `agents.tsv` lists them as well."""
BRIDGE_PORTS, FORWARDING = f"{MIB2}17.1.2.0", f"{MIB2}4.1.0"
"""dot1dBaseNumPorts (RFC 4188) and ipForwarding (RFC 4293)."""
SPANNING_TREE, VLANS_HELD = f"{MIB2}17.2.1.0", f"{MIB2}17.7.1.1.4.0"
"""dot1dStpProtocolSpecification (RFC 4188) and dot1qNumVlans (RFC 4363)."""
SPEAKS: Mapping[str, tuple[str, frozenset[str], str]] = {
    f"{MIB2}14.1.2.0": ("OSPF", frozenset({"2"}), "router"),
    f"{MIB2}15.2.0": ("BGP", frozenset({"0"}), "router"),
    f"{MIB2}68.1.1.0": ("VRRP", frozenset({"0"}), "router"),
}
"""Protocols of routers: ospfAdminStat (RFC 4750), bgpLocalAs (RFC 4273) and
vrrpNodeVersion (RFC 2787), what each says where it is off, and who speaks it."""
RADIO = "1.2.840.10036.3.1.2.1."
"""dot11ResourceInfoEntry (IEEE 802.11 MIB)."""
FABRIC_UNIT = "1.3.6.1.3.94.1.6.1."
"""connUnitEntry (FCMGMT-MIB, the Fibre Alliance's)."""
COLUMNS = (
    f"{MIB2}25.3.5.1.1.",
    f"{MIB2}16.1.1.1.2.",
    f"{RADIO}2.",
    f"{RADIO}3.",
    f"{RADIO}4.",
    f"{FABRIC_UNIT}3.",
    f"{FABRIC_UNIT}7.",
)
"""Whether it prints, or counts packets of ports (`PRESENCE`); makers, names, versions
of 802.11 cards; types and products of units of a storage network."""
EXTRA = (
    f"{MIB2}25.3.2.1.3.1",
    f"{MIB2}43.5.1.1.16.1",
    f"{LLDP}3.4.0",
    BRIDGE_PORTS,
    SPANNING_TREE,
    VLANS_HELD,
    FORWARDING,
    *SPEAKS,
)
"""hrDeviceDescr.1, prtGeneralPrinterName.1 and lldpLocSysDesc for the rules; whether
and how much it bridges, and whether it routes, for its type."""


def scalar_statements(evidence: Evidence) -> Iterator[Statement]:
    """Yield what the standard scalars say."""
    for oid, fields in SCALARS.items():
        value = evidence.objects.get(oid, "").strip("\"'. ")
        if is_placeholder(value):
            continue
        for name, weight in fields:
            yield Statement(
                name, value, weight, Said(N_("standard object {oid}"), oid=oid), oid
            )


def presence_statements(evidence: Evidence) -> Iterator[Statement]:
    """Yield what it tells of its type that the agent serves a standard's objects."""
    for prefix, (general, below, weight) in PRESENCE.items():
        if evidence.rows(prefix):
            reason = Said(N_("it answers {prefix}*"), prefix=prefix)
            yield Statement("type", general, weight, reason, prefix)
            if below:
                yield Statement("subtype", below, weight, reason, prefix)
    for number in evidence.enterprises:
        if number in BODIES:
            general, weight = BODIES[number]
            source = f"enterprise {number}"
            reason = Said(
                N_("it serves objects of {source}, of a body for such devices"),
                source=source,
            )
            yield Statement("type", general, weight, reason, source)
    for oid, (protocol, off, general) in SPEAKS.items():
        if evidence.objects.get(oid, "0") not in {*off, "0"}:
            yield Statement(
                "type",
                general,
                0.24,
                Said(N_("it speaks {protocol}"), protocol=protocol),
                protocol,
            )
    if "supplies" in evidence.facts:
        yield Statement(
            "type", "printer", 0.8, Said(N_("it lists printer supplies")), "supplies"
        )


def manufacturers(evidence: Evidence) -> Iterator[str]:
    """Yield who made the whole device, by what it says of its hardware."""
    found: tuple[str | None, ...] = (
        *(part.manufacturer for part in chassis_of(evidence.components)[:1]),
        *(hardware.manufacturer for hardware in evidence.hardware),
        *(phone.manufacturer for phone in evidence.phones),
        *(med.manufacturer for med in evidence.med),
    )
    yield from (name for name in found if name and not is_placeholder(name))


_FABRIC_UNITS: Mapping[str, tuple[str, float]] = {
    "4": ("switch", 0.5),
    "5": ("storage", 0.4),
    "9": ("storage", 0.6),
    "10": ("computer", 0.4),
    "11": ("storage", 0.7),
    "14": ("storage", 0.6),
}
"""connUnitType: switch, gateway, storage device, host, storage subsystem, storage
access device."""


def column_statements(evidence: Evidence) -> Iterator[Statement]:
    """Yield what standard tables say of which the first rows are read."""
    for name, column, weight in (("vendor", 2, 0.5), ("model", 3, 0.6)):
        for oid, value in evidence.rows(f"{RADIO}{column}.")[:1]:
            if not is_placeholder(value):
                yield Statement(name, value, weight, Said(N_("its 802.11 card")), oid)
    for oid, value in evidence.rows(f"{RADIO}4.")[:1]:
        if found := _RADIO_VERSION.search(value):
            yield Statement("version", found[1], 0.6, Said(N_("its 802.11 card")), oid)
    for oid, value in evidence.rows(f"{FABRIC_UNIT}3."):
        if found_type := _FABRIC_UNITS.get(value):
            word, weight = found_type
            reason = Said(
                N_("a unit of type {value} of a storage network"), value=value
            )
            yield Statement("type", word, weight, reason, oid)
            return
    for oid, value in evidence.rows(f"{FABRIC_UNIT}7.")[:1]:
        if not is_placeholder(value):
            reason = Said(N_("it is a unit of a storage network"))
            yield Statement("type", "storage", 0.4, reason, oid)
            yield Statement("model", value, 0.5, reason, oid)


_RADIO_VERSION = re.compile(r"\bv?(\d+\.\d[\w.-]+)")


def chassis_texts(evidence: Evidence) -> Iterator[str]:
    """Yield what the chassis, and the first device of the host, call themselves."""
    for part in chassis_of(evidence.components)[:1]:
        yield from (text for text in (part.descr, part.model, part.name) if text)
    if first := evidence.objects.get(f"{MIB2}25.3.2.1.3.1"):
        yield first


def component_statements(evidence: Evidence) -> Iterator[Statement]:
    """Yield what the chassis of the ENTITY-MIB says (RFC 6933).

    The serial of a stack row copies a member's, so chassis rows come first; of
    several the one at the lowest position, as it is the master or the frame.
    """
    for rank, part in enumerate(chassis_of(evidence.components)[:3]):
        drop = 0.08 * rank
        source = f"entPhysical.{part.index}"
        reason = Said(N_("ENTITY chassis {index}"), index=part.index)
        for name, value, weight in (
            ("serial", part.serial, 0.8),
            ("model", part.model, 0.75),
            ("version", part.software_rev, 0.46),
            ("firmware", part.firmware_rev, 0.6),
            ("hardware_rev", part.hardware_rev, 0.7),
        ):
            text = clean(value or "", 256).strip("\"'. ")
            if not is_placeholder(text) and not (rank and name != "serial"):
                told = release(text) if name == "version" else text
                yield Statement(name, told, weight - drop, reason, source)
        if part.manufacturer and not rank and _is_name(part.manufacturer):
            yield Statement("vendor", part.manufacturer, 0.6, reason, source)


_PARTS = frozenset(
    (
        *("cpu", "memory", "disk", "graphics", "monitor", "battery", "filesystem"),
        *("usb", "pci", "power-supply", "fan", "transceiver", "sensor", "port"),
    )
)
"""Kinds whose maker and model are never those of the whole machine."""


def _is_name(text: str) -> bool:
    """Whether a maker's name may be one: codes of lots and dates are none."""
    return sum(c.isdigit() for c in text) < 2


def chassis_of(components: list[Component]) -> list[Component]:
    """Return the chassis rows, the one standing for the whole device first."""
    chassis = [c for c in components if c.kind == "chassis"]
    if not chassis and not any(c.kind == "stack" for c in components):
        # An agent that tells no classes: the first parts that name themselves.
        identified = [
            c
            for c in components
            if c.kind not in _PARTS and useful((c.serial or "", c.model or ""))
        ]
        chassis = sorted(identified, key=lambda c: c.index)[:1]
    if not chassis:
        roots = (c for c in components if c.kind == "stack" or c.parent is None)
        chassis = [c for c in roots if c.kind not in _PARTS][:1]
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

BY_AGENT = 0.8
"""What a fact weighs that an SNMP agent tells of its box, against SMBIOS."""
_SERVER_SYSTEM = re.compile(r"\b(server|esxi?|xenserver|proxmox|hyper-v)\b", re.I)


def computer_statements(evidence: Evidence) -> Iterator[Statement]:
    """Yield what SMBIOS and the operating system of a computer say."""
    for hardware in evidence.hardware:
        source = hardware.source or "hardware"
        trust = BY_AGENT if source.startswith("snmp") else 1.0
        for name, value, weight in (
            ("vendor", hardware.manufacturer, 0.85),
            ("model", _up_to(hardware.serial, hardware.model), 0.9),
            ("serial", hardware.serial, 0.92),
            ("firmware", hardware.firmware, 0.85),
            ("hardware_rev", hardware.hardware_rev, 0.8),
        ):
            text = clean(value or "", 256)
            if not is_placeholder(text):
                reason = Said(N_("hardware: {source}"), source=source)
                yield Statement(name, text, weight * trust, reason, source)
        yield from _chassis_type(hardware.chassis_type, source)
    for system in evidence.systems:
        yield from _system_statements(system.name, system.version)
        if system.name:
            reason = Said(N_("it has a general system"))
            yield Statement("type", "computer", 0.6, reason, "os")
        if system.virtualisation:
            reason = Said(
                N_("it runs on {virtualisation}"), virtualisation=system.virtualisation
            )
            yield Statement("type", "computer", 0.9, reason, "virtualisation")
            yield Statement("subtype", "virtual-machine", 0.97, reason, "os")
    for system in evidence.firmware:
        yield from _system_statements(system.name, system.version)


def _up_to(serial: str | None, model: str | None) -> str | None:
    """Cut a model before the serial, or its beginning, that some write behind it."""
    said = (model or "").split(" ")
    for place, word in enumerate(said):
        if place and len(word) > 4 and (serial or "").startswith(word):
            return " ".join(said[:place])
    return model


def _chassis_type(raw: str | None, source: str) -> Iterator[Statement]:
    word = re.sub(r"[\s_]+", "-", (raw or "").strip().lower())
    if below := _CHASSIS_TYPES.get(word):
        reason = Said(N_("SMBIOS chassis type {word}"), word=word)
        yield Statement("type", "computer", 0.9, reason, f"{source} chassis")
        yield Statement("subtype", below, 0.85, reason, f"{source} chassis")


def _system_statements(name: str | None, version: str | None) -> Iterator[Statement]:
    if name:
        yield Statement(
            "os", clean(name, 128), 0.95, Said(N_("operating system")), "os"
        )
        if _SERVER_SYSTEM.search(name):
            yield Statement("subtype", "server", 0.5, Said(N_("a server system")), "os")
    if version:
        yield Statement(
            "version", clean(version, 128), 0.95, Said(N_("operating system")), "os"
        )


def phone_statements(evidence: Evidence) -> Iterator[Statement]:
    """Yield what a telephone, or the exchange it is registered with, says of it."""
    if "pbx" in evidence.facts:
        reason = Said(N_("telephones are registered with it"))
        yield Statement("type", "phone", 0.9, reason, "registrations")
        yield Statement("subtype", "pbx", 0.95, reason, "registrations")
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
                yield Statement(
                    name,
                    text,
                    weight,
                    Said(N_("told by {source}"), source=source),
                    source,
                )
        yield Statement(
            "type",
            "phone",
            0.5,
            Said(N_("{source} lists it as a phone"), source=source),
            source,
        )


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
        reason = Said(N_("LLDP-MED class 3, communication endpoint"))
        yield Statement("type", "phone", 0.75, reason, "med class")
