"""What a device says by multicast DNS, asked directly (RFC 6762, RFC 6763). Pure.

A responder also passes on what other machines announced (reflectors, sleep proxies):
an instance whose host has addresses, none of which is the one asked, is another's.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Sequence

from collectors.probes.parsers import dns
from collectors.probes.parsers.said import Said

PORT = 5353
ALL = "_services._dns-sd._udp.local"
ASKED = (
    *("_device-info._tcp", "_workstation._tcp", "_ipp._tcp", "_ipps._tcp"),
    *("_printer._tcp", "_pdl-datastream._tcp", "_http._tcp", "_smb._tcp"),
    *("_airplay._tcp", "_raop._tcp", "_googlecast._tcp", "_spotify-connect._tcp"),
    *("_sonos._tcp", "_hap._tcp", "_axis-video._tcp", "_rtsp._tcp", "_sip._udp"),
    *("_ssh._tcp", "_rfb._tcp", "_amzn-wplay._tcp", "_companion-link._tcp"),
)
"""Service types whose instances tell a model, a maker or a name."""
_SERVICE = re.compile(r"(?:^|\.)(_[A-Za-z0-9-]{1,32})\.(_tcp|_udp)\.local$")
_HARDWARE = re.compile(r" \[([0-9A-Fa-f:]{17})\]$")
"""The workstation service of Avahi writes the address of the card behind the name."""
_INSTANCES_ARE_NAMES = frozenset(
    ("_device-info", "_workstation", "_smb", "_airplay", "_rfb", "_ssh", "_sftp-ssh")
)


def query(address: str, services: Sequence[str] = ASKED) -> bytes:
    """Return the question to one address: its name, its services, their instances."""
    names = [(reverse(address), dns.PTR), (ALL, dns.PTR)]
    names += [(f"{service}.local", dns.PTR) for service in services]
    return dns.question(names)


def instance_query(instances: Sequence[str]) -> bytes:
    """Return the question for what instances say of themselves."""
    return dns.question([(name, dns.TXT) for name in instances[:24]])


def reverse(address: str) -> str:
    """Return the name under which an address is looked up."""
    return ipaddress.ip_address(address).reverse_pointer


def read(datagrams: Iterable[bytes], address: str) -> Said:
    """Return what the answers say of the device at an address.

    `more` names instances of which no TXT record came along.
    """
    said = Said()
    found = [record for each in datagrams for record in dns.records(each)]
    found = found[: 4 * dns.MOST_RECORDS]
    foreign = _foreign(found, address)
    told: set[str] = set()
    instances: dict[str, None] = {}
    for record in found:
        if record.type == dns.PTR:
            target = record.target()
            if target and target not in foreign:
                _pointer(said, record.name, target, address, instances)
        elif record.type == dns.SRV and record.name not in foreign:
            said.name(record.target(6).removesuffix(".local"), "mdns host")
        elif record.type == dns.TXT and record.name not in foreign:
            told.add(record.name)
            _text(said, record)
        elif record.type == dns.HINFO:
            for place, each in zip(
                ("cpu", "os"), dns.strings(record.data), strict=False
            ):
                said.announced(f"mdns HINFO {place}", each.decode("utf-8", "replace"))
    if found:
        said.serves("mdns", PORT, transport="udp")
    said.more += [name for name in instances if name not in told]
    return said


def _foreign(found: Sequence[dns.Record], address: str) -> set[str]:
    """Return the instances, and the hosts, that have other addresses than this one."""
    addresses: dict[str, set[str]] = {}
    for record in found:
        if record.type == dns.A and len(record.data) == 4:
            ip = ipaddress.ip_address(record.data)
            addresses.setdefault(record.name.lower(), set()).add(str(ip))
    version = ipaddress.ip_address(address).version
    others = (
        {name for name, ips in addresses.items() if address not in ips}
        if version == 4
        else set()
    )
    return others | {
        record.name
        for record in found
        if record.type == dns.SRV and record.target(6).lower() in others
    }


def _pointer(
    said: Said, name: str, target: str, address: str, instances: dict[str, None]
) -> None:
    """Take in where a PTR record points to."""
    if name.lower() == reverse(address):
        said.name(target.removesuffix(".local"), "mdns host")
    elif name.lower() == ALL:
        if service := _SERVICE.search(target):
            kind = f"{service[1]}.{service[2]}"
            said.clue("mdns", kind, f"mdns {kind}")
    elif service := _SERVICE.search(name):
        kind = f"{service[1]}.{service[2]}"
        said.clue("mdns", kind, f"mdns {kind}")
        label = target.removesuffix(f".{name}").replace("\u2024", ".")
        _instance(said, service[1], label)
        instances.setdefault(target)


def _instance(said: Said, service: str, label: str) -> None:
    if hardware := _HARDWARE.search(label):
        said.mac(hardware[1], f"mdns {service}")
        label = label[: hardware.start()]
    if service == "_raop":
        # The card's address stands before the name (`0011AABBCCDD@Living room`).
        card, at, rest = label.partition("@")
        if at and len(card) == 12:
            said.mac(card, "mdns _raop")
            label = rest
    if service in _INSTANCES_ARE_NAMES:
        said.name(label, f"mdns {service} instance")
    said.announced(f"mdns {service} instance", label)


_MACS = frozenset(("deviceid", "mac", "macaddress", "mac_address", "wlmac", "ethmac"))
_UUIDS = frozenset(("uuid", "pi", "psi", "udn", "duuid"))
_OF_A_GROUP = frozenset(("gid", "gcgl", "igl", "tsid"))
"""Keys of AirPlay that several speakers played together share."""


def _text(said: Said, record: dns.Record) -> None:
    """Take in the keys of a TXT record, each with its service."""
    service = _SERVICE.search(record.name)
    if service is None:
        return
    for key, value in list(dns.pairs(record.data).items())[:40]:
        source = f"mdns {service[1]} {key}"
        if key in _MACS:
            for each in value.split("|")[:4]:
                said.mac(each, source)
        elif key in _UUIDS:
            said.uuid(value, source)
        elif key not in _OF_A_GROUP:
            said.announced(source, value)
