"""What capabilities, MAC prefixes, open ports, layers and tables suggest: little. Pure.

Each weighs too little to settle anything alone; together they tell a printer from a
camera where nothing better is known.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from discovery.identity.clean_text import key
from discovery.identity.device_types import split_kind
from discovery.identity.evidence import Evidence, hint_values
from discovery.identity.rules.knowledge import Knowledge
from discovery.identity.standards import (
    BRIDGE_PORTS,
    FORWARDING,
    SPANNING_TREE,
    VLANS_HELD,
)
from discovery.identity.verdicts import Statement
from inventory.kernel.texts import N_, Said

BRIDGE_MODULE = "1.3.6.1.2.1.17"
"""sysORID of an agent that says it supports BRIDGE-MIB or a part of it."""
MOST_MACS = 8
_CAPABILITIES = {
    "telephone": ("phone", 0.7),
    "wlan-ap": ("wireless", 0.7),
    "docsis": ("router", 0.5),
    "router": ("router", 0.3),
    "bridge": ("switch", 0.35),
    "station": ("computer", 0.3),
}


def statements(evidence: Evidence, knowledge: Knowledge) -> Iterator[Statement]:
    """Yield what the hints suggest."""
    hints = hint_values(evidence)
    capabilities = hints.get("lldp-capability", [])
    for word in capabilities:
        if found := _CAPABILITIES.get(word):
            if word == "bridge" and {"telephone", "wlan-ap", "router"} & set(
                capabilities
            ):
                continue
            reason = Said(N_("announces itself as {word}"), word=word)
            yield Statement("type", found[0], found[1], reason, "capabilities")
    if any(v == "3" for v in hints.get("med-class", ())):
        yield Statement("type", "phone", 0.75, "LLDP-MED class 3", "med class")
    for word in hints.get("cli-type", ()):
        yield from _console(word)
    yield from _makers(evidence, hints, knowledge)
    for name in hints.get("device-name", ()):
        reason = Said(N_("device name {start}..."), start=name[:3])
        yield Statement("type", "phone", 0.6, reason, "device-name")
    for ports, word, weight in _PORTS:
        if ports <= set(hints.get("open-port", ())):
            reason = Said(N_("open ports {names}"), names=", ".join(sorted(ports)))
            yield Statement("type", word, weight, reason, f"ports {word}")
    yield from _shape_statements(evidence, hints)


def _console(word: str) -> Iterator[Statement]:
    """Yield what mostly runs the command line that was spoken."""
    general, below = split_kind(word)
    reason = Said(N_("its command line is mostly that of a {word}"), word=word)
    # One system runs switches, routers and firewalls of a maker; others run one thing.
    weight = 0.3 if general in ("switch", "router") else 0.6
    yield Statement("type", general, weight, reason, "console")
    if below:
        yield Statement("subtype", below, weight, reason, "console")


def _maker_of_ports(evidence: Evidence, knowledge: Knowledge) -> Iterator[Statement]:
    """Yield who bought the block that most of its first ports' addresses are of."""
    found = Counter(
        name
        for mac in evidence.macs[:MOST_MACS]
        if not int(mac[:2], 16) & 2 and (name := _maker(mac, knowledge))
    )
    for name, count in found.most_common(1):
        if 2 * count > found.total():
            reason = Said(N_("its ports have MACs of a block of {name}"), name=name)
            yield Statement("vendor", name, 0.28, reason, "oui")


def _maker(mac: str, knowledge: Knowledge) -> str | None:
    if known := knowledge.by_oui.get(key(mac)[:6]):
        return known
    name = knowledge.makers(mac)
    return None if name is None or _makes_chips(name, knowledge) else name


def _makers(
    evidence: Evidence, hints: Mapping[str, list[str]], knowledge: Knowledge
) -> Iterator[Statement]:
    """Yield the vendors that the blocks of its MAC addresses suggest."""
    yield from _maker_of_ports(evidence, knowledge)
    for mac in (*hints.get("mac", ()), *hints.get("oui", ())):
        prefix = key(mac)[:6]
        if vendor := knowledge.by_oui.get(prefix):
            yield Statement(
                "vendor",
                vendor,
                0.35,
                Said(N_("MAC prefix {prefix}"), prefix=prefix),
                "oui",
            )
        elif (vendor := knowledge.makers(mac)) and not _makes_chips(vendor, knowledge):
            reason = Said(N_("the MAC is of a block of {vendor}"), vendor=vendor)
            yield Statement("vendor", vendor, 0.3, reason, "oui")


def _makes_chips(vendor: str, knowledge: Knowledge) -> bool:
    return key(vendor).startswith(tuple(knowledge.catalogue.chips))


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


