"""Answers by UDP: mDNS, SSDP, WS-Discovery, NetBIOS. Pure."""

from __future__ import annotations

import ipaddress
import uuid
from collections.abc import Callable, Mapping

from collectors.office.announce import encode
from collectors.office.announce.records import Wsd

Fill = Callable[[str], str]
NODE = uuid.UUID("6fa459ea-ee8a-3ca4-894e-db77e160355e")
"""UUIDs of the office's machines are made from it and their MAC."""


def device_uuid(mac: str) -> uuid.UUID:
    """Return the UUID a machine announces; always the same for a MAC."""
    return uuid.uuid5(NODE, mac)


def mdns(
    address: str, name: str, services: Mapping[str, Mapping[str, str]], fill: Fill
) -> bytes:
    """Return the answer to any question: name, services, instances."""
    host = f"{name}.local"
    pointer = ipaddress.ip_address(address).reverse_pointer
    records = [(pointer, 12, encode.dns_name(host))]
    for service, pairs in services.items():
        told = {key: fill(value) for key, value in pairs.items()}
        everything = "_services._dns-sd._udp.local"
        records.append((everything, 12, encode.dns_name(f"{service}.local")))
        records += encode.instance(name, service, name, **told)
    records.append((host, 1, ipaddress.ip_address(address).packed))
    return encode.dns_answer(*records)


def ssdp(location: str, server: str, unique: uuid.UUID) -> bytes:
    """Return the answer to a search (UDA 2.0, 1.3.3)."""
    lines = (
        "HTTP/1.1 200 OK",
        "CACHE-CONTROL: max-age=1800",
        "EXT:",
        f"LOCATION: {location}",
        f"SERVER: {server}",
        "ST: upnp:rootdevice",
        f"USN: uuid:{unique}::upnp:rootdevice",
    )
    return "".join(f"{line}\r\n" for line in (*lines, "")).encode()


def wsd(told: Wsd, fill: Fill, unique: uuid.UUID) -> bytes:
    """Return the answer to a Probe."""
    return encode.probe_match(told.types, fill(told.scopes), f"urn:uuid:{unique}", "")


def netbios(name: str, domain: str, mac: str) -> bytes:
    """Return the status of a node."""
    names = [(name, 0, False), (domain, 0, True), (name, 0x20, False)]
    return encode.netbios_status([(n.upper(), s, g) for n, s, g in names], mac)
