"""An observation to the identifiers in it, each with a strength and a scope.

Pure. Bogus and shared values are left out by the data in `bogus`. Which identifiers
may join two observations, and which tell them apart, is decided in `match`.
"""

from __future__ import annotations

import hashlib
import ipaddress
import re
import uuid as uuids
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from collectors import macs
from collectors.facts import (
    Clue,
    Component,
    Interface,
    Neighbour,
    Observation,
    Service,
)
from discovery.matching import placeholders
from discovery.matching.serial_scope import scope_of

SERIAL, UUID, IMEI, BASE_MAC, MAC = 100, 95, 95, 85, 80
ANNOUNCED = 70
ENGINE, HOST_KEY, DOCK, TEXT_ENGINE, NAME, IP = 75, 65, 45, 45, 30, 20
SAID = 22
"""What weighs that the same is said at an address as before: it joins nothing, but who
says the same there is still there."""
CARD = 25
"""What a made-up address of a card weighs: it joins nothing, since randomised ones come
and go; but two virtual machines that answer at once have cards of their own."""

JOINS = 60
"""From this strength on, an identifier may join observations by itself."""

_SEPARATORS = re.compile(r"[^0-9A-Za-z]+")
"""Written or left out at will between the groups of a serial number."""

_LABEL = re.compile(
    r"""^\s* (?: s\s*/\s*n | sn(?=[\s:\#.])
        | ser(?:ial)?\.? (?:\s*(?:no|nr|number|num)\b)? (?=[\s:\#.]) ) [\s:\#.]*""",
    re.IGNORECASE | re.VERBOSE,
)
"""What labels print before a serial number; letters it begins with itself stay."""

_NUMBERED = re.compile(r"(?:^|,)CN=[^,]*(?=[0-9a-f]*\d)[0-9a-f]{6,}", re.IGNORECASE)
"""A common name with a number in it that is long enough to be one device's."""

_CARD_TYPES = frozenset((None, 6, 62, 69, 71, 117))
"""IANAifType of network cards: Ethernet in its kinds, and 802.11. Others (VLANs,
bridges, aggregates, tunnels) borrow the address of a card or make one up."""

_HARDWARE_MAC_COLLECTORS = frozenset(("sip", "link", "http", "registered"))
"""Collectors whose `Phone` rows describe the device itself, not its customers."""


@dataclass(frozen=True, slots=True)
class Identifier:
    """Something that tells a device from others; equal by kind, value and scope."""

    kind: str
    value: str
    scope: str = ""
    strength: int = field(default=0, compare=False)
    source: str = field(default="", compare=False)

    @property
    def joins(self) -> bool:
        """Whether it may join observations by itself."""
        return self.strength >= JOINS


def identifiers_of(
    observations: Sequence[Observation],
    *,
    vendor: str | None = None,
    serial: str | None = None,
) -> tuple[Identifier, ...]:
    """Return all identifiers in the observations of one visit.

    Args:
        observations: Made at one address in one visit.
        vendor: What identification says, the scope of serials without a maker.
        serial: What identification says, e.g. from a vendor's own object.
    """
    best: dict[Identifier, Identifier] = {}
    for found in _all(observations, vendor, serial):
        known = best.get(found)
        if known is None or found.strength > known.strength:
            best[found] = found
    return tuple(sorted(best.values(), key=lambda i: (i.kind, i.value, i.scope)))


def _all(
    observations: Sequence[Observation], vendor: str | None, serial: str | None
) -> Iterator[Identifier]:
    yield from _serial(serial, vendor, "identification")
    for observation in observations:
        yield from _hardware(observation, vendor)
        yield from _network(observation)
        yield from _addresses(observation)
        yield from _phones(observation, vendor)
        if observation.collector == "heard":
            for neighbour in observation.neighbours:
                yield from announced(neighbour, site=observation.site)
        yield from _certificates(observation.services)
        yield from _said(observation)
        for key in observation.host_keys:
            yield Identifier(
                "host-key", key.fingerprint, "", HOST_KEY, f"ssh {key.algorithm}"
            )


def _certificates(services: Sequence[Service]) -> Iterator[Identifier]:
    """Yield the keys of certificates that devices made for themselves.

    Firmware brings one for all devices, and names none of them; a certificate that
    names its device by a number was made by that device.
    """
    for service in services:
        shown = service.certificate
        if shown and shown.self_signed and _NUMBERED.search(shown.subject):
            source = f"{service.protocol} {service.port}"
            yield Identifier("certificate-key", shown.key, "", HOST_KEY, source)


_OPEN = "open-port"
LEAST_SAID = 2
"""Values from which what is said is more than what any server says."""