_TABLES: tuple[tuple[str, str, float, str], ...] = (
    ("bgp", "router", 0.32, Said(N_("it exchanges routes (BGP)"))),
    ("ospf", "router", 0.32, Said(N_("it exchanges routes (OSPF)"))),
    ("mpls", "router", 0.3, Said(N_("it switches labels (MPLS)"))),
    ("fibre-channel", "switch", 0.35, Said(N_("it has many ports of fibre channel"))),
    ("lambdas", "other", 0.3, Said(N_("it has optical channels"))),
    ("subscriber-lines", "switch", 0.3, Said(N_("it has lines of many subscribers"))),
    ("pons", "switch", 0.3, Said(N_("it has passive optical networks"))),
    ("cable", "router", 0.3, Said(N_("it has channels of a cable network"))),
    ("analogue-lines", "phone", 0.24, Said(N_("it has analogue telephone lines"))),
    ("poe", "switch", 0.3, Said(N_("it powers devices over Ethernet"))),
)
"""Table, type, weight, reason."""


def _shape_statements(
    evidence: Evidence, hints: Mapping[str, list[str]]
) -> Iterator[Statement]:
    """The device's own tables: learned addresses, ports, radio, layers."""
    facts = evidence.facts
    yield from _ports(evidence, hints)
    yield from _radio(facts)
    if evidence.objects.get(FORWARDING) == "1" and not _bridges(evidence, hints):
        yield Statement(
            "type", "router", 0.25, Said(N_("it forwards IP packets")), "forwarding"
        )
    for fact, word, weight, reason in _TABLES:
        if fact in facts:
            yield Statement("type", word, weight, reason, fact)
    if "access_points" in facts:
        yield Statement(
            "type", "wireless", 0.45, Said(N_("it controls access points")), "aps"
        )
        yield Statement("subtype", "wireless-controller", 0.45, "controls APs", "aps")
    yield from _layers(next(iter(hints.get("sysServices", ())), ""))


def _bridges(evidence: Evidence, hints: Mapping[str, list[str]]) -> bool:
    """Whether it says anywhere that it bridges."""
    if evidence.facts & {"bridge", "fdb", "vlans"}:
        return True
    if any(oid.startswith(BRIDGE_MODULE) for oid in hints.get("sysORID", ())):
        return True
    counted = (evidence.objects.get(o, "") for o in (BRIDGE_PORTS, VLANS_HELD))
    return SPANNING_TREE in evidence.objects or any(
        count.isdigit() and int(count) > 2 for count in counted
    )


def _ports(evidence: Evidence, hints: Mapping[str, list[str]]) -> Iterator[Statement]:
    """What many ports say: with a bridge a switch, without one rather a router."""
    facts = evidence.facts
    bridges = _bridges(evidence, hints)
    ports = evidence.objects.get(BRIDGE_PORTS, "")
    if "many-ports" in facts and "fdb" in facts:
        yield Statement(
            "type", "switch", 0.35, Said(N_("it bridges many ports")), "shape"
        )
    elif "many-ports" in facts and bridges:
        yield Statement("type", "switch", 0.3, "a bridge with many ports", "shape")
    elif "many-ports" in facts and not facts & {"software", "radio-names"}:
        reason = Said(N_("it has many ports and bridges none"))
        yield Statement("type", "router", 0.22, reason, "shape")
    elif ports.isdigit() and int(ports) >= 4:
        reason = Said(N_("it bridges {ports} ports"), ports=ports)
        yield Statement("type", "switch", 0.3, reason, "shape")
    if "zones" in facts:
        reason = Said(N_("it has interfaces of zones or of a pair"))
        yield Statement("type", "firewall", 0.3, reason, "zones")
    elif facts & {"wan", "wan-lines"} and not bridges:
        reason = Said(N_("it has lines of a provider"))
        yield Statement("type", "router", 0.26, reason, "wan")
        if "wan-lines" not in facts:
            # A port that is only called so is as common on firewalls.
            yield Statement("type", "firewall", 0.25, reason, "wan")


def _radio(facts: set[str]) -> Iterator[Statement]:
    """802.11 radios: of an access point, or of a router that has lines as well."""
    if not facts & {"radio", "radio-names"} or "supplies" in facts:
        return
    if facts & {"wan", "wan-lines"}:
        yield Statement("type", "router", 0.3, "radios beside lines", "radio")
    elif "radio" in facts or "many-ports" not in facts:
        yield Statement(
            "type", "wireless", 0.3, Said(N_("it has 802.11 radios")), "radio"
        )


def _layers(services: str) -> Iterator[Statement]:
    """What sysServices (RFC 3418) says: the layers the device works on."""
    if services.isdigit():
        layers = int(services)
        if layers & 2 and not layers & 64:
            word = "router" if layers & 4 else "switch"
            yield Statement("type", word, 0.22, f"sysServices {layers}", "services")