def _said(observation: Observation) -> Iterator[Identifier]:
    """Yield what is said to anybody at an address, as one value."""
    if observation.collector != "probe" or not observation.address:
        return
    found = {(c.kind, c.source, c.value) for c in observation.clues if c.kind != _OPEN}
    if len(found) >= LEAST_SAID:
        text = repr((observation.site, observation.address, sorted(found)))
        digest = hashlib.sha256(text.encode()).hexdigest()[:32]
        yield Identifier("said", digest, observation.site, SAID, "probe")


def announced(neighbour: Neighbour, *, site: str) -> Iterator[Identifier]:
    """Yield what a neighbour said about its identity in LLDP, LLDP-MED or CDP."""
    yield from announced_numbers(neighbour)
    source = neighbour.protocol
    if neighbour.sys_name:
        yield from _name(neighbour.sys_name, site, source)
    for ip in neighbour.management_addresses:
        yield from _ip(ip, site, source)


def announced_numbers(neighbour: Neighbour) -> Iterator[Identifier]:
    """Yield those of them that are the same at any site: MACs and serial numbers."""
    source = neighbour.protocol
    for text, kind in (
        (neighbour.chassis_id, neighbour.chassis_id_type),
        (neighbour.port_id, neighbour.port_id_type),
    ):
        if text and kind == "mac":
            yield from _mac(text, MAC, f"{source} id")
    for text in (neighbour.chassis_id, neighbour.sys_name):
        if text:
            yield from _device_id(text, source)
    med = neighbour.med
    if med is not None:
        yield from _serial(med.serial, med.manufacturer, f"{source} med")


def _device_id(text: str, source: str) -> Iterator[Identifier]:
    """CDP device ids of phones are `SEP` or `SIP` and the MAC."""
    if len(text) == 15 and text[:3].upper() in {"SEP", "SIP", "ATA"}:
        mac = macs.from_text(text[3:])
        if mac is not None:
            yield from _mac(mac, MAC, f"{source} device id")


def _hardware(observation: Observation, vendor: str | None) -> Iterator[Identifier]:
    box = observation.hardware
    maker = box.manufacturer if box is not None else None
    if box is not None:
        yield from _serial(
            box.serial, maker or vendor, f"{observation.collector} hardware"
        )
        yield from _uuid(box.uuid, f"{observation.collector} hardware")
    for part in _chassis(observation.components):
        yield from _serial(
            part.serial, vendor or part.manufacturer or maker, "ENTITY chassis"
        )
        yield from _uuid(part.uuid, "ENTITY chassis")


def _chassis(components: Sequence[Component]) -> Iterator[Component]:
    """Yield the chassis at the root or in a stack: the boxes that make the device."""
    by_index = {part.index: part for part in components}
    for part in components:
        if part.kind != "chassis":
            continue
        above, steps = by_index.get(part.parent or -1), 0
        while above is not None and above.kind in {"stack", "container"} and steps < 8:
            above, steps = by_index.get(above.parent or -1), steps + 1
        if above is None:
            yield part


def _network(observation: Observation) -> Iterator[Identifier]:
    system = observation.system
    if system is not None:
        if system.base_mac:
            yield from _mac(system.base_mac, BASE_MAC, "bridge address")
        yield from _engine(system.engine_id)
        if system.name:
            yield from _name(system.name, observation.site, "sysName")
    os = observation.operating_system
    if os is not None and os.hostname:
        yield from _name(os.hostname, observation.site, "host name")
    cards = [card for card in observation.interfaces if card.mac and _is_card(card)]
    for card in cards:
        yield from _card(card.mac or "", card.name)
    if not cards:
        yield from _in_use(observation)
    for clue in observation.clues:
        yield from _told(clue, observation.site)


def _told(clue: Clue, site: str) -> Iterator[Identifier]:
    """Yield what a single value says about identity, if its kind does."""
    if clue.kind == "mac":
        yield from _mac(clue.value, MAC, clue.source)
    elif clue.kind == "name":
        yield from _name(clue.value, site, clue.source)
    elif clue.kind == "uuid":
        yield from _announced_uuid(clue.value, clue.source)
    elif clue.kind == "engine-id":
        yield from _engine(clue.value)
    elif clue.kind == "imei" and not placeholders.is_filler(clue.value):
        yield Identifier("imei", clue.value, "", IMEI, clue.source)


def _card(mac: str, name: str) -> Iterator[Identifier]:
    movable = placeholders.is_movable_mac(mac, name)
    yield from _mac(mac, DOCK if movable else MAC, name)
    if macs.is_local(mac) and not macs.is_multicast(mac):
        yield Identifier("card", mac, "", CARD, name)


def _in_use(observation: Observation) -> Iterator[Identifier]:
    """Yield the made-up addresses under which a machine without a card is at work.

    A container has a virtual interface alone, and often a template's host keys.
    """
    used = {own.if_index for own in observation.addresses} - {None}
    for port in observation.interfaces:
        if port.mac and port.if_index in used and not macs.is_multicast(port.mac):
            if macs.is_local(port.mac):
                yield Identifier("card", port.mac, "", CARD, port.name)


def _addresses(observation: Observation) -> Iterator[Identifier]:
    if observation.address:
        yield from _ip(observation.address, observation.site, "visited", visited=True)
    for own in observation.addresses:
        yield from _ip(
            own.ip,
            f"{observation.site}/{own.vrf}" if own.vrf else observation.site,
            "own",
        )


def _is_card(card: Interface) -> bool:
    if card.physical is not None:
        return card.physical
    return card.type in _CARD_TYPES


def _phones(observation: Observation, vendor: str | None) -> Iterator[Identifier]:
    if observation.collector not in _HARDWARE_MAC_COLLECTORS:
        return
    for phone in observation.phones:
        if phone.mac:
            yield from _mac(phone.mac, MAC, phone.source or "user agent")
        yield from _serial(phone.serial, phone.manufacturer or vendor, "phone")
        if phone.device_name:
            yield from _device_id(phone.device_name, "device name")


def serial_key(text: str) -> str:
    """Return letters and digits of a serial number in upper case, for comparing.

    What stands before it on a label, such as `S/N:` or `Serial No.`, is left out.
    """
    bare = _SEPARATORS.sub("", _LABEL.sub("", text))
    return (bare or _SEPARATORS.sub("", text)).upper()


def _serial(text: str | None, maker: str | None, source: str) -> Iterator[Identifier]:
    if text and not placeholders.is_filler(text):
        yield Identifier("serial", serial_key(text), scope_of(maker), SERIAL, source)


def uuid_key(text: str) -> str | None:
    """Return a system UUID in the smaller of its two byte orders; None if it is none.

    SMBIOS 2.6 stores the first three fields little-endian; tools disagree on whether
    to swap them, so both spellings must mean one machine.
    """
    try:
        parsed = uuids.UUID(text)
    except ValueError:
        return None
    both = (str(parsed), str(uuids.UUID(bytes=parsed.bytes_le)))
    return None if any(each in placeholders.UUIDS for each in both) else min(both)


def _uuid(text: str | None, source: str) -> Iterator[Identifier]:
    key = uuid_key(text) if text else None
    if key is not None:
        yield Identifier("uuid", key, "", UUID, source)


def _announced_uuid(text: str, source: str) -> Iterator[Identifier]:
    """Yield a UUID that a protocol announces: the protocol's own, no SMBIOS one.

    Each protocol may have one of its own, so two that differ do not contradict.
    """
    if (key := uuid_key(text)) is not None:
        yield Identifier("announced-uuid", key, "", ANNOUNCED, source)


def _mac(mac: str, strength: int, source: str) -> Iterator[Identifier]:
    if not placeholders.is_shared_mac(mac):
        if placeholders.is_movable_mac(mac):
            strength = min(strength, DOCK)
        yield Identifier("mac", mac, "", strength, source)


def _engine(engine_id: str | None) -> Iterator[Identifier]:
    """Yield an snmpEngineID with the strength its format allows (RFC 3411).

    Made from a MAC or random octets it is one agent's own. Made from an IP address
    or set as text by an administrator it may be any number of agents'.
    """
    if not engine_id or engine_id in placeholders.ENGINE_IDS or len(engine_id) < 10:
        return
    octets = bytes.fromhex(engine_id) if _is_hex(engine_id) else b""
    if len(octets) < 6 or not any(octets[5:]):
        return
    administered = octets[0] & 0x80 and octets[4] in (1, 2, 4)
    strength = TEXT_ENGINE if administered else ENGINE
    if octets[0] & 0x80 and octets[4] == 3 and len(octets) >= 11:
        if placeholders.is_shared_mac(octets[5:11].hex(":")):
            strength = TEXT_ENGINE
    yield Identifier("engine-id", engine_id, "", strength, "snmpEngineID")


def _is_hex(text: str) -> bool:
    return len(text) % 2 == 0 and all(c in "0123456789abcdef" for c in text)


def _name(name: str, site: str, source: str) -> Iterator[Identifier]:
    if not placeholders.is_generic_name(name):
        # A dot at the end says that a name is complete, no more (RFC 1034, 3.1).
        plain = name.strip().lower().rstrip(".")
        yield Identifier("name", plain, site, NAME, source)


def _ip(
    ip: str, scope: str, source: str, *, visited: bool = False
) -> Iterator[Identifier]:
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return
    # Loopback addresses are real targets of a scan, but no evidence in a table.
    usable = not (address.is_unspecified or address.is_multicast)
    if usable and (visited or not (address.is_loopback or address.is_link_local)):
        yield Identifier("ip", ip, scope, IP, source)


def joining(identifiers: Iterable[Identifier]) -> frozenset[Identifier]:
    """Return those that may join observations by themselves."""
    return frozenset(i for i in identifiers if i.joins)
